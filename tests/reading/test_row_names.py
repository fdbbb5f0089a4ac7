"""What rows and columns of a frame are called wherever they are named, and what pandas adds."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import certbulk as cb

if TYPE_CHECKING:
    from pathlib import Path

NEW: dict[str, Any] = {
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "balance_edit_type_id": 1,
    "expiration_type_id": 0,
}


def frame(*balances: object, index: Any = ("small", "large")) -> pd.DataFrame:
    titles = ["Fresh A", "Fresh B", "Fresh C"][: len(balances)]
    given = {
        **NEW,
        "title": titles,
        "balance": list(balances),
        "salon_ids": [[720441]] * len(titles),
    }
    return pd.DataFrame(given, index=list(index))


def test_rows_of_a_frame_have_their_labels_in_all_that_is_said(
    client: cb.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Plan, run, drift, log and errors say "large", not the row's number."""
    plan = cb.plan(frame(10, "ten"), client)
    with pytest.raises(cb.InvalidRowsError, match='row "large", invalid'):
        plan.raise_for_errors()
    with caplog.at_level(logging.DEBUG, logger="certbulk"):
        run = cb.apply(plan, client, progress=False)
    with pytest.raises(cb.RunError, match='row "large", invalid'):
        run.raise_for_errors()
    assert 'row "small": created' in caplog.text
    client.delete(run.outcomes[0].id or 0)
    drift = cb.drift(run, client)
    assert '  gone  row "small"' in str(drift)
    assert '  row "large"  Fresh B' in str(drift)
    assert "&quot;small&quot;" in drift._repr_html_() or '"small"' in drift._repr_html_()
    assert drift.frame.index.to_list() == ["small", "large"]


def test_a_frame_has_no_addresses_and_no_row_of_headers() -> None:
    """Its sheet and matches name none; repairs are told by the row's label."""
    sheet = cb.read(
        frame(10, 20).assign(
            expiration_type_id=2,
            expiration_timeout=["6", "6 months"],
            expiration_timeout_unit_id="month",
        )
    )
    assert "header in row" not in repr(sheet)
    assert set(sheet.matches["cell"]) == {""}
    fixed = cb.fix(cb.validate(sheet), ["not_an_integer"])
    assert 'row "large" expiration_timeout: "6 months" → "6"' in str(fixed)
    assert fixed.frame.index.to_list() == ["large"]


def test_settling_names_the_row_and_says_where_numbers_are(client: cb.Client) -> None:
    """A row is settled by its number, which is not its label."""
    run = cb.apply(cb.plan(frame(10, 20), client), client, progress=False)
    with pytest.raises(cb.PlanError, match=r'Row "small" of run .* is created'):
        cb.settle(run, 2, client, done=True)
    with pytest.raises(cb.PlanError, match=r"no row 77\. Column row of run\.frame has"):
        cb.settle(run, 77, client, done=True)


@pytest.mark.parametrize("index", [[0, 1, 2], [0, 2, 7]])
def test_row_numbers_that_pandas_wrote_are_no_finding(tmp_path: Path, index: list[int]) -> None:
    """The index of to_csv and to_excel has no header; read by pandas, it is "Unnamed: 0"."""
    given = frame(10, 20, 30, index=index)
    given.to_csv(tmp_path / "rows.csv")
    given.to_excel(tmp_path / "rows.xlsx")
    for source in (
        tmp_path / "rows.csv",
        tmp_path / "rows.xlsx",
        pd.read_csv(tmp_path / "rows.csv"),
    ):
        report = cb.validate(source)
        assert (report.all_findings, len(report.valid)) == ((), 3)


@pytest.mark.parametrize("index", [[288901, 288902], ["a", "b"], [0, 0]])
def test_other_values_without_a_header_are_reported(tmp_path: Path, index: list[Any]) -> None:
    """They may be ids whose header was lost, so they are not passed over."""
    frame(10, 20, index=index).to_csv(tmp_path / "rows.csv")
    for source in (tmp_path / "rows.csv", pd.read_csv(tmp_path / "rows.csv")):
        (finding,) = cb.validate(source).all_findings
        assert finding.code == "unknown_column"
        assert "unless it is an index that pandas wrote" in finding.message


def test_a_live_frame_has_not_drifted(client: cb.Client) -> None:
    """Types that are archived say so themselves; changes of them are found all the same."""
    live = client.frame()
    assert live["is_archived"].any()
    assert cb.drift(live, client).ok
    live.loc[live["is_archived"], "balance"] += 5
    assert cb.drift(live, client).counts == {"gone": 0, "archived": 0, "changed": 1, "new": 0}
    assert cb.drift(live.drop(columns="is_archived"), client).counts["archived"] == 1


def test_findings_in_a_results_workbook_of_a_frame_have_no_addresses(
    client: cb.Client, tmp_path: Path
) -> None:
    """They would be those of another sheet."""
    run = cb.apply(cb.plan(frame(10, "ten"), client), client, progress=False)
    path = run.to_excel(tmp_path / "results.xlsx")
    findings = pd.read_excel(path, sheet_name="findings", engine="openpyxl")
    assert findings["cell"].isna().all()
    assert 'row "large", column "balance"' in findings["message"][0]

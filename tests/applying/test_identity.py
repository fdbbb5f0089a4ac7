"""The rows of a frame are known by its index, from reading to results."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from tests.planning.sheets import NEW

TITLES = ["V1 10", "V2 20", "V3 30", "V4 40", "V5 50"]
AMOUNTS = [10, 20, "x", None, 50.000000000000007]

INDEXES: dict[str, tuple[pd.Index, list[str]]] = {
    "numbers": (pd.RangeIndex(5), ["2", "3"]),
    "a filter": (pd.Index([0, 3, 7, 8, 20]), ["7", "8"]),
    "words": (pd.Index(list("abcde")), ['"c"', '"d"']),
    "named": (pd.Index(list("abcde"), name="season"), ['"c"', '"d"']),
    "days": (
        pd.DatetimeIndex([*pd.date_range("2031-01-01", periods=5)]),
        ["2031-01-03", "2031-01-04"],
    ),
    "levels": (
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 1)]),
        ['("b", 1)', '("b", 2)'],
    ),
    "named levels": (
        pd.MultiIndex.from_product([["spa"], range(5)], names=["kind", "number"]),
        ['("spa", 2)', '("spa", 3)'],
    ),
    "categories": (pd.CategoricalIndex(list("abcde")), ['"c"', '"d"']),
    "texts": (pd.Index(list("abcde"), dtype="string"), ['"c"', '"d"']),
    "nullable": (pd.Index([1, 2, 3, 4, 5], dtype="Int64"), ["3", "4"]),
}


def sample(index: pd.Index) -> pd.DataFrame:
    """Return five rows to create, of which two have no usable face value."""
    rows = [
        {**NEW, "title": title, "balance": amount}
        for title, amount in zip(TITLES, AMOUNTS, strict=True)
    ]
    return pd.DataFrame(rows, index=index)


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_goes_through_everything(client: cb.Client, name: str) -> None:
    """Findings, valid rows, plan, run, a run from the journal, and the frame with the ids."""
    index, bad = INDEXES[name]
    frame = sample(index)
    report = cb.validate(cb.read(frame))
    assert report.findings.index.tolist() == index[[2, 3]].tolist()
    assert list(report.findings.index.names) == list(index.names)
    pd.testing.assert_index_equal(report.valid.index, index[[0, 1, 4]])
    pd.testing.assert_index_equal(report.invalid.index, index[[2, 3]])
    again = cb.validate(cb.read(report.valid))
    pd.testing.assert_frame_equal(again.valid, report.valid)
    for finding, label in zip(report.errors, bad, strict=True):
        assert str(finding).startswith((f"row {label}, column", f"row {label}: "))
    plan = cb.plan(report, client)
    run = cb.apply(plan, client, progress=False)
    for some in (plan.frame, run.frame, cb.attach(run.id).frame):
        pd.testing.assert_index_equal(some.index, index)
        assert some["title"].tolist() == TITLES
    ids = {record["title"]: record["id"] for record in client.list()}
    joined = run.join(frame)
    pd.testing.assert_index_equal(joined.index, index)
    assert joined["id"].tolist() == [ids.get(title, pd.NA) for title in TITLES]
    by_label = frame.assign(id=run.frame["id"])
    assert by_label["id"].tolist() == joined["id"].tolist()


def test_ids_after_a_filter_are_those_of_their_rows(client: cb.Client) -> None:
    """The id of V3 is not given to V2, which the next plan would overwrite."""
    frame = sample(pd.RangeIndex(5)).assign(balance=[10, 20, 30, 40, 50])
    some = frame[frame["title"] != "V2 20"]
    run = cb.apply(cb.plan(cb.validate(cb.read(some)), client), client, progress=False)
    frame["id"] = run.frame["id"]
    ids = {record["title"]: record["id"] for record in client.list()}
    assert frame["id"].tolist() == [ids.get(title, pd.NA) for title in TITLES]
    again = cb.plan(cb.validate(cb.read(frame)), client)
    assert [str(d.action) for d in again.decisions] == [
        *("unchanged", "create", "unchanged", "unchanged", "unchanged")
    ]


def test_labels_that_repeat_are_a_finding(client: cb.Client) -> None:
    """The rows are in every frame all the same, each with its label."""
    index = pd.Index(["a", "b", "a", "b", "c"])
    report = cb.validate(cb.read(sample(index)))
    assert "repeated_index" in {finding.code for finding in report.warnings}
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert run.frame.index.tolist() == index.tolist()
    assert run.join(sample(index))["id"].notna().tolist() == [True, True, False, False, True]


def test_no_message_has_an_address_or_a_row_number(client: cb.Client) -> None:
    """Of plans, runs and displays: a frame has labels and names of columns."""
    rows = [
        {**NEW, "Name": "A 10", "Face value": "x"},
        {**NEW, "Name": "B 10", "Face value": 10},
        {**NEW, "Name": "B 10", "Face value": 11},
    ]
    frame = pd.DataFrame(rows, index=["p", "q", "r"]).drop(columns=["title", "balance"])
    report = cb.validate(cb.read(frame))
    plan = cb.plan(report, client)
    run = cb.apply(plan, client, progress=False)
    said = [str(finding) for finding in plan.all_findings]
    said += [decision.message for decision in plan.decisions]
    said += [outcome.message for outcome in run.outcomes]
    assert said[0].startswith('row "p", column "Face value": "x" is not a number.')
    assert 'Row "q" already stands for "B 10"' in plan.decisions[2].message
    assert any('rows "q", "r"' in text for text in said)
    shown = " ".join([*said, *map(str, (report, plan, run))])
    assert not any(f"{letter}{row}" in shown for letter in "ABCDEFGHIJK" for row in (1, 2, 3, 4))
    assert "row 2" not in shown
    assert report.findings["cell"].isna().all()


@pytest.mark.parametrize("level", [None, "sku"])
def test_a_column_of_a_frame_without_a_name_is_counted(level: str | None) -> None:
    """It has no address, as there is no sheet; an index beside it is not counted."""
    frame = pd.DataFrame([[5, 60, "x"]], columns=["id", "balance", None])
    (finding,) = cb.validate(frame.rename_axis(level)).all_findings
    assert str(finding).startswith("column 3: The column has values but no header")


@pytest.mark.parametrize("name", ["named", "named levels"])
def test_a_name_of_an_index_is_not_an_unknown_column(name: str) -> None:
    """It is how the rows are known; a header that looks like one of ours is asked about."""
    index, _ = INDEXES[name]
    assert "unknown_column" not in {f.code for f in cb.read(sample(index)).findings}
    slip = sample(pd.RangeIndex(5, name="titel")).drop(columns="title")
    assert "unknown_column" in {f.code for f in cb.read(slip).findings}


def test_a_results_workbook_has_numbers_as_numbers(client: cb.Client, tmp_path: Path) -> None:
    """Without the digits that binary fractions leave behind; those of the index as well."""
    index, _ = INDEXES["named levels"]
    run = cb.apply(cb.plan(cb.validate(cb.read(sample(index))), client), client, progress=False)
    page = openpyxl.load_workbook(run.to_excel(tmp_path / "r.xlsx"))["results"]
    header, *rows = page.iter_rows(values_only=True)
    cells: list[dict[Any, Any]] = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["balance"] for row in cells] == [10, 20, "x", None, 50]
    assert [row["number"] for row in cells] == [0, 1, 2, 3, 4]
    assert [type(row["id"]) for row in cells if row["id"]] == [int, int, int]


def test_frames_of_runs_are_typed(client: cb.Client) -> None:
    """Also those of all runs; words are ordered, moments are in UTC."""
    run = cb.apply(
        cb.plan(cb.validate(cb.read(sample(pd.RangeIndex(5)))), client), client, progress=False
    )
    types = {name: str(dtype) for name, dtype in run.frame.dtypes.items()}
    assert types["row"] == types["id"] == types["attempts"] == types["http_status"] == "Int64"
    assert types["status"] == types["action"] == types["code"] == "category"
    assert types["title"] == types["message"] == types["run"] == "string"
    assert types["at"] == "datetime64[us, UTC]"
    counts = run.frame["status"].value_counts(sort=False)
    assert counts[counts > 0].to_dict() == {"created": 3, "invalid": 2}
    assert run.frame.sort_values("status")["status"].iloc[0] == "created"
    assert run.frame["code"].value_counts().to_dict() == {"not_a_number": 1, "required": 1}
    plans = run.plan.frame.dtypes.astype(str)
    assert (plans["action"], plans["code"], plans["id"]) == ("category", "category", "Int64")
    runs = cb.runs()
    assert str(runs.dtypes["started"]) == "datetime64[us, UTC]"
    assert str(runs.dtypes["created"]) == str(runs.dtypes["deleted"]) == "Int64"
    assert str(runs.dtypes["state"]) == "category"
    assert runs["started"].iloc[0] <= pd.Timestamp(dt.datetime.now(dt.UTC))
    joined = run.join(sample(pd.RangeIndex(5))).dtypes.astype(str)
    assert joined["result_status"] == joined["result_code"] == "category"
    assert joined["result_at"] == "datetime64[us, UTC]"


def test_results_of_a_second_run_join_those_of_the_first(client: cb.Client) -> None:
    """Rows of the other run keep theirs, and the columns their types."""
    frame = sample(pd.RangeIndex(5))
    first = cb.apply(cb.plan(cb.validate(cb.read(frame)), client), client, progress=False)
    once = first.join(frame)
    again = once.loc[[2, 3]].assign(balance=30)
    second = cb.apply(cb.plan(cb.validate(cb.read(again)), client), client, progress=False)
    both = second.join(once.assign(balance=once["balance"].where(once.index < 2, 30)))
    assert both["result_status"].tolist() == ["created"] * 5
    assert both["result_run"].tolist() == [first.id] * 2 + [second.id] * 2 + [first.id]
    assert both["result_status"].dtype == "category"
    assert both["id"].notna().all()


def test_labels_are_in_json_and_in_results(client: cb.Client, tmp_path: Path) -> None:
    """A row of a frame is known by its label there as well, and never by a cell."""
    frame = sample(pd.Index(["a", "b", "c", "d", "e"]))
    plan = cb.plan(frame, client)
    run = cb.apply(plan, client, progress=False)
    report = plan.report.as_dict()
    for rows in (report["decisions"], plan.as_dict()["decisions"], run.as_dict()["outcomes"]):
        assert [row["row_label"] for row in rows] == list("abcde")
    assert {(one["cell"], one["row_label"]) for one in report["findings"]} == {
        (None, "c"),
        (None, "d"),
    }
    page = openpyxl.load_workbook(path := run.to_excel(tmp_path / "r.xlsx"))["results"]
    assert [cell.value for cell in page["A"]] == ["result_label", *"abcde"]
    assert cb.read(path).columns[0].field is None  # it is not read back
    assert "row_label" not in cb.validate(path).as_dict()["decisions"][0]


def test_findings_of_plans_and_reports_are_alike(client: cb.Client) -> None:
    """Frames with the labels of the rows: those of the report, then those of the plan alone."""
    frame = client.frame().loc[[288901, 288902], ["balance"]] * 3
    plan = cb.plan(frame, client)
    assert list(plan.findings.columns) == list(plan.report.findings.columns)
    jumps = plan.findings[plan.findings["code"] == "price_jump"]
    assert jumps.index.to_list() == [288901, 288902]
    assert len(plan.all_findings) == len(plan.findings)

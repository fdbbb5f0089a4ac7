"""Result columns are one table: one entry is a column of the workbook and of the frame."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.results import result_columns
from certbulk.core.results.result_columns import (
    RESULT_COLUMNS,
    Ended,
    ResultColumn,
    cells_of,
    is_result,
)
from tests.planning.sheets import new

from .rows import applied


def test_one_entry_is_in_the_workbook_and_in_the_frame(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column that is added at any place shifts no cell, and is not read back."""
    run = applied(client)
    before = run.frame
    twice = ResultColumn("twice", "Its row, twice.", lambda ended: 2 * ended.outcome.row, "int64")
    monkeypatch.setattr(
        result_columns, "RESULT_COLUMNS", (*RESULT_COLUMNS[:3], twice, *RESULT_COLUMNS[3:])
    )
    frame = run.frame
    assert list(frame["twice"]) == [2 * outcome.row for outcome in run.outcomes]
    assert frame["twice"].dtype == "int64"
    pd.testing.assert_frame_equal(frame.drop(columns="twice"), before)
    path = run.to_excel(tmp_path / "r.xlsx")
    page = openpyxl.load_workbook(path)["results"]
    rows = list(page.iter_rows(values_only=True))
    cells = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["result_twice"] for row in cells] == list(frame["twice"])
    assert [row["result_status"] for row in cells] == list(frame["status"])
    assert [row["result_run"] for row in cells] == list(frame["run"])
    again = cb.read(path)
    assert {column.header: column.field for column in again.columns}["result_twice"] is None
    assert "unknown_column" not in {finding.code for finding in again.findings}


def test_every_cell_is_made_of_an_outcome() -> None:
    """The table reads an outcome by its names, in the workbook's order."""
    outcome = cb.Outcome(7, cb.Status.CREATED, 5, "c", "m", 200, 1, "now", verified="yes")
    cells = dict(
        zip(result_columns.headers(), cells_of(Ended(outcome, "create", "r")), strict=True)
    )
    expected = {
        "result_row": 7,
        "result_action": "create",
        "result_status": "created",
        "result_verified": "yes",
        "result_id": 5,
        "result_code": "c",
        "result_message": "m",
        "result_http_status": 200,
        "result_attempts": 1,
        "result_at": "now",
        "result_run": "r",
    }
    assert cells.items() >= expected.items()
    assert [header for header in cells if header in expected] == list(expected)


@pytest.mark.parametrize("column", RESULT_COLUMNS, ids=lambda column: column.name)
def test_its_headers_are_not_read_back(column: ResultColumn) -> None:
    """In any case and with spaces around; the name alone is a column of the person's own."""
    assert is_result(f" {column.header.upper()} ")
    assert not is_result(column.name)


def test_what_begins_alike_is_the_persons_own() -> None:
    """A column called result_notes is kept, and reported to be unknown."""
    sheet = cb.read(pd.DataFrame([{**new(), "result_notes": "x"}]))
    assert [f.value for f in sheet.findings if f.code == "unknown_column"] == ["result_notes"]

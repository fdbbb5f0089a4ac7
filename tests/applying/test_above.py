"""What is above the header comes back in the results: rows that are not read are not lost."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from certbulk.planning.saving.document import document_of, plan_of
from tests.planning.sheets import new

from .rows import applied

HEADERS = [*new()]
ROW = [*new().values()]
Rows = Sequence[Sequence[object]]


def written(path: Path, *rows: Sequence[object], merges: Sequence[str] = ()) -> Path:
    """Write a workbook with these rows, and return its path."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append([*row])
    for merge in merges:
        page.merge_cells(merge)
    book.save(path)
    return path


def judged(report: cb.Report) -> list[tuple[str, str | None, str]]:
    """Return the findings about a whole sheet; in results, their columns may be others."""
    return sorted((f.code, f.cell, f.message) for f in report.withheld)


REFUSED: Mapping[str, Rows] = {
    "rows of the table": [ROW, HEADERS, ROW],
    "rows of a narrow table without ids": [ROW[:3], ROW[:3], HEADERS[:3], ROW[:3]],
    "no other rows": [["Spring 2027"], [], ROW, HEADERS],
    "another table": [["Title", "Face value"], ["Oak", 100], ["Elm", "1.500"], HEADERS, ROW],
    "rows with the results of a former run": [
        [*ROW, "created", 11],
        [*HEADERS, "result_status", "result_id"],
        [*ROW, "created", 12],
    ],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_sheet_is_refused_again(client: cb.Client, tmp_path: Path, name: str) -> None:
    """Its results, of the run and of the journal alone, have what it was refused for."""
    report = cb.validate(cb.read(written(tmp_path / "in.xlsx", *REFUSED[name])))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert judged(report)
    for again in (run, cb.attach(run.id)):
        path = again.to_excel(tmp_path / "out.xlsx", overwrite=True)
        read = cb.validate(cb.read(path))
        assert judged(read) == judged(report)
        assert len(read) == len(report)
        assert cb.plan(read, client).requests == 0


def test_lines_stay_where_they_were(client: cb.Client, tmp_path: Path) -> None:
    """Above their columns, right of one that is added; the table begins at its header."""
    lines: Rows = [["Prices", None, 2027], [None, *[None] * len(ROW), "draft"], HEADERS, ROW]
    report = cb.validate(cb.read(written(tmp_path / "in.xlsx", *lines)))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    page = openpyxl.load_workbook(run.to_excel(tmp_path / "out.xlsx"))["results"]
    cells = [[cell.value for cell in row][: len(HEADERS) + 3] for row in page.iter_rows()]
    beside = [None] * (len(HEADERS) - 3)
    assert cells == [
        [None, "Prices", None, 2027, *beside, None, None],
        [None, None, None, None, *beside, "draft", None],
        ["id", *HEADERS, None, "result_row"],
        [289056, ROW[0], 10, "yes", 0, "no", 1, 720441, 0, None, 4],
    ]
    assert (page.print_title_rows, page.auto_filter.ref) == ("$3:$3", f"A3:{page.dimensions[3:]}")
    assert page.sheet_view.pane is not None
    assert page.sheet_view.pane.ySplit == 3
    (rules,) = page.conditional_formatting
    assert str(rules.sqref) == f"A4:{page.dimensions[3:]}"


def test_a_header_far_down_is_not_frozen(client: cb.Client, tmp_path: Path) -> None:
    """Or the rows above would fill the screen, and nothing below could be seen."""
    report = cb.validate(cb.read(written(tmp_path / "in.xlsx", *[ROW] * 40, HEADERS, ROW)))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    page = openpyxl.load_workbook(run.to_excel(tmp_path / "out.xlsx"))["results"]
    assert page["A41"].value == HEADERS[0]
    assert page.sheet_view.pane is not None
    assert not page.sheet_view.pane.ySplit


def test_rows_of_a_tall_header_are_no_rows_above(client: cb.Client, tmp_path: Path) -> None:
    """If merged cells reach down to it, their words are its own, and not another table."""
    titles = ["Title", "Face value", None, None, None, None, *HEADERS[6:]]
    groups = ["Prices", "in RSD", *[None] * 6]
    merges = [f"{letter}1:{letter}3" for letter in "GH"]
    path = written(tmp_path / "in.xlsx", titles, groups, HEADERS, ROW, merges=merges)
    report = cb.validate(cb.read(path))
    assert report.ok
    run = cb.apply(cb.plan(report, client), client, progress=False)
    again = cb.validate(cb.read(run.to_excel(tmp_path / "out.xlsx")))
    assert (again.ok, again.sheet.header_row) == (True, 1)


def test_plans_of_before_have_nothing_above(client: cb.Client) -> None:
    """Their documents do not say; the results of their runs can be written all the same."""
    document = json.loads(json.dumps(document_of(applied(client, new()).plan)))
    del document["sheet"]["above"]
    assert plan_of(document).report.sheet.above == ()

"""A header that was sorted in far below rows of its table is found; another table's is not it."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb

from .test_rows_above_header import HEADERS, PRICES, Rows, gift, report_on, said

MANY = 130  # more rows than a header is looked for in, if they name columns


def gifts(last: int = MANY) -> Rows:
    return [gift(number) for number in range(1, last + 1)]


LATE: Mapping[str, tuple[Rows, str]] = {
    "rows alone": (gifts(), f"Rows 2-{MANY + 1}"),
    "below a title and a blank row": ([["Spring 2027"], [], *gifts()], f"Rows 4-{MANY + 3}"),
    "choices that are called like columns": (
        [["Gift", "50 EUR", "yes", "services", "no", "Can be edited", "Downtown", "period"]] * MANY,
        f"Rows 2-{MANY + 1}",
    ),
}


@pytest.mark.parametrize("below", [[], [gift(900)]], ids=["none below", "one below"])
@pytest.mark.parametrize("name", LATE)
def test_a_header_far_below_its_rows_is_read_as_theirs(name: str, below: Rows) -> None:
    """So that what is reported is where they stand, and not that columns are missing."""
    above, rows = LATE[name]
    report = report_on(above, HEADERS, below)
    assert said(report) == [("rows_above", rows)]
    assert {f.code for f in report.all_findings} == {"rows_above"}
    assert report.sheet.header_row == len(above) + 2
    assert len(report) == len(below)
    assert report.refused.all()


HEADS: Mapping[str, Rows] = {
    "of known columns": [PRICES, *([11 + n, f"Oak {n}", 100] for n in range(MANY))],
    "of two": [["ID", "Title"], *([11 + n, f"Oak {n}"] for n in range(MANY))],
    "of others than certbulk's": [
        ["Guest", "Paid", "Visits"],
        *([f"Ines {n}", 100, "often"] for n in range(MANY)),
    ],
    "of others, one of them known": [
        ["Guest", "Paid", "ID", "Visits"],
        *([f"Ines {n}", 100, 11 + n, "often"] for n in range(MANY)),
    ],
}


@pytest.mark.parametrize("name", HEADS)
def test_a_header_above_its_own_rows_stays_the_header(name: str) -> None:
    """However much more another table names, far below it: that is reported, and not read."""
    report = report_on(HEADS[name], HEADERS, [gift(900)])
    assert report.sheet.header_row <= 2  # the frame is loaded without one: it may be the first
    assert said(report) == []
    rows = [f.row for f in report.all_findings if f.code == "table_below"]
    assert rows == [MANY + 3, MANY + 4]


def test_it_is_found_among_sheets_and_in_the_results(client: cb.Client, tmp_path: Path) -> None:
    """A sheet is chosen by its header wherever that stands; the results are the same sheet."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in [*gifts(), HEADERS, gift(900)]:
        page.append([*row])
    book.create_sheet("Prices").append(["Title", "Paid"])
    book["Prices"].append(["Oak", 100])
    book.save(tmp_path / "in.xlsx")
    report = cb.validate(cb.read(tmp_path / "in.xlsx"))
    assert (report.sheet.name, report.sheet.header_row) == ("Sheet", MANY + 1)
    run = cb.apply(cb.plan(report, client), client, progress=False)
    again = cb.validate(cb.read(run.to_excel(tmp_path / "out.xlsx")))
    assert said(again) == said(report) == [("rows_above", f"Rows 1-{MANY}")]
    assert again.sheet.above == report.sheet.above


def test_blank_lines_above_a_header_do_not_count(tmp_path: Path) -> None:
    """However many there are, for example if a sheet was cleared from the top."""
    book = openpyxl.Workbook()
    for column, header in enumerate(PRICES, start=1):
        book.worksheets[0].cell(row=MANY, column=column, value=header)
    book.worksheets[0].append([11, "Oak", 100])
    book.save(tmp_path / "in.xlsx")
    sheet = cb.read(tmp_path / "in.xlsx")
    assert (sheet.header_row, sheet.rows.tolist(), sheet.findings) == (MANY, [MANY + 1], ())

"""How workbooks print: what matters on the first page width, in letters that can be read."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.workbook import TableSheet, write_workbook

PROGRAM = shutil.which("soffice")
SMALLEST = 54  # percent of 11 points: letters of 6 points
ACROSS = 104 / 0.54  # characters
REQUIRED = [position for position, field in enumerate(FIELDS, start=1) if field.required]


def width(page: Worksheet, first: int, last: int) -> float:
    """Return the width of columns together."""
    letters = map(get_column_letter, range(first, last + 1))
    return sum(page.column_dimensions[letter].width for letter in letters)


def test_what_a_new_type_needs_is_on_the_first_page(tmp_path: Path) -> None:
    """As far as it can be read there; the others follow, each page with what the row is."""
    page = openpyxl.load_workbook(cb.template(tmp_path / "new.xlsx")).worksheets[0]
    assert not page.print_area  # rows that are typed in later are printed as well
    assert page.page_setup.scale is not None
    assert page.page_setup.scale >= SMALLEST
    (first,) = (stop.id for stop in page.col_breaks.brk)
    assert first >= max(REQUIRED) or width(page, 1, first + 1) > ACROSS  # as many as fit
    assert width(page, 1, first) <= ACROSS
    assert page.print_title_cols == "$A:$C"
    assert page.print_title_rows == "$1:$1"


def results(tmp_path: Path, name: str, client: cb.Client) -> Path:
    """Write the results of a sample file."""
    report = cb.validate(cb.read(Path(__file__).parents[2] / "sample_data" / name))
    return cb.apply(cb.plan(report, client), client).to_excel(tmp_path / "results.xlsx")


@pytest.mark.campaign
@pytest.mark.skipif(
    not (PROGRAM and shutil.which("pdftotext")), reason="needs LibreOffice, poppler"
)
@pytest.mark.parametrize("name", ["certificate_types.xlsx", "with_errors.xlsx"])
def test_how_each_row_ended_is_printed_first(tmp_path: Path, name: str, client: cb.Client) -> None:
    """Titles, statuses, ids and messages are on the first page; what was read follows."""
    path = results(tmp_path, name, client)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    line = [str(PROGRAM), profile, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*line, str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    told = subprocess.run(
        ["pdftotext", "-layout", "-f", "1", "-l", "1", str(path.with_suffix(".pdf")), "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout.decode()
    header = told.strip().splitlines()[0].split()
    assert "Title" in header
    assert {"result_status", "result_id", "result_code", "result_message"} <= set(header)
    assert "Locations" not in header


def test_results_are_not_printed_too_small(tmp_path: Path, client: cb.Client) -> None:
    """All columns are in some area, and a title is on every page."""
    page = openpyxl.load_workbook(results(tmp_path, "with_errors.xlsx", client))["results"]
    assert page.page_setup.scale is not None
    assert page.page_setup.scale >= SMALLEST
    title = next(cell.column_letter for cell in page[1] if cell.value == "Title")
    assert str(page.print_title_cols).endswith(f"${title}")
    printed: set[int] = set()
    for area in str(page.print_area).split(","):
        left, top, right, bottom = range_boundaries(area.rpartition("!")[2].replace("$", ""))
        assert (top, bottom) == (1, page.max_row)
        printed |= set(range(left or 0, (right or 0) + 1))
    assert printed == set(range(1, page.max_column + 1))


def test_a_message_takes_as_many_lines_as_it_needs(tmp_path: Path) -> None:
    """Not one that runs into the next cell, and the row is as high as that."""
    message = "a word " * 40
    path = write_workbook(
        tmp_path / "x.xlsx", [TableSheet("x", ["code", "message"], [["a", message], ["b", "c"]])]
    )
    page = openpyxl.load_workbook(path)["x"]
    assert page["B2"].alignment.wrap_text
    assert page["A2"].alignment.vertical == "top"
    height = page.row_dimensions[2].height
    assert height is not None
    assert height >= 15 * len(message) // 62
    assert page.row_dimensions[3].height is None


def test_a_narrow_table_is_as_wide_as_a_page(tmp_path: Path) -> None:
    """As before: one page across."""
    path = write_workbook(tmp_path / "x.xlsx", [TableSheet("x", ["a", "b"], [["1", "2"]])])
    page = openpyxl.load_workbook(path)["x"]
    assert page.sheet_properties.pageSetUpPr
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0

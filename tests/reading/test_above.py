"""What is above the header: small tables are reported, lines and notes are not."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

import certbulk as cb

from .files import found

HEADER = ["id", "title", "balance"]
ROW = [11, "Oak", 100]
Rows = Sequence[Sequence[object]]

TABLES: dict[str, tuple[Rows, str]] = {
    "titles by place": (
        [["Place", "Title"], ["Downtown", "Oak"], ["Airport", "Elm"]],
        'Rows 1-3, above the header in row 5, look like a small table ("Place", "Title")',
    ),
    "one row": ([["No", "Title", "Remark"], [1, "Oak", "new"]], "Rows 1-2"),
    "ids with a price": ([["ID", "New price"], [11, 120], [12, 220]], "Rows 1-3"),
    "titles with a price": ([["Title", "New price"], ["Oak", 120], ["Elm", 220]], "Rows 1-3"),
    "below a line": ([["Spring"], [], ["ID", "Remark"], [11, "ask Ines"]], "Rows 3-4"),
    "a legend": ([["Item type", "Means"], [0, "all"], [1, "services"]], "Rows 1-3"),
}
LINES: dict[str, Rows] = {
    "a company": [["Harbour & Pine Spa", None, "Title"]],
    "pairs": [["Title", "Spring list"], ["Author", "Ines"], ["Season", "spring"]],
    "pairs of known words": [["Name", "Harbour Spa"], ["Location", "Downtown"]],
    "a place and its manager": [["Location", "Downtown"], ["Manager", "Ines"]],
    "pairs with colons": [["List", "Title"], ["Author:", "Ines"], ["Year:", 2027]],
    "a category": [["Category", "Spa"], ["Season", "spring"]],
    "a setting": [["Period", 6], ["Unit", "month"]],
    "one list": [["Locations"], ["Downtown"], ["Airport"]],
    "lines of text": [["Certificates", "2027"], ["prepared by", "Ines"]],
    "two lines at different places": [["Draft", "Title"], [None, None, "Ines"]],
}


def write(path: Path, above: Rows) -> Path:
    """Write rows above a table, with a blank row between."""
    book = Workbook()
    for row in (*above, [], HEADER, ROW):
        book.worksheets[0].append([*row])
    book.save(path)
    return path


@pytest.mark.parametrize("name", TABLES)
def test_a_small_table_above_is_said(name: str, tmp_path: Path) -> None:
    """One that names one column alone: it is not read, and the rows of the other are."""
    above, says = TABLES[name]
    sheet = cb.read(write(tmp_path / "a.xlsx", above))
    (finding,) = sheet.findings
    assert finding.code == "lines_above"
    assert finding.message.startswith(says)
    assert cb.validate(sheet).ok


@pytest.mark.parametrize("name", LINES)
def test_lines_and_notes_above_are_nothing_to_say(name: str, tmp_path: Path) -> None:
    """Titles, authors, settings in pairs."""
    assert found(cb.read(write(tmp_path / "a.xlsx", LINES[name]))) == []

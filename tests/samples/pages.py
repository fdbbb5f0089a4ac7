"""Pages: what is on a sheet and how it looks, as a sheet of a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from certbulk.core.columns.fields import FIELDS
from certbulk.core.kinds import Count, Money

from .cells import Cell, Formula, exported, number_format

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Page", "fill"]

_FONT = "Calibri"
_HEADER = PatternFill("solid", fgColor="2F4B4A")
_MARKED = PatternFill("solid", fgColor="FCE4D6")
_LINE = Border(bottom=Side("thin", color="D9D9D9"))
_NARROWEST, _WIDEST = 8, 46
_LETTERS = 1.1  # as many letters as digits, which widths are measured in, take a little less room
_LINE_HEIGHT = 15.0
_NUMBERS = frozenset(field.label for field in FIELDS if isinstance(field.kind, Money | Count))


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet.

    Attributes:
        name: Its name.
        headers: Its headers.
        rows: The rows below.
        lead: A line above the headers, with a blank row after it.
        frozen: How many columns stay visible when the others are scrolled.
        hidden_rows: Positions of rows below the headers, from 0, that are hidden.
        hidden_columns: Positions of columns, from 0, that are hidden.
        marked: Positions of cells with a light colour, as (row, column) from 0.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    lead: str = ""
    frozen: int = 0
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    marked: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def header_row(self) -> int:
        """The number of the row that the headers are in."""
        return 3 if self.lead else 1


def fill(sheet: "Worksheet", page: Page) -> None:
    """Write a page onto an empty sheet."""
    if page.lead:
        sheet.cell(1, 1, page.lead).font = Font(_FONT, 11, italic=True)
    widths = list(_widths(page))
    for position, header in enumerate(page.headers, start=1):
        head = sheet.cell(page.header_row, position, header)
        head.font, head.fill = Font(_FONT, 11, bold=True, color="FFFFFF"), _HEADER
        head.alignment = _aligned(header, "center")
        sheet.column_dimensions[get_column_letter(position)].width = widths[position - 1]
    sheet.row_dimensions[page.header_row].height = 3 * _LINE_HEIGHT + 3
    for y, row in enumerate(page.rows):
        number = page.header_row + 1 + y
        for x, value in enumerate(row):
            cell = sheet.cell(number, x + 1)
            cell.value = value.text if isinstance(value, Formula) else value
            cell.number_format = number_format(value)
            cell.alignment = _aligned(page.headers[x], "top")
            cell.border = _LINE
            if (y, x) in page.marked:
                cell.fill = _MARKED
        sheet.row_dimensions[number].height = _LINE_HEIGHT * max(
            _lines(value, width) for value, width in zip(row, widths, strict=True)
        )
    for y in page.hidden_rows:
        sheet.row_dimensions[page.header_row + 1 + y].hidden = True
    for x in page.hidden_columns:
        sheet.column_dimensions[get_column_letter(x + 1)].hidden = True
    _settle(sheet, page)


def _settle(sheet: "Worksheet", page: Page) -> None:
    """Freeze and filter the headers, and make the sheet fit on paper."""
    top = page.header_row
    sheet.freeze_panes = f"{get_column_letter(page.frozen + 1)}{top + 1}"
    if page.rows:
        last = get_column_letter(len(page.headers))
        sheet.auto_filter.ref = f"A{top}:{last}{top + len(page.rows)}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _aligned(header: str, vertical: str) -> Alignment:
    """Return how a column is aligned: the amounts and lengths on the right, all else on the left.

    Left to itself, a spreadsheet program would put the 3 and the "months" of one column on
    different sides.
    """
    number = header in _NUMBERS
    return Alignment("right" if number else "left", vertical, wrap_text=True, indent=int(number))


def _widths(page: Page) -> Iterator[float]:
    """Yield a width for each column that the words of its header and most cells fit into."""
    for position, header in enumerate(page.headers):
        words = [len(word) + 5 for word in header.split()]
        lines = (line for row in page.rows for line in exported(row[position]).split("\n"))
        yield float(min(max(_NARROWEST, *words, *(len(line) + 3 for line in lines)), _WIDEST))


def _lines(value: Cell, width: float) -> int:
    """Return how many lines a cell takes in a column of this width."""
    return sum(max(1, ceil(len(line) / (width * _LETTERS))) for line in exported(value).split("\n"))

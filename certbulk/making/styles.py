"""Fonts, fills and plain tables of the workbook that people fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from certbulk.workbook import print_on_one_width, put_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = [
    "EXAMPLE_FONT",
    "FAMILY",
    "HEADER_FONT",
    "NEEDED_FILL",
    "OPTIONAL_FILL",
    "REQUIRED_FILL",
    "UNUSED_FILL",
    "UNUSED_FONT",
    "WRAPPED",
    "table_page",
]

FAMILY = "Calibri"
HEADER_FONT = Font(name=FAMILY, bold=True, color="FFFFFF")
REQUIRED_FILL = PatternFill("solid", fgColor="8A4B00")
OPTIONAL_FILL = PatternFill("solid", fgColor="44546A")
WRAPPED = Alignment(vertical="top", wrap_text=True)
# In a conditional format, the background is the colour of a solid fill.
NEEDED_FILL = PatternFill("solid", bgColor="F4B6B6")
UNUSED_FILL = PatternFill("solid", bgColor="D0D0D0")
UNUSED_FONT = Font(color="8C8C8C")
EXAMPLE_FONT = Font(italic=True, color="7F7F7F")


def table_page(
    page: Worksheet, headers: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]
) -> None:
    """Fill a sheet with a plain table: frozen header, texts as texts."""
    cell: Any
    for column, (header, width) in enumerate(zip(headers, widths, strict=True), start=1):
        cell = page.cell(1, column, header)
        cell.font, cell.fill = HEADER_FONT, OPTIONAL_FILL
        page.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
    page.freeze_panes = "A2"
    print_on_one_width(page)

"""The columns of an export that are only shown, after those that can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from certbulk.core.columns.read_only import READ_ONLY
from certbulk.workbook import put_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["add_read_only"]

_FILL = PatternFill("solid", fgColor="D9D9D9")
_FONT = Font(name="Calibri", sz=11, italic=True, color="595959")
_TOP = Alignment(vertical="top")
_WIDTH = 18


def add_read_only(page: Worksheet, rows: Sequence[Mapping[str, Any]], *, first: int) -> None:
    """Add the columns from column `first` on; a row has their values by name, or lacks them."""
    for number, column in enumerate(READ_ONLY, start=first):
        head = page.cell(1, number, column.name)
        head.font, head.fill, head.alignment = _FONT, _FILL, Alignment(vertical="center")
        head.comment = Comment(f"{column.help}\n\nOnly shown: nothing is read from it.", "certbulk")
        page.column_dimensions[get_column_letter(number)].width = _WIDTH
        for row, values in enumerate(rows, start=2):
            value = values.get(column.name)
            if value is None:
                continue
            cell = page.cell(row, number)
            cell.font, cell.alignment = _FONT, _TOP
            if isinstance(value, int | float) and not isinstance(value, bool):
                cell.value = value
            else:
                put_text(cell, {True: "yes", False: "no"}.get(value, str(value)))
    last = get_column_letter(first + len(READ_ONLY) - 1)
    page.auto_filter.ref = f"A1:{last}{len(rows) + 1}"

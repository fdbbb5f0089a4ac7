"""The cells of a sheet by row and column: their texts, and the column of actions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.fields import ACTION
from certbulk.errors import ReadError
from certbulk.page.texts.text import Text
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from certbulk.reading import Sheet

__all__ = ["Spot", "column_of_actions", "text_at", "with_column"]

Spot = tuple[int, int]


def text_at(sheet: Sheet, spot: Spot) -> str | None:
    """Return the text of a cell, of a header, or of what is above it; None for blank.

    Raises:
        ReadError: The sheet has no such cell in its rows.
    """
    row, number = spot
    if row < sheet.header_row:
        return next((text for *above, text in sheet.above if tuple(above) == spot), None)
    column = next((c for c in sheet.columns if c.number == number and not c.made), None)
    if column is not None and row == sheet.header_row:
        return column.header or None
    position = int(np.searchsorted(sheet.rows, row))
    if column is None or position >= len(sheet) or sheet.rows[position] != row:
        raise ReadError(Text("mend.trouble.gone"))
    text = column.cells[position]
    return None if text is None else str(text)


def column_of_actions(sheet: Sheet) -> int:
    """Return the number of the column of actions: if there is none, of the first free one."""
    own = (c.number for c in sheet.columns if c.field == ACTION.name and not c.made and c.number)
    numbers = [c.number or 0 for c in sheet.columns if not c.made]
    numbers += [number for _, number, _ in sheet.above]
    return next(own, None) or 1 + max(numbers, default=0)


def with_column(sheet: Sheet, number: int) -> Sheet:
    """Return the sheet with a column of this number; a new one is blank and has no header."""
    if any(column.number == number and not column.made for column in sheet.columns):
        return sheet
    blank = SheetColumn("", number, None, Column.blank(len(sheet)))
    own = [column for column in sheet.columns if column.number is not None and not column.made]
    others = [column for column in sheet.columns if column.number is None or column.made]
    return replace(sheet, columns=(*own, blank, *others))

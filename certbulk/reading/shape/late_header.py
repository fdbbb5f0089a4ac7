"""A header that stands far below rows of its table, as where it was sorted in among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.reading.shape.other_tables import header_rows
from certbulk.reading.shape.rows_above_header import strays
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Collection

    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.rows_above_header import Row
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["late_header"]

_LAST_ROW = 10_000  # a chain has some hundred types; all rows above a header are looked at
_LOOKED_AT = 10  # rows below a line that names no column


def late_header(
    grid: Grid, top: int, names: Collection[str], begin: int, vocabulary: Vocabulary
) -> int | None:
    """Return the position of a header from `begin` on; None where there is none.

    Rows are below their own header most often, and a header further down is that of another
    table. It is the one of the table where what stands in the row at position `top`, the likeliest
    before it, is a row that fits under it: one that has `names` by choices that are called like
    columns. A row that names none may be a title, with the rows of the table below it.
    """
    if grid.height <= begin:
        return None
    rows = np.arange(begin, min(grid.height, _LAST_ROW))
    columns = [
        SheetColumn("", number, None, column.take(rows))
        for number, column in zip(grid.numbers, grid.columns, strict=True)
    ]
    first = [_row(grid, row) for row in range(top, top + (1 if names else _LOOKED_AT))]
    for place in header_rows(columns, vocabulary):
        matches = {at: vocabulary.match(text) for at, text in _row(grid, begin + place).items()}
        fields = {at: match.field for at, match in matches.items() if match}
        if len({*fields.values()}) > len(names) and any(strays(first, fields, vocabulary)):
            return begin + place
    return None


def _row(grid: Grid, row: int) -> Row:
    return {at: text for at, column in enumerate(grid.columns) if (text := column[row])}

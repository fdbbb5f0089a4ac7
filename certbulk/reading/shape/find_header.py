"""Which line of a grid is the header."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.columns.distinct import filled_rows
from certbulk.reading.shape.line_features import (
    fit_under,
    has_number,
    line_of,
    names_in,
    values_too,
)
from certbulk.reading.shape.row_features import headings
from certbulk.reading.shape.tables_above import small_tables_in
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.line_features import Line
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Header", "find_header", "top_lines"]

_TOP = 100  # lines that are not blank: titles and notes above a header are fewer
_SURELY_A_HEADER = 3
_LAST = 10_000  # a chain has some hundred types; all lines above a header are looked at
_BELOW_A_TITLE = 10  # lines that are looked at for a row of the table


class Header(NamedTuple):
    """The header of a grid.

    Attributes:
        row: The position of the line whose texts are the headers; -1 for none.
        first: The position of its first line, if merged headers are several lines high.
        last: The position of its last line.
        texts: The header of each column.
        names: The canonical names that they mean.
    """

    row: int
    first: int
    last: int
    texts: tuple[str, ...]
    names: frozenset[str]


def find_header(grid: Grid, vocabulary: Vocabulary) -> Header:
    """Return the header: the line that names the most columns, of those the first.

    If none does, it is the first that is not blank. A header that was sorted in far below its rows
    is found; one without rows below it is not the header if a table above it has some.
    """
    lines = top_lines(grid)
    row, named = next(iter(lines), -1), set[str]()
    for at, line in lines.items():
        if len(line) > len(named) and len(names := _named(line, vocabulary)) > len(named):
            row, named = at, names
    if lines and len(named) * 2 <= len(lines[row]) and not _is_header(lines[row], vocabulary):
        row = _sorted_in(grid, row, max(lines) + 1, len(named), vocabulary)
    if row == grid.height - 1 and row in lines:
        row = _with_rows([lines.get(at, {}) for at in range(row)], lines[row], vocabulary)
    line = lines[row] if row in lines else line_of(grid, row) if lines else {}
    fields = frozenset(names_in(line, vocabulary).values())
    merges = [m for m in grid.display.merges if fields and m.first_row <= row + 1 <= m.last_row]
    return Header(
        row,
        min([max(row, 0), *(merge.first_row - 1 for merge in merges)]),
        max([row, *(merge.last_row - 1 for merge in merges)]),
        tuple(line.get(position, "") for position in range(len(grid.columns))),
        fields,
    )


def top_lines(grid: Grid) -> dict[int, Line]:
    """Return the first lines that are not blank, by their positions.

    Merged cells have their text in each of their lines.
    """
    filled = filled_rows(grid.columns, grid.height)
    lines = {row: line_of(grid, row) for row in np.flatnonzero(filled)[:_TOP].tolist()}
    positions = {number: position for position, number in enumerate(grid.numbers)}
    for merge in grid.display.merges:
        position, top = positions.get(merge.first_column), lines.get(merge.first_row - 1, {})
        for row in range(merge.first_row, min(merge.last_row, grid.height)):
            if position in top and row in lines:
                lines[row] = dict(sorted({**lines[row], position: top[position]}.items()))
    return lines


def _named(line: Line, vocabulary: Vocabulary) -> set[str]:
    """Return the columns that a line names; beside a number, choices of a type do not count."""
    names = names_in(line, vocabulary)
    choices = values_too(line, names, vocabulary) if has_number(line.values()) else set()
    return {*names.values()} - choices


def _is_header(line: Line, vocabulary: Vocabulary) -> bool:
    """Whether a line names three columns, not counting choices, and has no numbers.

    A row of the table has an id or a face value.
    """
    names = names_in(line, vocabulary)
    words = {*names.values()} - values_too(line, names, vocabulary)
    return len(words) >= _SURELY_A_HEADER and not has_number(line.values())


def _sorted_in(grid: Grid, top: int, begin: int, named: int, vocabulary: Vocabulary) -> int:
    """Return the position of a header that was sorted in, from `begin` on, far below its rows.

    Rows are below their own header most often, and a header further down is that of another
    table. It is the one of the table if the line at position `top`, the likeliest before it, is a
    row that fits under it. A line that names no column may be a title, with rows below it.
    """
    rows = np.arange(begin, min(grid.height, _LAST))
    columns = [
        SheetColumn("", number, None, column.take(rows))
        for number, column in zip(grid.numbers, grid.columns, strict=True)
    ]
    behind = top + (1 if named else _BELOW_A_TITLE)
    first = [line_of(grid, row) for row in range(top, min(behind, grid.height))]
    for row in headings(columns, vocabulary):
        fields = names_in(line_of(grid, begin + row), vocabulary)
        fits = (fit_under(line, fields, vocabulary) for line in first)
        if len({*fields.values()}) > named and any(fit.may_be_row for fit in fits):
            return begin + row
    return top


def _with_rows(above: Sequence[Line], last: Line, vocabulary: Vocabulary) -> int:
    """Return the position of a header with rows, above a last line that has none of its own.

    It is the last line, if no other is a header, or if the lines above fit under the last one: then
    they were sorted together with it.
    """
    fields = names_in(last, vocabulary)
    sorted_with = any(fit_under(line, fields, vocabulary).may_be_row for line in above)
    tables = [] if sorted_with else [*small_tables_in(above, vocabulary)]
    return tables[0].top if tables else len(above)

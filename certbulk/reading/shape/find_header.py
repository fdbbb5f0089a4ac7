"""Which line of a grid is the header."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.reading.shape.line_features import (
    fit_under,
    has_number,
    line_of,
    names_in,
    values_too,
)
from certbulk.reading.shape.line_roles import first_small_table
from certbulk.reading.shape.row_features import headings
from certbulk.reading.sheet import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.line_features import Line
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Header", "find_header", "top_lines"]

_TOP = 100  # lines: title lines and notes above a header are fewer
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

    If none does, it is the first that is not blank. A header that is merged with cells below it
    counts in all of its lines.

    Two kinds of lines name columns and are not the header of what is read: a header of another
    table far below, and one without a row of its own while a table above it has some.
    """
    lines = top_lines(grid)
    row, named = next((at for at, line in enumerate(lines) if line), -1), set[str]()
    for at, line in enumerate(lines):
        if len(line) > len(named) and len(names := _named(line, vocabulary)) > len(named):
            row, named = at, names
    if row >= 0 and len(named) * 2 <= len(lines[row]):
        row = _sorted_in(grid, row, len(named), vocabulary) or row
    if 0 < row < len(lines) and not any(column.filled[row + 1 :].any() for column in grid.columns):
        row = _with_rows(lines[:row], lines[row], vocabulary, row)
    line = lines[row] if 0 <= row < len(lines) else line_of(grid, row) if row >= 0 else {}
    fields = frozenset(names_in(line, vocabulary).values())
    texts = tuple(line.get(place, "") for place in range(len(grid.columns)))
    merges = [m for m in grid.look.merges if fields and m.first_row <= row + 1 <= m.last_row]
    return Header(
        row,
        min([row, *(merge.first_row - 1 for merge in merges)]),
        max([row, *(merge.last_row - 1 for merge in merges)]),
        texts,
        fields,
    )


def top_lines(grid: Grid) -> list[Line]:
    """Return the first lines, in which merged cells have their text in each of them."""
    lines = [line_of(grid, row) for row in range(min(_TOP, grid.height))]
    places = {number: place for place, number in enumerate(grid.numbers)}
    for merge in grid.look.merges:
        place = places.get(merge.first_column)
        if place is not None and merge.first_row <= len(lines):
            text = lines[merge.first_row - 1].get(place, "")
            for row in range(merge.first_row, min(merge.last_row, len(lines))):
                cells = sorted({**lines[row], place: text}.items())
                lines[row] = {at: cell for at, cell in cells if cell}
    return lines


def _named(line: Line, vocabulary: Vocabulary) -> set[str]:
    """Return the columns that a line names; beside a number, choices of a type do not count."""
    names = names_in(line, vocabulary)
    choices = values_too(line, names, vocabulary) if has_number(line.values()) else set()
    return {*names.values()} - choices


def _sorted_in(grid: Grid, top: int, named: int, vocabulary: Vocabulary) -> int | None:
    """Return the position of a header that was sorted in far below rows of its table.

    Rows are below their own header most often, and a header further down is that of another
    table. It is the one of the table if the line at position `top`, the likeliest before it, is a
    row that fits under it. A line that names no column may be a title, with rows below it.
    """
    if grid.height <= _TOP:
        return None
    rows = np.arange(_TOP, min(grid.height, _LAST))
    columns = [
        SheetColumn("", number, None, column.take(rows))
        for number, column in zip(grid.numbers, grid.columns, strict=True)
    ]
    first = [line_of(grid, row) for row in range(top, top + (1 if named else _BELOW_A_TITLE))]
    for row in headings(columns, vocabulary):
        fields = names_in(line_of(grid, _TOP + row), vocabulary)
        fits = (fit_under(line, fields, vocabulary) for line in first)
        if len({*fields.values()}) > named and any(fit.may_be_row for fit in fits):
            return _TOP + row
    return None


def _with_rows(above: Sequence[Line], last: Line, vocabulary: Vocabulary, row: int) -> int:
    """Return the position of a header with rows, above a last line that has none of its own.

    It is the last line itself, at the position `row`, if there is no such header, or if the rows
    fit under the last line: then they were sorted together with it.
    """
    fields = names_in(last, vocabulary)
    if any(fit_under(line, fields, vocabulary).may_be_row for line in above):
        return row
    table = first_small_table(above, vocabulary)
    return row if table is None else table

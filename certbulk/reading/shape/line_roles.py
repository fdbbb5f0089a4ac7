"""What each line of a sheet is: one role for each, in one pass over the lines.

Above the header a line is a note until it shows to be more; below it, a row of data until it shows
to be something else. If two roles fit, the later one in the functions here counts. What people
are told of each role is in `role_findings`.
"""

from __future__ import annotations

from datetime import UTC
from enum import IntEnum, auto
from itertools import groupby, pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.kinds import Problem, Text
from certbulk.reading.shape.line_features import (
    begins_as_note,
    fit_under,
    has_number,
    is_hint,
    line_of,
    names_in,
    names_several,
)
from certbulk.reading.shape.row_features import (
    filled_lines,
    headings,
    is_same_header,
    totals,
    unticked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from certbulk.reading.formats.display_formats import Look
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.find_header import Header
    from certbulk.reading.shape.line_features import Line
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Role", "fields_in", "first_small_table", "line_roles"]


class Role(IntEnum):
    """What a line is."""

    BLANK = 0
    NOTE = auto()  # above the header: a title, an author, a date
    ROW_ABOVE = auto()  # a row of the table that stands above its header
    ROW_OR_NOTE = auto()  # above the header, and it may be either
    TABLE_ABOVE = auto()  # the header of another table above the header
    SMALL_TABLE = auto()  # the header of a table that names one column only: a legend, a list
    ROW_OF_TABLE = auto()  # a line below one of these
    HEADER = auto()
    DATA = auto()
    EXTRA_CELLS = auto()  # data with more cells than the header has
    HINT = auto()  # it tells how to fill in the columns
    TOTAL = auto()
    REPEATED_HEADER = auto()
    OTHER_HEADER = auto()  # the header of another table below the header
    OTHER_ROW = auto()  # a line below one of these
    UNTICKED = auto()  # nothing but unticked boxes


class _Table(NamedTuple):
    """Another table above the header: the positions of its header and of its last line."""

    top: int
    last: int


def line_roles(
    grid: Grid, header: Header, columns: Sequence[SheetColumn], vocabulary: Vocabulary
) -> NDArray[np.int8]:
    """Return the role of each line of a grid.

    Args:
        grid: The grid.
        header: Its header.
        columns: What the header means: the columns with all lines below the header, and those
            that a mapping made of them.
        vocabulary: The words that the cells are understood by.
    """
    roles = np.zeros(grid.height, dtype=np.int8)
    lines = [line_of(grid, row) for row in range(header.first)]
    roles[: header.first] = _above(lines, fields_in(grid, columns), vocabulary)
    roles[header.first : header.last + 1] = Role.HEADER
    lines_below = grid.height - header.last - 1
    roles[header.last + 1 :] = _below(columns, header, lines_below, grid.look, vocabulary)
    return roles


def fields_in(grid: Grid, columns: Sequence[SheetColumn]) -> dict[int, str]:
    """Return what the columns of a source mean, by their positions in the grid."""
    fields = {column.number: column.field for column in columns if column.field and not column.made}
    return {at: fields[number] for at, number in enumerate(grid.numbers) if number in fields}


def _above(lines: Sequence[Line], fields: Mapping[int, str], vocabulary: Vocabulary) -> list[Role]:
    roles = [Role.NOTE if line else Role.BLANK for line in lines]
    fits = [fit_under(line, fields, vocabulary) for line in lines]
    for _, stretch in groupby(range(len(lines)), lambda at: not lines[at]):
        together = [*stretch]
        sure = any(fits[at].is_row for at in together)
        for at in together:
            if fits[at].may_be_row or (sure and fits[at].goes_with_rows):
                roles[at] = Role.ROW_ABOVE if sure else Role.ROW_OR_NOTE
    header, tables = Role.TABLE_ABOVE, [*_tables(lines, roles, vocabulary)]
    if not tables:
        header, tables = Role.SMALL_TABLE, [*_small_tables(lines, vocabulary)]
    for top, last in tables:
        if header is Role.TABLE_ABOVE or Role.ROW_ABOVE not in roles[top : last + 1]:
            roles[top : last + 1] = [header, *[Role.ROW_OF_TABLE] * (last - top)]
    return roles


def _below(
    columns: Sequence[SheetColumn], header: Header, lines: int, look: Look, vocabulary: Vocabulary
) -> NDArray[np.int8]:
    placed = [column for column in columns if column.number is not None]
    of_source = [column for column in placed if not column.made]
    filled = filled_lines(of_source, lines)
    roles = np.full(lines, Role.DATA, dtype=np.int8)
    if look.widths and header.row >= 0:
        beyond = [c for c in of_source if (c.number or 0) > look.widths[header.row]]
        roles[filled_lines(beyond, lines)] = Role.EXTRA_CELLS
    roles[: _hints(of_source, vocabulary)] = Role.HINT
    kept_by_program = [row - header.last - 2 for row in look.totals]
    roles[totals(of_source, filled, kept_by_program)] = Role.TOTAL
    for at, behind in pairwise([*headings(of_source, vocabulary), len(roles)]):
        if is_same_header(of_source, at, vocabulary):
            roles[at] = Role.REPEATED_HEADER
        else:
            roles[at:behind] = Role.OTHER_ROW
            roles[at] = Role.OTHER_HEADER
    roles[unticked(placed, filled, vocabulary)] = Role.UNTICKED
    roles[~filled] = Role.BLANK
    return roles


def _hints(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> int:
    """Return how many lines directly below the header are hints."""
    fields = {place: column.field for place, column in enumerate(columns) if column.field}
    cells = [column.cells for column in columns]
    for at in range(len(cells[0]) if cells else 0):
        line = {place: text for place, column in enumerate(cells) if (text := column[at])}
        if not line or not is_hint(line, fields, vocabulary):
            return at
    return len(cells[0]) if cells else 0


def _tables(
    lines: Sequence[Line], roles: Sequence[Role], vocabulary: Vocabulary
) -> Iterator[_Table]:
    """Yield the tables whose header names several columns, with values under them.

    A row of the table below is not such a header, though its choices may be called like columns.
    """
    names = [names_in(line, vocabulary) for line in lines]
    tops = [
        at
        for at, line in enumerate(lines)
        if roles[at] is not Role.ROW_ABOVE and names_several(names[at], line)
    ]
    for top, behind in pairwise([*tops, len(lines)]):
        # One value is enough below what is a header for the most part, and not a line of notes.
        fewest = 1 if len(names[top]) * 2 > len(lines[top]) else 2
        body = [
            at
            for at in range(top + 1, behind)
            if len(names[top].keys() & lines[at].keys()) >= fewest
        ]
        if body:
            yield _Table(top, body[-1])


def first_small_table(lines: Sequence[Line], vocabulary: Vocabulary) -> int | None:
    """Return the position of the header of the first table that names one column; None for none."""
    return next((table.top for table in _small_tables(lines, vocabulary)), None)


def _small_tables(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[_Table]:
    """Yield the tables whose header names one column only.

    Notes in pairs look much the same: "Location", "Downtown", and under it "Manager", "Ines". In
    those the known word is the first of its line, and what stands under it is not a value of its
    column.
    """
    end = 0
    for top, header in enumerate(lines):
        names = {at: m.field for at, text in header.items() if (m := vocabulary.plain_match(text))}
        if top < end or len(header) == 1 or len(names) != 1 or has_number(header.values()):
            continue
        body = _lines_under(header, lines[top + 1 :])
        if body and _are_values(body, header, *names.popitem(), vocabulary):
            end = top + len(body) + 1
            yield _Table(top, end - 1)


def _lines_under(header: Line, lines: Sequence[Line]) -> list[Line]:
    """Return the first lines that are not blank and have no cells beside those of a header."""
    return [*takewhile(lambda line: line and line.keys() <= header.keys(), lines)]


def _are_values(
    body: Sequence[Line], header: Line, place: int, field: str, vocabulary: Vocabulary
) -> bool:
    """Whether lines are the values of a table whose header names one column, `field`."""
    if any(len(line) == 1 or begins_as_note(line, vocabulary) for line in body):
        return False
    values = [line[place] for line in body if place in line]
    if not values or place > min(header):
        return bool(values)
    kind = vocabulary.kinds[field]
    if not isinstance(kind, Text):
        return not any(isinstance(kind.parse(text, UTC), Problem) for text in values)
    beside = [text for line in body for at, text in line.items() if at != place]
    return len(body) > 1 and all(has_number([text]) for text in beside)

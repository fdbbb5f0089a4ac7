"""What each line of a sheet is: one role for each, in one pass over the lines.

Above the header a line is a note until it shows to be more; below it, a row of data until it shows
to be something else. If two roles fit, the later one in the functions here counts. The
findings for each role are in `role_findings`.
"""

from __future__ import annotations

from enum import IntEnum, auto
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from certbulk.reading.shape.line_features import (
    fit_under,
    is_hint,
    line_of,
)
from certbulk.reading.shape.row_features import (
    checkbox_rows,
    filled_lines,
    headings,
    is_same_header,
    totals,
    without_skips,
)
from certbulk.reading.shape.tables_above import small_tables_in, tables_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from certbulk.reading.formats.display_formats import DisplayFormats
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.find_header import Header
    from certbulk.reading.shape.line_features import Line
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Role", "fields_in", "line_roles"]


class Role(IntEnum):
    """What a line is."""

    BLANK = 0
    NOTE = auto()  # above the header: a title, an author, a date
    ROW_ABOVE = auto()  # a row of the table above its header
    ROW_OR_NOTE = auto()  # above the header, and it may be either
    TABLE_ABOVE = auto()  # the header of another table above the header
    SMALL_TABLE = auto()  # the header of a table that names one column only: a legend, a list
    ROW_OF_TABLE = auto()  # a line below one of these
    HEADER = auto()
    DATA = auto()
    EXTRA_CELLS = auto()  # data with more cells than the header has
    HINT = auto()  # how to fill in the columns
    TOTAL = auto()
    REPEATED_HEADER = auto()
    OTHER_HEADER = auto()  # the header of another table below the header
    OTHER_ROW = auto()  # a line below one of these
    CHECKBOXES = auto()  # nothing but unticked boxes


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
    lines_below = max(grid.height - header.last - 1, 0)
    roles[header.last + 1 :] = _below(columns, header, lines_below, grid.display, vocabulary)
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
    rows = {at for at, role in enumerate(roles) if role is Role.ROW_ABOVE}
    header, tables = Role.TABLE_ABOVE, [*tables_in(lines, rows, vocabulary)]
    if not tables:
        header, tables = Role.SMALL_TABLE, [*small_tables_in(lines, vocabulary)]
    for top, last in tables:
        if header is Role.TABLE_ABOVE or rows.isdisjoint(range(top, last + 1)):
            roles[top : last + 1] = [header, *[Role.ROW_OF_TABLE] * (last - top)]
    return roles


def _below(
    columns: Sequence[SheetColumn],
    header: Header,
    lines: int,
    display: DisplayFormats,
    vocabulary: Vocabulary,
) -> NDArray[np.int8]:
    placed = [column for column in columns if column.number is not None]
    of_source = [column for column in placed if not column.made]
    filled = filled_lines(of_source, lines)
    roles = np.full(lines, Role.DATA, dtype=np.int8)
    if display.widths and header.row >= 0:
        beyond = [c for c in of_source if (c.number or 0) > display.widths[header.row]]
        roles[filled_lines(beyond, lines)] = Role.EXTRA_CELLS
    roles[: _hints(of_source, vocabulary)] = Role.HINT
    kept_by_program = [row - header.last - 2 for row in display.totals]
    roles[totals(of_source, filled, kept_by_program)] = Role.TOTAL
    whatever_is_sent = without_skips(of_source, vocabulary)
    for at, behind in pairwise([*headings(whatever_is_sent, vocabulary), len(roles)]):
        if is_same_header(whatever_is_sent, at, vocabulary):
            roles[at] = Role.REPEATED_HEADER
        else:
            roles[at:behind] = Role.OTHER_ROW
            roles[at] = Role.OTHER_HEADER
    roles[checkbox_rows(placed, filled, vocabulary)] = Role.CHECKBOXES
    roles[~filled] = Role.BLANK
    return roles


def _hints(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> int:
    """Return how many lines directly below the header are hints."""
    fields = {position: column.field for position, column in enumerate(columns) if column.field}
    cells = [column.cells for column in columns]
    for at in range(len(cells[0]) if cells else 0):
        line = {position: text for position, column in enumerate(cells) if (text := column[at])}
        if not line or not is_hint(line, fields, vocabulary):
            return at
    return len(cells[0]) if cells else 0

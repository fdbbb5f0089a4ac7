"""From a grid to a sheet: its header, what that means, the rows to read, and findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.headers import How
from certbulk.core.columns.read_only import counts_rows, has_no_name, is_read_only
from certbulk.core.findings.finding import found
from certbulk.reading.error_cells import cell_findings
from certbulk.reading.extension.pasted_rows import looks_pasted
from certbulk.reading.formats.grid import DIFFERENT, NO_RESULT
from certbulk.reading.headers.apply_mapping import arranged
from certbulk.reading.headers.header_findings import header_findings
from certbulk.reading.headers.terms import with_terms_apart
from certbulk.reading.headers.units import units_in_headers
from certbulk.reading.shape.find_header import find_header, top_lines
from certbulk.reading.shape.line_features import line_of
from certbulk.reading.shape.line_roles import Role, fields_in, line_roles
from certbulk.reading.shape.role_findings import role_findings
from certbulk.reading.shape.row_features import skipped
from certbulk.reading.shape.source_findings import hidden_findings
from certbulk.reading.sheet import Sheet
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.find_header import Header
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["understand"]

_PASTED = (
    "These look like rows for the browser extension, which have columns of their own. Read them as "
    "such."
)


def understand(
    grid: Grid, source: str, sha256: str, vocabulary: Vocabulary, *, addresses: bool = True
) -> Sheet:
    """Understand the headers of a grid, and turn what cannot be a value into findings.

    Messages have addresses of cells, unless the source has none, as a frame.
    """
    header = find_header(grid, vocabulary)
    grid = grid.with_merges_filled(header.last) if grid.display.merges else grid
    first, header_row = header.last + 1, header.row + 1
    below = np.arange(first, grid.height)
    columns = [
        _column(text, number, cells, vocabulary)
        for number, column, header_text in zip(
            grid.numbers, grid.columns, header.texts, strict=True
        )
        for cells in [column.take(below)]
        if (text := header_text.removeprefix(NO_RESULT).removeprefix(DIFFERENT))
        or cells.filled.any()
    ]
    columns, parts, gaps = arranged(columns, vocabulary, below + 1, header_row)
    columns = _without_read_only(columns)
    roles = line_roles(grid, header, columns, vocabulary)
    left_out = {*(below[skipped(columns, vocabulary)]).tolist()}
    told = [*role_findings(roles, grid, header_row, fields_in(grid, columns), left_out)]
    read = ~np.isin(roles[first:], [Role.BLANK, Role.CHECKBOXES])
    rows = below[read] + 1
    columns, parts = (
        [replace(column, cells=column.cells.take(read)) for column in several]
        for several in (columns, parts)
    )
    columns += units_in_headers(columns, vocabulary)
    columns = with_terms_apart(columns, vocabulary)
    of_headers = header_findings(columns, header_row, len(rows), vocabulary, addresses=addresses)
    if _is_pasted(header, columns, grid, rows, vocabulary):
        # Each value of the first row would be an unknown header.
        of_headers = [finding for finding in of_headers if finding.code != "unknown_column"]
        of_headers.append(found("pasted_rows", _PASTED, row=header_row))
    if Role.ROW_ABOVE in roles:  # there are rows, but in the wrong place
        of_headers = [finding for finding in of_headers if finding.code != "no_rows"]
    findings = [
        *of_headers,
        *told,
        *hidden_findings(grid.display, [column for column in columns if not column.made], rows),
    ]
    return Sheet(
        source,
        sha256,
        grid.name,
        header_row,
        rows,
        tuple(columns),
        (*findings, *cell_findings([*columns, *parts], rows), *gaps),
        vocabulary=vocabulary,
        above=tuple(
            (row + 1, number, text)
            for row in range(header.first)
            for number, column in zip(grid.numbers, grid.columns, strict=True)
            if (text := column[row])
        ),
    )


def _column(header: str, number: int, cells: Column, vocabulary: Vocabulary) -> SheetColumn:
    match = vocabulary.match(header)
    known = (match.field, match.how) if match else (None, None)
    return SheetColumn(header, number, known[0], cells, known[1])


def _without_read_only(columns: list[SheetColumn]) -> list[SheetColumn]:
    """Return the columns; those of records alone, and numbers of rows, mean no field.

    What a mapping says of a column comes first.
    """
    headers = frozenset(column.header for column in columns)
    return [
        replace(column, field=None, how=How.READ_ONLY)
        if not column.made
        and column.how not in {How.MAPPED, How.IGNORED}
        and (
            is_read_only(column.header, column.field, headers)
            or (has_no_name(column.header) and counts_rows(column.cells))
        )
        else column
        for column in columns
    ]


def _is_pasted(
    header: Header,
    columns: Sequence[SheetColumn],
    grid: Grid,
    rows: NDArray[np.int64],
    vocabulary: Vocabulary,
) -> bool:
    """Whether rows of the browser extension are read as a table."""
    known = {column.header for column in columns if column.field or column.how}
    if looks_pasted(["" if text in known else text for text in header.texts], vocabulary):
        return True
    if len(header.names) == 1:  # of which one value may remind: services(610101)
        lines = [line for row, line in top_lines(grid).items() if row <= header.row]
    elif header.names or not rows.size:
        return False
    else:  # those of a frame have headers, whatever they are
        lines = [line_of(grid, int(rows[0]) - 1)]
    positions = range(len(grid.columns))
    return any(looks_pasted([line.get(at, "") for at in positions], vocabulary) for line in lines)

"""From a grid to a sheet: where the header is, what it means, which cells are not values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import BLANK
from certbulk.core.findings.finding import found
from certbulk.reading.extension.pasted_rows import looks_pasted
from certbulk.reading.formats.grid import DIFFERENT, NO_RESULT
from certbulk.reading.headers.apply_mapping import arranged
from certbulk.reading.headers.header_findings import header_findings
from certbulk.reading.headers.terms import with_terms_apart
from certbulk.reading.headers.units import units_in_headers
from certbulk.reading.shape.error_cells import cell_findings
from certbulk.reading.shape.find_header import find_header, top_lines
from certbulk.reading.shape.line_features import line_of
from certbulk.reading.shape.line_roles import Role, roles_above, roles_below
from certbulk.reading.shape.role_findings import findings_above, findings_below
from certbulk.reading.shape.source_findings import hidden_findings
from certbulk.reading.sheet import Sheet, SheetColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.find_header import Header
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["understand"]

_PASTED = (
    "These look like rows pasted for the browser extension, which have columns of their own. Have "
    "them read as such."
)


def understand(grid: Grid, source: str, sha256: str, vocabulary: Vocabulary) -> Sheet:
    """Understand the headers of a grid, and turn what cannot be a value into findings."""
    header = find_header(grid, vocabulary)
    grid = grid.with_merges_filled(header.last) if grid.look.merges else grid
    first = header.last + 1
    occupied = np.zeros(max(grid.height - first, 0), dtype=np.bool_)
    for column in grid.columns:
        occupied |= column.codes[first:] != BLANK
    kept = np.flatnonzero(occupied) + first
    columns = [
        _column(text, number, column.take(kept), vocabulary)
        for number, column, header_text in zip(
            grid.numbers, grid.columns, header.texts, strict=True
        )
        if (text := header_text.removeprefix(NO_RESULT).removeprefix(DIFFERENT))
        or column.take(kept).filled.any()
    ]
    rows = (kept + 1).astype(np.int64)
    header_row = header.row + 1
    columns, parts, gaps = arranged(columns, vocabulary, rows, header_row)
    of_source = [column for column in columns if not column.made]
    fields = _fields(of_source, grid)
    lines = [line_of(grid, row) for row in range(header.first)]
    above = roles_above(lines, fields, vocabulary)
    below = roles_below(columns, rows, header_row, grid.look, vocabulary)
    told_above = findings_above(above, lines, fields, header_row, grid.numbers)
    told_below = [*findings_below(below, of_source, rows, header_row, grid.look.widths)]
    read = below != Role.UNTICKED
    if not read.all():
        kept, rows = kept[read], rows[read]
        columns, parts = (_only(several, read) for several in (columns, parts))
    columns += units_in_headers(columns, vocabulary)
    columns = with_terms_apart(columns, vocabulary)
    of_headers = header_findings(columns, header_row, len(rows), vocabulary)
    if _is_pasted(header, columns, grid, kept, vocabulary):
        # Then it is not of use that each value of the first row is no header.
        of_headers = [finding for finding in of_headers if finding.code != "unknown_column"]
        of_headers.append(found("pasted_rows", _PASTED, row=header_row))
    if Role.ROW_ABOVE in above:  # to add some is no advice then
        of_headers = [finding for finding in of_headers if finding.code != "no_rows"]
    findings = [
        *told_above,
        *of_headers,
        *told_below,
        *hidden_findings(grid.look, [column for column in columns if not column.made], rows),
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


def _fields(columns: Sequence[SheetColumn], grid: Grid) -> dict[int, str]:
    """Return what the columns mean, by their positions in the grid."""
    fields = {column.number: column.field for column in columns if column.field}
    return {place: fields[number] for place, number in enumerate(grid.numbers) if number in fields}


def _only(columns: Sequence[SheetColumn], rows: NDArray[np.bool_]) -> list[SheetColumn]:
    """Return the columns with the rows of a mask only."""
    return [replace(column, cells=column.cells.take(rows)) for column in columns]


def _column(header: str, number: int, cells: Column, vocabulary: Vocabulary) -> SheetColumn:
    match = vocabulary.match(header)
    known = (match.field, match.how) if match else (None, None)
    return SheetColumn(header, number, known[0], cells, known[1])


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
        lines = top_lines(grid)[: header.row + 1]
    elif header.names or not rows.size:
        return False
    else:  # those of a frame have headers, whatever they are
        lines = [line_of(grid, int(rows[0]))]
    places = range(len(grid.columns))
    return any(looks_pasted([line.get(at, "") for at in places], vocabulary) for line in lines)

"""From a grid to a sheet: where the header is, what it means, which cells are not values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.columns.distinct import BLANK
from certbulk.core.findings.finding import found
from certbulk.reading.extension.pasted_rows import looks_pasted
from certbulk.reading.formats.grid import DIFFERENT, NO_RESULT
from certbulk.reading.headers.apply_mapping import arranged
from certbulk.reading.headers.header_findings import header_findings
from certbulk.reading.headers.terms import with_terms_apart
from certbulk.reading.headers.units import units_in_headers
from certbulk.reading.shape.above_header import findings_above
from certbulk.reading.shape.checkbox_rows import unticked
from certbulk.reading.shape.error_cells import cell_findings
from certbulk.reading.shape.extra_cells import ragged_rows
from certbulk.reading.shape.late_header import late_header
from certbulk.reading.shape.other_tables import tables_below
from certbulk.reading.shape.remarks import hidden_findings, unticked_rows
from certbulk.reading.shape.totals import totals_findings
from certbulk.reading.sheet import Sheet
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.reading.formats.grid import Grid
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Header", "find_header", "understand"]

_PASTED = (
    "These look like rows pasted for the browser extension, which have columns of their own. Have "
    "them read as such."
)
_AGAINST = 2  # names of columns that a number outweighs
_ROWS_WITH_HEADER = 100  # title lines and notes above a header are fewer
_LITTLE = 0.5  # of the filled cells of a row: a header names more


class Header(NamedTuple):
    """The header of a grid.

    Attributes:
        row: The position of the row whose texts are the headers; -1 for none.
        first: The position of its first row, where merged headers are several rows high.
        last: The position of its last row.
        texts: The header of each column.
        names: The canonical names that they mean.
    """

    row: int
    first: int
    last: int
    texts: tuple[str, ...]
    names: frozenset[str]


def find_header(grid: Grid, vocabulary: Vocabulary) -> Header:
    """Return the header: the row that names the most columns.

    Where none does, it is the first that is not blank. A number speaks against a row, as beside an
    id "services" and "period" are values of a type. A header that is merged with cells below it
    counts in all of its rows. Where the first rows name little, it is looked for below them.
    """
    best = Header(-1, -1, -1, ("",) * len(grid.columns), frozenset())
    most = 0
    for row, texts in enumerate(_top_rows(grid)):
        filled = [text for text in texts if text]
        if len(filled) <= most:  # it cannot name more
            continue
        matches = map(vocabulary.match, filled)
        names = frozenset(match.field for match in matches if match)
        numbers = sum(text.strip().isdecimal() for text in filled)
        merit = max(len(names) - _AGAINST * numbers, 1) if names else 0
        if best.row < 0 or merit > most:
            best, most = Header(row, row, row, tuple(texts), names), merit
    if best.row >= 0 and most <= _LITTLE * sum(map(bool, best.texts)):
        late = late_header(grid, best.row, best.names, _ROWS_WITH_HEADER, vocabulary)
        if late is not None:
            texts = [column[late] or "" for column in grid.columns]
            matches = map(vocabulary.match, filter(None, texts))
            names = frozenset(match.field for match in matches if match)
            best = Header(late, late, late, tuple(texts), names)
    if not best.names:
        return best
    row = best.row + 1
    merges = [m for m in grid.look.merges if m.first_row <= row <= m.last_row]
    return best._replace(
        first=min([row, *(m.first_row for m in merges)]) - 1,
        last=max([row, *(m.last_row for m in merges)]) - 1,
    )


def _top_rows(grid: Grid) -> list[list[str]]:
    """Return the texts of the first rows, merged ones repeated downwards."""
    height = min(_ROWS_WITH_HEADER, grid.height)
    rows = [[column[row] or "" for column in grid.columns] for row in range(height)]
    places = {number: place for place, number in enumerate(grid.numbers)}
    for merge in grid.look.merges:
        place = places.get(merge.first_column)
        if place is not None and merge.first_row <= height:
            text = rows[merge.first_row - 1][place]
            for row in range(merge.first_row, min(merge.last_row, height)):
                rows[row][place] = text
    return rows


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
    above = findings_above(grid, header_row, [c for c in columns if not c.made], vocabulary)
    bare = unticked(columns, len(rows), vocabulary)
    said = [] if bare is None else [unticked_rows(rows[bare].tolist())]
    if bare is not None:
        kept, rows = kept[~bare], rows[~bare]
        columns, parts = (_without(several, bare) for several in (columns, parts))
    columns += units_in_headers(columns, vocabulary)
    columns = with_terms_apart(columns, vocabulary)
    of_headers = header_findings(columns, header_row, len(rows), vocabulary)
    known = {column.header for column in columns if column.field or column.how}
    if _is_pasted(header, known, grid, kept, vocabulary):
        # Then it is not of use that each value of the first row is no header.
        of_headers = [finding for finding in of_headers if finding.code != "unknown_column"]
        of_headers.append(found("pasted_rows", _PASTED, row=header_row))
    if any(finding.code == "rows_above" for finding in above):  # to add some is no advice then
        of_headers = [finding for finding in of_headers if finding.code != "no_rows"]
    of_source = [column for column in columns if not column.made]
    findings = [
        *above,
        *of_headers,
        *tables_below(of_source, rows, header_row, vocabulary),
        *ragged_rows(of_source, rows, header_row, grid.look.widths),
        *said,
        *hidden_findings(grid.look, of_source, rows),
        *totals_findings(of_source, rows, grid.look.totals),
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


def _without(columns: Sequence[SheetColumn], rows: NDArray[np.bool_]) -> list[SheetColumn]:
    """Return the columns without the rows of a mask."""
    return [replace(column, cells=column.cells.take(~rows)) for column in columns]


def _column(header: str, number: int, cells: Column, vocabulary: Vocabulary) -> SheetColumn:
    match = vocabulary.match(header)
    known = (match.field, match.how) if match else (None, None)
    return SheetColumn(header, number, known[0], cells, known[1])


def _is_pasted(
    header: Header,
    known: Collection[str],
    grid: Grid,
    rows: NDArray[np.int64],
    vocabulary: Vocabulary,
) -> bool:
    """Tell whether rows of the browser extension are read as a table."""
    if looks_pasted(["" if text in known else text for text in header.texts], vocabulary):
        return True
    if len(header.names) == 1:  # of which one value may remind: services(610101)
        return any(looks_pasted(texts, vocabulary) for texts in _top_rows(grid)[: header.row + 1])
    if header.names or not rows.size:
        return False
    first = [column[int(rows[0])] or "" for column in grid.columns]
    return looks_pasted(first, vocabulary)  # those of a frame have headers, whatever they are

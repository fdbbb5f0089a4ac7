"""From a grid to a sheet: where the header is, what it means, which cells are not values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns import BLANK
from certbulk.core.fields import BY_NAME
from certbulk.core.findings import found, quoted
from certbulk.core.headers import is_result
from certbulk.core.kinds.folding import normal_header
from certbulk.reading.arranging import arranged
from certbulk.reading.broken import cell_findings
from certbulk.reading.grid import NO_RESULT
from certbulk.reading.sheet import Sheet, SheetColumn

if TYPE_CHECKING:
    from certbulk.core.columns import Column
    from certbulk.core.findings import Finding
    from certbulk.core.headers import Match
    from certbulk.core.vocabulary import Vocabulary
    from certbulk.reading.grid import Grid

__all__ = ["find_header", "understand"]

_ROWS_WITH_HEADER = 100  # title lines and notes above a header are fewer


def find_header(grid: Grid, vocabulary: Vocabulary) -> tuple[int, int]:
    """Return the position of the header row and how many columns its cells name.

    It is the row that names the most columns; where none does, the first that is not blank.
    """
    height = min(_ROWS_WITH_HEADER, grid.height)
    best, most = -1, -1
    for row in range(height):
        texts = [text for column in grid.columns if (text := column[row])]
        names = {match.field for text in texts if (match := vocabulary.match(text))}
        if texts and len(names) > most:
            best, most = row, len(names)
    return best, max(most, 0)


def understand(grid: Grid, source: str, sha256: str, vocabulary: Vocabulary) -> Sheet:
    """Understand the headers of a grid, and turn what cannot be a value into findings."""
    header, _ = find_header(grid, vocabulary)
    grid = grid.with_merges_filled(header) if grid.merges else grid
    below = np.arange(header + 1, grid.height)
    occupied = np.zeros(len(below), dtype=np.bool_)
    for column in grid.columns:
        occupied |= column.codes[below] != BLANK
    kept = below[occupied]
    columns = [
        _column(text, number, column.take(kept), vocabulary)
        for number, column in zip(grid.numbers, grid.columns, strict=True)
        if (text := (column[header] or "").removeprefix(NO_RESULT))
        or column.take(kept).filled.any()
    ]
    rows = (kept + 1).astype(np.int64)
    header_row = header + 1 if header >= 0 else 0
    columns, parts, gaps = arranged(columns, vocabulary, rows, header_row)
    findings = _header_findings(columns, header_row, len(rows), vocabulary)
    return Sheet(
        source,
        sha256,
        grid.name,
        header_row,
        rows,
        tuple(columns),
        (*findings, *cell_findings([*columns, *parts], rows), *gaps),
        vocabulary=vocabulary,
    )


def _column(header: str, number: int, cells: Column, vocabulary: Vocabulary) -> SheetColumn:
    match = vocabulary.match(header)
    known = (match.field, match.how) if match else (None, None)
    return SheetColumn(header, number, known[0], cells, known[1])


def _header_findings(
    columns: list[SheetColumn], row: int, rows: int, vocabulary: Vocabulary
) -> list[Finding]:
    findings = []
    first: dict[str, SheetColumn] = {}
    for column in columns:
        cell = column.address(row)
        if column.made:
            continue
        if column.field is None:
            findings += [] if column.how else _unknown(column, cell, row, vocabulary)
        elif column.field in first:
            other = first[column.field]
            findings.append(
                found(
                    "duplicate_column",
                    f"{quoted(column.header)} and {quoted(other.header)} "
                    f"({other.address(row)}) both mean {column.field}. Delete one of them.",
                    row=row,
                    cell=cell,
                    field=column.field,
                    value=column.header,
                )
            )
        else:
            first[column.field] = column
    if not rows:
        findings.append(found("no_rows", "The sheet has no rows below its header. Add some."))
    return findings


def _unknown(
    column: SheetColumn, cell: str | None, row: int, vocabulary: Vocabulary
) -> list[Finding]:
    if is_result(column.header):
        return []
    if not column.header:
        message = "The column has values but no header, so it is not sent. Give it a header."
        return [found("unknown_column", message, row=row, cell=cell)]
    near = vocabulary.nearest(column.header)
    hint = f" Did you mean {_in_words(near)}?" if near else ""
    return [
        found(
            "unknown_column",
            f"{quoted(column.header)} is not a known column, so it is not sent.{hint}",
            row=row,
            cell=cell,
            value=column.header,
            suggestion=near.field if near else None,
        )
    ]


def _in_words(match: Match) -> str:
    """Return a column by its name and the label, or the word for it that is near."""
    known = {normal_header(match.field), normal_header(BY_NAME[match.field].label)}
    near = normal_header(match.written) not in known
    return f"{match.field} ({match.written if near else BY_NAME[match.field].label})"

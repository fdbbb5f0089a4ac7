"""Rows as they are pasted into the browser extension: thirteen columns, mostly without headers."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import positions
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import normal_header
from certbulk.core.results.result_columns import is_result
from certbulk.reading.error_cells import cell_findings
from certbulk.reading.extension.cells import (
    COLUMNS,
    IMAGE,
    PARTS,
    RESTRICTION,
    TERM,
    parts_of_restriction,
    parts_of_term,
    refusal,
)
from certbulk.reading.formats.error_texts import error_code_of
from certbulk.reading.sheet import Sheet
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Grid
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["looks_pasted", "parts_of", "taken_apart", "understand_pasted"]

_FEWEST_HEADERS = 3  # a row of values never has as many cells that are names of columns
_OURS = {normal_header(name): name for name in COLUMNS}
_MADE_OF = {
    RESTRICTION: (parts_of_restriction, ("item_type_id", "service_ids")),
    TERM: (
        parts_of_term,
        (
            "expiration_type_id",
            "expiration_date",
            "expiration_timeout",
            "expiration_timeout_unit_id",
        ),
    ),
}


def looks_pasted(texts: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a row is one for the browser extension, or has the names of its columns."""
    if {normal_header(PARTS), normal_header(TERM)} <= {*map(normal_header, texts)}:
        return True
    row = dict(zip(COLUMNS, texts, strict=False))
    if len(row) <= [*COLUMNS].index(TERM):
        return False
    parts = {
        "is_multi": row[PARTS],
        **parts_of_restriction(row[RESTRICTION], vocabulary),
        **parts_of_term(row[TERM], vocabulary),
    }
    kinds = vocabulary.kinds
    return not any(
        isinstance(kinds[name].parse(parts[name], UTC), Problem)
        for name in ("is_multi", "item_type_id", "expiration_type_id")
    )


def understand_pasted(
    grid: Grid, source: str, sha256: str, vocabulary: Vocabulary, *, headed: bool
) -> Sheet:
    """Understand a grid of pasted rows, and turn what cannot be a value into findings.

    Columns are known by their positions. If the first row that is not blank has the headers that
    certbulk gives these columns in its results, they are known by their names instead.

    Args:
        grid: The rows.
        source: What people call the source.
        sha256: Its hash.
        vocabulary: The words that the cells are understood by.
        headed: Whether the first row is one of headers, whatever they are: those of a frame.
    """
    occupied = np.zeros(grid.height, dtype=np.bool_)
    for column in grid.columns:
        occupied |= column.filled
    kept = np.flatnonzero(occupied)
    header = 0 if headed else _header_row(grid, kept, vocabulary)
    kept = kept[kept > header]
    named = [*_columns(grid, header, kept, vocabulary)]
    columns = [column for _, column in named]
    made = [part for name, column in named for part in taken_apart(name, column, vocabulary)]
    rows = (kept + 1).astype(np.int64)
    findings = (
        *_findings(named, header + 1, len(rows), vocabulary),
        *_refusals(named, rows, vocabulary),
        *cell_findings([*columns, *made], rows),
    )
    return Sheet(
        source,
        sha256,
        grid.name,
        header + 1,
        rows,
        (*columns, *made),
        findings,
        vocabulary=vocabulary,
    )


def _header_row(grid: Grid, rows: NDArray[np.int64], vocabulary: Vocabulary) -> int:
    """Return the position of the row of headers; -1 if the first row has values already."""
    if not rows.size:
        return -1
    texts = [text for column in grid.columns if (text := column[int(rows[0])])]
    ours = _OURS.keys() & {normal_header(text) for text in texts}
    fields = {match.field for text in texts if (match := vocabulary.match(text))}
    return int(rows[0]) if max(len(ours), len(fields)) >= _FEWEST_HEADERS else -1


def _columns(
    grid: Grid, header: int, rows: NDArray[np.int64], vocabulary: Vocabulary
) -> Iterator[tuple[str | None, SheetColumn]]:
    """Yield the names in `COLUMNS` of the columns of the source, with the columns."""
    texts = [(column[header] or "") if header >= 0 else "" for column in grid.columns]
    by_name = len({*map(normal_header, texts)} & _OURS.keys()) >= _FEWEST_HEADERS
    by_position = dict(enumerate(COLUMNS, start=grid.numbers[0] if grid.numbers else 1))
    for number, column, text in zip(grid.numbers, grid.columns, texts, strict=True):
        cells = column.take(rows)
        name = _OURS.get(normal_header(text)) if by_name else by_position.get(number)
        match = vocabulary.match(text)
        if name is not None:
            yield name, SheetColumn(text or name, number, COLUMNS[name], cells, How.POSITION)
        elif by_name and match:
            yield None, SheetColumn(text, number, match.field, cells, match.how)
        elif text or cells.filled.any():
            yield None, SheetColumn(text, number, None, cells)


def parts_of(name: str) -> tuple[str, ...]:
    """Return the columns that the one called `name` is taken apart into."""
    return _MADE_OF[name][1]


def taken_apart(
    name: str | None, column: SheetColumn, vocabulary: Vocabulary
) -> Iterator[SheetColumn]:
    """Yield the columns that a column with several things in each cell is taken apart into."""
    if name not in _MADE_OF:
        return
    read, fields = _MADE_OF[name]
    parts = {
        # A broken cell breaks the first of the columns.
        text: {fields[0]: text} if error_code_of(text) else read(text, vocabulary)
        for text in column.cells.values
    }
    for field in fields:
        cells = column.cells.map({text: part.get(field) for text, part in parts.items()}.get)
        yield SheetColumn(field, column.number, field, cells, How.POSITION, made=True)


def _refusals(
    named: Sequence[tuple[str | None, SheetColumn]], rows: NDArray[np.int64], vocabulary: Vocabulary
) -> Iterator[Finding]:
    """Yield findings about cells that are not written in the words of this format."""
    for name, column in named:
        refused = {
            text: said
            for text in column.cells.values
            if name and not error_code_of(text) and (said := refusal(name, text, vocabulary))
        }
        for position in positions(column.cells.where(refused.__contains__)) if refused else ():
            text = column.cells[position]
            said = refused[text]
            row = int(rows[position])
            yield found(
                said.code,
                f"{quoted(text)} {said.message}",
                row=row,
                cell=column.address(row),
                field=said.field,
                value=text,
                suggestion=said.suggestion,
            )


def _findings(
    named: Sequence[tuple[str | None, SheetColumn]], row: int, rows: int, vocabulary: Vocabulary
) -> Iterator[Finding]:
    """Yield findings about columns that are not sent, and about the table."""
    nothing = vocabulary.phrases("nothing.words")
    for name, column in named:
        cell = column.address(row) if row else None
        if name == IMAGE and column.cells.where(lambda text: text not in nothing).any():
            says = "Images are not sent. Add them in the service after the types are created."
        elif column.field is None and name is None and not is_result(column.header):
            says = f"A column beyond the {len(COLUMNS)} of this format is not sent."
        else:
            continue
        yield found("unknown_column", says, row=row or None, cell=cell, value=column.header or None)
    if not rows:
        yield found("no_rows", "There are no rows. Paste rows of 13 columns, separated by tabs.")

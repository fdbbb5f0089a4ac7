"""Other tables on the sheet that is read, above its header."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.addresses import letters_of
from certbulk.core.findings import found, quoted
from certbulk.core.kinds import Problem, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certbulk.core.findings import Finding
    from certbulk.core.vocabulary import Vocabulary
    from certbulk.reading.grid import Grid

__all__ = ["tables_above"]

_FEWEST = 2  # different columns that a header names
_SHOWN = 3  # headers of the other table that are named

_Row = dict[int, str]
"""The texts of a row by the places of their columns, without blanks."""


def tables_above(grid: Grid, header_row: int, vocabulary: Vocabulary) -> list[Finding]:
    """Return a finding for every table above the header in the true row `header_row`.

    The rows that merged cells of the header reach up to are a part of it. What names only one
    column is hardly a table of certificate types: it is said where there is no other.
    """
    merges = grid.look.merges
    begins = min(
        (m.first_row for m in merges if m.first_row <= header_row <= m.last_row),
        default=header_row,
    )
    rows = [
        {place: text for place, column in enumerate(grid.columns) if (text := column[row])}
        for row in range(begins - 1)
    ]
    tables = [*_tables(rows, vocabulary)]
    if tables:
        return [
            _finding("table_above", _TABLE, rows, top, last, places, grid, header_row)
            for top, last, places in tables
        ]
    return [
        _finding("lines_above", _LINES, rows, top, last, [*rows[top]], grid, header_row)
        for top, last in _small_tables(rows, vocabulary)
    ]


_TABLE = (
    "Rows {rows}, above the header in row {header}, look like another table ({names}), and are not "
    "read. Nothing of the sheet is sent until that table is on a sheet of its own."
)
_LINES = (
    "Rows {rows}, above the header in row {header}, look like a small table ({names}), and are not "
    "read. If they are certificate types, put them on a sheet of their own."
)


def _finding(  # noqa: PLR0917 (the parts of a sentence)
    code: str,
    says: str,
    rows: Sequence[_Row],
    top: int,
    last: int,
    places: Sequence[int],
    grid: Grid,
    header_row: int,
) -> Finding:
    names = ", ".join(quoted(rows[top][place]) for place in places[:_SHOWN])
    first = min(places)
    return found(
        code,
        says.format(rows=f"{top + 1}-{last + 1}", header=header_row, names=names),
        row=top + 1,
        cell=f"{letters_of(grid.numbers[first])}{top + 1}",
        value=rows[top][first],
    )


def _tables(
    rows: Sequence[_Row], vocabulary: Vocabulary
) -> Iterator[tuple[int, int, Sequence[int]]]:
    """Yield where tables begin and end, and the places of the headers that are known.

    One is a row that names several columns and has no numbers, with a row of values under them.
    """
    named = [
        {place: match.field for place, text in row.items() if (match := vocabulary.match(text))}
        for row in rows
    ]
    tops = [
        row
        for row, fields in enumerate(named)
        if len({*fields.values()}) >= _FEWEST and not any(map(_is_number, rows[row].values()))
    ]
    for top, behind in zip(tops, [*tops[1:], len(rows)], strict=False):
        # One value is enough below what is a header for the most part, and not a line of notes.
        fewest = 1 if len(named[top]) * 2 > len(rows[top]) else _FEWEST
        body = [
            row
            for row in range(top + 1, behind)
            if len(named[top].keys() & rows[row].keys()) >= fewest
        ]
        if body:
            yield top, body[-1], [*named[top]]


def _small_tables(rows: Sequence[_Row], vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield where tables begin and end whose header names but one column.

    Notes in pairs look much the same: "Location", "Downtown", and under it "Manager", "Ines". In
    those the known word is the first of its row, and what stands under it is no value for it.
    """
    top = 0
    while top < len(rows):
        last = top
        while last + 1 < len(rows) and rows[last + 1] and rows[last + 1].keys() <= rows[top].keys():
            last += 1
        if last > top and _is_small_table(rows[top], rows[top + 1 : last + 1], vocabulary):
            yield top, last
            top = last
        top += 1


def _is_small_table(header: _Row, body: Sequence[_Row], vocabulary: Vocabulary) -> bool:
    """Tell whether rows that have cells below a header only are the values of a table."""
    known = {
        p: match.field for p, text in header.items() if (match := vocabulary.plain_match(text))
    }
    if len(header) < _FEWEST or len(known) != 1 or any(map(_is_number, header.values())):
        return False
    ((place, field),) = known.items()
    values = [row[place] for row in body if place in row]
    if not values or any(len(row) < _FEWEST or _is_note(row, vocabulary) for row in body):
        return False
    if place > min(header):
        return True
    kind = vocabulary.kinds[field]
    if not isinstance(kind, Text):
        return not any(isinstance(kind.parse(text, UTC), Problem) for text in values)
    beside = [text for row in body for p, text in row.items() if p != place]
    return len(body) >= _FEWEST and all(map(_is_number, beside))


def _is_note(row: _Row, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with a word for a column, or with one and a colon."""
    first = row[min(row)]
    return vocabulary.plain_match(first) is not None or first.rstrip().endswith(":")


def _is_number(text: str) -> bool:
    return text.strip().isdecimal()

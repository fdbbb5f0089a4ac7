"""What stands above the header that is read: rows of its own table, and other tables."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.addresses import letters_of
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Problem, Text
from certbulk.reading.shape.rows_above_header import begins_as_note, strays

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.rows_above_header import Row
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["findings_above"]

_HEADERS = 2  # different columns that a header names
_PAIR = 2  # so many cells make a row of a table, and so many rows a table
_SHOWN = 3  # cells that are named

_TABLE = (
    "{rows}, above the header in row {header}, look like another table ({names}), and are not "
    "read. Nothing of the sheet is sent until that table is on a sheet of its own."
)
_ROWS = (
    "{rows} {look} like data of the table below ({names}), but {stand} above its header in row "
    "{header}, where nothing is read. Nothing of the sheet is sent until that is put right: move "
    "{them} below the header, or sort the sheet again and say that its data has headers. Where "
    "{they} not data, delete {them}, or put {them} on another sheet."
)
_PERHAPS = (
    "{rows} may be data of the table below ({names}), but {stand} above its header in row "
    "{header}, where nothing is read. If that is so, move {them} below the header."
)
_LINES = (
    "{rows}, above the header in row {header}, look like a small table ({names}), and are not "
    "read. If they are certificate types, put them on a sheet of their own."
)
_ONE = {"look": "looks", "stand": "stands", "them": "it", "they": "it is"}
_SEVERAL = {"look": "look", "stand": "stand", "them": "them", "they": "they are"}


class _Block(NamedTuple):
    """Rows of which one thing is said, by their positions, and the places that tell it."""

    code: str
    says: str
    first: int
    last: int
    places: Sequence[int]

    @property
    def rows(self) -> range:
        """Their positions."""
        return range(self.first, self.last + 1)


def findings_above(
    grid: Grid, header_row: int, columns: Sequence[SheetColumn], vocabulary: Vocabulary
) -> list[Finding]:
    """Return a finding for every table above the header in the true row `header_row`.

    Rows of the header's own `columns` that have no header above them are a part of its table. The
    rows that merged cells of the header reach up to are a part of it. What names only one column
    is hardly a table of certificate types: it is said where there is no other.
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
    number_of = {column.number: column.field for column in columns if column.field}
    fields = {
        place: field
        for place, number in enumerate(grid.numbers)
        if (field := number_of.get(number)) is not None
    }
    return [_finding(block, rows, grid, header_row) for block in _blocks(rows, fields, vocabulary)]


def _blocks(
    rows: Sequence[Row], fields: Mapping[int, str], vocabulary: Vocabulary
) -> Iterator[_Block]:
    """Yield what is said of the rows above a header with these fields, of each row one thing."""
    alike = [*strays(rows, fields, vocabulary)]
    own = {row for run in alike if run.sure for row in run.rows}
    tables = [
        _Block("table_above", _TABLE, top, last, places)
        for top, last, places in _tables(rows, own, vocabulary)
    ]
    others = tables or [
        _Block("lines_above", _LINES, top, last, [*rows[top]])
        for top, last in _small_tables(rows, vocabulary)
        if own.isdisjoint(range(top, last + 1))
    ]
    under_others = {row for block in others for row in block.rows}
    yield from others
    for first, last, sure in alike:
        if under_others.isdisjoint(range(first, last + 1)):
            yield (
                _Block("rows_above", _ROWS, first, last, [*fields])
                if sure
                else _Block("lines_above", _PERHAPS, first, last, [*fields])
            )


def _finding(block: _Block, rows: Sequence[Row], grid: Grid, header_row: int) -> Finding:
    row, several = rows[block.first], block.last > block.first
    number = block.first + 1
    filled = [place for place in block.places if place in row]
    first = min(filled)
    words = {
        "rows": f"Rows {number}-{block.last + 1}" if several else f"Row {number}",
        "header": header_row,
        "names": ", ".join(quoted(row[place]) for place in filled[:_SHOWN]),
        **(_SEVERAL if several else _ONE),
    }
    return found(
        block.code,
        block.says.format(**words),
        row=number,
        cell=f"{letters_of(grid.numbers[first])}{number}",
        value=row[first],
    )


def _tables(
    rows: Sequence[Row], own: Collection[int], vocabulary: Vocabulary
) -> Iterator[tuple[int, int, Sequence[int]]]:
    """Yield where tables begin and end, and the places of the headers that are known.

    One is a row that names several columns and has no numbers, with a row of values under them. It
    is none of the table's `own`, whose choices may be called like columns.
    """
    named = [
        {place: match.field for place, text in row.items() if (match := vocabulary.match(text))}
        for row in rows
    ]
    tops = [
        row
        for row, fields in enumerate(named)
        if row not in own
        and len({*fields.values()}) >= _HEADERS
        and not any(map(_is_number, rows[row].values()))
    ]
    for top, behind in zip(tops, [*tops[1:], len(rows)], strict=False):
        # One value is enough below what is a header for the most part, and not a line of notes.
        fewest = 1 if len(named[top]) * 2 > len(rows[top]) else _PAIR
        body = [
            row
            for row in range(top + 1, behind)
            if len(named[top].keys() & rows[row].keys()) >= fewest
        ]
        if body:
            yield top, body[-1], [*named[top]]


def _small_tables(rows: Sequence[Row], vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
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


def _is_small_table(header: Row, body: Sequence[Row], vocabulary: Vocabulary) -> bool:
    """Tell whether rows that have cells below a header only are the values of a table."""
    known = {
        p: match.field for p, text in header.items() if (match := vocabulary.plain_match(text))
    }
    if len(header) < _PAIR or len(known) != 1 or any(map(_is_number, header.values())):
        return False
    ((place, field),) = known.items()
    values = [row[place] for row in body if place in row]
    if not values or any(len(row) < _PAIR or begins_as_note(row, vocabulary) for row in body):
        return False
    if place > min(header):
        return True
    kind = vocabulary.kinds[field]
    if not isinstance(kind, Text):
        return not any(isinstance(kind.parse(text, UTC), Problem) for text in values)
    beside = [text for row in body for p, text in row.items() if p != place]
    return len(body) >= _PAIR and all(map(_is_number, beside))


def _is_number(text: str) -> bool:
    return text.strip().isdecimal()

"""Other tables among the lines above a header: those that name several columns, and small ones."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.kinds import Problem, Text
from certbulk.reading.shape.line_features import (
    begins_as_note,
    has_number,
    names_in,
    names_several,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from certbulk.reading.shape.line_features import Line
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Table", "small_tables_in", "tables_in"]


class Table(NamedTuple):
    """A table: the positions of its header and of its last line."""

    top: int
    last: int


def tables_in(
    lines: Sequence[Line], rows: Collection[int], vocabulary: Vocabulary
) -> Iterator[Table]:
    """Yield the tables whose header names several columns, with values under them.

    The lines at the positions `rows` are of the table below: they are not such a header, though
    their choices may be called like columns.
    """
    names = [names_in(line, vocabulary) for line in lines]
    tops = [
        at for at, line in enumerate(lines) if at not in rows and names_several(names[at], line)
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
            yield Table(top, body[-1])


def small_tables_in(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[Table]:
    """Yield the tables whose header names one column only.

    Notes in pairs look much the same: "Location", "Downtown", and under it "Manager", "Ines". In
    those the known word is the first of its line, and what is under it is not a value of its
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
            yield Table(top, end - 1)


def _lines_under(header: Line, lines: Sequence[Line]) -> list[Line]:
    """Return the first lines that are not blank and have no cells beside those of a header."""
    return [*takewhile(lambda line: line and line.keys() <= header.keys(), lines)]


def _are_values(
    body: Sequence[Line], header: Line, position: int, field: str, vocabulary: Vocabulary
) -> bool:
    """Whether lines are the values of a table whose header names one column, `field`."""
    if any(len(line) == 1 or begins_as_note(line, vocabulary) for line in body):
        return False
    values = [line[position] for line in body if position in line]
    if not values or position > min(header):
        return bool(values)
    kind = vocabulary.kinds[field]
    if not isinstance(kind, Text):
        return not any(isinstance(kind.parse(text, UTC), Problem) for text in values)
    beside = [text for line in body for at, text in line.items() if at != position]
    return len(body) > 1 and all(has_number([text]) for text in beside)

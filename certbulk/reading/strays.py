"""Rows above the header that are rows of its own table, as where it was sorted with its rows."""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.field import SKIP
from certbulk.core.fields import ACTION, BY_NAME
from certbulk.core.kinds import Problem, Text
from certbulk.reading.broken import hazard_of
from certbulk.reading.totals import is_total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from certbulk.core.vocabulary import Vocabulary

__all__ = ["Row", "Strays", "begins_as_note", "strays"]

Row = dict[int, str]
"""The texts of a row by the places of their columns, without blanks."""

_NAMES = {"id", "title"}
_FEWEST = 2  # columns that a row fills
_ENOUGH = 3  # different values, each in a column that takes it, that no line of notes has


class Strays(NamedTuple):
    """Rows that stand together, by their positions; `sure` where they can be nothing else."""

    first: int
    last: int
    sure: bool

    @property
    def rows(self) -> range:
        """Their positions."""
        return range(self.first, self.last + 1)


class _Fit(NamedTuple):
    """How well a row fits below the header.

    A value tells where its column does not take any text: a number, a choice, a date. A name of a
    location may be one whatever it is, and tells neither way.

    Attributes:
        named: Whether it has an id or a title, where the table has those; sums have none.
        filled: How many of the known columns it fills.
        told: How many different values tell that it does.
        failed: How many cells are no value of their column.
        has_id: Whether an id is among the values.
    """

    named: bool
    filled: int
    told: int
    failed: int
    has_id: bool

    def is_row(self, known: int) -> bool:
        """Tell whether it is a row of a table that has so many known columns."""
        if self.told >= _ENOUGH:
            return self.named and self.told > 2 * self.failed
        enough = self.has_id or self.filled * 2 >= known
        return self.named and self.told == _FEWEST and not self.failed and enough


_NO_FIT = _Fit(named=False, filled=0, told=0, failed=0, has_id=False)


def strays(
    rows: Sequence[Row], fields: Mapping[int, str], vocabulary: Vocabulary
) -> Iterator[Strays]:
    """Yield which of the rows above a header look like rows of its table.

    With one that is sure come those beside it that are less so, as they have faulty cells. Alone,
    a row is said that fills every column and has one value that tells: "Oak", 100 under a title
    and an amount, which may be a note as well.

    Args:
        rows: The rows above the header.
        fields: What the header names, by the places of the columns.
        vocabulary: The words that the cells are understood by.
    """
    known = len({*fields.values()})
    if known < _FEWEST:
        return
    fits = [_fit(row, fields, vocabulary) for row in rows]
    for blank, block in groupby(range(len(rows)), lambda at: not rows[at]):
        places = [] if blank else [at for at in block if fits[at].filled >= _FEWEST]
        sure = any(_is_sure(rows[at], fits[at], known, vocabulary) for at in places)
        if sure:
            chosen = {at for at in places if fits[at].told >= max(fits[at].failed, 1)}
        else:
            chosen = {at for at in places if _may_be(rows[at], fits[at], known, vocabulary)}
        yield from (Strays(first, last, sure) for first, last in _runs(chosen))


def begins_as_note(row: Row, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with a word for a column, or with one and a colon."""
    first = row[min(row)]
    return vocabulary.plain_match(first) is not None or first.rstrip().endswith(":")


def _is_sure(row: Row, fit: _Fit, known: int, vocabulary: Vocabulary) -> bool:
    enough = fit.told >= _ENOUGH or not _may_be_note(row, vocabulary)
    return enough and fit.is_row(known)


def _may_be(row: Row, fit: _Fit, known: int, vocabulary: Vocabulary) -> bool:
    whole = fit.named and fit.filled == known and fit.told > 0 and not fit.failed
    return whole and not _may_be_note(row, vocabulary)


def _may_be_note(row: Row, vocabulary: Vocabulary) -> bool:
    return begins_as_note(row, vocabulary) or is_total(row[min(row)])


def _fit(row: Row, fields: Mapping[int, str], vocabulary: Vocabulary) -> _Fit:
    cells = {fields[place]: text for place, text in row.items() if place in fields}
    if _is_numbering([*row.values()]) or _is_example(row.values(), vocabulary):
        return _NO_FIT
    judged = {field: _is_value(field, text, vocabulary) for field, text in cells.items()}
    told = {cells[field] for field, fits in judged.items() if fits}
    failed = sum(fits is False for fits in judged.values())
    names = _NAMES & {*fields.values()}
    named = not names or bool(names & cells.keys())
    return _Fit(named, len(cells), len(told), failed, has_id=bool(judged.get("id")))


def _is_value(field: str, text: str, vocabulary: Vocabulary) -> bool | None:
    """Tell whether a text is a value of its column, or nearly one; None where that tells nothing.

    "Period" is a way to expire, and the name of a column as well: a line of headings has those.
    """
    kind = vocabulary.kinds[field]
    if isinstance(kind, Text) or hazard_of(text) or vocabulary.match(text):
        return None
    value = kind.parse(text, UTC)
    if not isinstance(value, Problem) or value.readings or value.suggestion:
        return True
    return None if BY_NAME[field].refers_to else False


def _is_numbering(texts: Sequence[str]) -> bool:
    """Tell whether a row numbers the columns: 1, 2, 3."""
    numbers = [int(text) for text in texts if text.isdecimal()]
    first = numbers[0] if numbers else 0
    return len(texts) >= _ENOUGH and numbers == [*range(first, first + len(texts))]


def _is_example(texts: Collection[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a row says of itself that it is left out, as an example does."""
    action = vocabulary.kinds[ACTION.name]
    words = (text.rstrip(" :") for text in texts if not text[:1].isdecimal())
    return any(action.parse(word, UTC) == SKIP for word in words)


def _runs(places: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other."""
    for _, run in groupby(enumerate(sorted(places)), lambda pair: pair[1] - pair[0]):
        numbers = [place for _, place in run]
        yield numbers[0], numbers[-1]

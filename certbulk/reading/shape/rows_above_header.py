"""Rows above the header that are rows of its own table, as where it was sorted with its rows."""

from __future__ import annotations

import re
from datetime import UTC
from enum import Enum, auto
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.field import CLEAR, SKIP
from certbulk.core.columns.fields import ACTION, BY_NAME, ID
from certbulk.core.kinds import Choice, Flag, Instant, Problem, Text
from certbulk.core.kinds.kind import tidy
from certbulk.core.kinds.normalise import plain_words
from certbulk.reading.shape.error_cells import hazard_of
from certbulk.reading.shape.totals import is_total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from certbulk.core.kinds import Kind
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Row", "Strays", "begins_as_note", "strays"]

Row = dict[int, str]
"""The texts of a row by the places of their columns, without blanks."""

_FOR_SURE = 3  # points
_PERHAPS = 2  # points
_BESIDE = 2  # cells: one alone in known columns is a line of text
_VARIED = 5  # numbers: sums, hours and telephones are fewer in columns that take them
_NUMBERING = 3  # columns
_LONG_ID = 6  # digits, as a chain's ids have
_SHORT_ID = 2  # digits: one numbers a line
_NEARLY_AN_ID = re.compile(r"[^\W\d_]{0,2}\d{2,}[^\W\d_]{0,2}")
_LONGEST_NUMBER = 9  # digits, of the number of a column
_BEHIND_A_WORD = re.compile(r"[:(]")


class Strays(NamedTuple):
    """Rows that stand together, by their positions; `sure` where they can be nothing else."""

    first: int
    last: int
    sure: bool

    @property
    def rows(self) -> range:
        """Their positions."""
        return range(self.first, self.last + 1)


class _Cell(Enum):
    """What a cell is in its column."""

    ID = auto()
    TITLE = auto()
    CHOICE = auto()  # a flag, and `<clear>`, too
    DATE = auto()
    NUMBER = auto()
    ANY = auto()  # a description or the name of a location, which may be any text
    WRONG = auto()


_WORDED: Mapping[type[Kind], _Cell] = {
    Choice: _Cell.CHOICE,
    Flag: _Cell.CHOICE,
    Instant: _Cell.DATE,
}
"""What a value that is no plain number is, by the kind of its column; a number of the others."""

_POINTS = {_Cell.ID: 2, _Cell.CHOICE: 2, _Cell.DATE: 2, _Cell.NUMBER: 1}


class _Fit(NamedTuple):
    """How well a row fits below the header.

    An id, a choice and a date in the columns for them are 2 points, a number is 1; the same choice
    counts once. A row of the table is sure with 3 points, hardly a wrong cell, and what no note or
    sum has: an id, or a title with a choice, with a date where no column is blank, or with five
    different numbers. It is possible with an id beside anything, with a title and 2 points (1
    where no column is blank), and without either where a choice or a date is among the 2 points.

    Attributes:
        has: What its cells are.
        points: The sum of their points.
        wrong: How many are no value of their column.
        numbers: How many different numbers there are.
        filled: How many of the known columns are.
        whole: Whether all of them are.
    """

    has: frozenset[_Cell]
    points: int
    wrong: int
    numbers: int
    filled: int
    whole: bool

    @property
    def sure(self) -> bool:
        """Whether it can hardly be anything but a row of the table."""
        dated = _Cell.DATE in self.has and self.whole
        as_types = _Cell.CHOICE in self.has or dated or self.numbers >= _VARIED
        named = _Cell.ID in self.has or (_Cell.TITLE in self.has and as_types)
        return named and self.points >= _FOR_SURE and self.points > 4 * self.wrong

    @property
    def possible(self) -> bool:
        """Whether it may be one."""
        if _Cell.ID in self.has:
            return self.filled >= _BESIDE
        titled = _Cell.TITLE in self.has
        enough = self.points >= _PERHAPS or bool(titled and self.whole and self.points)
        fits = self.filled >= _BESIDE and enough and self.points > 2 * self.wrong
        return fits and (titled or bool(self.has & {_Cell.CHOICE, _Cell.DATE}))

    @property
    def beside_sure(self) -> bool:
        """Whether it is one where those that it stands with are: more of its cells may be wrong."""
        fits = self.filled >= _BESIDE and self.points >= max(self.wrong, 1)
        return fits or self.possible


_NO_FIT = _Fit(frozenset(), points=0, wrong=0, numbers=0, filled=0, whole=False)


def strays(
    rows: Sequence[Row], fields: Mapping[int, str], vocabulary: Vocabulary
) -> Iterator[Strays]:
    """Yield which of the rows above a header look like rows of its table.

    With one that is sure come those beside it that are less so, as they have faulty cells.

    Args:
        rows: The rows above the header.
        fields: What the header names, by the places of the columns.
        vocabulary: The words that the cells are understood by.
    """
    fits = [_fit(row, fields, vocabulary) for row in rows]
    for blank, block in groupby(range(len(rows)), lambda at: not rows[at]):
        places = [] if blank else [*block]
        sure = any(fits[at].sure for at in places)
        chosen = [at for at in places if (fits[at].beside_sure if sure else fits[at].possible)]
        yield from (Strays(first, last, sure) for first, last in _runs(chosen))


def begins_as_note(row: Row, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with a word for a column, or with one and a colon."""
    first = row[min(row)]
    return vocabulary.plain_match(first) is not None or first.rstrip().endswith(":")


def _fit(row: Row, fields: Mapping[int, str], vocabulary: Vocabulary) -> _Fit:
    texts = {fields[place]: text for place, text in row.items() if place in fields}
    if not texts or _is_numbering([*row.values()]) or _is_example(row, vocabulary):
        return _NO_FIT
    title = "" if _begins_untitled(row, vocabulary) else texts.get("title", "")
    cells = {field: _cell(field, text, title, vocabulary) for field, text in texts.items()}
    # The same choice over and over may tell what is needed: yes, yes, no, yes.
    told = {
        (cell, texts[field] if cell is _Cell.CHOICE else field) for field, cell in cells.items()
    }
    return _Fit(
        frozenset(cells.values()),
        points=sum(_POINTS.get(cell, 0) for cell, _ in told),
        wrong=[*cells.values()].count(_Cell.WRONG),
        numbers=len({texts[field] for field, cell in cells.items() if cell is _Cell.NUMBER}),
        filled=len(cells),
        whole=len(cells) == len({*fields.values()}),
    )


def _cell(field: str, text: str, title: str, vocabulary: Vocabulary) -> _Cell:
    """Return what a text is in its column, in a row with this title.

    "Period" is a way to expire, and the name of a column as well: a line of headings has those.
    """
    kind = vocabulary.kinds[field]
    if tidy(text).lower() == CLEAR:
        return _Cell.CHOICE
    if isinstance(kind, Text):
        titled = field == "title" and text == title and not _is_number(title)
        return _Cell.TITLE if titled else _Cell.ANY
    if hazard_of(text) or vocabulary.match(text):
        return _Cell.ANY
    value = kind.parse(text, UTC)
    if isinstance(value, Problem) and not value.readings and not value.suggestion:
        return _no_value(field, text)
    if field == ID.name:
        return _id(text, title)
    return _Cell.NUMBER if _is_number(text) else _WORDED.get(type(kind), _Cell.NUMBER)


def _no_value(field: str, text: str) -> _Cell:
    """Return what a text is that is no value of its column: x11 may be meant to be an id."""
    if field == ID.name and _NEARLY_AN_ID.fullmatch(tidy(text)):
        return _Cell.NUMBER
    return _Cell.ANY if BY_NAME[field].refers_to else _Cell.WRONG


def _id(text: str, title: str) -> _Cell:
    """Return what a number is among ids: a short one may be any, beside a number for a title."""
    digits = sum(map(str.isdecimal, text))
    if digits < _SHORT_ID:
        return _Cell.ANY
    return _Cell.ID if digits >= _LONG_ID or not _is_number(title) else _Cell.NUMBER


def _is_number(text: str) -> bool:
    return tidy(text).isdecimal()


def _is_numbering(texts: Sequence[str]) -> bool:
    """Tell whether a row numbers the columns: 1, 2, 3."""
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= _LONGEST_NUMBER]
    first = numbers[0] if numbers else 0
    return len(texts) >= _NUMBERING and numbers == [*range(first, first + len(texts))]


def _begins_untitled(row: Row, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with what is no title: as notes, sums and hints do."""
    first = row[min(row)]
    words = vocabulary.phrases("notes.words")
    return begins_as_note(row, vocabulary) or is_total(first) or _before_marks(first) in words


def _is_example(row: Row, vocabulary: Vocabulary) -> bool:
    """Tell whether a row says of itself that it is left out, as an example does."""
    first = row[min(row)]
    if _before_marks(first) in vocabulary.phrases("notes.examples"):
        return True
    if vocabulary.phrases("notes.such_as").cut_before(plain_words(first)):
        return True
    action = vocabulary.kinds[ACTION.name]
    words = (text.rstrip(" :") for text in row.values() if not text[:1].isdecimal())
    return any(action.parse(word, UTC) == SKIP for word in words)


def _before_marks(text: str) -> str:
    """Return a text up to a colon or a bracket: the word that a line is about."""
    return _BEHIND_A_WORD.split(text, maxsplit=1)[0].rstrip()


def _runs(places: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other."""
    for _, run in groupby(enumerate(sorted(places)), lambda pair: pair[1] - pair[0]):
        numbers = [place for _, place in run]
        yield numbers[0], numbers[-1]

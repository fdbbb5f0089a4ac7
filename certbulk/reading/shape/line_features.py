"""What can be seen of one line of a sheet: the names in it, and how it fits under a header.

The questions here take one line, as few lines are above a header. Those about the many rows
below it are asked of whole columns, in `row_features`.
"""

from __future__ import annotations

import re
from datetime import UTC
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.field import CLEAR, SKIP
from certbulk.core.columns.fields import ACTION, BY_NAME, ID
from certbulk.core.kinds import Choice, Flag, Ids, Instant, Problem, Text
from certbulk.core.kinds.currencies import is_currency
from certbulk.core.kinds.kind import plain_words, tidy
from certbulk.core.references.list_cells import has_tags
from certbulk.reading.formats.error_texts import error_code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from certbulk.reading.formats.grid import Grid
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "Fit",
    "Line",
    "begins_as_note",
    "fit_under",
    "has_number",
    "is_hint",
    "is_total",
    "line_of",
    "names_in",
    "names_several",
    "values_too",
]

Line = dict[int, str]
"""The texts of a line by the positions of their columns, without blanks."""

_WORDS = (
    "totals?|grand totals?|sub[ -]?totals?|sum|"
    "итого|итог|всего|общий итог|промежуточный итог|сумма|разом|усього|всього|"
    "gesamt|gesamtsumme|summe|zwischensumme|totale|total général|suma|razem|ogółem|toplam|totaal"
)
# The word alone, or with what it is about: "Total:", "Total (5 types)", "Итого: 12 шт."
_TOTAL = re.compile(rf"(?:{_WORDS})(?:\s*[:(].*|\s*\.)?", re.IGNORECASE | re.DOTALL)
_BEGINNINGS = frozenset(word[:3] for word in _WORDS.split("|"))
_LONGEST_TOTAL = 60
_LONG_ID = 6  # digits: ids of a chain have as many (fact:long_ids)
_NEARLY_AN_ID = re.compile(r"[^\W\d_]{0,2}\d{2,}[^\W\d_]{0,2}")
_LONGEST_NUMBER = 9  # digits of the number of a column
_FEWEST_NUMBERED = 3  # columns: a line of 1, 2 may be anything
_BEHIND_A_WORD = re.compile(r"[:(]")
_BETWEEN_HINTS = re.compile(r"[,;:()]")
_HINTS = (
    *("header_notes.words", "header_notes.dates", "header_notes.numbers", "header_notes.texts"),
    "notes.words",
)


def line_of(grid: Grid, row: int) -> Line:
    """Return the line at the position `row` of a grid."""
    return {position: text for position, column in enumerate(grid.columns) if (text := column[row])}


def names_in(line: Line, vocabulary: Vocabulary) -> dict[int, str]:
    """Return the columns that the cells of a line name, by the positions of the cells."""
    matches = {
        position: vocabulary.match(text)
        for position, text in line.items()
        if vocabulary.may_match(text)
    }
    return {position: match.field for position, match in matches.items() if match}


def names_several(names: Mapping[int, str], line: Line) -> bool:
    """Whether a line names two different columns at least, and has no numbers."""
    return len({*names.values()}) > 1 and not has_number(line.values())


def values_too(line: Line, names: Mapping[int, str], vocabulary: Vocabulary) -> set[str]:
    """Return the columns that a line names in words that are choices as well, as "services"."""
    choices = [kind for kind in vocabulary.kinds.values() if isinstance(kind, Choice)]
    return {
        field
        for position, field in names.items()
        if any(not isinstance(kind.parse(line[position], UTC), Problem) for kind in choices)
    }


def _is_number(text: str) -> bool:
    """Whether a text has digits alone."""
    return tidy(text).isdecimal()


def has_number(texts: Iterable[str]) -> bool:
    """Whether one of the texts has digits alone."""
    return any(map(_is_number, texts))


def begins_as_note(line: Line, vocabulary: Vocabulary) -> bool:
    """Whether a line begins with a word for a column, or with any word and a colon."""
    first = line[min(line)]
    return vocabulary.plain_match(first) is not None or first.rstrip().endswith(":")


def is_total(text: str) -> bool:
    """Whether a text is a word for totals, alone or with what it is about."""
    # Three letters tell nearly all of a million titles apart from such a word.
    return (
        text.lstrip()[:3].lower() in _BEGINNINGS
        and len(text) <= _LONGEST_TOTAL
        and _TOTAL.fullmatch(tidy(text)) is not None
    )


class _Cell(Enum):
    """What a cell is in its column."""

    ID = auto()
    TITLE = auto()
    CHOICE = auto()  # in words; yes, no and `<clear>` too
    CODE = auto()  # the number of a choice, which may be any other number
    DATE = auto()
    NUMBER = auto()
    ANY = auto()  # a description or the name of a location, which may be any text
    BROKEN = auto()  # an error of the spreadsheet, or its like
    WRONG = auto()


_VALUES = frozenset({_Cell.ID, _Cell.CHOICE, _Cell.CODE, _Cell.DATE, _Cell.NUMBER})


class Fit(NamedTuple):
    """How a line fits under a header.

    Attributes:
        has: What its cells in known columns are.
        values: How many different values there are; titles and descriptions may be any text.
        wrong: How many cells cannot be values of their columns.
        filled: How many of the known columns are filled.
        whole: Whether all of them are.
    """

    has: frozenset[_Cell] = frozenset()
    values: int = 0
    wrong: int = 0
    filled: int = 0
    whole: bool = False

    @property
    def is_row(self) -> bool:
        """Whether it can hardly be anything but a row of the table.

        Notes, sums and hints have no id, and no title beside a choice in words. In a line that
        fills all columns a date tells as much, and so does the number of a choice.
        """
        told = _Cell.CHOICE in self.has or (
            self.whole and bool(self.has & {_Cell.DATE, _Cell.CODE})
        )
        named = _Cell.ID in self.has or (_Cell.TITLE in self.has and told)
        return named and self.values > max(self.wrong, 1)

    @property
    def may_be_row(self) -> bool:
        """Whether it may be a row of the table, and a note as well."""
        if self.filled < 2 or _Cell.ID in self.has:  # noqa: PLR2004 (one cell is a line of text)
            return self.filled > 1
        titled = _Cell.TITLE in self.has and (self.whole or self.values > 1)
        return self.values > self.wrong and bool(titled or self.has & {_Cell.CHOICE, _Cell.DATE})

    @property
    def goes_with_rows(self) -> bool:
        """Whether it is a row if a line that it stands with is one: one value will do."""
        return self.filled > 1 and self.values > 0


def fit_under(line: Line, fields: Mapping[int, str], vocabulary: Vocabulary) -> Fit:
    """Return how a line fits under a header that names these fields, by their positions.

    A line that says that it is an example, or numbers the columns, does not fit.
    """
    texts = {fields[position]: text for position, text in line.items() if position in fields}
    if not texts or _is_numbering([*line.values()]) or _is_example(line, vocabulary):
        return Fit()
    title = "" if _begins_untitled(line, vocabulary) else texts.get("title", "")
    cells = {field: _cell(field, text, title, vocabulary) for field, text in texts.items()}
    # The same choice over and over may tell what is needed: yes, yes, no, yes.
    values = {
        (cell, texts[field] if cell is _Cell.CHOICE else field)
        for field, cell in cells.items()
        if cell in _VALUES
    }
    return Fit(
        frozenset(cells.values()),
        values=len(values),
        wrong=[*cells.values()].count(_Cell.WRONG),
        filled=len(cells),
        whole=len(cells) == len({*fields.values()}),
    )


def is_hint(line: Line, fields: Mapping[int, str], vocabulary: Vocabulary) -> bool:
    """Whether a line explains how to fill in the columns: required, number, yes/no; or 1, 2, 3.

    None of its cells is a value, so it could not be sent in any case. One of them at least begins
    with a word for hints or the name of a column, and its title, if it has one, is nothing else.
    """
    texts = {fields[position]: text for position, text in line.items() if position in fields}
    if _is_numbering([*line.values()]):
        return _FEWEST_NUMBERED <= len(texts) == len({*fields.values()})
    if len(texts) < 2 or is_total(line[min(line)]):  # noqa: PLR2004 (one cell may be anything)
        return False
    has = {_cell(field, text, "", vocabulary) for field, text in texts.items()}
    if has & {*_VALUES, _Cell.BROKEN} or _Cell.WRONG not in has:
        return False
    hints = [vocabulary.phrases(name) for name in _HINTS]
    title = filter(None, map(tidy, _BETWEEN_HINTS.split(texts.get("title", ""))))
    return all(
        vocabulary.match(part) or any(part in words for words in hints) for part in title
    ) and any(
        is_currency(tidy(text))
        or vocabulary.match(text)
        or any(words.cut_before(text) is not None for words in hints)
        for text in line.values()
    )


def _cell(  # noqa: PLR0911 (one for each that it can be)
    field: str, text: str, title: str, vocabulary: Vocabulary
) -> _Cell:
    """Return what a text is in its column, in a line with this title."""
    kind = vocabulary.kinds[field]
    if tidy(text).lower() == CLEAR or (isinstance(kind, Ids) and has_tags(text)):
        return _Cell.CHOICE
    if isinstance(kind, Text):
        titled = field == "title" and text == title and not _is_number(title)
        return _Cell.TITLE if titled else _Cell.ANY
    if error_code_of(text):
        return _Cell.BROKEN
    if vocabulary.match(text):  # "Period" is a way to expire, and the name of a column
        return _Cell.ANY
    value = kind.parse(text, UTC)
    if isinstance(value, Problem) and not value.readings and not value.suggestion:
        return _no_value(field, text)
    if field == ID.name:
        return _id(text, title)
    if isinstance(kind, Choice | Flag):
        return _Cell.CODE if _is_number(text) else _Cell.CHOICE
    return _Cell.DATE if isinstance(kind, Instant) and not _is_number(text) else _Cell.NUMBER


def _no_value(field: str, text: str) -> _Cell:
    """Return what a text is that is not a value of its column: x11 may be meant to be an id."""
    if field == ID.name and _NEARLY_AN_ID.fullmatch(tidy(text)):
        return _Cell.NUMBER
    return _Cell.ANY if BY_NAME[field].refers_to else _Cell.WRONG


def _id(text: str, title: str) -> _Cell:
    """Return what a number is among ids: 1 numbers a line, and beside a number it may be any."""
    digits = sum(map(str.isdecimal, text))
    if digits == 1:
        return _Cell.ANY
    return _Cell.ID if digits >= _LONG_ID or not _is_number(title) else _Cell.NUMBER


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether a line numbers the columns: 1, 2, 3."""
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= _LONGEST_NUMBER]
    first = numbers[0] if numbers else 0
    return len(texts) >= _FEWEST_NUMBERED and numbers == [*range(first, first + len(texts))]


def _begins_untitled(line: Line, vocabulary: Vocabulary) -> bool:
    """Whether a line begins with what is not a title: as notes, sums and hints do."""
    first = line[min(line)]
    words = vocabulary.phrases("notes.words")
    return begins_as_note(line, vocabulary) or is_total(first) or _before_marks(first) in words


def _is_example(line: Line, vocabulary: Vocabulary) -> bool:
    """Whether a line says that it is an example, or to be skipped."""
    first = line[min(line)]
    if _before_marks(first) in vocabulary.phrases("notes.examples"):
        return True
    if vocabulary.phrases("notes.such_as").cut_before(plain_words(first)) is not None:
        return True
    action = vocabulary.kinds[ACTION.name]
    words = (text.rstrip(" :") for text in line.values() if not text[:1].isdecimal())
    return any(action.parse(word, UTC) == SKIP for word in words)


def _before_marks(text: str) -> str:
    """Return a text up to a colon or a bracket: the word that a line is about."""
    return _BEHIND_A_WORD.split(text, maxsplit=1)[0].rstrip()

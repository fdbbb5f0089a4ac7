"""Conditions: which live types are meant, such as `location = Downtown and not issued`.

    condition  = "all" | either
    either     = both { "or" both }
    both       = test { "and" test }
    test       = { "not" } ( "(" either ")" | comparison )
    comparison = column [ relation ]
    relation   = "=" value | [ "is" ] [ "not" ] compared | "does not contain" value
    compared   = value | "blank" | "one of" value { "," value }
               | ( "above" | "below" | "after" | "before" | "at least" | "at most" ) value
               | ( "contains" | "starts with" | "ends with" ) value

It is read by recursive descent, in a time that grows with its length alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.changing.columns import column_at, no_column
from certbulk.changing.words import Word, WordError, kept_quotes, words_of
from certbulk.core.findings.finding import quoted
from certbulk.core.suggestions import nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.changing.columns import Named

__all__ = ["All", "Any_", "Comparison", "Condition", "Not", "comparisons_in", "condition_of"]

_DEEPEST = 50
_RELATIONS: tuple[tuple[str, ...], ...] = (
    ("at", "least"),
    ("at", "most"),
    ("above",),
    ("below",),
    ("after",),
    ("before",),
    ("contains",),
    ("contain",),
    ("starts", "with"),
    ("ends", "with"),
    ("one", "of"),
)
_SAME = {"after": "above", "before": "below", "contain": "contains"}
_SIGNS = {
    ">": "above",
    "<": "below",
    ">=": "at least",
    "<=": "at most",
    "!=": "is not",
    "<>": "is not",
    "!": "not",
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
}
"""Signs that shells take for themselves, and the words for them."""

_SIGN = re.compile(r"[<>]=|<>|[<>]")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column compared with values.

    Attributes:
        column: The column.
        relation: `=`, `blank`, `one of`, `above`, …; empty if the column stands alone.
        values: The values as they are written, each at its position in the text.
        negated: Whether the opposite is meant.
        at: The first and the last position of the whole comparison.
    """

    column: Named
    relation: str
    values: tuple[Word, ...]
    negated: bool
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """All of some conditions; of none, every type."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 (any is taken)
    """At least one of some conditions."""

    parts: tuple[Condition, ...]


Condition = Comparison | Not | All | Any_


def condition_of(text: str) -> Condition:
    """Return the condition that a text is.

    Raises:
        WordError: It is not one; the error points at the word.
    """
    return _Reader(text).condition()


def comparisons_in(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons in a condition, in their order."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons_in(condition.part)
    else:
        for part in condition.parts:
            yield from comparisons_in(part)


def _instead_of(sign: str) -> str:
    return f"Write {_SIGNS[sign]} instead of {sign}, which shells take for themselves."


class _Reader:
    """Reads one condition from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        self.position = 0
        self.depth = 0

    def condition(self) -> Condition:
        if not self.words:
            raise self._error('Write a condition such as "location = Downtown", or "all".')
        if len(self.words) == 1 and self._take("all"):
            return All()
        found = self._either()
        if self.position < len(self.words):
            word = self.words[self.position]
            meant = self._sign(word)
            says = meant or f'"{word.text}" is not expected here. Join conditions with and, or.'
            raise self._error(says)
        return found

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._test()]
        while self._take("and"):
            parts.append(self._test())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _test(self) -> Condition:
        negated = False
        while self._take("not"):
            negated = not negated
        found = self._bracketed() if self._is("(") else self._comparison()
        return Not(found) if negated else found

    def _bracketed(self) -> Condition:
        if self.depth == _DEEPEST:
            raise self._error(f"There are more than {_DEEPEST} brackets inside each other.")
        opened = self.words[self.position]
        self.position += 1
        self.depth += 1
        found = self._either()
        self.depth -= 1
        if not self._take(")"):
            message = "This bracket is not closed. Write ) after the condition."
            raise WordError(message, self.text, opened.start, opened.end)
        return found

    def _comparison(self) -> Condition:
        start = self.position
        found = column_at(self.words, start)
        if found is None:
            raise self._unknown_column()
        column, number = found
        self.position += number
        negated, relation = self._relation()
        values: tuple[Word, ...] = ()
        if relation not in ("", "blank"):
            values = self._values() if relation == "one of" else (self._value("and", "or"),)
        elif not relation and not column.can_stand_alone:
            raise self._error(
                self._near_relation()
                or f"What about {quoted(column.name)}? Write a comparison behind it, such as "
                f'"{column.name} = VALUE" or "{column.name} is blank".'
            )
        at = self.words[start].start, self.words[self.position - 1].end
        return Comparison(column, relation, values, negated, at)

    def _relation(self) -> tuple[bool, str]:
        """Take a relation; return whether it is negated, and its name."""
        if self._take("="):
            return False, "blank" if self._take("blank") else "="
        if self._is("does") and self._is("not", 1):
            self.position += 2
            return True, self._named_relation() or "="
        stated = self._take("is", "are")
        negated = stated and self._take("not")
        if stated and self._take("blank"):
            return negated, "blank"
        relation = self._named_relation()
        return negated, relation or ("=" if stated else "")

    def _named_relation(self) -> str:
        for relation in _RELATIONS:
            if all(self._is(word, ahead) for ahead, word in enumerate(relation)):
                self.position += len(relation)
                name = " ".join(relation)
                return _SAME.get(name, name)
        return ""

    def _values(self) -> tuple[Word, ...]:
        values = [self._value("and", "or", ",")]
        while self._take(","):
            values.append(self._value("and", "or", ","))
        return tuple(values)

    def _value(self, *ends: str) -> Word:
        """Take a value: one quoted text, or the words before a bracket or one of `ends`."""
        start = self.position
        if start < len(self.words) and self.words[start].quoted:
            self.position += 1
            return self.words[start]
        while self.position < len(self.words) and not self._ends_value(ends):
            self.position += 1
        if self.position == start and self._is("="):
            raise self._error("Write = once.")
        if self.position == start:
            raise self._error("A value is missing here. A name with and, or, ( ) is put in quotes.")
        first, last = self.words[start], self.words[self.position - 1]
        return Word(self.text[first.start : last.end], first.start, last.end)

    def _ends_value(self, ends: tuple[str, ...]) -> bool:
        word = self.words[self.position]
        return word.quoted or word.is_one("(", ")", "=", *ends)

    def _is(self, word: str, ahead: int = 0) -> bool:
        position = self.position + ahead
        return position < len(self.words) and self.words[position].is_one(word)

    def _take(self, *words: str) -> bool:
        """Whether the next word is one of these; if so, it is taken."""
        taken = any(map(self._is, words))
        self.position += taken
        return taken

    def _near_relation(self) -> str:
        """Return what the next word was probably meant to be; blank if that is not known."""
        word = self.words[self.position].text if self.position < len(self.words) else ""
        starts = ("is", "does", *(words[0] for words in _RELATIONS))
        near = nearest_word(word.lower(), starts)
        return f'There is no comparison "{word}". Did you mean {near}?' if near else ""

    def _sign(self, word: Word) -> str:
        """Return what to write instead of a sign that shells take; blank for other words."""
        behind = self.words[self.position + 1 :][:1]
        joined = f"{word.text}=" if behind and behind[0].text == "=" else word.text
        sign = joined if joined in _SIGNS else word.text
        return _instead_of(sign) if sign in _SIGNS else ""

    def _unknown_column(self) -> WordError:
        """Return the error for a word that should be a column, with the nearest name."""
        ends = self.position
        while ends < len(self.words) and not self._is_after_column(self.words[ends]):
            ends += 1
        if ends == self.position:
            return self._error("A condition is missing here, such as balance above 100.")
        first, last = self.words[self.position], self.words[ends - 1]
        if len(self.words) == 1 and first.quoted and self.text[first.start] == "'":
            return kept_quotes(self.text, first.start, first.end)
        name = self.text[first.start : last.end]
        if sign := _SIGN.search(self.text[first.start : last.end + 1]):
            message = _instead_of(sign[0])
            return WordError(message, self.text, first.start, last.end)
        return no_column(name, self.text, first.start, last.end)

    @staticmethod
    def _is_after_column(word: Word) -> bool:
        words = ("=", "is", "are", "does", "and", "or", "(", ")", ",", "contains", "above", "below")
        return word.is_one(*words, "at", "starts", "ends", "before", "after", *_SIGNS)

    def _error(self, message: str) -> WordError:
        """Return an error at the next word; at the end if there is none."""
        if self.position < len(self.words):
            word = self.words[self.position]
            message = self._sign(word) or message
            return WordError(message, self.text, word.start, word.end)
        return WordError(message, self.text, len(self.text), len(self.text) + 1)

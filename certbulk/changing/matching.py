"""Which live types a condition means."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.changing.columns import ARCHIVED, ISSUED, Named
from certbulk.changing.conditions import Any_, Comparison, Condition, Not
from certbulk.changing.words import Word, WordError
from certbulk.core.columns.fields import ID
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Choice, Flag, Id, Ids, ListChange, Problem, Text
from certbulk.core.payload import values_of
from certbulk.core.titles import strict
from certbulk.planning.live import archived, times_issued
from certbulk.validating.references import parser_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from certbulk.core.references.directory import Directory
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["LiveType", "Reading", "matcher"]

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "above": lambda live, value: live > value,
    "below": lambda live, value: live < value,
    "at least": lambda live, value: live >= value,
    "at most": lambda live, value: live <= value,
}
_TEXTUAL: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda live, value: value in live,
    "starts with": lambda live, value: live.startswith(value),
    "ends with": lambda live, value: live.endswith(value),
}


class LiveType(NamedTuple):
    """A live type: its record, and its typed values."""

    record: dict[str, Any]
    values: dict[str, Any]

    @classmethod
    def of(cls, record: dict[str, Any]) -> LiveType:
        """Return the type of a record."""
        return cls(record, values_of(record))

    def value(self, column: Named) -> Any:
        """Return the value of a column; one that the type does not use has none."""
        if column.name == ISSUED:
            return Decimal(times_issued(self.record))
        if column.name == ARCHIVED:
            return archived(self.record)
        if column.field is ID:
            return self.record.get("id")
        used = column.field is None or column.field.used(self.values)
        return self.values.get(column.name) if used else None


class Reading(NamedTuple):
    """What values are read with.

    Attributes:
        text: The whole text, for errors.
        directory: The names of the chain.
        vocabulary: The words for choices, yes and no.
        zone: The time zone of dates.
    """

    text: str
    directory: Directory
    vocabulary: Vocabulary
    zone: tzinfo

    def value(self, column: Named, word: Word) -> Any:
        """Return the value that a word means in a column.

        Raises:
            WordError: It means none.
        """
        if column.field is None:
            value = column.kind.parse(word.text, self.zone)
        else:
            read = parser_of(column.field, self.directory, self.vocabulary, self.zone)
            value = read(word.text)
        if isinstance(value, Problem):
            raise self.error(value.about(quoted(word.text)), word)
        if isinstance(value, ListChange):
            raise self.error("A name or an id is needed here, not a change of the list.", word)
        return value

    def error(self, message: str, word: Word) -> WordError:
        """Return an error that points at a word."""
        return WordError(message, self.text, word.start, word.end)


def matcher(condition: Condition, reading: Reading) -> Callable[[LiveType], bool]:
    """Return the function that tells which live types a condition means.

    Raises:
        WordError: A value is not one of its column, or a comparison does not fit the column.
    """
    if isinstance(condition, Comparison):
        test = _comparing(condition, reading)
        return (lambda one: not test(one)) if condition.negated else test
    if isinstance(condition, Not):
        part = matcher(condition.part, reading)
        return lambda one: not part(one)
    parts = [matcher(part, reading) for part in condition.parts]
    if isinstance(condition, Any_):
        return lambda one: any(part(one) for part in parts)
    return lambda one: all(part(one) for part in parts)


def _comparing(comparison: Comparison, reading: Reading) -> Callable[[LiveType], bool]:
    """Return the test of one comparison, without its negation."""
    column, relation = comparison.column, comparison.relation
    if relation == "":
        return lambda one: bool(one.value(column))
    if relation == "blank":
        return lambda one: one.value(column) in (None, "", ())
    if relation in _ORDERED:
        return _ordering(comparison, reading)
    if relation in _TEXTUAL and isinstance(column.kind, Text):
        wanted, compare = comparison.values[0].text.casefold(), _TEXTUAL[relation]
        return lambda one: compare(str(one.value(column) or "").casefold(), wanted)
    if relation in _TEXTUAL and not (relation == "contains" and isinstance(column.kind, Ids)):
        raise _unfit(comparison, reading, "texts")
    return _equality(comparison, reading)


def _ordering(comparison: Comparison, reading: Reading) -> Callable[[LiveType], bool]:
    column, compare = comparison.column, _ORDERED[comparison.relation]
    if isinstance(column.kind, Text | Ids | Choice | Flag) or (
        isinstance(column.kind, Id) and column.field is not ID
    ):
        raise _unfit(comparison, reading, "numbers and dates")
    value = reading.value(column, comparison.values[0])

    def test(one: LiveType) -> bool:
        live = one.value(column)
        both_dates = isinstance(live, datetime) and isinstance(value, datetime)
        numbers = isinstance(live, int | Decimal) and isinstance(value, int | Decimal)
        return (both_dates or numbers) and compare(live, value)

    return test


def _equality(comparison: Comparison, reading: Reading) -> Callable[[LiveType], bool]:
    """Return whether a type has one of the values; a list, whether one of them is in it."""
    column = comparison.column
    if isinstance(column.kind, Text):
        texts = {_plain(word.text) for word in comparison.values}
        return lambda one: _plain(str(one.value(column) or "")) in texts
    if column.name == ISSUED and (flag := _flag(comparison, reading)) is not None:
        return lambda one: bool(one.value(column)) == flag
    values = [reading.value(column, word) for word in comparison.values]
    if not isinstance(column.kind, Ids):
        return lambda one: any(column.kind.same(one.value(column), value) for value in values)
    for value, word in zip(values, comparison.values, strict=True):
        if len(value) != 1:
            raise reading.error(
                'Name one here. Join several with and, or; or write "is one of A, B".', word
            )
    wanted = {value[0] for value in values}
    return lambda one: not wanted.isdisjoint(_listed(one.value(column)))


def _flag(comparison: Comparison, reading: Reading) -> bool | None:
    """Return the yes or no that `issued` is compared with; None for a number."""
    kind = reading.vocabulary.kinds["is_multi"]
    value = kind.parse(comparison.values[0].text, reading.zone)
    digits = comparison.values[0].text.isdecimal()
    return value if isinstance(value, bool) and not digits else None


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _plain(text: str) -> str:
    return strict(text).casefold()


def _unfit(comparison: Comparison, reading: Reading, what: str) -> WordError:
    start, end = comparison.at
    return WordError(
        f'"{comparison.relation}" compares {what}. For {quoted(comparison.column.name)}, use = or '
        "is one of.",
        reading.text,
        start,
        end,
    )

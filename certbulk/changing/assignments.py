"""Assignments: what becomes of a column, such as `balance*=1.07` and `salon_ids+=Airport`.

    assignment = column operator value
    operator   = "=" | "+=" | "-=" | "*=" | "/="

`+=` and `-=` add to a list and remove from it, or to and from a number. `*=` and `/=` are for
amounts. `= blank` empties a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from certbulk.changing.columns import Named, column_called, no_column
from certbulk.changing.words import LONGEST, Word, WordError, kept_quotes, words_of
from certbulk.core.columns.field import CLEAR
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Count, Ids, ListChange, Money, NumberText, Problem
from certbulk.core.kinds.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.changing.matching import Reading

__all__ = ["Assignment", "Setting", "amount_after", "assignment_of", "bound", "require_once"]

_CENT = Decimal("0.01")
_MOST_FACTOR = 1000
_TOO_MUCH = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to become of a column, as it is written.

    Attributes:
        text: The whole text.
        column: The column.
        operator: `=`, `+=`, `-=`, `*=` or `/=`.
        value: The value, at its position in the text.
    """

    text: str
    column: Named
    operator: str
    value: Word

    @property
    def is_calculated_amount(self) -> bool:
        """Whether it calculates with an amount of money."""
        return self.operator != "=" and isinstance(self.column.kind, Money)


@dataclass(frozen=True, slots=True)
class Setting:
    """An assignment whose value has been read.

    Attributes:
        assignment: The assignment.
        value: The text of a cell for `=`, the ids of a list, or a number to calculate with.
    """

    assignment: Assignment
    value: Any

    @property
    def field(self) -> str:
        """The canonical name of the column."""
        return self.assignment.column.name

    @property
    def calculates(self) -> bool:
        """Whether the new value depends on the live one."""
        return self.assignment.operator != "="


def assignment_of(text: str) -> Assignment:
    """Return the assignment that a text is.

    Raises:
        WordError: It is not one, or not of a column that an update changes.
    """
    if len(text) > LONGEST:
        message = f"This is {len(text)} characters long; the limit is {LONGEST}."
        raise WordError(message, text, LONGEST, LONGEST + 1)
    sign = text.find("=")
    if sign < 0:
        message = 'Write it with =, +=, -=, *= or /=, such as "balance*=1.07".'
        raise WordError(message, text, len(text), len(text) + 1)
    begins = sign - (text[max(sign - 1, 0)] in "+-*/")
    operator = Word(text[begins : sign + 1], begins, sign + 1)
    name = text[:begins].strip()
    start = len(text[:begins]) - len(text[:begins].lstrip())
    column_word = Word(name, start, max(start + len(name), start + 1))
    if name[:1] == "'" and "'" not in name[1:]:
        raise kept_quotes(text, start, start + 1)
    column = column_called(name.strip("'\"") if name else "")
    if column is None:
        raise no_column(name, text, column_word.start, column_word.end)
    if not column.can_be_set:
        message = f"{quoted(name)} belongs to the service and cannot be set."
        raise WordError(message, text, column_word.start, column_word.end)
    _check_operator(text, column, operator)
    return Assignment(text, column, operator.text, _value(text, operator.end))


def _check_operator(text: str, column: Named, operator: Word) -> None:
    kind = column.kind
    known = {Ids: ("=", "+=", "-="), Money: ("=", "+=", "-=", "*=", "/="), Count: ("=", "+=", "-=")}
    fits = next((signs for one, signs in known.items() if isinstance(kind, one)), ("=",))
    if operator.text not in fits:
        message = (
            f"{operator.text} does not fit: {column.name} is {_what_it_is(kind)}. "
            f"Use {', '.join(fits)}."
        )
        raise WordError(message, text, operator.start, operator.end)


def _what_it_is(kind: object) -> str:
    if isinstance(kind, Ids):
        return "a list"
    return "a whole number" if isinstance(kind, Count) else "not a number"


def _value(text: str, start: int) -> Word:
    """Return the value behind the operator: a quoted text, or all that follows."""
    rest = text[start:]
    bare = rest.strip()
    first = start + len(rest) - len(rest.lstrip())
    if not bare:
        message = 'A value is missing. To empty a column, write "= blank".'
        raise WordError(message, text, len(text), len(text) + 1)
    if bare[0] in "'\"\u201c\u00ab":
        words = words_of(" " * first + bare)
        if len(words) == 1 and words[0].quoted:
            return words[0]
    return Word(bare, first, first + len(bare))


def require_once(assignments: Sequence[Assignment]) -> None:
    """Check that a column that is set as a whole has no second assignment.

    Raises:
        WordError: It has one.
    """
    for position, one in enumerate(assignments):
        for other in assignments[:position]:
            if other.column == one.column and "=" in (other.operator, one.operator):
                message = f"{quoted(one.column.name)} is set twice. Set it once."
                raise WordError(message, one.text, 0, one.value.end)


def bound(assignment: Assignment, reading: Reading) -> Setting:
    """Return the assignment with its value read.

    Raises:
        WordError: The value is not one of the column.
    """
    column, value = assignment.column, assignment.value
    if assignment.operator == "=":
        return Setting(assignment, _cell(assignment, reading))
    if isinstance(column.kind, Ids):
        ids = reading.value(column, value)
        adds = assignment.operator == "+="
        return Setting(assignment, ListChange(added=ids) if adds else ListChange(removed=ids))
    if isinstance(column.kind, Count):
        return Setting(assignment, Decimal(reading.value(column, value)))
    if assignment.operator in ("+=", "-="):
        return Setting(assignment, reading.value(column, value))
    factor = read_number(NumberText(value.text) if "." in value.text else value.text)
    if isinstance(factor, Problem):
        raise reading.error(factor.about(quoted(value.text)), value)
    if not 0 < factor <= _MOST_FACTOR:
        message = f"A factor is a number above 0, at most {_MOST_FACTOR}, such as 1.07."
        raise reading.error(message, value)
    return Setting(assignment, factor)


def _cell(assignment: Assignment, reading: Reading) -> str:
    """Return the text of a cell that sets a column to the value."""
    column, value = assignment.column, assignment.value
    if value.is_one("blank"):
        if column.field is None or not column.field.clearable:
            raise reading.error(f"{quoted(column.name)} cannot be emptied.", value)
        return CLEAR
    reading.value(column, value)
    return value.text


def amount_after(live: Any, settings: Sequence[Setting], multiple: Decimal | None) -> Any:
    """Return a live amount after all calculations with it, exact to the cent.

    Args:
        live: The live amount.
        settings: The assignments of the column, in their order.
        multiple: What the result is rounded to a multiple of, half up; None for a cent.

    Returns:
        The new amount; None if the live value is not a number.
    """
    if not isinstance(live, int | Decimal) or isinstance(live, bool):
        return None
    amount = Decimal(live)
    for one in settings:
        match one.assignment.operator:
            case "+=":
                amount += one.value
            case "-=":
                amount -= one.value
            case "*=":
                amount *= one.value
            case _:
                amount /= one.value
    if abs(amount) >= _TOO_MUCH:  # it is refused as out of range
        return _TOO_MUCH
    if multiple is not None:
        amount = (amount / multiple).quantize(Decimal(1), ROUND_HALF_UP) * multiple
    return amount.quantize(_CENT, ROUND_HALF_UP)

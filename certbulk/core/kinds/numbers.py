"""Amounts of money and small counts, written in people's ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Self

from certbulk.core.kinds.currencies import without_currency
from certbulk.core.kinds.kind import MONEY, NUMBER, FloatText, Kind, NumberText, Problem, Way, seen
from certbulk.core.kinds.loose_amounts import AmountWords, loose_amount, several_numbers
from certbulk.core.kinds.named_months import mistaken_date
from certbulk.core.kinds.units import undecorated

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["EXCEL_DIGITS", "Count", "Money", "RoundedAmount", "decimal_of", "read_number"]

# Excel keeps 15 significant digits of a number and fills up with zeros.
EXCEL_DIGITS = 15
_MOST_DIGITS = 30
_AS_EXCEL_SHOWS = Context(prec=EXCEL_DIGITS)

# 1 000 and 1'000, with non-breaking spaces too; 100 and 200 on two lines are two numbers.
_GROUPING = re.compile(r"[^\S\r\n\t]|['\u2019]")
_GROUPED = re.compile(r"\d{1,3}(?:_\d{3})+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")
_EITHER_WAY = re.compile(r"([1-9]\d{0,2})[.,](\d{3})")


def read_number(text: str) -> Decimal | Problem:
    """Return the number that `text` shows, or the `Problem` with it.

    Understood: `1000`, `1 000,50`, `1,000.50`, `1.000.000`, `-5`, `(5)`, a currency at either end.
    `1,000` alone may be a thousand or one with three decimals: `ambiguous_value`, unless the
    text comes from a number cell.
    """
    bare = seen(text).lstrip("'\u2019").replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):  # how accountants write what is below zero
        bare = "-" + bare[1:-1]
    sign = ""
    bare = without_currency(bare)
    if bare[:1] in {"-", "+"}:
        sign, bare = bare[0].replace("+", ""), without_currency(bare[1:].lstrip())
    if bare.endswith("%"):
        return Problem("not_a_number", "is a percentage. Write the number itself, such as 150.")
    if _SCIENTIFIC.fullmatch(bare):
        return Problem(
            "number_too_long",
            "was shortened by a spreadsheet program or a float of 32 bits, so its last digits are "
            "lost. Write all of its digits, as a text.",
        )
    either = None if isinstance(text, NumberText) else _EITHER_WAY.fullmatch(bare)
    if either:
        thousands = sign + "".join(either.groups())
        decimals = sign + ".".join(either.groups()).rstrip("0").rstrip(".")
        return Problem(
            "ambiguous_value",
            f"can be read as {thousands} or as {decimals}. Write it as one of these.",
            readings=(
                (Way.COMMA, decimals if "," in bare else thousands),
                (Way.POINT, thousands if "," in bare else decimals),
            ),
        )
    plain = _plain(bare)
    if plain is None:
        message = "is not a number. Write digits, such as 1000 or 1000.50."
        return Problem("not_a_number", message)
    whole = plain.partition(".")[0].lstrip("0")
    if len(whole) > EXCEL_DIGITS:
        return Problem(
            "number_too_long",
            f"has {len(whole)} digits, but spreadsheet programs keep only {EXCEL_DIGITS}, so the "
            "last ones may be lost. Check it against its source.",
        )
    # 1100.0000000000002 is what a formula left behind; Excel shows, and the person saw, 1100.
    return _AS_EXCEL_SHOWS.create_decimal(sign + plain) + 0  # and zero has no sign


def _plain(text: str) -> str | None:
    """Return digits with at most one dot, or None when the separators make no sense."""
    text = _GROUPING.sub("_", text)
    marks = [mark for mark in ".," if mark in text]
    if len(marks) == 2:  # noqa: PLR2004 (both: the last one is the decimal mark)
        decimal_mark = max(marks, key=text.rindex)
        group_mark = "." if decimal_mark == "," else ","
        if "_" in text:
            return None
        whole, _, decimals = text.rpartition(decimal_mark)
        whole = whole.replace(group_mark, "_")
    elif len(marks) == 1 and text.count(marks[0]) > 1:
        whole, decimals = text.replace(marks[0], "_"), "0"
        if "_" in text:
            return None
    elif len(marks) == 1:
        whole, _, decimals = text.partition(marks[0])
    else:
        whole, decimals = text, "0"
    if not whole and marks:  # .50
        whole = "0"
    if "_" in whole and not _GROUPED.fullmatch(whole):
        return None
    digits = whole.replace("_", "")
    if not (digits + decimals).isascii() or not digits.isdecimal() or not decimals.isdecimal():
        return None
    decimals = decimals.rstrip("0")
    return f"{digits}.{decimals}" if decimals else digits


def decimal_of(raw: Any) -> Any:
    """Return a JSON number or numeric string as a Decimal; anything else as it is.

    So is a number that no field can hold: 1e999999999 as an int would take all memory.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return raw
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        return raw
    # 1E+999999999 is a number, and its digits would fill all memory.
    return value if value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS else raw


def _plain_text(value: Decimal) -> str:
    """Return a Decimal without exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class RoundedAmount(Decimal):
    """An amount to the cent that was calculated with more decimals.

    Attributes:
        exact: The amount as it was given.
    """

    exact: Decimal

    def __new__(cls, exact: Decimal, decimals: int = 2) -> Self:
        """Return `exact` with so many decimals; half a cent is rounded up."""
        rounded = super().__new__(cls, _rounded(exact, decimals))
        rounded.exact = exact
        return rounded

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.exact, -int(self.as_tuple().exponent))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money(Kind):
    """An amount from 0 to `most` in the chain's currency, with at most `decimals` decimals."""

    dtype: ClassVar[str] = MONEY

    most: Decimal = Decimal("999999999999.99")
    decimals: int = 2
    words: AmountWords = field(default_factory=AmountWords)

    def parse(self, text: str, zone: tzinfo) -> Decimal | Problem:
        """Return the amount, or what is wrong with it; a calculated one to the cent."""
        value = read_number(text)
        if isinstance(value, Problem):
            return self._explained(text, value, zone) if value.code == "not_a_number" else value
        if not 0 <= value <= self.most:
            return Problem("out_of_range", f"must be between 0 and {_plain_text(self.most)}.")
        rounded = _rounded(value, self.decimals)
        if rounded != value:
            if isinstance(text, FloatText):
                return RoundedAmount(value, self.decimals)
            return Problem(
                "too_many_decimals",
                f"has more than {self.decimals} decimals. Round it.",
                _plain_text(rounded),
            )
        return value

    def _explained(self, text: str, problem: Problem, zone: tzinfo) -> Problem:
        """Return the problem with a text that is not a number, with what was likely meant."""
        if message := mistaken_date(seen(text)):
            return replace(problem, message=message)
        likely = loose_amount(seen(text), self.words)
        meant = likely and self.parse(likely, zone)
        if isinstance(meant, Decimal):
            shown = self.show(meant)
            message = f"{problem.message} Did you mean {shown}?"
            return replace(problem, message=message, suggestion=shown)
        if several_numbers(text):
            message = "contains more than one number. Write one amount, in digits."
            return replace(problem, message=message)
        return problem

    def show(self, value: Decimal) -> str:
        """Return the amount as digits, with two decimals if it is not whole: `1000`, `19.90`.

        Three decimals cannot occur, so nothing is ambiguous.
        """
        whole, point, decimals = _plain_text(value).partition(".")
        return f"{whole}.{decimals:0<{self.decimals}}" if point else whole

    def load(self, raw: Any) -> Any:
        """Accept numbers and numeric strings (fact:spellings); null is 0."""
        return Decimal(0) if raw is None else decimal_of(raw)

    def dump(self, value: Any) -> Any:
        """Return an int if the amount is whole, else a float."""
        if not isinstance(value, Decimal):
            return value
        return int(value) if value == value.to_integral_value() else float(value)

    def same(self, one: Any, other: Any) -> bool:
        """Compare amounts; an amount that was calculated also as it was before it was rounded."""
        return bool(one == other or getattr(one, "exact", one) == getattr(other, "exact", other))


@dataclass(frozen=True, slots=True)
class Count(Kind):
    """A whole number from 1 to `most`."""

    dtype: ClassVar[str] = NUMBER

    most: int = 9999

    def parse(self, text: str, zone: tzinfo) -> int | Problem:  # noqa: ARG002
        """Return the count, or what is wrong with it."""
        value = read_number(text)
        if isinstance(value, Problem):
            if value.code != "not_a_number":
                return value
            message = mistaken_date(seen(text)) or "is not a whole number. Write digits, such as 6."
            bare = undecorated(text)
            return Problem("not_an_integer", message, bare if _COUNT.fullmatch(bare) else None)
        if value != value.to_integral_value():
            return Problem("not_an_integer", "is not a whole number. Write one such as 6.")
        if not 1 <= value <= self.most:
            return Problem("out_of_range", f"must be between 1 and {self.most}.")
        return int(value)

    def show(self, value: int) -> str:
        """Return the digits."""
        return str(value)

    def load(self, raw: Any) -> Any:
        """Return null, 0 and "0" as None: they stand for no count (fact:unset_values)."""
        value = decimal_of(raw)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return int(value) or None
        return raw

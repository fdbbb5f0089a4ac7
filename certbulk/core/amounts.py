"""Amounts of money in titles."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from certbulk.core.kinds.named_months import MONTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["amounts_beside", "amounts_in", "with_amount"]

# 150 000, 150.000, 1,000.50, 1000, 5k; not the 60 of "60 min", the 3 of "3 visits", 10%, 2nd, #2.
_NUMBER = re.compile(
    r"(?<![\w.,])(?<!\bin\s)(?<![\u2116#])(?<![\u2116#]\s)(?P<whole>(?>\d{1,3}(?:[\s.,'\u2019]\d{3})+(?!\d)|\d+))"
    r"(?P<decimals>[.,]\d{1,2}(?!\d))?+(?!\d)"
    r"(?P<thousand>\s?(?:[k\u043a]|thousand|тыс\w*|т\.?\s?\u0440)\b)?+"
    r"(?![\s-]*(?:%|x\b|st\b|nd\b|rd\b|th\b|min|мин|hour|hr|h\b|час|ч\b|day|дн|week|нед|month|мес|"
    r"year|год|лет|visit|визит|session|сеанс|procedure|процедур|person|pers|чел|in\s+1))",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(
    r"\D*+([0-9]++(?:\.[0-9][0-9]?)?+)(?!\s?[kKtT\u043a\u041a\u0442\u0422])\D*+"
)
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"20[2-4]\d")
_MONTH = rf"(?:{'|'.join(MONTH_NAMES)})\b"
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([./-])\d{1,2}\1(?:\d\d){1,2}|\d{4}-\d\d-\d\d"
    rf"|[0-3]?\d[\s-]+{_MONTH}|(?<!\w){_MONTH}\.?\s+[0-3]?\d)(?!\d)",
    re.IGNORECASE,
)
_COUNTS = 100  # less than this, and than the hundredth part of a face value, is a count: for 2


def amounts_in(title: str) -> list[Decimal]:
    """Return the numbers in `title` that can be amounts, in their order.

    Numbers with a unit of time or a count after them, percentages and the years 2020 to 2049
    are left out.
    """
    return [amount for _, amount in _named(title)]


def _named(title: str) -> Iterator[tuple[re.Match[str], Decimal]]:
    end = 0
    for digits in _DIGITS.finditer(title):  # a number begins where digits do
        if digits.start() < end or not (match := _NUMBER.match(title, digits.start())):
            continue
        end = match.end()
        whole = "".join(_DIGITS.findall(match["whole"]))
        if _YEAR.fullmatch(whole):
            continue
        decimals = (match["decimals"] or "").replace(",", ".")
        amount = Decimal(whole + decimals)
        yield match, amount * 1000 if match["thousand"] else amount


def with_amount(title: str, old: Decimal, new: Decimal) -> str | None:
    """Return `title` with the amount `new` instead of `old`, written as that was.

    None if `old` is not there, is there more than once, or is written as a word ("5k"): then only a
    person knows what is meant.

    Example:
        >>> from decimal import Decimal
        >>> with_amount("Gift 1 000, 60 min", Decimal(1000), Decimal(1100))
        'Gift 1 100, 60 min'
    """
    dates = [found.span() for found in _DATE.finditer(title)]
    same = [
        match
        for match, amount in _named(title)
        if amount == old and not any(start <= match.start() < end for start, end in dates)
    ]
    if len(same) != 1 or same[0]["thousand"]:
        return None
    return title[: same[0].start()] + _like(same[0], new) + title[same[0].end() :]


def _like(match: re.Match[str], new: Decimal) -> str:
    """Return an amount with the separators and decimals of the one that was matched."""
    group = next((mark for mark in match["whole"] if not mark.isdigit()), "")
    decimals = match["decimals"] or ""
    mark = decimals[:1] or ("," if group == "." else ".")
    whole, _, cents = f"{new:.2f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", group) if group else whole
    shown = cents if decimals else cents.rstrip("0") and cents
    return f"{grouped}{mark}{shown}" if shown else grouped


def amounts_beside(title: str, balance: str) -> tuple[Decimal, ...]:
    """Return the amounts that `title` names when `balance` is not among them; else nothing.

    Dates, such as the 8 of 8 March, and counts, such as the 2 of "for 2", are left out. Beside a
    blank balance, which is to be cleared, no amount is wrong.
    """
    only = _ONE_NUMBER.fullmatch(title)
    if (only and only[1] == balance) or not balance:  # most titles: no need to look closer
        return ()
    amount = Decimal(balance)
    if amount in amounts_in(title):
        return ()
    named = amounts_in(_DATE.sub(" ", title))  # few titles get here
    least = min(amount / _COUNTS, Decimal(_COUNTS))
    return () if amount in named else tuple(number for number in named if number >= least)

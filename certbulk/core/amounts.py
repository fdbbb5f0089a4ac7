"""Amounts of money in titles."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["amounts_beside", "amounts_in"]

# 150 000, 150.000, 1,000.50, 1000, 5k; not the 60 of "60 min", the 3 of "3 visits", 10%, 2nd, #2.
_NUMBER = re.compile(
    r"(?<![\w.,])(?<!\bin\s)(?<![\u2116#])(?<![\u2116#]\s)(?P<whole>(?>\d{1,3}(?:[\s.,'\u2019]\d{3})+(?!\d)|\d+))"
    r"(?P<decimals>[.,]\d{1,2}(?!\d))?+(?!\d)(?P<thousand>\s?[k\u043a]\b)?+"
    r"(?![\s-]*(?:%|x\b|st\b|nd\b|rd\b|th\b|min|мин|hour|hr|h\b|час|ч\b|day|дн|week|нед|month|мес|"
    r"year|год|лет|visit|визит|session|сеанс|procedure|процедур|person|pers|чел|in\s+1))",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(r"\D*(\d+(?:\.\d\d?)?)(?!\s?[kK\u043a\u041a])\D*")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"20[2-4]\d")


def amounts_in(title: str) -> list[Decimal]:
    """Return the numbers in `title` that can be amounts, in their order.

    Numbers with a unit of time or a count after them, percentages and the years 2020 to 2049
    are left out.
    """
    found = []
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
        found.append(amount * 1000 if match["thousand"] else amount)
    return found


def amounts_beside(title: str, amount: Decimal) -> tuple[Decimal, ...]:
    """Return the amounts that `title` names when `amount` is not among them; else nothing."""
    only = _ONE_NUMBER.fullmatch(title)
    if only and only[1] == str(amount):  # most titles: no need to look closer
        return ()
    named = amounts_in(title)
    return () if amount in named else tuple(named)

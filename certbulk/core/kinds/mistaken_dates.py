"""Dates that stand where a number should: a format of the cell, or a program that made 1.5 one."""

from __future__ import annotations

import re
from datetime import date

from certbulk.core.kinds.named_months import month_called

__all__ = ["mistaken_date"]

_FULL = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: \d{1,2}:\d\d(?::\d\d)?)?")
_NAMED = (
    re.compile(r"(?P<number>\d{1,2})[\s.\-]+(?P<month>[^\W\d_]+)\.?(?:[\s.\-]+\d{2,4})?"),
    re.compile(r"(?P<month>[^\W\d_]+)\.?[\s.\-]+(?P<number>\d{2})"),
)
_ZERO = date(1899, 12, 30)
_LEAP = 60  # programs count a 29 February 1900, which no calendar has
_FIRST_TYPED = date(2000, 1, 1)  # what is typed as 1.5 becomes a day of this year


def mistaken_date(text: str) -> str | None:
    """Return what to say of a date that stands where a number should; None where it is none."""
    if (match := _FULL.fullmatch(text)) or (match := _DOTTED.fullmatch(text)):
        parts = [int(part) for part in match.groups()]
        try:
            day = date(*parts) if parts[0] > _LEAP else date(parts[2], parts[1], parts[0])
        except ValueError:
            return None
        return _said(day)
    for order in _NAMED:
        match = order.fullmatch(text)
        month = month_called(match["month"]) if match else None
        if match and month:
            number = int(match["number"])
            typed = f"{number}.{month}" if order is _NAMED[0] else f"{month}.{number}"
            return (
                f"is a date: a spreadsheet program makes one of {typed}. "
                "Format the cell as text, and type the number again."
            )
    return None


def _said(day: date) -> str:
    number = (day - _ZERO).days
    number -= number <= _LEAP
    if day < _FIRST_TYPED:
        return (
            f"is a date. It may be the number {number} in a cell that is formatted as a date: "
            "format the cell as a number, and check it."
        )
    return (
        f"is a date. A spreadsheet program makes one of {day.day}.{day.month}, and shows the "
        f"number {number} so in a cell that is formatted as a date. Format the cell as a number, "
        "and type the number again."
    )

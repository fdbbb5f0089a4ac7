"""Dates with the month in letters: 31 December 2031, Dec 31, 2031, 31 декабря 2031 г."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["MONTH_NAMES", "month_called", "named_month"]

_MONTHS = (
    ("january", "jan", "январь", "января", "янв"),
    ("february", "feb", "февраль", "февраля", "фев", "февр"),
    ("march", "mar", "март", "марта", "мар"),
    ("april", "apr", "апрель", "апреля", "апр"),
    ("may", "май", "мая"),
    ("june", "jun", "июнь", "июня", "июн"),
    ("july", "jul", "июль", "июля", "июл"),
    ("august", "aug", "август", "августа", "авг"),
    ("september", "sep", "sept", "сентябрь", "сентября", "сен", "сент"),
    ("october", "oct", "октябрь", "октября", "окт"),
    ("november", "nov", "ноябрь", "ноября", "ноя", "нояб"),
    ("december", "dec", "декабрь", "декабря", "дек"),
)
_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
MONTH_NAMES = tuple(_NUMBERS)

_LONGEST = 80  # characters, of any date in words
_MONTH = r"(?P<month>[^\W\d_]+)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_REST = r"(?P<year>\d{4})(?:\s*(?:года|г\.?))?(?:,?\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?))?"
_ORDERS = (
    re.compile(rf"{_DAY}[\s.\-/]*{_MONTH}[\s,\-/]*{_REST}", re.IGNORECASE),
    re.compile(rf"\A{_MONTH}\s*{_DAY}[\s,]+{_REST}", re.IGNORECASE),
)


def month_called(name: str) -> int | None:
    """Return the number of the month that has this name, or this short form of it."""
    return _NUMBERS.get(name.casefold())


def named_month(text: str) -> tuple[date, str | None] | None:
    """Return the day, and the clock if there is one, of a date with its month in letters.

    Raises:
        ValueError: The month has no such day.
    """
    for order in _ORDERS if len(text) <= _LONGEST else ():
        match = order.fullmatch(text)
        month = month_called(match["month"]) if match else None
        if match and month:
            return date(int(match["year"]), month, int(match["day"])), match["clock"]
    return None

"""Dates in words: 31 December 2031, 31 декабря 2031 г.; and dates in place of numbers."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["MONTH_NAMES", "mistaken_date", "month_called", "named_month"]

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
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s*[AP]M)?"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./](?P<last>\d{{4}}))"
    rf"(?:[T ]{_CLOCK})?",
    re.IGNORECASE,
)
_TIME = re.compile(rf"{_CLOCK}|PT\d+H\d+M\d+S", re.IGNORECASE)
_NAMED = (
    re.compile(r"\A\d{1,2}[\s.\-]++(?P<month>[^\W\d_]++)\.?(?:[\s.\-]++\d{2,4})?"),
    re.compile(r"\A(?P<month>[^\W\d_]++)\.?[\s.\-]++\d{2}"),
)
_LONGEST_MISTAKEN = 60  # characters, of any date or time
_FIRST_TYPED = 2000  # what is typed as 1.5 becomes a day of the year in which that was done
_FORMATTED = (
    "is a {}: most likely the cell holds a number and is formatted as a {}. Format the cell as a "
    "number, and check it."
)
_EITHER = (
    "is a date. Either the cell holds a number and is formatted as a date, or a number such as 1.5 "
    "was typed, which spreadsheet programs turn into 1 May. Format the cell as a number, and type "
    "it again."
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


def mistaken_date(text: str) -> str | None:
    """Return what to say of a date or time in place of a number; None for others.

    It does not name the number that it was: that depends on the program and its first day.
    """
    if len(text) > _LONGEST_MISTAKEN:
        return None
    if match := _DATE.fullmatch(text):
        year = int(match["year"] or match["last"])
        return _EITHER if year >= _FIRST_TYPED else _FORMATTED.format("date", "date")
    if _TIME.fullmatch(text):
        return _FORMATTED.format("time", "time")
    months = (match["month"] for order in _NAMED if (match := order.fullmatch(text)))
    return _EITHER if any(map(month_called, months)) else None

"""Dates and times in place of a number: a cell's format, or a program that made one."""

from __future__ import annotations

import re

from certbulk.core.kinds.named_months import month_called

__all__ = ["mistaken_date"]

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
_LONGEST = 60  # characters, of any date or time
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


def mistaken_date(text: str) -> str | None:
    """Return what to say of a date or time in place of a number; None for others.

    Which number it was is not said: it depends on the program, and on the day it counts from.
    """
    if len(text) > _LONGEST:
        return None
    if match := _DATE.fullmatch(text):
        year = int(match["year"] or match["last"])
        return _EITHER if year >= _FIRST_TYPED else _FORMATTED.format("date", "date")
    if _TIME.fullmatch(text):
        return _FORMATTED.format("time", "time")
    months = (match["month"] for order in _NAMED if (match := order.fullmatch(text)))
    return _EITHER if any(map(month_called, months)) else None

"""Cells as the texts that a person would have typed: numbers, dates and times, and columns."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NO_DATE", "THREE_DECIMALS", "column_of", "date_text", "moment", "number_text"]

NO_DATE = "########"
"""What spreadsheet programs show if a cell has a date format but its number is not a date."""

THREE_DECIMALS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
"""A text with two readings, unless it comes from a number cell."""

_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (cells have no zone)
_BEFORE_MARCH_1900 = 60  # days are counted as if 1900 had a 29th of February
_DAYS, _DAYS_1904 = 2_958_466, 2_957_004  # to the end of 9999
_DAY = 86_400_000  # milliseconds


def number_text(value: float) -> str:
    """Return the shortest exact text of a number, without an exponent."""
    return str(np.format_float_positional(value, trim="-"))


def moment(serial: float, *, since_1904: bool) -> datetime | None:
    """Return the date and time of a serial number; None if it is not a date.

    Args:
        serial: The number of days since the end of 1899, or since the beginning of 1904.
        since_1904: Whether days are counted from 1904, as in workbooks of older Macs.
    """
    if not math.isfinite(serial) or not 0 <= serial < (_DAYS_1904 if since_1904 else _DAYS):
        return None
    days = serial if since_1904 or serial >= _BEFORE_MARCH_1900 else serial + 1
    first = _FIRST_DAY_1904 if since_1904 else _FIRST_DAY
    return first + timedelta(milliseconds=round(days * _DAY))


def date_text(serial: float, *, since_1904: bool) -> str | None:
    """Return the date of a serial number as text, such as 2031-12-31 or 2031-12-31 18:30:00."""
    when = moment(serial, since_1904=since_1904)
    if when is None:
        return None
    if (when.hour, when.minute, when.second, when.microsecond) == (0, 0, 0, 0):
        return when.date().isoformat()
    return when.isoformat(" ", "milliseconds" if when.microsecond else "seconds")


def column_of(cells: Iterable[str | None]) -> Column:
    """Return texts as a column; white space alone is blank.

    The text of a number cell is kept apart from the same text typed if the latter has two readings.
    """
    index: dict[tuple[str, bool], int] = {}
    values: list[str] = []
    codes: list[int] = []
    for cell in cells:
        if cell is None or not tidy(cell):
            codes.append(BLANK)
            continue
        marked = isinstance(cell, NumberText) and bool(THREE_DECIMALS.fullmatch(cell))
        code = index.setdefault((cell, marked), len(values))
        if code == len(values):
            values.append(cell if marked else str(cell))
        codes.append(code)
    return Column(np.array(codes, dtype=np.int32), tuple(values))

"""What people see of a sheet besides the texts of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["DisplayFormats", "Merge", "Span", "is_date", "is_percent"]

_BUILT_IN_PERCENTS = (9, 10)
# Of all editions, and of the East Asian and Thai ones (ECMA-376 part 1, 18.8.30).
_BUILT_IN_DATES = {*range(14, 23), *range(45, 48), *range(27, 37), *range(50, 59), *range(71, 82)}
_ELAPSED = re.compile(r"\[([hms])\1*\]", re.IGNORECASE)
_PART_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^][]*\]|_.|\*.')
"""Parts of a format that are shown literally, or hidden; none in brackets has brackets in it."""


class Merge(NamedTuple):
    """A merged rectangle, by true numbers from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


class Span(NamedTuple):
    """Adjacent rows or columns, by true numbers from 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DisplayFormats:
    """How a sheet looks.

    Attributes:
        merges: Merged cells. Only the first cell of each has a value in the file.
        hidden_rows: Rows that are hidden by hand or by a filter.
        hidden_columns: Columns that are hidden.
        totals: Total rows that the program keeps below its own tables.
        percents: Cells that show their number as a percentage: (row, column).
        hidden: Whether the sheet itself is hidden.
        widths: The number of cells in each row of a text file; empty if it is the same for all.
    """

    merges: tuple[Merge, ...] = ()
    hidden_rows: tuple[Span, ...] = ()
    hidden_columns: tuple[Span, ...] = ()
    totals: tuple[int, ...] = ()
    percents: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    widths: tuple[int, ...] = ()


def is_percent(number: int, code: str | None) -> bool:
    """Whether a number format, by its number and its code if it has one, is a percentage.

    A percent sign in quotation marks is only text.
    """
    if code is None:
        return number in _BUILT_IN_PERCENTS
    return "%" in _LITERAL.sub("", code)


def is_date(number: int, code: str | None) -> bool:
    """Whether a number format, by its number and its code if it has one, shows a date or a time.

    The first section of the code counts, which is for numbers from 0 on.
    """
    if code is None:
        return number in _BUILT_IN_DATES
    shown = _LITERAL.sub("", _ELAPSED.sub("h", code)).partition(";")[0]
    return bool(_PART_OF_A_DATE.search(shown.replace("General", "")))

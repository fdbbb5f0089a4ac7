"""How a sheet looks to people, where the texts of its cells do not say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Look", "Merge", "Span", "is_date", "is_percent"]

_BUILT_IN_PERCENTS = (9, 10)
# Those of every edition, and those of the East Asian and Thai ones (ECMA-376 part 1, 18.8.30).
_BUILT_IN_DATES = {*range(14, 23), *range(45, 48), *range(27, 37), *range(50, 59), *range(71, 82)}
_ELAPSED = re.compile(r"\[([hms])\1*\]", re.IGNORECASE)
_PART_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # what a format shows as it is, or hides


class Merge(NamedTuple):
    """A merged rectangle, by true numbers from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


class Span(NamedTuple):
    """Rows or columns that stand side by side, by true numbers from 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a sheet looks.

    Attributes:
        merges: Merged cells, of which only the first has its value in the file.
        hidden_rows: Rows that nobody sees, hidden by hand or by a filter.
        hidden_columns: Columns that nobody sees.
        totals: Rows of totals that the program keeps below its own tables.
        percents: Cells that show a hundred times their number and a percent sign: (row, column).
        hidden: Whether the sheet itself is hidden.
        widths: How many cells each row of a text file has; none where that is the same for all.
    """

    merges: tuple[Merge, ...] = ()
    hidden_rows: tuple[Span, ...] = ()
    hidden_columns: tuple[Span, ...] = ()
    totals: tuple[int, ...] = ()
    percents: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    widths: tuple[int, ...] = ()


def is_percent(number: int, code: str | None) -> bool:
    """Tell whether a number format, by its number and its own code if it has one, is a percentage.

    A sign in quotation marks is a word: it multiplies nothing.
    """
    if code is None:
        return number in _BUILT_IN_PERCENTS
    return "%" in _LITERAL.sub("", code)


def is_date(number: int, code: str | None) -> bool:
    """Return whether a number format, by its number and its own code if any, shows a day or a time.

    What counts is how it shows numbers from 0 on: its first section.
    """
    if code is None:
        return number in _BUILT_IN_DATES
    shown = _LITERAL.sub("", _ELAPSED.sub("h", code)).partition(";")[0]
    return bool(_PART_OF_A_DATE.search(shown.replace("General", "")))

"""How a sheet looks to people, where the texts of its cells do not say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Look", "Merge", "Span", "is_percent"]

_BUILT_IN_PERCENTS = (9, 10)
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

"""Numbers and times in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["counted", "first_ones", "lasting"]

_MOST_LISTED = 10


def counted(number: int, noun: str, several: str | None = None) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    Example:
        >>> counted(1, "row"), counted(1_200, "row"), counted(2, "row is", "rows are")
        ('1 row', '1,200 rows', '2 rows are')
    """
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def first_ones(lines: Sequence[object]) -> str:
    """Return the first ten lines, indented, and the number of the others.

    Example:
        >>> print(first_ones(["row 2: no title", "row 3: no title"]))
          row 2: no title
          row 3: no title
    """
    shown = "\n".join(f"  {line}" for line in lines[:_MOST_LISTED])
    more = len(lines) - _MOST_LISTED
    return f"{shown}\n  … and {more} more" if more > 0 else shown


def lasting(seconds: float) -> str:
    """Return how long something takes, in the two units that matter.

    Example:
        >>> lasting(9.6), lasting(100), lasting(19_995)
        ('10 s', '1 min 40 s', '5 h 33 min')
    """
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"

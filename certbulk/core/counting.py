"""Numbers and times in words."""

from __future__ import annotations

__all__ = ["counted", "lasting"]


def counted(number: int, noun: str, several: str | None = None) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    Example:
        >>> counted(1, "row"), counted(1_200, "row"), counted(2, "row is", "rows are")
        ('1 row', '1,200 rows', '2 rows are')
    """
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


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

"""Numbers in words."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, noun: str, several: str | None = None) -> str:
    """Return a number with its noun, in the plural where it is not one.

    Example:
        >>> counted(1, "row"), counted(1_200, "row"), counted(2, "row is", "rows are")
        ('1 row', '1,200 rows', '2 rows are')
    """
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"

"""Addresses of cells as spreadsheets write them: B7, AA12, C3:D9.

They are a few lines; the library that has them too takes longer to load than a file to read.
"""

from __future__ import annotations

import re
from itertools import groupby

__all__ = ["letters_of", "number_of", "rectangle", "row_ranges"]

_MOST_NAMED = 8
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")


def letters_of(number: int) -> str:
    """Return the letters of a column by its number, from 1 for A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """Return the number of a column by its letters; the inverse of `letters_of`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def rectangle(ref: str) -> tuple[int, int, int, int]:
    """Return the first column and row and the last ones of a range, or of one cell.

    Raises:
        ValueError: It is not such an address.
    """
    match = _RANGE.fullmatch(ref)
    if not match:
        raise ValueError(f"{ref} is not a range of cells.")
    first, top, last, bottom = match.groups()
    left = number_of(first)
    return left, int(top), number_of(last) if last else left, int(bottom or top)


def row_ranges(rows: list[int]) -> str:
    """Return row numbers in words: 3, 5-7; the first ones of many."""
    runs = []
    for _, run in groupby(enumerate(rows), lambda position: position[1] - position[0]):
        numbers = [row for _, row in run]
        runs.append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}")
    shown = ", ".join(runs[:_MOST_NAMED])
    return f"{shown} and more" if len(runs) > _MOST_NAMED else shown

"""Merged cells: only the first of them has a value in the file, and people see it in all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Merge", "merges_in"]

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)[\"']")


class Merge(NamedTuple):
    """A merged rectangle, by true numbers from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


def merges_in(piece: bytes) -> Iterator[Merge]:
    """Yield the merged cells that a piece of a sheet's XML lists."""
    if b"g" in piece and b"mergeCell" in piece:  # one letter is looked up in no time
        for ref in _MERGE.findall(piece):
            yield Merge(*range_boundaries(ref.decode()))

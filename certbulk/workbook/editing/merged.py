"""Merged cells: which rectangle a cell lies in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from openpyxl.utils import range_boundaries

from certbulk.workbook.editing.markup import attribute, children, named

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Place", "Rectangle", "areas_of"]

Place = tuple[int, int]
"""A row and a column, from 1."""

Rectangle = tuple[int, int, int, int]
"""First column, first row, last column, last row; from 1."""


def areas_of(tail: bytes, places: Iterable[Place]) -> dict[Place, Rectangle]:
    """Return the rectangle of each place: its cell, or the merged one that it lies in.

    `tail` is what stands behind the cells of the sheet.
    """
    columns: dict[int, list[int]] = defaultdict(list)
    areas: dict[Place, Rectangle] = {}
    for row, column in places:
        columns[row].append(column)
        areas[row, column] = (column, row, column, row)
    rows = sorted(columns)
    merged = named(children(tail), "mergeCells")
    for element in children(tail, merged) if merged else ():
        reference = attribute(element.tag(tail), "ref") or "A1"
        left, top, right, bottom = (number or 1 for number in range_boundaries(reference))
        for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
            for column in columns[row]:
                if left <= column <= right:
                    areas[row, column] = (left, top, right, bottom)
    return areas

"""A sheet's XML after its cells: merged cells, and sections to read and replace."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import range_boundaries

from certbulk.workbook.editing.markup import attribute, children, named
from certbulk.workbook.editing.package import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certbulk.workbook.editing.package import Package

__all__ = [
    "END_OF_CELLS",
    "ORDER",
    "Coordinates",
    "Rectangle",
    "Tail",
    "areas_of",
    "put_tail",
    "tail_of",
]

Coordinates = tuple[int, int]
"""A cell: its row and its column, from 1."""

Rectangle = tuple[int, int, int, int]
"""First column, first row, last column, last row; from 1."""

ORDER = (
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""The elements that may follow the cells, in the order that the format requires."""

END_OF_CELLS = re.compile(rb"</((?:\w+:)?)sheetData\s*>|<((?:\w+:)?)sheetData\s*/>")
_OVERLAP = 64


class Tail(NamedTuple):
    """The XML after a sheet's cells, and the prefix of its names."""

    prefix: bytes
    xml: bytes


def tail_of(package: Package, path: str) -> Tail:
    """Return the XML after the cells of the sheet at `path`.

    Raises:
        OutputError: The sheet has no element for cells.
    """
    found: re.Match[bytes] | None = None
    rest = b""
    behind: list[bytes] = []
    for piece in package.pieces(path):
        if found:
            behind.append(piece)
            continue
        rest += piece
        found = END_OF_CELLS.search(rest)
        if found:
            behind.append(rest[found.end() :])
        rest = rest[-_OVERLAP:]
    if not found:
        raise damaged(package.source, ValueError(f"{path} has no cells"))
    return Tail(found[1] or found[2] or b"", b"".join(behind))


def put_tail(package: Package, path: str, xml: bytes) -> None:
    """Save the sheet at `path` with this XML after its cells."""

    def change(pieces: Iterator[bytes]) -> Iterable[bytes]:
        rest = b""
        for piece in pieces:
            rest += piece
            found = END_OF_CELLS.search(rest)
            if found:
                yield rest[: found.end()]
                break
            yield rest[:-_OVERLAP]
            rest = rest[-_OVERLAP:]
        yield xml

    package.rewrite(path, change)


def areas_of(tail: bytes, cells: Iterable[Coordinates]) -> dict[Coordinates, Rectangle]:
    """Return the rectangle of each cell: the cell itself, or the merged cell that it is in.

    `tail` is the XML after the cells of the sheet.
    """
    columns: dict[int, list[int]] = defaultdict(list)
    areas: dict[Coordinates, Rectangle] = {}
    for row, column in cells:
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

"""A single pass over the XML of a large sheet, for what the fast reader does not report.

A real XML parser would take as long again as all of reading does. So a sheet with many rows is
looked through piece by piece, for formulas without a result, merged cells, what is hidden or shown
in percent, and for any sign that it is written as the fast reader does not know it.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.reading.formats.openxml.display_formats_xml import XmlDisplayFormats
from certbulk.reading.formats.openxml.formulas import formulas_without_result
from certbulk.reading.formats.openxml.marks import PADDING, Marks
from certbulk.reading.formats.openxml.spelling import (
    begins_unusually,
    is_unusual,
    lacks_results,
    last_in_order,
    may_reach_far,
)
from certbulk.reading.formats.parts import without_gaps
from certbulk.reading.formats.size_limits import reaches_far

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.display_formats import DisplayFormats
    from certbulk.reading.formats.grid import ErrorCell

__all__ = ["Scan", "length_shown", "scan_sheet"]

_CHUNK = 1 << 18  # bytes: more leaves the cache of a processor, and less calls numpy too often
_LONGEST_ROW = 32 << 20  # bytes
_END_OF_ROW = re.compile(rb"</(?:\w+:)?row\s*>")
# Every sheet has an element for its cells, even if it has none.
_CELLS = re.compile(rb"<sheetData\b")
_ROOT = re.compile(rb"<(\w+:)worksheet\b")
_SHARED = re.compile(rb"\st=[\"']s[\"'][^>]*>\s*<v>\s*(\d{1,9})\s*</")


class Scan(NamedTuple):
    """What a pass over a sheet told.

    Attributes:
        formulas: Formulas without a result.
        display: How the sheet shows its cells.
        far: Whether a cell lies beyond what there is always room for.
        shared: How many cells may have a text that they share.
    """

    formulas: Sequence[ErrorCell]
    display: DisplayFormats
    far: bool
    shared: int


def scan_sheet(
    archive: Archive, path: str, percents: Collection[int], *, uncalculated: bool
) -> Scan | None:
    """Look through a sheet; return None if it needs a careful reader.

    Args:
        archive: The workbook.
        path: The sheet's part.
        percents: The styles of cells that show a percentage.
        uncalculated: Whether a result of 0 is that of a writer that did not calculate.
    """
    far = has_cells = False
    shared = last = 0
    formulas: list[ErrorCell] = []
    display = XmlDisplayFormats(archive, path, percents)
    with archive.opened(path) as xml:
        for position, (piece, marks) in enumerate(map(_marked, _pieces(xml))):
            if (position == 0 and begins_unusually(piece)) or is_unusual(piece, marks):
                return None
            in_order = last_in_order(marks, last)
            if in_order is None:
                return None
            last = in_order
            has_cells = has_cells or bool(_CELLS.search(piece))
            far = far or (may_reach_far(marks) and reaches_far(piece))
            if lacks_results(marks, uncalculated=uncalculated):
                begin = marks.tags.take(marks.formulas).tolist()
                formulas += formulas_without_result(piece, begin, uncalculated=uncalculated)
            shared += len(marks.attributes("t"))
            display.add(piece, marks)
    return Scan(formulas, display.complete(), far, shared) if has_cells else None


def length_shown(archive: Archive, path: str, lengths: NDArray[np.int64]) -> int:
    """Return how many characters the cells of a sheet show together, by those of each text."""
    total = 0
    with archive.opened(path) as xml:
        for piece in _pieces(xml):
            numbers = np.array(_SHARED.findall(piece), dtype=np.int64)
            total += int(lengths[numbers[numbers < len(lengths)]].sum())
    return total


def _marked(piece: bytes) -> tuple[bytes, Marks]:
    """Return a piece without gaps in its attributes, and its marks."""
    marks = Marks(piece)
    if marks.has_gaps and (closed := without_gaps(piece)) != piece:
        return closed, Marks(closed)
    return piece, marks


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that end where a row does, the last one where it ends.

    The prefix that some programs write before the name of every element is left out.
    """
    chunk = xml.read(_CHUNK)
    root = _ROOT.search(chunk)
    prefix = root[1] if root else b""
    held: list[bytes] = []
    length = 0
    while chunk:
        end = _end_of_rows(chunk, prefix)
        if end:
            yield _without(prefix, b"".join((*held, chunk[:end], PADDING)))
            held, length = [], 0
        held.append(chunk[end:])
        length += len(chunk) - end
        if length > _LONGEST_ROW:
            raise ValueError(f"a row of it is longer than {_LONGEST_ROW >> 20} MB")
        chunk = xml.read(_CHUNK)
    yield _without(prefix, b"".join((*held, PADDING)))


def _without(prefix: bytes, piece: bytes) -> bytes:
    if not prefix:
        return piece
    return piece.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def _end_of_rows(chunk: bytes, prefix: bytes) -> int:
    """Return where the last row ends that ends in a chunk, or 0.

    That is behind its tag: a formula may have `row>` in it.
    """
    usual = b"</" + prefix + b"row>"
    end = chunk.rfind(usual)
    if end >= 0:
        return end + len(usual)
    return max((tag.end() for tag in _END_OF_ROW.finditer(chunk)), default=0)

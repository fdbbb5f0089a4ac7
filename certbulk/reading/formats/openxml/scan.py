"""A single pass over the XML of a large sheet, for what the fast reader does not report.

A real XML parser would take as long again as all of reading does. So a sheet with many rows is
looked through piece by piece, for formulas without a result, merged cells, what is hidden or shown
in percent, and for any sign that it is written as the fast reader does not know it.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.reading.formats.openxml.attributes import without_gaps
from certbulk.reading.formats.openxml.cell import ERRORS
from certbulk.reading.formats.openxml.display_formats_xml import XmlLook
from certbulk.reading.formats.openxml.formulas import formulas_without_result
from certbulk.reading.formats.size_limits import reaches_far

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.display_formats import Look
    from certbulk.reading.formats.grid import Hazard

__all__ = ["Scan", "length_shown", "scan_sheet"]

_CHUNK = 1 << 16  # bytes: what fits a processor's cache is looked through twice as fast
_LONGEST_ROW = 32 << 20  # bytes
_ROW_ENDS = b"</row>"  # as nearly everybody writes it
_END_OF_ROW = re.compile(rb"</(?:\w+:)?row\s*>")
# Every sheet has an element for its cells, also where there are none.
_CELLS = re.compile(rb"<(?:\w+:)?sheetData\b")

# Each begins with the type itself: a text that stands in a pattern is found in no time, and looking
# for the cell before it took as long as all else.
_FORMULA = rb"(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>"
_TRUTH = b't="b"'
_USUAL_TRUTH = re.compile(rb't="b"[^>]*>' + _FORMULA + rb"[01]</")
_ERROR = b't="e"'
_USUAL_ERROR = re.compile(
    rb't="e"[^>]*>'
    + _FORMULA
    + rb"(?:"
    + b"|".join(re.escape(error.encode()) for error in sorted(ERRORS))
    + rb")</"
)
_OTHER_QUOTES = re.compile(rb"\st='")
_UNUSUAL = re.compile(
    rb"<!|<\?(?!xml\s)|\st=[\"'](?:d|inlineStr[\"'][^>]*>\s*<(?:\w+:)?v\b)"
    rb"|</(?:\w+:)?v>\s*<(?:\w+:)?f\b|<(?:\w+:)?v\s*/>\s*<(?:\w+:)?f\b|<(?:\w+:)?v\s+[^/>]"
)
_FORMULA_BEHIND = re.compile(rb"</v>\s*<f\b")
_NO_ADDRESS = re.compile(rb"<(?:\w+:)?(?:c|row)\b(?![^>]*\sr=[\"'])[^>]*>")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*>")
_USUAL_DIMENSION = re.compile(
    rb"\sref=[\"'][A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?[\"']"
)
_SHARED = re.compile(rb"\st=[\"']s[\"'][^>]*><(?:\w+:)?v>(\d{1,9})</")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)


class Scan(NamedTuple):
    """What a pass over a sheet told.

    Attributes:
        formulas: Formulas without a result.
        look: How the sheet looks to people.
        far: Whether a cell lies beyond what there is always room for.
        shared: How many cells have a text that they may share.
    """

    formulas: Sequence[Hazard]
    look: Look
    far: bool
    shared: int


def scan_sheet(
    archive: Archive, path: str, percents: Collection[int], *, uncalculated: bool
) -> Scan | None:
    """Look through a sheet; return None where it needs a careful reader.

    Args:
        archive: The workbook.
        path: The sheet's part.
        percents: The styles of cells that show a percentage.
        uncalculated: Whether a result of 0 is that of a writer that did not calculate.
    """
    far = has_cells = False
    shared = 0
    formulas: list[Hazard] = []
    look = XmlLook(archive, path, percents)
    with archive.opened(path) as xml:
        for place, piece in enumerate(map(without_gaps, _pieces(xml))):
            if _is_unusual(piece, first=place == 0):
                return None
            has_cells = has_cells or bool(_CELLS.search(piece))
            far = far or reaches_far(piece)
            formulas += formulas_without_result(piece, uncalculated=uncalculated)
            shared += piece.count(b't="s"')
            look.add(piece)
    return Scan(formulas, look.complete(), far, shared) if has_cells else None


def length_shown(archive: Archive, path: str, lengths: NDArray[np.int64]) -> int:
    """Return how many characters the cells of a sheet show together, by those of each text."""
    total = 0
    with archive.opened(path) as xml:
        for piece in _pieces(xml):
            numbers = np.array(_SHARED.findall(piece), dtype=np.int64)
            total += int(lengths[numbers[numbers < len(lengths)]].sum())
    return total


def _is_unusual(piece: bytes, *, first: bool) -> bool:
    """Return whether a piece is written in a way that the fast reader does not know.

    A single byte is looked for in no time, and most pieces lack the one that each way needs.
    """
    if first and _begins_unusually(piece):
        return True
    if b"'" in piece and _OTHER_QUOTES.search(piece):
        return True
    if b"b" in piece and not _all_are(_TRUTH, _USUAL_TRUTH, piece):
        return True
    if b"e" in piece and not _all_are(_ERROR, _USUAL_ERROR, piece):
        return True
    return _values_are_unusual(piece)


def _values_are_unusual(piece: bytes) -> bool:
    """Return whether a piece may have a value or formula that stands otherwise than usual."""
    if (b"!" in piece and b"<!" in piece) or (b"d" in piece and b't="d"' in piece):
        return True
    named = b":" in piece and (b":v" in piece or b":f" in piece)
    if b"?" in piece or named or (b"l" in piece and b"inlineS" in piece):
        return bool(_UNUSUAL.search(piece))
    if piece.count(b"<v>") != piece.count(b"</v>"):
        return bool(_UNUSUAL.search(piece))
    if b"f" not in piece or b"<f" not in piece:
        return False
    return b"<v/" in piece or bool(_FORMULA_BEHIND.search(piece))


def _all_are(kind: bytes, usual: re.Pattern[bytes], piece: bytes) -> bool:
    there = piece.count(kind)
    return not there or there == len(usual.findall(piece))


def _begins_unusually(piece: bytes) -> bool:
    """Return whether the beginning of a sheet is in another encoding or has odd addresses."""
    dimension = _DIMENSION.search(piece)
    return bool(
        piece.startswith((b"\xff\xfe", b"\xfe\xff"))
        or _ENCODING.match(piece)
        or _NO_ADDRESS.search(piece)
        or (dimension and not _USUAL_DIMENSION.search(dimension[0]))
    )


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that end where a row does, the last one where it ends."""
    held: list[bytes] = []
    length = 0
    while chunk := xml.read(_CHUNK):
        end = _end_of_rows(chunk)
        if end:
            yield b"".join((*held, chunk[:end]))
            held, length = [], 0
        held.append(chunk[end:])
        length += len(chunk) - end
        if length > _LONGEST_ROW:
            raise ValueError(f"a row of it is longer than {_LONGEST_ROW >> 20} MB")
    yield b"".join(held)


def _end_of_rows(chunk: bytes) -> int:
    """Return where the last row ends that ends in a chunk, or 0.

    That is behind its tag: a formula may have `row>` in it.
    """
    end = chunk.rfind(_ROW_ENDS)
    if end >= 0:
        return end + len(_ROW_ENDS)
    return max((tag.end() for tag in _END_OF_ROW.finditer(chunk)), default=0)

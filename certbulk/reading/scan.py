"""One look at a sheet's file, for what the fast reader does not tell: it passes by once, in pieces.

How far the cells lie apart must be known before the reader makes room for what is between them;
formulas without a result and merged cells look like blanks to it; what is hidden, or shown in
percent, it does not say.
"""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers.expat import ExpatError

import olefile

from certbulk.errors import ReadError
from certbulk.reading.attributes import without_gaps
from certbulk.reading.extent import check_extent, extent_of, reaches_far
from certbulk.reading.formulas import formulas_without_result
from certbulk.reading.look import Look
from certbulk.reading.look_xml import XmlLook
from certbulk.reading.open_document import open_document
from certbulk.reading.parts import CONTRADICTIONS, book_part, damaged, sheet_part
from certbulk.reading.unreadable import why_unreadable
from certbulk.reading.xls import check_xls, scan_xls
from certbulk.reading.xlsb import scan_xlsb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from certbulk.reading.grid import Hazard

__all__ = ["Scan", "scan_before_opening", "scan_sheet"]

_CONTENT = "content.xml"
_CHUNK = 1 << 16  # bytes: what fits a processor's cache is looked through twice as fast
_ROW_ENDS = b"</row>"  # as nearly everybody writes it
_END_OF_ROW = re.compile(rb"</(?:\w+:)?row\s*>")
# Every sheet has an element for its cells, also where there are none; charts and dialogs have not.
_CELLS = re.compile(rb"<(?:\w+:)?(?:sheetData|chartsheet|dialogsheet)\b")


class Scan(NamedTuple):
    """What a look at a sheet's file told.

    Attributes:
        blanks: Cells that look blank to the reader, and are not.
        look: How the sheet looks to people.
    """

    blanks: Sequence[Hazard] = ()
    look: Look = Look()


def scan_before_opening(data: bytes, source: str, meanwhile: Callable[[], None]) -> dict[str, Scan]:
    """Look through a workbook whose reader makes room for all of its sheets when it opens it.

    Of an .ods file, return all sheets by name. Of others return none: `scan_sheet` looks at one.

    Raises:
        ReadError: The cells of a sheet lie too far apart, or a document contradicts itself.
    """
    check_xls(data, source)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if book_part(archive) or _CONTENT not in archive.namelist():
                return {}
    except CONTRADICTIONS:
        return {}  # the reader says what is wrong with it
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(_CONTENT) as xml:
            tables = open_document(xml, meanwhile)
    except (*CONTRADICTIONS, ExpatError) as error:
        raise ReadError(why_unreadable(data, source, error)) from None
    for name, table in tables.items():
        check_extent(table.extent, name, source)
    return {name: Scan(table.hazards, table.look) for name, table in tables.items()}


def scan_sheet(data: bytes, sheet: str, source: str) -> Scan:
    """Look through the sheet called `sheet` of a workbook that `scan_before_opening` left.

    Raises:
        ReadError: The cells lie too far apart, a formula without result has no address, the place
            of its cells is not there, or the archive contradicts itself.
    """
    # An .xls of Excel has an archive with its colours inside it, and is none itself.
    if olefile.isOleFile(data=data) or not zipfile.is_zipfile(BytesIO(data)):
        return _scan_records(data, sheet)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _scan_archive(archive, sheet, source)
    except ReadError:
        raise
    except (*CONTRADICTIONS, struct.error, IndexError) as error:
        raise ReadError(damaged(source, error)) from None


def _scan_archive(archive: zipfile.ZipFile, sheet: str, source: str) -> Scan:
    book = book_part(archive)
    if book.endswith(".bin"):
        extent, seen = scan_xlsb(archive, book, sheet)
        check_extent(extent, sheet, source)
        return Scan(look=seen)
    part = sheet_part(archive, sheet)
    far = False
    formulas: list[Hazard] = []
    look = XmlLook(archive, part.path)
    has_cells = False
    with archive.open(part.path) as xml:
        for piece in map(without_gaps, _pieces(xml)):
            has_cells = has_cells or bool(_CELLS.search(piece))
            far = far or reaches_far(piece)
            formulas += formulas_without_result(piece, uncalculated=part.uncalculated)
            look.add(piece)
    if not has_cells:  # the reader sees a blank sheet
        raise ReadError(damaged(source, f"sheet {sheet} has no cells, not even blank ones"))
    if far:
        check_extent(extent_of(archive, part.path), sheet, source)
    return Scan(formulas, look.complete())


def _scan_records(data: bytes, sheet: str) -> Scan:
    """Look through an .xls file."""
    if not olefile.isOleFile(data=data):
        return Scan()
    try:
        return Scan(*scan_xls(data, sheet))
    except (struct.error, IndexError, OSError):  # as above
        return Scan()


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that end where a row does, the last one where it ends."""
    held: list[bytes] = []
    while chunk := xml.read(_CHUNK):
        end = _end_of_rows(chunk)
        if end:
            yield b"".join((*held, chunk[:end]))
            held = []
        held.append(chunk[end:])
    yield b"".join(held)


def _end_of_rows(chunk: bytes) -> int:
    """Return where the last row ends that ends in a chunk, or 0.

    That is behind its tag: a formula may have `row>` in it.
    """
    end = chunk.rfind(_ROW_ENDS)
    if end >= 0:
        return end + len(_ROW_ENDS)
    return max((tag.end() for tag in _END_OF_ROW.finditer(chunk)), default=0)

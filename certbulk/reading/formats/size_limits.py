"""How large a workbook is and how far a sheet reaches, known before a reader makes room for it."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.addresses import number_of
from certbulk.errors import ReadError
from certbulk.reading.formats.openxml.attributes import without_gaps
from certbulk.reading.formats.parts import CONTRADICTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.reading.formats.archive import Archive

__all__ = ["Extent", "check_extent", "check_size", "extent_of", "has_room", "reaches_far"]

_CHUNK = 1 << 20
# A column beyond AZ, or a row that no sheet has; what begins with 100 to 104 is about as far.
# The r of xmlns:r, with which most sheets begin, is none; that is looked at after what a search is
# quick to find.
_FAR = re.compile(
    rb"r=[\"'](?<!:r=.)(?:(?!A[A-Z]\d)[A-Za-z]{2}|[A-Za-z]{0,2}(?!10[0-4]\d{4}[\"'])\d{7})"
)
_FAR_COLUMN = re.compile(rb"\br=[\"']([A-Za-z]{2,8})\d")
_ANY_ROW = re.compile(rb"\br=[\"'][A-Za-z]{0,8}(\d+)[\"']")
_NEAR = 52  # columns up to AZ
_OVERLAP = 128

_LARGEST = 4 << 30  # bytes unpacked
_LARGE, _DENSEST = 256 << 20, 200  # so many bytes unpacked may come from each byte packed

_ROOMY = 56_000_000  # cells: three full sheets of this table
_SPARSE = 4  # so many times as much room as there are cells


class Extent(NamedTuple):
    """The rectangle that a sheet's cells lie in, from its first cell, and how many there are."""

    rows: int
    columns: int
    cells: int


def check_size(data: bytes, source: str) -> int:
    """Return to how many bytes a file unpacks; refuse what unpacks to more than any real workbook.

    A full sheet of this table unpacks to 0.7 GB from 58 MB, twelve times as much.

    Raises:
        ReadError: It is such an archive.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except CONTRADICTIONS:
        return len(data)  # not this format, or damaged: the reader says what is wrong with it
    if unpacked > _LARGEST or (unpacked > _LARGE and unpacked > _DENSEST * len(data)):
        raise ReadError(
            f"{source} unpacks from {len(data) / 1e6:,.1f} MB to {unpacked / 1e6:,.0f} MB, which "
            "no workbook of this kind does. Save it again in a spreadsheet program."
        )
    return unpacked


def reaches_far(piece: bytes) -> bool:
    """Return whether a piece of a sheet's XML has a cell beyond what there is always room for.

    That is all of the rows that a sheet can have, up to column AZ.
    """
    return bool(_FAR.search(piece))


def extent_of(archive: Archive, path: str) -> Extent:
    """Return the extent of a sheet, from its XML; it is that of nearly all sheets or more."""
    rows, columns, cells = 0, _NEAR, 0
    for piece, new in _pieces(archive, path):
        rows = max(rows, *map(int, _ANY_ROW.findall(piece)), 0)
        for letters in set(_FAR_COLUMN.findall(piece)):
            columns = max(columns, number_of(letters.decode()))
        cells += new.count(b"<c ") + new.count(b":c ")
    return Extent(rows, columns, cells)


def _pieces(archive: Archive, path: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield a part piece by piece: with the end of the piece before, and without."""
    with archive.opened(path) as xml:
        rest = b""
        while chunk := xml.read(_CHUNK):
            yield without_gaps(rest + chunk), chunk
            rest = (rest + chunk)[-_OVERLAP:]


def has_room(extent: Extent) -> bool:
    """Return whether there is room for all that lies in an extent, blank or not."""
    return extent.rows * extent.columns <= max(_ROOMY, _SPARSE * (extent.cells + extent.rows))


def check_extent(extent: Extent, sheet: str, source: str) -> None:
    """Refuse a sheet whose few cells lie so far apart that no memory could hold what is between.

    Readers make room for the whole rectangle: one stray cell in the far corner stands for
    seventeen thousand million.

    Raises:
        ReadError: It is such a sheet.
    """
    if not has_room(extent):
        raise ReadError(
            f"{source}, sheet {sheet}, has {extent.cells} cells spread over {extent.rows} rows and "
            f"{extent.columns} columns. Delete the cells far from the table (select the empty "
            "rows below it and the empty columns beside it, and delete them), and save it again."
        )

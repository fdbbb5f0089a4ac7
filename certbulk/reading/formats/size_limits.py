"""Size limits: how large a workbook is and how far a sheet reaches, before memory is reserved."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.addresses import number_of
from certbulk.errors import ReadError
from certbulk.reading.formats.parts import CONTRADICTIONS, without_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.reading.formats.archive import Archive

__all__ = ["Extent", "check_extent", "check_size", "extent_of", "has_room", "reaches_far"]

_CHUNK = 1 << 20
# A column beyond AZ, or a row beyond the last of a sheet (rows 1,000,000 to 1,049,999 pass).
# The r of xmlns:r, with which most sheets begin, does not count; the look-behind comes second
# because it is slow.
_FAR = re.compile(
    rb"r=[\"'](?<!:r=.)(?:(?!A[A-Z]\d)[A-Za-z]{2}|[A-Za-z]{0,2}(?!10[0-4]\d{4}[\"'])\d{7})"
)
_FAR_COLUMN = re.compile(rb"\br=[\"']([A-Za-z]{2,8})\d")
_ANY_ROW = re.compile(rb"\br=[\"'][A-Za-z]{0,8}(\d+)[\"']")
_NEAR = 52  # columns up to AZ
_OVERLAP = 128

_LARGEST = 4 << 30  # bytes unpacked
_LARGE, _DENSEST = 256 << 20, 200  # larger files may unpack to 200 bytes per packed byte

_ROOMY = 56_000_000  # cells: three full sheets of this table
_SPARSE = 4  # the most cells of the rectangle for each cell in it


class Extent(NamedTuple):
    """The rectangle from A1 around a sheet's cells, and the number of cells."""

    rows: int
    columns: int
    cells: int


def check_size(data: bytes, source: str) -> int:
    """Return the unpacked size of a file in bytes.

    A full sheet of certificate types unpacks from 58 MB to 0.7 GB, twelve times as much.

    Raises:
        ReadError: It is larger than any real workbook.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except CONTRADICTIONS:
        return len(data)  # not this format, or damaged: the reader says what is wrong with it
    if unpacked > _LARGEST or (unpacked > _LARGE and unpacked > _DENSEST * len(data)):
        raise ReadError(
            f"{source} would unpack from {len(data) / 1e6:,.1f} MB to {unpacked / 1e6:,.0f} MB, "
            "which is too much for a workbook. Save it again in a spreadsheet program.",
            code="too_large",
        )
    return unpacked


def reaches_far(piece: bytes) -> bool:
    """Whether a piece of a sheet's XML has a cell beyond column AZ or below the last row."""
    return bool(_FAR.search(piece))


def extent_of(archive: Archive, path: str) -> Extent:
    """Return the extent of a sheet from its XML, with at least the columns up to AZ."""
    rows, columns, cells = 0, _NEAR, 0
    for piece, new in _pieces(archive, path):
        rows = max(rows, *map(int, _ANY_ROW.findall(piece)), 0)
        for letters in set(_FAR_COLUMN.findall(piece)):
            columns = max(columns, number_of(letters.decode()))
        cells += new.count(b"<c ") + new.count(b":c ")
    return Extent(rows, columns, cells)


def _pieces(archive: Archive, path: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pieces of a part, each with the end of the previous piece, and without it."""
    with archive.opened(path) as xml:
        rest = b""
        while chunk := xml.read(_CHUNK):
            yield without_gaps(rest + chunk), chunk
            rest = (rest + chunk)[-_OVERLAP:]


def has_room(extent: Extent) -> bool:
    """Whether there is enough memory for all cells of an extent, including blank ones."""
    return extent.rows * extent.columns <= max(_ROOMY, _SPARSE * (extent.cells + extent.rows))


def check_extent(extent: Extent, sheet: str, source: str) -> None:
    """Check that the cells of a sheet are not too far apart.

    Readers reserve memory for the whole rectangle: with one stray cell in the last corner of a
    sheet, that is 17 billion cells.

    Raises:
        ReadError: The cells are too far apart.
    """
    if not has_room(extent):
        raise ReadError(
            f"{source}, sheet {sheet}, has {extent.cells} cells spread over {extent.rows} rows and "
            f"{extent.columns} columns. Delete the cells far from the table (select the rows below "
            "and the columns to the right of it, and delete them), and save it again.",
            code="spread_out",
        )

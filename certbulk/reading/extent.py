"""How large a workbook is and how far a sheet reaches, known before a reader makes room for it."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from openpyxl.utils import column_index_from_string

from certbulk.errors import ReadError
from certbulk.reading.parts import CONTRADICTIONS, sheet_part

__all__ = ["check_extent", "check_size"]

_CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d{1,7})[\"']")
_FAR_COLUMN = re.compile(rb"\br=[\"']([A-Z]{2,3})\d")
_NEAR = 26  # columns of one letter

_LARGEST = 4 << 30  # bytes unpacked
_LARGE, _DENSEST = 256 << 20, 200  # so many bytes unpacked may come from each byte packed

_ROOMY = 40_000_000  # cells: two full sheets of this table
_SPARSE = 4  # so many times as much room as there are cells


def check_size(data: bytes, source: str) -> None:
    """Refuse an archive that says of itself that it unpacks to more than any real workbook.

    A full sheet of this table unpacks to 0.7 GB from 58 MB, twelve times as much.

    Raises:
        ReadError: It is such an archive.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except CONTRADICTIONS:
        return  # not this format, or damaged: the reader says what is wrong with it
    if unpacked > _LARGEST or (unpacked > _LARGE and unpacked > _DENSEST * len(data)):
        raise ReadError(
            f"{source} unpacks from {len(data) / 1e6:,.1f} MB to {unpacked / 1e6:,.0f} MB, which "
            "no workbook of this kind does. Save it again in a spreadsheet program."
        )


def check_extent(data: bytes, sheet: str, source: str) -> None:
    """Refuse a sheet whose few cells lie so far apart that no memory could hold what is between.

    Readers make room for the whole rectangle: one stray cell in the far corner stands for
    seventeen thousand million.

    Raises:
        ReadError: It is such a sheet.
    """
    rows, columns, cells = 0, _NEAR, 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = sheet_part(archive, sheet)
            if part is None:
                return
            with archive.open(part.path) as xml:
                rest = b""
                while chunk := xml.read(_CHUNK):
                    piece = rest + chunk
                    rows = max(rows, *map(int, _ROW.findall(piece)), 0)
                    for letters in set(_FAR_COLUMN.findall(piece)):
                        columns = max(columns, column_index_from_string(letters.decode()))
                    cells += chunk.count(b"<c ") + chunk.count(b":c ")
                    rest = piece[-128:]
    except CONTRADICTIONS:
        return  # not this format, or damaged: the reader says what is wrong with it
    if rows * columns > max(_ROOMY, _SPARSE * (cells + rows)):
        raise ReadError(
            f"{source}, sheet {sheet}, has {cells} cells spread over {rows} rows and {columns} "
            "columns. Delete the cells far from the table (select the empty rows below it and the "
            "empty columns beside it, and delete them), and save it again."
        )

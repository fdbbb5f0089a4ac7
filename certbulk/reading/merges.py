"""Merged cells: only the first of them has a value in the file, and people see it in all."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import NamedTuple

from openpyxl.utils import range_boundaries

from certbulk.reading.parts import CONTRADICTIONS, sheet_part

__all__ = ["Merge", "merges_in"]

_CHUNK = 1 << 20
_OVERLAP = 256
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)[\"']")


class Merge(NamedTuple):
    """A merged rectangle, by true numbers from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


def merges_in(data: bytes, sheet: str) -> tuple[Merge, ...]:
    """Return the merged cells of a sheet in an .xlsx or .xlsm file; nothing for other formats."""
    if not zipfile.is_zipfile(BytesIO(data)):
        return ()
    found: set[bytes] = set()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = sheet_part(archive, sheet)
            if part is None or not part.path.endswith(".xml"):
                return ()
            with archive.open(part.path) as xml:
                rest = b""
                while chunk := xml.read(_CHUNK):
                    piece = rest + chunk
                    if b"mergeCell" in piece:
                        found.update(_MERGE.findall(piece))
                    rest = piece[-_OVERLAP:]
    except CONTRADICTIONS:
        return ()  # what is wrong with the archive is said where its cells are read
    return tuple(sorted(Merge(*range_boundaries(ref.decode())) for ref in found))

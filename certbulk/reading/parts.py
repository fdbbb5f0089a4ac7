"""Where a sheet's XML is in a workbook's archive."""

from __future__ import annotations

import posixpath
import zlib
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET
from zipfile import BadZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

__all__ = ["CONTRADICTIONS", "SheetPart", "book_part", "damaged", "sheet_part", "targets"]

CONTRADICTIONS = (
    BadZipFile,
    zlib.error,
    ET.ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What zipfile and expat raise on an archive that contradicts itself or is cut short."""


def damaged(source: str, error: Exception | str) -> str:
    """Return what to say of such an archive, and of one that lacks something."""
    return (
        f"{source} is damaged inside ({error}). Open it in a spreadsheet program and save it as "
        ".xlsx."
    )


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


class SheetPart(NamedTuple):
    """Where a sheet's XML is, and whether its formulas' results wait to be calculated."""

    path: str
    uncalculated: bool


def book_part(archive: ZipFile) -> str:
    """Return the part of the archive that lists its sheets; blank where there is none."""
    return next(targets(archive, "", "/officeDocument"), ("", ""))[1]


def sheet_part(archive: ZipFile, sheet: str) -> SheetPart:
    """Return the part of the archive that holds the sheet.

    Raises:
        ValueError: There is none.
    """
    book = book_part(archive)
    root = ET.fromstring(archive.read(book))  # noqa: S314 (expat bounds what entities expand to)
    # Writers that do not calculate say so, and some of them put a 0 in place of the result.
    calculation = next((e for e in root.iter() if e.tag.endswith("}calcPr")), None)
    uncalculated = calculation is not None and calculation.get("fullCalcOnLoad") in {"1", "true"}
    parts = dict(targets(archive, book))
    for element in root.iter():
        if element.tag in {_MAIN + "sheet", _STRICT + "sheet"} and element.get("name") == sheet:
            ids = [value for key, value in element.items() if key.endswith("}id")]
            if path := next((parts[i] for i in ids if i in parts), None):
                return SheetPart(path, uncalculated)
    raise ValueError(f"sheet {sheet} is not where the list of sheets has it")


def targets(archive: ZipFile, part: str, kind: str = "") -> Iterator[tuple[str, str]]:
    """Yield (id, path) of the parts that `part` has a relationship to, of this kind if any."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return
    for element in ET.fromstring(archive.read(path)).iter():  # noqa: S314 (as above)
        if element.get("Type", "").endswith(kind):
            target = element.get("Target", "")
            full = posixpath.normpath(posixpath.join("/", folder, target))
            yield element.get("Id", ""), full.lstrip("/")

"""Cells that readers take for blank: errors and formulas that were saved without a result.

On an update a blank means "keep what is live", so such a cell must never pass for one. The fast
reader names error cells in most formats; what it cannot see stands in the file's own XML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from openpyxl.utils import column_index_from_string

from certbulk.errors import ReadError
from certbulk.reading.grid import NO_RESULT, Hazard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

__all__ = ["hidden_hazards"]

_CHUNK = 1 << 20

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def hidden_hazards(data: bytes, sheet: str) -> list[Hazard]:
    """Return the hazards in the sheet called `sheet` that only the file's XML shows.

    Raises:
        ReadError: A formula without result has no address.
    """
    # Formats that are not XML (.xls, .xlsb) keep a result with every formula: none hide there.
    if not zipfile.is_zipfile(BytesIO(data)):
        return []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            with archive.open("content.xml") as xml:
                return list(_open_document_hazards(xml, sheet))
        part = _sheet_part(archive, sheet)
        if part is None or part.path not in names or not part.path.endswith(".xml"):
            return []
        with archive.open(part.path) as xml:
            return list(_formulas_without_value(xml, uncalculated=part.uncalculated))


# --- Office Open XML


class _Part(NamedTuple):
    """Where a sheet's XML is, and whether its formulas' results wait to be calculated."""

    path: str
    uncalculated: bool


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> _Part | None:
    """Return the part of the archive that holds the sheet."""
    book = next(_targets(archive, "", "/officeDocument"), ("", ""))[1]
    if not book.endswith(".xml"):
        return None
    root = ET.fromstring(archive.read(book))  # noqa: S314 (expat bounds what entities expand to)
    # Writers that do not calculate say so, and some of them put a 0 in place of the result.
    calculation = next((e for e in root.iter() if e.tag.endswith("}calcPr")), None)
    uncalculated = calculation is not None and calculation.get("fullCalcOnLoad") in {"1", "true"}
    parts = dict(_targets(archive, book, "/worksheet"))
    for element in root.iter():
        if element.tag in {_MAIN + "sheet", _STRICT + "sheet"} and element.get("name") == sheet:
            ids = [value for key, value in element.items() if key.endswith("}id")]
            path = next((parts[i] for i in ids if i in parts), None)
            return _Part(path, uncalculated) if path else None
    return None


def _targets(archive: zipfile.ZipFile, part: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield (id, path) of the parts that `part` has a relationship of this kind to."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return
    for element in ET.fromstring(archive.read(path)).iter():  # noqa: S314 (as above)
        if element.get("Type", "").endswith(kind):
            target = element.get("Target", "")
            full = posixpath.normpath(posixpath.join("/", folder, target))
            yield element.get("Id", ""), full.lstrip("/")


# A cell with a formula and no value, or the 0 of a writer that did not calculate.
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<attributes>[^>]*)>\s*"
    rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)\s*"
    rb"(?P<value><(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*(?P<zero>0?)\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")


def _formulas_without_value(xml: IO[bytes], *, uncalculated: bool) -> Iterator[Hazard]:
    """Yield the formulas in a sheet's XML that have no result, reading it in pieces."""
    rest = b""
    while chunk := xml.read(_CHUNK):
        whole, end_of_row, rest = (rest + chunk).rpartition(b"row>")
        if not end_of_row or not (b"<f" in whole or b":f" in whole):  # most files have no formula
            continue
        for match in _FORMULA_CELL.finditer(whole):
            if match["zero"] and not uncalculated:
                continue
            if match["value"] and not match["zero"] and _TEXT_RESULT.search(match["attributes"]):
                continue  # a formula whose result is the empty text: a blank that is meant
            address = _ADDRESS.search(match["attributes"])
            if not address:
                raise ReadError(
                    "The workbook has formulas without results in cells without addresses. "
                    "Open it in a spreadsheet program and save it there."
                )
            yield Hazard(
                int(address[2]),
                column_index_from_string(address[1].decode()),
                NO_RESULT + "=" + unescape((match["formula"] or b"").decode("utf-8", "replace")),
            )


# --- OpenDocument


def _open_document_hazards(xml: IO[bytes], sheet: str) -> Iterator[Hazard]:
    """Yield error cells and formulas without result of a sheet in an .ods file's content."""
    inside, row, column = False, 1, 1
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 (as above)
        if element.tag == _TABLE + "table":
            inside = event == "start" and element.get(_TABLE + "name") == sheet
        elif not inside or event == "start":
            continue
        elif element.tag in {_TABLE + "table-cell", _TABLE + "covered-table-cell"}:
            formula = element.get(_TABLE + "formula")
            if element.get(_CALC + "value-type") == "error":
                yield Hazard(row, column, "".join(element.itertext()) or "#N/A")
            elif formula and element.get(_OFFICE + "value-type") is None:
                yield Hazard(row, column, NO_RESULT + formula.partition(":")[2])
            column += int(element.get(_TABLE + "number-columns-repeated", "1"))
        elif element.tag == _TABLE + "table-row":
            row += int(element.get(_TABLE + "number-rows-repeated", "1"))
            column = 1
            element.clear()

"""Cells that readers take for blank: errors and formulas that were saved without a result.

On an update a blank means "keep what is live", so such a cell must never pass for one. The fast
reader names error cells in most formats; what it cannot see stands in the file's own XML.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from openpyxl.utils import column_index_from_string

from certbulk.errors import ReadError
from certbulk.reading.grid import NO_RESULT, Hazard
from certbulk.reading.parts import CONTRADICTIONS, damaged, sheet_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

__all__ = ["hidden_hazards"]

_CHUNK = 1 << 20
_MOST_REPEATED = 10_000  # one broken cell of an .ods, said once for so many cells at most

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def hidden_hazards(data: bytes, sheet: str, source: str) -> list[Hazard]:
    """Return the hazards in the sheet called `sheet` that only the file's XML shows.

    Raises:
        ReadError: A formula without result has no address, or the archive contradicts itself.
    """
    try:
        return _hidden(data, sheet)
    except ReadError:
        raise
    except CONTRADICTIONS as error:
        raise ReadError(damaged(source, error)) from None


def _hidden(data: bytes, sheet: str) -> list[Hazard]:
    # Formats that are not XML (.xls, .xlsb) keep a result with every formula: none hide there.
    if not zipfile.is_zipfile(BytesIO(data)):
        return []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            with archive.open("content.xml") as xml:
                return list(_open_document_hazards(xml, sheet))
        part = sheet_part(archive, sheet)
        if part is None or part.path not in names or not part.path.endswith(".xml"):
            return []
        with archive.open(part.path) as xml:
            return list(_formulas_without_value(xml, uncalculated=part.uncalculated))


# --- Office Open XML

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
    broken: list[tuple[int, str]] = []  # of the row under way: column and text
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 (as above)
        if element.tag == _TABLE + "table":
            inside = event == "start" and element.get(_TABLE + "name") == sheet
        elif not inside or event == "start":
            continue
        elif element.tag in {_TABLE + "table-cell", _TABLE + "covered-table-cell"}:
            formula = element.get(_TABLE + "formula")
            text = None
            if element.get(_CALC + "value-type") == "error":
                text = "".join(element.itertext()) or "#N/A"
            elif formula and element.get(_OFFICE + "value-type") is None and not len(element):
                text = NO_RESULT + formula.partition(":")[2]
            across = int(element.get(_TABLE + "number-columns-repeated", "1"))
            if text:
                broken += [(column + i, text) for i in range(min(across, _MOST_REPEATED))]
            column += across
        elif element.tag == _TABLE + "table-row":
            down = int(element.get(_TABLE + "number-rows-repeated", "1"))
            for i in range(min(down, _MOST_REPEATED) if broken else 0):
                yield from (Hazard(row + i, number, text) for number, text in broken)
            row, column, broken = row + down, 1, []
            element.clear()

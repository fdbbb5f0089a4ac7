"""Cells of an .ods file that readers take for blank: errors, formulas saved without a result."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

from certbulk.errors import ReadError
from certbulk.reading.grid import NO_RESULT, Hazard
from certbulk.reading.parts import CONTRADICTIONS, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["open_document_hazards"]

_MOST_REPEATED = 10_000  # one broken cell of an .ods, said once for so many cells at most

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def open_document_hazards(data: bytes, sheet: str, source: str) -> list[Hazard]:
    """Return the hazards in the sheet called `sheet` of an .ods file; none for other formats.

    Raises:
        ReadError: The archive contradicts itself.
    """
    if not zipfile.is_zipfile(BytesIO(data)):
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if "content.xml" not in archive.namelist():
                return []
            with archive.open("content.xml") as xml:
                return list(_hazards(xml, sheet))
    except CONTRADICTIONS as error:
        raise ReadError(damaged(source, error)) from None


def _hazards(xml: IO[bytes], sheet: str) -> Iterator[Hazard]:
    """Yield error cells and formulas without result of a sheet in an .ods file's content."""
    inside, row, column = False, 1, 1
    broken: list[tuple[int, str]] = []  # of the row under way: column and text
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 (expat bounds what entities expand to)
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

"""The main part of a workbook: its sheets, its date system, whether it was calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from certbulk.reading.formats.parts import targets

if TYPE_CHECKING:
    from certbulk.reading.formats.archive import Archive

__all__ = ["MAIN", "NAMESPACES", "Book", "SheetEntry", "is_true", "open_book"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NAMESPACES = (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The namespaces of workbooks. Programs add elements of the same names in their own namespaces."""

_MOST = 8 << 20  # bytes: a workbook with thousands of names has two
_NO_CELLS = ("/chartsheet", "/dialogsheet", "macrosheet")
"""How the kinds of sheets end that have no cells to read, or only macros in them."""


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it: its name, its path, and whether it is hidden."""

    name: str
    path: str
    hidden: bool


class Book(NamedTuple):
    """The main part of a workbook.

    Attributes:
        part: The path of the part.
        sheets: The worksheets, in their order.
        since_1904: Whether days are counted from 1904, as in workbooks of older Macs.
        uncalculated: Whether the results of formulas have not been calculated yet.
        styles: The path of the part with the formats of cells; None if there is none.
        shared: The path of the part with the shared texts; None if there is none.
    """

    part: str
    sheets: tuple[SheetEntry, ...]
    since_1904: bool
    uncalculated: bool
    styles: str | None
    shared: str | None


def open_book(archive: Archive, part: str) -> Book:
    """Read the main part of a workbook.

    Raises:
        ParseError: The part is not XML.
        ValueError: The part of a sheet is missing, or there is no worksheet.
    """
    root = ET.fromstring(archive.read(part, _MOST))  # noqa: S314 (expat bounds what entities expand to)
    known = {target.id: target for target in targets(archive, part)}
    sheets = []
    for element in _elements(root, "sheet"):
        ids = [value for key, value in element.items() if key.endswith("}id")]
        target = next((known[one] for one in ids if one in known), None)
        name = element.get("name", "")
        if target is not None and target.kind.lower().endswith(_NO_CELLS):
            continue
        path = archive.name_of(target.path) if target else None
        if path is None:
            raise ValueError(f"the part of sheet {name} is missing")
        sheets.append(SheetEntry(name, path, element.get("state", "visible") != "visible"))
    if not sheets:
        raise ValueError("it has no worksheet")
    of_kind = {
        kind: archive.name_of(target.path)
        for target in known.values()
        for kind in ("styles", "sharedStrings")
        if target.kind.endswith(f"/{kind}")
    }
    return Book(
        part,
        tuple(sheets),
        any(is_true(e.get("date1904")) for e in _elements(root, "workbookPr")),
        any(is_true(e.get("fullCalcOnLoad")) for e in _elements(root, "calcPr")),
        of_kind.get("styles") or archive.name_of("xl/styles.xml"),
        of_kind.get("sharedStrings") or archive.name_of("xl/sharedStrings.xml"),
    )


def is_true(word: str | None) -> bool:
    """Whether an attribute is one of XML's words for true."""
    return word is not None and word.strip() in {"1", "true", "on"}


def _elements(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if e.tag in {f"{{{space}}}{name}" for space in NAMESPACES}]

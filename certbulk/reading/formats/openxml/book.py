"""What a workbook's own part says: its sheets, its date system, whether it was calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from certbulk.reading.formats.parts import targets

if TYPE_CHECKING:
    from certbulk.reading.formats.archive import Archive

__all__ = ["MAIN", "NAMESPACES", "Book", "SheetEntry", "is_true", "open_book"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NAMESPACES = (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The namespaces of workbooks; programs add elements of the same names in namespaces of theirs."""

_MOST = 8 << 20  # bytes: a workbook with thousands of names has two
_NO_CELLS = ("/chartsheet", "/dialogsheet", "macrosheet")
"""How the kinds of sheets end that have no cells to read, or only macros in them."""


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it: its name, where it is, whether it is hidden."""

    name: str
    path: str
    hidden: bool


class Book(NamedTuple):
    """What the workbook's own part says.

    Attributes:
        part: Where it is.
        sheets: Its sheets of cells, in their order.
        since_1904: Whether its days are counted from 1904, as in those of older Macs.
        uncalculated: Whether the results of its formulas wait to be calculated.
        styles: The part with its cells' formats; None for none.
        shared: The part with the texts that its sheets share; None for none.
    """

    part: str
    sheets: tuple[SheetEntry, ...]
    since_1904: bool
    uncalculated: bool
    styles: str | None
    shared: str | None


def open_book(archive: Archive, part: str) -> Book:
    """Return what the workbook's own part says.

    Raises:
        ParseError: It is not XML.
        ValueError: A sheet is not where the list has it, or none has cells.
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
            raise ValueError(f"sheet {name} is not where the list of sheets has it")
        sheets.append(SheetEntry(name, path, element.get("state", "visible") != "visible"))
    if not sheets:
        raise ValueError("it has no sheet of cells")
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
    """Return whether an attribute is one of XML's words for true."""
    return word is not None and word.strip() in {"1", "true", "on"}


def _elements(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if e.tag in {f"{{{space}}}{name}" for space in NAMESPACES}]

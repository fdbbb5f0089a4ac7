"""The main part of a workbook: its sheets, its date system, whether it was calculated."""

from __future__ import annotations

from posixpath import splitext
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from certbulk.reading.formats.parts import targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.parts import Target

__all__ = [
    "MAIN",
    "NAMESPACES",
    "Book",
    "SheetEntry",
    "book_of",
    "is_true",
    "open_book",
    "sheet_entry",
]

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
    sheets: list[SheetEntry] = []
    for element in _elements(root, "sheet"):
        ids = [value for key, value in element.items() if key.endswith("}id")]
        target = next((known[one] for one in ids if one in known), None)
        hidden = element.get("state", "visible") != "visible"
        sheets += sheet_entry(archive, target, element.get("name", ""), hidden=hidden)
    return book_of(
        archive,
        part,
        sheets,
        since_1904=any(is_true(e.get("date1904")) for e in _elements(root, "workbookPr")),
        uncalculated=any(is_true(e.get("fullCalcOnLoad")) for e in _elements(root, "calcPr")),
    )


def sheet_entry(
    archive: Archive, target: Target | None, name: str, *, hidden: bool
) -> list[SheetEntry]:
    """Return a sheet as the workbook lists it; none if it is of a kind without cells.

    Raises:
        ValueError: Its part is missing.
    """
    if target is not None and target.kind.lower().endswith(_NO_CELLS):
        return []
    path = archive.name_of(target.path) if target else None
    if path is None:
        raise ValueError(f"the part of sheet {name} is missing")
    return [SheetEntry(name, path, hidden)]


def book_of(
    archive: Archive,
    part: str,
    sheets: Sequence[SheetEntry],
    *,
    since_1904: bool,
    uncalculated: bool,
) -> Book:
    """Return the book of a main part, with its other parts, or those that are there unlisted.

    Raises:
        ValueError: There is no worksheet.
    """
    if not sheets:
        raise ValueError("it has no worksheet")
    ending = splitext(part)[1]
    styles, shared = (
        next((archive.name_of(t.path) for t in targets(archive, part, f"/{kind}")), None)
        or archive.name_of(f"xl/{kind}{ending}")
        for kind in ("styles", "sharedStrings")
    )
    return Book(part, tuple(sheets), since_1904, uncalculated, styles, shared)


def is_true(word: str | None) -> bool:
    """Whether an attribute is one of XML's words for true, in capitals or not."""
    return word is not None and word.strip().lower() in {"1", "true", "on"}


def _elements(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if e.tag in {f"{{{space}}}{name}" for space in NAMESPACES}]

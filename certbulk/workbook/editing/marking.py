"""A workbook with marks: coloured cells, notes on them, and a sheet that lists the findings."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from certbulk.workbook.editing.findings_page import put_findings_page
from certbulk.workbook.editing.markup import children, named, placed, spliced
from certbulk.workbook.editing.notes import conversations, put_notes
from certbulk.workbook.editing.package import relation_id
from certbulk.workbook.editing.sheet_part import ORDER, areas_of, put_tail, tail_of
from certbulk.workbook.editing.styles import Styles
from certbulk.workbook.writing.cells import writable
from certbulk.workbook.writing.tables import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.workbook.editing.findings_page import FindingsTable
    from certbulk.workbook.editing.markup import Element
    from certbulk.workbook.editing.package import Package
    from certbulk.workbook.editing.sheet_part import Coordinates, Rectangle

__all__ = ["SIGNATURE", "Mark", "mark"]

_FONTS = {"warning": "7F6000", "error": "9C0006"}
_RULE = '"certbulk {}"<>""'  # always true; it identifies our rules
_OURS = re.compile(rb"certbulk (?:error|warning)")
_PRIORITY = re.compile(rb"(<(?:\w+:)?cfRule\b[^>]*?\spriority\s*=\s*[\"'])(\d+)")
_MOST_AREAS = 1000  # of one rule
_MOST_NAMED = 20  # cells in a remark
SIGNATURE = "The workbook was signed. The signature is not valid for this copy, which was changed."
"""The remark on a copy of a workbook with a digital signature."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a cell.

    Attributes:
        row: From 1.
        column: From 1.
        severity: `error` or `warning`.
        text: One line.
        noted: Whether the text is also a note on the cell.
    """

    row: int
    column: int
    severity: str
    text: str
    noted: bool = True


def mark(package: Package, sheet: str, marks: Sequence[Mark], table: FindingsTable) -> None:
    """Mark cells of the sheet called `sheet`, and write the table on its own sheet.

    Earlier marks are removed first. The colours are conditional formats: the cells' own formatting
    stays, and is visible again without the marks.
    """
    path = package.sheets()[sheet]
    styles = Styles(package)
    tail = tail_of(package, path)
    merged = areas_of(tail.xml, {(spot.row, spot.column) for spot in marks})
    xml = _without_ours(tail.xml)
    areas: dict[str, set[Rectangle]] = {"error": set(), "warning": set()}
    notes: dict[Coordinates, list[str]] = defaultdict(list)
    for spot in marks:
        area = merged[spot.row, spot.column]
        areas[spot.severity].add(area)
        line = f"{spot.severity}: {writable(spot.text)}"
        if spot.noted and line not in notes[area[1], area[0]]:
            notes[area[1], area[0]].append(line)
    areas["warning"] -= areas["error"]
    # Most programs order rules by priority, LibreOffice by position: so ours are inserted before
    # the person's own, each before the previous one.
    for severity, font in _FONTS.items():
        if areas[severity]:
            style = styles.difference(COLOURS[severity], font)
            priority = 1 if severity == "error" else 2
            rules = _rules(tail.prefix, areas[severity], severity, style, priority)
            xml = placed(xml, children(xml), rules, "conditionalFormatting", ORDER, first=True)
    talked_on = conversations(package, path)
    shown = {cell: lines for cell, lines in notes.items() if lines and cell not in talked_on}
    xml = _with_notes(package, path, tail.prefix, xml, shown)
    put_tail(package, path, xml)
    hidden = sorted(cell for cell, lines in notes.items() if lines and cell in talked_on)
    remarks = [table.remark, _unseen(hidden), SIGNATURE if package.is_signed else ""]
    table = replace(table, remark=" ".join(filter(None, remarks)))
    put_findings_page(package, styles, sheet, table)


def _unseen(cells: Sequence[Coordinates]) -> str:
    """Return the remark on cells whose notes nobody would see; empty without any."""
    if not cells:
        return ""
    names = ", ".join(f"{get_column_letter(column)}{row}" for row, column in cells[:_MOST_NAMED])
    more = len(cells) - _MOST_NAMED
    return (
        f"There are no notes on {names}{f' and {more} more' if more > 0 else ''}: "
        "programs show the conversations there instead."
    )


def _without_ours(xml: bytes) -> bytes:
    """Return the XML after the cells without our rules, and with priorities 1 and 2 unused."""
    changes = []
    for group in children(xml):
        if group.name == "conditionalFormatting" and _OURS.search(group.of(xml)):
            rules = [rule for rule in children(xml, group) if rule.name == "cfRule"]
            ours = [rule for rule in rules if _OURS.search(rule.of(xml))]
            gone = [group] if len(ours) == len(rules) else ours
            changes += [(element.start, element.end, b"") for element in gone]
    xml = spliced(xml, changes)
    lowest = min((int(number) for _, number in _PRIORITY.findall(xml)), default=3)
    more = max(0, 3 - lowest)
    return _PRIORITY.sub(lambda m: m[1] + str(int(m[2]) + more).encode(), xml) if more else xml


def _rules(
    prefix: bytes, areas: Iterable[Rectangle], severity: str, style: int, priority: int
) -> bytes:
    joined = _joined(areas)
    p = prefix.decode()
    formula = _RULE.format(severity).replace("<", "&lt;").replace(">", "&gt;")
    rule = (
        f'<{p}cfRule type="expression" dxfId="{style}" priority="{priority}">'
        f"<{p}formula>{formula}</{p}formula></{p}cfRule></{p}conditionalFormatting>"
    )
    return "".join(
        f'<{p}conditionalFormatting sqref="{" ".join(joined[start : start + _MOST_AREAS])}">{rule}'
        for start in range(0, len(joined), _MOST_AREAS)
    ).encode()


def _joined(areas: Iterable[Rectangle]) -> list[str]:
    """Return references to areas; vertically adjacent ones are joined."""
    found: list[str] = []
    start: Rectangle | None = None
    for area in [*sorted(areas, key=lambda a: (a[0], a[2], a[1])), None]:
        if start and area and (start[0], start[2], start[3] + 1) == (area[0], area[2], area[1]):
            start = (*start[:3], area[3])
            continue
        if start:
            first = f"{get_column_letter(start[0])}{start[1]}"
            last = f"{get_column_letter(start[2])}{start[3]}"
            found.append(first if first == last else f"{first}:{last}")
        start = area
    return found


def _with_notes(
    package: Package,
    path: str,
    prefix: bytes,
    xml: bytes,
    notes: dict[Coordinates, list[str]],
) -> bytes:
    """Write notes on cells; return the XML after the cells with a reference to their drawing."""
    refers, whole = _drawing_of_notes(xml)
    relation = relation_id(refers.tag(xml)) if refers else ""
    parts = package.relations(path)
    drawing = parts[relation].path if relation in parts else None
    if drawing is not None and drawing not in package:
        drawing = None
    new = put_notes(package, path, drawing, notes)
    if new is None or new == drawing:
        return xml
    relation = next(i for i, other in package.relations(path).items() if other.path == new)
    if whole:  # it refers to a missing part
        xml = spliced(xml, [(whole.start, whole.end, b"")])
    piece = (
        f'<{prefix.decode()}legacyDrawing xmlns:r="{package.relations_namespace}" '
        f'r:id="{relation}"/>'
    )
    return placed(xml, children(xml), piece.encode(), "legacyDrawing", ORDER)


def _drawing_of_notes(xml: bytes) -> tuple[Element | None, Element | None]:
    """Return the element that refers to the drawing of notes, and the outer element with it.

    In strict workbooks Excel writes it inside of AlternateContent.
    """
    for element in children(xml):
        if element.name == "legacyDrawing":
            return element, element
        if element.name == "AlternateContent":
            for alternative in children(xml, element):
                found = named(children(xml, alternative), "legacyDrawing")
                if found:
                    return found, element
    return None, None

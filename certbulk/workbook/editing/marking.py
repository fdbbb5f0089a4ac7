"""A workbook with marks: cells coloured, notes on them, and a sheet that lists what is found."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from certbulk.workbook.editing.findings_page import put_findings_page
from certbulk.workbook.editing.markup import children, named, placed, spliced
from certbulk.workbook.editing.merged import areas_of
from certbulk.workbook.editing.notes import conversations, put_notes
from certbulk.workbook.editing.package import relation_id
from certbulk.workbook.editing.sheet_part import ORDER, put_tail, tail_of
from certbulk.workbook.editing.styles import Styles
from certbulk.workbook.writing.tables import COLOURS, writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.workbook.editing.findings_page import Listing
    from certbulk.workbook.editing.markup import Element
    from certbulk.workbook.editing.merged import Place, Rectangle
    from certbulk.workbook.editing.package import Package

__all__ = ["SIGNATURE", "Mark", "mark"]

_FONTS = {"warning": "7F6000", "error": "9C0006"}
_RULE = '"certbulk {}"<>""'  # always true; it tells our rules from the person's
_OURS = re.compile(rb"certbulk (?:error|warning)")
_PRIORITY = re.compile(rb"(<(?:\w+:)?cfRule\b[^>]*?\spriority\s*=\s*[\"'])(\d+)")
_MOST_AREAS = 1000  # of one rule
_MOST_NAMED = 20  # cells in a remark
SIGNATURE = "The workbook was signed. The signature is not valid for this copy, which was changed."
"""What to say of a copy of a workbook with a digital signature."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What to show at a cell.

    Attributes:
        row: From 1.
        column: From 1.
        severity: `error` or `warning`.
        text: One line.
        noted: Whether it is put on the cell as a note, too.
    """

    row: int
    column: int
    severity: str
    text: str
    noted: bool = True


def mark(package: Package, sheet: str, marks: Sequence[Mark], listing: Listing) -> None:
    """Mark cells of the sheet called `sheet`, and put the listing on a sheet of its own.

    What an earlier time has marked is taken off first. The colours are conditional formatting:
    the cells' own formatting is not touched, and is seen again when the marks go.
    """
    path = package.sheets()[sheet]
    styles = Styles(package)
    tail = tail_of(package, path)
    merged = areas_of(tail.xml, {(spot.row, spot.column) for spot in marks})
    xml = _without_ours(tail.xml)
    areas: dict[str, set[Rectangle]] = {"error": set(), "warning": set()}
    notes: dict[Place, list[str]] = defaultdict(list)
    for spot in marks:
        area = merged[spot.row, spot.column]
        areas[spot.severity].add(area)
        line = f"{spot.severity}: {writable(spot.text)}"
        if spot.noted and line not in notes[area[1], area[0]]:
            notes[area[1], area[0]].append(line)
    areas["warning"] -= areas["error"]
    # Programs that know priorities go by them, LibreOffice by which stands first: so ours stand
    # before the person's own, and what is put in later before what was put in earlier.
    for severity, font in _FONTS.items():
        if areas[severity]:
            style = styles.difference(COLOURS[severity], font)
            priority = 1 if severity == "error" else 2
            rules = _rules(tail.prefix, areas[severity], severity, style, priority)
            xml = placed(xml, children(xml), rules, "conditionalFormatting", ORDER, first=True)
    talked_on = conversations(package, path)
    shown = {place: lines for place, lines in notes.items() if lines and place not in talked_on}
    xml = _with_notes(package, path, tail.prefix, xml, shown)
    put_tail(package, path, xml)
    hidden = sorted(place for place, lines in notes.items() if lines and place in talked_on)
    said = " ".join(filter(None, [listing.remark, _unseen(hidden), _signature(package)]))
    put_findings_page(package, styles, sheet, replace(listing, remark=said))


def _unseen(places: Sequence[Place]) -> str:
    """Return what to say of cells whose notes nobody would see."""
    if not places:
        return ""
    cells = ", ".join(f"{get_column_letter(column)}{row}" for row, column in places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    return (
        f"No note stands on {cells}{f' and {more} more' if more > 0 else ''}: "
        "programs show the conversation there instead."
    )


def _signature(package: Package) -> str:
    """Return what to say of a workbook that was signed."""
    return SIGNATURE if package.is_signed else ""


def _without_ours(xml: bytes) -> bytes:
    """Return what stands behind the cells without our rules, priorities 1 and 2 left free."""
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
    """Return conditional formatting for these areas."""
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
    """Return references to areas; those that lie upon one another are one."""
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
    notes: dict[Place, list[str]],
) -> bytes:
    """Put notes on cells, and return what stands behind them with the drawing of their boxes."""
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
    if whole:  # to a part that is not there
        xml = spliced(xml, [(whole.start, whole.end, b"")])
    piece = (
        f'<{prefix.decode()}legacyDrawing xmlns:r="{package.relations_namespace}" '
        f'r:id="{relation}"/>'
    )
    return placed(xml, children(xml), piece.encode(), "legacyDrawing", ORDER)


def _drawing_of_notes(xml: bytes) -> tuple[Element | None, Element | None]:
    """Return the element that refers to the notes' boxes, and the whole that it stands in.

    Excel puts it into alternatives in workbooks of the strict dialect.
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

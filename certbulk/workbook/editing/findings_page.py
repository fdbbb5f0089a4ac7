"""The sheet that lists findings, with a link to each cell; it replaces an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
    children_of,
    escaped,
    found,
    named,
    placed,
    prefix_of,
    root_of,
    spliced,
)
from certbulk.workbook.editing.package import relations_path
from certbulk.workbook.writing.cells import LINE, lines_of, writable
from certbulk.workbook.writing.tables import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certbulk.workbook.editing.package import Package
    from certbulk.workbook.editing.styles import Styles

__all__ = ["FindingsTable", "put_findings_page", "quoted_sheet"]

_NAME = "findings"
_KNOWN_BY = "certbulk_findings"  # the defined name that identifies the sheet
_FILTER = "_xlnm._FilterDatabase"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_ORDER = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
)


@dataclass(frozen=True, slots=True)
class FindingsTable:
    """The contents of the sheet.

    Attributes:
        headers: The headers; the first column has the addresses, the second the severities.
        widths: The width of each column, in characters.
        rows: The texts, row by row. The first is the address to link to; empty for no link.
        remark: A line below the rows.
    """

    headers: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    remark: str = ""


def put_findings_page(package: Package, styles: Styles, sheet: str, table: FindingsTable) -> None:
    """Write the table, with links into the sheet called `sheet`, at the end of the workbook."""
    xml = package.read(package.book)
    path, name = _there(package, xml)
    if path is None:
        path, name = _added(package)
    package.remove(relations_path(path))
    content = "".join(_page(package, styles, sheet, table)).encode("utf-8", "replace")
    package.put(path, content, _TYPE)
    last = f"${get_column_letter(len(table.headers))}${len(table.rows) + 1}"
    _name(package, name, f"{quoted_sheet(name)}!$A$1:{last}")


def quoted_sheet(name: str) -> str:
    """Return a sheet's name as it is written in references."""
    return "'" + name.replace("'", "''") + "'"


def _there(package: Package, xml: bytes) -> tuple[str | None, str]:
    """Return the path and the name of an earlier sheet; None without one."""
    for element in children_of(xml, "definedNames"):
        if attribute(element.tag(xml), "name") == _KNOWN_BY:
            refers = unescape(xml[element.inner_start : element.inner_end].decode())
            for name, path in package.sheets().items():
                if refers.startswith((f"{quoted_sheet(name)}!", f"{name}!")):
                    return path, name
    return None, ""


def _added(package: Package) -> tuple[str, str]:
    """Add a sheet at the end, and return its path and its name."""
    path = package.free("xl/worksheets/sheet{}.xml")
    package.put(path, b"", _TYPE)
    relation = package.relate(package.book, "worksheet", path)
    xml = package.read(package.book)
    listed = found(xml, "sheets")
    if listed is None:
        raise ValueError("a workbook has no list of sheets")
    tags = [element.tag(xml) for element in children(xml, listed)]
    taken = {(attribute(tag, "name") or "").casefold() for tag in tags}
    name, number = _NAME, 1
    while name in taken:
        number += 1
        name = f"{_NAME} {number}"
    highest = max((int(attribute(tag, "sheetId") or 0) for tag in tags), default=0)
    prefix = prefix_of(listed.tag(xml)).decode()
    piece = (
        f'<{prefix}sheet xmlns:r="{package.relations_namespace}" name="{name}" '
        f'sheetId="{highest + 1}" r:id="{relation}"/>'
    )
    package.put(package.book, appended(xml, listed, piece.encode()))
    return path, name


def _name(package: Package, sheet: str, reference: str) -> None:
    """Name the range of the sheet, so that it is found again, and its filter."""
    xml = package.read(package.book)
    prefix = prefix_of(root_of(xml).tag(xml)).decode()
    order = [attribute(element.tag(xml), "name") for element in children_of(xml, "sheets")]
    number = str(order.index(sheet))
    old = [
        (element.start, element.end, b"")
        for element in children_of(xml, "definedNames")
        if (tag := element.tag(xml))
        and (
            attribute(tag, "name") == _KNOWN_BY
            or (attribute(tag, "name") == _FILTER and attribute(tag, "localSheetId") == number)
        )
    ]
    xml = spliced(xml, old)
    sections = children(xml, root_of(xml))
    if named(sections, "definedNames") is None:
        empty = f"<{prefix}definedNames></{prefix}definedNames>".encode()
        xml = placed(xml, sections, empty, "definedNames", _BOOK_ORDER)
    names = found(xml, "definedNames")
    text = escaped(reference).decode()
    pieces = (
        f'<{prefix}definedName name="{_FILTER}" localSheetId="{number}" hidden="1">'
        f"{text}</{prefix}definedName>"
        f'<{prefix}definedName name="{_KNOWN_BY}" hidden="1">{text}</{prefix}definedName>'
    )
    if names is not None:
        package.put(package.book, appended(xml, names, pieces.encode()))


def _page(package: Package, styles: Styles, sheet: str, table: FindingsTable) -> Iterator[str]:
    """Yield the XML of a sheet of findings, each with a link to its cell."""
    bold = styles.font(b'<b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/>')
    blue = styles.font(b'<u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/>')
    top = b'<alignment vertical="top" wrapText="1"/>'
    heading = styles.cell(font=bold, fill=styles.fill("44546A"), alignment=top)
    link, plain = styles.cell(font=blue, alignment=top), styles.cell(alignment=top)
    severities = {
        word: styles.cell(fill=styles.fill(COLOURS[word]), alignment=top)
        for word in ("error", "warning")
    }
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield f'<worksheet xmlns="{package.main_namespace}"><sheetPr><tabColor rgb="FFC00000"/>'
    yield '<pageSetUpPr fitToPage="1"/></sheetPr>'
    yield '<sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>'
    for number, width in enumerate(table.widths, start=1):
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(1, [(text, heading) for text in table.headers])
    for number, row in enumerate(table.rows, start=2):
        kinds = [link, severities.get(row[1], plain), *[plain] * (len(row) - 2)]
        height = LINE * max(map(lines_of, row, table.widths))
        yield _row(number, list(zip(row, kinds, strict=True)), height)
    if table.remark:
        yield _row(len(table.rows) + 2, [(table.remark, 0)])
    last = f"{get_column_letter(len(table.headers))}{len(table.rows) + 1}"
    yield f'</sheetData><autoFilter ref="A1:{last}"/>'
    links = [
        f'<hyperlink ref="A{number}" '
        f'location="{escaped(f"{quoted_sheet(sheet)}!{row[0]}").decode()}"/>'
        for number, row in enumerate(table.rows, start=2)
        if row[0]
    ]
    if links:
        yield "<hyperlinks>"
        yield from links
        yield "</hyperlinks>"
    yield '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" '
    yield 'footer="0.3"/><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'


def _row(number: int, cells: Sequence[tuple[str, int]], height: int = LINE) -> str:
    """Return a row of texts, each with the number of its style."""
    high = f' ht="{height}" customHeight="1"' if height > LINE else ""
    parts = [f'<row r="{number}"{high}>']
    for column, (text, style) in enumerate(cells, start=1):
        ref = f"{get_column_letter(column)}{number}"
        shown = escaped(writable(text)).decode("utf-8", "replace")
        held = f' t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>' if text else "/>"
        parts.append(f'<c r="{ref}" s="{style}"{held}')
    return "".join([*parts, "</row>"])

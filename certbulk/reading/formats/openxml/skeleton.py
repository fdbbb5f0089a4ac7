"""The archive for the fast reader: the sheets of a workbook, in the spelling that it knows.

The fast reader relies on the usual names of parts, takes the date system from any element called
workbookPr, and fails on macro sheets and odd rectangles (https://github.com/tafia/calamine/issues).
So everything around the cells is rewritten, and a sheet too if necessary.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from certbulk.core.addresses import letters_of
from certbulk.reading.formats.openxml.book import MAIN
from certbulk.reading.formats.openxml.cell import ERRORS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.openxml.book import Book
    from certbulk.reading.formats.openxml.cell import Cell, Cells
    from certbulk.reading.formats.openxml.styles import Styles

__all__ = ["name_in_skeleton", "sheet_alone", "skeleton", "usual_sheet"]

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_TO_ESCAPE = re.compile("[&<>\r]")


def name_in_skeleton(position: int) -> str:
    """Return the name in this archive of the sheet at a position of the workbook's list."""
    return f"sheet{position + 1}"


def skeleton(data: bytes, archive: Archive, book: Book, styles: Styles) -> bytes:
    """Return a workbook with its own sheets and shared texts, and everything else rewritten."""
    copy = io.BytesIO(data)
    with zipfile.ZipFile(copy, "a") as target:
        kept = {}
        wanted = {sheet.path: _path(position) for position, sheet in enumerate(book.sheets)}
        if book.shared:
            wanted[book.shared] = "xl/sharedStrings.xml"
        by_offset = {archive.info(path).header_offset: name for path, name in wanted.items()}
        for info in target.filelist:
            if info.header_offset in by_offset:
                info.filename = by_offset[info.header_offset]
                kept[info.filename] = info
        target.filelist[:] = kept.values()
        target.NameToInfo = kept
        # Two sheets may share one part; the second one is a copy.
        positions = [position for position in range(len(book.sheets)) if _path(position) in kept]
        for name, content in _around(positions, book, styles, shared=bool(book.shared)).items():
            target.writestr(name, content)
    return copy.getvalue()


def sheet_alone(cells: Cells, book: Book, styles: Styles) -> bytes:
    """Return a workbook of one sheet, with these cells in the usual spelling."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in _around([0], book, styles, shared=False).items():
            target.writestr(name, content)
        with target.open(_path(0), "w") as part:
            part.writelines(usual_sheet(cells.cells))
    return written.getvalue()


def _path(position: int) -> str:
    return f"xl/worksheets/{name_in_skeleton(position)}.xml"


def _around(
    positions: list[int], book: Book, styles: Styles, *, shared: bool
) -> dict[str, str | bytes]:
    """Return the parts around the sheets at these positions of the list."""
    sheets = "".join(
        f'<sheet name="{name_in_skeleton(position)}" sheetId="{position + 1}" r:id="s{position}"/>'
        for position in positions
    )
    system = '<workbookPr date1904="1"/>' if book.since_1904 else ""
    targets = [
        (f"s{position}", "worksheet", f"worksheets/{name_in_skeleton(position)}.xml")
        for position in positions
    ]
    targets.append(("styles", "styles", "styles.xml"))
    if shared:
        targets.append(("shared", "sharedStrings", "sharedStrings.xml"))
    relations = "".join(
        f'<Relationship Id="{one}" Type="{_RELATIONS}/{kind}" Target="{path}"/>'
        for one, kind, path in targets
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="book" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}">{system}'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}'
        "</Relationships>",
        "xl/styles.xml": styles.as_part(),
    }


def usual_sheet(cells: Mapping[tuple[int, int], Cell]) -> Iterator[bytes]:
    """Yield a sheet's XML, row by row, in the spelling that every reader knows."""
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    last = 0
    pieces: list[str] = []
    for (row, column), cell in sorted(cells.items()):
        if row != last:
            if pieces:
                yield f'<row r="{last}">{"".join(pieces)}</row>'.encode()
            last, pieces = row, []
        pieces.append(_usual_cell(f"{letters_of(column)}{row}", cell))
    if pieces:
        yield f'<row r="{last}">{"".join(pieces)}</row>'.encode()
    yield b"</sheetData></worksheet>"


def _usual_cell(address: str, cell: Cell) -> str:
    begin = f'<c r="{address}" s="{cell.style}"'
    match cell.kind:
        case Kind.NUMBER:
            return f"{begin}><v>{cell.text}</v></c>"
        case Kind.TRUTH:
            return f'{begin} t="b"><v>{int(cell.text == "true")}</v></c>'
        case Kind.ERROR:
            known = cell.text if cell.text in ERRORS else "#N/A"
            return f'{begin} t="e"><v>{known}</v></c>'
        case Kind.FORMULA:
            return f"{begin}><f>1</f></c>"
    text = _TO_ESCAPE.sub(lambda sign: _ESCAPES[sign[0]], _NO_TEXT.sub("", cell.text))
    return f'{begin} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

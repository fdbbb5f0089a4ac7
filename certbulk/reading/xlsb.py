"""An .xlsb file: how far a sheet reaches, and how it looks.

Its parts are records: a number, a length, the bytes. They are those of Microsoft's open
specification MS-XLSB; only the few that tell this are read.
"""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING

from certbulk.reading.extent import Extent
from certbulk.reading.look import Look, Merge, Span, is_percent
from certbulk.reading.parts import targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

__all__ = ["scan_xlsb"]

_ROW, _COLUMN, _MERGE, _SHEET, _TABLE = 0, 60, 176, 156, 343
_BLANK_CELL, _CELLS = 1, range(1, 12)
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 44, 47, 617, 618
_ROW_HIDDEN = 0x10


def scan_xlsb(archive: ZipFile, book: str, sheet: str) -> tuple[Extent, Look]:
    """Return the extent of the sheet called `sheet`, and its look.

    Args:
        archive: The file.
        book: The part with the list of sheets.
        sheet: The sheet's name.

    Raises:
        struct.error: A record is too short.
        IndexError: The file ends within a record.
        ValueError: There is no such sheet.
    """
    part = _sheet_part(archive, book, sheet)
    merges, rows, columns, percents = [], [], [], []
    styles = _percent_styles(archive)
    row = height = width = cells = 0
    for kind, content in _records(archive.read(part)):
        if kind == _ROW:
            row = unpack_from("<I", content)[0] + 1
            if content[11] & _ROW_HIDDEN:
                rows.append(Span(row, row))
        elif kind in _CELLS:
            column, style = unpack_from("<II", content)
            if kind != _BLANK_CELL:
                height, width, cells = max(height, row), max(width, column + 1), cells + 1
            if style & 0xFFFFFF in styles:
                percents.append((row, column + 1))
        elif kind == _COLUMN:
            first, last = unpack_from("<II", content)
            if content[16] & 1:
                columns.append(Span(first + 1, last + 1))
        elif kind == _MERGE:
            top, bottom, left, right = unpack_from("<IIII", content)
            merges.append(Merge(left + 1, top + 1, right + 1, bottom + 1))
    return Extent(height, width, cells), Look(
        merges=tuple(merges),
        hidden_rows=tuple(rows),
        hidden_columns=tuple(columns),
        totals=tuple(_totals(archive, part)),
        percents=tuple(percents),
    )


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (number, content) of the records of a part."""
    place = 0
    while place < len(data):
        kind, place = data[place], place + 1
        if kind & 0x80:
            kind, place = kind & 0x7F | data[place] << 7, place + 1
        length = shift = 0
        while True:
            byte, place = data[place], place + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[place : place + length]
        place += length


def _text(content: bytes, place: int) -> tuple[str, int]:
    """Return the text at a place of a record, and the place behind it."""
    end = place + 4 + 2 * int(unpack_from("<I", content, place)[0])
    return content[place + 4 : end].decode("utf-16-le", "replace"), end


def _sheet_part(archive: ZipFile, book: str, sheet: str) -> str:
    parts = dict(targets(archive, book))
    for kind, content in _records(archive.read(book)):
        if kind == _SHEET:
            relation, end = _text(content, 8)
            if _text(content, end)[0] == sheet and relation in parts:
                return parts[relation]
    raise ValueError(f"sheet {sheet} is not where the list of sheets has it")


def _percent_styles(archive: ZipFile) -> set[int]:
    """Return the numbers of the cell styles that show a percentage."""
    if "xl/styles.bin" not in archive.namelist():
        return set()
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False
    for kind, content in _records(archive.read("xl/styles.bin")):
        if kind == _FORMAT:
            codes[unpack_from("<H", content)[0]] = _text(content, 2)[0]
        elif kind in {_STYLES_BEGIN, _STYLES_END}:
            inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and inside:
            formats.append(unpack_from("<HH", content)[1])
    return {n for n, format_ in enumerate(formats) if is_percent(format_, codes.get(format_))}


def _totals(archive: ZipFile, part: str) -> Iterator[int]:
    """Yield the rows of totals of the tables on a sheet."""
    for _, table in targets(archive, part, "/table"):
        for kind, content in _records(archive.read(table)):
            if kind == _TABLE:
                last = unpack_from("<I", content, 4)[0] + 1
                count = unpack_from("<I", content, 28)[0]
                yield from range(last - count + 1, last + 1)

"""The look of a sheet in an .xls file: a stream of records in a compound file.

The records are those of Microsoft's open specification MS-XLS; only the few that tell how a sheet
looks are read.
"""

from __future__ import annotations

from io import BytesIO
from struct import unpack_from
from typing import TYPE_CHECKING

import olefile

from certbulk.reading.look import Look, Merge, Span, is_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["look_of_xls"]

_BEGIN, _END, _SHEET, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x41E, 0xE0
_ROW, _COLUMN, _MERGES = 0x208, 0x7D, 0xE5
_CELLS = {0x06, 0x27E, 0x203}  # a formula, a number packed and in full
_PACKED_CELLS = 0xBD  # several numbers side by side
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x1


def look_of_xls(data: bytes, sheet: str) -> Look:
    """Return the look of the sheet called `sheet`; a plain one where the file is too old for it."""
    with olefile.OleFileIO(BytesIO(data)) as file:
        if not file.exists("Workbook"):
            return Look()
        stream = file.openstream("Workbook").read()
    codes: dict[int, str] = {}
    formats: list[int] = []
    start = None
    for kind, content in _records(stream, 0):
        if kind == _SHEET and _text(content, 6, wide_length=False) == sheet:
            start = unpack_from("<I", content)[0]
        elif kind == _FORMAT:
            codes[unpack_from("<H", content)[0]] = _text(content, 2, wide_length=True)
        elif kind == _STYLE:
            formats.append(unpack_from("<HH", content)[1])
    styles = {n for n, format_ in enumerate(formats) if is_percent(format_, codes.get(format_))}
    return _look(stream, start, styles) if start is not None else Look()


def _look(stream: bytes, start: int, styles: set[int]) -> Look:
    merges, rows, columns, percents = [], [], [], []
    for kind, content in _records(stream, start):
        if kind == _ROW:
            row = unpack_from("<H", content)[0] + 1
            if content[12] & _ROW_HIDDEN:
                rows.append(Span(row, row))
        elif kind == _COLUMN:
            first, last = unpack_from("<HH", content)
            if content[8] & _COLUMN_HIDDEN:
                columns.append(Span(first + 1, last + 1))
        elif kind == _MERGES:
            for place in range(2, len(content) - 7, 8):
                top, bottom, left, right = unpack_from("<HHHH", content, place)
                merges.append(Merge(left + 1, top + 1, right + 1, bottom + 1))
        elif styles:
            percents += [cell[:2] for cell in _cells(kind, content) if cell[2] in styles]
    return Look(
        merges=tuple(merges),
        hidden_rows=tuple(rows),
        hidden_columns=tuple(columns),
        percents=tuple(percents),
    )


def _cells(kind: int, content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield row, column and style of the number cells of a record."""
    if kind in _CELLS:
        row, column, style = unpack_from("<HHH", content)
        yield row + 1, column + 1, style
    elif kind == _PACKED_CELLS:
        row, first = unpack_from("<HH", content)
        for number, place in enumerate(range(4, len(content) - 2, 6), start=first + 1):
            yield row + 1, number, unpack_from("<H", content, place)[0]


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number, content) of the records from a place up to the end of its part."""
    inside = 0  # a sheet has its charts, with an end of their own, inside it
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        if kind == _BEGIN:
            inside += 1
        elif kind == _END:
            inside -= 1
            if not inside:
                return
        if inside == 1:
            yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _text(content: bytes, place: int, *, wide_length: bool) -> str:
    """Return the text at a place of a record: its length, how it is packed, its letters."""
    length = unpack_from("<H" if wide_length else "<B", content, place)[0]
    place += 2 if wide_length else 1
    wide, place = content[place] & 1, place + 1
    if wide:
        return content[place : place + 2 * length].decode("utf-16-le", "replace")
    return content[place : place + length].decode("latin-1")

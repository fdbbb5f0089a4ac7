"""An .xls file: how far its sheets reach, how one looks, and its formulas without their result.

It is a stream of records in a compound file. They are those of Microsoft's open specification
MS-XLS; only the few that tell this are read.
"""

from __future__ import annotations

from io import BytesIO
from itertools import takewhile
from struct import unpack_from
from typing import TYPE_CHECKING

import olefile

from certbulk.errors import ReadError
from certbulk.reading.grid import NO_RESULT, Hazard
from certbulk.reading.look import Look, Merge, Span, is_percent
from certbulk.reading.parts import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_xls", "scan_xls"]

_BEGIN, _END, _SHEET, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x41E, 0xE0
_ROW, _COLUMN, _MERGES = 0x208, 0x7D, 0xE5
_FORMULA, _ZERO, _CALCULATE_LATER = 0x06, bytes(8), 0x3
_WRITER, _LIBREOFFICE = 0x5C, "Calc"
_CELLS = {_FORMULA, 0x27E, 0x203}  # a formula, a number packed and in full
_PACKED_CELLS = 0xBD  # several numbers side by side
_ANY_CELLS = {*_CELLS, _PACKED_CELLS, 0x204, 0x205, 0xD6, 0xFD}  # also texts, booleans, errors
_EXTENT, _ENCRYPTED = 0x200, 0x2F
_STREAMS = ("Workbook", "Book")
_MOST_COLUMNS = 256  # of a sheet, to IV65536
_MOST_CLAIMED = 2 * 65_536 * _MOST_COLUMNS  # cells; some writers claim a few too many
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x1


def check_xls(data: bytes, source: str) -> None:
    """Refuse an .xls file with a sheet that reaches further than such a sheet can.

    Readers make room for all of it: a cell or an extent of a damaged file stands for thousands of
    millions.

    Raises:
        ReadError: It is such a file.
    """
    if not olefile.isOleFile(data=data):
        return
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            streams = [file.openstream(name).read() for name in _STREAMS if file.exists(name)]
    except OSError:  # the reader says what is wrong with it
        return
    for stream in streams:
        records = list(_up_to_end(stream, 0))
        if any(kind == _ENCRYPTED for kind, _ in records):
            return  # nothing in it means what it says
        starts = [_number(content[:4]) for kind, content in records if kind == _SHEET]
        for start in starts:
            if any(_reaches_far(*record) for record in _up_to_end(stream, start)):
                raise ReadError(damaged(source, "a sheet reaches beyond IV65536, its last cell"))


def _up_to_end(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records from a place up to the first end of anything, as readers do."""
    return takewhile(lambda record: record[0] != _END, _all_records(stream, place))


def _reaches_far(kind: int, content: bytes) -> bool:
    """Tell whether a record is of a cell that no sheet has, or of an extent that reaches there."""
    if kind == _EXTENT:
        wide = len(content) > 10  # noqa: PLR2004 (in the oldest files, rows take two bytes)
        rows, columns = (content[4:8], content[10:12]) if wide else (content[2:4], content[6:8])
        return _number(rows) * _number(columns) > _MOST_CLAIMED
    if kind in _ANY_CELLS and _number(content[2:4]) >= _MOST_COLUMNS:
        return True
    return kind == _PACKED_CELLS and _number(content[-2:]) >= _MOST_COLUMNS


def _number(content: bytes) -> int:
    return int.from_bytes(content, "little")


def scan_xls(data: bytes, sheet: str) -> tuple[list[Hazard], Look]:
    """Return the formulas without result of the sheet called `sheet`, and its look.

    Where a program did not calculate, it leaves a 0, and says so; LibreOffice leaves one without a
    word, also in place of a text, where it took a result over from the file that it had opened.

    A file that is too old for all that tells nothing.
    """
    with olefile.OleFileIO(BytesIO(data)) as file:
        if not file.exists("Workbook"):
            return [], Look()
        stream = file.openstream("Workbook").read()
    codes: dict[int, str] = {}
    formats: list[int] = []
    start = None
    calculated = True
    for kind, content in _records(stream, 0):
        if kind == _SHEET and _text(content, 6, wide_length=False) == sheet:
            start = unpack_from("<I", content)[0]
        elif kind == _FORMAT:
            codes[unpack_from("<H", content)[0]] = _text(content, 2, wide_length=True)
        elif kind == _WRITER:
            calculated = _text(content, 0, wide_length=True) != _LIBREOFFICE
        elif kind == _STYLE:
            formats.append(unpack_from("<HH", content)[1])
    styles = {n for n, format_ in enumerate(formats) if is_percent(format_, codes.get(format_))}
    if start is None:
        return [], Look()
    return _unfinished(stream, start, calculated=calculated), _look(stream, start, styles)


def _unfinished(stream: bytes, start: int, *, calculated: bool) -> list[Hazard]:
    """Return the formulas whose result is a 0 that nobody has calculated."""
    found = []
    for kind, content in _records(stream, start):
        if kind == _FORMULA and content[6:14] == _ZERO:
            row, column = unpack_from("<HH", content)
            later = unpack_from("<H", content, 14)[0] & _CALCULATE_LATER
            if later or not calculated:
                found.append(Hazard(row + 1, column + 1, NO_RESULT + "=…"))
    return found


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
    for kind, content in _all_records(stream, place):
        if kind == _BEGIN:
            inside += 1
        elif kind == _END:
            inside -= 1
            if not inside:
                return
        if inside == 1:
            yield kind, content


def _all_records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number, content) of the records from a place to the end of the file."""
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
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

"""Read an .xls file with xlrd: its cells as texts, display formats, missing results.

xlrd does not report formulas that were never calculated, and it reserves memory for any column that
a record names. For these two, the records of the stream that xlrd has assembled are read here. The
record numbers are those of Microsoft's open specification MS-XLS.
"""

from __future__ import annotations

import io
from itertools import takewhile
from struct import error as StructError  # noqa: N812 (it is a class)
from struct import unpack_from
from typing import TYPE_CHECKING, Any

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDoc, CompDocError

from certbulk.core.kinds import NumberText
from certbulk.errors import ReadError
from certbulk.reading.formats.cell_texts import NO_DATE, column_of, date_text, number_text
from certbulk.reading.formats.display_formats import DisplayFormats, Merge, Span, is_percent
from certbulk.reading.formats.grid import NO_RESULT, ErrorCell, Grid
from certbulk.reading.formats.parts import damaged
from certbulk.reading.formats.unreadable import OLD, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlrd.book import Book
    from xlrd.sheet import Sheet

    from certbulk.progress import Tell

__all__ = ["OldWorkbook", "is_old"]


_BARE = tuple(bytes([9, version]) for version in (0, 2, 4, 8))
"""The first bytes of the oldest files, which are not compound files."""

_BEGIN, _END = 0x809, 0x0A
_FORMULA, _ZERO, _CALCULATE_LATER = 0x06, bytes(8), 0x3
_EMPTY = b"\3" + bytes(5) + b"\xff\xff"  # the empty text as a result
_LIBREOFFICE = "Calc"
_WRITER, _XLWT = 0x5C, b"None "  # a name that is too short for the record is that of xlwt
_PACKED_CELLS = (0xBD, 0xBE)  # several numbers, or blank cells, side by side
_CELLS = {
    *(0x01, 0x02, 0x03, 0x04, 0x05, _FORMULA),
    *(0x201, 0x203, 0x204, 0x205, 0x206, 0x27E, 0x406, 0xD6, 0xFD),
    *_PACKED_CELLS,
}
_STREAMS = ("Workbook", "Book")
_ENTRY, _FOLDERS = 128, (1, 5)  # bytes of a directory entry; kinds that have entries below
_MOST_COLUMNS = 256  # of a sheet, to IV65536

# xlrd does not check the bytes, so that a damaged file may raise any of these.
_FAILURES = (
    XLRDError,
    CompDocError,
    StructError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NameError,
    RuntimeError,  # with it RecursionError and NotImplementedError
    TypeError,
    ValueError,
)


def is_old(data: bytes) -> bool:
    """Whether bytes begin like an .xls file or an encrypted workbook."""
    return data.startswith((OLD, *_BARE))


class OldWorkbook:
    """An open .xls file.

    Raises:
        ReadError: The file is protected, damaged, or not a workbook.
    """

    def __init__(self, data: bytes, source: str) -> None:
        self._source = source
        try:
            self._book: Book = xlrd.open_workbook(
                file_contents=_stream(data),
                logfile=_Silence(),
                formatting_info=True,
                on_demand=True,
                ragged_rows=True,
            )
        except _FAILURES as error:
            raise unreadable(data, source, error) from None

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in the workbook's order."""
        return list(self._book.sheet_names())

    def grid(self, name: str, _tell: Tell) -> Grid:
        """Return the sheet called `name`.

        Raises:
            ReadError: A cell is beyond the last column, or the file is damaged.
        """
        try:
            position = self.sheets.index(name)
            start = self._book._sh_abs_posn[position]  # type: ignore[attr-defined]  # noqa: SLF001 (it has no other name for it)
            stream = self._book.mem
            if any(_reaches_far(*record) for record in _up_to_end(stream, start)):
                raise damaged(self._source, "a sheet has cells beyond IV65536, the last cell")
            sheet = self._book.sheet_by_index(position)
            self._book.unload_sheet(position)
            return self._grid(sheet, stream, start)
        except _FAILURES as error:
            if isinstance(error, ReadError):
                raise
            raise damaged(self._source, error) from None

    def _grid(self, sheet: Sheet, stream: Any, start: int) -> Grid:  # noqa: C901 (a case for each kind)
        """Return the cells of a sheet, with those that cannot be trusted marked."""
        error_cells = {}
        percents: list[tuple[int, int]] = []
        columns: list[list[str | None]] = [[None] * sheet.nrows for _ in range(sheet.ncols)]
        is_percent_style = [self._is_percent(style.format_key) for style in self._book.xf_list]
        since_1904 = bool(self._book.datemode)
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                kind = sheet.cell_type(row, column)
                if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                    continue
                value: Any = sheet.cell_value(row, column)
                if kind == xlrd.XL_CELL_TEXT:
                    columns[column][row] = value
                elif kind == xlrd.XL_CELL_BOOLEAN:
                    columns[column][row] = "true" if value else "false"
                elif kind == xlrd.XL_CELL_ERROR:
                    text = xlrd.error_text_from_code.get(value, "#N/A")
                    error_cells[row + 1, column + 1] = text
                elif kind == xlrd.XL_CELL_DATE:
                    shown = date_text(value, since_1904=since_1904)
                    if shown is None:
                        error_cells[row + 1, column + 1] = NO_DATE
                    columns[column][row] = shown
                else:
                    columns[column][row] = NumberText(number_text(value))
                    if is_percent_style[sheet.cell_xf_index(row, column)]:
                        percents.append((row + 1, column + 1))
        writer = next((name for kind, name in _up_to_end(stream, 0) if kind == _WRITER), b"")
        calculated = self._book.user_name != _LIBREOFFICE
        nothing = _EMPTY if writer.startswith(_XLWT) else None if calculated else _ZERO
        for error_cell in _unfinished(stream, start, nothing):
            error_cells[error_cell.row, error_cell.column] = error_cell.text
        grid = Grid(
            sheet.name,
            tuple(range(1, sheet.ncols + 1)),
            tuple(map(column_of, columns)),
            _display_formats(sheet, percents),
        )
        return grid.with_percents_shown().with_error_cells(
            [ErrorCell(*spot, text) for spot, text in sorted(error_cells.items())]
        )

    def _is_percent(self, key: int) -> bool:
        shown = self._book.format_map.get(key)
        return is_percent(key, shown.format_str if shown else None)


def _stream(data: bytes) -> bytes:
    """Return the stream of records in a compound file; all bytes for the oldest files."""
    if not data.startswith(OLD):
        return data
    file = _Compound(data, _Silence())
    for name in _STREAMS:
        whole, start, length = file.locate_named_stream(name)
        if whole:
            return bytes(whole[start : start + length])
    raise XLRDError("it contains no workbook")


class _Compound(CompDoc):
    """A compound file without endless chains and folders, which xlrd does not check everywhere."""

    def _get_stream(  # noqa: PLR0917 (as xlrd has it)
        self,
        mem: Any,
        base: int,
        sat: Any,
        sec_size: int,
        start_sid: int,
        size: int | None = None,
        name: str = "",
        seen_id: int | None = None,
    ) -> bytes:
        sector, left = start_sid, len(sat)
        while 0 <= sector < len(sat):
            sector, left = sat[sector], left - 1
            if left < 0:
                raise CompDocError(f"the sectors of its {name} form a loop")
        content: bytes = super()._get_stream(  # type: ignore[misc]
            mem, base, sat, sec_size, start_sid, size, name, seen_id
        )
        if name == "directory":
            _check_folders(content)
        return content


def _check_folders(directory: bytes) -> None:
    """Raise CompDocError if two entries of a directory point to the same entry."""
    seen: set[int] = set()
    for offset in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        kind = directory[offset + 66]
        left, right, below = unpack_from("<iii", directory, offset + 68)
        for other in (left, right, *((below,) if kind in _FOLDERS else ())) if kind else ():
            if other in seen:
                raise CompDocError("its folders form a loop")
            if other >= 0:
                seen.add(other)


class _Silence(io.TextIOBase):
    """A log for xlrd that discards its messages, which are for programmers."""

    def write(self, text: str, /) -> int:
        return len(text)


def _display_formats(sheet: Sheet, percents: list[tuple[int, int]]) -> DisplayFormats:
    return DisplayFormats(
        merges=tuple(
            Merge(left + 1, top + 1, right, bottom)
            for top, bottom, left, right in sheet.merged_cells
        ),
        hidden_rows=tuple(
            Span(row + 1, row + 1) for row, info in sorted(sheet.rowinfo_map.items()) if info.hidden
        ),
        hidden_columns=tuple(
            Span(column + 1, column + 1)
            for column, info in sorted(sheet.colinfo_map.items())
            if info.hidden
        ),
        percents=tuple(percents),
        hidden=bool(sheet.visibility),
    )


def _up_to_end(stream: Any, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records from an offset up to the first end record, as readers do."""
    return takewhile(lambda record: record[0] != _END, _all_records(stream, offset))


def _reaches_far(kind: int, content: bytes) -> bool:
    """Whether a record is of a cell beyond the last column."""
    if kind not in _CELLS:
        return False
    if int.from_bytes(content[2:4], "little") >= _MOST_COLUMNS:
        return True
    return kind in _PACKED_CELLS and int.from_bytes(content[-2:], "little") >= _MOST_COLUMNS


def _unfinished(stream: Any, start: int, nothing: bytes | None) -> list[ErrorCell]:
    """Return the formulas whose result was never calculated.

    A program that does not calculate saves a 0 with a flag. LibreOffice saves it without the flag,
    even instead of a text, if it kept the result of the file that it had opened. xlwt, which never
    calculates, saves the empty text.

    Args:
        stream: The records of the workbook.
        start: Where those of the sheet begin.
        nothing: The result that its writer saves for no result; None for none but the 0.
    """
    found = []
    inside = 0  # charts, with their own end records, are nested in a sheet
    for kind, content in _all_records(stream, start):
        if kind == _BEGIN:
            inside += 1
        elif kind == _END:
            inside -= 1
            if not inside:
                break
        elif inside == 1 and kind == _FORMULA and content[6:14] in {_ZERO, nothing}:
            row, column = unpack_from("<HH", content)
            later = unpack_from("<H", content, 14)[0] & _CALCULATE_LATER
            if content[6:14] == nothing or later:
                found.append(ErrorCell(row + 1, column + 1, NO_RESULT + "=…"))
    return found


def _all_records(stream: Any, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number, content) of the records from an offset to the end of the stream."""
    while offset + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, offset)
        yield kind, bytes(stream[offset + 4 : offset + 4 + length])
        offset += 4 + length

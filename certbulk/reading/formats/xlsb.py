"""Read an .xlsb file by records: its cells and display formats, compared with the fast reader.

Its parts consist of records: a number, a length, the bytes, as in Microsoft's open specification
MS-XLSB; only the few that are needed are read. The fast reader leaves out formula results that are
errors, and cells without a column number, as SheetJS writes them.
"""

from __future__ import annotations

import math
from functools import cached_property, partial
from struct import pack, unpack, unpack_from
from typing import TYPE_CHECKING, NamedTuple

from certbulk.errors import ReadError
from certbulk.reading.formats.cell_texts import number_text
from certbulk.reading.formats.display_formats import Merge, Span
from certbulk.reading.formats.fast_reader import FastReader
from certbulk.reading.formats.grid import NO_RESULT, Grid
from certbulk.reading.formats.openxml.book import Book, book_of, sheet_entry
from certbulk.reading.formats.openxml.cell import Cell, Cells, Kind
from certbulk.reading.formats.openxml.skeleton import name_in_skeleton, sheet_alone
from certbulk.reading.formats.openxml.styles import Styles
from certbulk.reading.formats.parts import CONTRADICTIONS, damaged, targets
from certbulk.reading.formats.size_limits import check_extent
from certbulk.reading.formats.witness import agreed_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certbulk.progress import Tell
    from certbulk.reading.formats.archive import Archive

__all__ = ["BinaryWorkbook"]

_ROW, _COLUMN, _MERGE, _SHEET, _TABLE = 0, 60, 176, 156, 343
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 44, 47, 617, 618
_SHARED, _BOOK_PROPERTIES, _CALCULATION, _DATA = 19, 153, 157, 145
_ROW_HIDDEN = 0x10
_BLANK, _PACKED, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED_TEXT = range(1, 8)
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_TRUTH, _FORMULA_ERROR = range(8, 12)
_SHORT = range(12, 19)  # the same as 1 to 7, to the right of the previous cell
_RICH_TEXT = 62
_ALWAYS_CALCULATED = 0x2
_MOST_CELLS = 3_000_000
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_LOOK = "looking through it"
_LOOKED_THROUGH = 0.5  # of the time that reading takes


class _Sheet(NamedTuple):
    """A sheet, and whether it has cells without a column number."""

    cells: Cells
    short: bool


class BinaryWorkbook:
    """An open workbook.

    Raises:
        ReadError: The file is damaged.
    """

    def __init__(self, data: bytes, archive: Archive, part: str, source: str) -> None:
        self._data = data
        self._archive = archive
        self._source = source
        try:
            self._book = _open_book(archive, part)
            styles = self._book.styles
            self._styles = _read_styles(archive.read(styles)) if styles else Styles()
        except CONTRADICTIONS as error:
            raise damaged(source, error) from None

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets of cells, in the workbook's order."""
        return [sheet.name for sheet in self._book.sheets]

    def grid(self, name: str, tell: Tell) -> Grid:
        """Return the sheet called `name`, and report progress to `tell`.

        Raises:
            ReadError: The file is damaged, or its cells are too far apart.
        """
        tell(_LOOK, 0.0)
        entry = next(sheet for sheet in self._book.sheets if sheet.name == name)
        try:
            cells, short = _read_sheet(
                self._archive.read(entry.path), self._shared, uncalculated=self._book.uncalculated
            )
            totals = tuple(_totals(self._archive, entry.path))
        except CONTRADICTIONS as error:
            raise damaged(self._source, error) from None
        check_extent(cells.extent, name, self._source)
        parsing = partial(tell, "reading its cells", _LOOKED_THROUGH)
        try:
            fast = None if short else self._reader.read(name, parsing)
        except ReadError:
            fast = None  # it fails on an unknown error value
        if fast is None:
            alone = sheet_alone(cells, self._book, self._styles)
            fast = FastReader(alone, self._source, self._data).read(name_in_skeleton(0), parsing)
        display = cells.display(self._styles.percents, totals, hidden=entry.hidden)
        dates, since_1904 = self._styles.dates, self._book.since_1904
        return agreed_grid(name, display, fast, cells.cells, dates, since_1904=since_1904)

    @cached_property
    def _reader(self) -> FastReader:
        return FastReader(self._data, self._source)

    @cached_property
    def _shared(self) -> Sequence[str]:
        if self._book.shared is None:
            return ()
        records = _records(self._archive.read(self._book.shared))
        return [_text(content, 1)[0] for kind, content in records if kind == _SHARED]


def _open_book(archive: Archive, part: str) -> Book:
    known = {target.id: target for target in targets(archive, part)}
    sheets = []
    since_1904 = uncalculated = False
    for kind, content in _records(archive.read(part)):
        if kind == _SHEET:
            relation, end = _text(content, 8)
            name = _text(content, end)[0]
            hidden = bool(unpack_from("<I", content)[0])
            sheets += sheet_entry(archive, known.get(relation), name, hidden=hidden)
        elif kind == _BOOK_PROPERTIES:
            since_1904 = bool(content[0] & 1)
        elif kind == _CALCULATION and len(content) > 24:  # noqa: PLR2004 (where its flags are)
            uncalculated = bool(content[24] & 1)
    return book_of(archive, part, sheets, since_1904=since_1904, uncalculated=uncalculated)


def _read_sheet(part: bytes, shared: Sequence[str], *, uncalculated: bool) -> _Sheet:  # noqa: C901 (a case for each record)
    """Return the cells and the display formats of a sheet.

    Raises:
        struct.error: A record is too short.
        IndexError: The file ends within a record, or a shared text is missing.
        ValueError: There are too many cells.
    """
    cells: dict[tuple[int, int], Cell] = {}
    merges, rows, columns = [], [], []
    row = column = 0
    short = has_data = False
    for number, content in _records(part):
        kind = number
        if kind == _ROW:
            row, column = unpack_from("<I", content)[0] + 1, 0
            if content[11] & _ROW_HIDDEN:
                rows.append(Span(row, row))
        elif kind <= _SHORT[-1] or kind == _RICH_TEXT:
            if kind in _SHORT:
                short = True
                kind -= _SHORT[0] - _BLANK
                content = pack("<I", column) + content  # noqa: PLW2901 (with its column, like the others)
            before, style = unpack_from("<II", content)
            column = before + 1
            if kind != _BLANK:
                cell = _cell(kind, content, style & 0xFFFFFF, shared, uncalculated=uncalculated)
                if cell is not None:
                    cells[row, column] = cell
                if len(cells) > _MOST_CELLS:
                    raise ValueError(
                        f"it has more than {_MOST_CELLS:,} cells, the limit for this format"
                    )
        elif kind == _DATA:
            has_data = True
        elif kind == _COLUMN:
            first, last = unpack_from("<II", content)
            if content[16] & 1:
                columns.append(Span(first + 1, last + 1))
        elif kind == _MERGE:
            top, bottom, left, right = unpack_from("<IIII", content)
            merges.append(Merge(left + 1, top + 1, right + 1, bottom + 1))
    found = Cells(cells, tuple(merges), tuple(rows), tuple(columns), has_data, short)
    return _Sheet(found, short)


def _cell(  # noqa: PLR0911 (a case for each record)
    kind: int, content: bytes, style: int, shared: Sequence[str], *, uncalculated: bool
) -> Cell | None:
    """Return the cell of a record; None if it is blank."""
    if kind in {_ERROR, _FORMULA_ERROR}:
        return Cell(Kind.ERROR, _ERRORS.get(content[8], "#ERROR!"), style)
    if kind in {_TRUTH, _FORMULA_TRUTH}:
        return Cell(Kind.TRUTH, "true" if content[8] else "false", style)
    if kind in {_TEXT, _FORMULA_TEXT, _RICH_TEXT}:
        text = _text(content, 9 if kind == _RICH_TEXT else 8)[0]
        return Cell(Kind.TEXT, text, style) if text else None
    if kind == _SHARED_TEXT:
        text = shared[unpack_from("<I", content, 8)[0]]
        return Cell(Kind.TEXT, text, style) if text else None
    value = _packed(content) if kind == _PACKED else float(unpack_from("<d", content, 8)[0])
    if kind == _FORMULA_REAL and not value:
        later = unpack_from("<H", content, 16)[0] & _ALWAYS_CALCULATED
        if later or uncalculated:
            return Cell(Kind.FORMULA, f"{NO_RESULT}=…", style)
    if not math.isfinite(value):
        return Cell(Kind.UNCLEAR, str(value), style)
    return Cell(Kind.NUMBER, number_text(value), style)


def _packed(content: bytes) -> float:
    """Return a number packed into four bytes: an integer or a float, divided by 100 or not."""
    raw = unpack_from("<I", content, 8)[0]
    whole = unpack_from("<i", content, 8)[0] >> 2
    value = float(whole) if raw & 2 else float(unpack("<d", pack("<Q", (raw & ~3) << 32))[0])
    return value / 100 if raw & 1 else value


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part as (number, content)."""
    offset = 0
    while offset < len(data):
        kind, offset = data[offset], offset + 1
        if kind & 0x80:
            kind, offset = kind & 0x7F | data[offset] << 7, offset + 1
        length = shift = 0
        while True:
            byte, offset = data[offset], offset + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[offset : offset + length]
        offset += length


def _text(content: bytes, offset: int) -> tuple[str, int]:
    """Return the text at an offset of a record, and the offset after it."""
    end = offset + 4 + 2 * int(unpack_from("<I", content, offset)[0])
    return content[offset + 4 : end].decode("utf-16-le", "replace"), end


def _read_styles(part: bytes) -> Styles:
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False
    for kind, content in _records(part):
        if kind == _FORMAT:
            codes[unpack_from("<H", content)[0]] = _text(content, 2)[0]
        elif kind in {_STYLES_BEGIN, _STYLES_END}:
            inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and inside:
            formats.append(unpack_from("<HH", content)[1])
    return Styles(tuple(formats), codes)


def _totals(archive: Archive, part: str) -> Iterator[int]:
    """Yield the total rows of the tables on a sheet."""
    for table in targets(archive, part, "/table"):
        for kind, content in _records(archive.read(table.path)):
            if kind == _TABLE:
                last = unpack_from("<I", content, 4)[0] + 1
                count = unpack_from("<I", content, 28)[0]
                yield from range(last - count + 1, last + 1)

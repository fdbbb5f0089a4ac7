"""The cells and the display formats of the sheets in the XML of an .ods file."""

from __future__ import annotations

import re
from itertools import product
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from certbulk.reading.formats.display_formats import DisplayFormats, Merge, Span
from certbulk.reading.formats.grid import NO_RESULT
from certbulk.reading.formats.openxml.cell import Cell, Kind
from certbulk.reading.formats.size_limits import Extent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["OpenTable", "open_tables"]

_CHUNK = 1 << 20  # bytes
_MOST_CELLS = 3_000_000  # of all sheets, with repetitions
_MOST_TEXT = 256 << 20  # characters of all cells, with repetitions, which readers copy
_MOST_SPACES = 32_767  # the most characters of a cell
_TABLES = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TEXTS = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_TABLE, _ROW, _COLUMN = _TABLES + "table", _TABLES + "table-row", _TABLES + "table-column"
_PARAGRAPH, _SPACES, _SO_MANY = _TEXTS + "p", _TEXTS + "s", _TEXTS + "c"
_SIGNS = {_TEXTS + "tab": "\t", _TEXTS + "line-break": "\n"}
_ASIDES = {_TEXTS + "ruby-text", _TEXTS + "note"}  # how it is pronounced, and a footnote
_CELLS = {_TABLES + "table-cell", _TABLES + "covered-table-cell"}
_NAME, _FORMULA, _VISIBILITY = _TABLES + "name", _TABLES + "formula", _TABLES + "visibility"
_ACROSS, _DOWN = _TABLES + "number-columns-repeated", _TABLES + "number-rows-repeated"
_WIDE, _HIGH = _TABLES + "number-columns-spanned", _TABLES + "number-rows-spanned"
_MATRIX_WIDE = _TABLES + "number-matrix-columns-spanned"
_MATRIX_HIGH = _TABLES + "number-matrix-rows-spanned"
_TYPE, _OWN_TYPE = _OFFICE + "value-type", _CALC + "value-type"
_VALUE, _TRUTH, _DAY = _OFFICE + "value", _OFFICE + "boolean-value", _OFFICE + "date-value"
_TIME, _STRING = _OFFICE + "time-value", _OFFICE + "string-value"
_FILLED = {_FORMULA, _VALUE, _TYPE, _STRING, _TRUTH, _DAY, _TIME}
_HIDDEN = {"collapse", "filter"}
_NUMBERS = {"float", "percentage", "currency"}
# Excel saves an error as the number 0 with the error as its text, in the language of Excel.
_SHOWN_ERROR = re.compile(r"#(?!#)\S{1,15}|Err:\d{3}")


class OpenTable(NamedTuple):
    """One sheet.

    Attributes:
        extent: The rectangle around its cells.
        cells: The cells by row and column, from 1, without blank ones.
        display: How the sheet shows its cells.
    """

    extent: Extent
    cells: Mapping[tuple[int, int], Cell]
    display: DisplayFormats


def open_tables(xml: IO[bytes], meanwhile: Callable[[], None]) -> dict[str, OpenTable]:
    """Return the sheets of a document by their names, in a single pass.

    Args:
        xml: The content of the document.
        meanwhile: Called repeatedly until the pass is done.

    Raises:
        ExpatError: The XML is not well-formed.
        ValueError: A number is invalid, or the cells are more than the limits allow.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    tables: dict[str, _Table] = {}
    room = _Room()
    table = _Table(parser, room)

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal table
        if element in _CELLS:
            table.next_cell(attributes)
        elif element == _ROW:
            table.next_row(attributes)
        elif element == _COLUMN:
            table.next_column(attributes)
        elif element == _TABLE:
            table = _Table(parser, room)
            tables.setdefault(attributes.get(_NAME, ""), table)

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type declaration, which spreadsheets never have")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    while chunk := xml.read(_CHUNK):
        parser.Parse(chunk)
        meanwhile()
    parser.Parse(b"", True)  # noqa: FBT003 (the end)
    return {name: table.told() for name, table in tables.items()}


class _Room:
    """How many more cells and characters a document may have."""

    def __init__(self) -> None:
        self._cells, self._text = _MOST_CELLS, _MOST_TEXT

    def take(self, cells: int, text: int) -> None:
        """Count cells, each with a text of this length.

        Raises:
            ValueError: They are more than the limits allow.
        """
        self._cells -= cells
        self._text -= cells * text
        if self._cells < 0 or self._text < 0:
            raise ValueError(
                f"it has more than {_MOST_CELLS:,} cells or {_MOST_TEXT >> 20} MB of text, with "
                "repetitions; delete the cells far below the table"
            )


class _Table:
    """The state of a pass over a sheet: the current cell, and what was found so far."""

    def __init__(self, parser: expat.XMLParserType, room: _Room) -> None:
        self._parser = parser
        self._room = room
        self._cells: dict[tuple[int, int], Cell] = {}
        self._merges: list[Merge] = []
        self._hidden_rows: list[Span] = []
        self._hidden_columns: list[Span] = []
        self._percents: list[tuple[int, int]] = []
        self._matrices: list[tuple[tuple[int, int], tuple[int, int], Cell]] = []
        self._height = self._width = 0
        self._row, self._down, self._column, self._table_column = 0, 1, 1, 1

    def next_column(self, attributes: dict[str, str]) -> None:
        first = self._table_column
        self._table_column += _count(attributes, _ACROSS)
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_columns.append(Span(first, self._table_column - 1))

    def next_row(self, attributes: dict[str, str]) -> None:
        self._row += self._down
        self._down = _count(attributes, _DOWN)
        self._column = 1
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_rows.append(Span(self._row, self._row + self._down - 1))

    def next_cell(self, attributes: dict[str, str]) -> None:
        first = self._column
        self._column += _count(attributes, _ACROSS)
        if _WIDE in attributes or _HIGH in attributes:
            right = first + _count(attributes, _WIDE) - 1
            bottom = self._row + _count(attributes, _HIGH) - 1
            if (right, bottom) != (first, self._row):
                self._merges.append(Merge(first, self._row, right, bottom))
        self._collect(first, attributes)

    def _collect(self, first: int, attributes: dict[str, str]) -> None:  # noqa: C901 (two handlers)
        """Add a cell as soon as its text is known.

        The text is in the cell's own paragraphs; those of a comment are nested deeper. A footnote
        and a pronunciation are left out.
        """
        parser, outer = self._parser, self._parser.StartElementHandler
        pieces: list[str] = []
        paragraphs = depth = inside = aside = 0

        def start(element: str, inner: dict[str, str]) -> None:
            nonlocal depth, inside, aside, paragraphs
            depth += 1
            if aside:
                return
            if element == _PARAGRAPH and depth == 1:
                if paragraphs:
                    pieces.append("\n")
                paragraphs, inside = paragraphs + 1, depth
                parser.CharacterDataHandler = pieces.append
            elif inside and element == _SPACES:
                pieces.append(" " * min(_count(inner, _SO_MANY), _MOST_SPACES + 1))
                self._room.take(1, int(inner.get(_SO_MANY, "1")))
            elif inside and element in _SIGNS:
                pieces.append(_SIGNS[element])
            elif inside and (element in _ASIDES or not element.startswith(_TEXTS)):
                aside, parser.CharacterDataHandler = depth, None

        def end(_: str) -> None:
            nonlocal depth, inside, aside
            if not depth:
                parser.StartElementHandler, parser.EndElementHandler = outer, None
                parser.CharacterDataHandler = None
                text = "".join(pieces) if paragraphs else None
                self._take(first, _cell(attributes, text), attributes)
                return
            if inside == depth:
                inside, parser.CharacterDataHandler = 0, None
            elif aside == depth:
                aside, parser.CharacterDataHandler = 0, pieces.append
            depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end

    def _take(self, first: int, cell: Cell | None, attributes: dict[str, str]) -> None:
        """Add a cell, as often as it is repeated."""
        if cell is None:
            if not _FILLED.isdisjoint(attributes):  # readers reserve memory for it
                self._reach()
            return
        if len(cell.text) > _MOST_SPACES:
            self._room.take(1, len(cell.text))
        self._room.take(self._down * (self._column - first), len(cell.text))
        self._reach()
        if cell.kind == Kind.FORMULA and (_MATRIX_WIDE in attributes or _MATRIX_HIGH in attributes):
            wide, high = _count(attributes, _MATRIX_WIDE), _count(attributes, _MATRIX_HIGH)
            self._room.take(wide * high, len(cell.text))
            self._matrices.append(((self._row, first), (high, wide), cell))
        for row in range(self._row, self._row + self._down):
            for column in range(first, self._column):
                self._cells[row, column] = cell
                if cell.kind == Kind.NUMBER and attributes.get(_TYPE) == "percentage":
                    self._percents.append((row, column))

    def _reach(self) -> None:
        self._height = self._row + self._down - 1
        self._width = max(self._width, self._column - 1)

    def told(self) -> OpenTable:
        for (top, left), (high, wide), cell in self._matrices:  # no result: neither has any member
            for row, column in product(range(top, top + high), range(left, left + wide)):
                self._cells.setdefault((row, column), cell)
            self._height = max(self._height, top + high - 1)
            self._width = max(self._width, left + wide - 1)
        display = DisplayFormats(
            merges=tuple(self._merges),
            hidden_rows=tuple(self._hidden_rows),
            hidden_columns=tuple(self._hidden_columns),
            percents=tuple(self._percents),
        )
        extent = Extent(self._height, self._width, len(self._cells))
        return OpenTable(extent, self._cells, display)


def _count(attributes: dict[str, str], name: str) -> int:
    """Return the value of a repetition or span attribute; 1 if it is missing."""
    return max(int(attributes.get(name, "1")), 1)


def _cell(attributes: dict[str, str], text: str | None) -> Cell | None:  # noqa: PLR0911 (a case each)
    """Return a cell from its attributes and its displayed text; None if it is blank."""
    kind = attributes.get(_TYPE)
    formula = attributes.get(_FORMULA)
    if attributes.get(_OWN_TYPE) == "error":
        return Cell(Kind.ERROR, text or "#N/A", 0)
    shows_error = text is not None and _SHOWN_ERROR.fullmatch(text.strip())
    if text and shows_error and (formula is not None or kind in {*_NUMBERS, "boolean"}):
        return Cell(Kind.ERROR, text.strip(), 0)
    if kind in _NUMBERS:
        return _number(attributes.get(_VALUE, ""))
    if kind == "boolean":
        word = attributes.get(_TRUTH, "").strip().lower()
        known = word in {"true", "false"}
        return Cell(Kind.TRUTH if known else Kind.UNCLEAR, word, 0)
    if kind == "date":
        return Cell(Kind.DAY, attributes.get(_DAY, ""), 0)
    if kind == "time":
        return Cell(Kind.DAY, attributes.get(_TIME, ""), 0)
    if kind is None and formula is not None and text is None:
        return Cell(Kind.FORMULA, NO_RESULT + formula.partition(":")[2], 0)
    shown = attributes.get(_STRING) or text
    return Cell(Kind.TEXT, shown, 0) if shown else None


def _number(value: str) -> Cell:
    try:
        number = float(value)
    except ValueError:
        return Cell(Kind.UNCLEAR, value, 0)
    return Cell(Kind.NUMBER if number - number == 0 else Kind.UNCLEAR, value, 0)

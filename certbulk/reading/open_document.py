"""What an .ods file's XML tells of its sheets: how far they reach, broken cells, how they look."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from certbulk.reading.extent import Extent
from certbulk.reading.grid import NO_RESULT, Hazard
from certbulk.reading.look import Look, Merge, Span

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OpenTable", "open_document"]

_CHUNK = 1 << 20  # bytes
_MOST_REPEATED = 10_000  # one cell of the file, said once for so many cells at most
_TABLES = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_TABLE, _ROW, _COLUMN = _TABLES + "table", _TABLES + "table-row", _TABLES + "table-column"
_PARAGRAPH = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_CELLS = {_TABLES + "table-cell", _TABLES + "covered-table-cell"}
_NAME, _FORMULA, _VISIBILITY = _TABLES + "name", _TABLES + "formula", _TABLES + "visibility"
_ACROSS, _DOWN = _TABLES + "number-columns-repeated", _TABLES + "number-rows-repeated"
_WIDE, _HIGH = _TABLES + "number-columns-spanned", _TABLES + "number-rows-spanned"
_TYPE, _OWN_TYPE = _OFFICE + "value-type", _CALC + "value-type"
_FILLED = {
    _FORMULA,
    *(_OFFICE + name for name in ("value", "value-type")),
    *(_OFFICE + f"{kind}-value" for kind in ("string", "boolean", "date", "time")),
}
_HIDDEN = {"collapse", "filter"}


class OpenTable(NamedTuple):
    """What is told of one sheet.

    Attributes:
        extent: The rectangle that its cells lie in; cells that repeat themselves count once.
        hazards: Error cells, and formulas without result.
        look: How it looks.
    """

    extent: Extent
    hazards: list[Hazard]
    look: Look


def open_document(xml: IO[bytes], meanwhile: Callable[[], None]) -> dict[str, OpenTable]:
    """Return what the content of a document tells of its sheets, by their names, in one pass.

    Args:
        xml: The content.
        meanwhile: Called now and then until it is done.

    Raises:
        ExpatError: It is not well-formed.
        ValueError: A number in it is none.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    tables: dict[str, _Table] = {}
    table = _Table(parser)

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal table
        if element in _CELLS:
            table.next_cell(attributes)
        elif element == _ROW:
            table.next_row(attributes)
        elif element == _COLUMN:
            table.next_column(attributes)
        elif element == _TABLE:
            table = tables[attributes.get(_NAME, "")] = _Table(parser)

    parser.StartElementHandler = start
    while chunk := xml.read(_CHUNK):
        parser.Parse(chunk)
        meanwhile()
    parser.Parse(b"", True)  # noqa: FBT003 (that was all)
    return {name: table.told() for name, table in tables.items()}


class _Table:
    """Where a pass through a sheet is, and what it has met so far."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._hazards: list[Hazard] = []
        self._merges: list[Merge] = []
        self._hidden_rows: list[Span] = []
        self._hidden_columns: list[Span] = []
        self._percents: list[tuple[int, int]] = []
        self._height = self._width = self._cells = 0
        self._row, self._down, self._column, self._table_column = 0, 1, 1, 1

    def next_column(self, attributes: dict[str, str]) -> None:
        first = self._table_column
        self._table_column += int(attributes.get(_ACROSS, "1"))
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_columns.append(Span(first, self._table_column - 1))

    def next_row(self, attributes: dict[str, str]) -> None:
        self._row += self._down
        self._down = int(attributes.get(_DOWN, "1"))
        self._column = 1
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_rows.append(Span(self._row, self._row + self._down - 1))

    def next_cell(self, attributes: dict[str, str]) -> None:
        first = self._column
        self._column += int(attributes.get(_ACROSS, "1"))
        if _WIDE in attributes or _HIGH in attributes:
            right = first + int(attributes.get(_WIDE, "1")) - 1
            bottom = self._row + int(attributes.get(_HIGH, "1")) - 1
            if (right, bottom) != (first, self._row):
                self._merges.append(Merge(first, self._row, right, bottom))
        if _FILLED.isdisjoint(attributes):
            return
        self._height = self._row + self._down - 1
        self._width = max(self._width, self._column - 1)
        self._cells += 1
        if attributes.get(_OWN_TYPE) == "error":
            self._take_broken(first, None)
        elif attributes.get(_TYPE) == "percentage":
            self._percents += self._places(first)
        elif _TYPE not in attributes and _FORMULA in attributes:
            self._take_broken(first, attributes[_FORMULA])

    def _places(self, first: int) -> list[tuple[int, int]]:
        """Return row and column of the cells that the one which began at a column stands for."""
        down = min(self._down, _MOST_REPEATED)
        columns = range(first, min(self._column, first + _MOST_REPEATED))
        return [(row, column) for row in range(self._row, self._row + down) for column in columns]

    def _take_broken(self, first: int, formula: str | None) -> None:
        """Take a cell with an error, or a formula without a value, when its text is known.

        That is what stands in its own paragraphs: a comment on it has others, further inside.
        """
        parser, outer = self._parser, self._parser.StartElementHandler
        paragraphs: list[str] = []
        depth = 0

        def add(text: str) -> None:
            paragraphs[-1] += text

        def start(element: str, _: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth == 1 and element == _PARAGRAPH:
                paragraphs.append("")
                parser.CharacterDataHandler = add

        def end(_: str) -> None:
            nonlocal depth
            if not depth:
                parser.StartElementHandler, parser.EndElementHandler = outer, None
                self._add_broken(first, paragraphs, formula)
            elif depth == 1:
                parser.CharacterDataHandler = None
            depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end

    def _add_broken(self, first: int, paragraphs: list[str], formula: str | None) -> None:
        """Add an error by its text, or a formula that has none, not even an empty one."""
        if formula is None:
            text = "".join(paragraphs) or "#N/A"
        elif not paragraphs:
            text = NO_RESULT + formula.partition(":")[2]
        else:
            return
        self._hazards += [Hazard(*place, text) for place in self._places(first)]

    def told(self) -> OpenTable:
        look = Look(
            merges=tuple(self._merges),
            hidden_rows=tuple(self._hidden_rows),
            hidden_columns=tuple(self._hidden_columns),
            percents=tuple(self._percents),
        )
        return OpenTable(Extent(self._height, self._width, self._cells), self._hazards, look)

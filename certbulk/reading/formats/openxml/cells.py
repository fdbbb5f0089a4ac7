"""A sheet read with a real XML parser: every cell with its kind, in whatever spelling it is.

XML lets one thing be written in many ways, and the fast reader knows the usual one. What is found
here to be written otherwise is `unusual`, and is handed to that reader in the usual one.
"""

from __future__ import annotations

import math
import re
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from certbulk.core.addresses import number_of, rectangle
from certbulk.reading.formats.display_formats import Merge, Span
from certbulk.reading.formats.grid import NO_RESULT
from certbulk.reading.formats.openxml.book import NAMESPACES, is_true
from certbulk.reading.formats.openxml.cell import ELSEWHERE, ERRORS, Cell, Cells, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_cells"]

_CHUNK = 1 << 18  # bytes
_MOST_CELLS = 3_000_000  # some 1 GB of memory
_MOST_TEXT = 1 << 30  # characters that all cells show together
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,20})")
_TRUE, _FALSE = {"1", "true", "on"}, {"0", "false", "off"}

_NAMELESS = "#ERROR!"  # an error cell that does not name its error
_NEW = Cell(Kind.UNCLEAR, "", 0)  # none that was met so far
_ROW, _CELL, _VALUE, _FORMULA, _INLINE, _RUN, _TEXT, _PHONETIC, _MERGE, _COLUMN, _DATA = range(11)
_NAMES = {
    "row": _ROW,
    "c": _CELL,
    "v": _VALUE,
    "f": _FORMULA,
    "is": _INLINE,
    "r": _RUN,
    "t": _TEXT,
    "rPh": _PHONETIC,
    "mergeCell": _MERGE,
    "col": _COLUMN,
    "sheetData": _DATA,
}
_OF_SEVERAL = {"array", "dataTable"}  # kinds of formulas that may have the values of many cells
_WITH_TEXT = {_VALUE, _FORMULA, _TEXT}
_ELEMENTS = {f"{space} {name}": known for space in NAMESPACES for name, known in _NAMES.items()}


def read_cells(xml: IO[bytes], shared: Sequence[str], *, uncalculated: bool) -> Cells:
    """Read a sheet.

    Args:
        xml: Its XML.
        shared: The texts that the workbook's sheets share.
        uncalculated: Whether a result of 0 is that of a writer that did not calculate.

    Raises:
        ExpatError: It is not XML.
        ValueError: An address, a number or a text's number is wrong, the part has a document type,
            or there are more cells or texts than this way of reading has room for.
    """
    return _Pass(shared, uncalculated=uncalculated).through(xml)


class _Pass:
    """Where a pass through a sheet is, and what it has met so far."""

    def __init__(self, shared: Sequence[str], *, uncalculated: bool) -> None:
        self._shared = shared
        self._uncalculated = uncalculated
        self._cells: dict[tuple[int, int], Cell] = {}
        self._merges: list[Merge] = []
        self._hidden_rows: list[Span] = []
        self._hidden_columns: list[Span] = []
        self._has_data = self._unusual = False
        self._row = self._column = self._length = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartCdataSectionHandler = self._note
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._note_inside
        parser.XmlDeclHandler = self._declared
        self._pieces: list[str] = []
        parser.CharacterDataHandler = self._pieces.append
        self._inside = self._phonetic = self._in_cell = False
        self._foreign = 0  # elements around this one, in a cell, of which nothing is known
        self._has_others = False  # whether the cell has several values, or one outside it
        self._attributes: dict[str, str] = {}
        self._value: str | None = None
        self._formula: str | None = None
        self._several: str | None = None
        self._inline: str | None = None
        self._columns: dict[str, int] = {}
        self._arrays: list[tuple[str, str]] = []  # the cells of formulas of several, and these
        self._row_text = ""
        self._alike: dict[tuple[str | None, str | None, str | None], Cell | None] = {}

    def through(self, xml: IO[bytes]) -> Cells:
        first = True
        while chunk := xml.read(_CHUNK):
            if first:
                self._unusual = chunk.startswith((b"\xff\xfe", b"\xfe\xff"))
                first = False
            self._parser.Parse(chunk)
        self._parser.Parse(b"", True)  # noqa: FBT003 (that was all)
        self._fill_arrays()
        return Cells(
            self._cells,
            tuple(sorted(self._merges)),
            tuple(self._hidden_rows),
            tuple(sorted(self._hidden_columns)),
            self._has_data,
            self._unusual,
        )

    def _fill_arrays(self) -> None:
        """Take the cells of an array formula that have no value for formulas without a result."""
        last = max((row for row, _ in self._cells), default=0)
        for ref, formula in self._arrays:
            merge = Merge(*rectangle(ref))
            rows = range(merge.first_row, min(merge.last_row, last) + 1)
            columns = range(merge.first_column, min(merge.last_column, _LAST_COLUMN) + 1)
            if len(rows) * len(columns) + len(self._cells) > _MOST_CELLS:
                raise ValueError("its formulas have more cells than there is room for")
            cell = Cell(Kind.FORMULA, f"{NO_RESULT}={formula}", 0)
            for row in rows:
                for column in columns:
                    self._cells.setdefault((row, column), cell)

    def _refuse(self, *_: object) -> None:
        raise ValueError("a part of it has a document type, which no workbook has")

    def _note(self) -> None:
        self._unusual = True

    def _note_inside(self, *_: object) -> None:
        """Take note of what the fast reader ends a text at."""
        if self._inside:
            self._unusual = True

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.upper() not in {"UTF-8", "US-ASCII", "ASCII"}:
            self._unusual = True

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        known = _ELEMENTS.get(element)
        if known == _CELL:
            self._attributes = attributes
            self._value = self._formula = self._inline = None
            self._in_cell, self._has_others = True, False
        elif known == _VALUE:
            self._begin(self._value)
        elif known == _ROW:
            number = attributes.get("r")
            self._row = int(number) if number else self._row + 1
            self._row_text = number or ""
            self._column = 0
            if "hidden" in attributes and is_true(attributes["hidden"]):
                self._hidden_rows.append(Span(self._row, self._row))
        elif known is not None:
            self._start_other(known, attributes)
        else:
            self._foreign += self._in_cell
            self._unusual = self._unusual or element.endswith(" AlternateContent")

    def _begin(self, earlier: str | None) -> None:
        """Begin the value, the formula or a text of a cell.

        Args:
            earlier: What the cell has in its place already; None for nothing.
        """
        self._has_others = (
            self._has_others or self._inside or self._foreign > 0 or earlier is not None
        )
        self._inside = True
        self._pieces.clear()

    def _start_other(self, known: int, attributes: dict[str, str]) -> None:
        if known == _FORMULA:
            self._unusual = self._unusual or self._value is not None
            self._begin(self._formula)
            self._several = attributes.get("ref") if attributes.get("t") in _OF_SEVERAL else None
        elif known == _TEXT:
            if self._inline is not None and not self._phonetic:
                self._begin(None)
        elif known == _INLINE:
            self._has_others = self._has_others or self._foreign > 0 or self._inline is not None
            self._inline = self._inline or ""
        elif known == _PHONETIC:
            self._phonetic = True
        elif known == _MERGE:
            self._merges.append(Merge(*rectangle(attributes.get("ref", ""))))
        elif known == _DATA:
            self._has_data = True
        elif known == _COLUMN and is_true(attributes.get("hidden")):
            first = int(attributes.get("min", "1"))
            self._hidden_columns.append(Span(first, int(attributes.get("max", first))))

    def _end(self, element: str) -> None:
        known = _ELEMENTS.get(element)
        if known is None:
            self._foreign -= self._in_cell
        elif known == _CELL:
            self._finish()
            self._in_cell = False
        elif known == _PHONETIC:
            self._phonetic = False
        elif self._inside and known in _WITH_TEXT:
            self._inside = False
            text = "".join(self._pieces)
            if known == _VALUE:
                self._value = text
            elif known == _FORMULA:
                self._formula = text
                if self._several:
                    self._arrays.append((self._several, text))
            else:
                self._inline = (self._inline or "") + text

    def _finish(self) -> None:
        """Take in a cell that has ended."""
        spot = row, column = self._spot()
        self._column = column
        if self._has_others:
            cell: Cell | None = Cell(Kind.UNCLEAR, ELSEWHERE, 0)
        elif self._formula is None and self._inline is None:
            attributes = self._attributes
            alike = (attributes.get("t"), attributes.get("s"), self._value)
            cell = self._alike.get(alike, _NEW)
            if cell is _NEW:
                cell = self._alike[alike] = self._cell()
        else:
            cell = self._cell()
        if cell is None:
            return
        if not (0 < row <= _LAST_ROW and 0 < column <= _LAST_COLUMN):
            raise ValueError("a cell lies beyond XFD1048576, the last one")
        before = self._cells.setdefault(spot, cell)
        if before is not cell and before != cell:
            both = f"two cells of this address, {before.text} and {cell.text}"
            self._cells[spot] = Cell(Kind.UNCLEAR, both, 0)
        self._length += len(cell.text)
        if len(self._cells) > _MOST_CELLS or self._length > _MOST_TEXT:
            raise ValueError("its cells show more text than there is room for")

    def _spot(self) -> tuple[int, int]:
        address = self._attributes.get("r")
        if address is None:
            return self._row, self._column + 1
        letters = address.removesuffix(self._row_text)
        if letters in self._columns:  # as nearly every address is of its row
            return self._row, self._columns[letters]
        match = _ADDRESS.fullmatch(address.strip())
        if not match:
            raise ValueError(f"{address} is not the address of a cell")
        if match[2] == self._row_text:
            self._columns[match[1]] = number_of(match[1])
        return int(match[2]), number_of(match[1])

    def _cell(self) -> Cell | None:  # noqa: C901, PLR0911 (a case for each kind)
        """Return the cell that has ended; None for a blank one."""
        attributes, value = self._attributes, self._value
        kind = attributes.get("t", "n").strip()
        style = int(attributes.get("s") or 0)
        if kind == "inlineStr" or (self._inline is not None and value is None):
            if self._inline is None or value is not None:
                self._unusual = True
            text = self._inline if self._inline is not None else value
            return Cell(Kind.TEXT, text, style) if text else None
        bare = (value or "").strip()
        if kind == "e" and not bare and self._formula is None:
            return Cell(Kind.ERROR, _NAMELESS, style)
        if not bare and not (kind == "str" and value):
            if self._formula is None or (kind == "str" and value is not None):
                return None  # blank, or a formula whose result is the empty text: meant to be
            return Cell(Kind.FORMULA, f"{NO_RESULT}={self._formula}", style)
        if self._formula is not None and self._uncalculated and bare == "0" and kind != "b":
            return Cell(Kind.FORMULA, f"{NO_RESULT}={self._formula}", style)
        if kind == "n":
            return self._number(value or "", style)
        if kind == "s":
            return self._shared_text(bare, style)
        if kind == "b":
            return self._truth(value or "", style)
        self._unusual = self._unusual or kind not in {"str", "e"}
        if kind == "e":
            self._unusual = self._unusual or value not in ERRORS
            return Cell(Kind.ERROR, bare, style)
        if kind == "d":
            return Cell(Kind.DAY, bare, style)
        return Cell(Kind.TEXT if kind == "str" else Kind.UNCLEAR, value or "", style)

    def _number(self, value: str, style: int) -> Cell:
        bare = value.strip()
        try:
            number = math.nan if "_" in bare else float(bare)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            return Cell(Kind.UNCLEAR, value, style)
        self._unusual = self._unusual or bare != value
        return Cell(Kind.NUMBER, bare, style)

    def _shared_text(self, number: str, style: int) -> Cell | None:
        try:
            text = self._shared[int(number)]
        except (ValueError, IndexError):
            raise ValueError(f"text {number} is not among the texts that it shares") from None
        return Cell(Kind.TEXT, text, style) if text else None

    def _truth(self, value: str, style: int) -> Cell:
        word = value.strip().lower()
        self._unusual = self._unusual or value not in {"0", "1"}
        if word in _TRUE or word in _FALSE:
            return Cell(Kind.TRUTH, "true" if word in _TRUE else "false", style)
        return Cell(Kind.UNCLEAR, value, style)

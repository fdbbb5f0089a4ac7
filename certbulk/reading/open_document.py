"""What an .ods file's XML tells of a sheet beyond its texts: broken cells, and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from certbulk.reading.grid import NO_RESULT, Hazard
from certbulk.reading.look import Look, Merge, Span

if TYPE_CHECKING:
    from typing import IO

__all__ = ["open_document"]

_MOST_REPEATED = 10_000  # one cell of the file, said once for so many cells at most
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_HIDDEN = {"collapse", "filter"}


def open_document(xml: IO[bytes], sheet: str) -> tuple[list[Hazard], Look]:
    """Return the error cells and formulas without result of a sheet, and its look."""
    reading = _Reading()
    inside = False
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 (expat bounds it)
        if element.tag == _TABLE + "table":
            inside = event == "start" and element.get(_TABLE + "name") == sheet
        elif not inside or event == "start":
            continue
        elif element.tag in _CELLS:
            reading.cell(element)
        elif element.tag == _TABLE + "table-row":
            reading.end_of_row(element)
            element.clear()
        elif element.tag == _TABLE + "table-column":
            reading.next_column(element)
    return reading.hazards, Look(
        merges=tuple(reading.merges),
        hidden_rows=tuple(reading.hidden_rows),
        hidden_columns=tuple(reading.hidden_columns),
        percents=tuple(reading.percents),
    )


class _Reading:
    """Where a pass through the file is, and what it has met so far."""

    def __init__(self) -> None:
        self.hazards: list[Hazard] = []
        self.merges: list[Merge] = []
        self.hidden_rows: list[Span] = []
        self.hidden_columns: list[Span] = []
        self.percents: list[tuple[int, int]] = []
        self._row, self._column, self._table_column = 1, 1, 1
        self._broken: list[tuple[int, str]] = []  # of the row under way: column and text
        self._percent: list[int] = []  # of the row under way

    def cell(self, element: ET.Element) -> None:
        first = self._column
        across = int(element.get(_TABLE + "number-columns-repeated", "1"))
        columns = range(first, first + min(across, _MOST_REPEATED))
        self._column += across
        if text := _broken_text(element):
            self._broken += [(column, text) for column in columns]
        elif element.get(_OFFICE + "value-type") == "percentage":
            self._percent += columns
        right = first + int(element.get(_TABLE + "number-columns-spanned", "1")) - 1
        bottom = self._row + int(element.get(_TABLE + "number-rows-spanned", "1")) - 1
        if (right, bottom) != (first, self._row):
            self.merges.append(Merge(first, self._row, right, bottom))

    def end_of_row(self, element: ET.Element) -> None:
        down = int(element.get(_TABLE + "number-rows-repeated", "1"))
        rows = range(self._row, self._row + min(down, _MOST_REPEATED))
        if self._broken or self._percent:
            self.hazards += [Hazard(row, *cell) for row in rows for cell in self._broken]
            self.percents += [(row, column) for row in rows for column in self._percent]
        if element.get(_TABLE + "visibility") in _HIDDEN:
            self.hidden_rows.append(Span(self._row, self._row + down - 1))
        self._row, self._column = self._row + down, 1
        self._broken, self._percent = [], []

    def next_column(self, element: ET.Element) -> None:
        across = int(element.get(_TABLE + "number-columns-repeated", "1"))
        last = self._table_column + across - 1
        if element.get(_TABLE + "visibility") in _HIDDEN:
            self.hidden_columns.append(Span(self._table_column, last))
        self._table_column = last + 1


def _broken_text(element: ET.Element) -> str | None:
    """Return what stands for a cell with an error, or with a formula that has no result."""
    if element.get(_CALC + "value-type") == "error":
        return "".join(element.itertext()) or "#N/A"
    formula = element.get(_TABLE + "formula")
    if formula and element.get(_OFFICE + "value-type") is None and not len(element):
        return NO_RESULT + formula.partition(":")[2]
    return None

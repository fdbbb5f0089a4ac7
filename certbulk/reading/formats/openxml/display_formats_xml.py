"""How a sheet shows its cells, in an .xlsx or .xlsm file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from certbulk.core.addresses import number_of, rectangle
from certbulk.reading.formats.display_formats import DisplayFormats, Merge, Span
from certbulk.reading.formats.parts import targets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.openxml.marks import Marks

__all__ = ["XmlDisplayFormats", "totals_of_tables"]


_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\shidden=[\"'](?:1|true)[\"'][^>]*>")
_NUMBER = re.compile(rb"\sr=[\"'](\d+)[\"']")
_CELL = re.compile(rb"<c\b[^>]*?\sr=[\"']([A-Z]{1,3})(\d+)")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*\shidden=[\"'](?:1|true)[\"'][^>]*>")
_BOUND = re.compile(rb"\s(min|max)=[\"'](\d+)[\"']")


class XmlDisplayFormats:
    """The display formats of a sheet, collected from pieces of its XML that end with a tag."""

    def __init__(self, archive: Archive, path: str, percents: Collection[int]) -> None:
        self._archive = archive
        self._path = path
        self._styles = np.array(sorted(percents), np.int64)
        self._merges: set[bytes] = set()
        self._rows: set[int] = set()
        self._columns: set[bytes] = set()
        self._percents: set[tuple[bytes, bytes]] = set()

    def add(self, piece: bytes, marks: Marks) -> None:
        """Add one piece, whose elements have no prefix."""
        if (marks.first == ord("m")).any():
            self._merges.update(_MERGE.findall(piece))
        if marks.has_attribute("en"):
            for tag in _HIDDEN_ROW.findall(piece):
                number = _NUMBER.search(tag)
                self._rows.add(int(number[1]) if number else 0)
            self._columns.update(_COLUMN.findall(piece))
        if self._styles.size:
            self._percents.update(self._in_percent(piece, marks))

    def _in_percent(self, piece: bytes, marks: Marks) -> Iterator[tuple[bytes, bytes]]:
        """Yield the column and row of each cell that shows a percentage."""
        styles = marks.attributes("s")
        styles = styles[np.isin(marks.numbers(styles), self._styles)]
        for begin in marks.tags[marks.next_tags(styles) - 1].tolist():
            cell = _CELL.match(piece, begin)
            if cell:
                yield cell[1], cell[2]

    def complete(self) -> DisplayFormats:
        """Return the display formats, after all pieces have been added."""
        if 0 in self._rows:  # hidden rows without a number
            self._rows = self._counted()
        percents = ((int(row), number_of(letters.decode())) for letters, row in self._percents)
        return DisplayFormats(
            merges=tuple(sorted(Merge(*rectangle(ref.decode())) for ref in self._merges)),
            hidden_rows=tuple(Span(row, row) for row in sorted(self._rows)),
            hidden_columns=tuple(sorted(map(_span, self._columns))),
            totals=tuple(totals_of_tables(self._archive, self._path)),
            percents=tuple(sorted(percents)),
        )

    def _counted(self) -> set[int]:
        """Return the hidden rows of a sheet whose rows have no numbers."""
        row, hidden = 0, set()
        for tag in _ROW.findall(self._archive.read(self._path)):
            number = _NUMBER.search(tag)
            row = int(number[1]) if number else row + 1
            if _HIDDEN_ROW.match(tag):
                hidden.add(row)
        return hidden


def _span(tag: bytes) -> Span:
    """Return the columns that a `<col>` tag is about."""
    bounds = {name: int(number) for name, number in _BOUND.findall(tag)}
    first = bounds.get(b"min", 1)
    return Span(first, bounds.get(b"max", first))


def totals_of_tables(archive: Archive, path: str) -> Iterator[int]:
    """Yield the total rows of the tables on a sheet."""
    for table in targets(archive, path, "/table"):
        root = ET.fromstring(archive.read(table.path))  # noqa: S314 (expat bounds entities)
        last = rectangle(root.get("ref", "A1"))[3]
        count = int(root.get("totalsRowCount", "0"))
        yield from range(int(last or 0) - count + 1, int(last or 0) + 1)

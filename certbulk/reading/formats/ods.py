"""Read an .ods file: a single pass over all sheets, compared with the fast reader."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from certbulk.errors import ReadError
from certbulk.reading.formats.fast_reader import FastReader
from certbulk.reading.formats.ods_xml import open_tables
from certbulk.reading.formats.openxml.book import Book, SheetEntry
from certbulk.reading.formats.openxml.cell import Cells
from certbulk.reading.formats.openxml.skeleton import name_in_skeleton, sheet_alone
from certbulk.reading.formats.openxml.styles import Styles
from certbulk.reading.formats.parts import CONTRADICTIONS
from certbulk.reading.formats.size_limits import check_extent
from certbulk.reading.formats.unreadable import unreadable
from certbulk.reading.formats.witness import agreed_grid

if TYPE_CHECKING:
    from certbulk.progress import Tell
    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.fast_reader import FastSheet
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.formats.ods_xml import OpenTable

__all__ = ["CONTENT", "DocumentWorkbook"]

CONTENT = "content.xml"
_LOOK = "looking through it"
_LOOKED_THROUGH = 0.15  # of the time that reading takes


class DocumentWorkbook:
    """An open document.

    Raises:
        ReadError: The file is damaged, or its cells are too far apart.
    """

    def __init__(self, data: bytes, archive: Archive, source: str, tell: Tell) -> None:
        self._data = data
        self._source = source
        try:
            with archive.opened(CONTENT) as xml:
                self._tables = open_tables(xml, partial(tell, _LOOK, 0.0))
        except CONTRADICTIONS as error:
            raise unreadable(data, source, error) from None
        for name, table in self._tables.items():
            check_extent(table.extent, name, source)

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in the document's order."""
        return list(self._tables)

    def grid(self, name: str, tell: Tell) -> Grid:
        """Return the sheet called `name`, and report progress to `tell`.

        Raises:
            ReadError: Neither reader can read it.
        """
        table = self._tables[name]
        fast = self._fast_sheet(name, table, partial(tell, "reading its cells", _LOOKED_THROUGH))
        display = replace(table.display, hidden=not fast.visible)
        return agreed_grid(name, display, fast, table.cells)

    def _fast_sheet(self, name: str, table: OpenTable, meanwhile: partial[None]) -> FastSheet:
        """Return a sheet from the fast reader, converted to .xlsx if it refuses the file."""
        try:
            return self._reader.read(name, meanwhile)
        except ReadError:
            cells = Cells(table.cells, (), (), (), has_data=True, unusual=True)
            book = Book("", (SheetEntry(name, "", hidden=False),), False, False, None, None)  # noqa: FBT003 (an .ods file has none of these)
            alone = sheet_alone(cells, book, Styles((0,)))
            return FastReader(alone, self._source, self._data).read(name_in_skeleton(0), meanwhile)

    @cached_property
    def _reader(self) -> FastReader:
        return FastReader(self._data, self._source)

"""An .xlsx or .xlsm file: each sheet by two readers, as far as it is not too large for that."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from certbulk.errors import ReadError
from certbulk.reading.formats.fast_reader import FastReader, FastSheet
from certbulk.reading.formats.grid import Grid
from certbulk.reading.formats.openxml.book import open_book
from certbulk.reading.formats.openxml.cells import read_cells
from certbulk.reading.formats.openxml.display_formats_xml import totals_of_tables
from certbulk.reading.formats.openxml.scan import length_shown, scan_sheet
from certbulk.reading.formats.openxml.shared import SharedTexts, read_shared
from certbulk.reading.formats.openxml.skeleton import name_in_skeleton, sheet_alone, skeleton
from certbulk.reading.formats.openxml.styles import Styles, read_styles
from certbulk.reading.formats.parts import CONTRADICTIONS, damaged
from certbulk.reading.formats.size_limits import check_extent, extent_of, has_room
from certbulk.reading.formats.witness import agreed_grid

if TYPE_CHECKING:
    from certbulk.progress import Tell
    from certbulk.reading.formats.archive import Archive
    from certbulk.reading.formats.openxml.book import SheetEntry
    from certbulk.reading.formats.openxml.cell import Cells

__all__ = ["OpenXmlWorkbook"]

_LOOK = "looking through it"
_LOOKED_THROUGH = 0.15  # of the time that reading takes
_MOST_STYLES = 64 << 20  # bytes
_CHUNK = 1 << 18  # bytes
# What two readers read: up to some 20,000 rows of this table. The time of the careful one grows
# with the cells, so that columns of notes beside the table would make it wait for nothing.
_SMALL = 20 << 20  # bytes of a sheet's XML
_FEW = 400_000  # cells
_AROUND_TEXTS = (b"extLst", b"AlternateContent")  # which may have texts of their own
_MOST_SHARED = 4 << 30  # characters that the cells of a sheet show together


class OpenXmlWorkbook:
    """An open workbook.

    Raises:
        ReadError: It contradicts itself.
    """

    def __init__(self, data: bytes, archive: Archive, part: str, source: str) -> None:
        self._data = data
        self._archive = archive
        self._source = source
        try:
            self._book = open_book(archive, part)
            styles = self._book.styles
            self._styles = read_styles(archive.read(styles, _MOST_STYLES)) if styles else Styles()
        except CONTRADICTIONS as error:
            raise damaged(source, error) from None

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets of cells, in the workbook's order."""
        return [sheet.name for sheet in self._book.sheets]

    def grid(self, name: str, tell: Tell) -> Grid:
        """Return the sheet called `name`, and tell how far that is.

        Raises:
            ReadError: It contradicts itself, or its cells lie too far apart.
        """
        tell(_LOOK, 0.0)
        position = self.sheets.index(name)
        entry = self._book.sheets[position]
        parsing = partial(tell, "reading its cells", _LOOKED_THROUGH)
        try:
            if not self._is_small(entry.path):
                grid = self._large(entry, name_in_skeleton(position), parsing)
                if grid is not None:
                    return grid
            cells = self._cells(entry)
        except CONTRADICTIONS as error:
            if isinstance(error, ReadError):
                raise
            raise damaged(self._source, error) from None
        if not cells.has_data:  # the reader sees a blank sheet
            said = f"sheet {name} has no cells, not even blank ones"
            raise damaged(self._source, said)
        check_extent(cells.extent, name, self._source)
        fast = self._fast_sheet(position, cells, parsing)
        totals = totals_of_tables(self._archive, entry.path)
        display = cells.display(self._styles.percents, totals, hidden=entry.hidden)
        dates, since_1904 = self._styles.dates, self._book.since_1904
        return agreed_grid(name, display, fast, cells.cells, dates, since_1904=since_1904)

    def _is_small(self, path: str) -> bool:
        """Return whether a sheet has few enough cells for two readers, blank ones included."""
        if self._archive.size(path) > _SMALL:
            return False
        with self._archive.opened(path) as xml:
            chunks = iter(partial(xml.read, _CHUNK), b"")
            return sum(chunk.count(b"<c ") + chunk.count(b":c ") for chunk in chunks) <= _FEW

    def _cells(self, entry: SheetEntry) -> Cells:
        with self._archive.opened(entry.path) as xml:
            return read_cells(xml, self._shared.texts, uncalculated=self._book.uncalculated)

    def _fast_sheet(self, position: int, cells: Cells, meanwhile: partial[None]) -> FastSheet:
        """Return a sheet as the fast reader has it, in its own spelling where it knows that."""
        path = self._book.sheets[position].path
        again = any(sheet.path == path for sheet in self._book.sheets[:position])
        if not (cells.unusual or self._shared.unusual or again):
            try:
                return self._reader.read(name_in_skeleton(position), meanwhile)
            except ReadError:
                pass  # it does not know this spelling either
        alone = sheet_alone(cells, self._book, self._styles)
        return FastReader(alone, self._source, self._data).read(name_in_skeleton(0), meanwhile)

    @cached_property
    def _shared(self) -> SharedTexts:
        if self._book.shared is None:
            return SharedTexts()
        with self._archive.opened(self._book.shared) as xml:
            return read_shared(xml)

    @cached_property
    def _reader(self) -> FastReader:
        bare = skeleton(self._data, self._archive, self._book, self._styles)
        return FastReader(bare, self._source, self._data)

    def _large(self, entry: SheetEntry, name: str, meanwhile: partial[None]) -> Grid | None:
        """Return a sheet with many rows by the fast reader; None if it needs a careful one."""
        path = entry.path
        scan = scan_sheet(
            self._archive, path, self._styles.percents, uncalculated=self._book.uncalculated
        )
        if scan is None or not self._has_usual_texts(path, scan.shared):
            return None
        if scan.far and not has_room(extent_of(self._archive, path)):
            return None  # some of those cells may be blank, which a careful reader knows
        fast = self._reader.read(name, meanwhile)
        columns = self._reader.marked(name, fast)
        grid = Grid(
            entry.name, fast.numbers, tuple(columns), replace(scan.display, hidden=entry.hidden)
        )
        return grid.with_percents_shown().with_error_cells([*scan.formulas, *fast.error_cells])

    def _has_usual_texts(self, path: str, cells: int) -> bool:
        """Return whether the fast reader knows the shared texts; check that it has room for them.

        It keeps a text of its own for every cell, so that one long text may become thousands.
        """
        if self._book.shared is None:
            return True
        part = self._archive.read(self._book.shared)
        if b"<!" in part or part.startswith((b"\xff", b"\xfe")):  # as it knows no text to be
            return False
        if any(sign in part for sign in _AROUND_TEXTS):
            return False
        lengths = np.array([len(item) for item in part.split(b"</si>")], dtype=np.int64)
        del part
        if int(lengths.max()) * cells > _MOST_SHARED:
            shown = length_shown(self._archive, path, lengths)
            if shown > _MOST_SHARED:
                raise ValueError(f"its cells show {shown >> 20} MB of text")
        return True

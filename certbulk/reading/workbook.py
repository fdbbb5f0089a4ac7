"""Workbooks of every format as grids of text. The first bytes decide the format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from certbulk.core.file_formats import HELPERS
from certbulk.core.references.directory import NO_NAMES
from certbulk.errors import ReadError
from certbulk.progress import silent, stage_bar
from certbulk.reading.formats.archive import Archive
from certbulk.reading.formats.ods import CONTENT, DocumentWorkbook
from certbulk.reading.formats.openxml.workbook import OpenXmlWorkbook
from certbulk.reading.formats.parts import CONTRADICTIONS, book_part
from certbulk.reading.formats.size_limits import check_size
from certbulk.reading.formats.unreadable import unreadable
from certbulk.reading.formats.xls import OldWorkbook, is_old
from certbulk.reading.formats.xlsb import BinaryWorkbook
from certbulk.reading.listings import is_listing, lists_in, may_list
from certbulk.reading.shape.choose_sheet import choose
from certbulk.reading.shape.source_findings import hidden_sheet, other_sheets

if TYPE_CHECKING:
    from certbulk.progress import Tell
    from certbulk.reading.formats.grid import FileToRead, Found, Grid

__all__ = ["Workbook", "read_workbook"]

_LARGE = 32 << 20  # bytes unpacked, about 70,000 rows, from which a progress bar is useful
_MOST_CELLS = 120_000_000  # including blank ones: several of the largest sheets


class _Format(Protocol):
    """An open workbook of one format."""

    @property
    def sheets(self) -> list[str]: ...

    def grid(self, name: str, tell: Tell) -> Grid: ...


class Workbook:
    """An open workbook: the names of its sheets, and each sheet as a grid.

    Raises:
        ReadError: The bytes are not a workbook that can be read.
    """

    def __init__(self, data: bytes, source: str, tell: Tell = silent) -> None:
        self._source = source
        self._book = _opened(data, source, tell)
        self._cells = 0

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in the workbook's order."""
        return self._book.sheets

    def grid(self, name: str, tell: Tell = silent) -> Grid:
        """Return the sheet called `name`, and report progress to `tell`.

        Raises:
            ReadError: The sheet cannot be read, or the sheets that were read have too many cells.
        """
        grid = self._book.grid(name, tell)
        self._cells += grid.height * len(grid.columns)
        if self._cells > _MOST_CELLS:
            raise ReadError(
                f"The sheets of {self._source} have more than {_MOST_CELLS:,} cells in total. "
                "Keep the sheet of certificate types in a workbook of its own.",
                code="too_large",
            )
        return grid


def _opened(data: bytes, source: str, tell: Tell) -> _Format:
    if is_old(data):
        return OldWorkbook(data, source)
    check_size(data, source)
    try:
        archive = Archive(data)
        part = book_part(archive)
    except CONTRADICTIONS as error:
        raise unreadable(data, source, error) from None
    if part.endswith(".bin"):
        return BinaryWorkbook(data, archive, part, source)
    if part.endswith(".xml"):
        return OpenXmlWorkbook(data, archive, part, source)
    if CONTENT in archive:
        return DocumentWorkbook(data, archive, source, tell)
    raise unreadable(data, source, ValueError("it has no list of sheets"))


def read_workbook(file: FileToRead) -> Found:
    """Return a sheet of a workbook as a grid: the requested one, or the one that matches best.

    Raises:
        ReadError: The workbook cannot be read, has no such sheet, or several match equally well.
    """
    source = file.path.name
    large = check_size(file.data, source) >= _LARGE
    with stage_bar(f"Reading {source}", shown=file.progress and large) as tell:
        book = Workbook(file.data, source, tell)
        sheet = _requested(file.sheet, book.sheets, source)
        grid, said, names = _chosen(book, file, sheet, tell)
    return grid, [*([hidden_sheet(grid)] if grid.display.hidden else []), *said], names


def _requested(sheet: str | int | None, sheets: list[str], source: str) -> str | None:
    """Return the name of the requested sheet, which may be given by its number from 0.

    Raises:
        ReadError: There is no such sheet.
    """
    if isinstance(sheet, int) and 0 <= sheet < len(sheets):
        return sheets[sheet]
    if sheet is None or sheet in sheets:
        return sheet if isinstance(sheet, str) else None
    which = f"number {sheet}" if isinstance(sheet, int) else f"called {sheet}"
    counted_from = " They are counted from 0." if isinstance(sheet, int) else ""
    raise ReadError(
        f"{source} has no sheet {which}. It has: {', '.join(sheets)}.{counted_from}",
        code="no_sheet",
    )


def _chosen(book: Workbook, file: FileToRead, sheet: str | None, tell: Tell) -> Found:
    vocabulary = file.vocabulary
    if len(book.sheets) == 1:
        return book.grid(book.sheets[0], tell), [], NO_NAMES
    possible = [book.grid(name) for name in book.sheets if may_list(name, vocabulary)]
    lists = [grid for grid in possible if is_listing(grid, vocabulary)]
    names, said = lists_in((grid for grid in lists if grid.name != sheet), vocabulary)
    if sheet is not None:
        return book.grid(sheet, tell), said, names
    beside = {*HELPERS, *(grid.name for grid in lists)}
    rows = [name for name in book.sheets if name not in beside] or book.sheets
    grids = [book.grid(name, tell) for name in rows]
    chosen = choose(grids, file.path.name, vocabulary, headed=not file.pasted)
    return chosen.grid, [*other_sheets(chosen), *said], names

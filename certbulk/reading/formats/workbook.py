"""Workbooks of every format as grids of text; what a file is, its first bytes say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from certbulk.errors import ReadError
from certbulk.progress import silent
from certbulk.reading.formats.archive import Archive
from certbulk.reading.formats.ods import CONTENT, DocumentWorkbook
from certbulk.reading.formats.openxml.workbook import OpenXmlWorkbook
from certbulk.reading.formats.parts import CONTRADICTIONS, book_part
from certbulk.reading.formats.size_limits import check_size
from certbulk.reading.formats.unreadable import why_unreadable
from certbulk.reading.formats.xls import OldWorkbook, is_old
from certbulk.reading.formats.xlsb import BinaryWorkbook

if TYPE_CHECKING:
    from certbulk.progress import Tell
    from certbulk.reading.formats.grid import Grid

__all__ = ["Workbook"]

_MOST_CELLS = 120_000_000  # blank ones included: of several sheets of the largest kind


class _Format(Protocol):
    """An open workbook of one format."""

    @property
    def sheets(self) -> list[str]: ...

    def grid(self, name: str, tell: Tell) -> Grid: ...


class Workbook:
    """An open workbook: its sheets' names, and each as a grid.

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
        """Return the sheet called `name`, and tell how far that is.

        Raises:
            ReadError: The sheet cannot be read, or there are more cells in the sheets that were
                read than any workbook has room for.
        """
        grid = self._book.grid(name, tell)
        self._cells += grid.height * len(grid.columns)
        if self._cells > _MOST_CELLS:
            raise ReadError(
                f"The sheets of {self._source} have more than {_MOST_CELLS:,} cells together. "
                "Keep the sheet of certificate types in a workbook of its own."
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
        raise ReadError(why_unreadable(data, source, error)) from None
    if part.endswith(".bin"):
        return BinaryWorkbook(data, archive, part, source)
    if part.endswith(".xml"):
        return OpenXmlWorkbook(data, archive, part, source)
    if CONTENT in archive:
        return DocumentWorkbook(data, archive, source, tell)
    raise ReadError(why_unreadable(data, source, ValueError("it has no list of sheets")))

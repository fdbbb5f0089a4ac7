"""A sheet as a new workbook, every cell at its original address."""

from __future__ import annotations

from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from certbulk.workbook.writing.cells import header_cell, table_cell
from certbulk.workbook.writing.printing import print_legibly
from certbulk.workbook.writing.saving import save_book
from certbulk.workbook.writing.tables import freeze_below, put_above

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LAST_COLUMN", "LAST_ROW", "sheet_as_workbook"]

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
_NARROWEST, _WIDEST = 12, 40


def sheet_as_workbook(
    name: str,
    header_row: int,
    headers: Mapping[int, str],
    rows: Iterable[tuple[int, list[Any]]],
    above: Mapping[int, Mapping[int, Any]] = MappingProxyType({}),
) -> bytes:
    """Return a workbook with one sheet.

    Args:
        name: The sheet's name.
        header_row: The number of the header's row, from 1; 0 without a header: `headers` then
            only set the widths of the columns.
        headers: The headers by the number of their column, from 1.
        rows: The rows below, each with its number, ascending, and its cells from column 1 on.
        above: The cells above the header, by the numbers of their row and column, from 1.
    """
    book = Workbook(write_only=True)
    page: Any = book.create_sheet(name)
    widths = [float(_NARROWEST)] * max(headers, default=0)
    for number, header in headers.items():
        widths[number - 1] = min(max(len(header) + 4, _NARROWEST), _WIDEST)
        page.column_dimensions[get_column_letter(number)].width = widths[number - 1]
    print_legibly(page, widths, LAST_ROW, header_row=max(header_row, 1))
    if header_row:
        freeze_below(page, header_row)
        put_above(page, header_row, above)
        _put_headers(page, headers)
    written = header_row
    for number, cells in rows:
        for _ in range(number - written - 1):
            page.append([])
        page.append([table_cell(page, value) for value in cells])
        written = number
    out = BytesIO()
    save_book(book, out)
    return out.getvalue()


def _put_headers(page: Any, headers: Mapping[int, str]) -> None:
    last = max(headers, default=0)
    page.append(
        [
            header_cell(page, headers[number]) if headers.get(number) else None
            for number in range(1, last + 1)
        ]
    )

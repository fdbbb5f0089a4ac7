"""Plain tables as sheets of a workbook: frozen header, filter, colours by a column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from certbulk.workbook.files import check_target, write_whole
from certbulk.workbook.writing.cells import LINE, header_cell, lines_of, table_cell
from certbulk.workbook.writing.printing import print_legibly
from certbulk.workbook.writing.saving import save_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "COLOURS",
    "TableSheet",
    "book_of",
    "freeze_below",
    "put_above",
    "write_workbook",
]

COLOURS = {
    "created": "D9F2D9",
    "create": "D9F2D9",
    "updated": "DCE9F9",
    "update": "DCE9F9",
    "unchanged": "F2F2F2",
    "skipped": "F2F2F2",
    "skip": "F2F2F2",
    "not_sent": "F2F2F2",
    "invalid": "FFE2CC",
    "blocked": "FFF2CC",
    "failed": "F8D0D0",
    "error": "F8D0D0",
    "unknown": "E8D5F5",
    "warning": "FFF2CC",
}
"""Fills by status, action or severity, which are always also written as words."""

_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_MOST_WRAPPED = 1500  # characters: more would make a row higher than a screen
_NARROWEST, _WIDEST, _ROWS_MEASURED = 8, 60, 200
_WIDEST_FROZEN, _MOST_FROZEN_WIDTH, _WIDEST_SEEN = 40, 80, 100  # a screen has about 180 characters
_ROOM = 200  # rows below the last one that have drop-downs too
_MOST_FROZEN = 10  # rows: more would leave no room to scroll


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet.

    Attributes:
        name: Its name.
        headers: The headers.
        rows: The rows below.
        colour_by: The index of the column whose words colour the rows.
        frozen: The number of columns at the left that stay visible, if there is room for others.
        opens_at: The index of the column to scroll to, if the columns before it are too wide to be
            visible with it.
        header_row: The number of the header's row, from 1.
        above: The cells above the header, by the numbers of their row and column, from 1.
        drop_downs: The formula of the list of each column that has a drop-down, by its index: a
            range, or words in quotation marks. It refuses nothing.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    colour_by: int | None = None
    frozen: int = 0
    opens_at: int = 0
    header_row: int = 1
    above: Mapping[int, Mapping[int, Any]] = field(default_factory=dict)
    drop_downs: Mapping[int, str] = field(default_factory=dict)


def write_workbook(
    path: str | Path, sheets: Sequence[TableSheet], *, overwrite: bool = False
) -> Path:
    """Write sheets as a workbook and return its path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    check_target(path, overwrite=overwrite)
    book = book_of(sheets)
    return write_whole(path, lambda temporary: save_book(book, temporary), overwrite=overwrite)


def book_of(sheets: Sequence[TableSheet]) -> Workbook:
    """Return a write-only workbook with these sheets, to be saved once."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _add(book, sheet)
    return book


def _add(book: Workbook, sheet: TableSheet) -> None:
    """Write a sheet: its widths, what is above its header, the header and its rows."""
    page: Any = book.create_sheet(sheet.name)  # the stubs know little of write-only sheets
    widths, first = _widths(sheet), sheet.header_row + 1
    frozen = sheet.frozen if sum(widths[: sheet.frozen]) <= _MOST_FROZEN_WIDTH else 0
    for index, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    rows = len(sheet.rows) + sheet.header_row
    print_legibly(
        page,
        widths,
        rows,
        header_row=sheet.header_row,
        frozen=sheet.frozen,
        important=(sheet.opens_at, 0),
    )
    top = freeze_below(page, sheet.header_row, frozen)
    if frozen and sum(widths[: sheet.opens_at]) > _WIDEST_SEEN:
        page.sheet_view.pane.topLeftCell = f"{get_column_letter(sheet.opens_at + 1)}{top}"
    last = f"{get_column_letter(max(1, len(sheet.headers)))}{rows}"
    page.auto_filter.ref = f"A{sheet.header_row}:{last}"
    if sheet.colour_by is not None and sheet.rows:
        letter = get_column_letter(sheet.colour_by + 1)
        words = {str(row[sheet.colour_by]) for row in sheet.rows}
        for word in sorted(words & COLOURS.keys()):
            fill = PatternFill("solid", bgColor=COLOURS[word])
            rule = FormulaRule(  # type: ignore[no-untyped-call]
                formula=[f'${letter}{first}="{word}"'], fill=fill
            )
            page.conditional_formatting.add(f"A{first}:{last}", rule)
    for index, formula in sheet.drop_downs.items():
        letter = get_column_letter(index + 1)
        listed = DataValidation(type="list", formula1=formula, allow_blank=True)
        listed.add(f"{letter}{first}:{letter}{rows + _ROOM}")
        page.data_validations.append(listed)
    put_above(page, sheet.header_row, sheet.above)
    page.append([header_cell(page, header) for header in sheet.headers])
    for number, row in enumerate(sheet.rows, start=first):
        page.append(_row(page, number, row, widths, sheet.opens_at))


def _row(
    page: Any, number: int, row: Sequence[Any], widths: Sequence[float], first: int
) -> list[Any]:
    """Return what to append as a row; texts wider than their column wrap from column `first` on.

    The columns before it are somebody else's.
    """
    wide = {
        index
        for index in range(first, len(row))
        if isinstance(row[index], str) and widths[index] < len(row[index]) <= _MOST_WRAPPED
    }
    if not wide:
        return [table_cell(page, value) for value in row]
    page.row_dimensions[number].height = LINE * max(lines_of(row[n], widths[n]) for n in wide)
    return [_at_the_top(page, value, wrap=index in wide) for index, value in enumerate(row)]


def _at_the_top(page: Any, value: Any, *, wrap: bool) -> Any:
    cell = table_cell(page, value)
    if cell is None:
        return None
    if not isinstance(cell, Cell):
        cell = WriteOnlyCell(page, cell)
    cell.alignment = _WRAPPED if wrap else _TOP
    return cell


def freeze_below(page: Any, header_row: int, frozen: int = 0) -> int:
    """Freeze the header and the first `frozen` columns; return the first row that scrolls.

    If the header is far down, its rows scroll, because they would fill the screen.
    """
    top = header_row + 1 if header_row <= _MOST_FROZEN else 1
    page.freeze_panes = f"{get_column_letter(frozen + 1)}{top}"
    return top


def put_above(page: Any, header_row: int, above: Mapping[int, Mapping[int, Any]]) -> None:
    """Append the rows above the header; `above` as in `TableSheet`."""
    for row in range(1, header_row):
        cells = above.get(row, {})
        page.append(
            [table_cell(page, cells.get(number)) for number in range(1, max(cells, default=0) + 1)]
        )


def _widths(sheet: TableSheet) -> list[float]:
    """Return a width for each column, enough for most of its cells."""
    widths = [len(header) + 4 for header in sheet.headers]
    for row in sheet.rows[:_ROWS_MEASURED]:
        for index, value in enumerate(row):
            longest = max(map(len, str(value if value is not None else "").split("\n")), default=0)
            widths[index] = max(widths[index], longest + 2)
    return [
        float(min(max(width, _NARROWEST), _WIDEST if index >= sheet.frozen else _WIDEST_FROZEN))
        for index, width in enumerate(widths)
    ]

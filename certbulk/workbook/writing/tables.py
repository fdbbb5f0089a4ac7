"""Plain tables as sheets of a workbook: header frozen, filterable, coloured by a column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from certbulk.errors import OutputError
from certbulk.workbook.files import check_writable, write_whole
from certbulk.workbook.writing.printing import print_legibly
from certbulk.workbook.writing.saving import save_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "COLOURS",
    "DATE",
    "DATE_AND_TIME",
    "LINE",
    "LONGEST_TEXT",
    "TableSheet",
    "fits",
    "freeze_below",
    "header_cell",
    "lines_of",
    "put_above",
    "put_text",
    "table_cell",
    "visible",
    "writable",
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
"""Fill by status, action or severity; every one of them is also written out as a word."""

DATE, DATE_AND_TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
"""The formats of dates: the same in every language of a spreadsheet program, and sorted alike."""

_HEADER_FONT = Font(name="Calibri", sz=11, bold=True, color="FFFFFF")
LINE = 15
"""The height of a line, in points."""
_OF_WIDTH = 1.05  # of a column's width in characters is filled where words are wrapped
_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_MOST_WRAPPED = 1500  # characters: more would make a row higher than a screen
_ERROR_FONT = Font(name="Calibri", sz=11, color="9C0006")
_HEADER_FILL = PatternFill("solid", fgColor="44546A")
_NARROWEST, _WIDEST, _ROWS_MEASURED = 8, 60, 200
_WIDEST_OF_KEPT, _WIDEST_KEPT, _WIDEST_SEEN = 40, 80, 100  # a screen has about 180 characters
_NOT_WRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")  # how workbooks write characters by number
_TEXT_ONLY = tuple("=+-@")
LONGEST_TEXT = 32_767
"""Characters that a cell holds, counted as programs do: those beyond the BMP are two."""
_TOO_LONG = (
    "The text that belongs here has {:,} characters, and a cell holds {:,}. It was left out, "
    "so that nobody takes a part of it for the whole."
)
_SHORT = 1000  # characters: surely not too long, also with escapes
_MOST_FROZEN = 10  # rows: more would leave no room to scroll in


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet.

    Attributes:
        name: Its name.
        headers: The headers.
        rows: The rows below.
        colour_by: The place of the column for colours.
        kept: So many columns at the left stay in sight, if that leaves room for others.
        opens_at: The place of the column beside them when the sheet is opened, where the columns
            up to there are too wide to be seen with it.
        header_row: The number of the row for the headers, from 1.
        above: The cells above the headers, by the number of their row and of their column.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    colour_by: int | None = None
    kept: int = 0
    opens_at: int = 0
    header_row: int = 1
    above: Mapping[int, Mapping[int, Any]] = field(default_factory=dict)


def write_workbook(
    path: str | Path, sheets: Sequence[TableSheet], *, overwrite: bool = False
) -> Path:
    """Write sheets as a workbook and return its path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise OutputError(f"{path} must end in .xlsx.")
    check_writable(Path(path), overwrite=overwrite)
    book = Workbook(write_only=True)
    for sheet in sheets:
        _add(book, sheet)
    return write_whole(path, lambda temporary: save_book(book, temporary), overwrite=overwrite)


def _add(book: Workbook, sheet: TableSheet) -> None:
    page: Any = book.create_sheet(sheet.name)  # what the stubs know of write-only sheets is little
    widths, first = _widths(sheet), sheet.header_row + 1
    kept = sheet.kept if sum(widths[: sheet.kept]) <= _WIDEST_KEPT else 0
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    rows = len(sheet.rows) + sheet.header_row
    print_legibly(
        page,
        widths,
        rows,
        header_row=sheet.header_row,
        kept=sheet.kept,
        matter=(sheet.opens_at, 0),
    )
    top = freeze_below(page, sheet.header_row, kept)
    if kept and sum(widths[: sheet.opens_at]) > _WIDEST_SEEN:
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
    put_above(page, sheet.header_row, sheet.above)
    page.append([header_cell(page, header) for header in sheet.headers])
    for number, row in enumerate(sheet.rows, start=first):
        page.append(_row(page, number, row, widths, sheet.opens_at))


def _row(
    page: Any, number: int, row: Sequence[Any], widths: Sequence[float], first: int
) -> list[Any]:
    """Return what to append as a row; texts that are wider than their column take several lines.

    That goes for the columns from `first` on: further left is what somebody else has written.
    """
    wide = {
        place
        for place in range(first, len(row))
        if isinstance(row[place], str) and widths[place] < len(row[place]) <= _MOST_WRAPPED
    }
    if not wide:
        return [table_cell(page, value) for value in row]
    page.row_dimensions[number].height = LINE * max(lines_of(row[n], widths[n]) for n in wide)
    return [_at_the_top(page, value, wrap=place in wide) for place, value in enumerate(row)]


def _at_the_top(page: Any, value: Any, *, wrap: bool) -> Any:
    cell = table_cell(page, value)
    if cell is None:
        return None
    if not isinstance(cell, Cell):
        cell = WriteOnlyCell(page, cell)
    cell.alignment = _WRAPPED if wrap else _TOP
    return cell


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of this width; not all programs find out."""
    room = max(1, int(width * _OF_WIDTH))
    return max(1, sum(len(wrap(line, room)) or 1 for line in text.split("\n")))


def freeze_below(page: Any, header_row: int, kept: int = 0) -> int:
    """Keep the header in sight, and so many columns; return the first row that scrolls.

    Where the header stands far down, the rows down to it would fill the screen: they scroll.
    """
    top = header_row + 1 if header_row <= _MOST_FROZEN else 1
    page.freeze_panes = f"{get_column_letter(kept + 1)}{top}"
    return top


def put_above(page: Any, header_row: int, above: Mapping[int, Mapping[int, Any]]) -> None:
    """Append the rows above the header, by the number of a row and of a column, from 1."""
    for row in range(1, header_row):
        cells = above.get(row, {})
        page.append(
            [table_cell(page, cells.get(number)) for number in range(1, max(cells, default=0) + 1)]
        )


def header_cell(page: Any, text: str) -> Any:
    """Return a header cell."""
    cell = _text_cell(page, text)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    cell.alignment = Alignment(vertical="center")
    return cell


def table_cell(page: Any, value: Any) -> Any:
    """Return what to append: plain values as they are, doubtful texts as cells of text."""
    if isinstance(value, str):
        text = writable(value)
        if text.startswith(_TEXT_ONLY) or text in ERROR_CODES or len(value) > _SHORT:
            return _text_cell(page, value)
        return text
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        cell.number_format = DATE_AND_TIME if hasattr(value, "hour") else DATE
        return cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    return float(value) if isinstance(value, Decimal) else value


def _text_cell(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page)
    put_text(cell, text)
    return cell


def put_text(cell: Any, text: str) -> None:
    """Write a text that stays text, whatever it looks like, also when it is edited.

    One that a cell cannot hold becomes an error of the spreadsheet with a note that says why: cut,
    it would be a text that nobody meant, and valid.
    """
    if not fits(text):
        cell.value = "#VALUE!"
        cell.font = _ERROR_FONT  # with a style of its own, the note is this cell's alone
        cell.comment = Comment(_TOO_LONG.format(_length(text), LONGEST_TEXT), "certbulk")
        return
    written = writable(text)
    cell._value = written  # noqa: SLF001 (its setter cuts what escapes have made longer)
    cell.data_type = "s"
    if written.startswith(_TEXT_ONLY):
        cell.quotePrefix = True


def fits(text: str) -> bool:
    """Whether a cell can hold all of a text."""
    return len(text) <= LONGEST_TEXT // 2 or _length(text) <= LONGEST_TEXT


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(text: str) -> str:
    """Return `text` without what no workbook can hold."""
    return text if text.isprintable() else _NOT_WRITABLE.sub("", text)


def writable(text: str) -> str:
    """Return `text` without what no workbook can hold; what reads as an escape is escaped."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_x", text)
    # XML makes a line feed of a carriage return that is not written by its number.
    return visible(text).replace("\r", "_x000D_")


def _widths(sheet: TableSheet) -> list[float]:
    """Return a width for each column that most of what stands in it fits into."""
    widths = [len(header) + 4 for header in sheet.headers]
    for row in sheet.rows[:_ROWS_MEASURED]:
        for place, value in enumerate(row):
            longest = max(map(len, str(value if value is not None else "").split("\n")), default=0)
            widths[place] = max(widths[place], longest + 2)
    return [
        float(min(max(width, _NARROWEST), _WIDEST if place >= sheet.kept else _WIDEST_OF_KEPT))
        for place, width in enumerate(widths)
    ]

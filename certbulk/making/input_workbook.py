"""The workbook that people fill in: a column for each field, and sheets that help."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from certbulk.core.columns.field import CLEAR, REQUIRED, Field
from certbulk.core.columns.fields import ACTION, FIELDS
from certbulk.core.file_formats import TYPES
from certbulk.core.kinds import Choice, Flag, Ids, Instant, Text
from certbulk.core.kinds.list_changes import ADD, REMOVE
from certbulk.core.references.directory import NO_NAMES
from certbulk.core.references.references import written_references
from certbulk.making.cell_rules import add_colours, check_of
from certbulk.making.how_to_page import add_how_to
from certbulk.making.pick_lists import add_choices, add_lists
from certbulk.making.read_only_columns import add_read_only
from certbulk.making.styles import HEADER_FONT, OPTIONAL_FILL, REQUIRED_FILL
from certbulk.words.describe import options_of, used_in_words
from certbulk.words.vocabulary_files import shipped
from certbulk.workbook import (
    DATE,
    DATE_AND_TIME,
    LINE,
    check_target,
    lines_of,
    print_legibly,
    put_text,
    save_book,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from certbulk.core.references.directory import Directory

__all__ = ["cell_text", "write_input_workbook"]

_FROZEN = 3  # columns at the left that stay visible: what a row is
_ROWS_CHECKED = 10_000
"""Rows with drop-downs and checks: more than a chain has types. exceljs stores one per cell."""

_NARROWEST, _WIDEST = 9, 60
_WIDEST_OF_CHOICES = 20  # longer ones take two lines
_ROOM_FOR_BUTTON = 4
_MOST_LINES = 20
_HEADER_HEIGHT = 32
_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_LETTERS = {field.name: get_column_letter(i) for i, field in enumerate(FIELDS, start=1)}


def write_input_workbook(
    path: str | Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    directory: Directory = NO_NAMES,
    zone: tzinfo = UTC,
    read_only: bool = False,
    overwrite: bool,
) -> Path:
    """Write a workbook with `rows` of typed values by field name, and return its path.

    Ids are written as their names in the directory; a text stays as it is. A moment becomes a date
    if that date means the same moment in `zone`, else a text with an offset. With `read_only`, what
    the service alone decides follows, as columns that are not read.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    target = check_target(path, overwrite=overwrite)
    last = _ROWS_CHECKED + 2 * len(rows)
    book = Workbook()
    page: Worksheet = book.active  # type: ignore[assignment]
    page.title = TYPES
    add_how_to(book)
    choices = add_choices(book)
    lists = add_lists(book, directory)
    for column, field in enumerate(FIELDS, start=1):
        _head(page, column, field)
        _shape(page.column_dimensions[_LETTERS[field.name]], field)
        check = check_of(field, choices, lists)
        check.add(f"{_LETTERS[field.name]}2:{_LETTERS[field.name]}{last}")
        page.add_data_validation(check)
    for row, values in enumerate(rows, start=2):
        for column, field in enumerate(FIELDS, start=1):
            if field.name in values:
                cell = page.cell(row, column)
                _shape(cell, field)
                _fill(cell, field, _dated(field, values[field.name], zone), directory)
    widths = [_width(page, column, field) for column, field in enumerate(FIELDS, start=1)]
    for width, letter in zip(widths, _LETTERS.values(), strict=True):
        page.column_dimensions[letter].width = width
    _fit_heights(page, widths, len(rows))
    add_colours(page, _LETTERS, last, choices)
    needed = max(column for column, field in enumerate(FIELDS, start=1) if field.required)
    print_legibly(page, widths, len(rows) + 1, frozen=_FROZEN, important=(_FROZEN, needed))
    page.row_dimensions[1].height = _HEADER_HEIGHT
    page.freeze_panes = f"{get_column_letter(_FROZEN + 1)}2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(FIELDS))}{len(rows) + 1}"
    if read_only:
        add_read_only(page, rows, first=len(FIELDS) + 1)
    return write_whole(target, lambda temporary: save_book(book, temporary), overwrite=overwrite)


def _head(page: Worksheet, column: int, field: Field) -> None:
    """Write a header with a note; one that a new type needs has an asterisk."""
    cell = page.cell(1, column, f"{field.label} *" if field.required else field.label)
    cell.font = HEADER_FONT
    cell.fill = REQUIRED_FILL if field.required else OPTIONAL_FILL
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    note = Comment(_note(field), "certbulk")
    note.width, note.height = 320, 180
    cell.comment = note


def _shape(target: Any, field: Field) -> None:
    """Give a cell or a column the number format and the alignment of its kind.

    Ids and titles are text, so that "720441,720442" does not become a number.
    """
    if isinstance(field.kind, Instant):
        target.number_format = DATE
    elif isinstance(field.kind, Text | Ids) or field.refers_to:
        target.number_format = "@"
    target.alignment = _WRAPPED if _is_wrapped(field) else _TOP


def _is_wrapped(field: Field) -> bool:
    """Whether the cells of a column wrap: choices and names do."""
    return bool(options_of(field) or field.refers_to)


def _width(page: Worksheet, column: int, field: Field) -> int:
    """Return a width for the header, in two lines, and for most cells below it."""
    half = (len(field.label) + 1) // 2
    words = [len(word) for word in field.label.split()]
    header = (max(half, *words) if len(words) > 1 else len(field.label)) + _ROOM_FOR_BUTTON
    texts = [*options_of(field)]
    texts += [str(page.cell(row, column).value or "") for row in range(2, page.max_row + 1)]
    longest = max((len(text) + 2 for text in texts), default=0)
    most = _WIDEST_OF_CHOICES if _is_wrapped(field) else _WIDEST
    return max(_NARROWEST, header, min(longest, most))


def _fit_heights(page: Worksheet, widths: Sequence[int], rows: int) -> None:
    """Make rows high enough for wrapped cells; not all programs do it themselves."""
    for row in range(2, rows + 2):
        lines = max(
            lines_of(str(page.cell(row, column).value or ""), width)
            for column, (field, width) in enumerate(zip(FIELDS, widths, strict=True), start=1)
            if _is_wrapped(field)
        )
        if lines > 1:
            page.row_dimensions[row].height = LINE * min(lines, _MOST_LINES)


def _note(field: Field) -> str:
    lines = [field.name, "", field.help]
    if field.required:
        lines.append("A new type needs this.")
    if when := used_in_words(field):
        needed = ", and needed then" if field.needed_when_used else ""
        lines.append(f"Only used when {when}{needed}.")
    lines.append(
        "On an update: blank keeps the live value"
        + (f", {CLEAR} empties it." if field.empty is not REQUIRED else ".")
    )
    if isinstance(field.kind, Ids):
        lines.append(
            f"{ADD} before names adds them to the live list, {REMOVE} removes them from it."
        )
    options = options_of(field)
    if options:
        lines.append("One of: " + ", ".join(options) + ".")
    return "\n".join(lines)


def _dated(field: Field, value: Any, zone: tzinfo) -> Any:
    """Return a moment as the date of a cell if that means the same moment; others unchanged."""
    if isinstance(field.kind, Instant) and isinstance(value, datetime):
        return field.kind.clock_in(value, zone) or value
    return value


def _fill(cell: Any, field: Field, value: Any, directory: Directory) -> None:
    """Write a typed value: numbers and dates as such, everything else as text."""
    number = isinstance(value, Decimal | int) and not isinstance(field.kind, Choice | Flag)
    if number and not field.refers_to:
        cell.value = int(value) if value == int(value) else float(value)
    elif isinstance(value, date) and not getattr(value, "tzinfo", None):
        cell.value = value
        cell.number_format = DATE_AND_TIME if isinstance(value, datetime) else DATE
    elif value == CLEAR or (isinstance(value, str) and (field.refers_to or field is ACTION)):
        put_text(cell, value)
    else:
        put_text(cell, cell_text(field, value, directory))


def cell_text(field: Field, value: Any, directory: Directory = NO_NAMES) -> str:
    """Return a typed value as text for a cell."""
    try:
        if listing := directory.listing(field.refers_to):
            everything = shipped().everything(field.name)
            return written_references(value, field, listing, everything)
        return field.kind.show(value)
    except (TypeError, ValueError, AttributeError):
        return str(value)  # the service has a value that this kind does not know

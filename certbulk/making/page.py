"""The page that people fill in: one column per entry of the table, with notes and drop-downs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from certbulk.core.describe import options_of, used_in_words
from certbulk.core.field import CLEAR, REQUIRED, Field
from certbulk.core.fields import FIELDS
from certbulk.core.kinds import Choice, Flag, Text
from certbulk.errors import OutputError
from certbulk.workbook import check_writable, print_on_one_width, writable, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["LONGEST_CELL", "SHEET", "cell_text", "write_input_workbook"]

SHEET = "certificate_types"
_LAST_ROW = 1_048_576
_FONT = Font(bold=True, color="FFFFFF")
_REQUIRED = PatternFill("solid", fgColor="8A4B00")
_OPTIONAL = PatternFill("solid", fgColor="44546A")
_NARROWEST, _WIDEST = 12, 40
LONGEST_CELL = 32_767


def write_input_workbook(
    path: str | Path, rows: Sequence[Mapping[str, Any]], *, overwrite: bool
) -> Path:
    """Write a workbook with typed `rows` by canonical name, and return its path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise OutputError(f"{target} must end in .xlsx.")
    check_writable(target, overwrite=overwrite)
    book = Workbook()
    page: Worksheet = book.active  # type: ignore[assignment]
    page.title = SHEET
    for place, field in enumerate(FIELDS, start=1):
        _head(page, place, field)
    for number, row in enumerate(rows, start=2):
        for place, field in enumerate(FIELDS, start=1):
            if field.name in row:
                _fill(page.cell(number, place), field, row[field.name])
    for place, field in enumerate(FIELDS, start=1):
        page.column_dimensions[get_column_letter(place)].width = _width(page, place, field)
    print_on_one_width(page)
    page.freeze_panes = "D2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(FIELDS))}{len(rows) + 1}"
    return write_whole(target, book.save, overwrite=overwrite)


def _head(page: Worksheet, place: int, field: Field) -> None:
    """Write a header with its note, and the drop-down of its column."""
    letter = get_column_letter(place)
    cell = page.cell(1, place, field.label)
    cell.font = _FONT
    cell.fill = _REQUIRED if field.required else _OPTIONAL
    note = Comment(_note(field), "certbulk")
    note.width, note.height = 320, 180
    cell.comment = note
    options = options_of(field)
    if options:
        choice = DataValidation(
            type="list",
            formula1=f'"{",".join(options)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=field.label,
            error=f"Use one of: {', '.join(options)}."[:225],
        )
        choice.add(f"{letter}2:{letter}{_LAST_ROW}")
        page.add_data_validation(choice)


def _width(page: Worksheet, place: int, field: Field) -> int:
    """Return a width that the header, every choice and most of what stands below it fit into."""
    texts = [f"{field.label}    ", *options_of(field)]
    texts += [str(page.cell(row, place).value or "") for row in range(2, page.max_row + 1)]
    return min(max(_NARROWEST, *(len(text) + 2 for text in texts)), _WIDEST)


def _note(field: Field) -> str:
    """Return what a person should know of a column."""
    lines = [field.name, "", field.help]
    if field.required:
        lines.append("Needed on new types.")
    if when := used_in_words(field):
        lines.append(f"Only used when {when}.")
    lines.append(
        "On an update: blank keeps the live value"
        + (f", {CLEAR} empties it." if field.empty is not REQUIRED else ".")
    )
    options = options_of(field)
    if options:
        lines.append("One of: " + ", ".join(options) + ".")
    return "\n".join(lines)


def _fill(cell: Any, field: Field, value: Any) -> None:
    """Write a typed value as people write it; numbers and whole days as such, text as text."""
    if value == CLEAR:
        cell.value = CLEAR
        return
    if isinstance(value, Decimal | int) and not isinstance(field.kind, Choice | Flag):
        cell.value = int(value) if value == int(value) else float(value)
        return
    text = cell_text(field, value)
    cell.value = text
    if isinstance(field.kind, Text):
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def cell_text(field: Field, value: Any) -> str:
    """Return a typed value as text for a cell."""
    try:
        text = field.kind.show(value)
    except (TypeError, ValueError, AttributeError):
        text = str(value)  # the service spells it in a way that this kind does not know
    return writable(text)

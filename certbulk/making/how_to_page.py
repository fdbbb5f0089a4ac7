"""The sheet `how_to`: what to do, a good row, and a bad row with its findings."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from openpyxl.styles import Font, PatternFill

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.example_rows import BAD_ROW, EXAMPLES
from certbulk.core.columns.fields import ACTION, BY_NAME
from certbulk.core.file_formats import HOW_TO, TYPES
from certbulk.making.styles import (
    FAMILY,
    HEADER_FONT,
    OPTIONAL_FILL,
    WRAPPED,
)
from certbulk.reading import Sheet, SheetColumn
from certbulk.validating import validate
from certbulk.workbook import print_on_one_width, put_text

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["add_how_to"]

_STEPS = f"""
Fill in the sheet {TYPES}: one certificate type per row. Point at a header to read more about its \
column; a new type needs the columns with *.
A red cell needs a value. A grey cell is not used with your choices: leave it blank.
A row without an ID is a new type. A row with an ID changes that type: a blank cell keeps the \
current value, <clear> empties it.
Pick locations, services and the category by name. Separate several names in one cell with \
semicolons; all locations means every one. On a row with an ID, <add> before names adds them to \
the current ones, and <remove> removes them. The names are in the sheets locations, services and \
categories; ids work too.
Write a date as 2031-12-31 and an amount as 1000 or 99.50.
Rows marked example are skipped as long as you do not change them. You can delete them.
Save the workbook and check it: on the upload page, or with certbulk validate FILE. Nothing is \
sent before you have seen the plan: on the same page, or with certbulk apply FILE.
""".strip().splitlines()
_TITLE = Font(name=FAMILY, bold=True, size=16)
_HEADING = Font(name=FAMILY, bold=True, size=12)
_GOOD = PatternFill("solid", fgColor="E2F0D9")
_BAD = PatternFill("solid", fgColor="F4B6B6")
_WIDTHS = (28, 36, 90)


def add_how_to(book: Workbook) -> None:
    """Add the sheet."""
    page: Worksheet = book.create_sheet(HOW_TO)
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.sheet_view.showGridLines = False
    page.cell(1, 1, "How to fill in this workbook").font = _TITLE
    row = 3
    for number, step in enumerate(_STEPS, start=1):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_WIDTHS))
        put_text(page.cell(row, 1), f"{number}. {step}")
        page.cell(row, 1).alignment = WRAPPED
        page.row_dimensions[row].height = _height(step, sum(_WIDTHS))
        row += 1
    good = [
        (BY_NAME[name].label, text, BY_NAME[name].help)
        for name in BY_NAME
        if (text := EXAMPLES[0].get(name)) and name != ACTION.name
    ]
    row = _table(page, row + 1, good, title="A good row", about="What it means", fill=_GOOD)
    _table(page, row + 1, _bad_row(), title="A bad row", about="What certbulk reports", fill=_BAD)
    print_on_one_width(page)


def _table(
    page: Worksheet,
    row: int,
    lines: list[tuple[str, str, str]],
    *,
    title: str,
    about: str,
    fill: PatternFill,
) -> int:
    """Write a row as a table of its cells, and return the row below it."""
    page.cell(row, 1, title).font = _HEADING
    cell: Any
    for column, header in enumerate(("Column", "The cell", about), start=1):
        cell = page.cell(row + 1, column, header)
        cell.font, cell.fill = HEADER_FONT, OPTIONAL_FILL
    for number, (label, text, remark) in enumerate(lines, start=row + 2):
        for column, content in enumerate((label, text, remark), start=1):
            cell = page.cell(number, column)
            put_text(cell, content)
            cell.alignment = WRAPPED
        if remark or fill is _GOOD:
            page.cell(number, 2).fill = fill
        page.row_dimensions[number].height = _height(remark, _WIDTHS[2])
    return row + 2 + len(lines)


def _height(text: str, width: int) -> float:
    """Return the height, in points, of a row for a text that wraps at `width` characters."""
    return 15.0 * (1 + len(text) // width) + 2


def _bad_row() -> list[tuple[str, str, str]]:
    """Return the cells of the bad row, with the findings in each."""
    columns = tuple(
        SheetColumn(BY_NAME[name].label, number, name, Column.of([text]))
        for number, (name, text) in enumerate(BAD_ROW.items(), start=1)
    )
    rows = np.array([2], dtype=np.int64)
    sheet = Sheet("a bad row", hashlib.sha256().hexdigest(), None, 1, rows, columns, ())
    found = validate(sheet).all_findings
    return [
        (
            BY_NAME[name].label,
            text,
            " ".join(finding.message for finding in found if finding.field == name),
        )
        for name, text in BAD_ROW.items()
    ]

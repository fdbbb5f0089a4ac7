"""Writing workbooks: text stays text, files are written whole, and existing content is kept."""

from certbulk.workbook.editing.cell_edits import put_cells
from certbulk.workbook.editing.findings_page import FindingsTable
from certbulk.workbook.editing.marking import Mark, mark
from certbulk.workbook.editing.package import Package
from certbulk.workbook.files import (
    check_target,
    check_writable,
    path_beside,
    same_file,
    write_whole,
)
from certbulk.workbook.writing.cells import (
    DATE,
    DATE_AND_TIME,
    LINE,
    cell_for,
    fits,
    lines_of,
    put_text,
    visible,
    writable,
)
from certbulk.workbook.writing.printing import print_legibly, print_on_one_width
from certbulk.workbook.writing.saving import save_book
from certbulk.workbook.writing.sheet_copy import LAST_COLUMN, LAST_ROW, sheet_as_workbook
from certbulk.workbook.writing.tables import TableSheet, write_workbook

__all__ = [
    "DATE",
    "DATE_AND_TIME",
    "LAST_COLUMN",
    "LAST_ROW",
    "LINE",
    "FindingsTable",
    "Mark",
    "Package",
    "TableSheet",
    "cell_for",
    "check_target",
    "check_writable",
    "fits",
    "lines_of",
    "mark",
    "path_beside",
    "print_legibly",
    "print_on_one_width",
    "put_cells",
    "put_text",
    "same_file",
    "save_book",
    "sheet_as_workbook",
    "visible",
    "writable",
    "write_whole",
    "write_workbook",
]

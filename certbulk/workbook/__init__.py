"""Writing workbooks: text stays text, files appear whole or not at all, what is there is kept."""

from certbulk.workbook.cells import cell_for
from certbulk.workbook.editing.cell_edits import put_cells
from certbulk.workbook.editing.findings_page import Listing
from certbulk.workbook.editing.marking import Mark, mark
from certbulk.workbook.editing.package import Package
from certbulk.workbook.files import beside, check_writable, same_file, write_whole
from certbulk.workbook.writing.fresh import LAST_COLUMN, LAST_ROW, fresh_workbook
from certbulk.workbook.writing.printing import print_legibly, print_on_one_width
from certbulk.workbook.writing.saving import save_book
from certbulk.workbook.writing.tables import (
    DATE,
    DATE_AND_TIME,
    LINE,
    TableSheet,
    fits,
    lines_of,
    put_text,
    visible,
    writable,
    write_workbook,
)

__all__ = [
    "DATE",
    "DATE_AND_TIME",
    "LAST_COLUMN",
    "LAST_ROW",
    "LINE",
    "Listing",
    "Mark",
    "Package",
    "TableSheet",
    "beside",
    "cell_for",
    "check_writable",
    "fits",
    "fresh_workbook",
    "lines_of",
    "mark",
    "print_legibly",
    "print_on_one_width",
    "put_cells",
    "put_text",
    "same_file",
    "save_book",
    "visible",
    "writable",
    "write_whole",
    "write_workbook",
]

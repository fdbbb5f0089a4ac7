"""Writing workbooks: text stays text, files appear whole or not at all."""

from certbulk.workbook.files import beside, check_writable, write_whole
from certbulk.workbook.tables import TableSheet, print_on_one_width, writable, write_workbook

__all__ = [
    "TableSheet",
    "beside",
    "check_writable",
    "print_on_one_width",
    "writable",
    "write_whole",
    "write_workbook",
]

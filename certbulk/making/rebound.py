"""A report that was rewritten, as a workbook that is a valid input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.headers import is_result
from certbulk.making.page import SHEET
from certbulk.workbook import TableSheet, cell_for, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.validating import Report

__all__ = ["write_rebound"]


def write_rebound(report: Report, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the rows of a report, their texts as they are, and return the path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    columns = [c for c in report.sheet.columns if c.field or not is_result(c.header)]
    rows = [
        [cell_for(column.field, column.cells[place]) for column in columns]
        for place in range(len(report))
    ]
    table = TableSheet(SHEET, [column.header or column.field or "" for column in columns], rows)
    return write_workbook(path, [table], overwrite=overwrite)

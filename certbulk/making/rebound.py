"""A report that was rewritten, as a workbook that is a valid input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.headers import How, is_result
from certbulk.core.sheets import TYPES
from certbulk.workbook import TableSheet, cell_for, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.reading import SheetColumn
    from certbulk.validating import Report

__all__ = ["write_rebound"]


def write_rebound(report: Report, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the rows of a report, their texts as they are, and return the path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    columns = [  # without those of an earlier run, and those that others were made of
        c for c in report.sheet.columns if c.field or not (c.how or is_result(c.header))
    ]
    rows = [
        [cell_for(column.field, column.cells[place]) for column in columns]
        for place in range(len(report))
    ]
    table = TableSheet(TYPES, [_header(column) for column in columns], rows)
    return write_workbook(path, [table], overwrite=overwrite)


def _header(column: SheetColumn) -> str:
    """Return a header that is understood without the mapping or format that it was read with."""
    foreign = column.made or column.how in {How.MAPPED, How.PLACE}
    return (column.field if foreign else None) or column.header or column.field or ""

"""A report that was rewritten for another chain, as a workbook to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.headers import How
from certbulk.core.file_formats import TYPES
from certbulk.core.results.result_columns import is_result
from certbulk.errors import InvalidRowsError
from certbulk.repairing.rows_above import with_rows_above
from certbulk.workbook import TableSheet, cell_for, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.reading import SheetColumn
    from certbulk.validating import Report

__all__ = ["check_movable", "write_rebound"]


def check_movable(report: Report) -> None:
    """Refuse a sheet that certbulk reads only in part: the rest would not be rewritten.

    In the workbook for the other chain, the rest would keep the ids of this one.

    Raises:
        InvalidRowsError: There are rows or another table above the header, for example.
    """
    if report.withheld:
        raise InvalidRowsError(
            f"{report.sheet.origin} cannot be rewritten as a whole. {report.withheld[0]}"
        )


def write_rebound(report: Report, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the rows of a report with their texts, and what is above the header; return the path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    columns = [  # without results and other columns that are not the new chain's, and sources
        c for c in report.sheet.columns if c.field or not (c.how or is_result(c.header))
    ]
    columns, above = with_rows_above(report.sheet, columns)
    rows = [
        [cell_for(column.field, column.cells[position]) for column in columns]
        for position in range(len(report))
    ]
    table = TableSheet(
        TYPES,
        [_header(column) for column in columns],
        rows,
        header_row=report.sheet.header_row if above else 1,
        above=above,
    )
    return write_workbook(path, [table], overwrite=overwrite)


def _header(column: SheetColumn) -> str:
    """Return a header that is recognized without the mapping or format of the original."""
    foreign = column.made or column.how in {How.MAPPED, How.POSITION}
    return (column.field if foreign else None) or column.header or column.field or ""

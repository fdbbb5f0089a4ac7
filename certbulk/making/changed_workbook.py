"""Changes of live types in words, as a workbook to look at, edit and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME, FIELDS
from certbulk.core.kinds import Problem
from certbulk.making.input_workbook import write_input_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.validating import Report

__all__ = ["write_changed"]

_TITLE = BY_NAME["title"]


def write_changed(report: Report, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the rows of a change as an input workbook, and return the path.

    Each row has the title of its type, so that people know it; applied as it is, that changes
    nothing. A cell that is not a value of its column is written as it stands.

    Args:
        report: What `certbulk.change` returned.
        path: Where to write; the file extension is .xlsx.
        overwrite: Whether to replace an existing file.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    called = next(column.cells for column in report.sheet.columns if column.field is None)
    rows = []
    for position in range(len(report)):
        cells: dict[str, Any] = {}
        title = called[position] or ""
        kept = _TITLE.kind.parse(title, report.time_zone)
        if title and not isinstance(kept, Problem):
            cells[_TITLE.name] = kept
        for field in FIELDS:
            source = report.sheet.column(field.name)
            if source is not None and (text := source.cells[position]) is not None:
                typed = report.columns[field.name][position]
                cells[field.name] = text if typed is None else typed
        rows.append(cells)
    return write_input_workbook(
        path, rows, directory=report.directory, zone=report.time_zone, overwrite=overwrite
    )

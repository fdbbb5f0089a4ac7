"""Where a plan goes besides the screen: a workbook, a table of its rows, an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certbulk.cli import show
from certbulk.cli.options import ALL_WELL, PENDING, WITH_BAD_ROWS
from certbulk.cli.output import STDOUT
from certbulk.core.file_formats import written_format

if TYPE_CHECKING:
    import certbulk as cb
    from certbulk.cli.output import Target
    from certbulk.workbook.writing.output_tables import OutputTable

__all__ = ["Excel", "code_of", "is_plan_file", "to_stdout", "write_plan"]

Excel = Annotated[
    Path | None,
    typer.Option("--excel", metavar="OUT.xlsx", help="Write the plan as a workbook too."),
]


def is_plan_file(path: Path, written_as: str | None) -> bool:
    """Whether a plan is saved there to be applied, and not its rows as a table."""
    if path == STDOUT:
        return False
    return path.suffix.lower() == ".json" or not (written_as or written_format(path.suffix))


def to_stdout(table: Target | None) -> bool:
    """Whether a table goes to standard output, so that nothing else may be printed there."""
    return table is not None and table.path is None


def write_plan(
    made: cb.Plan, *, excel: Path | None, table: Target | None, overwrite: bool, quiet: bool
) -> None:
    """Write a plan as a workbook, and its rows as a table, if they are asked for.

    Args:
        made: The plan.
        excel: The workbook.
        table: Where the rows go.
        overwrite: Whether to replace an existing workbook.
        quiet: Whether standard output has something else.

    Raises:
        OutputError: One of them cannot be written.
    """
    if excel:
        made.to_excel(excel, overwrite=overwrite)
        show.line(f"Plan: {excel}", err=quiet)
    if table:
        table.put(_rows_of(made, table), made.to_excel)
        if table.path:
            show.line(f"Plan: {table.path}", err=quiet)


def code_of(made: cb.Plan, *, pending: bool) -> int:
    """Return the exit code of a plan that is not sent; `pending`: whether 4 is asked for."""
    if made.counts["invalid"] or made.counts["blocked"] or not made.decisions:
        return WITH_BAD_ROWS
    return PENDING if pending and made.writes else ALL_WELL


def _rows_of(made: cb.Plan, target: Target) -> OutputTable:
    """Return the rows of a plan as a table; as JSON, in the form of --json."""
    from certbulk.core.results.row_document import ROW_KEYS  # noqa: PLC0415
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    if target.written.name == "json":
        return OutputTable.of("plan", made.as_dict()["decisions"], ROW_KEYS)
    frame = made.frame
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return OutputTable("plan", list(frame.columns), rows)

"""The command for moving to another chain: rebind."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.service import BaseUrl, Sandbox, Service
from certbulk.cli.show import spelled
from certbulk.core.cleaning import harmless_cell, original_cell
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_table", "rebind", "write_table"]


def rebind(
    file: options.File,
    *,
    output: options.Output,
    from_chain: Annotated[
        int,
        typer.Option("--from-chain", metavar="ID", help="The chain that the file's ids belong to."),
    ],
    to_chain: Annotated[
        int, typer.Option("--to-chain", metavar="ID", help="The chain to create the types in.")
    ],
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="TABLE.csv",
            help="Write the matches to this file. If it exists, read your decisions from its "
            "column `to`.",
        ),
    ] = None,
    layout: Layout,
    sandbox: Sandbox = False,
    base_url: BaseUrl = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Rewrite a file for another chain, matching its places by name.

    Locations, services and categories get the ids of the other chain. The command shows the matches
    and what is open: decide that in the table, then run it again.

    Examples:
        certbulk rebind old.xlsx --from-chain 706028 --to-chain 706555 -o new.xlsx
    """
    if table and table.suffix.lower() != ".csv":
        raise SettingsError(f"--table {table} must end in .csv.")
    from certbulk.making.moved_workbook import check_movable, write_rebound  # noqa: PLC0415
    from certbulk.workbook import check_target  # noqa: PLC0415 (what each command needs)

    check_target(output, overwrite=overwrite)
    report = layout.report_on(file)
    check_movable(report)
    here, there = (Service(sandbox, chain, base_url) for chain in (from_chain, to_chain))
    with here.client() as client:
        source = cb.directory(client, sheet=report.sheet)
    with there.client() as client:
        target = cb.directory(client)
    from certbulk.validating import revalidated  # noqa: PLC0415

    named = revalidated(report, source)
    bound = cb.bindings(named, source, target)
    decided = table is not None and table.exists()
    if table and decided:
        bound = bound.chosen_in(read_table(table))
    elif table:
        write_table(bound.frame, table)
    moved = cb.rebind(named, bound)
    written = write_rebound(moved, output, overwrite=overwrite)
    if json:
        show.as_json({**bound.as_dict(), "output": str(written), "errors": len(moved.errors)})
    else:
        show.bindings(bound)
        show.report(moved)
        still = Layout(vocabulary=layout.vocabulary, time_zone=layout.time_zone)
        way_on = spelled("plan", written, still, there)
        show.then(f"Wrote {written}. Look at it, then", way_on)
        if table and not decided:
            again = spelled(
                "rebind",
                file,
                layout,
                output=output,
                from_chain=from_chain,
                to_chain=to_chain,
                table=table,
                sandbox=sandbox,
                base_url=base_url,
                overwrite=True,
            )
            show.then(
                f'Table: {table}. Fill in its column to, with an id or the words "left out", then',
                again,
            )
    raise typer.Exit(ALL_WELL if moved.ok and not bound.open else WITH_BAD_ROWS)


def write_table(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table for people to fill in, and return its path; no cell of it is a formula.

    Raises:
        OutputError: It cannot be written.
    """
    from certbulk.workbook import write_whole  # noqa: PLC0415

    cells = frame.map(lambda cell: harmless_cell(cell) if isinstance(cell, str) else cell)

    def write(temporary: Path) -> None:
        cells.to_csv(temporary, index=False, quoting=csv.QUOTE_NONNUMERIC)  # a return ends no row

    return write_whole(path, write)


def read_table(path: Path) -> pd.DataFrame:
    """Return a table that `write_table` has written, all of it as texts.

    Raises:
        SettingsError: It cannot be read.
    """
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False).map(original_cell)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as a table: {error}.") from None

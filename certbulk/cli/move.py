"""The command for moving to another chain: rebind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.grouping import changed
from certbulk.cli.layout import Layout
from certbulk.cli.service import BaseUrl, Sandbox, Service
from certbulk.cli.spelled import spelled
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rebind"]


def rebind(
    file: options.File,
    *,
    output: options.Output,
    from_chain: Annotated[
        int,
        typer.Option("--from-chain", metavar="ID", help="The chain that the file's ids are of."),
    ],
    to_chain: Annotated[
        int, typer.Option("--to-chain", metavar="ID", help="The chain to create the types in.")
    ],
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="TABLE.csv",
            help="Write what is which to this file; where it is there, read what you have decided "
            "in its column `to`.",
        ),
    ] = None,
    layout: Layout,
    sandbox: Sandbox = False,
    base_url: BaseUrl = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Rewrite a file for another chain: places, found by name.

    Locations, services and categories get the ids that they have there. Shows what is which, and
    what is open: decide that in the table, then run it again.

    Examples:
        certbulk rebind old.xlsx --from-chain 706028 --to-chain 706555 -o new.xlsx
    """
    if table and table.suffix.lower() != ".csv":
        raise SettingsError(f"--table {table} must end in .csv.")
    from certbulk.making.page import check_target  # noqa: PLC0415 (what each command needs)
    from certbulk.making.rebound import check_movable, write_rebound  # noqa: PLC0415

    check_target(output, overwrite=overwrite)
    report = layout.report_on(file)
    check_movable(report)
    here, there = (Service(sandbox, chain, base_url) for chain in (from_chain, to_chain))
    with here.client() as client:
        source = cb.directory(client, report.sheet)
    with there.client() as client:
        target = cb.directory(client)
    from certbulk.validating import revalidated  # noqa: PLC0415

    named = revalidated(report, source)
    bound = cb.bindings(named, source, target)
    decided = table is not None and table.exists()
    if table and decided:
        bound = bound.chosen_in(_table(table))
    elif table:
        bound.frame.to_csv(table, index=False)
    moved = cb.rebind(named, bound)
    written = write_rebound(moved, output, overwrite=overwrite)
    if json:
        show.as_json({**bound.as_dict(), "output": str(written), "errors": len(moved.errors)})
    else:
        show.bindings(bound)
        show.report(moved)
        still = Layout(vocabulary=layout.vocabulary, time_zone=layout.time_zone)
        way_on = spelled("plan", written, **changed(still), **changed(there))
        show.then(f"Wrote {written}. Look at it, then", way_on)
        if table and not decided:
            again = spelled(
                "rebind",
                file,
                output=output,
                from_chain=from_chain,
                to_chain=to_chain,
                table=table,
                **changed(layout),
                sandbox=sandbox,
                base_url=base_url,
                overwrite=True,
            )
            show.then(
                f'Table: {table}. Fill in its column to, with an id or the words "left out", then',
                again,
            )
    raise typer.Exit(ALL_WELL if moved.ok and not bound.open else WITH_BAD_ROWS)


def _table(path: Path) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as a table: {error}.") from None

"""The command for moving to another chain: rebind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.spelled import spelled
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rebind"]


def rebind(
    file: options.File,
    output: Annotated[Path, typer.Option("--output", "-o", help="The workbook to write.")],
    from_chain: Annotated[int, typer.Option("--from-chain", help="The chain that the ids are of.")],
    to_chain: Annotated[int, typer.Option("--to-chain", help="The chain to create the types in.")],
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="TABLE.csv",
            help="Write what is which to this file; where it is there, read its column `to`.",
        ),
    ] = None,
    sheet: options.Sheet = None,
    vocabulary: options.Vocabulary = None,
    map_: options.Map = None,
    format_: options.FormatOf = options.Format.TABLE,
    time_zone: options.TimeZone = None,
    sandbox: options.Practice = False,
    base_url: options.BaseUrl = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Rewrite a file for another chain: its locations, services and categories, found by name.

    Shows what is which, and what is open. Decide that in the table, then run it again.

    Example: certbulk rebind here.xlsx --from-chain 706028 --to-chain 706555 -o there.xlsx
    """
    if table and table.suffix.lower() != ".csv":
        raise SettingsError(f"--table {table} must end in .csv.")
    report = options.report_on(
        file, sheet, None, time_zone, vocabulary=vocabulary, mapping=map_, format_=format_
    )
    directories = []
    for chain, wanted in ((from_chain, report.sheet), (to_chain, None)):
        with options.client_for(sandbox=sandbox, chain_id=chain, base_url=base_url) as client:
            directories.append(cb.directory(client, wanted))
    source, target = directories
    from certbulk.validating import revalidated  # noqa: PLC0415

    named = revalidated(report, source)
    bound = cb.bindings(named, source, target)
    decided = table is not None and table.exists()
    if table and decided:
        bound = bound.chosen_in(_table(table))
    elif table:
        bound.frame.to_csv(table, index=False)
    from certbulk.making.rebound import write_rebound  # noqa: PLC0415

    moved = cb.rebind(named, bound)
    written = write_rebound(moved, output, overwrite=overwrite)
    if json:
        show.as_json({**bound.as_dict(), "output": str(written), "errors": len(moved.errors)})
    else:
        show.bindings(bound)
        show.report(moved)
        way_on = spelled(
            "plan",
            written,
            vocabulary=vocabulary,
            time_zone=time_zone,
            sandbox=sandbox,
            chain_id=to_chain,
            base_url=base_url,
        )
        show.then(f"Wrote {written}. Look at it, then", way_on)
        if table and not decided:
            again = spelled(
                "rebind",
                file,
                output=output,
                from_chain=from_chain,
                to_chain=to_chain,
                table=table,
                **options.said_of_file(sheet, None, vocabulary, map_, format_, time_zone),
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

"""Commands that write workbooks to fill in: export, template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.spelled import spelled

__all__ = ["Output", "export", "template"]

Output = Annotated[Path, typer.Argument(help="The workbook to write, ending in .xlsx.")]


def export(
    output: Output,
    time_zone: options.TimeZone = None,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    overwrite: options.Overwrite = False,
) -> None:
    """Write what is live as a workbook to edit and apply.

    Example: certbulk export live.xlsx --sandbox
    """
    from certbulk.settings import Settings  # noqa: PLC0415 (each command imports what it needs)

    zone = Settings.load(time_zone=time_zone).time_zone
    with options.client_for(sandbox=sandbox, chain_id=chain_id, base_url=base_url) as client:
        path = cb.export(client, output, time_zone=zone, overwrite=overwrite)
    way_on = spelled(
        "apply", path, time_zone=time_zone, sandbox=sandbox, chain_id=chain_id, base_url=base_url
    )
    show.then(f"Wrote {path}. Edit it, then", way_on)


def template(
    output: Output,
    live: Annotated[
        bool, typer.Option("--live", help="With the chain's locations, services and categories.")
    ] = False,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    overwrite: options.Overwrite = False,
) -> None:
    """Write a workbook to fill in, with notes, drop-downs, colours and example rows.

    Example: certbulk template new_types.xlsx
    """
    names = None
    if live or sandbox:
        with options.client_for(sandbox=sandbox, chain_id=chain_id, base_url=base_url) as client:
            names = cb.directory(client)
    path = cb.template(output, directory=names, overwrite=overwrite)
    way_on = spelled("apply", path, sandbox=sandbox, chain_id=chain_id, base_url=base_url)
    show.then(f"Wrote {path}. Fill it in, then", way_on)

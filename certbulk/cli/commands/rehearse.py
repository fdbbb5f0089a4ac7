"""The command that applies a file to a copy of the chain: rehearse."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.commands.sandbox import Fault, Lie, Seed, misbehaviour
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, STOPPED, WITH_BAD_ROWS
from certbulk.cli.plan_options import IssuedTypes, Matching
from certbulk.cli.sending import ResultsPath
from certbulk.cli.service import PacedService

__all__ = ["rehearse"]


def rehearse(
    file: options.File,
    *,
    layout: Layout,
    matching: Matching,
    issued_types: IssuedTypes,
    service: PacedService,
    fault: Fault = None,
    lie: Lie = None,
    seed: Seed = 0,
    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--only-valid",
            help="Send nothing if any row is invalid or blocked, or send the valid rows.",
        ),
    ] = False,
    results: Annotated[
        Path | None,
        typer.Option(
            "--results",
            metavar="OUT.xlsx",
            help="Write the results workbook of the rehearsal. [default: none]",
        ),
    ] = None,
    overwrite: options.Overwrite = False,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Apply a file to a copy of the chain, and show how it ends.

    The live types, locations, services and categories are copied into a sandbox, and the
    file is applied there, with the faults of your choice. The chain is only read, and the journal
    does not change. It shows how long the run takes at the real pace, but does not wait for it.
    Exit codes are those of apply.

    Examples:
        certbulk rehearse sample_data/certificate_types.xlsx --sandbox
        certbulk rehearse sample_data/certificate_types.xlsx --sandbox --fault lost_answer=0.2
    """
    if results:
        ResultsPath(results, file, overwrite).check()
    faults, lies = misbehaviour(fault, lie, seed)
    report = layout.report_on(file)
    with service.client() as client:
        done = cb.rehearse(
            report,
            client,
            faults=faults,
            lies=lies,
            all_or_nothing=all_or_nothing,
            **asdict(matching),
            **asdict(issued_types),
        )
    if results:
        done.to_excel(results, overwrite=overwrite)
    if json:
        show.as_json({**done.as_dict(), "results": str(results) if results else None})
    else:
        show.rehearsal(done, wide=wide)
        if results:
            show.line(f"Results: {results}")
    if done.run.state not in ("finished", "refused"):
        raise typer.Exit(STOPPED)
    raise typer.Exit(ALL_WELL if done.ok else WITH_BAD_ROWS)

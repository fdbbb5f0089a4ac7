"""Commands that hold what is live against something: drift."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.layout import Layout
from certbulk.cli.service import SameService, Service
from certbulk.errors import NoSuchRunError

__all__ = ["drift"]


def drift(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|FILE", help="A run's number, or a file. [default: the newest run]"
        ),
    ] = None,
    *,
    layout: Layout,
    service: Service,
    json: options.Json = False,
) -> None:
    """Show where what is live differs from a run or a file.

    Gone, archived and changed types, meant → live, and new ones. Nothing is sent. Exit code 1 where
    any differs.

    Examples:
        certbulk drift
        certbulk drift sample_data/certificate_types.xlsx --sandbox
    """
    is_file = what is not None and (Path(what).exists() or bool(Path(what).suffix))
    if what is not None and is_file:
        meant: cb.Run | cb.Report = layout.report_on(Path(what))
        with service.client() as client:
            found = cb.drift(meant, client)
    else:
        run = cb.attach(what or _newest_run(service.chain_id))
        with SameService(service.chain_id, service.base_url).client(run.plan) as client:
            found = cb.drift(run, client)
    if json:
        show.as_json(found.as_dict())
    else:
        show.drift(found)
    raise typer.Exit(WITH_BAD_ROWS if len(found) else ALL_WELL)


def _newest_run(chain_id: int | None) -> str:
    """Return the newest run that sent a sheet, to this chain if one is named; an undo is none."""
    from certbulk.applying.history import run_summaries  # noqa: PLC0415

    for summary in run_summaries():
        number = str(summary["run"])
        elsewhere = chain_id is not None and summary["chain_id"] != chain_id
        if summary["state"] == "unreadable" or elsewhere:
            continue
        if cb.attach(number).plan.undoes is None:
            return number
    raise NoSuchRunError("There are no runs yet. Name a file to compare with what is live.")

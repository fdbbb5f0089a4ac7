"""Commands that hold what is live against something: drift."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.errors import NoSuchRunError

__all__ = ["drift"]


def drift(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|FILE]", help="A run's number or a file. [default: the newest run]"
        ),
    ] = None,
    sheet: options.Sheet = None,
    set_: options.Set = None,
    vocabulary: options.Vocabulary = None,
    map_: options.Map = None,
    format_: options.FormatOf = options.Format.TABLE,
    time_zone: options.TimeZone = None,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    json: options.Json = False,
) -> None:
    """Show what is live and not as a run left it, or not as a file has it. Sends nothing.

    Gone, archived and changed types, meant → live, and new ones. Exit code 1 where any differs.

    Example: certbulk drift sample_data/certificate_types.xlsx --sandbox
    """
    is_file = what is not None and (Path(what).exists() or bool(Path(what).suffix))
    if what is not None and is_file:
        meant: cb.Run | cb.Report = options.report_on(
            Path(what),
            sheet,
            set_,
            time_zone,
            vocabulary=vocabulary,
            mapping=map_,
            format_=format_,
        )
        with options.client_for(sandbox=sandbox, chain_id=chain_id, base_url=base_url) as client:
            found = cb.drift(meant, client)
    else:
        run = cb.attach(what or _newest_run(chain_id))
        with options.client_of(
            run.plan,
            chain_id=chain_id,
            base_url=base_url,
            per_second=None,
            per_minute=None,
        ) as client:
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

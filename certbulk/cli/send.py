"""Commands that plan and send: plan, apply."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, COULD_NOT_START, STOPPED, WITH_BAD_ROWS
from certbulk.errors import OutputError, SettingsError


class Match(StrEnum):
    """How rows find the live type that they stand for."""

    ID = "id"
    TITLE = "title"


MatchBy = Annotated[
    Match,
    typer.Option(
        "--match", help="title: a row without an id updates the type with exactly its title."
    ),
]
AllowDuplicates = Annotated[
    bool,
    typer.Option("--allow-duplicate-titles", help="Create types even if their title is taken."),
]


def plan(
    file: options.File,
    sheet: options.Sheet = None,
    set_: options.Set = None,
    time_zone: options.TimeZone = None,
    match: MatchBy = Match.ID,
    allow_duplicate_titles: AllowDuplicates = False,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    per_second: options.PerSecond = None,
    per_minute: options.PerMinute = None,
    output: Annotated[
        Path | None, typer.Option("--excel", help="Write the plan as a workbook too.")
    ] = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Show what apply would do, row by row, without sending anything.

    Example: certbulk plan sample_data/certificate_types.xlsx --sandbox
    """
    report = options.report_on(file, sheet, set_, time_zone)
    with options.client_for(
        sandbox=sandbox,
        chain_id=chain_id,
        base_url=base_url,
        per_second=per_second,
        per_minute=per_minute,
    ) as client:
        made = cb.plan(
            report, client, match=match.value, allow_duplicate_titles=allow_duplicate_titles
        )
    if json:
        show.as_json(made.as_dict())
    else:
        show.plan(made)
    if output:
        made.to_excel(output, overwrite=overwrite)
        typer.echo(f"Plan: {output}", err=json)
    refused = made.counts["invalid"] + made.counts["blocked"]
    raise typer.Exit(WITH_BAD_ROWS if refused else ALL_WELL)


def apply(
    file: options.File,
    sheet: options.Sheet = None,
    set_: options.Set = None,
    time_zone: options.TimeZone = None,
    match: MatchBy = Match.ID,
    allow_duplicate_titles: AllowDuplicates = False,
    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--only-valid",
            help="Send nothing if any row is invalid or blocked, or send the good rows.",
        ),
    ] = False,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    per_second: options.PerSecond = None,
    per_minute: options.PerMinute = None,
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, help="Rows between two looks at how it goes.")
    ] = 50,
    results: Annotated[
        Path | None,
        typer.Option("--results", help="The results workbook. [default: beside the file]"),
    ] = None,
    overwrite: options.Overwrite = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")] = False,
    json: options.Json = False,
) -> None:
    """Create and update the types of a file, and write down what came of every row.

    Example: certbulk apply sample_data/certificate_types.xlsx --sandbox --yes
    """
    from certbulk.workbook import beside, check_writable  # noqa: PLC0415

    report = options.report_on(file, sheet, set_, time_zone)
    target = results or beside(file, "results")
    if target.suffix.lower() != ".xlsx":
        raise SettingsError(f"--results {target} must end in .xlsx.")
    check_writable(target, overwrite=overwrite)
    with options.client_for(
        sandbox=sandbox,
        chain_id=chain_id,
        base_url=base_url,
        per_second=per_second,
        per_minute=per_minute,
    ) as client:
        made = cb.plan(
            report, client, match=match.value, allow_duplicate_titles=allow_duplicate_titles
        )
        if not json:
            show.plan(made)
        if made.requests and not yes:
            _ask(made)
        run = cb.apply(made, client, batch_size=batch_size, all_or_nothing=all_or_nothing)
    try:
        written: Path | None = run.to_excel(target, overwrite=overwrite)
    except OutputError as error:
        written = None
        typer.echo(f"certbulk: {error} The journal has run {run.id}.", err=True)
    if json:
        show.as_json(
            {
                "run": run.id,
                "results": str(written) if written else None,
                **{k: v for k, v in run.as_dict().items() if k != "run"},
            }
        )
    else:
        show.run(run)
        if written:
            typer.echo(f"Results: {written}")
    if run.state != "finished" or written is None:
        raise typer.Exit(STOPPED)
    raise typer.Exit(ALL_WELL if run.ok else WITH_BAD_ROWS)


def _ask(made: cb.Plan) -> None:
    """Ask whether to send; without somebody to ask, refuse."""
    if not sys.stdin.isatty():
        typer.echo(
            "certbulk: there is no terminal to ask at, so nothing was sent. "
            "Add --yes to send without asking.",
            err=True,
        )
        raise typer.Exit(COULD_NOT_START)
    counts = made.counts
    question = (
        f"Send {counts['create']} creates and {counts['update']} updates "
        f"to chain {made.chain_id} at {made.base_url}?"
    )
    if not typer.confirm(question, err=True):
        typer.echo("Nothing was sent.", err=True)
        raise typer.Exit(STOPPED)

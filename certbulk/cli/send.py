"""Commands that plan and send: plan, apply."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.sending import ResultsPlace, ask, tell
from certbulk.cli.spelled import spelled
from certbulk.core.counting import counted
from certbulk.errors import SettingsError

__all__ = ["AllowDuplicates", "Match", "MatchBy", "apply", "plan"]


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
    vocabulary: options.Vocabulary = None,
    map_: options.Map = None,
    format_: options.FormatOf = options.Format.TABLE,
    time_zone: options.TimeZone = None,
    match: MatchBy = Match.ID,
    allow_duplicate_titles: AllowDuplicates = False,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    per_second: options.PerSecond = None,
    per_minute: options.PerMinute = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Save the plan as PLAN.json, to apply that very plan."),
    ] = None,
    excel: Annotated[
        Path | None, typer.Option("--excel", help="Write the plan as a workbook too.")
    ] = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Show what apply would do, row by row, without sending anything.

    Example: certbulk plan sample_data/certificate_types.xlsx --sandbox
    """
    report = options.report_on(
        file, sheet, set_, time_zone, vocabulary=vocabulary, mapping=map_, format_=format_
    )
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
    if excel:
        made.to_excel(excel, overwrite=overwrite)
        typer.echo(f"Plan: {excel}", err=json)
    if output:
        from certbulk.planning.files import save_plan  # noqa: PLC0415

        save_plan(made, output, overwrite=overwrite)
        way_on = spelled(
            "apply",
            output,
            sandbox=sandbox,
            chain_id=chain_id,
            base_url=base_url,
            per_second=per_second,
            per_minute=per_minute,
        )
        show.then(f"Plan: {output}. Carry it out with", way_on, err=json)
    refused = made.counts["invalid"] + made.counts["blocked"]
    raise typer.Exit(WITH_BAD_ROWS if refused or not made.decisions else ALL_WELL)


def apply(
    file: Annotated[Path, typer.Argument(help="The file, or a plan: PLAN.json.")],
    sheet: options.Sheet = None,
    set_: options.Set = None,
    vocabulary: options.Vocabulary = None,
    map_: options.Map = None,
    format_: options.FormatOf = options.Format.TABLE,
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
        int, typer.Option("--batch-size", min=1, help="Rows between two looks at what is live.")
    ] = 50,
    canary: Annotated[
        int | None,
        typer.Option(
            "--canary", min=0, help="Rows to send first and read back. [default: 1 of over 20]"
        ),
    ] = None,
    settle: options.Settle = True,
    settle_pause: options.SettlePause = None,
    staleness: Annotated[
        float,
        typer.Option("--staleness", min=0, help="Seconds that a look at what is live serves."),
    ] = 10.0,
    most_failures: options.MostFailures = None,
    wait: options.Wait = False,
    results: options.Results = None,
    overwrite: options.Overwrite = False,
    yes: options.Yes = False,
    json: options.Json = False,
) -> None:
    """Create and update the types of a file, and write down what came of every row.

    Example: certbulk apply sample_data/certificate_types.xlsx --sandbox --yes
    """
    saved = _saved_plan(file)
    about_the_file = (sheet, set_, vocabulary, map_, time_zone)
    others = match is not Match.ID or format_ is not options.Format.TABLE
    if saved and (any(about_the_file) or others or allow_duplicate_titles):
        raise SettingsError(
            "A saved plan has been made already: --sheet, --set, --vocabulary, --map, "
            "--format, --time-zone, --match and --allow-duplicate-titles belong to certbulk plan."
        )
    report = (
        None
        if saved
        else options.report_on(
            file, sheet, set_, time_zone, vocabulary=vocabulary, mapping=map_, format_=format_
        )
    )
    place = ResultsPlace(results, file, overwrite).check()
    with options.client_for(
        sandbox=sandbox,
        chain_id=chain_id,
        base_url=base_url,
        per_second=per_second,
        per_minute=per_minute,
    ) as client:
        made = saved or cb.plan(
            cast("cb.Report", report),
            client,
            match=match.value,
            allow_duplicate_titles=allow_duplicate_titles,
        )
        if not json:
            show.plan(made)
        if made.requests and not yes:
            counts = made.counts
            ask(
                f"Send {counted(counts['create'], 'create')} and "
                f"{counted(counts['update'], 'update')} "
                f"to chain {made.chain_id} at {made.base_url}?"
            )
        run = cb.apply(
            made,
            client,
            batch_size=batch_size,
            all_or_nothing=all_or_nothing,
            canary=canary,
            settle=settle,
            staleness=staleness,
            wait=wait,
            **options.given(settle_pause=settle_pause, most_failures=most_failures),
        )
    how = options.given(base_url=base_url, per_second=per_second, per_minute=per_minute)
    tell(run, place, json=json, **how)


def _saved_plan(file: Path) -> cb.Plan | None:
    """Return the plan that a .json file holds; None where the file is none."""
    if file.suffix.lower() != ".json":
        return None
    from certbulk.planning.files import load_plan  # noqa: PLC0415

    return load_plan(file)

"""Commands that plan and send: plan, apply."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.sending import Care, Results, agree, tell
from certbulk.cli.service import PacedService
from certbulk.cli.show import spelled
from certbulk.errors import SettingsError

__all__ = ["Match", "Matching", "Sending", "apply", "plan"]


class Match(StrEnum):
    """How rows find the live type that they stand for."""

    ID = "id"
    TITLE = "title"


@dataclass(frozen=True)
class Matching:
    """What a plan takes for the same type."""

    match: Annotated[
        Match,
        typer.Option(
            "--match",
            help="id: a row without an id is a new type. title: it updates the one type with "
            "its title, if there is one.",
        ),
    ] = Match.ID
    allow_duplicate_titles: Annotated[
        bool,
        typer.Option(
            "--allow-duplicate-titles",
            help="Create types even if their title is taken. [default: hold such rows back]",
        ),
    ] = False


@dataclass(frozen=True)
class Sending(Care):
    """How a plan is carried out."""

    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--only-valid",
            help="Send nothing if any row is invalid or blocked, or send the valid rows.",
        ),
    ] = False
    batch_size: Annotated[
        int,
        typer.Option(
            "--batch-size",
            min=1,
            metavar="ROWS",
            help="The most rows in flight at once; never more than 32.",
        ),
    ] = 50
    staleness: Annotated[
        float | None,
        typer.Option(
            "--staleness",
            min=0,
            metavar="SECONDS",
            help="How old the last look at what is live may be when a request leaves. "
            "[default: 30]",
        ),
    ] = None
    canary: Annotated[
        int | None,
        typer.Option(
            "--canary",
            min=0,
            metavar="ROWS",
            help="How many rows are sent first and read back before the others. [default: 1 "
            "if over 20 are sent, else 0]",
        ),
    ] = None


def plan(
    file: options.File,
    *,
    layout: Layout,
    matching: Matching,
    service: PacedService,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLAN.json",
            help="Save the plan, so that exactly this plan can be applied later.",
        ),
    ] = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", metavar="OUT.xlsx", help="Write the plan as a workbook too."),
    ] = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Show what apply would do, row by row, without sending anything.

    It reads what is live, so it needs the account, or the practice server (--sandbox).

    Examples:
        certbulk plan sample_data/certificate_types.xlsx --sandbox
        certbulk plan sample_data/certificate_types.xlsx -o plan.json
    """
    from certbulk.workbook import check_writable  # noqa: PLC0415 (what each command needs)

    for target in filter(None, (output, excel)):
        check_writable(target, overwrite=overwrite)
    report = layout.report_on(file)
    with service.client() as client:
        made = cb.plan(report, client, **asdict(matching))
    if json:
        show.as_json(made.as_dict())
    else:
        show.plan(made)
    if excel:
        made.to_excel(excel, overwrite=overwrite)
        show.line(f"Plan: {excel}", err=json)
    if output:
        from certbulk.planning.files import save_plan  # noqa: PLC0415

        save_plan(made, output, overwrite=overwrite)
        way_on = spelled("apply", output, **changed(service))
        show.then(f"Plan: {output}. Carry it out with", way_on, err=json)
    refused = made.counts["invalid"] + made.counts["blocked"]
    raise typer.Exit(WITH_BAD_ROWS if refused or not made.decisions else ALL_WELL)


def apply(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A file as for plan, or a saved plan: .json."),
    ],
    *,
    layout: Layout,
    matching: Matching,
    service: PacedService,
    sending: Sending,
    results: Results,
    yes: options.Yes = False,
    json: options.Json = False,
) -> None:
    """Create and update the types of a file, and write the results.

    It shows the plan and asks before it sends. The results workbook has every row as it was read,
    with its id and how it ended, and can be applied again.

    Examples:
        certbulk apply sample_data/certificate_types.xlsx --sandbox --yes
        certbulk apply plan.json
    """
    saved = _saved_plan(file)
    if saved and (changed(layout) or changed(matching)):
        raise SettingsError(
            "A saved plan cannot be changed: --sheet, --set, --vocabulary, --map, --format, "
            "--encoding, --time-zone, --match and --allow-duplicate-titles belong to certbulk plan."
        )
    report = saved.report if saved else layout.report_on(file)
    place = results.of(file)
    with service.client() as client:
        made = saved or cb.plan(report, client, **asdict(matching))
        if not json:
            show.plan(made)
        elif made.made_elsewhere:
            show.lines([f"This plan was made elsewhere: {made.made_elsewhere}."], err=True)
        if made.writes:
            agree("", made.decisions, made.chain_id, service.host(made), yes=yes)
        run = cb.apply(made, client, **changed(sending))
    tell(run, place, service, json=json)


def _saved_plan(file: Path) -> cb.Plan | None:
    """Return the plan in a .json file; None for any other file."""
    if file.suffix.lower() != ".json":
        return None
    from certbulk.planning.files import load_plan  # noqa: PLC0415

    return load_plan(file)

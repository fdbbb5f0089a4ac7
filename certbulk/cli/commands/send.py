"""Commands that plan and send: plan, apply."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.layout import Layout
from certbulk.cli.output import LayoutAndOutput, target_of
from certbulk.cli.plan_options import IssuedTypes, Matching, Sending
from certbulk.cli.planned import Excel, code_of, is_plan_file, to_stdout, write_plan
from certbulk.cli.sending import (
    Results,
    agree,
    carried_out,
    is_in_words,
    refuse_again,
    settled,
    source_name,
    tell,
    tell_of_none,
    tell_of_saved,
    warn_of_interrupted,
)
from certbulk.cli.service import PacedService
from certbulk.cli.show import spelled
from certbulk.cli.way_on import again, succeeding
from certbulk.errors import SettingsError

__all__ = ["apply", "plan"]


def plan(
    file: options.File,
    *,
    layout: LayoutAndOutput,
    matching: Matching,
    issued_types: IssuedTypes,
    service: PacedService,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLAN.json|FILE|-",
            help="PLAN.json: save the plan, so that exactly this plan can be applied later. "
            "Otherwise write its rows as a table: .csv, .parquet or .xlsx, or - for standard "
            "output.",
        ),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code", help="End with 4 if there is something to send, with 0 if not."
        ),
    ] = False,
    excel: Excel = None,
    overwrite: options.Overwrite = False,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show what apply would do, row by row, without sending anything.

    It reads what is live, so it needs the account, or the sandbox (--sandbox).

    Examples:
        certbulk plan sample_data/certificate_types.xlsx --sandbox
        certbulk plan sample_data/certificate_types.xlsx -o plan.json
    """
    from certbulk.workbook import check_writable  # noqa: PLC0415 (what each command needs)

    saved = output if output and is_plan_file(output, layout.written_as) else None
    table = None if saved else target_of(output, layout.written_as, overwrite=overwrite, json=json)
    for path in filter(None, (saved, excel)):
        check_writable(path, overwrite=overwrite)
    report = layout.report_on(file)
    with service.client() as client:
        made = cb.plan(report, client, **asdict(matching), **asdict(issued_types))
    quiet = json or to_stdout(table)  # standard output has something else
    if json:
        show.as_json(made.as_dict())
    elif not quiet:
        show.plan(made, wide=wide, pages=True)
        if settled(made):
            show.no_changes(made)
    write_plan(made, excel=excel, table=table, overwrite=overwrite, quiet=quiet)
    if saved:
        cb.save_plan(made, saved, overwrite=overwrite)
        tell_of_saved(made, saved, spelled("apply", saved, service), err=quiet)
    raise typer.Exit(code_of(made, pending=exit_code))


def apply(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A file as for plan, or a saved plan: .json."),
    ],
    *,
    layout: Layout,
    matching: Matching,
    issued_types: IssuedTypes,
    service: PacedService,
    sending: Sending,
    results: Results,
    yes: options.Yes = False,
    wide: options.Wide = False,
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
    if saved and (changed(layout) or changed(matching) or changed(issued_types)):
        raise SettingsError(
            "A saved plan cannot be changed: --sheet, --set, --vocabulary, --map, --format, "
            "--encoding, --time-zone, --match, --allow-duplicate-titles, --price-jump, --issued "
            "and --successor-title belong to certbulk plan."
        )
    if saved:
        refuse_again(saved)
    report = saved.report if saved else layout.report_on(file)
    from_sheet = saved is not None and not is_in_words(saved)
    results_path = results.of(file.with_name(source_name(saved)) if saved and from_sheet else file)
    with service.client() as client:
        client.require_real()
        warn_of_interrupted(report, client, service, sending)
        made = saved or cb.plan(report, client, **asdict(matching), **asdict(issued_types))
        client.require_real()  # planning has seen whether it answers like a mock server
        if not json:
            show.plan(made, wide=wide, pages=not yes)
        elif made.made_elsewhere:
            show.lines([f"This plan was made elsewhere: {made.made_elsewhere}."], err=True)
        if settled(made):
            tell_of_none(made, json=json)
        from certbulk.applying.sending.not_sent import why_refused  # noqa: PLC0415

        if made.writes and not why_refused(made, all_or_nothing=sending.all_or_nothing):
            from certbulk.applying.approving import require_approval  # noqa: PLC0415

            require_approval(made)
            agree("", made.decisions, made.chain_id, service.host(made), yes=yes)
        run = carried_out(lambda: cb.apply(made, client, **changed(sending)))
    ways = again(made) if saved else (layout.of_results(), matching, succeeding(made, issued_types))
    tell(run, results_path, service, *ways, sending, json=json)


def _saved_plan(file: Path) -> cb.Plan | None:
    """Return the plan in a .json file; None for any other file."""
    if file.suffix.lower() != ".json":
        return None
    return cb.load_plan(file)

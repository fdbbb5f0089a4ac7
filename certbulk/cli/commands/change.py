"""The command that changes live types without a sheet: change."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, Self

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.layout import Layout, TimeZone
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.output import WriteAs, target_of
from certbulk.cli.plan_options import IssuedTypes, Planning, Sending
from certbulk.cli.planned import Excel, code_of, to_stdout, write_plan
from certbulk.cli.sending import (
    Results,
    agree,
    carried_out,
    settled,
    tell,
    tell_of_none,
    tell_of_saved,
)
from certbulk.cli.service import PacedService
from certbulk.cli.show import spelled
from certbulk.cli.way_on import again
from certbulk.core.file_formats import CHANGE
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from certbulk.cli.output import Target

__all__ = ["change"]

_APPLIED = {".xlsx", ".json"}
"""Suffixes of what is applied later: the rows, or the plan."""


def change(
    *,
    where: Annotated[
        str,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help='Which types, such as "location = Downtown and not issued"; or all.',
        ),
    ],
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="CHANGE",
            help='What becomes of them, such as "balance*=1.07" or "salon_ids+=Airport". May be '
            "repeated.",
        ),
    ],
    round_: Annotated[
        str | None,
        typer.Option(
            "--round",
            metavar="AMOUNT",
            help="Round calculated amounts to a multiple of this, half up. [default: 0.01]",
        ),
    ] = None,
    retitle: Annotated[
        bool,
        typer.Option("--retitle", help="Let titles that name the old face value name the new one."),
    ] = False,
    planning: Planning,
    issued_types: IssuedTypes,
    time_zone: TimeZone = None,
    service: PacedService,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--plan-file",
            metavar="PLAN.json",
            help="Send nothing: save the plan, to apply exactly this plan later.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT.xlsx|PLAN.json|FILE|-",
            help="Send nothing. OUT.xlsx: write the rows as a workbook, to edit and apply. "
            "PLAN.json: save the plan, as --plan-file does. Otherwise, or with --format, write the "
            "rows of the plan as a table: .csv or .parquet, or - for standard output.",
        ),
    ] = None,
    format_: WriteAs = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code",
            help="Send nothing: end with 4 if there is something to send, with 0 if not.",
        ),
    ] = False,
    excel: Excel = None,
    sending: Sending,
    results: Results,
    yes: options.Yes = False,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Change many live types at once, without a sheet.

    A condition says which types, and changes say what becomes of them. It shows the plan and asks
    before it sends. The words are in the reference, page Conditions and changes.

    Examples:
        certbulk change --where "not issued" --set "balance*=1.07" --round 5 --yes
        certbulk change --where issued --set "balance*=1.1" --issued successor --plan-file p.json
        certbulk change --where "location = 720442" --set "salon_ids+=720441" -o added.xlsx
    """
    from certbulk.settings import Settings  # noqa: PLC0415 (what each command needs)

    to = _Targets.of(output, plan_file, format_, overwrite=results.overwrite, json=json)
    to.check(excel, overwrite=results.overwrite)
    results_path = results.of(Path(CHANGE))
    zone = Settings.load(time_zone=time_zone).chosen_time_zone
    only_planned = bool(to.plan_file or to.table or exit_code)
    quiet = json or to_stdout(to.table)  # standard output has something else
    with service.client() as client:
        if not (to.rows or only_planned):
            client.require_real()
        report = cb.change(where, set_, client, round=round_, retitle=retitle, time_zone=zone)
        if to.rows and len(report):
            dates = Layout(time_zone=time_zone)
            way_on = spelled("apply", to.rows, dates, planning, issued_types, service, sending)
            _write(report, to.rows, way_on, overwrite=results.overwrite, json=json)
        made = cb.plan(report, client, **asdict(planning), **asdict(issued_types))
        sends = bool(made.writes) and not only_planned
        if sends:
            client.require_real()  # planning has seen whether it answers like a mock server
        if not quiet:
            _show(made, where, wide=wide, pages=not yes and sends)
        write_plan(made, excel=excel, table=to.table, overwrite=results.overwrite, quiet=quiet)
        if settled(made) and not only_planned:
            tell_of_none(made, json=json)
        if not sends:
            _tell_of_plan(made, json=json, quiet=quiet)
            if to.plan_file and made.decisions:
                cb.save_plan(made, to.plan_file, overwrite=results.overwrite)
                way_on = spelled("apply", to.plan_file, service, sending)
                tell_of_saved(made, to.plan_file, way_on, err=quiet)
            nothing = not made.decisions  # no type matches
            raise typer.Exit(ALL_WELL if nothing else code_of(made, pending=exit_code))
        from certbulk.applying.approving import require_approval  # noqa: PLC0415
        from certbulk.applying.sending.not_sent import why_refused  # noqa: PLC0415

        if not why_refused(made, all_or_nothing=sending.all_or_nothing):
            require_approval(made)
            agree("", made.decisions, made.chain_id, service.host(made), yes=yes)
        run = carried_out(lambda: cb.apply(made, client, **changed(sending)))
    tell(run, results_path, service, *again(made), sending, json=json)


class _Targets(NamedTuple):
    """What is written instead of sending: the rows to apply, the plan, a table of the plan."""

    rows: Path | None
    plan_file: Path | None
    table: Target | None

    @classmethod
    def of(
        cls,
        output: Path | None,
        plan_file: Path | None,
        written_as: str | None,
        *,
        overwrite: bool,
        json: bool,
    ) -> Self:
        """Return them by the options.

        Raises:
            SettingsError: The options contradict each other, or two files are given.
            OutputError: The table cannot be written.
        """
        if written_as or (output and output.suffix.lower() not in _APPLIED):
            return cls(
                None, plan_file, target_of(output, written_as, overwrite=overwrite, json=json)
            )
        if output and plan_file:
            raise SettingsError("Give --output or --plan-file, not both.")
        if output and output.suffix.lower() == ".json":
            return cls(None, output, None)
        return cls(output, plan_file, None)

    def check(self, excel: Path | None, *, overwrite: bool) -> None:
        """Make sure, before anything is asked of the service, that the files can be written.

        Raises:
            OutputError: One of them cannot be written.
        """
        from certbulk.workbook import check_target, check_writable  # noqa: PLC0415

        if self.rows:
            check_target(self.rows, overwrite=overwrite)
        for path in filter(None, (self.plan_file, excel)):
            check_writable(path, overwrite=overwrite)


def _tell_of_plan(plan: cb.Plan, *, json: bool, quiet: bool) -> None:
    """Print the rest of what there is to say of a plan that is not sent."""
    if json:
        show.as_json(plan.as_dict())
    elif settled(plan) and not quiet:
        show.no_changes(plan)


def _show(plan: cb.Plan, where: str, *, wide: bool, pages: bool) -> None:
    if plan.decisions:
        show.plan(plan, wide=wide, pages=pages)
    else:
        show.line(f"No live type matches {where}. Nothing was sent.")


def _write(report: cb.Report, output: Path, way_on: str, *, overwrite: bool, json: bool) -> None:
    from certbulk.making.changed_workbook import write_changed  # noqa: PLC0415

    written = write_changed(report, output, overwrite=overwrite)
    if json:
        show.as_json({**report.as_dict(), "output": str(written)})
    else:
        show.report(report)
        show.then(f"Wrote {written}. Look at it, then", way_on)
    raise typer.Exit(ALL_WELL if report.ok else WITH_BAD_ROWS)

"""Commands about runs: runs, show, resume, results, undo, stop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.sending import Care, Results, agree, tell
from certbulk.cli.service import SameService, SameServiceOrSandbox, Service
from certbulk.cli.show import spelled
from certbulk.errors import NoSuchRunError

__all__ = ["Number", "results", "resume", "runs", "show_", "stop", "undo"]

Number = Annotated[str, typer.Argument(metavar="RUN", help="The run's number (see certbulk runs).")]


def runs(json: options.Json = False) -> None:
    """List the runs of this machine, newest first.

    Examples:
        certbulk runs
    """
    from certbulk.applying.history import run_summaries  # noqa: PLC0415

    found = run_summaries()
    if json:
        show.as_json(found)
        return
    if not found:
        typer.echo("There are no runs yet.")
    for summary in found:
        counts = ", ".join(
            f"{number} {status}"
            for status, number in summary.items()
            if isinstance(number, int) and number and status != "chain_id"
        )
        where = f"{summary['service']}  chain {summary['chain_id']}  {summary['file']}"
        what = f"{summary['kind']}  {summary['state']}"
        show.lines([f"{summary['run']}  {what}  {where}  {counts}"])


def show_(run: Number, json: options.Json = False) -> None:
    """Show a run: its state, its counts, the rows to check.

    This works for a run that is under way in another terminal or on the upload page, too.

    Examples:
        certbulk show 20270131-101500-a1b2c3
    """
    from certbulk.applying.history import doing_now, service_name  # noqa: PLC0415

    found = cb.attach(run)
    service, undoes = service_name(found.plan.base_url), found.plan.undoes
    doing = doing_now(found)
    if json:
        kind = "apply" if undoes is None else "undo"
        head = {"service": service, "chain_id": found.plan.chain_id, "kind": kind}
        state = {"state": found.state, "reason": found.reason, "doing": doing}
        show.as_json({**head, **state, **found.as_dict()})
    else:
        what = "Apply" if undoes is None else f"Undo of run {undoes}"
        show.lines([f"{what} on chain {found.plan.chain_id}, {service}"])
        show.lines([f"Now: {doing}"] if doing else [])
        show.run(found)
    raise typer.Exit(ALL_WELL if found.ok else WITH_BAD_ROWS)


def resume(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="The run's number. [default: the newest of the chain that has rows left]",
        ),
    ] = None,
    *,
    service: SameServiceOrSandbox,
    care: Care,
    results: Results,
    yes: options.Yes = False,
    json: options.Json = False,
) -> None:
    """Continue a run where it stopped.

    Rows that were sent are not sent again; rows that may have been sent are looked up first. The
    file is no longer needed.

    Examples:
        certbulk resume --yes
        certbulk resume 20270131-101500-a1b2c3
    """
    number = run or _to_resume(service)
    found = cb.attach(number)
    place = results.of(_file_of(found.plan))
    open_rows = {o.row for o in found.outcomes if o.status in ("not_sent", "unknown")}
    left = [d for d in found.plan.decisions if d.row in open_rows]
    if not json:
        show.run(found)
    if left and found.state != "refused":  # that one sends nothing this time either
        host = service.host(found.plan)
        agree(f"Resume run {number}", left, found.plan.chain_id, host, yes=yes)
    with service.client(found.plan) as client:
        done = cb.resume(number, client, **changed(care))
    tell(done, place, service, json=json)


def results(
    run: Number,
    *,
    output: options.Output,
    overwrite: options.Overwrite = False,
) -> None:
    """Write the results workbook of a run again.

    It is written from the journal alone; the file that was read is not needed.

    Examples:
        certbulk results 20270131-101500-a1b2c3 -o again.xlsx
    """
    path = cb.attach(run).to_excel(output, overwrite=overwrite)
    show.line(f"Results: {path}")


def undo(
    run: Number,
    *,
    service: SameService,
    workbook: Annotated[
        Path | None,
        typer.Option(
            "--workbook",
            metavar="OUT.xlsx",
            help="Send nothing: write what would be put back as a workbook, to edit and apply.",
        ),
    ] = None,
    doubles: Annotated[
        bool,
        typer.Option(
            "--doubles",
            help="Delete only types that somebody else created as well, before this run.",
        ),
    ] = False,
    care: Care,
    results: Results,
    yes: options.Yes = False,
    json: options.Json = False,
) -> None:
    """Delete what a run created and put back what it updated.

    It shows what it would do first, and asks. Types changed or issued since are left as they are.

    Examples:
        certbulk undo 20270131-101500-a1b2c3
        certbulk undo 20270131-101500-a1b2c3 --workbook as_before.xlsx
        certbulk undo 20270131-101500-a1b2c3 --doubles
    """
    from certbulk.workbook import check_writable  # noqa: PLC0415 (what each command needs)

    found = cb.attach(run)
    source = _file_of(found.plan)
    if workbook:
        check_writable(workbook, overwrite=results.overwrite)
    place = results.of(source.with_stem(f"{source.stem}.undo"))
    with service.client(found.plan) as client:
        made = cb.undo(run, client, doubles=doubles)
        if workbook:
            from certbulk.making.undo_workbook import undo_workbook  # noqa: PLC0415

            path = undo_workbook(made, workbook, overwrite=results.overwrite)
            way_on = _applied(path, made, service.base_url)
            show.then(f"Wrote {path}. Look at it, then", way_on, err=json)
            return
        if not json:
            show.plan(made)
        if made.writes:
            agree(f"Undo run {run}", made.decisions, made.chain_id, service.host(made), yes=yes)
        done = cb.apply(made, client, **changed(care))
    tell(done, place, service, json=json)


def stop(run: Number) -> None:
    """Ask a run in another terminal to stop at the next row.

    The rows in flight are finished, and the results are written. It can be resumed.

    Examples:
        certbulk stop 20270131-101500-a1b2c3
    """
    state = cb.stop(run)
    if state == "running":
        says = "will stop at its next row."
    elif state == "interrupted":
        says = "was cut off already: the process that ran it is gone."
    else:
        says = f"has {state} already: there is nothing to stop."
    way_on = "" if state == "finished" else f" To send the rest: certbulk resume {run}"
    show.line(f"Run {run} {says}{way_on}")


def _applied(path: Path, plan: cb.Plan, base_url: str | None) -> str:
    """Return the command that applies a workbook where a plan was made, with its dates."""
    from certbulk.settings import Settings  # noqa: PLC0415

    zone = str(plan.report.time_zone)
    return spelled(
        "apply",
        path,
        time_zone=None if zone == Settings.load().time_zone else zone,
        sandbox=plan.base_url.startswith("sandbox:"),
        chain_id=plan.chain_id,
        base_url=base_url,
    )


def _file_of(plan: cb.Plan) -> Path:
    """Return where the file of a plan was; its folder may have gone meanwhile."""
    sheet = plan.report.sheet
    there = sheet.folder is not None and Path(sheet.folder).is_dir()
    name = sheet.source.replace("\\", "/").rpartition("/")[2] or "plan"  # no way out of the folder
    return Path(sheet.folder or "", name) if there else Path(name)


def _to_resume(service: SameServiceOrSandbox) -> str:
    """Return the newest run of the configured chain that a resume can bring further.

    Raises:
        NoSuchRunError: There is none.
        SettingsError: No chain is set.
    """
    from certbulk.applying.history import run_to_resume, service_name  # noqa: PLC0415

    target = Service(service.sandbox, service.chain_id, service.base_url).target_of_runs()
    found = run_to_resume(*target)
    if found is None:
        raise NoSuchRunError(
            f"No run of chain {target[1]} at {service_name(target[0])} has rows that are still "
            "to be sent or checked.",
            terminal="The runs of all chains: certbulk runs",
        )
    return found

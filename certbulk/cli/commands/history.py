"""Commands about runs: runs, show, resume, results, undo, stop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.output import Output
from certbulk.cli.plan_options import Care
from certbulk.cli.sending import (
    Results,
    agree,
    carried_out,
    is_in_words,
    settled,
    source_name,
    tell,
    tell_of_none,
)
from certbulk.cli.service import (
    PacedService,
    SameService,
    SameServiceOrSandbox,
    Service,
    parser_of,
    require_sandbox,
)
from certbulk.cli.show import spelled
from certbulk.cli.way_on import again, same_options, same_zone, sent_by, service_of
from certbulk.core.file_formats import CHANGE
from certbulk.errors import NoSuchRunError, SettingsError

__all__ = ["Number", "results", "resume", "runs", "show_", "stop", "undo"]

Number = Annotated[str, typer.Argument(metavar="RUN", help="The run's number (see certbulk runs).")]


def runs(
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="The most runs to list. [default: all]"),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(
            "--service", metavar="NAME", help="Only runs of this service: practice, or its host."
        ),
    ] = None,
    chain: Annotated[
        int | None,
        typer.Option(
            "--chain", metavar="ID", parser=parser_of("chain_id"), help="Only runs of this chain."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """List the runs in the journal, newest first.

    A line has the number, the kind, the state, the service, when it was, and the counts. The kind
    is apply, undo or settle; a settle is a decision by hand about a row of the run. With a shared
    journal, it also has who sent, on which machine, in which lane, and who approved it.

    Examples:
        certbulk runs
        certbulk runs --limit 5 --service practice
    """
    from certbulk.applying.history import run_summaries  # noqa: PLC0415

    found = run_summaries(limit=limit, service=service, chain=chain)
    if json:
        show.as_json(found)
        return
    if not found:
        chosen = limit or service or chain
        typer.echo("There are no such runs." if chosen else "There are no runs yet.")
    for summary in found:
        counts = ", ".join(
            f"{number} {status}"
            for status, number in summary.items()
            if isinstance(number, int) and number and status not in {"chain_id", "rows"}
        )
        where = f"{summary['service']}  chain {summary['chain_id']}"
        if "who" in summary:
            where += f"  {summary['who']} {summary['worker']}  lane {summary['lane']}"
            where += f"  approved by {by}" if (by := summary["approved_by"]) else ""
        what = f"{summary['kind']}  {summary['state']}"
        when = f"{summary['started'][:19].replace('T', ' ')} UTC"
        show.lines([f"{summary['run']}  {what}  {where}  {when}  {summary['file']}  {counts}"])


def show_(run: Number, json: options.Json = False) -> None:
    """Show a run: its state, its counts, the rows to check.

    It lists the rows that made its exit code, including those that were not sent. It also shows a
    run that is under way in another terminal or on the upload page.

    Examples:
        certbulk show 20270131-101500-a1b2c3
    """
    from certbulk.applying.history import doing_now, service_name  # noqa: PLC0415

    found = cb.attach(run)
    service, undoes = service_name(found.plan.base_url), found.plan.undoes
    doing = doing_now(found)
    if json:
        show.as_json({"doing": doing, **found.as_dict()})
    else:
        what = "Apply" if undoes is None else f"Undo of run {undoes}"
        show.lines([f"{what} on chain {found.plan.chain_id}, {service}"])
        show.lines([f"Now: {doing}"] if doing else [])
        show.run(found)
        show.kept_back(found)
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
    if service.sandbox:
        require_sandbox(found)
    results_path = results.of(_file_of(found.plan))
    open_rows = {o.row for o in found.outcomes if o.status in ("not_sent", "unknown")}
    left = [d for d in found.plan.decisions if d.row in open_rows]
    if not json and left:
        show.run(found)
    if left and found.state != "refused":  # that one sends nothing this time either
        host = service.host(found.plan)
        agree(f"Resume run {number}", left, found.plan.chain_id, host, yes=yes)
    with service.client(found.plan) as client:
        done = carried_out(lambda: cb.resume(number, client, **changed(care)))
    tell(done, results_path, service, *again(done.plan), sent_by(number, care), json=json)


def results(
    run: Number,
    *,
    output: Output,
) -> None:
    """Write the results of a run again: the workbook, or a table.

    They come from the journal alone; the file that was read is not needed. A table has the rows as
    they were read with their outcomes, and can be applied again. As JSON, the rows are those of
    certbulk show --json.

    Examples:
        certbulk results 20270131-101500-a1b2c3 -o again.xlsx
        certbulk results 20270131-101500-a1b2c3 --format csv
    """
    target = output.target()
    if target is None:
        raise SettingsError("Say where the results go: -o FILE, or - for standard output.")
    from certbulk.applying.results_workbook import result_sheets  # noqa: PLC0415
    from certbulk.core.results.row_document import ROW_KEYS  # noqa: PLC0415
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    found = cb.attach(run)
    if target.written.name == "json":
        table = OutputTable.of("results", found.as_dict()["outcomes"], ROW_KEYS)
    else:
        sheet = result_sheets(found)[0]
        table = OutputTable(sheet.name, sheet.headers, sheet.rows)
    target.put(table, found.to_excel)
    show.line(f"Results: {target.named}", err=target.path is None)


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
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="The practice chain, to make sure. [default: by the run]"),
    ] = False,
    care: Care,
    results: Results,
    yes: options.Yes = False,
    wide: options.Wide = False,
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
    if sandbox:
        require_sandbox(found)
    source = _file_of(found.plan)
    if workbook:
        check_writable(workbook, overwrite=results.overwrite)
    results_path = results.of(source.with_stem(f"{source.stem}.undo"))
    with service.client(found.plan) as client:
        made = cb.undo(run, client, doubles=doubles)
        if workbook:
            from certbulk.making.undo_workbook import undo_workbook  # noqa: PLC0415

            path = undo_workbook(made, workbook, overwrite=results.overwrite)
            dates = Layout(time_zone=same_zone(made))
            there = service_of(made, same_options(PacedService, service))
            way_on = spelled("apply", path, dates, there, care)
            show.then(f"Wrote {path}. Look at it, then", way_on, err=json)
            return
        if not json:
            show.plan(made, wide=wide, pages=not yes)
        if settled(made):
            tell_of_none(made, json=json)
        if made.writes:
            from certbulk.applying.approving import require_approval  # noqa: PLC0415

            require_approval(made)
            agree(f"Undo run {run}", made.decisions, made.chain_id, service.host(made), yes=yes)
        done = carried_out(lambda: cb.apply(made, client, **changed(care)))
    tell(done, results_path, service, care, json=json)


def stop(
    run: Number,
    *,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="With a shared journal: also end the session of a run that hangs. It can then "
            "send nothing more, and its chain is free.",
        ),
    ] = False,
) -> None:
    """Ask a run in another terminal to stop at the next row.

    The rows in flight are finished, and the results are written. It can be resumed.

    Examples:
        certbulk stop 20270131-101500-a1b2c3
        certbulk stop 20270131-101500-a1b2c3 --force
    """
    state = cb.stop(run, force=force)
    if state == "running" and force:
        says = "was cut off: it can send nothing more, and its chain is free."
    elif state == "running":
        says = "will stop at its next row."
    elif state == "interrupted":
        says = "was cut off already: the process that ran it is gone."
    else:
        says = f"has {state} already: there is nothing to stop."
    said = f"Run {run} {says}"
    if state == "finished":
        show.line(said)
    else:
        show.then(f"{said} To send the rest", spelled("resume", run))


def _file_of(plan: cb.Plan) -> Path:
    """Return where the file of a plan was; its folder may have gone meanwhile."""
    if is_in_words(plan):
        return Path(CHANGE)
    sheet = plan.report.sheet
    there = sheet.folder is not None and Path(sheet.folder).is_dir()
    name = source_name(plan)
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

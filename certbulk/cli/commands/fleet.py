"""Commands for many chains: fleet plan, apply, drift, export, show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import spread
from certbulk.cli.options import ALL_WELL, STOPPED, WITH_BAD_ROWS
from certbulk.cli.output import Output
from certbulk.cli.planned import to_stdout
from certbulk.core.counting import counted
from certbulk.errors import CertbulkError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.cli.output import Target
    from certbulk.workbook.writing.output_tables import OutputTable

__all__ = ["fleet"]

fleet = typer.Typer(
    name="fleet",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Do the same on many chains: a line of a table for each.

    Columns of the table: chain, file, profile, action (apply, drift, export), options, note. Tokens
    come from the profile of a line, or from the environment, of the worker that does the work.
    """,
)

JobsFile = Annotated[
    Path, typer.Argument(metavar="JOBS", help="The table of jobs: a workbook or a .csv file.")
]


@dataclass(frozen=True)
class Crew:
    """Who does the work, and with which file."""

    workers: Annotated[
        str | None,
        typer.Option(
            "--workers",
            metavar="N|ADDRESS",
            help="A number of processes on this machine, or the address of a Dask scheduler, such "
            "as tcp://10.0.0.5:8786. [default: this process, one chain after the other]",
        ),
    ] = None
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", metavar="FILE", help="The file of all lines of the table that name none."
        ),
    ] = None

    def fleet(self, jobs: Path, *, progress: bool = True) -> cb.Fleet:
        """Return the fleet."""
        return cb.fleet(jobs, self.workers, file=self.file, progress=progress)


@dataclass(frozen=True)
class Told(Output):
    """How a fleet is reported."""

    results: Annotated[
        Path | None,
        typer.Option(
            "--results",
            metavar="OUT.xlsx",
            help="Write the results workbook: a line for each chain, a sheet for each outcome.",
        ),
    ] = None
    json: options.Json = False

    @property
    def is_quiet(self) -> bool:
        """Whether standard output has a document or a table, and nothing else."""
        return self.json or to_stdout(self.target(json=self.json))

    def check(self) -> None:
        """Refuse, before anything is done, what cannot be written.

        Raises:
            OutputError: A file exists, or cannot be written.
            SettingsError: The options contradict each other.
        """
        from certbulk.workbook import check_writable  # noqa: PLC0415 (only if there is one)

        self.target(json=self.json)
        if self.results:
            check_writable(self.results, overwrite=self.overwrite)

    def tell(self, done: cb.Fleet) -> None:
        """Print a fleet, and write its workbook and its table."""
        if self.results:
            done.to_excel(self.results, overwrite=self.overwrite)
        table = self.target(json=self.json)
        if table:
            table.put(_table_of(done, table), done.to_excel)
        if self.json:
            path = str(self.results) if self.results else None
            show.as_json({**done.as_dict(), "results": path})
            return
        quiet = to_stdout(table)
        if not quiet:
            show.fleet(done)
        if self.results:
            show.line(f"Results: {self.results}", err=quiet)
        if table and table.path:
            show.line(f"Chains: {table.path}")


def _table_of(done: cb.Fleet, target: Target) -> OutputTable:
    """Return a line for each chain; as JSON, in the form of --json."""
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    lines = done.as_dict()["chains"] if target.written.name == "json" else done.lines()
    return OutputTable.of("chains", lines, list(lines[0]))


@fleet.command("plan")
@spread
def plan_(jobs: JobsFile, *, crew: Crew, told: Told) -> None:
    """Make the plan of every chain, and keep it. Nothing is sent.

    A chain whose plan needs a person is left out, with the reason: rows that are invalid or
    blocked, also by the policy, or prices that jump. The exit code is 1 if there is one.

    Examples:
        certbulk fleet plan jobs.xlsx
        certbulk fleet plan jobs.xlsx --file campaign.xlsx --workers 3
    """
    told.check()
    _carried_out(crew.fleet(jobs), lambda made: made.plan(), told)


@fleet.command("apply")
@spread
def apply_(jobs: JobsFile, *, crew: Crew, told: Told, yes: options.Yes = False) -> None:
    """Send the plans of all chains that need nobody.

    A chain without a plan gets one first. The same command goes on after an interruption: what has
    ended is not done again, and what has begun is resumed. Exit codes: 0 all well; 1 finished, with
    chains to look at; 2 could not start; 3 stopped before the end.

    Examples:
        certbulk fleet apply jobs.xlsx --results fleet.results.xlsx
        certbulk fleet apply jobs.xlsx --workers tcp://10.0.0.5:8786 --yes
    """
    told.check()
    asked = crew.fleet(jobs)
    if not yes:
        _agree(asked, quiet=told.is_quiet)
    _carried_out(asked, lambda made: made.apply(), told)


def _agree(asked: cb.Fleet, *, quiet: bool) -> None:
    """Show the plans, and ask whether to send them; without a terminal, refuse."""
    from certbulk.cli.sending import ask  # noqa: PLC0415 (only if somebody is asked)

    asked.prepare()
    if chains := asked.to_send:
        if not quiet:
            show.fleet(asked)
        ask(f"Send {counted(asked.left, 'row')} to {counted(chains, 'chain')}?")


@fleet.command("drift")
@spread
def drift_(
    jobs: JobsFile,
    *,
    crew: Crew,
    told: Told,
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            metavar="WHEN",
            help="Compare again and again: night (at 03:00), hour, or a time of day such as 22:30. "
            "[default: once]",
        ),
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(
            "--notify",
            metavar="URL",
            help="Send a message as JSON when a chain changes its state, not at each comparison. "
            "[default: CERTBULK_NOTIFY_URL]",
        ),
    ] = None,
) -> None:
    """Compare what is live in every chain with its file, or with its newest run.

    The exit code is 1 if something differs or could not be compared.

    Examples:
        certbulk fleet drift jobs.xlsx
        certbulk fleet drift jobs.xlsx --every night --notify https://example.com/hook
    """
    from certbulk.fleets.notify import checked_webhook, next_time  # noqa: PLC0415
    from certbulk.settings import Settings  # noqa: PLC0415

    told.check()
    known = Settings.load().notify_url
    url = notify or (known.get_secret_value() if known else "")
    if url:
        url = checked_webhook(url)
    if every:
        next_time(every, _now())
    code = _compared(crew.fleet(jobs), told, url)
    while every is not None and code != STOPPED:
        due = next_time(every, _now())
        show.line(f"Next comparison: {due:%Y-%m-%d %H:%M}. Ctrl-C ends.", err=True)
        try:
            while (seconds := (due - _now()).total_seconds()) > 0:
                sleep(min(seconds, _NAP))
        except KeyboardInterrupt:
            break
        try:
            code = _compared(crew.fleet(jobs), replace(told, overwrite=True), url)
        except CertbulkError as error:  # by the next night, it may be well again
            show.line(f"Warning: {error}", err=True)
            code = WITH_BAD_ROWS
    raise typer.Exit(code)


_NAP = 60.0
"""Seconds: a sleep does not go on while the machine sleeps, and the time of day does."""


def _now() -> datetime:
    return datetime.now().astimezone()


def _compared(asked: cb.Fleet, told: Told, url: str) -> int:
    """Compare once, tell of it, and return the exit code."""
    code = _code_of(asked, lambda made: made.drift(), told)
    if url and code != STOPPED:
        _notify(asked, url)
    return code


def _notify(asked: cb.Fleet, url: str) -> None:
    """Send a message if something has changed; if it is not delivered, the next one tells it."""
    try:
        asked.notify(url, _now())
    except OutputError as error:
        show.line(f"Warning: {error}", err=True)


@fleet.command("export")
@spread
def export_(
    jobs: JobsFile,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the workbooks go: 706028.xlsx, …")
    ],
    *,
    crew: Crew,
    told: Told,
) -> None:
    """Write what is live in every chain to a workbook of a folder.

    Examples:
        certbulk fleet export jobs.xlsx backup
    """
    told.check()
    asked = crew.fleet(jobs)
    _carried_out(asked, lambda made: made.export(folder, overwrite=told.overwrite), told)


@fleet.command("show")
@spread
def show_(jobs: JobsFile, *, crew: Crew, told: Told) -> None:
    """Show the plan or the run of every chain. Nothing is asked of the service.

    Examples:
        certbulk fleet show jobs.xlsx
        certbulk fleet show jobs.xlsx --results fleet.results.xlsx
    """
    told.check()
    _carried_out(crew.fleet(jobs), lambda made: made.look(), told)


def _carried_out(asked: cb.Fleet, do: Callable[[cb.Fleet], object], told: Told) -> None:
    raise typer.Exit(_code_of(asked, do, told))


def _code_of(asked: cb.Fleet, do: Callable[[cb.Fleet], object], told: Told) -> int:
    """Do something with a fleet, report it, also after Ctrl-C, and return the exit code."""
    stopped = False
    try:
        do(asked)
    except KeyboardInterrupt:
        stopped = True
    told.tell(asked)
    if stopped or asked.counts.get("stopped"):
        return STOPPED
    return ALL_WELL if asked.ok else WITH_BAD_ROWS

"""What the commands that send have in common: the question before, the telling after."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NamedTuple, Self

import typer

from certbulk.cli import show
from certbulk.cli.asking import signals_end_the_wait
from certbulk.cli.exits import ALL_WELL, COULD_NOT_START, STOPPED, WITH_BAD_ROWS
from certbulk.cli.spelled import spelled
from certbulk.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    import certbulk as cb

__all__ = ["ResultsPlace", "ask", "tell"]


class ResultsPlace(NamedTuple):
    """Where the results go: the path that was given, or a name beside the file."""

    given: Path | None
    file: Path
    overwrite: bool

    def check(self) -> Self:
        """Make sure, before anything is sent, that the results can be written.

        Raises:
            OutputError: Nothing can be written there.
            SettingsError: It is no name of a workbook.
        """
        from certbulk.workbook import check_writable  # noqa: PLC0415

        target = self._target()
        if target.suffix.lower() != ".xlsx":
            raise SettingsError(f"--results {target} must end in .xlsx.")
        if target.exists() and self.file.exists() and target.samefile(self.file):
            raise OutputError(f"{target} is the file that is read. Give the results another name.")
        check_writable(target, overwrite=self.overwrite)
        return self

    def write(self, run: cb.Run) -> Path:
        """Write the results of a run and return their path.

        A name that was not given is the first that is free by now: another run on the same file
        may have ended meanwhile.

        Raises:
            OutputError: They cannot be written.
        """
        while True:
            target = self._target()
            try:
                return run.to_excel(target, overwrite=self.overwrite)
            except OutputError:
                if self.given or self.overwrite or not target.exists():
                    raise

    def _target(self) -> Path:
        from certbulk.workbook import beside  # noqa: PLC0415

        return self.given or beside(self.file, "results", overwrite=self.overwrite)


def ask(question: str) -> None:
    """Ask whether to send; without somebody to ask, refuse."""
    if not sys.stdin.isatty():
        typer.echo(
            "certbulk: there is no terminal to ask at, so nothing was sent. "
            "Add --yes to send without asking.",
            err=True,
        )
        raise typer.Exit(COULD_NOT_START)
    try:
        with signals_end_the_wait():
            agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        agreed = False
    if not agreed:
        typer.echo("Nothing was sent.", err=True)
        raise typer.Exit(STOPPED)


def tell(run: cb.Run, place: ResultsPlace, *, json: bool, **how: str | float) -> None:
    """Write the results workbook, print what came of a run, and end with its exit code.

    `how` are the options that a resume of it needs.
    """
    # Nothing is left to stop, and all is to be written.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        written: Path | None = place.write(run)
    except OutputError as error:
        written = None
        typer.echo(
            f"certbulk: {error} The journal has it all: certbulk results {run.id} -o OTHER.xlsx",
            err=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    if json:
        counts = run.as_dict()
        path = str(written) if written else None
        show.as_json({"run": counts.pop("run"), "results": path, **counts})
    else:
        show.run(run)
        if written:
            typer.echo(f"Results: {written}")
        if run.state != "finished":
            show.then("Go on with", spelled("resume", run.id, **how))
    if run.state != "finished" or written is None:
        raise typer.Exit(STOPPED)
    raise typer.Exit(ALL_WELL if run.ok else WITH_BAD_ROWS)

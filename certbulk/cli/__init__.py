"""The command line: thin commands that read their arguments, call the library and print.

Exit codes: 0 all well; 1 finished, with rows invalid, blocked, failed or unknown; 2 could not
start; 3 stopped before the end.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from certbulk import __version__
from certbulk.cli import show
from certbulk.cli.commands import account, audit, check, history, make, move, repair, send, web
from certbulk.cli.commands import sandbox as practise
from certbulk.cli.commands import settle as by_hand
from certbulk.cli.grouping import spread
from certbulk.cli.interrupts import hear_interrupts
from certbulk.cli.options import COULD_NOT_START, STOPPED
from certbulk.cli.terminal import clean_exit, clean_streams
from certbulk.errors import CertbulkError
from certbulk.progress import left_behind

__all__ = ["app", "main"]


class _Commands(TyperGroup):
    """Turns what certbulk raises on purpose into a line and an exit code."""

    def main(self, *args: Any, **how: Any) -> Any:
        with clean_exit():
            return super().main(*args, **how)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CertbulkError as error:
            show.line(f"certbulk: {error}", err=True)
            if error.terminal:
                show.line(error.terminal, err=True)
            raise typer.Exit(COULD_NOT_START) from None
        except KeyboardInterrupt:
            typer.echo("certbulk: stopped.", err=True)
            raise typer.Exit(STOPPED) from None


app = typer.Typer(
    name="certbulk",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    check.validate,
    repair.fix,
    send.plan,
    send.apply,
    history.runs,
    history.show_,
    history.resume,
    history.results,
    history.undo,
    history.stop,
    by_hand.settle,
    audit.drift,
    make.export,
    make.template,
    move.rebind,
    check.rules,
    check.columns,
    practise.sandbox,
    account.login,
    web.web,
):
    app.command(command.__name__.rstrip("_"))(spread(command))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"certbulk {__version__}")
        raise typer.Exit


@app.callback()
def certbulk(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Create and update gift-certificate types from spreadsheets.

    To see what it does, on a practice server: certbulk apply FILE --sandbox

    Exit codes: 0 all well; 1 finished, with rows to look at; 2 could not start; 3 stopped before
    the end.
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no arrow gets its number
            stream.reconfigure(errors="backslashreplace")
    clean_streams()  # also for what Python itself prints as it ends
    command_line = get_command(app)
    hear_interrupts()
    try:
        command_line()
    except SystemExit as end:
        if end.code == STOPPED and left_behind():  # it would fail loudly as Python goes away
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(STOPPED)
        raise

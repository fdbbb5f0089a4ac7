"""The command line: thin commands that read their arguments, call the library and print.

Exit codes: 0 all well; 1 finished, with rows invalid, blocked, failed or unknown; 2 could not
start; 3 stopped before the end; 4 changes are pending, of `plan` and `change` with `--exit-code`
only.
"""

from __future__ import annotations

import io
import os
import re
import sys
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from certbulk import __version__
from certbulk.cli import show
from certbulk.cli.commands import (
    account,
    audit,
    check,
    history,
    make,
    move,
    repair,
    send,
    setup,
    types,
    web,
)
from certbulk.cli.commands import approve as approving
from certbulk.cli.commands import change as in_words
from certbulk.cli.commands import check_service as checking
from certbulk.cli.commands import fleet as many
from certbulk.cli.commands import rehearse as rehearsing
from certbulk.cli.commands import sandbox as sandbox_command
from certbulk.cli.commands import settle as by_hand
from certbulk.cli.grouping import GIVEN, Given, changed, spread
from certbulk.cli.interrupts import hear_interrupts
from certbulk.cli.options import COULD_NOT_START, STOPPED, WITH_BAD_ROWS
from certbulk.cli.service import SameService, Service
from certbulk.cli.terminal import clean_exit, clean_streams, not_written, open_streams
from certbulk.errors import CertbulkError
from certbulk.progress import left_behind

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["app", "main"]


_OPTION = re.compile(r"--[a-z][a-z-]*")
_COMMAND = re.compile(r"\bcertbulk (?P<name>[a-z]+)(?P<rest>[^.:;]*)")


class _Commands(TyperGroup):
    """Turns what certbulk raises on purpose into a line and an exit code."""

    def main(self, *args: Any, **how: Any) -> Any:
        before = GIVEN.set(Given())
        try:
            with clean_exit():
                return super().main(*args, **how)
        finally:
            GIVEN.reset(before)

    def invoke(self, ctx: Any) -> Any:
        words = list(ctx.args)
        try:
            return super().invoke(ctx)
        except TyperException:
            if advice := _split_quotes(words):
                show.line(advice, err=True)
            raise
        except CertbulkError as error:
            show.line(f"certbulk: {error.args[0] if error.pointer else error}", err=True)
            for line in error.pointer:
                show.line(line, err=True)
            if advice := self._going_on(ctx, self._fitting(ctx, error.terminal)):
                show.line(advice, err=True)
            raise typer.Exit(COULD_NOT_START) from None
        except KeyboardInterrupt:
            typer.echo("certbulk: stopped.", err=True)
            raise typer.Exit(STOPPED) from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by what they are for."""
        names = self.list_commands(ctx)
        room = max(map(len, names))
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in names:
            command: Any = self.get_command(ctx, name)
            if command:
                line = name.ljust(room), command.get_short_help_str(formatter.width)
                groups.setdefault(command.rich_help_panel or "Commands", []).append(line)
        for group, lines in groups.items():
            with formatter.section(group):
                formatter.write_dl(lines)

    def _fitting(self, ctx: Any, advice: str) -> str:
        """Return advice without the sentences about options that the command does not have."""
        command = self.get_command(ctx, ctx.invoked_subcommand or "")
        known = {option for known in (command.params if command else ()) for option in known.opts}
        sentences = re.split(r"(?<=[.]) (?=[A-Z])", advice)
        return " ".join(
            sentence
            for sentence in sentences
            if "certbulk " in sentence or {*_OPTION.findall(sentence)} <= known
        )

    def _going_on(self, ctx: Any, advice: str) -> str:
        """Return advice whose commands go to the same chain, by the same journal.

        Each gets the profile and the journal that were named, and the options of the service.
        """
        groups = [one for one in GIVEN.get().groups if isinstance(one, Service | SameService)]
        given = [option for group in groups for option in changed(group).items()]

        def whole(found: re.Match[str]) -> str:
            command = self.get_command(ctx, found["name"])
            if command is None:
                return found[0]
            known = {param.name for param in command.params}
            if known & {"run", "plan"}:  # which says the chain
                known -= {"sandbox", "chain_id"}
            words = ["certbulk"] if "--profile" in found["rest"] else show.lead()
            words.append(found["name"])
            for name, value in given:
                words += show.option(name, value) if name in known else []
            return f"{show.joined(words)}{found['rest']}"

        return _COMMAND.sub(whole, advice)


def _split_quotes(words: list[str]) -> str:
    """Return what to write if a shell, such as cmd.exe, has split a text in single quotes."""
    start = next((n for n, word in enumerate(words) if word[:1] == "'"), len(words))
    ends = (n for n, word in enumerate(words) if n > start and word[-1:] == "'")
    end = next(ends, None)
    if end is None or words[start][-1:] == "'":
        return ""
    text = " ".join(words[start : end + 1])[1:-1]
    return f'This shell does not take single quotes. Write "{text}", in double quotes.'


app = typer.Typer(
    name="certbulk",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Check and send": (
        check.validate,
        repair.fix,
        send.plan,
        approving.approve,
        send.apply,
        in_words.change,
        rehearsing.rehearse,
    ),
    "Runs": (
        history.runs,
        history.show_,
        history.resume,
        history.results,
        history.undo,
        history.stop,
        by_hand.settle,
    ),
    "What is live": (types.list_, types.get, make.export, audit.drift),
    "Help with files": (make.template, move.rebind, check.rules, check.columns),
    "Set up": (setup.init, account.login, checking.check, sandbox_command.sandbox, web.web),
}
"""The commands by what they are for, in the order of the help."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"certbulk {__version__}")
        raise typer.Exit


def _use_profile(ctx: typer.Context, name: str | None) -> None:
    """Let every part of a command, and processes that it starts, use a profile."""
    if name is None:
        return
    from certbulk.settings.profiles import PROFILE, checked_name  # noqa: PLC0415

    _use(ctx, PROFILE, checked_name(name))


def _use(ctx: typer.Context, variable: str, value: str | None) -> None:
    """Set a variable of the environment while the command runs."""
    if value is None:
        return
    before = os.environ.get(variable)
    os.environ[variable] = value

    def restore() -> None:
        del os.environ[variable]
        os.environ.update({} if before is None else {variable: before})

    ctx.find_root().call_on_close(restore)  # advice about an error names it, too


def _use_journal(ctx: typer.Context, url: str | None) -> None:
    """Let every part of a command, and processes that it starts, use a shared journal."""
    if url is not None:
        GIVEN.set(replace(GIVEN.get(), journal=url))
    _use(ctx, "CERTBULK_JOURNAL_URL", url)


_EVERYWHERE = {
    "profile": Annotated[str | None, typer.Option("--profile", hidden=True, callback=_use_profile)],
    "journal": Annotated[str | None, typer.Option("--journal", hidden=True, callback=_use_journal)],
}
"""Options that are taken before the command and after it; the help has them before it."""
for group, several in _COMMANDS.items():
    for command in several:
        named = command.__name__.rstrip("_")
        app.command(named, rich_help_panel=group)(spread(command, _EVERYWHERE))
app.add_typer(many.fleet, rich_help_panel="Many chains")


@app.callback()
def certbulk(
    *,
    ctx: typer.Context,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="Use the settings and tokens of a profile: see certbulk init. "
            "[default: CERTBULK_PROFILE]",
        ),
    ] = None,
    journal: Annotated[
        str | None,
        typer.Option(
            "--journal",
            metavar="URL",
            help="Use the journal that others share: postgresql+psycopg://host/database. Leave "
            "the password out, as other users of this machine see the command. "
            "[default: CERTBULK_JOURNAL_URL]",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Create and update gift-certificate types from spreadsheets.

    To see what it does, in the sandbox, a practice server: certbulk apply FILE --sandbox

    Exit codes: 0 all well; 1 finished, with rows to look at; 2 could not start; 3 stopped before
    the end; 4 changes are pending (plan and change with --exit-code).
    """
    del version  # its callback has ended the command
    _use_profile(ctx, profile)
    _use_journal(ctx, journal)


def _tell_of_warning(message: Warning | str, *_: object, **__: object) -> None:
    show.line(f"Warning: {message}", err=True)


def main() -> None:
    """Run the command line."""
    warnings.showwarning = _tell_of_warning  # else with a line of code
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no arrow gets its number
            stream.reconfigure(errors="backslashreplace")
    clean_streams()  # also for what Python itself prints as it ends
    command_line = get_command(app)
    hear_interrupts()
    try:
        command_line()
    except SystemExit as end:
        if (why := not_written()) and end.code != COULD_NOT_START:
            show.line(f"certbulk: Not all of the output could be written ({why}).", err=True)
            end.code = end.code or WITH_BAD_ROWS
        if end.code == STOPPED and left_behind():  # it would fail loudly as Python goes away
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(STOPPED)
        raise

"""The page of commands: what each says of itself with `--help`."""

import re

from typer.main import get_command
from typer.testing import CliRunner

from certbulk.cli import app

__all__ = ["page"]

_WIDTH = 100


def page() -> str:
    """Return the page."""
    commands = getattr(get_command(app), "commands")  # noqa: B009 (the type does not say so)
    rows = "\n".join(
        f"| [`{name}`](#certbulk-{name}) | {command.get_short_help_str(_WIDTH)} |"
        for name, command in commands.items()
    )
    sections = "\n".join(f"## certbulk {name}\n\n{_helps(name)}" for name in commands)
    return f"""# Commands

This page is made from the `--help` of each command. Words in capitals stand for your own values.

| command | what it does |
|---|---|
{rows}

- **Exit codes**: 0 all well; 1 finished, with rows that are invalid, blocked, failed or unknown, or
  with something open or different; 2 could not start; 3 stopped before the end.
- **Output**: results go to standard output, progress and questions to standard error; with
  `--json`, standard output is one JSON document.
- **Settings** that start with `CERTBULK_` are environment variables, or lines of a file `.env` in
  the folder that the command is started in. An option takes precedence.
- `certbulk --install-completion` lets the Tab key complete commands and options.

{sections}"""


def _helps(name: str) -> str:
    """Return a command's help, and those of the commands below it."""
    below = getattr(getattr(get_command(app), "commands")[name], "commands", {})  # noqa: B009
    return "\n".join([_help(name), *(_help(name, each) for each in below)])


def _help(*name: str) -> str:
    """Return a command's help; the same on every terminal."""
    said = CliRunner().invoke(app, [*name, "--help"], terminal_width=_WIDTH).stdout
    text = re.sub(r" +$", "", said, flags=re.MULTILINE).strip()
    return f"```text\n{text.removeprefix('Usage: ')}\n```\n"

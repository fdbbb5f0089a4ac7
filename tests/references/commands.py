"""The page of commands: what each says of itself with `--help`."""

import re

from typer.main import get_command
from typer.testing import CliRunner

from certbulk.cli import app

__all__ = ["page"]

_WIDTH = 100


def page() -> str:
    """Return the page."""
    names = list(getattr(get_command(app), "commands"))  # noqa: B009 (the type does not say so)
    links = ", ".join(f"[{name}](#certbulk-{name})" for name in names)
    sections = "\n".join(f"## certbulk {name}\n\n{_help(name)}" for name in names)
    return f"""# Commands

This page is made from what each command says with `--help`.

{links}

Exit codes: 0 all well; 1 finished, with rows that are invalid, blocked, failed or unknown; 2 could
not start; 3 stopped before the end. Results go to standard output, progress and questions to
standard error; with `--json`, standard output is one JSON document.

{sections}"""


def _help(name: str) -> str:
    """Return a command's help; the same on every terminal."""
    said = CliRunner().invoke(app, [name, "--help"], terminal_width=_WIDTH).stdout
    text = re.sub(r" +$", "", said, flags=re.MULTILINE).strip()
    return f"```text\n{text.removeprefix('Usage: ')}\n```\n"

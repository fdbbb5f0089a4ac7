"""A command as somebody can paste it into their shell."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["spelled"]


def spelled(
    command: str, what: str | Path, **options: str | float | bool | Path | Sequence[str] | None
) -> str:
    """Return a command of certbulk on a file or a run, quoted where the shell needs it.

    Args:
        command: The command's name.
        what: The file, or the run's number.
        **options: The options by their names, with _ for -. None, false and none of several are
            left out; True is an option without a value.
    """
    named = str(what)
    words = ["certbulk", command, f"./{named}" if named.startswith("-") else named]
    for name, value in options.items():
        flag = f"--{name.strip('_').replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, str | float | int | Path):
            words += [flag, str(value)] if value is not False else []
        else:
            words += [word for each in value or () for word in (flag, each)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)

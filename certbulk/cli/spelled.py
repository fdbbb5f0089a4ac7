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


def spelled(command: str, file: Path, **options: str | int | Path | Sequence[str] | None) -> str:
    """Return a command of certbulk on `file`, quoted where the shell needs it.

    Args:
        command: The command's name.
        file: The file.
        **options: The options by their names, with _ for -. None, false and none of several are
            left out; True is an option without a value.
    """
    words = ["certbulk", command, str(file)]
    for name, value in options.items():
        flag = f"--{name.strip('_').replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, str | int | Path) and value is not False:
            words += [flag, str(value)]
        elif value:
            words += [word for each in value for word in (flag, each)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)

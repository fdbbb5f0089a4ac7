"""The person's own pager, for what does not fit on the screen."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["pager_at_hand", "turn"]

_SETTINGS = {"LESS": "FRX", "LESSCHARSET": "utf-8"}
"""For less, unless the person has set them: colours, no pages for few lines, no clearing."""


def pager_at_hand() -> list[str]:
    """Return the command of the pager: PAGER, else less or more. Empty for none, as for cat."""
    wanted = os.environ.get("PAGER")
    if wanted is None:
        wanted = next(filter(shutil.which, ("less", "more")), "")
    with suppress(ValueError):  # an open quotation mark
        words = shlex.split(wanted, posix=os.name != "nt")
        if words and PurePath(words[0]).name != "cat" and shutil.which(words[0]):
            return words
    return []


def turn(pager: list[str], lines: Iterable[str]) -> None:
    """Give lines to a pager until it has them all, or the person has seen enough.

    Ctrl-C is the pager's. A request from outside to end ends the pager, too.
    """
    with _ctrl_c_left_alone():
        turned = subprocess.Popen(  # noqa: S603 (the person's own program)
            pager, stdin=subprocess.PIPE, env=_SETTINGS | os.environ
        )
        try:
            with suppress(OSError):  # it has been closed
                for line in lines:
                    turned.stdin.write(f"{line}\n".encode(errors="replace"))  # type: ignore[union-attr]
            with suppress(OSError):
                turned.stdin.close()  # type: ignore[union-attr]
            turned.wait()
        except BaseException:
            turned.terminate()
            turned.wait()
            raise


@contextmanager
def _ctrl_c_left_alone() -> Iterator[None]:
    """Pass over Ctrl-C; programs that are started meanwhile are reached by it all the same."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

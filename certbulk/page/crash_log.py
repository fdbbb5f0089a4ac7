"""What nobody foresaw: written down for whoever mends it, and one line for whoever meets it."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress

from certbulk.errors import SettingsError
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Text
from certbulk.settings import state_folder

__all__ = ["written_down"]

_LARGEST, _LONGEST = 1 << 20, 32 << 10
"""Bytes of the file after which another one is begun, and letters of one mistake."""


def written_down(error: Exception) -> str:
    """Write an error into the state folder, and return a line about it for the page.

    Args:
        error: What nobody foresaw; its traceback is written down too, its last part if it is long.

    Returns:
        The line, a text of the page. It says so if there is no folder to write to; no error of its
        own is raised.
    """
    try:
        path = state_folder() / "page-errors.txt"
    except SettingsError as no_folder:
        why = of_error(no_folder)
        return Text("trouble.mistake_unrecorded", kind=type(error).__name__, why=why)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST:  # the one before is kept as well
            path.replace(path.with_suffix(".1.txt"))
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error))[-_LONGEST:] + "\n")
    return Text("trouble.mistake", kind=type(error).__name__, path=str(path))

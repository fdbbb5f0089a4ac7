"""What nobody foresaw: written down for whoever mends it, and one line for whoever meets it."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress

from certbulk.errors import SettingsError
from certbulk.settings import state_folder

__all__ = ["written_down"]

_LARGEST, _LONGEST = 1 << 20, 32 << 10
"""Bytes of the file after which another one is begun, and letters of one mistake."""


def written_down(error: Exception) -> str:
    """Write an error into the state folder, and return a line about it for the page."""
    try:
        path = state_folder() / "page-errors.txt"
    except SettingsError as no_folder:
        return (
            f"This is a mistake in certbulk ({type(error).__name__}). It could not be recorded: "
            f"{no_folder}"
        )
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST:  # the one before is kept as well
            path.replace(path.with_suffix(".1.txt"))
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error))[-_LONGEST:] + "\n")
    return (
        f"This is a mistake in certbulk ({type(error).__name__}), recorded in {path}. "
        "Load the page again: a run that is under way is not affected."
    )

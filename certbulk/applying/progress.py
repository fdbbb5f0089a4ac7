"""The progress bar: a widget in a notebook that has widgets, else a line on stderr."""

from __future__ import annotations

import sys
import warnings
from threading import RLock
from typing import TYPE_CHECKING, Any

from tqdm import TqdmWarning

with warnings.catch_warnings():
    # Without ipywidgets a notebook gets the plain bar; a warning about it helps nobody.
    warnings.simplefilter("ignore", TqdmWarning)
    from tqdm.auto import tqdm

if TYPE_CHECKING:
    from typing import TypeAlias

    Bar: TypeAlias = tqdm[Any]

__all__ = ["progress_bar", "say"]

# Only threads share a bar. The library's own lock is for processes too, and a process that is
# killed would leave its semaphore behind.
_LOCK = RLock()


def progress_bar(rows: int, *, shown: bool) -> Bar:
    """Return a bar for so many rows to send; it shows nothing where there is nothing to send."""
    tqdm.set_lock(_LOCK)
    return tqdm(total=rows, unit="row", desc="Sending", disable=not (shown and rows))


def say(bar: Bar, text: str) -> None:
    """Write a line beside a bar that is shown."""
    if not bar.disable:
        bar.write(text, file=sys.stderr)

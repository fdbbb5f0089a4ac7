"""The progress bar of a run: a widget in a notebook that has widgets, else a line on stderr.

It shows the number of rows that have ended, their statuses, and the time left at the pace.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from certbulk.api.pace import duration
from certbulk.applying.phases import SENDING, Phase
from certbulk.progress import bar_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from tqdm import tqdm

    Bar: TypeAlias = tqdm[Any]

__all__ = ["progress_bar", "say", "seconds_left"]

_LOOKS = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} rows [{elapsed}{postfix}]"


def progress_bar(
    rows: int,
    *,
    shown: bool,
    counts: Callable[[], Mapping[str, int]],
    per_second: float,
    per_minute: int,
    phase: Callable[[], Phase] = lambda: SENDING,
) -> Bar:
    """Return a progress bar for the rows to send; it shows nothing if there are none.

    Args:
        rows: The number of rows.
        shown: Whether to show anything.
        counts: Returns the number of rows by status; called a few times a second.
        per_second: The pace: requests a second.
        per_minute: The pace: requests a minute.
        phase: Returns the phase of the run.
    """

    class RunBar(bar_class()):  # type: ignore[misc]
        """Shows the statuses of the rows, and the time left at the pace."""

        @property
        def format_dict(self) -> Any:
            known = super().format_dict
            left = max(0, known["total"] - known["n"])
            seconds = seconds_left(left, known["total"], known["elapsed"], per_second, per_minute)
            now = phase()
            seconds += now.wait + now.after
            told = [f"about {self.format_interval(round(seconds))} left"] if seconds else []
            told += [f"{number} {status}" for status, number in counts().items() if number]
            return {**known, "prefix": now.doing, "postfix": ", ".join(told)}

    # It is also updated when nothing happened, so that its time goes on while the run waits.
    bar: Bar = RunBar(
        total=rows,
        desc="Sending",
        disable=not (shown and rows),
        bar_format=_LOOKS,
        mininterval=0.25,
        miniters=0,
    )
    return bar


def seconds_left(
    left: int, total: int, elapsed: float, per_second: float, per_minute: int
) -> float:
    """Return the least time for `left` of `total` rows, if the first left `elapsed` ago.

    The longest of: the time of all of them at the second's pace; that of the whole run, minus
    what has passed; and what the minute's pace allows from now on, however late the run is.
    """
    if not left:
        return 0.0
    from_now = (left - per_minute) * 60 / per_minute
    return max(left / per_second, duration(total, per_second, per_minute) - elapsed, from_now)


def say(bar: Bar, text: str) -> None:
    """Write a line above the bar, if it is shown."""
    if not bar.disable:
        bar.write(text, file=sys.stderr)

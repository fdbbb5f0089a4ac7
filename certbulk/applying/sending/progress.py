"""The progress bar: a widget in a notebook that has widgets, else a line on stderr.

It tells how many rows have ended and how, and how long the rest takes at the pace.
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
    """Return a bar for so many rows to send; it shows nothing where there is nothing to send.

    Args:
        rows: How many.
        shown: Whether to show anything.
        counts: Returns how many rows have ended with each status; asked a few times a second.
        per_second: The pace.
        per_minute: The pace.
        phase: Returns what the run is doing.
    """

    class RunBar(bar_class()):  # type: ignore[misc]
        """Shows how the rows ended, and how long the rest takes at the pace."""

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

    # It is told that nothing happened, too, so that its time goes on while the run rests.
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
    """Return how long `left` of `total` rows take at least, when the first left `elapsed` ago.

    The longest of: all of them at the second's pace; what the whole run takes, less what is over;
    and, however late the run is, what the minute's pace allows from now on.
    """
    if not left:
        return 0.0
    from_now = (left - per_minute) * 60 / per_minute
    return max(left / per_second, duration(total, per_second, per_minute) - elapsed, from_now)


def say(bar: Bar, text: str) -> None:
    """Write a line beside a bar that is shown."""
    if not bar.disable:
        bar.write(text, file=sys.stderr)

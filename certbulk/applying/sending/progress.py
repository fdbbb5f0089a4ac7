"""The progress bar of a run: a widget in a notebook that has widgets, else a line on stderr.

It shows the number of rows that have ended, their statuses, and the time left at the pace. If
nobody watches, the same is written in a plain line a minute.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol, Self, TextIO

from certbulk.api.pacing.pace import duration
from certbulk.applying.phases import SENDING, Phase
from certbulk.logs import is_logged
from certbulk.progress import MinuteLines, bar_class, has_viewer, note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Bar", "progress_bar", "say", "seconds_left"]

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} rows [{elapsed}{postfix}]"


class Bar(Protocol):
    """What a run needs of its progress bar, as tqdm has it."""

    disable: bool
    n: float
    total: float | None

    def update(self, n: float | None = 1) -> object:
        """Note that `n` more rows have ended, and show it."""

    def write(self, text: str, file: TextIO | None = None) -> object:
        """Write a line above the bar."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> object: ...


class _Lines:
    """A progress bar for files and logs: a plain line a minute, and one at the end.

    Args:
        rows: The number of rows.
        told: Returns the line for the number of rows that have ended, of how many, and the seconds
            since the start.
        now: Returns the time in seconds.
    """

    def __init__(
        self,
        rows: int,
        told: Callable[[float, float, float], str],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.disable = not rows
        self.total: float | None = rows
        self.n: float = 0
        self._told = told
        self._now = now
        self._began = now()
        self._lines = MinuteLines(now)

    def update(self, n: float | None = 1) -> None:
        self.n += n or 0
        if not self.disable:
            elapsed = self._now() - self._began
            self._lines.tell(lambda: self._told(self.n, self.total or 0, elapsed))

    def write(self, text: str, file: TextIO | None = None) -> None:  # noqa: ARG002 (as tqdm's)
        note(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Tell how far it came, unless the log has that in the summary of the run."""
        if not self.disable and not is_logged(logging.INFO):
            note(self._told(self.n, self.total or 0, self._now() - self._began))


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

    If nobody watches, it prints or logs a line a minute instead.

    Args:
        rows: The number of rows.
        shown: Whether to show anything.
        counts: Returns the number of rows by status; called a few times a second.
        per_second: The pace: requests a second.
        per_minute: The pace: requests a minute.
        phase: Returns the phase of the run.
    """

    def remaining(ended: float, total: float, elapsed: float) -> tuple[str, str]:
        """Return the phase in words; and the time left, and the number of rows by status."""
        left = max(0, int(total - ended))
        now = phase()
        seconds = seconds_left(left, int(total), elapsed, per_second, per_minute)
        seconds += now.wait + now.after
        told = [f"about {_clock(seconds)} left"] if seconds else []
        told += [f"{number} {status}" for status, number in counts().items() if number]
        return now.doing, ", ".join(told)

    def line(ended: float, total: float, elapsed: float) -> str:
        doing, told = remaining(ended, total, elapsed)
        share = ended / total if total else 1.0
        words = f"{doing}: {share:.0%}, {ended:g}/{total:g} rows"
        return f"{words}, {told}" if told else words

    if not (shown and rows and has_viewer()):
        return _Lines(rows if shown else 0, line)
    lines = MinuteLines()

    class RunBar(bar_class()):  # type: ignore[misc]
        """Shows the statuses of the rows, and the time left at the pace."""

        @property
        def format_dict(self) -> Any:
            known = super().format_dict
            doing, told = remaining(known["n"], known["total"], known["elapsed"])
            return {**known, "prefix": doing, "postfix": told}

        def update(self, n: float | None = 1) -> Any:
            if is_logged(logging.INFO):
                known = super().format_dict
                lines.tell(lambda: line(known["n"], known["total"], known["elapsed"]))
            return super().update(n)

    # It is also updated when nothing happened, so that its time goes on while the run waits.
    bar: Bar = RunBar(total=rows, desc="Sending", bar_format=_FORMAT, mininterval=0.25, miniters=0)
    return bar


def _clock(seconds: float) -> str:
    """Return seconds as a clock shows them: 03:20, 1:00:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


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

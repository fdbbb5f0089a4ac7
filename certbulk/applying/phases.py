"""The phase of a run: for its progress bar, and in a file for other processes.

The journal records rows only. While a run waits, checks lost answers or verifies, it records none,
and other processes would think that it hangs.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

from certbulk.applying.journal.chain_lock import lock_path
from certbulk.core.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["SENDING", "Phase", "PhaseSeen", "phase_of", "phase_told"]

_EVERY = 0.25
"""Seconds between two readings of the phase."""

_WORDS = {
    "sending": "Sending",
    "sending_again": "Sending again",
    "checking": "Checking",
    "resting": "Waiting, as the service asks for a pause (429)",
    "verifying": "Verifying",
}


class Phase(NamedTuple):
    """What a run is doing.

    Attributes:
        name: sending, sending_again, checking (rows whose answers were lost), resting (after a
            429) or verifying.
        rows: The number of rows concerned; 0 for all of them.
        wait: Seconds until the run continues.
        after: Seconds that the work after the rows will take.
    """

    name: str
    rows: int = 0
    wait: float = 0.0
    after: float = 0.0

    @property
    def doing(self) -> str:
        """The phase in words.

        Example:
            >>> Phase("checking", 7, wait=20).doing
            'Checking 7 rows whose answers were lost, next look in 20 s'
        """
        words = _WORDS[self.name] + (f" {counted(self.rows, 'row')}" if self.rows else "")
        if self.name == "checking":
            words += " whose answer was lost" if self.rows == 1 else " whose answers were lost"
        if not self.wait:
            return words
        then = "goes on" if self.name == "resting" else "next look"
        return f"{words}, {then} in {self.wait:.0f} s"


SENDING = Phase("sending")


@dataclass(frozen=True, slots=True)
class PhaseSeen:
    """The phase of a run, as its process has recorded it.

    Attributes:
        run: The run's number.
        name: As in `Phase`.
        rows: As in `Phase`.
        since: When the phase began, in seconds since 1970.
        until: When the run continues, in seconds since 1970; None unless it waits.
    """

    run: str
    name: str
    rows: int
    since: float
    until: float | None

    def at(self, now: float) -> Phase:
        """Return the phase as it is at `now`, in seconds since 1970."""
        return Phase(self.name, self.rows, max(0.0, self.until - now) if self.until else 0.0)


@contextmanager
def phase_told(
    folder: Path, service: str, chain_id: int, *, run: str, phase: Callable[[], Phase]
) -> Iterator[None]:
    """Keep the phase of a run in a file while the block runs.

    The run holds its chain's lock, so there is one file per chain. If it cannot be written, the
    run goes on.

    Args:
        folder: The state folder.
        service: The chain's service.
        chain_id: The chain.
        run: The run's number.
        phase: Returns the present phase; called from a separate thread.
    """
    path = _path(folder, service, chain_id)
    ended = threading.Event()

    def watch() -> None:
        written = None
        while not ended.is_set():
            seen = _seen(run, phase(), written)
            with suppress(OSError):  # the folder was replaced, or the file is being read
                if seen != written:
                    _write(path, seen)
                    written = seen
            ended.wait(_EVERY)

    watcher = threading.Thread(target=watch, name="certbulk-phase", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def phase_of(folder: Path, service: str, chain_id: int, run: str) -> PhaseSeen | None:
    """Return the phase of a run that is under way; None if it is not known."""
    try:
        seen = PhaseSeen(**json.loads(_path(folder, service, chain_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # not begun, just ended, or written by another version
        return None
    return seen if seen.run == run and seen.name in _WORDS else None


def _seen(run: str, phase: Phase, before: PhaseSeen | None) -> PhaseSeen:
    """Return a phase with its times; if it is the same as before, it keeps them."""
    now = time.time()
    goes_on = before is not None and (before.name, before.rows) == (phase.name, phase.rows)
    since = before.since if before is not None and goes_on else now
    until = now + phase.wait if phase.wait else None
    known = before.until if before is not None and goes_on else None
    if until is not None and known is not None and abs(until - known) < 1:
        until = known  # the same end, read from another clock
    return PhaseSeen(run, phase.name, phase.rows, since, until)


def _write(path: Path, seen: PhaseSeen) -> None:
    whole = path.with_suffix(".part")
    with os.fdopen(os.open(whole, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(seen), file)
    whole.replace(path)


def _path(folder: Path, service: str, chain_id: int) -> Path:
    return lock_path(folder, service, chain_id).with_suffix(".phase")

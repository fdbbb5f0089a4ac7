"""A clock that jumps: a rehearsal knows how long the run would take, and nobody waits for it."""

from __future__ import annotations

import asyncio
import threading

__all__ = ["JumpingClock"]

_LOOKS, _PAUSE = 10, 0.002
"""How often and how long, in real seconds, the server lets the client's clock advance first."""


class JumpingClock:
    """Seconds that pass only while somebody waits, and then at once.

    It is a `Clock` for the client, and with `sleep` the clock of the sandbox as well.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the seconds since the start."""
        with self._lock:
            return self._now

    elapsed = now

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Let the seconds pass, unless `stop` is set."""
        if stop is None or not stop.is_set():
            self._advance_to(self.now() + seconds)

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass for the server: those in which the client waits count too."""
        until = self.now() + seconds
        for _ in range(_LOOKS):
            if self.now() >= until:
                return
            await asyncio.sleep(_PAUSE)
        self._advance_to(until)

    def _advance_to(self, moment: float) -> None:
        with self._lock:
            self._now = max(self._now, moment)

"""The event that stops a run: that of the caller, or a reason of its own."""

from __future__ import annotations

import threading
import time

__all__ = ["RunStop"]

_LOOKS_EVERY = 0.1
"""Seconds between two checks of the caller's event in a wait."""


class RunStop(threading.Event):
    """The stop of one run: it is set when the caller's event is set.

    The run never sets the caller's event, so that the caller can use it for the next run too.

    Args:
        asked: The caller's event, if there is one.
    """

    def __init__(self, asked: threading.Event | None) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Return whether the run should stop; once set, it stays set."""
        if self._asked is not None and self._asked.is_set():
            self.set()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the stop for up to `timeout` seconds, and return whether it is set."""
        if self._asked is None:
            return super().wait(timeout)
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _LOOKS_EVERY if end is None else min(_LOOKS_EVERY, end - time.monotonic())
            if left <= 0:
                break
            super().wait(left)
        return self.is_set()

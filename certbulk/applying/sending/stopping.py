"""What a run stops by: somebody's event, or a reason of its own."""

from __future__ import annotations

import threading
import time

__all__ = ["RunStop"]

_LOOKS_EVERY = 0.1
"""Seconds between two looks at the caller's event in a wait; as often the journal is asked."""


class RunStop(threading.Event):
    """The stop of one run: set when the caller's event is, which itself is never set by the run.

    A run that has to stop leaves the caller's event as it is, so that the same one serves for the
    next run too.

    Args:
        asked: The caller's event, if there is one.
    """

    def __init__(self, asked: threading.Event | None) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Tell whether the run is to stop; what was asked once stays asked."""
        if self._asked is not None and self._asked.is_set():
            self.set()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether the run is to stop, as soon as that is so, or after `timeout` seconds."""
        if self._asked is None:
            return super().wait(timeout)
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _LOOKS_EVERY if end is None else min(_LOOKS_EVERY, end - time.monotonic())
            if left <= 0:
                break
            super().wait(left)
        return self.is_set()

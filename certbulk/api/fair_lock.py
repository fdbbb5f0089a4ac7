"""A lock that is given in the order in which it was asked for, which `threading.Lock` is not."""

from __future__ import annotations

import threading
from collections import deque

__all__ = ["Turns"]


class Turns:
    """Lets one thread in at a time, first come, first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        mine = threading.Event()
        with self._lock:
            self._line.append(mine)
            self._line[0].set()
        try:
            mine.wait()
        except BaseException:  # Ctrl-C: whoever comes next must not wait for one who has left
            self._leave(mine)
            raise

    def __exit__(self, *_: object) -> None:
        with self._lock:
            first = self._line[0]
        self._leave(first)

    def _leave(self, turn: threading.Event) -> None:
        with self._lock:
            self._line.remove(turn)
            if self._line:
                self._line[0].set()

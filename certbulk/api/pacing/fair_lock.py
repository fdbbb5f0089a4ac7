"""Turns: threads that wait in a line, in which nobody is stuck behind one that Ctrl-C took out."""

from __future__ import annotations

import threading

__all__ = ["Line", "Turn"]


class Turn:
    """The place of a thread in a line.

    Attributes:
        ends: A lock that the thread holds until it leaves the line. Use it in a `with`: that is
            released by Python itself, whenever Ctrl-C strikes.
        ahead: Who was last in the line before; None for nobody who is still there.
        came: Whether it was this thread's turn.
    """

    def __init__(self) -> None:
        self.ends = threading.Lock()
        self.ahead: Turn | None = None
        self.came = False


class Line:
    """Turns that threads get in the order in which they asked, unlike `threading.Lock`.

    Attributes:
        last: Who joined last; None for nobody.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.last: Turn | None = None

    def wait(self, turn: Turn) -> None:
        """Join the line, and return when it is this turn; its lock must be held."""
        with self._lock:
            turn.ahead = self.last
            self.last = turn
        while (ahead := turn.ahead) is not None:
            with ahead.ends:
                pass
            # One that left before it was its turn, as Ctrl-C ended its wait, was behind another.
            turn.ahead = None if ahead.came else ahead.ahead
        turn.came = True

"""How long a run will take still, from how it went so far."""

from __future__ import annotations

from collections import deque

__all__ = ["Remaining"]

_LOOKS_BACK = 30.0
"""Seconds of the past that count: the pace of now, not that of before a pause."""


class Remaining:
    """Tells how many seconds are left, from how many rows were done when.

    Args:
        per_row: Seconds that a row takes by the plan, until there is something to go by.
    """

    def __init__(self, per_row: float) -> None:
        self._per_row = per_row
        self._past: deque[tuple[float, int]] = deque()

    def after(self, at: float, done: int, left: int) -> float:
        """Return the seconds that `left` rows will take, with `done` of them done at `at`."""
        self._past.append((at, done))
        while at - self._past[0][0] > _LOOKS_BACK:
            self._past.popleft()
        began, before = self._past[0]
        seen = (at - began) / (done - before) if done > before else self._per_row
        return left * max(seen, self._per_row)

"""Rests: what follows when the service has refused a request for the moment (429)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["PAUSES", "SLOW_SECONDS", "Rest"]

PAUSES = (1.0, 5.0, 60.0)
"""Seconds that everything rests after the first, second and further refusals in a row.

The service's own "try again in 0 seconds" is not usable: after a burst one second is enough,
after the minute's quota is spent it takes up to sixty.
"""

SLOW_SECONDS = 60.0
"""So long after a rest began, requests leave at half the pace."""

_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Rest:
    """The newest rest, in seconds of the clock.

    Attributes:
        began: When the service refused.
        until: When requests may leave again.
        refusals: How many there were in a row.
    """

    began: float = _NEVER
    until: float = _NEVER
    refusals: int = 0

    def refused(self, permit: float, now: float, retry_after: float | None) -> Self:
        """Return what follows from a refusal of the request that left at `permit`.

        Requests that had left before a rest began do not lengthen it: they met the same limit.
        """
        if permit < self.began:
            return self
        pause = max(PAUSES[min(self.refusals, len(PAUSES) - 1)], retry_after or 0.0)
        return replace(self, began=now, until=now + pause, refusals=self.refusals + 1)

    def answered(self, permit: float) -> Self:
        """Return what follows when the request that left at `permit` was let through."""
        return replace(self, refusals=0) if self.refusals and permit >= self.began else self

    def slows(self, now: float, space: float) -> bool:
        """Tell whether it can still matter; `space` is that between two requests."""
        return now < max(self.until, self.began + SLOW_SECONDS + 2 * space)

    def next_at(self, last: float, space: float) -> float:
        """Return when a request may leave after the one that left at `last`."""
        slow = last < self.began + SLOW_SECONDS
        return max(self.until, last + 2 * space if slow else _NEVER)

"""Backoff: the pauses after the service has refused a request for the moment (429)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["PAUSES", "SLOW_SECONDS", "Backoff"]

PAUSES = (1.0, 5.0, 60.0)
"""Seconds without requests after the first, second and further consecutive refusals.

The service's own "try again in 0 seconds" is not usable (fact:rest_after_429).
"""

SLOW_SECONDS = 60.0
"""Seconds from the start of a backoff during which requests leave at half the pace."""

_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Backoff:
    """The newest backoff, in seconds of the clock.

    Attributes:
        began: When the service refused.
        until: When requests may leave again.
        refusals: The number of consecutive refusals.
    """

    began: float = _NEVER
    until: float = _NEVER
    refusals: int = 0

    def refused(self, permit: float, now: float, retry_after: float | None) -> Self:
        """Return the backoff after a refusal of the request that left at `permit`.

        Requests that left before a backoff began do not lengthen it: they met the same limit.
        """
        if permit < self.began:
            return self
        pause = max(PAUSES[min(self.refusals, len(PAUSES) - 1)], retry_after or 0.0)
        return replace(self, began=now, until=now + pause, refusals=self.refusals + 1)

    def answered(self, permit: float) -> Self:
        """Return the backoff after the request that left at `permit` was accepted."""
        return replace(self, refusals=0) if self.refusals and permit >= self.began else self

    def slows(self, now: float, space: float) -> bool:
        """Whether the backoff still has an effect; `space` is the time between two requests."""
        return now < max(self.until, self.began + SLOW_SECONDS + 2 * space)

    def next_at(self, last: float, space: float) -> float:
        """Return when a request may leave after the one that left at `last`."""
        slow = last < self.began + SLOW_SECONDS
        return max(self.until, last + 2 * space if slow else _NEVER)

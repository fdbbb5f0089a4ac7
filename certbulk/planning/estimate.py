"""The number of requests of a run after its plan, and their time at the pace."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from certbulk.api.listing import PAGE_SIZE
from certbulk.api.pacing.pace import duration

__all__ = ["AFTER_FIRST_CREATE", "MANY_WRITES", "STALENESS", "Estimate", "estimate"]

AFTER_FIRST_CREATE = 0.5
"""Seconds to wait after the first create, for which the service makes a category."""

MANY_WRITES = 20
"""If there are more writes, the first is read back before the others follow."""

STALENESS = 30.0
"""The greatest age in seconds of the last listing when a request leaves."""


class Estimate(NamedTuple):
    """The requests of a run, if none is retried and every answer is credible.

    Attributes:
        rows: Creates, updates and deletions.
        looks: Listings before rows leave, in requests.
        canary: Reads of the first row.
        witness: The listing at the end, in requests.
        seconds: The least time for all of them.
    """

    rows: int = 0
    looks: int = 0
    canary: int = 0
    witness: int = 0
    seconds: float = 0.0

    @property
    def requests(self) -> int:
        """The number of all requests."""
        return self.rows + self.looks + self.canary + self.witness


@lru_cache(64)
def estimate(live: int, creates: int, writes: int, per_second: float, per_minute: int) -> Estimate:
    """Return the estimate for a run with the default options.

    Args:
        live: The number of live types at the start.
        creates: The number of creates.
        writes: The number of rows to send.
        per_second: The pace: requests a second.
        per_minute: The pace: requests a minute.
    """
    if not writes:
        return Estimate()
    canary = int(writes > MANY_WRITES)

    def at(number: int) -> float:
        """Return when the request with this number leaves."""
        return duration(number, per_second, per_minute)

    sent = looks = 0
    while sent < writes:
        requests = sent + looks + canary * (sent > 0)
        began = at(requests + 1)
        pages = _pages(live + creates * sent // writes)
        looks += pages
        low, high = 1, writes - sent  # rows that leave on this listing; at least one
        while low < high:
            middle = (low + high + 1) // 2
            fresh = at(requests + pages + middle) - began <= STALENESS
            low, high = (middle, high) if fresh else (low, middle - 1)
        sent += low
    witness = _pages(live + creates)
    rest = AFTER_FIRST_CREATE if creates > 1 else 0.0
    requests = writes + looks + canary + witness
    return Estimate(writes, looks, canary, witness, at(requests) + rest)


def _pages(live: int) -> int:
    """Return the number of requests of one listing, which ends with a page of known ids."""
    return -(-live // PAGE_SIZE) + 1

"""The pace: how often requests may leave, for all threads of a client together."""

from __future__ import annotations

import threading
import time
from typing import Protocol, cast

from pyrate_limiter import InMemoryBucket, Rate, RateItem

__all__ = ["Clock", "Pace", "SystemClock", "duration"]

_SECOND_MS, _MINUTE_MS = 1000, 60_000

PAUSES = (1.0, 5.0, 60.0)
"""Seconds that everything rests after the first, second and further refusals in a row (429).

The service's own "try again in 0 seconds" is not usable: after a burst one second is enough,
after the minute's quota is spent it takes up to sixty.
"""


class Clock(Protocol):
    """Time as an argument, so that any schedule can be replayed without waiting for it."""

    def now(self) -> float:
        """Return seconds that only ever grow."""

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Return after `seconds`, or as soon as `stop` is set."""


class SystemClock:
    """The real one."""

    def now(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Sleep, but wake up when `stop` is set."""
        if stop is None:
            time.sleep(seconds)
        else:
            stop.wait(seconds)


class Pace:
    """A permit for every attempt, retries included: so many a second, so many a minute.

    The second's share is spread evenly: one permit every 1/`per_second` seconds. Were it given
    out in bursts, delays on the way could push two bursts into one second at the service.
    """

    def __init__(self, per_second: float, per_minute: int, clock: Clock) -> None:
        self.per_second = per_second
        self.per_minute = per_minute
        self._clock = clock
        rates = [Rate(1, max(1, round(_SECOND_MS / per_second)))]
        if per_minute < per_second * 60:  # otherwise the spacing alone keeps to it
            rates.append(Rate(per_minute, _MINUTE_MS))
        self._bucket = InMemoryBucket(rates)
        self._lock = threading.Lock()
        self._rest_until = 0.0
        self._rest_began = float("-inf")
        self._refusals = 0

    def acquire(self, stop: threading.Event | None = None) -> float | None:
        """Wait for a permit and return the time it was given; None when `stop` came first."""
        while not (stop and stop.is_set()):
            with self._lock:
                now = self._clock.now()
                wait = self._rest_until - now
                if wait <= 0:
                    item = RateItem("request", round(now * 1000))
                    if self._bucket.put(item):
                        self._bucket.leak(item.timestamp)
                        return now
                    wait = cast("int", self._bucket.waiting(item)) / 1000
            self._clock.wait(max(wait, 0.001), stop)
        return None

    def refused(self, permit: float, retry_after: float | None = None) -> None:
        """Let everything rest: the request that left at `permit` was answered with 429.

        Requests that had left before a rest began do not lengthen it: they met the same limit.
        """
        with self._lock:
            if permit < self._rest_began:
                return
            pause = PAUSES[min(self._refusals, len(PAUSES) - 1)]
            now = self._clock.now()
            self._refusals += 1
            self._rest_began = now
            self._rest_until = now + max(pause, retry_after or 0.0)

    def answered(self, permit: float) -> None:
        """Note that the request that left at `permit` was let through."""
        with self._lock:
            if permit >= self._rest_began:
                self._refusals = 0


def duration(requests: int, per_second: float, per_minute: int) -> float:
    """Return how many seconds it takes at least until the last of so many requests leaves."""
    if requests < 1:
        return 0.0
    minutes, rest = divmod(requests - 1, per_minute)
    if per_minute >= per_second * 60:
        return (requests - 1) / per_second
    return minutes * 60 + rest / per_second

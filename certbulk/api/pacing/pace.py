"""The pace: how often requests may leave, for all threads and processes."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast

from pyrate_limiter import AbstractBucket, InMemoryBucket, Rate, RateItem

from certbulk.api.pacing.backoff import Backoff
from certbulk.api.pacing.fair_lock import Line, Turn
from certbulk.api.pacing.shared_pace import SharedBucket, cannot_be_kept
from certbulk.errors import OutputError
from certbulk.logs import quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from certbulk.api.pacing.clock import Clock

__all__ = ["Pace", "duration"]

_SECOND_MS, _MINUTE_MS = 1000, 60_000


class Pace:
    """Gives a permit for every attempt, retries included, within limits a second and a minute.

    Permits are spread evenly: one every 1/`per_second` seconds. With bursts, delays on the way
    could push two bursts into one second at the service. After the service has refused a request
    (429), there are no permits for a while, and then half the pace for a minute.

    Args:
        per_second: Permits a second.
        per_minute: Permits a minute.
        clock: Measures time and waits.
        shared: A file with the pace and the backoff of all processes on this machine with one
            host; by default, this object keeps its own.
    """

    def __init__(
        self, per_second: float, per_minute: int, clock: Clock, shared: Path | None = None
    ) -> None:
        self.per_second = per_second
        self.per_minute = per_minute
        self._clock = clock
        self._shared = shared
        self._own: InMemoryBucket | None = None
        self._common: SharedBucket | None = None
        self._lock = threading.Lock()
        self._line = Line()
        self._last = float("-inf")
        self._backoff = Backoff()

    def acquire(
        self, stop: threading.Event | None = None, ready: Callable[[], None] | None = None
    ) -> float | None:
        """Wait for a permit and return the time it was given; None if `stop` came first.

        Args:
            stop: The wait ends once this is set.
            ready: Called when the permit is due, before it is taken. Slow work before a request
                belongs there: after the permit, it would make requests leave unevenly.

        Raises:
            OutputError: The file of the shared pace cannot be used.
        """
        turn = Turn()
        with turn.ends:
            # Rows leave in their order, and a listing between them is not late.
            self._line.wait(turn)
            if stop and stop.is_set():
                return None
            if ready:
                if not self._wait_for(self._until_due, stop):
                    return None
                ready()
            return self._last if self._wait_for(self._take, stop) else None

    def _wait_for(self, step: Callable[[float], float], stop: threading.Event | None) -> bool:
        """Repeat a step until it returns no wait; return False if `stop` came first."""
        while True:
            with self._lock:
                now = self._clock.now()
                wait = self._held_until(now) - now
                if wait <= 0:
                    wait = step(now)
                if wait <= 0:
                    return True
            if stop and stop.is_set():
                return False
            self._clock.wait(max(wait, 0.001), stop)

    def _held_until(self, now: float) -> float:
        """Return when the next permit may be given after a refusal, here or in other processes."""
        last, space = self._last, 1 / self.per_second
        if self._shared is not None:
            with self._kept(now) as bucket:
                self._backoff = self._common_backoff()
                newest = bucket.peek(0) if self._backoff.slows(now, space) else None
            last = max(last, cast("RateItem", newest).timestamp / 1000) if newest else last
        return self._backoff.next_at(last, space)

    def _common_backoff(self) -> Backoff:
        """Return the newest backoff: that of the file, unless the file is newer than ours."""
        found = self._common.backoff() if self._common else self._backoff
        return found if found.began >= self._backoff.began else self._backoff

    def _until_due(self, now: float) -> float:
        """Return the seconds until a permit is due."""
        at = round(now * 1000)
        with self._kept(now) as bucket:
            taken = [(rate.interval, bucket.peek(rate.limit - 1)) for rate in bucket.rates]
        waits = [cast("RateItem", item).timestamp + span + 1 - at for span, item in taken if item]
        return max([0, *waits]) / 1000

    def _take(self, now: float) -> float:
        """Take a permit and return 0, else return the seconds until one may be due."""
        item = RateItem("request", round(now * 1000))
        with self._kept(now) as bucket:
            if not bucket.put(item):
                return max(cast("int", bucket.waiting(item)), 1) / 1000
            bucket.leak(item.timestamp)
        self._last = now
        return 0.0

    @contextmanager
    def _kept(self, now: float) -> Iterator[AbstractBucket]:
        """Give the bucket; an error names its file."""
        try:
            with quiet_libraries():
                yield self._bucket(now)
        except OutputError:
            raise
        except (OSError, sqlite3.Error) as error:
            raise cannot_be_kept(self._shared, error) from None

    def _bucket(self, now: float) -> AbstractBucket:
        """Return the bucket that counts permits: in memory, or in the shared file."""
        if self._shared is None:
            self._own = self._own or InMemoryBucket(self._rates())
            return self._own
        if self._common is None or not self._common.is_current():
            self._let_go()
            self._common = SharedBucket(self._shared, self._rates(), now)
        return self._common.bucket

    def _let_go(self) -> None:
        if self._common is not None:
            self._common.close()
        self._common = None

    def _rates(self) -> list[Rate]:
        if self.per_minute == 1:
            return [Rate(1, _MINUTE_MS)]  # the limit a second does not matter then
        space = max(1, round(_SECOND_MS / self.per_second))
        rates = [Rate(1, space)]
        if self.per_minute * space < _MINUTE_MS:  # otherwise the spacing keeps this limit
            rates.append(Rate(self.per_minute, _MINUTE_MS))
        return rates

    @property
    def resting(self) -> float:
        """Seconds until the newest backoff ends; 0 if there is none."""
        return max(0.0, self._backoff.until - self._clock.now())

    def refused(self, permit: float, retry_after: float | None = None) -> None:
        """Begin a backoff: the request that left at `permit` was answered with 429."""
        with self._lock:
            now = self._clock.now()
            self._change_backoff(lambda backoff: backoff.refused(permit, now, retry_after))

    def answered(self, permit: float) -> None:
        """Note that the request that left at `permit` was accepted."""
        with self._lock:
            if self._backoff.refusals:
                self._change_backoff(lambda backoff: backoff.answered(permit))

    def _change_backoff(self, change: Callable[[Backoff], Backoff]) -> None:
        """Change the backoff here, and in the shared file for other processes.

        If the file fails, the next permit reports it: the outcome of the request that was just
        answered must not be lost for this.
        """
        backoff = change(self._backoff)
        with suppress(OSError), self._kept(self._clock.now()):
            backoff = self._common.change_backoff(change) if self._common else backoff
        self._backoff = backoff

    def close(self) -> None:
        """Close the shared file."""
        with self._lock:
            self._let_go()


def duration(requests: int, per_second: float, per_minute: int) -> float:
    """Return the least time in seconds until the last of the requests leaves."""
    if requests < 1:
        return 0.0
    minutes, rest = divmod(requests - 1, per_minute)
    if per_minute >= per_second * 60:
        return (requests - 1) / per_second
    return minutes * 60 + rest / per_second

"""The pace of a lane: one row of the shared database, for all processes that name the lane.

The row's lock is the line in which they wait, and the database's clock is the only one.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from certbulk.api.pacing.backoff import SLOW_SECONDS, Backoff
from certbulk.api.pacing.fair_lock import Line, Turn
from certbulk.errors import OutputError
from certbulk.shared.engine import SCHEMA, at_once, begun, open_engine, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Row

    from certbulk.api.pacing.clock import Clock
    from certbulk.shared import Journal

__all__ = ["LanePace", "prepare_lanes"]

_NOW = "extract(epoch FROM clock_timestamp())::double precision"
_DUE = f"greatest(next, until, {_NOW})"
_LANE = "WHERE service = :service AND lane = :lane"
_REST = "began, until, refusals"

_ADD = text(
    f"INSERT INTO {SCHEMA}.lanes (service, lane) "  # noqa: S608
    "VALUES (:service, :lane) ON CONFLICT DO NOTHING"
)
# One statement a permit: it waits for the row's lock, and sees what the one before has left. It is
# a transaction by itself, or a process that freezes before the end would hold up the whole lane.
_RESERVE = text(
    f"UPDATE {SCHEMA}.lanes SET due = {_DUE}, next = {_DUE} + :space * "  # noqa: S608 (constants)
    f"CASE WHEN {_DUE} < began + {SLOW_SECONDS} THEN 2 ELSE 1 END "
    f"{_LANE} RETURNING due, next, {_NOW} AS now, {_REST}"
)
_GIVE_BACK = text(
    f"UPDATE {SCHEMA}.lanes SET next = :due {_LANE} AND next = :next"  # noqa: S608
)
_LOOK = text(
    f"SELECT {_NOW} AS now, {_REST} FROM {SCHEMA}.lanes {_LANE}"  # noqa: S608
)
_LOCK = text(f"{_LOOK.text} FOR UPDATE")
_KEEP = text(
    f"UPDATE {SCHEMA}.lanes SET began = :began, until = :until, refusals = :refusals {_LANE}"  # noqa: S608
)


class LanePace:
    """Gives a permit for every attempt of all who share a lane; it is used as `Pace` is.

    Permits are spread evenly, at the lower one of the two limits. A permit is reserved first, and
    then waited for. It is given back if nothing leaves with it and nobody has reserved the next.

    Args:
        per_second: Permits a second.
        per_minute: Permits a minute.
        clock: Waits, and measures the time in this process.
        home: The shared database, and the lane.
        host: The host of the service, whose pace this is.
    """

    def __init__(
        self, per_second: float, per_minute: int, clock: Clock, home: Journal, host: str
    ) -> None:
        self.per_second = per_second
        self.per_minute = per_minute
        self._clock = clock
        self._home = home
        self._lane = {"service": host, "lane": home.lane}
        self._space = max(1 / per_second, 60 / per_minute)
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._line = Line()
        self._backoff = Backoff()  # in the seconds of `clock`, as it was last seen

    def acquire(
        self, stop: threading.Event | None = None, ready: Callable[[], None] | None = None
    ) -> float | None:
        """Wait for a permit and return the time it was given; None if `stop` came first.

        Args:
            stop: The wait ends once this is set.
            ready: Called when the permit is due, before the request leaves. If that takes long, a
                new permit is taken, so that requests leave evenly.

        Raises:
            OutputError: The database cannot be used.
        """
        turn = Turn()
        with turn.ends:
            self._line.wait(turn)
            while True:
                if stop and stop.is_set():
                    return None
                slot = self._reserve()
                try:
                    if not self._wait_for(slot.at, stop):
                        self._give_back(slot)
                        return None
                    if slot.waits and self._rests():
                        continue  # the service has refused a request meanwhile
                    if ready:
                        ready()
                        ready = None
                except BaseException:
                    self._give_back(slot)
                    raise
                now = self._clock.now()
                if now - slot.at <= self._space / 2:
                    return now

    def _wait_for(self, at: float, stop: threading.Event | None) -> bool:
        while (left := at - self._clock.now()) > 0:
            if stop and stop.is_set():
                return False
            self._clock.wait(max(left, 0.001), stop)
        return not (stop and stop.is_set())

    def _reserve(self) -> _Slot:
        with self._lock, at_once(self._database(), self._home) as connection:
            row = connection.execute(_RESERVE, {**self._lane, "space": self._space}).one()
            here = self._clock.now()
            self._seen(row, here)
            return _Slot(here + row.due - row.now, row.due, row.next, row.due > row.now)

    def _give_back(self, slot: _Slot) -> None:
        with (
            suppress(OutputError),
            self._lock,
            at_once(self._database(), self._home) as connection,
        ):
            connection.execute(_GIVE_BACK, {**self._lane, "due": slot.due, "next": slot.next})

    def _rests(self) -> bool:
        with self._lock, at_once(self._database(), self._home) as connection:
            self._seen(connection.execute(_LOOK, self._lane).one(), self._clock.now())
        return self.resting > 0

    def _seen(self, row: Row[tuple[float, ...]], here: float) -> float:
        """Keep the backoff of a row, and return what the database's clock is ahead of ours."""
        ahead = float(row.now) - here
        self._backoff = Backoff(row.began - ahead, row.until - ahead, row.refusals)
        return ahead

    def _database(self) -> Engine:
        """Return the engine, with the lane's row in the database."""
        if self._engine is None:
            engine = open_engine(self._home, connections=1)
            prepare_lanes(engine, self._home)
            with begun(engine, self._home) as connection:
                connection.execute(_ADD, self._lane)
            self._engine = engine
        return self._engine

    @property
    def resting(self) -> float:
        """Seconds until the newest backoff ends; 0 if there is none."""
        return max(0.0, self._backoff.until - self._clock.now())

    def refused(self, permit: float, retry_after: float | None = None) -> None:
        """Begin a backoff of the lane: the request that left at `permit` was answered with 429."""
        self._change(lambda backoff, now: backoff.refused(permit, now, retry_after))

    def answered(self, permit: float) -> None:
        """Note that the request that left at `permit` was accepted."""
        if self._backoff.refusals:
            self._change(lambda backoff, _: backoff.answered(permit))

    def _change(self, change: Callable[[Backoff, float], Backoff]) -> None:
        """Change the backoff of all processes.

        If the database fails, the next permit reports it: the outcome of the request that was just
        answered must not be lost for this.
        """
        with self._lock:
            now = self._clock.now()
            changed = change(self._backoff, now)
            with suppress(OutputError), begun(self._database(), self._home) as connection:
                ahead = self._seen(connection.execute(_LOCK, self._lane).one(), now)
                changed = change(self._backoff, now)
                there = replace(changed, began=changed.began + ahead, until=changed.until + ahead)
                values = {"began": there.began, "until": there.until, "refusals": there.refusals}
                connection.execute(_KEEP, {**self._lane, **values})
            self._backoff = changed

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None


class _Slot(NamedTuple):
    """A permit that is reserved.

    Attributes:
        at: When it is due, in seconds of this process's clock.
        due: The same, by the database's clock.
        next: When the one after it is due, by the database's clock.
        waits: Whether it was not due yet when it was reserved.
    """

    at: float
    due: float
    next: float
    waits: bool


def prepare_lanes(engine: Engine, home: Journal) -> None:
    """Create the table of the lanes, unless there is one.

    Raises:
        OutputError: It cannot be done, or a newer certbulk made it.
    """
    prepare(engine, home, "pace", _make)


def _make(connection: Connection) -> None:
    never = "double precision NOT NULL DEFAULT '-infinity'"
    connection.execute(
        text(
            f"CREATE TABLE {SCHEMA}.lanes (service text, lane text, "
            f"due {never}, next {never}, began {never}, until {never}, "
            "refusals integer NOT NULL DEFAULT 0, PRIMARY KEY (service, lane))"
        )
    )

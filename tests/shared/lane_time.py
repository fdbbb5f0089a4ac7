"""Time as an argument of lanes: one clock for the database and for those who wait for permits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

__all__ = ["LaneTime"]

_MAKE = """
CREATE SCHEMA fake;
CREATE TABLE fake.time (at double precision);
INSERT INTO fake.time VALUES (1000);
CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT to_timestamp(at) FROM fake.time';
CREATE FUNCTION fake.pass_to(double precision) RETURNS void LANGUAGE sql
    AS 'UPDATE fake.time SET at = $1';
"""


class LaneTime:
    """Seconds that pass only when every thread that takes part waits: then to the next event.

    The database takes `clock_timestamp` from a schema before its own, where this time is.

    Args:
        url: An empty database.
    """

    def __init__(self, url: str) -> None:
        self._address = url.replace("+psycopg", "")
        self._connection: psycopg.Connection | None = None
        self._now = 1000.0
        self._wakes: dict[int, float] = {}
        self._taking_part = 1
        self._changed = threading.Condition()
        name = url.rpartition("/")[2]
        self._ask(f'{_MAKE} ALTER DATABASE "{name}" SET search_path = fake, pg_catalog, public')

    def _ask(self, words: str) -> None:
        """Carry out a statement, also if the database was restarted since the last one."""
        if self._connection is not None:
            with suppress(psycopg.OperationalError):
                self._connection.execute(words.encode())
                return
        self._connection = psycopg.connect(self._address, autocommit=True)
        self._connection.execute(words.encode())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def now(self) -> float:
        """Return the time."""
        return self._now

    elapsed = now

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Return when the seconds have passed, by this time."""
        del stop
        me = threading.get_ident()
        with self._changed:
            until = self._wakes[me] = self._now + seconds
            self._pass()
            self._changed.wait_for(lambda: self._now >= until)
            del self._wakes[me]

    def _pass(self) -> None:
        if self._wakes and len(self._wakes) == self._taking_part:
            self._now = min(self._wakes.values())
            self._ask(f"SELECT fake.pass_to({self._now!r})")
        self._changed.notify_all()

    @contextmanager
    def without_me(self) -> Iterator[None]:
        """Let time pass while this thread does not wait, such as when it joins others."""
        with self._changed:
            self._taking_part -= 1
            self._pass()
        try:
            yield
        finally:
            with self._changed:
                self._taking_part += 1

    def begins(self) -> None:
        """Note that a thread takes part, before it is started."""
        with self._changed:
            self._taking_part += 1

    def ends(self) -> None:
        """Note that a thread no longer takes part."""
        with self._changed:
            self._taking_part -= 1
            self._pass()

    def somebody_waits(self) -> None:
        """Return when a thread waits."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._wakes))

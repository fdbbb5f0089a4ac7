"""The session of the shared database that holds the lock of a chain."""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from certbulk.errors import OutputError, SettingsError
from certbulk.shared.engine import SCHEMA, cannot_be_used

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from certbulk.shared.home import Journal

__all__ = ["HELD", "ChainSession"]

HELD = f"""
SELECT {{what}} FROM {SCHEMA}.holders JOIN pg_locks ON pg_locks.pid = holders.pid
WHERE {{which}} AND locktype = 'advisory' AND granted AND objsubid = 1
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND ((classid::bigint << 32) | objid::bigint) = holders.key
"""  # noqa: S608 (constants)
"""What is known of holders whose sessions do hold their lock.

How the two halves of the key are shown: postgresql.org/docs/current/view-pg-locks.html.
"""

_SETTINGS = text(
    "SELECT set_config(name, ours.value, false) FROM pg_settings JOIN (VALUES "
    "('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), "
    "('tcp_keepalives_count', '3'), ('idle_session_timeout', '0')) AS ours (name, value) "
    "USING (name)"
)
"""So that the server ends the session of a machine that is gone, and not one that only waits."""

_SIGNED = text(
    f"SELECT 1 FROM {SCHEMA}.holders WHERE key = :key AND pid = :pid AND run = :run "  # noqa: S608
    "AND who = :who AND worker = :worker AND since = :since FOR SHARE"
)

_TAKEN = text(
    f"INSERT INTO {SCHEMA}.holders (key, pid, run, who, worker, lane, since) "
    "SELECT :key, pg_backend_pid(), :run, :who, :worker, :lane, :since "
    "WHERE pg_try_advisory_lock(:key) "
    "ON CONFLICT (key) DO UPDATE SET pid = excluded.pid, run = excluded.run, "
    "who = excluded.who, worker = excluded.worker, lane = excluded.lane, since = excluded.since, "
    "before = holders.run RETURNING before"
)
"""Take the lock and sign: one statement, so that a process which freezes has done both or neither.

A row comes back only if the lock was free. What the card said before is read from the row that is
replaced, not from what was visible as the statement began.
"""

_OWN = "WHERE key = :key AND pid = pg_backend_pid() RETURNING 1"
_FREED = f"DELETE FROM {SCHEMA}.holders {_OWN}"  # noqa: S608 (constants)
_LEFT = f"UPDATE {SCHEMA}.holders SET run = :run {_OWN}"  # noqa: S608 (constants)
_UNLOCKED = "WITH card AS ({card}) SELECT pg_advisory_unlock_all(), count(*) FROM card"
"""Remove the card, or leave it to another run, and unlock: one statement as well.

Unlocked, as the server ends a session some time after its connection, and the next run starts at
once. That one waits for the end of this statement, whose row it replaces.
"""

_MARK = text("SELECT set_config('certbulk.mark', :mark, false)")
_MARKED = text("SELECT pg_backend_pid(), current_setting('certbulk.mark', true)")


class ChainSession:
    """A session of its own: it holds the lock, and intents are written in it.

    Once anything has gone wrong in it, it is never used again: a new connection would not have the
    lock.

    Args:
        engine: The database.
        home: The database, for messages.
        key: The number of the lock.

    Attributes:
        waits_for: The run that did not end by itself, as long as nobody has waited for what it may
            have sent: the next holder finds it again.

    Raises:
        OutputError: The database cannot be used.
        SettingsError: A pooler gives every transaction another session.
    """

    def __init__(self, engine: Engine, home: Journal, key: int) -> None:
        self._engine = engine
        self._home = home
        self._key = key
        self.waits_for: str | None = None
        self._lost: Exception | None = None
        self._signature: dict[str, object] = {}
        self._one_at_a_time = threading.Lock()
        try:
            self._connection = engine.execution_options(isolation_level="AUTOCOMMIT").connect()
            self._driver = self._connection.connection.dbapi_connection
            self._connection.detach()  # it ends with this object, and goes back to no pool
        except SQLAlchemyError as error:
            raise cannot_be_used(home, error) from None

    def __enter__(self) -> Self:
        try:
            self._refuse_poolers()
            with self.begun() as connection:
                connection.execute(_SETTINGS)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        card = _FREED if self.waits_for is None else _LEFT
        left = text(_UNLOCKED.format(card=card))
        with suppress(OutputError), self.begun(at_once=True) as connection:
            connection.execute(left, {"key": self._key, "run": self.waits_for})
        self._end()

    def _end(self) -> None:
        if self._driver is not None:
            self._driver.close()  # whatever state it is in: the lock ends with it
        with suppress(SQLAlchemyError):
            self._connection.invalidate()  # so that nothing is rolled back in it
            self._connection.close()

    @contextmanager
    def begun(self, *, at_once: bool = False) -> Iterator[Connection]:
        """Give the session in a transaction.

        Args:
            at_once: Whether each statement is a transaction of its own, which the database ends by
                itself. A process that froze before the commit would hold a lock without a card.

        Raises:
            OutputError: The session has ended, now or before.
        """
        with self._one_at_a_time:
            if self._lost is not None:
                raise self._has_ended()
            try:
                with self._connection.begin():  # commits and rolls back what was begun below
                    if not at_once:
                        self._connection.exec_driver_sql("BEGIN")
                    yield self._connection
            except SQLAlchemyError as error:
                self._lost = error
                raise self._has_ended() from None
            except BaseException as error:
                self._lost = self._lost or RuntimeError(str(error))
                raise

    def _has_ended(self) -> OutputError:
        why = cannot_be_used(self._home, self._lost or RuntimeError())
        return OutputError(
            f"{why} The session that held the chain's lock has ended, so somebody else may send to "
            "the chain now. The run stops; resume it."
        )

    def take(self, card: Mapping[str, str]) -> bool:
        """Take the lock if it is free, write down who holds it, and return whether it was free.

        If the run that held it before did not end by itself, `waits_for` is that run from now on.
        """
        values = {**card, "key": self._key}
        with self.begun(at_once=True) as connection:
            taken = connection.execute(_TAKEN, values).one_or_none()
        if taken is None:
            return False
        self._signature |= values
        if taken.before != card["run"]:
            self.waits_for = taken.before
        return True

    def check_signature(self, connection: Connection) -> None:
        """Check that nobody has signed after this session, whether it lives or not.

        Until the transaction ends, nobody can.

        Raises:
            OutputError: Somebody has, or the run that this session was for has ended since.
        """
        if connection.scalar(_SIGNED, self._signature) is None:
            raise OutputError(
                "Another process has taken the run over, as the session that held the chain's lock "
                "has ended. What this process finds out now is not recorded."
            )

    def _refuse_poolers(self) -> None:
        """Find out whether two transactions of a connection are in the same session.

        A pooler in transaction mode gives each of them any session that is free, so a lock would
        vanish or would be somebody else's. This session is marked; another one must not have the
        mark, and this one must still have it, and the same process, after that.
        """
        mark = secrets.token_hex(8)
        with self.begun() as connection:
            connection.execute(_MARK, {"mark": mark})
            first = connection.execute(_MARKED).one()
        self._signature["pid"] = first[0]
        try:
            with self._engine.begin() as other:
                elsewhere = other.execute(_MARKED).one()
        except SQLAlchemyError as error:
            raise cannot_be_used(self._home, error) from None
        with self.begun() as connection:
            second = connection.execute(_MARKED).one()
        if elsewhere[1] == mark or tuple(first) != tuple(second):
            raise SettingsError(
                f"The shared journal {self._home.name} is behind a pooler that gives every "
                "transaction another session, so the lock of a chain would not hold. Use the "
                "database's own port, or a pooler in session mode."
            )

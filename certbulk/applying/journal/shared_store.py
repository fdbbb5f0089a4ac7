"""A journal in a PostgreSQL database that several people or machines share."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from certbulk.api.pacing.lane_pace import prepare_lanes
from certbulk.applying.journal.approvals import VOUCHED
from certbulk.applying.journal.chain_lock import Holder
from certbulk.applying.journal.chain_session import HELD, ChainSession
from certbulk.applying.journal.schema import METADATA
from certbulk.applying.journal.store import who_sends
from certbulk.errors import ChainBusyError, OutputError
from certbulk.logs import LOG
from certbulk.shared.engine import (
    SCHEMA,
    cannot_be_used,
    key_of,
    lacks_right,
    open_engine,
    prepare,
)
from certbulk.shared.home import local_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from certbulk.applying.journal.chain_lock import Claim
    from certbulk.shared.engine import Step
    from certbulk.shared.home import Journal

__all__ = ["STEPS", "SharedStore"]

_CONNECTIONS = 2
"""Besides that of the lock: rows end in several threads, each for an instant."""

_EVERY = 0.3
"""Seconds between two attempts to get the lock of a chain."""


def _from_1_to_2(connection: Connection) -> None:
    """Add approvals of plans."""
    for statement in (
        f"ALTER TABLE {SCHEMA}.runs ADD COLUMN approved text",
        (
            f"CREATE TABLE {SCHEMA}.approvals (number bigserial PRIMARY KEY, "
            'plan varchar COLLATE "C" NOT NULL, digest varchar COLLATE "C" NOT NULL, '
            'what varchar COLLATE "C" NOT NULL, who varchar COLLATE "C" NOT NULL, '
            "role varchar COLLATE \"C\" DEFAULT '' NOT NULL, "
            "at varchar COLLATE \"C\" DEFAULT '' NOT NULL)"
        ),
        f"CREATE INDEX ix_approvals_plan ON {SCHEMA}.approvals (plan)",
        *VOUCHED,
    ):
        connection.exec_driver_sql(statement)


def _from_2_to_3(connection: Connection) -> None:
    """Add the plans of fleets."""
    for statement in (
        (
            f'CREATE TABLE {SCHEMA}.kept_plans (key varchar COLLATE "C" PRIMARY KEY, '
            'plan_id varchar COLLATE "C" NOT NULL, told text NOT NULL, document text NOT NULL)'
        ),
        f"CREATE INDEX ix_kept_plans_plan_id ON {SCHEMA}.kept_plans (plan_id)",
    ):
        connection.exec_driver_sql(statement)


def _from_3_to_4(connection: Connection) -> None:
    """Let the card of a holder keep the run that held the lock before."""
    connection.exec_driver_sql(f"ALTER TABLE {SCHEMA}.holders ADD COLUMN before text")


STEPS: tuple[Step, ...] = (_from_1_to_2, _from_2_to_3, _from_3_to_4)
"""The upgrade steps from version 1; a released step is never changed."""

_OF_RUN = text(
    HELD.format(
        what="pg_terminate_backend(holders.pid, 5000)",
        which="split_part(holders.run, ',', 1) = :run",
    )
)
"""Ends a session, also of a row that is settled by hand: words follow the run's number then.

It waits up to 5 s until the session has ended: a lock lasts as long.
"""

_OF_CHAIN = text(HELD.format(what="holders.*", which="holders.key = :key"))


class SharedStore:
    """A shared database. Its advisory locks end with their sessions, and these with their process.

    Args:
        home: The database.
        steps: The upgrade steps from version 1, one per version.

    Raises:
        OutputError: The database cannot be used.
        SettingsError: The URL is impossible, or the driver is not installed.
    """

    order = "number"
    insert = staticmethod(postgresql.insert)

    def __init__(self, home: Journal, steps: Sequence[Step] = STEPS) -> None:
        self._home = home
        self.name = home.name
        self.folder: Path = local_folder().absolute()
        with suppress(OSError):  # only the phase of a run is kept there
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.lane = home.lane
        self.worker = f"process {os.getpid()}"
        self.guard = _NoGuard()
        self._session: ChainSession | None = None
        with ExitStack() as on_failure:
            self.engine = open_engine(home, connections=_CONNECTIONS)
            on_failure.callback(self.engine.dispose)
            if prepare(self.engine, home, "journal", _make, steps):
                prepare_lanes(self.engine, home)  # so that all tables have one owner
            on_failure.pop_all()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def unusable(self, error: Exception) -> OutputError:
        """Return the error for a database that cannot be used."""
        return cannot_be_used(self._home, error)

    @contextmanager
    def fenced(self) -> Iterator[Connection]:
        """Give the session that holds the chain's lock, in a transaction: the fence.

        A process whose lock was lost can write no intent, and so send nothing.

        Raises:
            OutputError: The session has ended.
        """
        if self._session is None:
            with self.engine.begin() as connection:
                yield connection
        else:
            with self._session.begun() as connection:
                yield connection

    @contextmanager
    def owned(self) -> Iterator[Connection]:
        """Give any connection, in a transaction, as long as nobody has taken the run over.

        So answers are recorded that come after the session has ended, and what another process has
        found out since is never replaced.

        Raises:
            OutputError: Somebody has taken it over.
        """
        with self.engine.begin() as connection:
            if self._session is not None:
                self._session.check_signature(connection)
            yield connection

    @contextmanager
    def one_run(self, claim: Claim) -> Iterator[None]:
        """Hold the lock of a chain, for all who share the journal.

        If the run that held it before did not end by itself, its last requests may still be under
        way: this waits for `claim.pause` seconds then, unless it is the same run, which is resumed.

        Raises:
            ChainBusyError: Another run holds it, and `wait` is false or `stop` is set meanwhile.
            OutputError: The database cannot be used.
        """
        ended = claim.stop or threading.Event()
        chain = (claim.service, claim.chain_id)
        card = {"run": claim.run, "who": who_sends(), "worker": self.worker, "lane": self.lane}
        card["since"] = claim.since
        with ChainSession(self.engine, self._home, key_of(*chain)) as session:
            while not session.take(card):
                if not claim.wait or ended.wait(_EVERY):
                    raise ChainBusyError(self._busy(*chain), terminal="Let this one wait: --wait.")
            if session.waits_for is not None:
                if claim.pause:
                    LOG.warning(
                        "Run %s of chain %s did not end by itself. This one waits %.0f s for what "
                        "it may have sent.",
                        session.waits_for,
                        claim.chain_id,
                        claim.pause,
                    )
                if claim.pause is not None and not ended.wait(claim.pause):
                    session.waits_for = None
            self._session = session
            try:
                yield
            finally:
                self._session = None

    def holder(self, service: str, chain_id: int) -> Holder | None:
        """Return what holds a chain's lock now, or None."""
        card = self._card(service, chain_id)
        return Holder(card["run"], card["worker"], card["who"]) if card else None

    def end_session(self, run: str) -> bool:
        """End the session of a run that hangs, and return whether there was one.

        It can write no further intent.

        Raises:
            OutputError: The database does not allow it.
        """
        try:
            with self.engine.begin() as connection:
                return bool(connection.scalar(_OF_RUN, {"run": run}))
        except SQLAlchemyError as error:
            if lacks_right(error):
                raise OutputError(
                    f"The session of run {run} is that of another role of the database. Whoever "
                    "has that role, or pg_signal_backend, can end it."
                ) from None
            raise self.unusable(error) from None

    def approving(self, connection: Connection, key: str) -> str:
        """Hold the lock of a plan's approvals until the transaction ends; return one's role.

        So a run begins before an approval is withdrawn, or after: never in between.
        """
        wait = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(wait, {"key": key_of("approval", key)})
        return str(connection.scalar(text("SELECT session_user")))

    def _card(self, service: str, chain_id: int) -> dict[str, Any] | None:
        try:
            with self.engine.begin() as connection:
                found = connection.execute(_OF_CHAIN, {"key": key_of(service, chain_id)}).first()
        except SQLAlchemyError as error:
            raise self.unusable(error) from None
        return dict(found._mapping) if found else None  # noqa: SLF001 (its public name)

    def _busy(self, service: str, chain_id: int) -> str:
        card = self._card(service, chain_id)
        who = "another run"  # which has ended this moment
        if card:
            who = "run {run} ({who}, {worker}, lane {lane}, since {since})".format(**card)
        return f"Chain {chain_id} is busy: {who} is sending to it. Wait until it has ended."


class _NoGuard:
    """Checks nothing: a database keeps what was committed, and nobody can move it like a file."""

    def close(self) -> None: ...

    def settled(self, run: str, row: int) -> None: ...

    def check(self, run: str, intent: int | None = None) -> None: ...

    def check_still_there(self) -> None: ...

    def check_content(self, run: str, intent: int | None = None) -> None: ...


def _make(connection: Connection) -> None:
    METADATA.create_all(connection)
    for statement in VOUCHED:
        connection.exec_driver_sql(statement)
    connection.execute(
        text(f"ALTER TABLE {SCHEMA}.runs ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY")
    )
    connection.execute(  # who holds, or held, the lock of a chain
        text(
            f"CREATE TABLE {SCHEMA}.holders (key bigint PRIMARY KEY, pid integer NOT NULL, "
            "run text NOT NULL, who text NOT NULL, worker text NOT NULL, lane text NOT NULL, "
            "since text NOT NULL, before text)"
        )
    )

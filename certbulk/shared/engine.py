"""Opening the shared database: the one place that has its URL."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError as NotAnUrlError
from sqlalchemy.exc import SQLAlchemyError

from certbulk.core.cleaning import clean
from certbulk.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from certbulk.shared.home import Journal

    Step = Callable[[Connection], None]

__all__ = [
    "SCHEMA",
    "at_once",
    "begun",
    "cannot_be_used",
    "key_of",
    "lacks_right",
    "open_engine",
    "prepare",
]

SCHEMA = "certbulk"
"""The schema of all tables, so that they are apart from those of other programs."""

_KEEP_ALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""So that a connection through a dead line ends within half a minute, and not after two hours.

See postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES.
"""

_HANGS_AFTER = "30s"
"""So that a process which freezes within a transaction does not hold up others for longer.

Whoever waits for a row that it has locked waits until then; its transaction is undone.
"""

_NO_RIGHT = "42501"
"""insufficient_privilege: postgresql.org/docs/current/errcodes-appendix.html."""


def open_engine(home: Journal, *, connections: int) -> Engine:
    """Return the engine for a shared database; nothing connects yet.

    Args:
        home: The database.
        connections: The most connections at once.

    Raises:
        SettingsError: The URL is impossible, or the driver is not installed.
    """
    try:
        url = make_url(home.url.get_secret_value())
        defaults = {k: v for k, v in _KEEP_ALIVE.items() if k not in url.query}
        engine = create_engine(
            url,
            connect_args={"application_name": "certbulk", **defaults},
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,  # the database may have been restarted meanwhile
            hide_parameters=True,
        )
    except (NotAnUrlError, ValueError):  # the message has the URL
        raise SettingsError(
            "CERTBULK_JOURNAL_URL is not a URL of a database. Write it as "
            "postgresql+psycopg://user@host/database."
        ) from None
    except ImportError:
        raise SettingsError(
            "A shared journal needs the package psycopg. Install it: "
            "pip install 'certbulk[postgres]'."
        ) from None

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = '{_HANGS_AFTER}'")
        connection.commit()

    return engine.execution_options(schema_translate_map={None: SCHEMA})


@contextmanager
def begun(engine: Engine, home: Journal) -> Iterator[Connection]:
    """Give a connection in a transaction; errors name the database.

    Raises:
        OutputError: The database cannot be used.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise cannot_be_used(home, error) from None


def at_once(engine: Engine, home: Journal) -> AbstractContextManager[Connection]:
    """Give a connection whose statements are a transaction each; errors name the database.

    The database ends such a transaction by itself, even if this process freezes meanwhile.

    Raises:
        OutputError: The database cannot be used.
    """
    return begun(engine.execution_options(isolation_level="AUTOCOMMIT"), home)


def cannot_be_used(home: Journal, error: Exception) -> OutputError:
    """Return the error for a database that cannot be used, without its URL's password."""
    cause = getattr(error, "orig", None) or error
    reason = clean(" ".join(str(cause).split()))
    password = make_url(home.url.get_secret_value()).password
    for secret in (password, quote(password)) if password else ():
        reason = reason.replace(secret, "***")
    advice = "Check CERTBULK_JOURNAL_URL, and whether the database is running."
    if lacks_right(error):
        advice = (
            "Your role in the database lacks a right. Whoever owns the tables in its schema "
            f"{SCHEMA} makes or upgrades them by running certbulk, and grants the rights."
        )
    return OutputError(
        f"The shared journal {home.name} cannot be used ({reason}), and certbulk sends nothing "
        f"without a journal. {advice}"
    )


def lacks_right(error: Exception) -> bool:
    """Whether the database refused something for lack of a right."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) == _NO_RIGHT


def key_of(*parts: object) -> int:
    """Return the number of an advisory lock: 64 bits of a hash, signed as PostgreSQL has them."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def prepare(
    engine: Engine, home: Journal, part: str, make: Step, steps: Sequence[Step] = ()
) -> bool:
    """Create the tables of a part of the database, or upgrade them, in one transaction.

    Args:
        engine: The engine.
        home: The database.
        part: What the tables are for; each part has a version of its own.
        make: Creates the tables in their newest version.
        steps: The upgrade steps from version 1, one per version.

    Returns:
        Whether anything was done.

    Raises:
        OutputError: It cannot be done, or a newer certbulk made them.
    """
    newest = len(steps) + 1
    with begun(engine, home) as connection:
        if _version(connection, part) == newest:
            return False
    with begun(engine, home) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(SCHEMA)})
        version = _version(connection, part)
        if version > newest:
            raise OutputError(
                f"The shared journal {home.name} was made by a newer version of certbulk. Install "
                "that version."
            )
        if version == newest:
            return False
        if not _exists(connection):
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {SCHEMA}.versions "
                "(part text PRIMARY KEY, version integer NOT NULL)"
            )
        )
        for step in steps[version - 1 :] if version else (make,):
            step(connection)
        connection.execute(
            text(
                f"INSERT INTO {SCHEMA}.versions VALUES (:part, :version) "  # noqa: S608 (constant)
                "ON CONFLICT (part) DO UPDATE SET version = excluded.version"
            ),
            {"part": part, "version": newest},
        )
    return True


def _exists(connection: Connection) -> bool:
    """Whether the schema exists; creating one needs a right that not every user has."""
    wanted = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
    return connection.scalar(wanted, {"name": SCHEMA}) is not None


def _version(connection: Connection, part: str) -> int:
    """Return the version of a part; 0 if it does not exist.

    The catalogue is asked for the table, as to_regclass may not see what was made a moment ago.
    """
    there = text("SELECT 1 FROM pg_tables WHERE schemaname = :name AND tablename = 'versions'")
    if connection.scalar(there, {"name": SCHEMA}) is None:
        return 0
    wanted = text(
        f"SELECT version FROM {SCHEMA}.versions WHERE part = :part"  # noqa: S608 (constant)
    )
    found: Any = connection.scalar(wanted, {"part": part})
    return int(found or 0)

"""The journal's file: created if it is missing, upgraded if it is old, and opened."""

from __future__ import annotations

import functools
import os
import sqlite3
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from filelock import FileLock
from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from certbulk.api.pacing.shared_pace import is_damaged
from certbulk.applying.journal.migrations import STEPS, columns_of, migrate
from certbulk.applying.journal.schema import METADATA, RUNS, VERSION
from certbulk.errors import OutputError
from certbulk.logs import quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.schema import DDLElement

    from certbulk.applying.journal.migrations import Step

__all__ = ["connected", "damage_in", "opened", "reason_of"]

_PATIENCE = 30.0
"""Seconds to wait while another process writes."""

_ALWAYS = {"run", "plan_id", "plan_sha256"}
"""Columns that table `runs` has in every version."""


def opened(path: Path, steps: tuple[Step, ...] = STEPS) -> Engine:
    """Return the database at `path`, with all its tables, in the newest version.

    An older journal is upgraded in one transaction, after a copy was saved next to it: whatever
    happens meanwhile, the file is either the old journal or the new one.

    Args:
        path: The file; its folder is created if it is missing.
        steps: The upgrade steps from version 1, one per version.

    Raises:
        OutputError: It cannot be written or upgraded, or a newer certbulk made it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as on_failure:
            engine = _engine(path)
            on_failure.callback(engine.dispose)
            lock = FileLock(path.with_suffix(".lock"), mode=0o600)
            with quiet_libraries(), lock:  # other processes may do the same
                _make_file(path)
                _bring_up_to_date(engine, path, steps)
            on_failure.pop_all()
    except OutputError:
        raise
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        raise OutputError(
            damage_in(path, error)
            or f"The journal {path} cannot be written ({reason_of(error)}), and certbulk sends "
            "nothing without a journal. Set CERTBULK_STATE_DIR to a writable folder."
        ) from None
    return engine


def connected(path: Path) -> sqlite3.Connection:
    """Return a new connection to the file at `path`, which must exist.

    Raises:
        sqlite3.Error: There is no such file, or it cannot be opened.
    """
    posix = os.fsencode(path.absolute().as_posix())
    slash = b"" if posix.startswith(b"/") else b"/"  # C:/...; a share begins with two slashes
    address = f"file://{quote(slash + posix)}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE, check_same_thread=False)


def _make_file(path: Path) -> None:
    """Create an empty file that only the user may read, if there is none.

    An existing file is not opened and closed: under POSIX this would release the locks that other
    connections of this process hold on it (sqlite.org/howtocorrupt.html, 2.2).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if path.is_file() and not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied", str(path))


def _bring_up_to_date(engine: Engine, path: Path, steps: tuple[Step, ...]) -> None:
    newest = len(steps) + 1
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if _version(connection, path, newest) == newest:
            return
        with _transaction(connection):
            version = _version(connection, path, newest)
            if version:
                _migrate(connection, path, version, steps)
            elif tables := _tables(connection):  # a process of version 1 ended while creating them
                _refuse_other_tables(connection, path, tables)
                _make_tables(connection)
                migrate(connection, 1, steps)
            else:
                _make_tables(connection)
                migrate(connection, VERSION, steps)


def _version(connection: Connection, path: Path, newest: int) -> int:
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > newest:
        raise OutputError(
            f"The journal {path} was made by a newer version of certbulk. Install that version, or "
            "set CERTBULK_STATE_DIR to another folder."
        )
    return version


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """Hold an exclusive transaction, also for statements that create tables.

    The driver does not begin a transaction for those by itself: see "Transaction control" in
    docs.python.org/3/library/sqlite3.html.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):  # some errors have rolled it back already
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _migrate(connection: Connection, path: Path, version: int, steps: tuple[Step, ...]) -> None:
    try:
        _keep_a_copy(path, version)
        migrate(connection, version, steps)
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        raise OutputError(
            damage_in(path, error)
            or f"The journal {path} was made by an older version of certbulk and could not be "
            f"upgraded ({reason_of(error)}). It was not changed. Make sure that its folder is "
            "writable and that its disk has room for a second journal, and try again."
        ) from None


def _keep_a_copy(path: Path, version: int) -> None:
    """Save a copy of the journal next to it, unless there is one already.

    The caller's transaction keeps others from writing, so the copy is exactly what is upgraded.
    """
    copy = path.with_suffix(f".v{version}{path.suffix}")
    if copy.exists():
        return
    part = copy.with_name(f"{copy.name}.part")
    rollback = part.with_name(f"{part.name}-journal")
    for left_behind in (part, rollback):
        left_behind.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(connected(path)) as source, closing(connected(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log
        part.rename(copy)
    except BaseException:
        for half in (part, rollback):  # they may have filled the disk
            half.unlink(missing_ok=True)
        raise


def _tables(connection: Connection) -> set[str]:
    return set(
        connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    )


def _refuse_other_tables(connection: Connection, path: Path, tables: set[str]) -> None:
    columns = columns_of(connection, RUNS.name) or _ALWAYS
    if not (tables <= METADATA.tables.keys() and columns >= _ALWAYS):
        raise OutputError(
            f"The file {path} is the database of another program and was not changed. Set "
            "CERTBULK_STATE_DIR to another folder."
        )


def _make_tables(connection: Connection) -> None:
    for statement in _tables_as_sql():
        connection.exec_driver_sql(statement)


@functools.cache
def _tables_as_sql() -> tuple[str, ...]:
    """Return the statements that make the tables and their indexes."""
    made: list[DDLElement] = []
    for table in METADATA.sorted_tables:
        made.append(CreateTable(table, if_not_exists=True))
        made += [CreateIndex(index, if_not_exists=True) for index in table.indexes]
    return tuple(str(element.compile(dialect=sqlite.dialect())) for element in made)


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", creator=lambda: connected(path))

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        with ExitStack() as on_failure:  # else nobody would close it
            on_failure.callback(connection.close)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")
            on_failure.pop_all()

    return engine


def reason_of(error: Exception) -> str:
    """Return the message of the driver or the system, without the SQL statement."""
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "strerror", None) or str(cause)


def damage_in(path: Path, error: Exception) -> str:
    """Return the message about a damaged file; empty if the error has another cause.

    Starting a new journal is not offered: only this one knows what was sent.
    """
    if not is_damaged(error):
        return ""
    return (
        f"The journal {path} is damaged ({reason_of(error)}), so unfinished runs in it cannot be "
        "resumed: only the journal has what they sent. Restore it from a backup; or move it to "
        f"another folder, together with {path.name}-wal and -shm, and check in the service what "
        "the last run did before you send its file again."
    )

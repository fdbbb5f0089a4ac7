"""The journal's file: made with its tables where it is not there yet, and opened for use."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from certbulk.applying.schema import METADATA, VERSION
from certbulk.damage import is_damaged
from certbulk.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

__all__ = ["damage_in", "opened", "reason_of"]


def opened(path: Path) -> Engine:
    """Return the database at `path`, with all its tables.

    Raises:
        OutputError: It cannot be written, or a newer certbulk made it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with ExitStack() as on_failure:
            engine = _engine(path)
            on_failure.callback(engine.dispose)
            making = FileLock(path.with_suffix(".lock"), mode=0o600)  # others may be at it as well
            with making, engine.begin() as connection:
                if _version(connection, path) < VERSION:
                    _make_tables(connection)
            on_failure.pop_all()
    except OutputError:
        raise
    except (OSError, SQLAlchemyError) as error:
        raise OutputError(
            damage_in(path, error)
            or f"The journal {path} cannot be written ({reason_of(error)}), and nothing is "
            "sent without one. Set CERTBULK_STATE_DIR to a folder that can."
        ) from None
    return engine


def _version(connection: Connection, path: Path) -> int:
    version: int = connection.scalar(text("PRAGMA user_version")) or 0
    if version > VERSION:
        raise OutputError(
            f"The journal {path} is of a newer certbulk. Install that one, or set "
            "CERTBULK_STATE_DIR to another folder."
        )
    return version


def _make_tables(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    # Last, so that a journal that has the version has all of its tables.
    connection.execute(text(f"PRAGMA user_version = {VERSION}"))


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        with ExitStack() as on_failure:  # nobody else closes what never was of use
            on_failure.callback(connection.close)
            for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")
            on_failure.pop_all()

    return engine


def reason_of(error: Exception) -> str:
    """Return the driver's or system's own words, without the statement."""
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "strerror", None) or str(cause)


def damage_in(path: Path, error: Exception) -> str:
    """Return what is to be said of a damaged file; nothing where the error is about something else.

    What was sent is known from nowhere else, so another journal is no way out.
    """
    if not is_damaged(error):
        return ""
    return (
        f"The journal {path} is damaged ({reason_of(error)}), so runs in it that did not end "
        "cannot be resumed: what they sent is written down nowhere else. Restore it from a "
        f"backup; or move it to another folder, with {path.name}-wal and -shm, and look in the "
        "service what the last run did before you send its file again."
    )

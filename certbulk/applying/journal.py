"""The journal: what a run intends and how each row ended, on disk before the next step.

SQLite with a write-ahead log and full sync: what was committed survives the end of the process
and of the machine. Tokens never get here: a journal is given rows and bodies, never settings.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from certbulk.applying.outcome import Outcome

__all__ = ["Journal"]

_METADATA = MetaData()

RUNS = Table(
    "runs",
    _METADATA,
    Column("run", String, primary_key=True),
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("state", String, nullable=False),  # running, finished, stopped
    Column("reason", String, nullable=False, default=""),
    Column("source", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("chain_id", Integer, nullable=False),
    Column("plan", Text, nullable=False),  # the whole plan as JSON
)

INTENTS = Table(
    "intents",
    _METADATA,
    Column("run", String, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("at", String, nullable=False),
)

OUTCOMES = Table(
    "outcomes",
    _METADATA,
    Column("run", String, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("status", String, nullable=False),
    Column("id", Integer),
    Column("code", String, nullable=False),
    Column("message", String, nullable=False),
    Column("http_status", Integer),
    Column("attempts", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("stored", Text),  # the record that the service answered, as JSON
)


class Journal:
    """The journal in a state folder; safe to use from several threads and processes.

    Raises:
        OutputError: The folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._engine = _engine(self.path)
            _METADATA.create_all(self._engine)
        except (OSError, SQLAlchemyError) as error:
            raise OutputError(
                f"The journal {self.path} cannot be written ({_reason(error)}), and nothing is "
                "sent without one. Set CERTBULK_STATE_DIR to a folder that can."
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise OutputError(
                f"The journal {self.path} cannot be written ({_reason(error)}). The run stops: "
                "nothing is sent that is not written down."
            ) from None

    def begin(self, run: dict[str, Any], plan: dict[str, Any]) -> None:
        """Write down a run and the plan it is to carry out, before anything is sent."""
        row = {**run, "state": "running", "plan": json.dumps(plan, ensure_ascii=False)}
        with self._writing() as connection:
            connection.execute(insert(RUNS).values(**row))

    def intend(self, run: str, row: int, attempt: int, at: str) -> None:
        """Write down that the request for `row` is about to leave for the `attempt`-th time."""
        with self._writing() as connection:
            connection.execute(insert(INTENTS).values(run=run, row=row, attempt=attempt, at=at))

    def settle(self, run: str, outcome: Outcome, stored: dict[str, Any] | None) -> None:
        """Write down how a row ended, and the record that the service answered."""
        values = {
            **asdict(outcome),
            "status": str(outcome.status),
            "run": run,
            "stored": None if stored is None else json.dumps(stored, ensure_ascii=False),
        }
        with self._writing() as connection:
            connection.execute(insert(OUTCOMES).values(**values))

    def finish(self, run: str, state: str, reason: str, at: str) -> None:
        """Write down that a run has ended, and why if it was before its end."""
        with self._writing() as connection:
            connection.execute(
                update(RUNS)
                .where(RUNS.c.run == run)
                .values(state=state, reason=reason, finished=at)
            )


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _reason(error: Exception) -> str:
    """Return the driver's or system's own words, without the statement."""
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "strerror", None) or str(cause)

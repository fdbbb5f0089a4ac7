"""The tables of a new journal.

Columns are only added, at the end and with a default in the database: a process of an older version
that has the journal open goes on writing rows without them. Each addition needs a step in
`migrations.py`, for existing journals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

__all__ = [
    "APPROVALS",
    "INTENTS",
    "KEPT_PLANS",
    "METADATA",
    "OUTCOMES",
    "REQUESTS",
    "RUNS",
    "SETTLED",
    "VERSION",
]

VERSION = 4
"""The version of the journal; certbulk does not write to a newer one."""

METADATA = MetaData()

_Id = Integer().with_variant(BigInteger, "postgresql")  # SQLite's integers have 64 bits


class _Words(TypeDecorator[str]):
    """Texts; PostgreSQL takes no NUL characters, and must compare times by their characters."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return value.replace("\0", "")


RUNS = Table(
    "runs",
    METADATA,
    Column("run", _Words, primary_key=True),
    Column("plan_id", _Words, nullable=False, unique=True),  # a plan can be carried out once only
    Column("started", _Words, nullable=False),
    Column("finished", _Words),
    Column("state", _Words, nullable=False),  # running, finished, stopped, refused
    Column("reason", _Words, nullable=False, default=""),
    Column("stop", Boolean, nullable=False, default=False),  # a stop was requested
    Column("source", _Words, nullable=False),
    Column("sha256", _Words, nullable=False),
    Column("base_url", _Words, nullable=False),
    Column("chain_id", _Id, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("plan", Text, nullable=False),  # the whole plan as JSON
    Column("plan_sha256", _Words, nullable=False),
    Column("kind", _Words, nullable=False, server_default="apply"),  # apply, undo
    Column("who", _Words, nullable=False, server_default=""),  # login name and host
    Column("worker", _Words, nullable=False, server_default=""),
    Column("lane", _Words, nullable=False, server_default=""),
    Column("frame_index", Text),  # the index of the frame that was read, as JSON
    Column(
        "looked", Boolean, nullable=False, server_default=false()
    ),  # a resume has checked the unknown rows
    Column("approved", Text),  # the approval with which it began, as JSON
)

INTENTS = Table(
    "intents",
    METADATA,
    Column("number", _Id, primary_key=True),
    Column("run", _Words, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", _Words, nullable=False),
    Column("again", Boolean, nullable=False, server_default=false()),  # sent again after a check
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("run", _Words, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("status", _Words, nullable=False),
    Column("id", _Id),
    Column("code", _Words, nullable=False),
    Column("message", _Words, nullable=False),
    Column("http_status", Integer),
    Column("attempts", Integer, nullable=False),
    Column("at", _Words, nullable=False),
    Column("stored", Text),  # the record in the service's answer, as JSON
    Column("verified", _Words, nullable=False, server_default=""),
    Column("own", Boolean),  # null: unknown
)

SETTLED = Table(
    "settled",  # decisions by hand about rows with an unknown outcome
    METADATA,
    Column("number", _Id, primary_key=True),
    Column("run", _Words, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", _Words, nullable=False),
    Column("who", _Words, nullable=False),
    Column("what", _Words, nullable=False),  # done, not done
    Column("id", _Id),
)

APPROVALS = Table(
    "approvals",  # never changed: a withdrawal is a row of its own
    METADATA,
    Column("number", _Id, primary_key=True),
    Column("plan", _Words, nullable=False, index=True),  # its id, or "undo" and the run
    Column("digest", _Words, nullable=False),  # of what would be sent
    Column("what", _Words, nullable=False),  # approved, withdrawn
    Column("who", _Words, nullable=False),  # login name and host
    Column("role", _Words, nullable=False, server_default=""),  # written by the database
    Column("at", _Words, nullable=False, server_default=""),  # by it too
)

KEPT_PLANS = Table(
    "kept_plans",  # the plans of fleets, before and after they are carried out
    METADATA,
    Column("key", _Words, primary_key=True),  # what the plan is for: see `key_of`
    Column("plan_id", _Words, nullable=False, index=True),  # empty if there could be no plan
    Column("told", Text, nullable=False),  # how the plan looked, as JSON
    Column("document", Text, nullable=False),  # as in a saved plan
)

REQUESTS = Table(
    "requests",  # every finished attempt, for charts only
    METADATA,
    Column("number", _Id, primary_key=True),
    Column("run", _Words, nullable=False, index=True),
    Column("method", _Words, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("seconds", Float, nullable=False),
    Column("status", Integer),
    Column("event", _Words, nullable=False),
)

"""The tables of a new journal.

Columns are only added, at the end and with a default in the database: a process of an older version
that has the journal open goes on writing rows without them. Each addition needs a step in
`migrations.py`, for existing journals.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text, text

__all__ = ["INTENTS", "METADATA", "OUTCOMES", "REQUESTS", "RUNS", "SETTLED", "VERSION"]

VERSION = 2
"""The version of the journal; certbulk does not write to a newer one."""

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("run", String, primary_key=True),
    Column("plan_id", String, nullable=False, unique=True),  # a plan can be carried out once only
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("state", String, nullable=False),  # running, finished, stopped, refused
    Column("reason", String, nullable=False, default=""),
    Column("stop", Boolean, nullable=False, default=False),  # a stop was requested
    Column("source", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("chain_id", Integer, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("plan", Text, nullable=False),  # the whole plan as JSON
    Column("plan_sha256", String, nullable=False),
    Column("kind", String, nullable=False, server_default="apply"),  # apply, undo
    Column("who", String, nullable=False, server_default=""),  # login name and host
    Column("worker", String, nullable=False, server_default=""),
    Column("lane", String, nullable=False, server_default=""),
    Column("frame_index", Text),  # the index of the frame that was read, as JSON
    Column(
        "looked", Boolean, nullable=False, server_default=text("0")
    ),  # a resume has checked the unknown rows
)

INTENTS = Table(
    "intents",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("again", Boolean, nullable=False, server_default=text("0")),  # sent again after a check
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("run", String, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("status", String, nullable=False),
    Column("id", Integer),
    Column("code", String, nullable=False),
    Column("message", String, nullable=False),
    Column("http_status", Integer),
    Column("attempts", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("stored", Text),  # the record in the service's answer, as JSON
    Column("verified", String, nullable=False, server_default=""),
    Column("own", Boolean),  # null: unknown
)

SETTLED = Table(
    "settled",  # decisions by hand about rows with an unknown outcome
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),  # done, not done
    Column("id", Integer),
)

REQUESTS = Table(
    "requests",  # every finished attempt, for charts only
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("method", String, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("seconds", Float, nullable=False),
    Column("status", Integer),
    Column("event", String, nullable=False),
)

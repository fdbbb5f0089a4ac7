"""The journal's tables, as a new journal gets them.

Columns are only ever added, at the end and with a default in the database itself: a process of a
former version that has the journal open goes on writing rows without them. What is added here
needs a step in `migrations.py`, for the journals that are there already.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text, text

__all__ = ["INTENTS", "METADATA", "OUTCOMES", "REQUESTS", "RUNS", "SETTLED", "VERSION"]

VERSION = 2
"""The journal's own version: one of a newer version is not written into."""

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("run", String, primary_key=True),
    Column("plan_id", String, nullable=False, unique=True),  # a plan is carried out once
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("state", String, nullable=False),  # running, finished, stopped, refused
    Column("reason", String, nullable=False, default=""),
    Column("stop", Boolean, nullable=False, default=False),  # somebody asked it to stop
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
    Column("looked", Boolean, nullable=False, server_default=text("0")),  # for unknown rows
)

INTENTS = Table(
    "intents",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("again", Boolean, nullable=False, server_default=text("0")),  # after a look
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
    Column("stored", Text),  # the record that the service answered, as JSON
    Column("verified", String, nullable=False, server_default=""),
    Column("own", Boolean),  # null: not known
)

SETTLED = Table(
    "settled",  # decisions by hand about rows whose outcome was not known
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
    "requests",  # every attempt that has ended, for pictures; nothing is decided by it
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("method", String, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("seconds", Float, nullable=False),
    Column("status", Integer),
    Column("event", String, nullable=False),
)

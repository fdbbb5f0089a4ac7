"""The journal's tables. Columns are only ever added: journals of former versions stay readable."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text

__all__ = ["INTENTS", "METADATA", "OUTCOMES", "REQUESTS", "RUNS", "VERSION"]

VERSION = 1
"""The journal's own version: one of a newer version is not written into."""

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("run", String, primary_key=True),
    Column("plan_id", String, nullable=False, unique=True),  # a plan is carried out once
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("state", String, nullable=False),  # running, finished, stopped
    Column("reason", String, nullable=False, default=""),
    Column("stop", Boolean, nullable=False, default=False),  # somebody asked it to stop
    Column("source", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("chain_id", Integer, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("plan", Text, nullable=False),  # the whole plan as JSON
    Column("plan_sha256", String, nullable=False),
)

INTENTS = Table(
    "intents",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run", String, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("at", String, nullable=False),
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

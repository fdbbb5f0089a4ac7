"""Steps from one version of the journal to the next, for existing journals.

A released step is never changed, because journals of its version exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    Step = Callable[[Connection], None]

__all__ = ["STEPS", "columns_of", "migrate"]


def migrate(connection: Connection, version: int, steps: tuple[Step, ...]) -> None:
    """Upgrade the tables from `version` to the newest one, inside the caller's transaction.

    Args:
        connection: In an exclusive transaction.
        version: The journal's present version; `steps[0]` leads from version 1 to 2.
        steps: The steps, in their order.
    """
    for step in steps[version - 1 :]:
        step(connection)
    # Last: a journal with a version has all tables of that version.
    connection.exec_driver_sql(f"PRAGMA user_version = {len(steps) + 1}")


def columns_of(connection: Connection, table: str) -> set[str]:
    """Return the names of a table's columns; an empty set if there is no such table."""
    return {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}


def _add(connection: Connection, table: str, column: str, kind: str) -> None:
    """Add a column unless it exists: a process of version 1 may have ended amid its tables."""
    if column not in columns_of(connection, table):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def _from_1_to_2(connection: Connection) -> None:
    """Add verification, who sent, and decisions by hand."""
    _add(connection, "runs", "kind", "VARCHAR DEFAULT 'apply' NOT NULL")
    _add(connection, "runs", "who", "VARCHAR DEFAULT '' NOT NULL")
    _add(connection, "runs", "worker", "VARCHAR DEFAULT '' NOT NULL")
    _add(connection, "runs", "lane", "VARCHAR DEFAULT '' NOT NULL")
    _add(connection, "runs", "frame_index", "TEXT")
    _add(connection, "runs", "looked", "BOOLEAN DEFAULT 0 NOT NULL")
    _add(connection, "intents", "again", "BOOLEAN DEFAULT 0 NOT NULL")
    _add(connection, "outcomes", "verified", "VARCHAR DEFAULT '' NOT NULL")
    _add(connection, "outcomes", "own", "BOOLEAN")
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS settled (number INTEGER NOT NULL, run VARCHAR NOT NULL, "
        '"row" INTEGER NOT NULL, at VARCHAR NOT NULL, who VARCHAR NOT NULL, '
        "what VARCHAR NOT NULL, id INTEGER, PRIMARY KEY (number))"
    )
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS ix_settled_run ON settled (run)")
    connection.exec_driver_sql(  # an unreadable plan is refused when its run is read
        "UPDATE runs SET kind = 'undo' WHERE CASE WHEN json_valid(plan) "
        "THEN json_extract(plan, '$.undoes') IS NOT NULL ELSE 0 END"
    )


def _from_2_to_3(connection: Connection) -> None:
    """Add approvals of plans."""
    _add(connection, "runs", "approved", "TEXT")
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS approvals (number INTEGER NOT NULL, plan VARCHAR NOT NULL, "
        "digest VARCHAR NOT NULL, what VARCHAR NOT NULL, who VARCHAR NOT NULL, "
        "role VARCHAR DEFAULT '' NOT NULL, at VARCHAR DEFAULT '' NOT NULL, PRIMARY KEY (number))"
    )
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS ix_approvals_plan ON approvals (plan)")


def _from_3_to_4(connection: Connection) -> None:
    """Add the plans of fleets."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS kept_plans (key VARCHAR NOT NULL, plan_id VARCHAR NOT NULL, "
        "told TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (key))"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS ix_kept_plans_plan_id ON kept_plans (plan_id)"
    )


STEPS: tuple[Step, ...] = (_from_1_to_2, _from_2_to_3, _from_3_to_4)

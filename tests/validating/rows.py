"""Rows to validate: what differs from a row of the columns' own examples."""

from datetime import UTC, datetime

import pandas as pd

from certbulk import Report, read, validate
from certbulk.core.columns.fields import FIELDS

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
EXAMPLE: dict[str, str | None] = {field.name: field.example for field in FIELDS}

Row = dict[str, str | None]
FIXED: Row = {
    "expiration_type_id": "Fixed date",
    "expiration_date": "2031-12-31",
    "expiration_timeout": "",
    "expiration_timeout_unit_id": "",
}
NEVER: Row = {
    "expiration_type_id": "Never",
    "expiration_timeout": "",
    "expiration_timeout_unit_id": "",
}


def create(**changes: str | None) -> Row:
    """Return a row to create: a valid one with these changes."""
    return EXAMPLE | changes


def update(**changes: str | None) -> Row:
    """Return a row to update type 289001: blank but for these changes."""
    return {**dict.fromkeys(EXAMPLE), "id": "289001", **changes}


def report_of(*rows: Row, now: datetime = NOW, time_zone: str = "UTC") -> Report:
    """Validate rows; each row is in the columns that any of them has, from row 2 on."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(header) for header in headers] for row in rows]
    frame = pd.DataFrame(cells, columns=headers, dtype=object)
    return validate(read(frame), now=now, time_zone=time_zone)


def found(report: Report) -> list[tuple[int | None, str | None, str]]:
    """Return the findings as (row, field, code), sorted."""
    return sorted(
        ((f.row, f.field, f.code) for f in report.all_findings),
        key=lambda spot: (spot[0] or 0, spot[1] or "", spot[2]),
    )


def codes(report: Report) -> set[tuple[str | None, str]]:
    """Return the findings as (field, code)."""
    return {(field, code) for _, field, code in found(report)}

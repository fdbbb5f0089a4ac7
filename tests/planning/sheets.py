"""Sheets made of a few cells, and the reports on them."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd

import certbulk as cb
from certbulk.core.columns.fields import PAYLOAD_FIELDS

NOW = datetime(2026, 6, 1, tzinfo=UTC)

NEW: dict[str, str] = {
    "title": "Fresh 10",
    "balance": "10",
    "is_multi": "yes",
    "item_type_id": "0",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "1",
    "salon_ids": "720441",
    "expiration_type_id": "0",
}
"""The cells of a row that is a valid create."""

# The seed's type 288902 as a row: applied as it is, it changes nothing.
LIVE: dict[str, str] = {
    **NEW,
    "title": "Gift Certificate 100",
    "balance": "100",
    "salon_ids": "720441, 720442, 720443, 720450",
    "expiration_type_id": "2",
    "expiration_timeout": "12",
    "expiration_timeout_unit_id": "month",
}


def new(**cells: str) -> dict[str, str]:
    """Return the cells of a create."""
    return {**NEW, **cells}


def change(type_id: int, **cells: str) -> dict[str, str]:
    """Return the cells of an update; what is not given is blank."""
    return {"id": str(type_id), **cells}


def report_on(*rows: dict[str, str], **options: Any) -> cb.Report:
    """Return the report on a sheet with these rows, the first of them in row 2."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame([{name: row.get(name, "") for name in names} for row in rows])
    return cb.validate(cb.read(frame), now=NOW, **options)


def plan_of(client: cb.Client, *rows: dict[str, str], **options: Any) -> cb.Plan:
    """Return the plan for a sheet with these rows."""
    return cb.plan(report_on(*rows), client, now=NOW, **options)


def decided(client: cb.Client, *rows: dict[str, str], **options: Any) -> cb.RowDecision:
    """Return the decision about the last of these rows."""
    return plan_of(client, *rows, **options).decisions[-1]


def body_of_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return the complete request body that leaves a flat record as it is.

    Written from the documentation, not from certbulk: every field of a create, nested; and what
    the table of columns has beside that.
    """
    plain = (
        "title",
        "balance",
        "is_multi",
        "item_type_id",
        "is_allow_empty_code",
        "category_id",
        "balance_edit_type_id",
        "service_ids",
        "salon_ids",
    )
    expiration: dict[str, Any] = {"type_id": record["expiration_type_id"]}
    if record["expiration_type_id"] == 1:
        expiration["date"] = record["expiration_date"]
    if record["expiration_type_id"] == 2:
        expiration["timeout"] = record["expiration_timeout"]
        expiration["timeout_unit_id"] = record["expiration_timeout_unit_id"]
    others = {field.name for field in PAYLOAD_FIELDS if len(field.path) == 1}
    return {
        **{name: record[name] for name in (*plain, *sorted(others.difference(plain)))},
        "expiration": expiration,
        "online_sale": {
            "is_enabled": record["online_sale_is_enabled"],
            "title": record["online_sale_title"],
            "description": record["online_sale_description"],
            "price": record["online_sale_price"],
        },
    }

"""The columns of the benchmark's workbooks as frictionless describes them: cells, and rows.

It has no type for a list of ids: those are any cells, which are only there or not. All else that
certbulk calls an error in these workbooks is a constraint of a field, or an expression on a row.
"""

from typing import Any

__all__ = ["ROW_CHECKS", "SCHEMA"]


def _one_of(*words: str, required: bool = True) -> dict[str, Any]:
    return {"type": "string", "constraints": {"required": required, "enum": list(words)}}


def _text(longest: int, *, required: bool = False) -> dict[str, Any]:
    return {"type": "string", "constraints": {"required": required, "maxLength": longest}}


def _number(kind: str, most: int, *, required: bool = False, least: int = 0) -> dict[str, Any]:
    limits = {"required": required, "minimum": least, "maximum": most}
    return {"type": kind, "constraints": limits}


_ITEM_TYPES = ("services", "products", "Specific services")

SCHEMA: dict[str, dict[str, Any]] = {
    "action": _one_of("create", "update", "skip"),
    "title": {
        "type": "string",
        "constraints": {"required": True, "maxLength": 255, "unique": True},
    },
    "balance": _number("number", 10**12, required=True),
    "is_multi": {"type": "boolean", "constraints": {"required": True}},
    "item_type_id": {
        "type": "any",  # words and numbers
        "constraints": {"required": True, "enum": ["All services and products", *_ITEM_TYPES, 4]},
    },
    "is_allow_empty_code": _one_of("yes", "no"),
    "category_id": _number("integer", 10**15, least=1),
    "balance_edit_type_id": _one_of("Can be edited", "Cannot be edited"),
    "service_ids": {"type": "any"},  # texts and numbers
    "salon_ids": {"type": "any", "constraints": {"required": True}},
    "expiration_type_id": _one_of("Never", "Fixed date", "Period from the sale"),
    "expiration_date": {"type": "datetime"},
    "expiration_timeout": _number("integer", 9999, least=1),
    "expiration_timeout_unit_id": _one_of("day", "week", "month", "year", required=False),
    "online_sale_is_enabled": {"type": "boolean"},
    "online_sale_title": _text(255),
    "online_sale_description": _text(32767),
    "online_sale_price": _number("number", 10**12),
}
"""What frictionless calls fields, by name."""

ROW_CHECKS = (
    "expiration_type_id != 'Fixed date' or expiration_date",
    "expiration_type_id != 'Period from the sale' or expiration_timeout",
    "expiration_type_id != 'Period from the sale' or expiration_timeout_unit_id",
    "item_type_id not in ('Specific services', 4) or service_ids",
    "item_type_id in ('Specific services', 4) or not service_ids",
    "not online_sale_is_enabled or online_sale_price",
)
"""What frictionless calls row constraints: the rules across columns that certbulk has as errors."""

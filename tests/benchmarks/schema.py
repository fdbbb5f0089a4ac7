"""The columns of the benchmark's workbooks as a frictionless schema, with the checks of a cell."""

from typing import Any

__all__ = ["SCHEMA"]


def _one_of(*words: str, required: bool = True) -> dict[str, Any]:
    return {"type": "string", "constraints": {"required": required, "enum": list(words)}}


def _text(longest: int, *, required: bool = False) -> dict[str, Any]:
    return {"type": "string", "constraints": {"required": required, "maxLength": longest}}


def _number(kind: str, most: int, *, required: bool = False, least: int = 0) -> dict[str, Any]:
    limits = {"required": required, "minimum": least, "maximum": most}
    return {"type": kind, "constraints": limits}


SCHEMA: dict[str, dict[str, Any]] = {
    "action": _one_of("create", "update", "skip"),
    "title": _text(255, required=True),
    "balance": _number("number", 10**12, required=True),
    "is_multi": {"type": "boolean", "constraints": {"required": True}},
    "item_type_id": {"type": "any", "constraints": {"required": True}},  # words and numbers
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

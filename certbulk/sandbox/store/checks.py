"""What the sandbox accepts in the body of a create or an update.

Written from the API's documentation alone and shared with no client, as a second opinion on a
client's mistakes. Each check is marked *documented* (by the vendor) or *own* (the sandbox is
stricter than the real service may be).
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from certbulk.sandbox.store.chains import Chain
from certbulk.sandbox.store.records import ITEM_TYPES

__all__ = ["Errors", "problems"]

Errors: TypeAlias = dict[str, list[str]]
"""Messages by field; the name of a nested field is such as `expiration.date`."""

Body: TypeAlias = Mapping[str, Any]


def _is_text(value: object) -> bool:
    # JSON can contain a lone surrogate (\\ud800), which UTF-8 cannot.
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_amount(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return _is_int(value)


def _is_ids(value: object) -> bool:
    return isinstance(value, list) and all(_is_int(item) for item in value)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


class _Field(NamedTuple):
    path: str
    fits: Callable[[object], bool]
    kind: str
    required: bool = True


# Documented: the fields, their types, and which are required. Own: types are never converted
# (true and "10" are not numbers, 1.0 is not an id), and null counts as absent.
_FIELDS: Final = (
    _Field("title", _is_text, "a string"),
    _Field("balance", _is_amount, "a number"),
    _Field("is_multi", _is_flag, "true or false"),
    _Field("item_type_id", _is_int, "an integer"),
    _Field("is_allow_empty_code", _is_flag, "true or false"),
    _Field("balance_edit_type_id", _is_int, "an integer"),
    _Field("category_id", _is_int, "an integer or null", required=False),
    _Field("service_ids", _is_ids, "a list of integers"),
    _Field("salon_ids", _is_ids, "a list of integers"),
    _Field("expiration", _is_object, "an object"),
    _Field("expiration.type_id", _is_int, "an integer"),
    _Field("expiration.date", _is_text, "a string", required=False),
    _Field("expiration.timeout", _is_int, "an integer", required=False),
    _Field("expiration.timeout_unit_id", _is_int, "an integer", required=False),
    _Field("online_sale", _is_object, "an object"),
    _Field("online_sale.is_enabled", _is_flag, "true or false"),
    _Field("online_sale.title", _is_text, "a string", required=False),
    _Field("online_sale.description", _is_text, "a string", required=False),
    _Field("online_sale.price", _is_amount, "a number", required=False),
)

# Documented. The unit matters only with expiration type 2; 0 means "unset" in a record.
_CHOICES: Final[Mapping[str, Collection[int]]] = {
    "item_type_id": tuple(ITEM_TYPES),
    "balance_edit_type_id": (1, 2),
    "expiration.type_id": (0, 1, 2),
    "expiration.timeout_unit_id": (0, 1, 2, 3, 4),
}

_RESTRICTED_TO_SERVICES: Final = (3, 4)
_FIXED_DATE, _PERIOD = 1, 2


def problems(body: Body, chain: Chain) -> Errors:
    """Return what is wrong with a body, by field; empty if the body can be stored."""
    errors: Errors = {}
    values: dict[str, Any] = {}
    for field in _FIELDS:
        if field.path.partition(".")[0] in errors:
            continue  # the object around it is missing or is not an object
        value = _at(body, field.path)
        if value is None:
            if field.required:
                errors[field.path] = ["This field is required."]
        elif not field.fits(value):
            errors[field.path] = [f"This field must be {field.kind}."]
        else:
            values[field.path] = value
    of_wrong_type = frozenset(errors)
    for rule in (_choices, _amounts, _expiration, _services, _locations_and_category):
        for path, message in rule(values, chain):
            if path not in of_wrong_type:
                errors.setdefault(path, []).append(message)
    return errors


def _at(body: Body, path: str) -> object:
    outer, _, inner = path.partition(".")
    value: object = body.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else value


# The rules below see only the values with the right type, by path. They add no second message to a
# field that already has one.
Found: TypeAlias = Iterator[tuple[str, str]]


def _choices(values: Body, _: Chain) -> Found:
    """Documented: the numbers of the choices."""
    for path, allowed in _CHOICES.items():
        if path in values and values[path] not in allowed:
            yield path, f"This field must be one of {', '.join(map(str, allowed))}."


def _amounts(values: Body, _: Chain) -> Found:
    """Own: a title is not blank, and no amount is negative."""
    if "title" in values and not values["title"].strip():
        yield "title", "This field must not be blank."
    for path in ("balance", "online_sale.price"):
        if path in values and values[path] < 0:
            yield path, "This field must not be negative."


def _expiration(values: Body, _: Chain) -> Found:
    """Documented: a date in ISO 8601 with type 1; a timeout and a unit with type 2.

    Own: a date must be valid even if it is not used, and a timeout that is used is above 0.
    """
    kind = values.get("expiration.type_id")
    date = values.get("expiration.date")
    if date is not None and not _is_iso_date(date):
        yield "expiration.date", "This field must be a date and time in ISO 8601."
    if kind == _FIXED_DATE and date is None:
        yield "expiration.date", "This field is required with expiration type 1."
    timeout = values.get("expiration.timeout")
    if kind == _PERIOD and (timeout is None or timeout <= 0):
        yield "expiration.timeout", "This field must be above 0 with expiration type 2."
    elif timeout is not None and timeout < 0:
        yield "expiration.timeout", "This field must not be negative."
    if kind == _PERIOD and values.get("expiration.timeout_unit_id", 0) == 0:
        yield "expiration.timeout_unit_id", "This field is required with expiration type 2."


def _services(values: Body, chain: Chain) -> Found:
    """Own: services that exist in the chain, and at least one if only some are valid."""
    if "service_ids" not in values:
        return
    if unknown := sorted(set(values["service_ids"]) - chain.service_ids):
        yield "service_ids", f"No such services in this chain: {', '.join(map(str, unknown))}."
    if values.get("item_type_id") in _RESTRICTED_TO_SERVICES and not values["service_ids"]:
        yield "service_ids", "At least one service is required with item types 3 and 4."


def _locations_and_category(values: Body, chain: Chain) -> Found:
    """Own: locations of the chain, at least one; a service category of the chain."""
    if "salon_ids" in values:
        if not values["salon_ids"]:
            yield "salon_ids", "At least one location is required."
        if unknown := sorted(set(values["salon_ids"]) - chain.location_ids):
            yield "salon_ids", f"No such locations in this chain: {', '.join(map(str, unknown))}."
    if "category_id" in values and values["category_id"] not in chain.category_ids:
        yield "category_id", f"No such category in this chain: {values['category_id']}."


def _is_iso_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True

"""Values ⇄ nested request body ⇄ flat record, derived from the table of columns.

`values` are typed values by canonical name: what `Kind.parse` returns. A body is what the service
is sent, a record is what it answers: flat, with names of its own for the nested parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.titles import strictly_same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.columns.field import Field

__all__ = [
    "KEPT_BY_THE_SERVICE",
    "body_of",
    "differences",
    "disagreements",
    "for_create",
    "for_update",
    "is_sent",
    "missing_in_record",
    "value_on_create",
    "values_of",
]

KEPT_BY_THE_SERVICE = ("weight", "is_serial_number_limited", "is_archived", "online_sale_image")
"""Parts of a record that no request can set, so that an update should leave them alone."""


_ONLINE_TITLE = "online_sale_title"


def for_create(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a new type: what is `given`, and the documented defaults.

    A field without a value and with the default None is left out, but for those that the
    service takes a null for.
    """
    values: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS:
        value = value_on_create(field, given.get(field.name))
        if value is not None or field.name == "category_id":
            values[field.name] = value
    return values


def value_on_create(field: Field, given: Any) -> Any:
    """Return the value of a field of a new type: what is `given`, or the documented default."""
    if given is None or given == CLEAR:
        return None if field.required else field.default
    return given


def for_update(live: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the complete values of a type after an update: `live` with what is `given` on top."""
    values = dict(live)
    for field in PAYLOAD_FIELDS:
        value = given.get(field.name)
        if value is not None:
            values[field.name] = field.empty if value == CLEAR else value
    return values


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nested request body for `values`.

    Of the expiration only the parts that its type uses are sent. The parts of the online sale
    are always sent where they have a value: an update replaces everything.
    """
    body: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS:
        if field.name not in values:
            continue
        value = values[field.name]
        *parents, key = field.path
        if not is_sent(field, value, used=field.used(values)):
            continue
        place = body
        for parent in parents:
            place = place.setdefault(parent, {})
        place[key] = field.kind.dump(value)
    return body


def is_sent(field: Field, value: Any, *, used: bool) -> bool:
    """Tell whether a body has this field, whose `value` the type uses or not."""
    if field.path[0] == "expiration" and not used:
        return False
    return value is not None or len(field.path) == 1


def values_of_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a nested request body carries: the inverse of `body_of`."""
    values: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS:
        place: Any = body
        for key in field.path[:-1]:
            place = place.get(key, {})
        if field.path[-1] in place:
            values[field.name] = field.kind.load(place[field.path[-1]])
    return values


def values_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a flat record, of those fields that it has.

    A value that the record spells in a way we do not know is kept as it is, so that an update
    sends back what was there.
    """
    return {
        field.name: field.kind.load(record[field.name])
        for field in PAYLOAD_FIELDS
        if field.name in record
    }


def missing_in_record(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that a complete record has and this one lacks."""
    return [field.name for field in PAYLOAD_FIELDS if field.name not in record]


def differences(wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return `{field: (stored, wanted)}` for what differs and counts.

    Parts of the expiration and of the online sale that the wanted type does not use (a date on a
    type that expires after a period, a price with the online sale off) make no difference: the
    service drops or replaces them. Neither do fields that `wanted` says nothing about.
    """
    changed: dict[str, tuple[Any, Any]] = {}
    for name, value in wanted.items():
        field = BY_NAME[name]
        dropped = len(field.path) > 1 and not field.used(wanted)
        if dropped or name not in stored:
            continue
        if not field.kind.same(value, stored[name]):
            changed[name] = (stored[name], value)
    return changed


def disagreements(
    wanted: Mapping[str, Any], stored: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Return `differences`, but for texts that are the same however a service stores them.

    So it is asked whether a type **is** what a row describes. The online title falls back to the
    title where none is wanted.
    """
    return {
        name: (live, asked)
        for name, (live, asked) in differences(wanted, stored).items()
        if not _one_text(live, asked or (wanted.get("title") if name == _ONLINE_TITLE else asked))
    }


def _one_text(live: Any, asked: Any) -> bool:
    return isinstance(live, str) and isinstance(asked, str) and strictly_same(live, asked)

"""Values ⇄ nested request body ⇄ flat record, derived from the table of columns.

`values` are typed values by canonical name: what `Kind.parse` returns. A body is what the service
is sent, a record is what it answers: flat, with names of its own for the nested parts.

There is one mapping of values to bodies: `part_of` says what a body has for the value of a column,
and `assembled` puts the parts of a row where they belong. `body_of` does both for a row,
`bodies.py` for whole columns.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.kinds.list_changes import ListChange, changed_list
from certbulk.core.titles import strictly_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.core.columns.field import Field

__all__ = [
    "LEFT_OUT",
    "assembled",
    "body_of",
    "differences",
    "disagreements",
    "for_create",
    "for_update",
    "missing_in_record",
    "part_of",
    "value_on_create",
    "values_of",
    "values_of_body",
]

_KEYS = tuple(field.path[-1] for field in PAYLOAD_FIELDS)
_PARENTS = tuple(field.path[:-1] for field in PAYLOAD_FIELDS)


class _LeftOut(Enum):
    LEFT_OUT = 0


LEFT_OUT: Final = _LeftOut.LEFT_OUT
"""The part of a field that a body does not have."""

_ONLINE_TITLE = "online_sale_title"


def for_create(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a new type: what is `given`, and the documented defaults.

    A field that has neither is left out, unless it is null when blank.
    """
    values: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS:
        value = value_on_create(field, given.get(field.name))
        if value is not None or field.null_when_blank:
            values[field.name] = value
    return values


def value_on_create(field: Field, given: Any) -> Any:
    """Return the value of a field of a new type: what is `given`, or the documented default."""
    if given is None or given == CLEAR:
        return None if field.required else field.default
    return given


def for_update(live: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the complete values of a type after an update: `live` with what is `given` on top.

    An update replaces the whole type (fact:full_replacement). A value that means the same as the
    live one does not replace it, so that an update changes nothing that is not shown.
    """
    values = dict(live)
    for field in PAYLOAD_FIELDS:
        value = given.get(field.name)
        if value is None:
            continue
        wanted = _after(field, value, live.get(field.name))
        if field.name not in live or not field.kind.same(wanted, live[field.name]):
            values[field.name] = wanted
    return values


def _after(field: Field, given: Any, live: Any) -> Any:
    if isinstance(given, ListChange):
        return changed_list(given, live)
    return field.empty if given == CLEAR else given


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nested request body for `values`.

    A field that `values` does not name is left out. Of the expiration only the parts that its type
    uses are sent; the parts of the online sale always, as an update replaces everything.
    """
    return assembled(
        part_of(field, values[field.name], used=field.used(values))
        if field.name in values
        else LEFT_OUT
        for field in PAYLOAD_FIELDS
    )


def part_of(field: Field, value: Any, *, used: bool = True) -> Any:
    """Return what a body has for the `value` of a field, which the type uses or not."""
    if (value is None and not field.null_when_blank) or (field.left_out_when_unused and not used):
        return LEFT_OUT
    return field.kind.dump(value)


def assembled(parts: Iterable[Any]) -> dict[str, Any]:
    """Return the body that has these parts, one for each field in the order of the table."""
    body: dict[str, Any] = {}
    level = body
    at: tuple[str, ...] = ()
    for parents, key, part in zip(_PARENTS, _KEYS, parts, strict=True):
        if part is LEFT_OUT:
            continue
        if parents != at:
            level, at = body, parents
            for parent in parents:
                level = level.setdefault(parent, {})
        level[key] = part[:] if isinstance(part, list) else part  # a list belongs to one body
    return body


def values_of_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a nested request body carries: the inverse of `body_of`."""
    values: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS:
        level: Any = body
        for key in field.path[:-1]:
            level = level.get(key, {})
        if field.path[-1] in level:
            values[field.name] = field.kind.load(level[field.path[-1]])
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
    service drops or replaces them (fact:unused_expiration, fact:online_fallback). Neither do fields
    that `wanted` says nothing about.
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

    It answers whether a type **is** what a row describes. The online title falls back to the
    title if none is wanted.
    """
    return {
        name: (live, asked)
        for name, (live, asked) in differences(wanted, stored).items()
        if not _one_text(live, asked or (wanted.get("title") if name == _ONLINE_TITLE else asked))
    }


def _one_text(live: Any, asked: Any) -> bool:
    return isinstance(live, str) and isinstance(asked, str) and strictly_same(live, asked)

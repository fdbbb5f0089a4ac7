"""Records of the service as a typed frame, which can be planned again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.dtypes import Words, typed_frame
from certbulk.core.columns.fields import BY_NAME, ID, PAYLOAD_FIELDS
from certbulk.core.columns.read_only import IN_LIVE_FRAMES
from certbulk.core.kinds import Choice, Flag, Ids, Instant
from certbulk.core.kinds.kind import FLAG, IDS, MOMENT, NUMBER, TEXT
from certbulk.core.kinds.numbers import decimal_of
from certbulk.core.references.reference_problems import ids_of
from certbulk.core.references.references import References
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from certbulk.api.answers import Record
    from certbulk.core.columns.dtypes import Dtype
    from certbulk.core.columns.field import Field
    from certbulk.core.references.directory import Directory

__all__ = ["live_frame"]


_BETWEEN = ("; ", ", ")
"""What is between the entries of a list when it is read, or read from a file of it."""


def live_frame(records: Sequence[Record], names: Directory | None = None) -> pd.DataFrame:
    """Return records of the service as a typed frame with their ids as the index.

    Args:
        records: The records, each with an id.
        names: The names of the chain: choices and ids are words then, instead of numbers.
    """
    import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

    columns: dict[str, list[Any]] = {}
    dtypes: dict[str, Dtype] = {}
    for field in PAYLOAD_FIELDS:
        values = [_value(field, record) for record in records]
        dtypes[field.name] = field.kind.dtype
        if names is not None and isinstance(field.kind, Choice):
            values = [field.kind.show(one) if type(one) is int else one for one in values]
            words = all(isinstance(one, str | None) for one in values)  # else the service has more
            order = tuple(option.label for option in field.kind.options)
            dtypes[field.name] = Words(order) if words else TEXT
        elif names is not None and field.refers_to:
            values = _names(field, records, names)
            dtypes[field.name] = IDS if isinstance(field.kind, Ids) else TEXT
        columns[field.name] = values
    for column in IN_LIVE_FRAMES:
        name, load = column.name, _LOADS.get(column.dtype)
        raw = [record.get(name) for record in records]
        columns[name] = [load(value) if load and value is not None else value for value in raw]
        dtypes[name] = column.dtype
    ids = pd.Index([record[ID.name] for record in records], dtype="int64", name=ID.name)
    return typed_frame(columns, ids, dtypes)


def _value(field: Field, record: Record) -> Any:
    """Return the value of a field; None if the record does not have it."""
    return field.kind.load(record[field.name]) if field.name in record else None


def _names(field: Field, records: Sequence[Record], names: Directory) -> list[Any]:
    """Return ids as names that are read back as the same ids; without such a name, as digits."""
    # Ids of live types are known, whether they are listed or not.
    listing = replace(names.listing(field.refers_to), complete=False)
    reader = References(field, listing, shipped().everything(field.name), UTC)

    @cache
    def named(value: Any) -> Any:
        parts = reader.written(value, _BETWEEN) or [field.kind.show(value)]
        return tuple(parts) if isinstance(value, tuple) else parts[0]

    texts = []
    for record in records:
        value = _value(field, record)
        if not value or not _known(field, value):
            texts.append(value)
        elif field.refers_to == "services" and not _offered(value, record, names):
            texts.append(tuple(map(str, value)))
        else:
            texts.append(named(value))
    return texts


def _known(field: Field, value: Any) -> bool:
    """Whether a value is an id, or a list of some: the service may have anything."""
    shape = tuple if isinstance(field.kind, Ids) else int
    return isinstance(value, shape) and all(type(one) is int for one in ids_of(value))


def _offered(services: tuple[int, ...], record: Record, names: Directory) -> bool:
    """Whether all these services are at the locations of a type: only there names are looked up."""
    locations = BY_NAME["salon_ids"]
    valid_at = locations.kind.load(record.get(locations.name))
    known = valid_at if _known(locations, valid_at) else ()
    there = (names.offers.get(location, frozenset()) for location in known)
    return frozenset(services) <= frozenset().union(*there)


def _number(raw: Any) -> Any:
    number = decimal_of(raw)
    whole = isinstance(number, Decimal) and number == number.to_integral_value()
    return int(number) if whole else raw


_LOADS: dict[str, Callable[[Any], Any]] = {
    NUMBER: _number,
    FLAG: Flag().load,
    MOMENT: Instant().load,
}
"""How values of read-only columns become those of a frame, in all spellings of the service."""

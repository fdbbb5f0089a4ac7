"""Request bodies of whole columns of new types, as JSON: what `payload.py` gives, many at a time.

Each distinct value is turned into JSON once, with what stands before it in every body; a body is
then these texts one after another.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.payload import is_sent, value_on_create

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from certbulk.core.columns.field import Field

__all__ = ["bodies_for_create"]

_ROWS_AT_ONCE = 10_000
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def bodies_for_create(columns: Mapping[str, Column], rows: NDArray[np.bool_]) -> Iterator[str]:
    """Yield the request bodies of new types as JSON without spaces.

    Args:
        columns: Typed values by canonical name.
        rows: A mask of the rows, each of which has a value for all that a new type needs.
    """
    places = np.flatnonzero(rows)
    blank = Column.blank(len(rows))
    texts, codes = [], []
    for before, field in zip((None, *PAYLOAD_FIELDS), PAYLOAD_FIELDS, strict=False):
        column = columns.get(field.name, blank)
        texts.append(_texts(field, before, column))
        codes.append(_codes(field, column, columns)[places])
    end = "}" * len(PAYLOAD_FIELDS[-1].path)
    texts[-1] = [text + end for text in texts[-1]]
    for start in range(0, len(places), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        parts = (
            map(of_code.__getitem__, all_codes[some].tolist())
            for of_code, all_codes in zip(texts, codes, strict=True)
        )
        yield from map("".join, zip(*parts, strict=True))


def _texts(field: Field, before: Field | None, column: Column) -> list[str]:
    """Return what a body has for each value of a field, then where it is unused, then if blank."""
    *parents, key = field.path
    parents_before = [] if before is None else list(before.path[:-1])
    lead, comma = "", ","
    if parents != parents_before:
        lead = "}" * len(parents_before)
        for parent in parents:
            lead += f",{_JSON.encode(parent)}:{{"
            comma = ""  # the first field of each part is always sent
    if before is None:
        lead, comma = "{", ""
    name = f"{comma}{_JSON.encode(key)}:"

    start, dump, encode = lead + name, field.kind.dump, _JSON.encode
    texts = [start + encode(dump(value)) for value in column.values]
    default = value_on_create(field, None)
    blank = start + encode(dump(default)) if is_sent(field, default, used=True) else lead
    if CLEAR in column.values:
        pairs = zip(column.values, texts, strict=True)
        texts = [blank if value == CLEAR else text for value, text in pairs]
    return [*texts, lead, blank]


def _codes(field: Field, column: Column, columns: Mapping[str, Column]) -> NDArray[np.int32]:
    """Return for each row the place of its text: the last one, by the code of blank, if blank."""
    when = field.used_when
    if when is None or is_sent(field, field.example, used=False) or when.field not in columns:
        return column.codes
    unused = columns[when.field].where(lambda value: not field.used({when.field: value}))
    return np.where(unused, np.int32(len(column.values)), column.codes)

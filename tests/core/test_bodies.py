"""Bodies of many rows at once are those of each row."""

import json
from datetime import UTC
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.bodies import bodies_for_create
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR, REQUIRED
from certbulk.core.columns.fields import FIELDS, PAYLOAD_FIELDS
from certbulk.core.payload import body_of, for_create

from .strategies import COMPLETE, UNHURRIED


@UNHURRIED
@given(rows=st.lists(COMPLETE, max_size=6), kept=st.integers(0, 63))
def test_bodies_of_columns_are_those_of_rows(rows: list[dict[str, Any]], kept: int) -> None:
    """The same members in the same order, whatever the values; rows left out are left out."""
    columns = {field.name: Column.of(row[field.name] for row in rows) for field in PAYLOAD_FIELDS}
    mask = np.array([bool(kept >> place & 1) for place in range(len(rows))], dtype=np.bool_)
    expected = [
        json.dumps(body_of(for_create(row)), ensure_ascii=False, separators=(",", ":"))
        for row, wanted in zip(rows, mask.tolist(), strict=True)
        if wanted
    ]
    assert list(bodies_for_create(columns, mask)) == expected


def test_blank_and_cleared_values_are_defaults() -> None:
    """A column that is not there, a blank and what clears give what they give a single row."""
    row = {f.name: f.kind.parse(f.example, UTC) for f in PAYLOAD_FIELDS if f.required}
    for field in FIELDS:
        given_values = row if field.required else row | {field.name: CLEAR}
        columns = {name: Column.of([value]) for name, value in given_values.items()}
        (body,) = bodies_for_create(columns, np.ones(1, dtype=np.bool_))
        assert json.loads(body) == body_of(for_create(given_values))


def test_the_first_field_of_each_part_of_a_body_is_always_sent() -> None:
    """So that a comma can stand before each of the others."""
    first = {field.path[:-1]: field for field in reversed(PAYLOAD_FIELDS)}
    for field in first.values():
        assert field.default is REQUIRED or field.default is not None
        assert field.used_when is None

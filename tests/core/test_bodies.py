"""Bodies of many rows at once are those of each row."""

import json
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core import bodies, payload
from certbulk.core.bodies import bodies_for_create
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME, FIELDS, PAYLOAD_FIELDS
from certbulk.core.payload import body_of, for_create

from .strategies import COMPLETE, UNHURRIED


@UNHURRIED
@given(rows=st.lists(COMPLETE, max_size=6), kept=st.integers(0, 63))
def test_bodies_of_columns_are_those_of_rows(rows: list[dict[str, Any]], kept: int) -> None:
    """The same members in the same order, whatever the values; rows left out are left out."""
    columns = {field.name: Column.of(row[field.name] for row in rows) for field in PAYLOAD_FIELDS}
    mask = np.array([bool(kept >> position & 1) for position in range(len(rows))], dtype=np.bool_)
    expected = [
        body_of(for_create(row)) for row, wanted in zip(rows, mask.tolist(), strict=True) if wanted
    ]
    assert json.dumps(list(bodies_for_create(columns, mask))) == json.dumps(expected)


def test_blank_and_cleared_values_are_defaults() -> None:
    """A column that is not there, a blank and what clears give what they give a single row."""
    row = {f.name: f.kind.parse(f.example, UTC) for f in PAYLOAD_FIELDS if f.required}
    for field in FIELDS:
        given_values = row if field.required else row | {field.name: CLEAR}
        columns = {name: Column.of([value]) for name, value in given_values.items()}
        (body,) = bodies_for_create(columns, np.ones(1, dtype=np.bool_))
        assert body == body_of(for_create(given_values))


def test_every_body_has_lists_and_parts_of_its_own() -> None:
    """Whoever changes one body changes no other, though their cells say the same."""
    row = {f.name: f.kind.parse(f.example, UTC) for f in PAYLOAD_FIELDS if f.required}
    columns = {name: Column.constant(value, 2) for name, value in row.items()}
    one, other = bodies_for_create(columns, np.ones(2, dtype=np.bool_))
    assert one == other
    one["salon_ids"].append(1)
    one["expiration"]["type_id"] = 0
    assert other == body_of(for_create(row))


def test_what_is_left_out_when_unused_follows_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blank counts as the default of the column that decides: one mapping, not two."""
    price = replace(BY_NAME["online_sale_price"], left_out_when_unused=True)
    fields = tuple(price if field.name == price.name else field for field in PAYLOAD_FIELDS)
    monkeypatch.setattr(bodies, "PAYLOAD_FIELDS", fields)
    monkeypatch.setattr(payload, "PAYLOAD_FIELDS", fields)
    prices = {"online_sale_price": Column.constant(Decimal(5), 3)}
    switches = {"online_sale_is_enabled": Column.of([True, False, None])}
    made = list(bodies.bodies_for_create(prices | switches, np.ones(3, dtype=np.bool_)))
    assert [body["online_sale"] for body in made] == [
        {"is_enabled": True, "price": 5},
        {"is_enabled": False},
        {"is_enabled": False},
    ]
    for body, switch in zip(made, (True, False, None), strict=True):
        values = {"online_sale_price": Decimal(5), "online_sale_is_enabled": switch}
        assert body == body_of(for_create(values))
    (without,) = bodies.bodies_for_create(
        {"online_sale_price": Column.constant(Decimal(5), 1)}, np.ones(1, dtype=np.bool_)
    )
    assert without["online_sale"] == {"is_enabled": False}

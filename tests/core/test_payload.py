"""Values, nested request bodies and flat records are one thing in three shapes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.payload import (
    body_of,
    differences,
    for_create,
    for_update,
    missing_in_record,
    values_of,
    values_of_body,
)

from .strategies import COMPLETE, UNHURRIED, at_utc, optional, values_of_kind

# The documented example of a request, and the documented answer to it.
BODY: dict[str, Any] = {
    "title": "Gift Certificate 1000",
    "balance": 1000,
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "category_id": None,
    "balance_edit_type_id": 1,
    "service_ids": [],
    "salon_ids": [720441],
    "expiration": {
        "type_id": 2,
        "date": "2026-12-31T23:59:59+00:00",
        "timeout": 6,
        "timeout_unit_id": 3,
    },
    "online_sale": {
        "is_enabled": False,
        "title": "Gift Certificate",
        "description": "Perfect gift for any occasion",
        "price": 1000,
    },
}
RECORD: dict[str, Any] = {
    "id": 289056,
    "title": "Gift Certificate 1000",
    "balance": 1000,
    "is_multi": True,
    "company_group_id": 706028,
    "category_id": None,
    "weight": 1,
    "item_type_id": 0,
    "expiration_type_id": 2,
    "expiration_date": None,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "balance_edit_type_id": 1,
    "is_allow_empty_code": False,
    "is_serial_number_limited": False,
    "is_archived": False,
    "date_archived": None,
    "online_sale_is_enabled": False,
    "online_sale_title": "Gift Certificate 1000",
    "online_sale_description": "",
    "online_sale_price": 0,
    "online_sale_image": None,
    "released_total": 0,
    "item_type": {"id": 0, "title": "All services and products"},
    "service_ids": [],
    "salon_ids": [720441],
}
VALUES: dict[str, Any] = {
    "title": "Gift Certificate 1000",
    "balance": Decimal(1000),
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "category_id": None,
    "balance_edit_type_id": 1,
    "service_ids": (),
    "salon_ids": (720441,),
    "expiration_type_id": 2,
    "expiration_date": None,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "online_sale_is_enabled": False,
    "online_sale_title": "Gift Certificate 1000",
    "online_sale_description": "",
    "online_sale_price": Decimal(0),
}


def sent(values: dict[str, Any], name: str) -> bool:
    """Whether a request for these values has this field."""
    field, value = BY_NAME[name], values[name]
    unused = field.path[0] == "expiration" and not field.used(values)
    return (value is not None or name == "category_id") and not unused


@UNHURRIED
@given(values=COMPLETE)
def test_a_body_carries_the_values(values: dict[str, Any]) -> None:
    """Whatever is sent is read back from the body as it was; nothing else is in it."""
    assert values_of_body(body_of(values)) == {
        name: value for name, value in values.items() if sent(values, name)
    }


@UNHURRIED
@given(values=COMPLETE)
def test_a_body_is_json_and_stays_the_same(values: dict[str, Any]) -> None:
    """A body survives JSON, and the body of its own values is that body again."""
    body = body_of(values)
    assert json.loads(json.dumps(body, allow_nan=False)) == body
    assert body_of(values_of_body(body)) == body


@UNHURRIED
@given(values=COMPLETE)
def test_a_body_has_every_part_that_the_service_requires(values: dict[str, Any]) -> None:
    """All keys of the documented example, with both nested objects and what they require."""
    body = body_of(values)
    assert body.keys() >= BODY.keys()
    assert body["expiration"].keys() >= {"type_id"}
    assert body["online_sale"].keys() >= {"is_enabled"}


@UNHURRIED
@given(values=COMPLETE)
def test_only_the_parts_that_the_expiration_type_uses_are_sent(values: dict[str, Any]) -> None:
    """A date for a fixed date alone, a length and a unit for a period alone."""
    allowed = {0: set(), 1: {"date"}, 2: {"timeout", "timeout_unit_id"}}
    parts = body_of(values)["expiration"].keys() - {"type_id"}
    assert parts <= allowed[values["expiration_type_id"]]


@UNHURRIED
@given(values=COMPLETE)
def test_a_record_carries_the_values(values: dict[str, Any]) -> None:
    """What a record says in JSON is read as the values it was made of."""
    record = {name: BY_NAME[name].kind.dump(value) for name, value in values.items()}
    loaded = values_of(json.loads(json.dumps(record)))
    absent = {"online_sale_title": "", "online_sale_description": "", "online_sale_price": 0}
    assert loaded == {
        name: absent.get(name) if value is None else value for name, value in values.items()
    }
    assert missing_in_record(record) == []


def test_the_documented_record_is_understood() -> None:
    """The flat record of the documentation is these values."""
    assert values_of(RECORD).items() >= VALUES.items()


def test_the_documented_request_is_understood() -> None:
    """The nested body of the documentation is these values."""
    assert values_of_body(BODY) == {
        **VALUES,
        "expiration_date": at_utc(2026, 12, 31, 23, 59, 59),
        "online_sale_title": "Gift Certificate",
        "online_sale_description": "Perfect gift for any occasion",
        "online_sale_price": Decimal(1000),
    }


def test_the_documented_answer_is_what_was_asked_for() -> None:
    """The date that a period drops and the fallbacks of a closed shop are not differences."""
    assert differences(values_of_body(BODY), values_of(RECORD)) == {}


SPELLINGS: list[tuple[str, Any]] = [
    ("balance", "1000.00"),
    ("balance", 1000.0),
    ("is_multi", 1),
    ("is_multi", "1"),
    ("item_type_id", "0"),
    ("category_id", 0),
    ("expiration_timeout", "6"),
    ("salon_ids", ["720441"]),
    ("service_ids", None),
    ("online_sale_is_enabled", 0),
    ("online_sale_is_enabled", None),
]


@pytest.mark.parametrize(("field", "spelling"), SPELLINGS)
def test_another_spelling_of_a_value_is_no_difference(field: str, spelling: object) -> None:
    """Numbers as strings, flags as numbers, and zeros and nulls for nothing."""
    assert differences(VALUES, values_of({**RECORD, field: spelling})) == {}


def test_a_record_of_another_shape_is_kept() -> None:
    """Fields that a record lacks are absent; a value nobody understands goes back as it came."""
    values = values_of({"title": "A", "balance": "a lot", "salon_ids": {"0": 1}})
    assert values == {"title": "A", "balance": "a lot", "salon_ids": {"0": 1}}
    assert body_of(values) == values
    assert "balance" not in missing_in_record(values)
    assert "category_id" in missing_in_record(values)


@UNHURRIED
@given(data=st.data(), wanted=COMPLETE)
def test_what_the_type_does_not_use_makes_no_difference(
    data: st.DataObject, wanted: dict[str, Any]
) -> None:
    """Unused parts of the expiration and the online sale may be stored as anything.

    Everything else that differs is found.
    """
    stored = dict(wanted)
    expected = {}
    for field in PAYLOAD_FIELDS:
        if data.draw(st.booleans()):
            other = data.draw(values_of_kind(field.kind))
            stored[field.name] = other
            dropped = len(field.path) > 1 and not field.used(wanted)
            if not dropped and not field.kind.same(wanted[field.name], other):
                expected[field.name] = (other, wanted[field.name])
    assert differences(wanted, stored) == expected


@UNHURRIED
@given(wanted=COMPLETE, stored=COMPLETE)
def test_what_is_not_spoken_of_makes_no_difference(
    wanted: dict[str, Any], stored: dict[str, Any]
) -> None:
    """Only what is wanted and known to be stored is compared."""
    assert differences({}, stored) == {}
    assert differences(wanted, {}) == {}


@UNHURRIED
@given(data=st.data(), wanted=COMPLETE)
def test_after_an_update_there_is_nothing_left_to_change(
    data: st.DataObject, wanted: dict[str, Any]
) -> None:
    """A live type that got the wanted values differs in nothing, in whatever order ids are."""
    wanted = {name: value for name, value in wanted.items() if value is not None}
    stored = for_update(data.draw(COMPLETE), wanted)
    stored["salon_ids"] = tuple(reversed(stored["salon_ids"]))
    assert differences(wanted, stored) == {}


@UNHURRIED
@given(live=COMPLETE)
def test_a_blank_keeps_the_live_value(live: dict[str, Any]) -> None:
    """An update that gives nothing changes nothing."""
    assert for_update(live, {}) == live
    assert for_update(live, dict.fromkeys(live)) == live


@UNHURRIED
@given(live=COMPLETE)
def test_clearing_empties_what_can_be_empty(live: dict[str, Any]) -> None:
    """Each clearable field gets the empty value that the service knows for it."""
    clearable = [field for field in PAYLOAD_FIELDS if field.clearable]
    values = for_update(live, {field.name: CLEAR for field in clearable})
    emptied = {field.name: field.empty for field in clearable}
    assert values == {**live, **emptied}
    json.dumps(body_of(values))


def test_a_new_type_gets_the_documented_defaults() -> None:
    """No services, no category, no online sale; what has no default is left out."""
    given_values = {"title": "A", "expiration_type_id": 0, "expiration_timeout": CLEAR}
    assert for_create(given_values) == {
        "title": "A",
        "category_id": None,
        "service_ids": (),
        "expiration_type_id": 0,
        "online_sale_is_enabled": False,
    }


@UNHURRIED
@given(values=COMPLETE)
def test_a_new_type_gets_what_is_given(values: dict[str, Any]) -> None:
    """Defaults stand only if nothing is given."""
    created = for_create(values)
    assert {name: created.get(name) for name in values} == values
    assert all(created.get(f.name) is not None for f in PAYLOAD_FIELDS if not optional(f))

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certbulk.sandbox import SEED
from certbulk.sandbox.store.checks import problems
from certbulk.sandbox.store.records import blank, written

from .talk import EXAMPLE, LEFT_OUT, Api, body

NESTED = ("expiration", "online_sale")

# What is changed in the example body, and the fields that the answer must name.
REFUSED: list[tuple[dict[str, Any], set[str]]] = [
    ({"title": LEFT_OUT}, {"title"}),
    ({"title": None}, {"title"}),
    ({"title": ""}, {"title"}),
    ({"title": " \t\u00a0"}, {"title"}),
    ({"title": 1000}, {"title"}),
    ({"title": "half a sign: \ud83c"}, {"title"}),
    ({"balance": LEFT_OUT}, {"balance"}),
    ({"balance": "1000"}, {"balance"}),
    ({"balance": True}, {"balance"}),
    ({"balance": -0.01}, {"balance"}),
    ({"is_multi": 1}, {"is_multi"}),
    ({"is_multi": "true"}, {"is_multi"}),
    ({"is_allow_empty_code": 0}, {"is_allow_empty_code"}),
    ({"item_type_id": 5}, {"item_type_id"}),
    ({"item_type_id": -1}, {"item_type_id"}),
    ({"item_type_id": 0.0}, {"item_type_id"}),
    ({"item_type_id": False}, {"item_type_id"}),
    ({"balance_edit_type_id": 0}, {"balance_edit_type_id"}),
    ({"balance_edit_type_id": 3}, {"balance_edit_type_id"}),
    ({"category_id": 99}, {"category_id"}),
    ({"category_id": 52001}, {"category_id"}),
    ({"category_id": "51001"}, {"category_id"}),
    ({"service_ids": LEFT_OUT}, {"service_ids"}),
    ({"service_ids": None}, {"service_ids"}),
    ({"service_ids": 610101}, {"service_ids"}),
    ({"service_ids": ["610101"]}, {"service_ids"}),
    ({"service_ids": [610101, 1]}, {"service_ids"}),
    ({"service_ids": [620101]}, {"service_ids"}),
    ({"item_type_id": 3}, {"service_ids"}),
    ({"item_type_id": 4}, {"service_ids"}),
    ({"salon_ids": []}, {"salon_ids"}),
    ({"salon_ids": [720441.0]}, {"salon_ids"}),
    ({"salon_ids": [720441, True]}, {"salon_ids"}),
    ({"salon_ids": [731001]}, {"salon_ids"}),
    ({"salon_ids": {"0": 720441}}, {"salon_ids"}),
    ({"expiration": LEFT_OUT}, {"expiration"}),
    ({"expiration": 2}, {"expiration"}),
    ({"expiration": []}, {"expiration"}),
    ({"expiration": {}}, {"expiration.type_id"}),
    ({"expiration__type_id": 3}, {"expiration.type_id"}),
    ({"expiration__type_id": "2"}, {"expiration.type_id"}),
    ({"expiration": {"type_id": 1}}, {"expiration.date"}),
    ({"expiration": {"type_id": 1, "date": "31.12.2031"}}, {"expiration.date"}),
    ({"expiration": {"type_id": 1, "date": 1956527999}}, {"expiration.date"}),
    ({"expiration": {"type_id": 1, "date": ""}}, {"expiration.date"}),
    ({"expiration__date": "soon"}, {"expiration.date"}),
    ({"expiration": {"type_id": 2}}, {"expiration.timeout", "expiration.timeout_unit_id"}),
    ({"expiration__timeout": 0}, {"expiration.timeout"}),
    ({"expiration__timeout": -6}, {"expiration.timeout"}),
    ({"expiration__timeout": 6.5}, {"expiration.timeout"}),
    ({"expiration__timeout": "6"}, {"expiration.timeout"}),
    ({"expiration__timeout_unit_id": 0}, {"expiration.timeout_unit_id"}),
    ({"expiration__timeout_unit_id": 5}, {"expiration.timeout_unit_id"}),
    ({"expiration__timeout_unit_id": "month"}, {"expiration.timeout_unit_id"}),
    ({"expiration__type_id": 0, "expiration__timeout": -1}, {"expiration.timeout"}),
    ({"online_sale": None}, {"online_sale"}),
    ({"online_sale": {}}, {"online_sale.is_enabled"}),
    ({"online_sale__is_enabled": 1}, {"online_sale.is_enabled"}),
    ({"online_sale__title": 5}, {"online_sale.title"}),
    ({"online_sale__description": ["text"]}, {"online_sale.description"}),
    ({"online_sale__price": "1000"}, {"online_sale.price"}),
    ({"online_sale__price": -1}, {"online_sale.price"}),
    ({"title": "", "balance": None, "salon_ids": []}, {"title", "balance", "salon_ids"}),
]


@pytest.mark.parametrize(
    ("changes", "fields"),
    REFUSED,
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value)[:60],
)
def test_a_wrong_body_is_refused_by_field(
    api: Api, changes: dict[str, Any], fields: set[str]
) -> None:
    """A wrong value is answered 400 with a message for its field alone; nothing is stored."""
    before = api.server.types()
    answer = api.create(body(**changes))
    assert answer.status_code == 400
    content = answer.json()
    assert (content["success"], content["data"]) == (False, None)
    assert content["meta"]["message"] == "An error has occurred"
    errors = content["meta"]["errors"]
    assert set(errors) == fields
    assert all(len(messages) == 1 and messages[0] for messages in errors.values())
    assert api.server.types() == before


ACCEPTED: list[dict[str, Any]] = [
    {"balance": 0},
    {"balance": 99.99},
    {"category_id": 51002},
    {"category_id": LEFT_OUT},
    {"title": "Подарочный сертификат 🎁 1000"},
    {"item_type_id": 4, "service_ids": [610104]},
    {"service_ids": [610101]},
    {"expiration": {"type_id": 0}},
    {"expiration": {"type_id": 0, "date": None, "timeout": 0, "timeout_unit_id": 0}},
    {"expiration": {"type_id": 1, "date": "2031-12-31T23:59:59Z"}},
    {"expiration": {"type_id": 1, "date": "2031-09-21T23:00:00.000-05:00"}},
    {"expiration": {"type_id": 2, "timeout": 90, "timeout_unit_id": 1}},
    {"online_sale": {"is_enabled": False}},
    {"online_sale": {"is_enabled": True}},
    {"some_other_field": "is ignored"},
]


@pytest.mark.parametrize(
    "changes",
    ACCEPTED,
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value)[:60],
)
def test_a_right_body_is_stored(api: Api, changes: dict[str, Any]) -> None:
    """Optional fields may be absent or null, values at the edge of their range are taken."""
    answer = api.create(body(**changes))
    assert answer.status_code == 200
    assert api.server.types()[-1] == answer.json()["data"]


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["2031-12-31", "2031-12-31T23:59:59Z", 720441, 610101, 51001]),
)
ANYTHING = ATOMS | st.lists(ATOMS, max_size=3) | st.dictionaries(st.text(), ATOMS, max_size=2)
PATHS = [name for name in EXAMPLE if name not in NESTED]
PATHS += [f"{outer}__{inner}" for outer in NESTED for inner in EXAMPLE[outer]]
CHANGES = st.dictionaries(st.sampled_from(PATHS), ANYTHING, min_size=1, max_size=3)


@settings(deadline=None)  # the machine may be busy with other things
@given(CHANGES)
def test_any_json_is_either_refused_or_stored(changes: dict[str, Any]) -> None:
    """Whatever JSON is in a field, it gets messages or becomes a record of the usual shape."""
    sent = body(**changes)
    errors = problems(sent, SEED.chains[0])
    if errors:
        assert {path.partition(".")[0] for path in errors} <= set(EXAMPLE)
    else:
        record = written(sent, over=blank(1, 706028))
        assert list(record) == list(blank(1, 706028))
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode()


TEXT = json.dumps(EXAMPLE)
NOT_AN_OBJECT = [
    "",
    "{",
    TEXT[:-1],
    "[]",
    "null",
    '"text"',
    TEXT.replace(": 1000,", ": NaN,", 1),
    "[" * 100_000,
    TEXT.encode("utf-16"),
    b'{"title": "\xff"}',
]


@pytest.mark.parametrize("text", NOT_AN_OBJECT, ids=lambda value: repr(value)[:30])
def test_what_is_no_json_object_is_refused(api: Api, text: str | bytes) -> None:
    """Malformed JSON, and JSON that is not an object, is answered 400 in the usual envelope."""
    headers = {"Content-Type": "application/json"}
    answer = api.send("POST", api.types, data=text, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["meta"]["message"] == "The body must be a JSON object."


def test_an_infinite_balance_is_no_number(api: Api) -> None:
    """1e999 is well-formed JSON, and more than a float can hold."""
    text = TEXT.replace(": 1000,", ": 1e999,", 1)
    answer = api.send("POST", api.types, data=text, headers={"Content-Type": "application/json"})
    assert set(answer.json()["meta"]["errors"]) == {"balance"}


def test_a_body_must_say_that_it_is_json(api: Api) -> None:
    """Form data, and JSON without its Content-Type, is answered 400."""
    assert api.send("POST", api.types, data=EXAMPLE).status_code == 400
    assert api.send("POST", api.types, data=TEXT).status_code == 400

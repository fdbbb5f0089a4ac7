"""What an update sends: the whole live record, with the row on top of it."""

import json
from typing import Any

import pytest

import certbulk as cb
from tests.api.service import Catalogue, Service
from tests.sandbox.talk import EXAMPLE_RECORD

from .sheets import body_of_record, change, decided, new, plan_of

SEED_IDS = [288901, 288902, 288904, 288905, 288906, 288908, 288909]


def record_of(sandbox: cb.Sandbox, type_id: int) -> dict[str, Any]:
    (record,) = (one for one in sandbox.types() if one["id"] == type_id)
    return record


@pytest.mark.parametrize("type_id", SEED_IDS)
def test_the_body_is_complete(sandbox: cb.Sandbox, client: cb.Client, type_id: int) -> None:
    """One changed cell, and everything else goes back as it is live."""
    decision = decided(client, change(type_id, title="Renamed"))
    expected = body_of_record(record_of(sandbox, type_id))
    expected["title"] = "Renamed"
    assert decision.body is not None
    assert decision.body.keys() == expected.keys()
    for name, value in expected.items():
        assert decision.body[name] == value, name


@pytest.mark.parametrize("type_id", SEED_IDS)
def test_only_what_the_row_says_changes(
    sandbox: cb.Sandbox, client: cb.Client, type_id: int
) -> None:
    """After the update the server's record differs from the one before in that field alone."""
    before = record_of(sandbox, type_id)
    plan = plan_of(client, change(type_id, balance="77"))
    run = cb.apply(plan, client, progress=False)
    assert run.counts["updated"] == 1
    assert record_of(sandbox, type_id) == {**before, "balance": 77}


CHANGES: list[Any] = [
    pytest.param(
        288901, {"title": "Other"}, {"title": ("Gift Certificate 50", "Other")}, id="title"
    ),
    pytest.param(288901, {"balance": "60.50"}, {"balance": (50, 60.5)}, id="balance"),
    pytest.param(288901, {"is_multi": "no"}, {"is_multi": (True, False)}, id="flag"),
    pytest.param(288901, {"category_id": "51001"}, {"category_id": (None, 51001)}, id="category"),
    pytest.param(288906, {"category_id": "<clear>"}, {"category_id": (51001, None)}, id="cleared"),
    pytest.param(
        288908, {"salon_ids": "720441"}, {"salon_ids": ([720450], [720441])}, id="locations"
    ),
    pytest.param(
        288905,
        {
            "expiration_type_id": "Period",
            "expiration_timeout": "2",
            "expiration_timeout_unit_id": "2",
        },
        {
            "expiration_type_id": (1, 2),
            "expiration_timeout": (None, 2),
            "expiration_timeout_unit_id": (None, 2),
        },
        id="another way to expire",
    ),
    pytest.param(
        288904,
        {"online_sale_is_enabled": "no"},
        {"online_sale_is_enabled": (True, False)},
        id="off",
    ),
    pytest.param(
        288904,
        {"online_sale_description": "<clear>"},
        {"online_sale_description": ("A day for one: massage, facial and lunch.", "")},
        id="a cleared text",
    ),
]


@pytest.mark.parametrize(("type_id", "cells", "changes"), CHANGES)
def test_changes_are_shown(
    client: cb.Client, type_id: int, cells: dict[str, str], changes: dict[str, Any]
) -> None:
    """A plan shows the old and the new value of what changes, and of nothing else."""
    plan = plan_of(client, change(type_id, **cells))
    (shown,) = plan.as_dict()["decisions"]
    assert shown["changes"] == {name: list(pair) for name, pair in changes.items()}
    in_frame = plan.frame["changes"][0]
    assert all(f"{name}: " in in_frame for name in changes)
    assert in_frame.count("→") + in_frame.count("added") == len(changes)


def test_a_blank_keeps(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Blank cells of columns that are there mean the same as columns that are not."""
    blank = dict.fromkeys(new(), "")
    fields = ("online_sale_title", "online_sale_price", "service_ids", "category_id")
    all_blank = {**blank, **dict.fromkeys(fields, ""), **change(288906, title="Renamed")}
    assert decided(client, all_blank).body == decided(client, change(288906, title="Renamed")).body
    assert len(decided(client, all_blank).changes) == 1
    assert sandbox.types()


CREATES: list[Any] = [
    pytest.param({}, {}, id="the least"),
    pytest.param({"service_ids": "<clear>", "category_id": "<clear>"}, {}, id="cleared"),
    pytest.param(
        {"online_sale_is_enabled": "yes", "online_sale_price": "9.50", "online_sale_title": "On"},
        {"online_sale": {"is_enabled": True, "title": "On", "price": 9.5}},
        id="sold online",
    ),
    pytest.param(
        {"expiration_type_id": "1", "expiration_date": "2030-02-28"},
        {"expiration": {"type_id": 1, "date": "2030-02-28T23:59:59+00:00"}},
        id="a date",
    ),
    pytest.param(
        {
            "expiration_type_id": "2",
            "expiration_timeout": "6",
            "expiration_timeout_unit_id": "month",
        },
        {"expiration": {"type_id": 2, "timeout": 6, "timeout_unit_id": 3}},
        id="a period",
    ),
    pytest.param(
        {"expiration_timeout": "6", "expiration_timeout_unit_id": "month"}, {}, id="unused period"
    ),
    pytest.param(
        {"item_type_id": "4", "service_ids": "610101\n610102"},
        {"item_type_id": 4, "service_ids": [610101, 610102]},
        id="services",
    ),
    pytest.param({"balance": "10.10"}, {"balance": 10.1}, id="decimals"),
]


@pytest.mark.parametrize(("cells", "differs"), CREATES)
def test_the_body_of_a_create(
    client: cb.Client, cells: dict[str, str], differs: dict[str, Any]
) -> None:
    """It has all that the documentation requires, and the documented defaults."""
    body = decided(client, new(**cells)).body
    assert body == {
        "title": "Fresh 10",
        "balance": 10,
        "is_multi": True,
        "item_type_id": 0,
        "is_allow_empty_code": False,
        "category_id": None,
        "balance_edit_type_id": 1,
        "service_ids": [],
        "salon_ids": [720441],
        "expiration": {"type_id": 0},
        "online_sale": {"is_enabled": False},
        **differs,
    }


@pytest.mark.parametrize(("cells", "differs"), CREATES)
def test_a_create_that_was_carried_out_is_unchanged(
    client: cb.Client, cells: dict[str, str], differs: dict[str, Any]
) -> None:
    """Whatever the server makes of it: uploaded again, the row is what is live."""
    assert isinstance(differs, dict)
    plan = plan_of(client, new(**cells))
    run = cb.apply(plan, client, progress=False)
    assert run.counts["created"] == 1
    assert run.outcomes[0].code == ""
    again = decided(client, new(**cells))
    assert (str(again.action), again.id) == ("unchanged", run.outcomes[0].id)


# --- live records that are not as documented

STRANGE: dict[str, Any] = {
    "item_type_id": 7,
    "balance_edit_type_id": 0,
    "expiration_timeout_unit_id": 9,
    "category_id": 999,
    "salon_ids": [1, 2],
    "service_ids": [3],
    "title": "a" * 400,
    "balance": 10.005,
    "is_multi": "maybe",
    "online_sale_description": "line\r\nbreak ",
}
WHOLE = {
    **EXAMPLE_RECORD,
    "id": 1,
    "expiration_type_id": 2,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "online_sale_is_enabled": True,
    "online_sale_price": 5,
}


def sent(record: dict[str, Any], **cells: str) -> dict[str, Any]:
    """Return the body of an update of a live `record`."""
    with Service(by=Catalogue(record)) as service:
        plan = plan_of(service.client(), change(1, **cells))
        assert {asked.method for asked in service.asked} == {"GET"}
    (decision,) = plan.decisions
    assert (str(decision.action), decision.code) == ("update", "")
    json.dumps(plan.as_dict())
    assert plan.frame["changes"][0]
    assert decision.body is not None
    return decision.body


@pytest.mark.parametrize(("name", "value"), STRANGE.items())
def test_what_we_do_not_know_goes_back_as_it_is(name: str, value: Any) -> None:
    """A live value outside the documented ones is the service's own affair: nothing touches it."""
    record = {**WHOLE, name: value}
    cells = {"is_allow_empty_code": "yes"}
    body = sent(record, **cells)
    expected = body_of_record(record)
    expected["is_allow_empty_code"] = True
    assert body == expected


def test_an_unknown_way_to_expire_keeps_its_parts() -> None:
    """With an expiration that is not among the three, all that may belong to it goes back."""
    record = {**WHOLE, "expiration_type_id": 3, "expiration_date": "2031-12-31T23:59:59+00:00"}
    expiration = sent(record, title="Renamed")["expiration"]
    assert expiration["type_id"] == 3
    assert expiration["date"] == "2031-12-31T23:59:59+00:00"
    assert (expiration["timeout"], expiration["timeout_unit_id"]) == (6, 3)


DATES = [
    pytest.param("2031-12-31T18:59:59.000-05:00", True, id="milliseconds"),
    pytest.param("2031-12-31T23:59:59+00:00", True, id="as documented"),
    pytest.param("2031-12-31T23:59:59Z", True, id="Z"),
    pytest.param("2031-12-31 23:59:59", True, id="a space"),
    pytest.param(1956527999, True, id="seconds"),
    pytest.param(1956527999000, True, id="milliseconds since 1970"),
    pytest.param("0000-00-00 00:00:00", False, id="zeros"),
    pytest.param("31.12.2031", False, id="another order"),
    pytest.param("never", False, id="a word"),
    pytest.param(10**20, False, id="too late"),
    pytest.param(-(10**20), False, id="too early"),
    pytest.param(True, False, id="true"),
    pytest.param([], False, id="a list"),
    pytest.param({"date": "2031-12-31"}, False, id="a map"),
]


@pytest.mark.parametrize(("date", "known"), DATES)
def test_dates_in_any_dress(date: object, known: bool) -> None:  # noqa: FBT001
    """A live date is understood as an instant where it can be, and is never a crash."""
    record = {
        **WHOLE,
        "expiration_type_id": 1,
        "expiration_timeout": 0,
        "expiration_timeout_unit_id": 0,
        "expiration_date": date,
    }
    with Service(by=Catalogue(record)) as service:
        client = service.client()
        same = decided(client, change(1, expiration_date="2031-12-31"))
        other = decided(client, change(1, title="Renamed"))
    assert (same.action == "unchanged") is known
    assert other.action == "update"
    assert other.body is not None
    if not known:
        assert other.body["expiration"]["date"] == date


HOSTILE: list[Any] = [
    None,
    [],
    {},
    [[]],
    "",
    "\x1b[31m",
    "\ud800",
    10**400,
    -1,
    1e308,
    True,
    "=1+1",
]
READ = sorted(WHOLE.keys() - {"id", "company_group_id", "weight", "date_archived", "item_type"})


@pytest.mark.parametrize("name", READ)
def test_no_live_value_stops_a_plan(name: str) -> None:
    """Strange records do not keep all the others from being planned."""
    strange = [
        {**WHOLE, "id": position, "title": f"Strange {position}", name: value}
        for position, value in enumerate(HOSTILE, start=10)
    ]
    catalogue = Catalogue(*strange, {**WHOLE, "id": 2, "title": "B"})
    rows = [change(record["id"], is_allow_empty_code="yes") for record in strange]
    with Service(by=catalogue) as service:
        plan = plan_of(service.client(), *rows, change(2, balance="9"), new())
    assert [str(decision.action) for decision in plan.decisions][-2:] == ["update", "create"]
    assert len(plan.frame) == len(rows) + 2
    assert plan._repr_html_()
    json.dumps(plan.as_dict()).encode()


def test_a_live_type_without_a_title_takes_none() -> None:
    """A record without a title is not called None."""
    with Service(by=Catalogue({**WHOLE, "title": None})) as service:
        assert decided(service.client(), new(title="None")).action == "create"


PARTS = ["salon_ids", "service_ids", "online_sale_description", "expiration_date", "category_id"]


@pytest.mark.parametrize("left_out", PARTS)
def test_a_record_that_the_list_gives_in_part_is_read_whole(left_out: str) -> None:
    """A list may give less than a single read: only what an update needs is read again."""
    short = {name: value for name, value in WHOLE.items() if name != left_out}
    other = {**short, "id": 2, "title": "Other"}
    catalogue = Catalogue(short, other, whole=[WHOLE, {**WHOLE, "id": 2, "title": "Other"}])
    with Service(by=catalogue) as service:
        body = decided(service.client(), change(1, title="Renamed")).body
        single = [asked.target for asked in service.asked if "?" not in asked.target]
    assert body == {**body_of_record(WHOLE), "title": "Renamed"}
    assert [target.rpartition("/")[2] for target in single] == ["1"]


@pytest.mark.parametrize("left_out", PARTS[:2])
def test_a_record_that_is_never_whole_is_not_replaced_by_half_of_it(left_out: str) -> None:
    """An update replaces everything, so a field that nobody answers must not be dropped."""
    short = {name: value for name, value in WHOLE.items() if name != left_out}
    with Service(by=Catalogue(short)) as service:
        try:
            decision = decided(service.client(), change(1, title="Renamed"))
        except cb.ServiceError:
            return
    assert decision.action == "blocked"

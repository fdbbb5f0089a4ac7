"""What is decided about a row."""

from typing import Any

import pytest

import certbulk as cb

from .sheets import LIVE, change, decided, new, plan_of, report_on

Cells = dict[str, str]

# What a row says, and what is decided: (action, id, code).
DECISIONS: list[Any] = [
    pytest.param(new(), ("create", None, ""), id="a new title"),
    pytest.param(LIVE, ("unchanged", 288902, ""), id="a create that is live already"),
    pytest.param(
        {**LIVE, "balance": "101"}, ("blocked", None, "title_exists"), id="one that differs"
    ),
    pytest.param(new(title="gift certificate 100"), ("create", None, ""), id="another case"),
    pytest.param(
        new(title=" Gift Certificate 100 "), ("blocked", None, "title_exists"), id="spaces"
    ),
    pytest.param(new(title="Summer Gift 75"), ("create", None, ""), id="title of an archived type"),
    pytest.param(change(288902, balance="101"), ("update", 288902, ""), id="a change"),
    pytest.param(change(288902, balance="100"), ("unchanged", 288902, ""), id="no change"),
    pytest.param(change(288902), ("unchanged", 288902, ""), id="nothing but an id"),
    pytest.param(
        change(288902, salon_ids="720450;720443 720442,720441"),
        ("unchanged", 288902, ""),
        id="ids in another order",
    ),
    pytest.param(
        change(288905, expiration_date="2032-01-01T01:59:59+02:00"),
        ("unchanged", 288905, ""),
        id="the same instant",
    ),
    pytest.param(
        change(288905, expiration_date="2031-12-31"), ("unchanged", 288905, ""), id="a day"
    ),
    pytest.param(change(288902, balance="100.00"), ("unchanged", 288902, ""), id="decimals"),
    pytest.param(
        change(288902, online_sale_price="70", online_sale_title="Other"),
        ("unchanged", 288902, ""),
        id="not sold online",
    ),
    pytest.param(
        change(288901, expiration_timeout="3", expiration_timeout_unit_id="week"),
        ("unchanged", 288901, ""),
        id="never expires",
    ),
    pytest.param(change(999999, balance="1"), ("blocked", 999999, "not_found"), id="no such id"),
    pytest.param(
        change(288951, balance="1"), ("blocked", 288951, "not_found"), id="another chain's"
    ),
    pytest.param(change(288903, balance="1"), ("blocked", 288903, "already_issued"), id="issued"),
    pytest.param(change(288903, balance="150"), ("unchanged", 288903, ""), id="issued, no change"),
    pytest.param(change(288907, balance="1"), ("blocked", 288907, "archived"), id="archived"),
    pytest.param(change(288907, balance="75"), ("unchanged", 288907, ""), id="archived, no change"),
    pytest.param(new(balance="a lot"), ("invalid", None, "not_a_number"), id="a broken cell"),
    pytest.param(new(salon_ids=""), ("invalid", None, "locations_required"), id="a missing cell"),
    pytest.param(change(0, balance="1"), ("invalid", None, "not_an_id"), id="a broken id"),
    pytest.param(
        {**change(288902, balance="1"), "action": "create"},
        ("invalid", None, "action_has_id"),
        id="a create with an id",
    ),
    pytest.param(
        {**change(288902), "id": "", "balance": "1", "action": "update"},
        ("invalid", None, "action_needs_id"),
        id="an update without one",
    ),
    pytest.param({**new(), "action": "skip"}, ("skip", None, ""), id="skipped"),
    pytest.param(
        {**change(288902, balance="x"), "action": "skip"}, ("skip", None, ""), id="skipped broken"
    ),
    pytest.param(
        {"title": "Total", "balance": "600"}, ("skip", None, "totals_row"), id="a row of totals"
    ),
    pytest.param(new(title="Total"), ("create", None, ""), id="a type called Total"),
    pytest.param({**new(), "action": "create"}, ("create", None, ""), id="create in words"),
    pytest.param(
        {**change(288902, balance="1"), "action": "update"}, ("update", 288902, ""), id="update too"
    ),
]


@pytest.mark.parametrize(("cells", "expected"), DECISIONS)
def test_decisions(
    sandbox: cb.Sandbox, client: cb.Client, cells: Cells, expected: tuple[str, int | None, str]
) -> None:
    """Each row gets one decision, the id it stands for, and the code that says why."""
    decision = decided(client, cells)
    action, type_id, code = expected
    assert (str(decision.action), decision.code) == (action, code)
    if action != "skip":
        assert decision.id == type_id
    assert bool(decision.message) is bool(code)
    assert (decision.body is not None) is (action in {"create", "update"})
    assert {seen.method for seen in sandbox.requests} == {"GET"}


def test_every_action_is_decided_somewhere() -> None:
    """The table above has every action and every code of a block."""
    expected = [case.values[1] for case in DECISIONS]
    assert {action for action, _, _ in expected} == {
        "create", "update", "unchanged", "blocked", "invalid", "skip",
    }  # fmt: skip
    assert {code for action, _, code in expected if action == "blocked"} == {
        "not_found", "already_issued", "title_exists", "archived",
    }  # fmt: skip


def test_a_title_that_exists_names_the_live_ids(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Who is blocked by a title is told the ids that have it, and how to go on."""
    one = decided(client, new(title="Gift Certificate 100"))
    assert "288902" in one.message
    sandbox.server.add({"id": 700001, "title": "Gift Certificate 100"})
    two = decided(client, new(title="Gift Certificate 100"))
    assert "288902" in two.message
    assert "700001" in two.message


def test_a_title_is_compared_exactly(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """But how an accent is encoded makes no other title of it."""
    sandbox.server.add({"id": 700001, "title": "Fre\u0301sh 10"})
    assert decided(client, new(title="Fr\u00e9sh 10")).action == "blocked"
    assert decided(client, new(title="FR\u00c9SH 10")).action == "create"


def test_an_archived_type_that_is_not_listed(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What the list does not have is looked up by its id, and only that."""
    plan_of(client, change(999999, balance="1"), change(288902, balance="1"), new())
    paths = [seen.path.rpartition("/")[2] for seen in sandbox.requests]
    assert paths == ["companies", "certificate_types", "certificate_types", "999999"]


# Rows that would break a rule once they are merged with what is live.
BROKEN: list[Any] = [
    pytest.param(288901, {"expiration_type_id": "2"}, "period_required", id="no period"),
    pytest.param(
        288901,
        {"expiration_type_id": "2", "expiration_timeout": "3"},
        "period_required",
        id="no unit",
    ),
    pytest.param(288901, {"expiration_type_id": "1"}, "date_required", id="no date"),
    pytest.param(288905, {"expiration_date": "2020-01-01"}, "date_in_past", id="a past date"),
    pytest.param(288901, {"item_type_id": "3"}, "services_required", id="no services"),
    pytest.param(288906, {"item_type_id": "0"}, "services_not_allowed", id="services left"),
    pytest.param(288901, {"service_ids": "610101"}, "services_not_allowed", id="services added"),
    pytest.param(288906, {"service_ids": "<clear>"}, "services_required", id="services cleared"),
    pytest.param(
        288901, {"online_sale_is_enabled": "yes"}, "online_price_required", id="no online price"
    ),
    pytest.param(288904, {"online_sale_price": "0"}, "online_price_required", id="price of 0"),
    pytest.param(
        288904, {"online_sale_price": "<clear>"}, "online_price_required", id="price cleared"
    ),
    pytest.param(288905, {"expiration_date": "<clear>"}, "date_required", id="date cleared"),
    pytest.param(288902, {"expiration_timeout": "<clear>"}, "period_required", id="period cleared"),
]


@pytest.mark.parametrize(("type_id", "cells", "code"), BROKEN)
def test_an_update_that_would_break_a_rule_is_not_sent(
    client: cb.Client, type_id: int, cells: Cells, code: str
) -> None:
    """A row that is fine by itself is held when the whole record would be wrong after it."""
    decision = decided(client, change(type_id, **cells))
    assert decision.action in {"blocked", "invalid"}
    assert decision.code == code
    assert decision.body is None


MENDED: list[Any] = [
    pytest.param(
        288901,
        {"expiration_type_id": "2", "expiration_timeout": "3", "expiration_timeout_unit_id": "day"},
        id="with a period",
    ),
    pytest.param(
        288901, {"expiration_type_id": "1", "expiration_date": "2030-01-01"}, id="with a date"
    ),
    pytest.param(288901, {"item_type_id": "3", "service_ids": "610101"}, id="with services"),
    pytest.param(288906, {"item_type_id": "0", "service_ids": "<clear>"}, id="services cleared"),
    pytest.param(
        288901, {"online_sale_is_enabled": "yes", "online_sale_price": "40"}, id="with a price"
    ),
    pytest.param(288902, {"expiration_type_id": "0"}, id="a period that is no longer used"),
]


@pytest.mark.parametrize(("type_id", "cells"), MENDED)
def test_an_update_that_brings_what_is_missing_is_sent(
    client: cb.Client, type_id: int, cells: Cells
) -> None:
    """The rules look at the live record with the row on top, not at the row alone."""
    assert decided(client, change(type_id, **cells)).action == "update"


UNTOUCHED: list[Any] = [
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "2020-01-01T00:00:00+00:00"}, id="past"
    ),
    pytest.param({"expiration_type_id": 1, "expiration_date": None}, id="no date"),
    pytest.param({"expiration_type_id": 2, "expiration_timeout": 0}, id="no period"),
    pytest.param({"item_type_id": 3, "service_ids": []}, id="no services"),
    pytest.param({"item_type_id": 1, "service_ids": [610101]}, id="needless services"),
    pytest.param({"online_sale_is_enabled": True, "online_sale_price": 0}, id="no price"),
]


@pytest.mark.parametrize("oddity", UNTOUCHED)
def test_what_is_wrong_already_is_not_the_rows_fault(
    sandbox: cb.Sandbox, client: cb.Client, oddity: dict[str, Any]
) -> None:
    """A rule that the live type breaks already does not hold a change of something else."""
    sandbox.server.edit(288901, **oddity)
    assert decided(client, change(288901, title="Other 50")).action == "update"


def test_a_row_of_a_table_with_an_error(client: cb.Client) -> None:
    """What is wrong with the table as a whole is reported at each row that it keeps back."""
    frame_with_two_titles = report_on({**new(), "Name": "x"}, change(288902, balance="1"))
    plan = cb.plan(frame_with_two_titles, client)
    assert plan.counts["invalid"] == 2
    assert {decision.code for decision in plan.decisions} == {"duplicate_column"}
    without_balance = {name: text for name, text in new().items() if name != "balance"}
    plan = plan_of(client, without_balance)
    assert [(str(d.action), d.code) for d in plan.decisions] == [("invalid", "missing_column")]


def test_what_rows_that_are_not_sent_are_called(client: cb.Client) -> None:
    """The text of the cell, also one that cannot be a title; the live title if the row keeps it."""
    rows = [
        change(288901, balance="x"),
        change(288902, title="T" * 300),
        new(title="Mine", balance="x"),
    ]
    decisions = plan_of(client, *rows).decisions
    assert [str(d.action) for d in decisions] == ["invalid"] * 3
    assert [d.title for d in decisions] == ["Gift Certificate 50", "T" * 300, "Mine"]


@pytest.mark.usefixtures("fifty")
def test_many_ids_that_are_not_listed(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """Some are looked up by their ids; the others are held back, and say how many they are."""
    rows = [change(number, balance="1") for number in range(300, 0, -1)]
    decisions = plan_of(client, *rows).decisions
    assert [d.code for d in decisions] == ["not_found"] * 50 + ["not_looked_up"] * 250
    assert "There are 300 such ids" in decisions[-1].message
    assert len(sandbox.requests) < 70

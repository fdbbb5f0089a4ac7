"""The page's tables below the browser: what they are narrowed to, sorted by, and ticked."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import certbulk as cb
from certbulk.page.destinations import PRACTICE, Destination
from certbulk.page.state import State
from certbulk.page.tables.narrowing import narrowed
from certbulk.page.tables.outcome_rows import GROUPS, all_outcome_rows, group_of
from certbulk.page.tables.paging import PER_PAGE
from certbulk.page.tables.plan_rows import all_plan_rows, rows_shown
from certbulk.page.transfers import Outbox
from certbulk.page.view import shown_to_page
from tests.page.screen import Screen
from tests.planning.sheets import change, new, plan_of

HERE = Destination(PRACTICE, "The practice chain", "", 1, "sandbox://x")


@pytest.fixture
def plan(client: cb.Client) -> cb.Plan:
    """Rows 2 to 8: two creates, a jump, a rise, a fall, a change of no price, and a first price."""
    return plan_of(
        client,
        new(title="Gift 100 of May"),
        new(title="Gift 25 of May"),
        change(288905, balance="800"),
        change(288908, balance="126"),
        change(288906, balance="144"),
        change(288902, is_multi="no"),
        change(288901, online_sale_is_enabled="yes", online_sale_price="45"),
    )


@pytest.fixture
def screen() -> Iterator[Screen]:
    shown = Screen()
    shown.do("hello")
    yield shown
    shown.controller.close()


def state_of(plan: cb.Plan, **narrow: Any) -> State:
    """Return a state with the plan, its table narrowed."""
    return narrowed(State((HERE,), HERE).planned(plan), narrow)


def shown(plan: cb.Plan, **narrow: Any) -> list[int]:
    """Return the rows that the table has, in its order."""
    return [row.decision.row for row in rows_shown(state_of(plan, **narrow))]


def test_a_price_that_jumps_comes_first(plan: cb.Plan) -> None:
    """Then other warnings, of cells as well, then the rest; they are counted above the table.

    The old and the new price are in the text of the row, and what its cells are warned of.
    """
    view = shown_to_page(state_of(plan))["plan"]
    rows = view["table"]["rows"]
    assert [(row["row"], row["warned"]) for row in rows[:4]] == [
        (4, True),
        (2, True),
        (3, True),
        (5, True),
    ]
    assert (view["warned"], rows[-1]["warned"]) == (5, False)
    assert '"Gift 100 of May" names 100, but' in rows[1]["said"][0]["text"]
    first = rows[0]
    says = first["said"][0]["text"]
    assert says.startswith('"balance" changes from 80 to 800, which is ten times')
    assert shown_to_page(state_of(plan.without(plan.frame.iloc[[2]])))["plan"]["warned"] == 4


@pytest.mark.parametrize(
    ("narrow", "rows"),
    [
        ({"sort": "row"}, [2, 3, 4, 5, 6, 7, 8]),
        ({"sort": "-row"}, [8, 7, 6, 5, 4, 3, 2]),
        ({"sort": "-change", "shown": "update"}, [8, 4, 6, 5, 7]),
        ({"sort": "title", "shown": "create"}, [3, 2]),
        ({"sort": "nonsense"}, [4, 2, 3, 5, 6, 7, 8]),
        ({"shown": "create"}, [2, 3]),
        ({"field": "balance"}, [4, 5, 6]),
        ({"field": "is_multi"}, [7]),
        ({"size": "jump"}, [4]),
        ({"size": "up"}, [4, 5, 8]),
        ({"size": "down"}, [6]),
        ({"size": "large"}, [4, 6, 8]),
        ({"size": "none"}, [7]),
        ({"find": "OF MAY"}, [2, 3]),
        ({"find": "288908"}, [5]),
        ({"field": "balance", "size": "up", "find": "288908"}, [5]),
    ],
)
def test_what_a_plan_is_narrowed_to_and_sorted_by(
    plan: cb.Plan, narrow: dict[str, Any], rows: list[int]
) -> None:
    """By action, field and size of change, title and id; an unknown order changes nothing.

    Numbers in titles are sorted by their amounts. A first price is a large change.
    """
    assert shown(plan, **narrow) == rows


def test_filters_are_counted(plan: cb.Plan) -> None:
    """Over the whole plan; what would show nothing is not offered."""
    table = shown_to_page(state_of(plan, find="nothing like it"))["plan"]["table"]
    assert table["filters"] == {"create": 2, "update": 5}
    assert {one["name"]: one["count"] for one in table["fields"]}["balance"] == 3
    sizes = {one["name"]: one["count"] for one in table["sizes"]}
    assert sizes == {"jump": 1, "up": 3, "down": 1, "large": 3, "none": 1}
    assert (table["count"], table["writes"], table["rows"]) == (0, 0, [])


def test_changes_are_shown_as_old_and_new(plan: cb.Plan) -> None:
    """Under the person's own header, with the share of a price; a new type has no old values."""
    rows = {row["row"]: row for row in all_plan_rows(state_of(plan), plan)}
    balance = {"name": "balance", "label": "balance"}
    assert rows[5]["changes"] == [{**balance, "old": "120", "new": "126", "share": 5.0}]
    assert {**balance, "new": "10"} in rows[2]["changes"]
    online = {one["label"]: one for one in rows[8]["changes"]}["online_sale_price"]
    assert online["share"] is None, "of nothing, there is no share"


def test_a_list_shows_what_it_gains_and_loses(client: cb.Client) -> None:
    """Not both lists in full."""
    plan = plan_of(client, change(288902, salon_ids="<remove> 720450"))
    (row,) = all_plan_rows(state_of(plan), plan)
    (one,) = row["changes"]
    assert ("removed" in one, "added" in one, "old" in one) == (True, False, False)


def test_a_tick_hits_its_row_however_the_table_is_sorted(plan: cb.Plan) -> None:
    """Ticks belong to row numbers of the file: no filter, order or page moves them."""
    state = state_of(plan, sort="-title", shown="create").ticked([3], send=False)
    for narrow in ({}, {"sort": "-row"}, {"size": "up"}, {"find": "gift"}):
        rows = all_plan_rows(narrowed(state, narrow), plan)
        assert [row["row"] for row in rows if row["tick"] and not row["send"]] == [3]
    assert [d.row for d in state.to_send.decisions if d.action == "skip"] == [3]


def test_all_that_are_shown_are_those_that_a_person_saw(screen: Screen, plan: cb.Plan) -> None:
    """On all pages; a message tells what it was narrowed to, and hits nothing else.

    The person searched on while the click was on its way: what is shown by now does not matter.
    """
    screen.controller.state = state_of(plan, shown="create")
    view = screen.do("tick_all", on=False, shown="update", find="", field="", size="up")
    assert screen.controller.state.left_out == {4, 5, 8}
    table = view["plan"]["table"]
    assert (table["shown"], table["writes"], table["taken"]) == ("create", 2, 2)
    screen.do("tick_all", on=True, shown="", find="", field="", size="")
    assert screen.controller.state.left_out == frozenset()


def test_a_table_is_shown_page_by_page(client: cb.Client) -> None:
    """However many rows there are, the page gets one page of them, with all the counts."""
    plan = plan_of(client, *(new(title=f"Fresh {n}") for n in range(PER_PAGE * 2 + 5)))
    last = shown_to_page(state_of(plan, page=99))["plan"]["table"]
    assert (len(last["rows"]), last["page"], last["pages"]) == (5, 2, 3)
    assert (last["filters"], last["writes"]) == ({"create": PER_PAGE * 2 + 5}, 105)
    found = shown_to_page(state_of(plan, find=plan.decisions[7].title.upper()))["plan"]["table"]
    assert found["rows"][0]["row"] == plan.decisions[7].row


def test_every_row_can_be_printed(plan: cb.Plan) -> None:
    """All of them come as a file, whatever the table is narrowed to."""
    state = state_of(plan, shown="create", find="nothing")
    answer, data = Outbox().part(state, {"file": "rows", "at": 0})
    assert (answer["size"], data.count(b'"title"')) == (len(data), 7)


def test_outcomes_are_in_groups(plan: cb.Plan, client: cb.Client) -> None:
    """Those to look at first, and alone as long as nothing else is asked for."""
    run = cb.apply(plan.without(plan.frame.iloc[[1]]), client, progress=False)
    outcomes = list(run.outcomes)
    outcomes[0] = replace(outcomes[0], status=cb.Status.UNKNOWN, verified="")
    outcomes[2] = replace(outcomes[2], verified="differs")
    run = replace(run, outcomes=tuple(outcomes))
    assert [group_of(one) for one in run.outcomes][:3] == ["unknown", "skipped", "to_check"]
    state = State((HERE,), HERE).ended(run)
    table = shown_to_page(state)["run"]["table"]
    assert (table["looks"], [row["row"] for row in table["rows"]]) == (2, [2, 4])
    assert list(table["filters"]) == [group for group in GROUPS if group in table["filters"]]
    assert table["filters"] == {"unknown": 1, "to_check": 1, "done": 4, "skipped": 1}
    done = shown_to_page(narrowed(state, {"shown": "done"}))["run"]["table"]
    assert {row["verified"] for row in done["rows"]} == {"yes"}
    everything = shown_to_page(narrowed(state, {"shown": "all"}))["run"]["table"]
    assert everything["count"] == len(all_outcome_rows(run)) == 7


def test_where_nothing_needs_a_look_every_row_is_shown(plan: cb.Plan, client: cb.Client) -> None:
    """The marks of what was read back are what a person wants to see then."""
    run = cb.apply(plan, client, progress=False)
    table = shown_to_page(State((HERE,), HERE).ended(run))["run"]["table"]
    assert (table["looks"], table["count"]) == (0, 7)


@pytest.mark.campaign
def test_five_thousand_rows_stay_quick(client: cb.Client) -> None:
    """A click on a long plan is answered at once: measured, with room for a busy machine."""
    plan = plan_of(client, *(new(title=f"Fresh {n}") for n in range(5000)))
    state = state_of(plan)
    shown_to_page(state)
    began = time.process_time()
    shown_to_page(narrowed(state.ticked([17], send=False), {"sort": "-title", "find": "fresh"}))
    assert time.process_time() - began < 1.0

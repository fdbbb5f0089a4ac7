"""Titles: twice in a sheet, twice in the chain, taken by another row."""

from typing import Any

import pytest

import certbulk as cb

from .sheets import LIVE, change, new, plan_of, report_on


def actions(plan: cb.Plan) -> list[str]:
    return [str(decision.action) for decision in plan.decisions]


def apply(client: cb.Client, *rows: dict[str, str], **options: Any) -> cb.Run:
    return cb.apply(plan_of(client, *rows, **options), client, progress=False)


def test_of_two_creates_with_one_title_the_second_is_blocked(client: cb.Client) -> None:
    """A title that stands twice in the sheet is created once, and the other row says by whom."""
    plan = plan_of(client, new(), new(balance="20"), new(title="Other"))
    assert actions(plan) == ["create", "blocked", "create"]
    assert plan.decisions[1].code == "title_exists"
    assert "Row 0 " in plan.decisions[1].message


def test_a_title_that_a_row_gives_away_is_taken(client: cb.Client) -> None:
    """A create and an update that renames to the same title are in each other's way."""
    rows = [change(288901, title="Fresh 10"), new()]
    for ordered in (rows, rows[::-1]):
        plan = plan_of(client, *ordered)
        assert sorted(actions(plan)) == ["blocked", "update"]
        (blocked,) = (d for d in plan.decisions if d.action == "blocked")
        assert blocked.code == "title_exists"


def test_allowed_duplicates_are_created(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """With duplicate titles allowed, twins in the sheet and in the chain are creates."""
    different = {**LIVE, "balance": "101"}
    rows = (new(), new(), new(balance="20"), different)
    plan = plan_of(client, *rows, allow_duplicate_titles=True)
    assert actions(plan) == ["create"] * 4
    cb.apply(plan, client, progress=False)
    assert len(sandbox.types()) == 9 + 4


@pytest.mark.parametrize("times", [1, 2])
def test_allowed_duplicates_uploaded_again_are_harmless(
    sandbox: cb.Sandbox, client: cb.Client, times: int
) -> None:
    """Each of the twins that are live stands for one row; nothing is created again."""
    rows = (new(), new(), new(balance="20"), LIVE)
    first = apply(client, *rows, allow_duplicate_titles=True)
    assert first.counts["created"] == 3
    there = sandbox.types()
    for _ in range(times):
        again = plan_of(client, *rows, allow_duplicate_titles=True)
        assert actions(again) == ["unchanged"] * 4
        ids = [decision.id for decision in again.decisions]
        assert len(set(ids)) == 4
        assert [o.id for o in cb.apply(again, client, progress=False).outcomes] == ids
    assert sandbox.types() == there


def test_duplicates_without_leave_are_blocked_at_the_second_upload(client: cb.Client) -> None:
    """Without the option, a title that is live twice belongs to no row: it is never created."""
    rows = (new(), new())
    apply(client, *rows, allow_duplicate_titles=True)
    again = plan_of(client, *rows)
    assert "create" not in actions(again)
    assert "update" not in actions(again)


def test_match_title_updates_what_is_live_once(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """With titles matched, a row without an id changes the type of its title, blanks kept."""
    rows = ({**LIVE, "balance": "101"}, new(title="Fresh"), {**LIVE, "title": "Spa Day 250"})
    plan = plan_of(client, *rows, match="title")
    assert actions(plan) == ["update", "create", "update"]
    assert [decision.id for decision in plan.decisions] == [288902, None, 288904]
    assert list(plan.decisions[0].changes) == ["balance"]
    assert plan.decisions[0].code == ""
    run = cb.apply(plan, client, progress=False)
    assert run.counts["updated"] == 2
    assert [r["balance"] for r in sandbox.types() if r["id"] == 288902] == [101]


def test_match_title_does_not_choose_between_two(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A title that is live twice is blocked; so is one that another row stands for."""
    different = {**LIVE, "balance": "101"}
    plan = plan_of(client, change(288902, balance="102"), different, match="title")
    assert actions(plan) == ["update", "blocked"]
    plan = plan_of(client, different, {**LIVE, "balance": "102"}, match="title")
    assert actions(plan) == ["update", "blocked"]
    sandbox.server.add({"id": 700001, "title": "Gift Certificate 100"})
    plan = plan_of(client, different, match="title")
    assert actions(plan) == ["blocked"]
    assert "288902" in plan.decisions[0].message
    assert "700001" in plan.decisions[0].message


def test_match_title_still_blocks_what_cannot_be_changed(client: cb.Client) -> None:
    """Issued types are blocked when they are found by their title as well."""
    row = {**LIVE, "title": "Gift Certificate 150"}
    plan = plan_of(client, row, match="title")
    assert [(str(d.action), d.code) for d in plan.decisions] == [("blocked", "already_issued")]
    assert plan.decisions[0].id == 288903


def test_an_archived_twin_is_not_the_row(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """An archived type neither stands for a row nor takes its title."""
    sandbox.server.edit(288902, is_archived=True)
    assert actions(plan_of(client, LIVE)) == ["create"]


def test_one_live_type_stands_for_one_row(client: cb.Client) -> None:
    """Two identical rows of one live type: one is unchanged, the other one does not get its id."""
    plan = plan_of(client, LIVE, LIVE)
    assert actions(plan) == ["unchanged", "blocked"]
    assert [decision.id for decision in plan.decisions] == [288902, None]
    plan = plan_of(client, change(288902, balance="100"), LIVE)
    assert actions(plan) == ["unchanged", "blocked"]


def test_a_later_row_with_the_id_goes_first(client: cb.Client) -> None:
    """A row that names an id keeps it from a row above that only has the title."""
    plan = plan_of(client, LIVE, change(288902, balance="101"))
    assert actions(plan) == ["blocked", "update"]


def test_titles_of_rows_that_are_not_sent_take_nothing(client: cb.Client) -> None:
    """An invalid, a skipped and a blocked row leave their title to a good one."""
    plan = plan_of(
        client,
        new(balance="x"),
        {**new(), "action": "skip"},
        change(288903, title="Fresh 10"),
        change(999999, title="Fresh 10"),
        new(),
    )
    assert actions(plan) == ["invalid", "skip", "blocked", "blocked", "create"]


def test_an_update_that_is_held_by_a_rule_takes_no_title(client: cb.Client) -> None:
    """A renaming that does not happen leaves the title free."""
    plan = plan_of(client, change(288901, title="Fresh 10", item_type_id="3"), new())
    assert actions(plan) == ["blocked", "create"]


def test_a_report_can_be_planned_twice(client: cb.Client) -> None:
    """A plan takes nothing from its report."""
    report = report_on(new(), LIVE, change(288901, balance="51"))
    first, second = (cb.plan(report, client) for _ in range(2))
    assert first.decisions == second.decisions

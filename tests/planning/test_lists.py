"""Lists of live types that a row changes: resolved, refused, never overwritten."""

from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from tests.recovery.scenes import go

from .sheets import change, decided, new, plan_of, report_on

BAIXA, RIBEIRA, OLD_TOWN, VERA = 720441, 720442, 720443, 720450


def test_the_body_has_the_whole_list(client: cb.Client) -> None:
    """What is live, without what is removed, and with what is added; the rest stays."""
    decision = decided(client, change(288904, salon_ids=f"<remove> {BAIXA}; <add> {VERA}"))
    assert decision.action == "update"
    assert decision.changes == {"salon_ids": ((BAIXA, OLD_TOWN), (OLD_TOWN, VERA))}
    assert decision.body is not None
    assert decision.body["salon_ids"] == [OLD_TOWN, VERA]
    assert decision.body["balance"] == 250


def test_what_changes_nothing_is_a_warning(client: cb.Client) -> None:
    """An entry that is there, or is not, with its name; the row is unchanged if that is all."""
    plan = plan_of(client, change(288904, salon_ids=f"<add> {BAIXA}; <remove> {VERA}"))
    assert [d.action for d in plan.decisions] == ["unchanged"]
    assert [(f.code, f.row, f.cell, f.field) for f in plan.cautions] == [
        ("already_listed", 2, "B2", "salon_ids"),
        ("not_listed", 2, "B2", "salon_ids"),
    ]
    assert f"Harbour & Pine Baixa ({BAIXA})" in plan.cautions[0].message
    assert set(plan.cautions) <= set(plan.all_findings)


REFUSED: dict[str, Any] = {
    "the last location": (
        change(288908, salon_ids=f"<remove> {VERA}"),
        "last_in_list",
    ),
    "the last service of a type for specific services": (
        change(288908, service_ids="<remove> 610201"),
        "last_in_list",
    ),
    "all locations": (change(288904, salon_ids="<remove> all locations"), "last_in_list"),
}


@pytest.mark.parametrize(("row", "code"), REFUSED.values(), ids=REFUSED)
def test_nothing_becomes_valid_everywhere(
    client: cb.Client, row: dict[str, str], code: str
) -> None:
    """An empty list may mean no restriction, so the row is blocked."""
    decision = decided(client, row)
    assert (decision.action, decision.code) == ("blocked", code)
    assert "valid everywhere" in decision.message


def test_nothing_is_added_to_an_empty_list(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """An added location would restrict a type that is valid everywhere to it."""
    sandbox.edit(288904, salon_ids=[])
    decision = decided(client, change(288904, salon_ids=f"<add> {VERA}"))
    assert (decision.action, decision.code) == ("blocked", "nothing_listed")


def test_services_of_a_type_that_becomes_specific(client: cb.Client) -> None:
    """The list of a type for all services is not used, so it may get its first entry."""
    row = change(288901, item_type_id="3", service_ids="<add> 610201")
    decision = decided(client, row)
    assert decision.changes["service_ids"] == ((), (610201,))
    assert decision.action == "update"


def test_on_a_new_type_it_is_an_error(client: cb.Client) -> None:
    """There is no list yet, even if the title is that of a live type."""
    for options in ({}, {"match": "title"}):
        row = new(title="Spa Day 250", salon_ids=f"<add> {VERA}")
        decision = plan_of(client, row, **options).decisions[0]
        assert (decision.action, decision.code) == ("invalid", "list_change_on_create")


def test_lists_are_shown_as_what_comes_and_goes(client: cb.Client) -> None:
    """Not as two long lists, in words and in a notebook."""
    plan = plan_of(client, change(288904, salon_ids=f"<add> {VERA}; <remove> {BAIXA}"))
    said = plan.frame["changes"][0]
    assert said == (
        f"salon_ids: added Harbour & Pine Vera ({VERA}), removed Harbour & Pine Baixa ({BAIXA})"
    )
    assert "+ Harbour &amp; Pine Vera" in plan._repr_html_()


def test_a_colleague_s_change_is_not_overwritten(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A location that somebody added after the plan stays: the row is blocked, not sent."""
    plan = plan_of(client, change(288904, salon_ids=f"<add> {VERA}"))
    sandbox.edit(288904, salon_ids=[BAIXA, OLD_TOWN, RIBEIRA])
    run = go(plan, client)
    assert [(o.status, o.code) for o in run.outcomes] == [("blocked", "changed_since_plan")]
    assert client.get(288904)["salon_ids"] == [BAIXA, OLD_TOWN, RIBEIRA]
    assert go(plan_of(client, change(288904, salon_ids=f"<add> {VERA}")), client).ok
    assert set(client.get(288904)["salon_ids"]) == {BAIXA, OLD_TOWN, RIBEIRA, VERA}


def test_a_colleague_who_did_the_same(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """If the list is as wanted by then, the row is unchanged."""
    plan = plan_of(client, change(288904, salon_ids=f"<add> {VERA}"))
    sandbox.edit(288904, salon_ids=[BAIXA, OLD_TOWN, VERA])
    assert [o.status for o in go(plan, client).outcomes] == ["unchanged"]


def test_a_saved_plan_is_built_again(client: cb.Client, tmp_path: Path) -> None:
    """With its warnings; and one whose list was changed in the file is refused."""
    plan = plan_of(client, change(288904, salon_ids=f"<add> {VERA}, {BAIXA}"))
    path = save_plan(plan, tmp_path / "plan.json")
    read = load_plan(path)
    assert read.decisions == plan.decisions
    assert read.cautions == plan.cautions
    changed = path.read_text("utf-8").replace(f"{OLD_TOWN}, {VERA}]", f"{OLD_TOWN}, 1]")
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(cb.PlanError):
        load_plan(path)


def test_the_results_can_be_applied_again(client: cb.Client) -> None:
    """The cell stays as it was written; what it adds is there now."""
    run = go(plan_of(client, change(288904, salon_ids="<add> Harbour & Pine Vera")), client)
    read = cb.read(run.to_excel("lists.results.xlsx"))
    again = cb.plan(cb.validate(read), client)
    assert [d.action for d in again.decisions] == ["unchanged"]
    assert [f.code for f in again.cautions] == ["already_listed"]
    assert cb.drift(run, client).ok


def test_undo_puts_the_list_back(client: cb.Client) -> None:
    """As every other change."""
    before = client.get(288904)
    run = go(plan_of(client, change(288904, salon_ids=f"<add> {VERA}")), client)
    assert go(cb.undo(run.id, client), client).ok
    assert client.get(288904)["salon_ids"] == before["salon_ids"]


def test_a_slip_is_repaired(client: cb.Client) -> None:
    """`fix` writes the name that was meant, and keeps the tag."""
    report = report_on(
        change(288904, salon_ids="<add> Harbour & Pine Verra"), directory=cb.directory(client)
    )
    fixed = cb.fix(report, accept=["unknown_location"])
    assert fixed.report.columns["salon_ids"][0].added == (VERA,)


def test_moving_to_another_chain_says_that_a_new_type_has_no_list(sandbox: cb.Sandbox) -> None:
    """All rows become new types there, so a change of a list is an error; its ids are mapped."""
    here, there = sandbox.client(), sandbox.client(chain_id=706555)
    with here, there:
        report = report_on(change(288904, salon_ids=f"<add> {VERA}"), directory=cb.directory(here))
        bound = cb.bindings(report, here, there).choose(locations={VERA: 731003})
        moved = cb.rebind(report, bound)
    cells = moved.sheet.column("salon_ids")
    assert cells is not None
    assert cells.cells[0] == "<add> 731003"
    assert "list_change_on_create" in {finding.code for finding in moved.errors}

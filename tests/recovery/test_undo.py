"""Second thoughts: what a run did is taken back, and what cannot be is reported."""

import threading
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from certbulk.sandbox import Faults
from tests.conftest import FAST
from tests.planning.sheets import LIVE, change, new

from .scenes import (
    again,
    at_call,
    cells,
    creates,
    cut_off,
    go,
    newest,
    posts,
    puts,
    record_of,
    sent,
)

EVERYTHING = change(
    288904,
    title="Changed 99",
    balance="99",
    is_multi="no",
    salon_ids="720442",
    expiration_type_id="1",
    expiration_date="2032-01-31 12:00:00",
    online_sale_price="98",
    online_sale_title="Another title",
    online_sale_description="Another description",
    is_allow_empty_code="yes",
)
ROWS = [
    new(title="A 10"),
    EVERYTHING,
    LIVE,
    new(title="Bad 10", balance="x"),
    change(288905, expiration_type_id="2", expiration_timeout="3",
           expiration_timeout_unit_id="month"),
    new(title="B 10"),
    change(288901, balance="51", online_sale_is_enabled="yes", online_sale_price="45"),
]  # fmt: skip


def test_everything_is_as_it_was(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Undone, all records are field by field what they were before the run."""
    before = sandbox.types()
    run = sent(client, *ROWS)
    assert (run.counts["created"], run.counts["updated"]) == (2, 3)
    plan = cb.undo(run.id, client)
    assert (plan.counts["delete"], plan.counts["update"]) == (2, 3)
    assert plan.undoes == run.id
    done = go(plan, client)
    assert done.ok
    assert (done.counts["deleted"], done.counts["updated"]) == (2, 3)
    assert sandbox.types() == before


def test_nothing_is_sent_by_planning_it(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """`undo` is a plan: it reads, and sends nothing."""
    run = sent(client, *ROWS)
    sandbox.server.clear_requests()
    assert cb.undo(run.id, client).writes == 5
    assert {seen.method for seen in sandbox.requests} == {"GET"}


BLOCKED = [
    ("issue", ("already_issued", ["4", "issued"])),
    ("edit", ("changed_since_plan", ["balance", "4711"])),
]


@pytest.mark.parametrize(("what", "said"), BLOCKED)
@pytest.mark.parametrize("position", [0, 1])
def test_what_cannot_be_undone(
    sandbox: cb.Sandbox, client: cb.Client, position: int, what: str, said: tuple[str, list[str]]
) -> None:
    """A type that was issued or changed since is left alone, and the plan says why."""
    code, words = said
    run = sent(client, new(title="A 10"), change(288901, balance="51"), new(title="B 10"))
    touched = run.outcomes[position].id or 0
    if what == "issue":
        sandbox.server.issue(touched, 4)
    else:
        sandbox.server.edit(touched, balance=4711)
    there = record_of(sandbox, touched)
    plan = cb.undo(run.id, client)
    decision = plan.decisions[position]
    assert (decision.action, decision.code, decision.id) == ("blocked", code, touched)
    assert all(word in decision.message for word in words), decision.message
    done = go(plan, client)
    assert done.outcomes[position].status == "blocked"
    assert record_of(sandbox, touched) == there
    assert done.counts["blocked"] == 1
    assert done.counts["deleted"] + done.counts["updated"] == 2


@pytest.mark.parametrize("what", ["issue", "edit"])
def test_what_happens_between_the_plan_and_the_undo(
    sandbox: cb.Sandbox, client: cb.Client, what: str
) -> None:
    """A type that somebody takes up after the undo was planned is not deleted."""
    run = sent(client, new(title="A 10"))
    plan = cb.undo(run.id, client)
    number = run.outcomes[0].id or 0
    if what == "issue":
        sandbox.server.issue(number)
    else:
        sandbox.server.edit(number, balance=11)
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.code) == ("blocked", "changed_since_plan")
    assert record_of(sandbox, number)


def test_only_what_concerns_it_is_shown(client: cb.Client, tmp_path: Path) -> None:
    """What validation says of the file is not: an undo sends what was live before."""
    run = sent(client, new(title="Gift Card 310", balance="280"))
    assert "title_balance_mismatch" in str(run.plan)
    plan = cb.undo(run.id, client)
    said = str(plan)
    assert said.startswith("Undo for DataFrame: 1 row, ")
    for shown in (said, plan._repr_html_()):
        assert "title_balance_mismatch" not in shown
        assert "1 warning" not in shown
        assert "time zone" not in shown
    assert plan.all_findings == ()
    path = go(plan, client).to_excel(tmp_path / "undone.xlsx")
    assert list(cells(path)) == ["results", "summary"]


def test_what_is_gone_already(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that somebody deleted already needs no undoing; an updated one cannot be brought."""
    run = sent(client, new(title="A 10"), change(288901, balance="51"))
    sandbox.server.remove(run.outcomes[0].id or 0)
    sandbox.server.remove(288901)
    plan = cb.undo(run.id, client)
    assert [str(d.action) for d in plan.decisions] == ["unchanged", "blocked"]


def test_twice(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A second undo of a run finds nothing to do, and puts nothing wrong."""
    run = sent(client, *ROWS)
    go(cb.undo(run.id, client), client)
    before = sandbox.types()
    plan = cb.undo(run.id, client)
    assert plan.requests == 0
    go(plan, client)
    assert sandbox.types() == before


def test_the_undo_of_an_undo(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Updates come back; of a deleted type it is reported that it cannot."""
    run = sent(client, new(title="A 10"), change(288901, balance="51"))
    undone = go(cb.undo(run.id, client), client)
    plan = cb.undo(undone.id, client)
    assert plan.decisions[1].action == "update"
    assert plan.decisions[0].action == "blocked", plan.decisions[0]
    assert plan.decisions[0].message
    go(plan, client)
    assert record_of(sandbox, 288901)["balance"] == 51


def test_an_undo_is_a_run(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """It is journalled: listed, attached to, resumed after a crash, its plan applied once."""
    before = sandbox.types()
    run = sent(client, *ROWS)
    plan = load_plan(save_plan(cb.undo(run.id, client), tmp_path / "undo.json"))
    from .scenes import PowerCutError, crash_at

    with pytest.MonkeyPatch.context() as patch:
        crash_at(patch, "settle", 3)
        with pytest.raises(PowerCutError):
            go(plan, client)
    (undone,) = set(cb.runs()["run"]) - {run.id}
    assert cb.attach(undone).state == "interrupted"
    done = again(undone, client)
    assert done.ok
    assert done.plan.undoes == run.id
    assert sandbox.types() == before
    assert cb.attach(undone).outcomes == done.outcomes
    with pytest.raises(cb.PlanError, match=undone):
        go(plan, client)


@pytest.mark.parametrize("kind", ["lost_answer", "closed", "server_error_applied"])
def test_a_deletion_without_an_answer(sandbox: cb.Sandbox, client: cb.Client, kind: str) -> None:
    """A deletion whose answers are lost ends as what is live shows."""
    run = sent(client, new(title="A 10"))
    sandbox.faults = Faults(script=(kind,) * 6, methods=("DELETE",))
    (outcome,) = go(cb.undo(run.id, client), client).outcomes
    assert outcome.status == "deleted"
    assert run.outcomes[0].id not in {record["id"] for record in sandbox.types()}


def test_its_results_are_an_input(client: cb.Client, tmp_path: Path) -> None:
    """The results of an undo can be read; rows of deleted types carry no id of a type gone."""
    run = sent(client, *ROWS)
    done = go(cb.undo(run.id, client), client)
    file = done.to_excel(tmp_path / "undo.xlsx")
    report = cb.validate(cb.read(file, "results"))
    assert [str(finding) for finding in report.errors if finding.row != 5] == []
    plan = cb.plan(report, client)
    assert plan.counts["blocked"] == 0
    assert plan.decisions[0].action == "create"
    table = cells(file)["results"]
    position = table[0].index("result_status")
    assert [row[position] for row in table[1:]] == [str(o.status) for o in done.outcomes]


def test_an_unknown_row(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row of which nobody knows what came of it is not undone but pointed to."""
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    run = sent(client, new(title="A 10"), settle=False)
    (decision,) = cb.undo(run.id, client).decisions
    assert (decision.action, decision.code) == ("blocked", "unknown_outcome")
    again(run.id, client)
    assert go(cb.undo(run.id, client), client).counts["deleted"] == 1


def test_a_row_cut_off_before_its_outcome(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row whose request may have left, and has no outcome, is not passed over in silence."""
    run = cut_off(client, new(title="A 10"), name="settle", number=1)
    assert posts(sandbox)["A 10"] == 1
    (decision,) = cb.undo(run, client).decisions
    assert (decision.action, decision.code) == ("blocked", "unknown_outcome")


def test_an_adopted_row(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What was adopted is undone like what was created."""
    before = sandbox.types()
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    run = sent(client, new(title="A 10"))
    assert run.outcomes[0].code == "adopted"
    go(cb.undo(run.id, client), client)
    assert sandbox.types() == before


def test_a_stopped_run(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Of a run that stopped, what was sent is undone and the rest is skipped."""
    before = sandbox.types()
    stop = threading.Event()
    at_call(client, "create", 2, stop.set, after=True)
    run = sent(client, *creates(30), stop=stop, canary=0, batch_size=3)
    done = go(cb.undo(run.id, client), client)
    assert done.counts["deleted"] == run.counts["created"] > 0
    assert sandbox.types() == before


def test_what_a_service_stores_differently_can_be_undone(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """What the service itself made of a row is not a change by somebody else."""
    before = sandbox.types()
    run = sent(client, new(title="A 10", online_sale_price="7"))
    go(cb.undo(run.id, client), client)
    assert sandbox.types() == before


def test_for_another_place(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """An undo on another chain is refused."""
    run = sent(client, new(title="A 10"))
    with pytest.raises(cb.PlanError, match="706555"):
        cb.undo(run.id, sandbox.client(**FAST, clock=client.clock, chain_id=706555))


def test_a_run_under_way(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What a run sends after its undo was planned is not forgotten: nothing is half undone."""
    plans: list[cb.Plan | None] = []

    def undo_now() -> None:
        try:
            plans.append(cb.undo(newest(), client))
        except cb.CertbulkError:
            plans.append(None)

    at_call(client, "create", 2, undo_now)
    run = sent(client, *creates(3), batch_size=1)
    assert run.ok
    (plan,) = plans
    if plan is None:  # refused while it runs: as good
        return
    done = go(plan, client)
    left = [r for r in sandbox.types() if r["title"].startswith("N")]
    assert not left or not done.ok
    assert not puts(sandbox)

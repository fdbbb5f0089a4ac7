"""The page's steps as values: where it is follows from what is known."""

import time
from dataclasses import replace

import pytest

import certbulk as cb
from certbulk.applying.phases import PhaseSeen
from certbulk.errors import PlanError
from certbulk.page.destinations import PRACTICE, REAL, Destination
from certbulk.page.state import State, Step, Work, may
from certbulk.page.view import shown_to_page
from tests.planning.sheets import new, plan_of

HERE = Destination(PRACTICE, "The practice chain", "", 1, "sandbox://x")
THERE = Destination(REAL, "Chain 2", "", 2, "https://x.example/api/v1")
BUSY = {"run": "r", "plan_id": "p", "started": "", "state": "running", "source": "other.xlsx"}


def creates(count: int) -> list[dict[str, str]]:
    """Return the cells of this many rows to create, from row 2 on."""
    return [new(title=f"Fresh {number} for 10") for number in range(count)]


@pytest.fixture
def plan(client: cb.Client) -> cb.Plan:
    return plan_of(client, *creates(3))


@pytest.fixture
def run(plan: cb.Plan, client: cb.Client) -> cb.Run:
    return cb.apply(plan, client, progress=False)


def test_the_steps_follow_from_what_is_known(plan: cb.Plan, run: cb.Run) -> None:
    """From the chain to the results, and to the plan of an undo and back."""
    state = State((HERE, THERE))
    assert state.step is Step.CHAIN
    state = state.chosen(HERE, []).read(plan.report, [])
    assert state.step is Step.FILE
    state = state.planned(plan)
    assert state.step is Step.PLAN
    assert state.back().step is Step.FILE
    state = state.started()
    assert (state.step, state.run) == (Step.SENDING, None)
    state = state.seen(replace(run, state="running"), 3.0)
    assert (state.step, state.plan) == (Step.SENDING, None)
    state = state.ended(run)
    assert state.step is Step.RESULTS
    undoing = state.planned(plan)
    assert (undoing.step, undoing.back().step) == (Step.PLAN, Step.RESULTS)


def test_steps_that_were_done_can_be_gone_back_to(plan: cb.Plan, run: cb.Run) -> None:
    """What comes after is put away; not while a run is under way, nor from the plan of an undo."""
    chosen = State((HERE, THERE)).chosen(HERE, []).read(plan.report, [])
    planned, ended = chosen.planned(plan), chosen.ended(run)
    steps = shown_to_page(planned)["steps"]
    assert [step["name"] for step in steps if step["can_go"]] == ["chain", "file"]
    assert [step["state"] for step in steps] == [*["done"] * 4, "now", "ahead", "ahead"]
    assert replace(planned.gone_to(Step.FILE), at="") == planned.back()
    other = planned.gone_to(Step.CHAIN)
    assert (other.step, other.report, other.plan) == (Step.CHAIN, plan.report, None)
    fresh = ended.gone_to(Step.FILE)
    assert (fresh.step, fresh.report, fresh.run) == (Step.FILE, None, None)
    undoing = replace(ended, plan=replace(plan, undoes="r"))
    for state in (planned.started(), undoing, State((HERE, THERE))):
        assert not any(step["can_go"] for step in shown_to_page(state)["steps"])
        assert state.gone_to(Step.CHAIN) is state


def test_a_paused_run_waits_on_the_page(run: cb.Run) -> None:
    """Paused is stopped, to go on soon; a run that had ended by then is not paused."""
    state = replace(State((HERE,), HERE), paused=True)
    stopped = replace(run, state="stopped", reason="asked to")
    assert state.ended(stopped).step is Step.SENDING
    assert state.ended(run).step is Step.RESULTS


def test_rows_that_are_left_out(plan: cb.Plan) -> None:
    """They are not counted as writes, end as skipped, and come back when they are taken again."""
    state = State((HERE,), HERE).planned(plan).ticked([2, 3], send=False)
    assert (state.writes, state.to_send.counts["create"], state.to_send.counts["skip"]) == (1, 1, 2)
    assert state.to_send.id == plan.id
    assert state.ticked([3], send=True).writes == 2
    again = state.planned(plan.without(plan.frame.iloc[[0]]))
    assert again.left_out == {3}, "what is not sent anyway cannot be left out"


def test_left_out_rows_have_an_outcome(plan: cb.Plan, client: cb.Client) -> None:
    """Every row ends with one, and nothing is sent for these."""
    run = cb.apply(plan.without(plan.frame.iloc[[1]], "not this one"), client, progress=False)
    assert [(o.row, str(o.status), o.code) for o in run.outcomes][1] == (3, "skipped", "left_out")
    assert run.outcomes[1].message == "not this one"
    assert (run.counts["created"], run.counts["skipped"], len(client.list())) == (2, 1, 9 + 2)


def test_a_row_that_is_not_there_cannot_be_left_out(plan: cb.Plan) -> None:
    """A wrong number is reported, not passed over."""
    with pytest.raises(PlanError, match="no row 99"):
        plan.without([99])


@pytest.mark.parametrize(
    ("event", "steps"),
    [
        ("upload", {Step.FILE, Step.PLAN}),
        ("send", {Step.PLAN}),
        ("stop", {Step.SENDING}),
        ("undo", {Step.PLAN, Step.RESULTS}),
        ("nonsense", set()),
    ],
)
def test_what_may_happen_when(event: str, steps: set[Step], plan: cb.Plan, run: cb.Run) -> None:
    """A click on what has just gone does nothing, and nothing is done twice at a time."""
    chosen = State((HERE,), HERE)
    states = [State(), chosen, chosen.planned(plan), chosen.started(), replace(chosen, run=run)]
    assert {state.step for state in states if may(event, state)} == steps
    assert not [
        state for state in states if may(event, replace(state, work=Work("reading", "Reading")))
    ]


def test_another_chain_keeps_the_workbook_and_drops_the_plan(plan: cb.Plan) -> None:
    """A plan was made from what is live in one chain."""
    state = State((HERE, THERE)).chosen(HERE, []).read(plan.report, ["a", "b"]).planned(plan)
    other = state.back().elsewhere().chosen(THERE, [BUSY])
    assert (other.report, other.plan, other.sheets) == (plan.report, None, ("a", "b"))
    assert other.busy == BUSY


def test_what_is_shown_has_no_marks_that_turn_text(client: cb.Client) -> None:
    """A title cannot turn the words around it, nor hide a line break."""
    plan = plan_of(client, new(title="a\u202egnp.exe"))
    view = shown_to_page(State((HERE,), HERE).planned(plan))
    assert view["plan"]["table"]["rows"][0]["title"] == "a gnp.exe"


def test_the_page_is_told_no_token(monkeypatch: pytest.MonkeyPatch, plan: cb.Plan) -> None:
    """Not of the service, not in a setting that cannot be right."""
    from certbulk.page.destinations import destinations

    monkeypatch.setenv("CERTBULK_CHAIN_ID", "5")
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", "partner-secret")
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "user-secret")
    for chain in ("5", "none"):
        monkeypatch.setenv("CERTBULK_CHAIN_ID", chain)
        there = destinations()
        view = shown_to_page(State(there, there[1]).planned(plan))
        assert "secret" not in repr(view)
        assert bool(view["destinations"][1]["trouble"]["text"]) == (chain == "none")


@pytest.mark.parametrize(
    ("name", "wait", "seconds"),
    [("resting", 60.0, 70.0), ("checking", 30.0, 40.0), ("sending", None, 10.0)],
)
def test_the_time_that_is_left_has_the_wait_in_it(
    run: cb.Run, name: str, wait: float | None, seconds: float
) -> None:
    """Else the page would say "1 second left" and "goes on in 60 s" at once."""
    now = time.time()
    seen = PhaseSeen(run.id, name, 1, now, None if wait is None else now + wait)
    state = replace(State(()), run=run, sending=True, phase=seen, seconds_left=10.0)
    assert shown_to_page(state)["run"]["seconds_left"] == pytest.approx(seconds, abs=1)


def test_nobody_knows_how_long_it_takes_to_verify(run: cb.Run) -> None:
    """It depends on how much is live."""
    seen = PhaseSeen(run.id, "verifying", 0, time.time(), None)
    state = replace(State(()), run=run, sending=True, phase=seen, seconds_left=0.0)
    assert shown_to_page(state)["run"]["seconds_left"] is None

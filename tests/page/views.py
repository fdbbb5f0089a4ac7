"""What the controller shows in each step, from real plans and runs, for tests of the front end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import certbulk as cb
from certbulk.api.chains import Chain
from certbulk.applying.asking import Asked
from certbulk.applying.phases import PhaseSeen
from certbulk.auditing.drifted import Drifted
from certbulk.page.destinations import PRACTICE, REAL, Destination
from certbulk.page.looking.history import History
from certbulk.page.looking.since import Since
from certbulk.page.looking.to_approve import ToApprove
from certbulk.page.starting.facts import Facts
from certbulk.page.starting.form import Form
from certbulk.page.state import State, Work
from certbulk.page.texts.text import Exact, told
from certbulk.page.view import shown_to_page
from certbulk.planning.approval import Approval
from tests.planning.sheets import new, plan_of

__all__ = [
    "ASIDES",
    "HOSTILE",
    "LONG",
    "STANDINGS",
    "STEPS",
    "aside_view",
    "view_of",
    "with_approval",
    "with_phase",
    "with_work",
]

HERE = Destination(PRACTICE, "The practice chain", "For trying things out.", 1, "sandbox://x")
THERE = Destination(
    REAL, "Chain 2 at api.example", "What you send is live.", 2, "https://x.example/v1"
)
LONG = "price list of May " * 11 + "final.xlsx"  # 208 characters
HOSTILE = "<img src=x onerror=\"window.hit='it ran'\"> שלום"
OTHER = {"run": "r-2", "plan_id": "p", "started": "2026-05-01T10:00:00Z", "state": "running"}
ASIDES = (
    *("cards", "form", "form of chains", "form without a keyring"),
    *("history", "no history", "since", "nothing since", "to approve", "approved"),
)
STANDINGS = ("given", "own", "other_content", "none", "not_shared")
STEPS = (
    "chain",
    "file",
    "columns",
    "report",
    "plan",
    "nothing",
    "starting",
    "sending",
    "paused",
    "results",
)


def view_of(step: str, *, destination: Destination = THERE, busy: bool = False) -> dict[str, Any]:
    """Return what the controller shows in a step.

    Args:
        step: One of STEPS.
        destination: The chain.
        busy: Whether somebody else sends to it.
    """
    recent = [{**OTHER, "source": LONG}] if busy else []
    state = State((HERE, THERE))
    if step == "chain":
        return shown_to_page(state)
    state = state.chosen(destination, recent)
    if step == "file":
        return shown_to_page(state)
    with cb.Sandbox() as client:
        rows = [
            new(title=HOSTILE),
            new(title="B", balance="x"),
            *(new(title=f"T {n}") for n in "ab"),
        ]
        plan = plan_of(client, *rows)
        sheet = replace(plan.report.sheet, source=LONG)
        plan = replace(plan, report=replace(plan.report, sheet=sheet))
        state = state.read(plan.report, ["types", "more"])
        if step == "columns":
            state = replace(state, plain=sheet, at=step)
        elif step == "plan":
            state = state.planned(plan)
        elif step == "nothing":
            state = state.planned(plan)
            state = state.ticked([d.row for d in plan.decisions], send=False)
        elif step == "starting":
            state = state.planned(plan).started()
        elif step != "report":
            run = cb.apply(plan, client, progress=False)
            state = _with_run(state, step, run)
    return shown_to_page(state)


def _with_run(state: State, step: str, run: cb.Run) -> State:
    if step == "results":
        return state.ended(run)
    last = max(o.row for o in run.outcomes)
    open_ = tuple(
        replace(o, status=cb.Status.NOT_SENT, id=None) if o.row == last else o for o in run.outcomes
    )
    if step == "paused":
        stopped = replace(run, state="stopped", outcomes=open_)
        return replace(state, paused=True).ended(stopped)
    return state.seen(replace(run, state="running", outcomes=open_), 12.0)


def with_work(view: dict[str, Any]) -> dict[str, Any]:
    """Return a view in which a plan is being made."""
    work = Work("planning", "Planning: reading what is live, and comparing", time.monotonic() - 12)
    return shown_to_page(replace(State((HERE, THERE), THERE), work=work)) | {
        name: view[name] for name in ("step", "report", "columns", "mend", "plan", "run", "sheets")
    }


def with_phase(view: dict[str, Any], name: str, rows: int, left: float | None) -> dict[str, Any]:
    """Return the view of a run that is doing this, and goes on in so many seconds."""
    now = time.time()
    seen = PhaseSeen(view["run"]["id"], name, rows, now - 5, None if left is None else now + left)
    from certbulk.page.view import _phase

    return {**view, "run": {**view["run"], "phase": _phase(seen)}}


def with_approval(view: dict[str, Any], standing: str) -> dict[str, Any]:
    """Return the view of a plan that needs an approval, which stands like this."""
    why = told(Exact("It needs a shared journal.", f"plan.approval.{standing}"))
    approval = {
        "standing": standing,
        "what": f'"{LONG}"',
        "asked": "2027-01-31T10:10:00+00:00" if standing == "none" else "",
        "by": {"who": f"bob (bob@{HOSTILE})", "at": "2027-01-31T10:15:00+00:00"},
        "why": why if standing == "not_shared" else None,
    }
    return {**view, "plan": {**view["plan"], "approval": approval}}


def aside_view(kind: str) -> dict[str, Any]:
    """Return a view with what is shown beside the steps: see ASIDES."""
    state = State((HERE, replace(THERE, facts=Facts(HOSTILE, 4))))
    if kind == "cards":
        expired = Facts(trouble="It does not accept the tokens.", expired=True, renews="spa")
        other = replace(THERE, key="profile-spa", profile="spa", facts=expired)
        return shown_to_page(replace(state, destinations=(*state.destinations, other)))
    form = Form("https://api.example/v1")
    run: dict[str, Any] = {
        "run": "20260501-100000-ab12cd",
        "file": LONG,
        "started": "2026-05-01T10:00:00Z",
    }
    run |= {"kind": "apply", "state": "stopped", "rows": 5, "who": HOSTILE}
    drifted = (
        Drifted("gone", 2, 288901, HOSTILE),
        Drifted("changed", 3, 288902, "B", {"title": ("B", LONG)}),
    )
    asked = Asked("p", "d", LONG, f"anna@{HOSTILE}", "2027-01-31T10:10:00+00:00", {"create": 3})
    by_bob = Approval("bob", f"bob@{HOSTILE}", "2027-01-31T10:15:00+00:00")
    with cb.Sandbox() as client:
        strange = replace(plan_of(client, new(title=HOSTILE), new(title=LONG)), made_elsewhere="x")
    asides: dict[str, Form | History | Since | ToApprove] = {
        "form": form,
        "form of chains": replace(form, signed_in=True, chains=(Chain(2, HOSTILE),)),
        "form without a keyring": replace(
            form, trouble="the keyring of this system is missing or does not work"
        ),
        "history": History(({**run, "created": 3, "not_sent": 2},), asked=(asked,)),
        "to approve": ToApprove(strange, asked),
        "approved": ToApprove(strange, asked, (by_bob,)),
        "no history": History(()),
        "since": Since(str(run["run"]), cb.Drift(drifted, "a run", 5, 2)),
        "nothing since": Since(str(run["run"]), cb.Drift((), "a run", 5, 2)),
    }
    if not kind.startswith("form"):
        state = state.chosen(THERE, ())
    return shown_to_page(replace(state, aside=asides[kind]))

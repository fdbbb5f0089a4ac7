"""What the controller shows in each step, from real plans and runs, for tests of the front end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import certbulk as cb
from certbulk.applying.phases import PhaseSeen
from certbulk.page.destinations import PRACTICE, REAL, Place
from certbulk.page.state import State, Work
from certbulk.page.view import shown_to_page
from tests.planning.sheets import new, plan_of

__all__ = ["HOSTILE", "LONG", "STEPS", "view_of", "with_phase", "with_work"]

HERE = Place(PRACTICE, "The practice chain", "For trying things out.", 1, "sandbox://x")
THERE = Place(REAL, "Chain 2 at api.example", "What you send is live.", 2, "https://x.example/v1")
LONG = "price list of May " * 11 + "final.xlsx"  # 208 characters
HOSTILE = "<img src=x onerror=\"window.hit='it ran'\"> שלום"
OTHER = {"run": "r-2", "plan_id": "p", "started": "2026-05-01T10:00:00Z", "state": "running"}
STEPS = ("chain", "file", "report", "plan", "nothing", "starting", "sending", "paused", "results")


def view_of(step: str, *, place: Place = THERE, busy: bool = False) -> dict[str, Any]:
    """Return what the controller shows in a step.

    Args:
        step: One of STEPS.
        place: The chain.
        busy: Whether somebody else sends to it.
    """
    recent = [{**OTHER, "source": LONG}] if busy else []
    state = State((HERE, THERE))
    if step == "chain":
        return shown_to_page(state)
    state = state.chosen(place, recent)
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
        if step == "plan":
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
        name: view[name] for name in ("step", "report", "plan", "run", "sheets")
    }


def with_phase(view: dict[str, Any], name: str, rows: int, left: float | None) -> dict[str, Any]:
    """Return the view of a run that is doing this, and goes on in so many seconds."""
    now = time.time()
    seen = PhaseSeen(view["run"]["id"], name, rows, now - 5, None if left is None else now + left)
    from certbulk.page.view import _phase

    return {**view, "run": {**view["run"], "phase": _phase(seen)}}

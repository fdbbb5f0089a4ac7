"""What the page knows, and what follows from it: values only, no disk, no network, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import certbulk as cb
    from certbulk.applying.phases import PhaseSeen
    from certbulk.page.destinations import Place

__all__ = ["WRITES", "State", "Step", "Work", "may"]

WRITES = ("create", "update", "delete")
"""The actions for which something is sent."""


class Step(StrEnum):
    """The step that the page shows. It follows from what is known: see `State.step`."""

    CHAIN = "chain"
    FILE = "file"
    PLAN = "plan"
    SENDING = "sending"
    RESULTS = "results"


_BEFORE = frozenset({Step.CHAIN, Step.FILE, Step.PLAN, Step.RESULTS})
_MAY = {
    "choose": _BEFORE,
    "elsewhere": frozenset({Step.FILE}),
    "upload": frozenset({Step.FILE, Step.PLAN}),
    "sheet": frozenset({Step.FILE, Step.PLAN}),
    "pasted": frozenset({Step.FILE}),
    "plan": frozenset({Step.FILE, Step.PLAN}),
    "match": frozenset({Step.PLAN}),
    "tick": frozenset({Step.PLAN}),
    "tick_all": frozenset({Step.PLAN}),
    "look": frozenset({Step.FILE, Step.PLAN, Step.RESULTS}),
    "send": frozenset({Step.PLAN}),
    "pause": frozenset({Step.SENDING}),
    "stop": frozenset({Step.SENDING}),
    "go_on": frozenset({Step.SENDING, Step.RESULTS}),
    "undo": frozenset({Step.PLAN, Step.RESULTS}),
    "open": _BEFORE,
    "back": frozenset({Step.PLAN}),
    "again": frozenset(Step),
    "dismiss": frozenset(Step),
}


def may(event: str, state: State) -> bool:
    """Return whether an event makes sense now; a click on what has just gone does not."""
    return state.step in _MAY.get(event, frozenset()) and (not state.work or event == "dismiss")


@dataclass(frozen=True, slots=True)
class Work:
    """What the page's own side is doing.

    Attributes:
        name: reading, planning or finding.
        words: It in words.
        since: When it began, in seconds of the monotonic clock.
        cancels: Whether it can be cancelled.
    """

    name: str
    words: str
    since: float = 0.0
    cancels: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the page shows follows from these values.

    Attributes:
        places: What there is to choose from.
        place: What was chosen.
        recent: The newest runs of the chosen chain, newest first.
        report: What was read.
        sheets: The sheets of the workbook that there are to choose from.
        pasted: Whether it was read as rows for the browser extension.
        plan: What would be sent.
        match_titles: Whether rows without an id update the live type of the same title.
        left_out: The rows that a person took out of the plan.
        shown: The action, severity or status that a table is narrowed to; empty for all.
        find: The text that it is narrowed to.
        page: Which of its pages is shown, from 0.
        sending: Whether a process is at it: from its start until it has ended.
        run: The run that is looked at; None while its process has not begun it.
        awaited: The plan whose run has been started, and has not been seen yet; empty for none.
        phase: What the run is doing, as its process has written it down; None if nobody knows.
        stopping: Whether it has been asked to stop.
        paused: Whether it was stopped to go on soon.
        seconds_left: How long it will take still; None if nobody knows.
        work: What is being done just now; None for nothing.
        trouble: What went wrong last, in one line; empty for nothing.
        kept: The name under which what is prepared is found again; empty if nothing is.
    """

    places: tuple[Place, ...] = ()
    place: Place | None = None
    recent: tuple[dict[str, Any], ...] = ()
    report: cb.Report | None = None
    sheets: tuple[str, ...] = ()
    pasted: bool = False
    plan: cb.Plan | None = None
    match_titles: bool = False
    left_out: frozenset[int] = frozenset()
    shown: str = ""
    find: str = ""
    page: int = 0
    sending: bool = False
    run: cb.Run | None = None
    awaited: str = ""
    phase: PhaseSeen | None = None
    stopping: bool = False
    paused: bool = False
    seconds_left: float | None = None
    work: Work | None = None
    trouble: str = ""
    kept: str = ""

    @property
    def step(self) -> Step:
        """The step that the page shows."""
        if self.sending or self.paused:
            return Step.SENDING
        if self.plan:
            return Step.PLAN
        if self.run:
            return Step.RESULTS
        return Step.FILE if self.place else Step.CHAIN

    @property
    def to_send(self) -> cb.Plan:
        """The plan without the rows that were left out."""
        if self.plan is None:
            raise ValueError("there is no plan yet")
        return self.plan.without(self.left_out)

    @property
    def writes(self) -> int:
        """How many rows would be sent."""
        if self.plan is None:
            return 0
        rows = (d.row for d in self.plan.decisions if d.action in WRITES)
        return sum(row not in self.left_out for row in rows)

    @property
    def busy(self) -> dict[str, Any] | None:
        """The run of somebody else that sends to the chosen chain just now."""
        running = (run for run in self.recent if run["state"] == "running")
        return None if self.sending else next(running, None)

    @property
    def watches(self) -> bool:
        """Whether it matters here what others send: something may be sent next, or gone on with."""
        return self.place is not None and not self.sending

    @property
    def goes_on_elsewhere(self) -> bool:
        """Whether the run that is looked at was resumed from another window, or a terminal."""
        run, busy = self.run if self.plan is None else None, self.busy
        return run is not None and busy is not None and busy["run"] == run.id

    # --- what may happen, one method each

    def chosen(self, place: Place, recent: Iterable[dict[str, Any]]) -> State:
        """A chain was chosen: what was read stays, what was planned was for another chain."""
        return State(
            self.places,
            place,
            tuple(recent),
            report=self.report,
            sheets=self.sheets,
            pasted=self.pasted,
            match_titles=self.match_titles,
        )

    def elsewhere(self) -> State:
        """Another chain is to be chosen; what was read stays."""
        return replace(self, place=None, recent=(), trouble="")

    def read(self, report: cb.Report | None, sheets: Iterable[str]) -> State:
        """A workbook was read; or it was not, as several of its sheets could be meant."""
        fresh = State(self.places, self.place, self.recent, match_titles=self.match_titles)
        return replace(fresh, report=report, sheets=tuple(sheets))

    def planned(self, plan: cb.Plan) -> State:
        """A plan was made; rows that were left out of the last one are left out of this one."""
        rows = {d.row for d in plan.decisions if d.action in WRITES}
        state = replace(self, plan=plan, left_out=self.left_out & rows, work=None)
        return replace(state, shown="", find="", page=0)

    def back(self) -> State:
        """The plan is put away: what was read, or the run that was to be undone, is there still."""
        return replace(self, plan=None, left_out=frozenset(), shown="", find="", page=0)

    def ticked(self, rows: Iterable[int], *, send: bool) -> State:
        """Rows were taken into the plan, or left out of it."""
        out = self.left_out - set(rows) if send else self.left_out | set(rows)
        return replace(self, left_out=frozenset(out))

    def started(self) -> State:
        """A process was started for the plan, or to resume the run."""
        run = None if self.plan else self.run
        awaited = self.plan.id if self.plan else ""
        state = replace(self, sending=True, run=run, awaited=awaited, stopping=False, paused=False)
        return replace(state, seconds_left=None, phase=None, trouble="")

    def seen(
        self, run: cb.Run, seconds_left: float | None, phase: PhaseSeen | None = None
    ) -> State:
        """The run was looked at while its process is at it."""
        state = replace(self, plan=None, report=None, left_out=frozenset(), awaited="")
        state = replace(state, sheets=(), phase=phase)
        return replace(state, sending=True, run=run, seconds_left=seconds_left)

    def ended(self, run: cb.Run) -> State:
        """The process has ended: the run has come to its end, or was stopped before."""
        paused = self.paused and run.state == "stopped"
        state = replace(self.seen(run, None), sending=False, stopping=False, paused=paused)
        return replace(state, shown="", find="", page=0)

    def refused(self, trouble: str) -> State:
        """What was asked for was not done; a run that is under way goes on."""
        return replace(self, work=None, trouble=trouble)

    def not_begun(self, trouble: str) -> State:
        """The process that was started has ended without a run, or none can be found."""
        return replace(self.refused(trouble), sending=False, awaited="", phase=None)

"""What the page knows, and what follows from it: values only, no disk, no network, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.page.mending.meanings import is_unsure
from certbulk.page.steps import MAY, READ, Step
from certbulk.planning.plan import leaving_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.applying import Run
    from certbulk.applying.phases import PhaseSeen
    from certbulk.page.destinations import Destination
    from certbulk.page.looking.history import History
    from certbulk.page.looking.since import Since
    from certbulk.page.looking.to_approve import ToApprove
    from certbulk.page.mending.edits import Mend
    from certbulk.page.mending.meanings import Meanings
    from certbulk.page.mending.taken_titles import TitleChoice
    from certbulk.page.starting.form import Form
    from certbulk.planning import Plan
    from certbulk.planning.approval import Standing
    from certbulk.reading import Sheet
    from certbulk.validating import Report

__all__ = ["WRITES", "State", "Step", "Waiting", "Work", "may"]

WRITES = ("create", "update", "delete")
"""The actions for which something is sent."""


_ALL: dict[str, Any] = {
    **dict.fromkeys(("shown", "find", "field", "size", "sort"), ""),
    "page": 0,
}
"""A table that is narrowed to nothing."""


_OF_FILE = (
    *("report", "plain", "original", "encoding", "meanings", "confirmed", "recalled", "mended"),
    *("sheets", "pasted", "match_titles"),
)
"""What is known of a file, whatever the chain is."""


def may(event: str, state: State) -> bool:
    """Return whether an event makes sense now; a click on what has just gone does not."""
    return state.step in MAY.get(event, frozenset()) and (not state.work or event == "dismiss")


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


class Waiting(NamedTuple):
    """What a page was at that comes back, and waits until its chain can be chosen.

    Attributes:
        file: The file that a plan was prepared for; empty if a run was looked at.
        run: The run that was looked at, or was to be undone.
        remembered: What the browser is to remember meanwhile.
    """

    file: str
    run: str
    remembered: dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the page shows follows from these values.

    Attributes:
        destinations: What there is to choose from.
        destination: What was chosen.
        recent: The newest runs of the chosen chain, newest first.
        report: What was read, with what was mended since.
        plain: The sheet as it is read without a mapping of its columns.
        original: The report on what was read, before anything was mended.
        encoding: The encoding that was chosen for a text file; empty for none.
        zone: The time zone that was chosen for dates; empty for `own_zone`.
        own_zone: The time zone of dates as long as none is chosen.
        meanings: What was chosen for its columns; None for nothing.
        confirmed: Whether its columns were looked at, for this file or an earlier one.
        recalled: Whether that was an earlier one.
        mended: What was done to its cells, the last one last.
        titles: What was decided for rows whose title is live.
        at: The step that a person went to by its name; empty for the one that follows.
        sheets: The sheets of the workbook that there are to choose from.
        pasted: Whether it was read as rows for the browser extension.
        plan: What would be sent.
        plan_id: The id of the last plan that was made of this file; empty for none.
        approval: Whether another person has approved what would be sent; None if none is needed.
        asked: When an approval of just that was asked for; empty if it was not.
        match_titles: Whether rows without an id update the live type of the same title.
        left_out: The rows that a person took out of the plan.
        shown: The action, severity or status that a table is narrowed to; empty for all.
        find: The text that it is narrowed to.
        field: The column whose changes it is narrowed to; empty for all.
        size: The size of change that it is narrowed to; empty for all.
        sort: What it is sorted by, with a "-" before it for the other direction; empty for the
            order of the rows, with those that need a look first.
        page: Which of its pages is shown, from 0.
        sending: Whether a process carries it out: from its start until it has ended.
        run: The run that is looked at; None while its process has not begun it.
        awaited: The plan whose run has been started, and has not been seen yet; empty for none.
        phase: What the run is doing, as its process has written it down; None if nobody knows.
        stopping: Whether it has been asked to stop.
        paused: Whether it was stopped to go on soon.
        seconds_left: How long it will take still; None if nobody knows.
        work: What is being done just now; None for nothing.
        trouble: What went wrong last, in one line; empty for nothing.
        kept: The name under which what is prepared is found again; empty if nothing is.
        aside: What is shown in the place of the step, until a person leaves it: a form to set a
            chain up, the runs of the chain, what has changed since a run, or a plan to approve.
        renews: The profile whose tokens were not accepted just now; empty for none.
        waiting: What waits for its chain; None for nothing.
    """

    destinations: tuple[Destination, ...] = ()
    destination: Destination | None = None
    recent: tuple[dict[str, Any], ...] = ()
    report: Report | None = None
    plain: Sheet | None = None
    original: Report | None = None
    encoding: str = ""
    zone: str = ""
    own_zone: str = ""
    meanings: Meanings | None = None
    confirmed: bool = False
    recalled: bool = False
    mended: tuple[Mend, ...] = ()
    titles: tuple[TitleChoice, ...] = ()
    at: str = ""
    sheets: tuple[str, ...] = ()
    pasted: bool = False
    plan: Plan | None = None
    plan_id: str = ""
    approval: Standing | None = None
    asked: str = ""
    match_titles: bool = False
    left_out: frozenset[int] = frozenset()
    shown: str = ""
    find: str = ""
    field: str = ""
    size: str = ""
    sort: str = ""
    page: int = 0
    sending: bool = False
    run: Run | None = None
    awaited: str = ""
    phase: PhaseSeen | None = None
    stopping: bool = False
    paused: bool = False
    seconds_left: float | None = None
    work: Work | None = None
    trouble: str = ""
    kept: str = ""
    aside: Form | History | Since | ToApprove | None = None
    renews: str = ""
    waiting: Waiting | None = None

    @property
    def step(self) -> Step:
        """The step that the page shows."""
        if self.sending or self.paused:
            return Step.SENDING
        if self.plan:
            return Step.PLAN
        if self.run:
            return Step.RESULTS
        if self.destination is None:
            return Step.CHAIN
        return self._step_of_file

    @property
    def _step_of_file(self) -> Step:
        """The step for what was read: the one that a person went to, else the first that waits."""
        if self.report is None or not len(self.report) or self.looks_pasted:
            return Step.FILE
        if self.at:
            return Step(self.at)
        if self.unsure:
            return Step.COLUMNS
        return Step.MEND if self.report.errors or self.mended else Step.FILE

    @property
    def looks_pasted(self) -> bool:
        """Whether the rows seem to be those for the browser extension, and are not read so."""
        found = self.report.all_findings if self.report is not None else ()
        return any(finding.code == "pasted_rows" for finding in found)

    @property
    def unsure(self) -> bool:
        """Whether a person should say what the columns mean before anything else."""
        return self.report is not None and not self.confirmed and is_unsure(self.report)

    @property
    def can_mend(self) -> bool:
        """Whether there is something to mend, or was."""
        report = self.report
        return report is not None and bool(report.all_findings or self.mended or self.zone)

    @property
    def zones(self) -> list[str]:
        """The time zones that dates may be meant in: the one in use first, the chain's last."""
        report = self.report
        if report is None:
            return []
        return list(
            dict.fromkeys((str(report.time_zone), self.own_zone, *report.directory.time_zones))
        )

    @property
    def to_send(self) -> Plan:
        """The plan without the rows that were left out."""
        if self.plan is None:
            raise ValueError("there is no plan yet")
        return leaving_out(self.plan, self.left_out)

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
        return self.destination is not None and not self.sending

    @property
    def goes_on_elsewhere(self) -> bool:
        """Whether the run that is looked at was resumed from another window, or a terminal."""
        run, busy = self.run if self.plan is None else None, self.busy
        return run is not None and busy is not None and busy["run"] == run.id

    def can_go(self, step: Step) -> bool:
        """Whether a person can go to a step; nobody leaves a run that is under way."""
        now = self.step
        if now is Step.RESULTS:
            return step in (Step.CHAIN, Step.FILE)
        undoing = self.plan is not None and self.plan.undoes
        if step is now or undoing or now not in READ | {Step.PLAN}:
            return False
        if step is Step.CHAIN:
            return True
        if self.report is None:
            return False
        if step is Step.COLUMNS:
            return self.plain is not None and not self.pasted
        return step is Step.FILE or (step is Step.MEND and self.can_mend and not self.unsure)

    # --- what may happen, one method each

    def chosen(self, destination: Destination, recent: Iterable[dict[str, Any]]) -> State:
        """A chain was chosen: what was read stays, what was planned was for another chain."""
        kept = {name: getattr(self, name) for name in _OF_FILE}
        return replace(State(self.destinations, destination, tuple(recent)), **kept)

    def elsewhere(self) -> State:
        """Another chain is to be chosen; what was read stays."""
        return replace(self.back(), destination=None, recent=(), trouble="")

    def with_report(self, report: Report, mended: tuple[Mend, ...]) -> State:
        """Cells were mended, or that was undone: the person stays where they are."""
        return replace(self, report=report, mended=mended, at=self.at or str(Step.MEND))

    def read(self, report: Report | None, sheets: Iterable[str]) -> State:
        """A workbook was read; or it was not, as several of its sheets could be meant."""
        fresh = State(
            self.destinations, self.destination, self.recent, match_titles=self.match_titles
        )
        return replace(fresh, report=report, original=report, sheets=tuple(sheets))

    def planned(self, plan: Plan) -> State:
        """A plan was made; rows that were left out of the last one are left out of this one."""
        rows = {d.row for d in plan.decisions if d.action in WRITES}
        state = replace(self, plan=plan, left_out=self.left_out & rows, work=None, at="")
        return replace(state, **_ALL)

    def back(self) -> State:
        """The plan is put away: what was read, or the run that was to be undone, is there still."""
        return replace(self, plan=None, left_out=frozenset(), **_ALL)

    def gone_to(self, step: Step) -> State:
        """A person went back: what comes after is put away, and a run stays in the journal."""
        if not self.can_go(step):
            return self
        ended = self.step is Step.RESULTS
        state = State(self.destinations, self.destination, self.recent) if ended else self.back()
        return state.elsewhere() if step is Step.CHAIN else replace(state, at=str(step))

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

    def seen(self, run: Run, seconds_left: float | None, phase: PhaseSeen | None = None) -> State:
        """The run is shown while its process carries it out."""
        state = replace(self, plan=None, report=None, left_out=frozenset(), awaited="")
        state = replace(state, sheets=(), plain=None, original=None, mended=(), phase=phase)
        return replace(state, sending=True, run=run, seconds_left=seconds_left)

    def ended(self, run: Run) -> State:
        """The process has ended: the run has come to its end, or was stopped before."""
        paused = self.paused and run.state == "stopped"
        state = replace(self.seen(run, None), sending=False, stopping=False, paused=paused)
        return replace(state, **_ALL)

    def refused(self, trouble: str, renews: str = "") -> State:
        """What was asked for was not done; a run that is under way goes on."""
        return replace(self, work=None, trouble=trouble, renews=renews)

    def not_begun(self, trouble: str) -> State:
        """The process that was started has ended without a run, or none can be found."""
        return replace(self.refused(trouble), sending=False, awaited="", phase=None)

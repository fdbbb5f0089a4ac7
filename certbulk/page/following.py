"""Following a run that goes on in a process of its own: what the journal says of it, now."""

from __future__ import annotations

import time
from collections import deque
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.applying import attach
from certbulk.applying.history import recent_runs
from certbulk.applying.journal.writing import Journal
from certbulk.applying.phases import phase_of
from certbulk.page.process import not_sent
from certbulk.page.state import WRITES
from certbulk.settings import state_folder
from certbulk.shared.home import journal_home

if TYPE_CHECKING:
    from certbulk.applying import Run
    from certbulk.page.destinations import Destination
    from certbulk.page.process import Job
    from certbulk.page.state import State
    from certbulk.planning import Plan

__all__ = ["Following", "Remaining"]

_LOOKS_BACK = 30.0
"""Seconds of the past that count: the pace of now, not that of before a pause."""


class Following:
    """Follows one run.

    Args:
        destination: The chain that it sends to.
        plan: What it carries out.
        job: The process that was started for it; None for one that somebody else started.
    """

    def __init__(self, destination: Destination, plan: Plan, job: Job | None = None) -> None:
        self._destination = destination
        self._job = job
        self._remaining = Remaining(plan.seconds / max(1, plan.writes))

    def look(self, state: State) -> State:
        """Return what follows from how the run stands now: it goes on if `sending` is true.

        Raises:
            CertbulkError: The journal cannot be read.
        """
        job = self._job
        # Asked before the journal is read: a process that had ended by then has written it all.
        ended = job is None or job.ended
        number = state.run.id if state.run else self._number()
        if number is None:
            if not ended:
                return state
            return state.not_begun(not_sent(job.trouble if job else ""))
        run = attach(number)
        if run.state == "running" if job is None else not ended:
            folder, destination = state_folder(), self._destination
            phase = phase_of(folder, destination.service, destination.chain_id, number)
            with closing(Journal(journal_home())) as journal:
                # What it was asked before it went on is over.
                stopping = run.state == "running" and journal.asked_to_stop(number)
            seen = state.seen(run, self._seconds_left(run), phase)
            return replace(seen, stopping=state.stopping or stopping)
        return replace(state.ended(run), trouble=job.trouble if job else "")

    def _number(self) -> str | None:
        """Return the number of the run that the process has begun for its plan, if it has."""
        recent = recent_runs(self._destination.service, self._destination.chain_id)
        plan_id = self._job.plan_id if self._job else ""
        return next((run["run"] for run in recent if run["plan_id"] == plan_id), None)

    def _seconds_left(self, run: Run) -> float:
        writes = {d.row for d in run.plan.decisions if d.action in WRITES}
        left = sum(o.row in writes and o.status in ("not_sent", "unknown") for o in run.outcomes)
        return self._remaining.after(time.monotonic(), len(writes) - left, left)


class Remaining:
    """Tells how many seconds are left, from how many rows were done when.

    Args:
        per_row: Seconds that a row takes by the plan, until there is something to go by.
    """

    def __init__(self, per_row: float) -> None:
        self._per_row = per_row
        self._past: deque[tuple[float, int]] = deque()

    def after(self, at: float, done: int, left: int) -> float:
        """Return the seconds that `left` rows will take, with `done` of them done at `at`."""
        self._past.append((at, done))
        while at - self._past[0][0] > _LOOKS_BACK:
            self._past.popleft()
        began, before = self._past[0]
        seen = (at - began) / (done - before) if done > before else self._per_row
        return left * max(seen, self._per_row)

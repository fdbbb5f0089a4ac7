"""What the verbs of a fleet have in common: plans are found or made, and workers do things."""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.applying.history import stop
from certbulk.applying.journal.by_plan import JournalByPlan
from certbulk.applying.journal.writing import Journal as Writing
from certbulk.errors import CertbulkError, PlanError, SettingsError
from certbulk.fleets.course import Course, Interrupt
from certbulk.fleets.engines import engine_for
from certbulk.fleets.fleet_view import FleetView
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.jobs_table import key_of
from certbulk.fleets.kept import keep, told
from certbulk.fleets.live import LiveDisplay
from certbulk.fleets.outages import Outages
from certbulk.fleets.standing import Standing
from certbulk.fleets.worker import failed, in_words
from certbulk.reading import read
from certbulk.shared.home import Journal, StateDir, journal_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from certbulk.fleets.engines import Engine, Work
    from certbulk.reading import Sheet

__all__ = ["FleetWork"]


class FleetWork(FleetView):
    """The working half of `Fleet`."""

    def __init__(
        self,
        jobs: Sequence[Job],
        workers: int | str | None = None,
        *,
        state_dir: StateDir = None,
        progress: bool = True,
    ) -> None:
        self.workers = workers
        self._home = journal_home(state_dir)
        folder = None if isinstance(state_dir, Journal | None) else str(Path(state_dir).absolute())
        self.jobs = tuple(replace(job, state_dir=folder) for job in jobs)
        self._state_dir = state_dir
        self._progress = progress
        self._at_work: Engine | None = None
        self._standing = [Standing(job) for job in self.jobs]
        self._outages = Outages()
        self._sheets: dict[tuple[Any, ...], Sheet | CertbulkError] = {}

    def _for(self, action: str) -> list[Standing]:
        """Return the jobs that an action is for; the others say nothing."""
        chosen = [one for one in self._standing if action in (one.job.actions or (action,))]
        if not chosen:
            raise SettingsError(f"No line of the table of jobs is for {action}: see column action.")
        self._outages = Outages()
        for one in self._standing:
            one.planned = one.run = one.result = None
            one.unapproved = ""
        return chosen

    def _take_up(self, chosen: Sequence[Standing]) -> None:
        """Find the plans that are kept for jobs, and how far they have been carried out."""
        for one in chosen:
            one.key = key_of(one.job, _sha256(one.job.file)) if one.job.file else ""
        kept = told(self._home, [one.key for one in chosen if one.key])
        for one in chosen:
            if known := kept.get(one.key):
                one.has_plan(*known)
        self._ask_for_approvals(chosen)
        self._look(chosen)

    def _ask_for_approvals(self, chosen: Sequence[Standing]) -> None:
        """Leave out the plans that another person must approve and has not, by now."""
        needy = [one for one in chosen if one.needs_approval]
        if not needy:
            return
        with closing(Writing(self._home)) as journal:
            for one in needy:
                try:
                    journal.require_approval(*one.needs_approval)
                except (PlanError, SettingsError) as error:
                    one.unapproved = in_words(error)

    def _look(self, standing: Sequence[Standing]) -> None:
        plans = [one.job.plan_id for one in standing if one.job.plan_id]
        if plans:
            with closing(JournalByPlan(self._home)) as journal:
                found = journal.of_plans(plans)
            for one in standing:
                one.run = found.get(one.job.plan_id)

    def _make_plans(self, chosen: Sequence[Standing]) -> None:
        from certbulk.fleets.survey import make_plan  # noqa: PLC0415 (as with the others)

        by_line = {one.job.line: one for one in chosen}

        def made(job: Job, result: JobResult) -> None:
            one = by_line[job.line]
            if result.state == "not_started":
                one.result = result  # a plan that was made before stays
                return
            one.has_plan(*keep(self._home, one.key, result, instead_of=job.plan_id))
            one.run, one.unapproved = None, ""
            self._ask_for_approvals([one])

        self._carry_out(make_plan, self._read(chosen), made)

    def _read(self, standing: Sequence[Standing]) -> list[Job]:
        """Return the jobs with their sheets; a file of several jobs is read once."""
        jobs = []
        for one in standing:
            job, names = one.job, ("sheet", "encoding")
            how = {name: job.options[name] for name in names if name in job.options}
            which = (job.file, *how.items())
            if not job.file:
                found: Sheet | CertbulkError = SettingsError(
                    "The line names no file. Write one, or give a file for all lines."
                )
            elif which not in self._sheets:
                try:
                    found = read(job.file, **how, progress=False)
                except CertbulkError as error:
                    found = error
                self._sheets[which] = found
            else:
                found = self._sheets[which]
            if isinstance(found, CertbulkError):
                one.planned = None
                one.result = failed(job, found)
            else:
                jobs.append(replace(job, sheet=found))
        return jobs

    def _carry_out(
        self, work: Work, jobs: Sequence[Job], ended: Callable[[Job, JobResult], None]
    ) -> None:
        """Let the workers do something for jobs, and show how far they are."""
        if not jobs:
            return
        by_line = {one.job.line: one for one in self._standing}

        def look(going: Sequence[Job]) -> None:
            several = [by_line[job.line] for job in going]
            for one in several:
                one.result = JobResult(one.job.chain, "running", rows=one.rows)
            self._look(several)
            display.update()

        def goes_on(job: Job) -> bool:
            one = by_line[job.line]
            self._look([one])
            display.update()
            return one.run is not None and one.run.state == "running"

        def end(job: Job, result: JobResult) -> None:
            one = by_line[job.line]
            one.result = None
            ended(job, result)
            self._look([one])
            display.update()

        with (
            Interrupt() as interrupt,
            LiveDisplay(self, shown=self._progress) as display,
            self._engine() as engine,
        ):
            stop = self._ask_to_stop
            struck = (lambda: interrupt.struck, stop)
            Course(engine, work, *struck, look, goes_on, self._outages).run(jobs, end)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        """Give the engine: that of the call around this one, or a new one."""
        if self._at_work is not None:
            yield self._at_work
            return
        with engine_for(self.workers, self.jobs[0].state_dir) as engine:
            self._at_work = engine
            try:
                yield engine
            finally:
                self._at_work = None

    def _ask_to_stop(self, jobs: Sequence[Job]) -> None:
        """Let the runs of jobs end at their next row, but not those of somebody else."""
        engine = self._at_work
        if engine is None:
            return
        with closing(JournalByPlan(self._home)) as journal:
            found = journal.of_plans([job.plan_id for job in jobs if job.plan_id])
        for job in jobs:
            run = found.get(job.plan_id)
            if run and run.state == "running" and run.who == engine.process_of(job):
                stop(run.run, self._state_dir)

    def _note(self, job: Job, result: JobResult) -> None:
        next(one for one in self._standing if one.job.line == job.line).result = result


def _sha256(file: str) -> str:
    """Return the hash of a file; empty if it cannot be read, which reading it will report."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""

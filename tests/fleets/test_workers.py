"""Fleets on real workers of Dask: processes on this machine, with either kind of journal."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from dask import config

import certbulk as cb
from certbulk.applying.journal.by_plan import JournalByPlan
from certbulk.fleets import dask_engine, engines, fleet_work
from certbulk.fleets.course import Course
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.worker import this_process
from certbulk.shared.home import journal_home
from tests.fleets.conftest import CHAINS, live_titles, sheet_in

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own

TITLES = [f"New {number}" for number in range(40)]


def fleet_of(file: Path, workers: int | str) -> cb.Fleet:
    lines = [{"chain": chain, "options": "settle_pause=0"} for chain in CHAINS]
    return cb.fleet(lines, workers, file=file, progress=False)


def none_lost_none_doubled(sandbox: cb.Sandbox) -> None:
    """Check that each chain has each title once."""
    for chain in CHAINS:
        found = [title for title in live_titles(sandbox, chain) if title in TITLES]
        assert sorted(found) == sorted(TITLES), chain


def test_three_workers_share_the_journal_of_this_machine(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of the journal, its locks and its pace are enough for one machine."""
    monkeypatch.setenv("CERTBULK_PER_SECOND", "20")
    fleet = fleet_of(sheet_in(tmp_path, *TITLES[:10]), 3).apply()
    assert fleet.ok, fleet.frame["reason"].to_list()
    assert {one and one.state for one in fleet.results} == {"finished"}
    times = sorted(seen.at for seen in sandbox.requests)
    assert len(times) / (times[-1] - times[0]) < 22
    assert len(set(fleet.frame["worker"])) > 1


def test_a_killed_worker_loses_and_doubles_nothing(
    sandbox: cb.Sandbox, tmp_path: Path, shared_journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job goes to another, which waits for the chain and resumes the run."""
    assert shared_journal
    monkeypatch.setenv("CERTBULK_PER_SECOND", "15")
    killed: list[int] = []

    class Struck(Course):
        def run(self, jobs: Sequence[Job], ended: Callable[[Job, JobResult], None]) -> None:
            look = self.look

            def strike_and_look(going: Sequence[Job]) -> None:
                strike(going)
                look(going)

            self.look = strike_and_look
            super().run(jobs, ended)

    def strike(going: Sequence[Job]) -> None:
        with closing(JournalByPlan(journal_home())) as journal:
            begun = journal.of_plans([job.plan_id for job in going if job.plan_id]).values()
            numbers = {run.run for run in begun if run.counts}
            workers = [head["worker"] for head in journal.heads() if head["run"] in numbers]
        if workers and len(killed) < 2:
            killed.append(int(workers[0].removeprefix("process ")))
            with suppress(ProcessLookupError):  # a resumed run keeps the name of its first worker
                os.kill(killed[-1], signal.SIGKILL)

    monkeypatch.setattr(fleet_work, "Course", Struck)
    fleet = fleet_of(sheet_in(tmp_path, *TITLES), 2).apply()
    assert killed
    assert fleet.ok, fleet.frame.T.to_string()
    none_lost_none_doubled(sandbox)


def die(job: Job) -> JobResult:
    """End the worker, as if the system had killed it."""
    del job
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_once(job: Job) -> JobResult:
    """End the first worker, and do the job in the next one."""
    seen = Path(job.file)
    if not seen.exists():
        seen.touch()
        die(job)
    return JobResult(job.chain, "finished", ok=True)


def wait_for(job: Job) -> JobResult:
    """Tell of the process, and go on until a file is there."""
    Path(job.file).with_suffix(".process").write_text(this_process())
    while not Path(job.file).exists():
        threading.Event().wait(0.02)
    return JobResult(job.chain, "finished", ok=True)


def test_the_process_that_carries_out_a_job(tmp_path: Path) -> None:
    """It is known while it does, and not of a job that the same worker has yet to begin."""
    files = [str(tmp_path / name) for name in ("first", "second")]
    first, second = (Job(1, file=file, plan_id=file) for file in files)
    with engines.engine_for(1, str(tmp_path / "state")) as engine:
        going = [engine.hand_out(wait_for, job) for job in (first, second)]
        told = tmp_path / "first.process"
        while not (told.exists() and told.read_text()):
            threading.Event().wait(0.02)
        assert engine.process_of(first) == told.read_text()
        assert engine.process_of(second) == engine.process_of(Job(1, plan_id="another")) == ""
        for file in files:
            Path(file).touch()
        assert [one.result().state for one in going] == ["finished"] * 2


def test_a_worker_that_hangs_holds_up_no_other_fleet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fleet begins without it; only if none answers, it does not."""
    monkeypatch.setattr(dask_engine, "_SECONDS_TO_ANSWER", 3)
    with dask_engine.Dask(2, str(tmp_path / "state")) as engine:
        pids = list(engine._client.run(os.getpid).values())  # noqa: SLF001
        try:
            os.kill(pids[0], signal.SIGSTOP)
            engine._check_workers()  # noqa: SLF001
            assert "1 worker does not answer" in caplog.text
            os.kill(pids[1], signal.SIGSTOP)
            with pytest.raises(cb.SettingsError, match="None of the workers answers"):
                engine._check_workers()  # noqa: SLF001
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def elsewhere_after_a_death(job: Job) -> JobResult:
    """End the first worker, say in the next one that somebody else has it, then do the job."""
    seen = Path(job.file)
    before = len(seen.read_text()) if seen.exists() else 0
    seen.write_text("x" * (before + 1))
    if not before:
        die(job)
    state = "running" if before == 1 else "finished"
    return JobResult(job.chain, state, ok=before > 1)


def test_a_job_that_is_handed_out_again_is_carried_out_again(tmp_path: Path) -> None:
    """Its last result is not taken for the new one, although something may still refer to it."""
    pytest.importorskip("distributed")  # before its settings are changed
    ended: list[JobResult] = []
    until = time.monotonic() + 30
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        engines.engine_for(1, str(tmp_path / "state")) as engine,
    ):
        job = Job(1, file=str(tmp_path / "seen"), plan_id="a")
        course = Course(engine, elsewhere_after_a_death, lambda: time.monotonic() > until)
        course.run([job], lambda _, result: ended.append(result))
    assert [one.state for one in ended] == ["finished"]


@pytest.mark.parametrize(
    ("work", "state", "says"), [(die_once, "finished", ""), (die, "failed", "2 workers ended")]
)
def test_a_job_whose_workers_die(
    work: Callable[[Job], JobResult],
    state: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Dask gives it up; the fleet hands it out again, and fails it if that happens too often."""
    pytest.importorskip("distributed")  # before its settings are changed
    monkeypatch.setattr(dask_engine, "_MOST_TRIES", 2)
    ended: list[JobResult] = []
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        engines.engine_for(1, str(tmp_path / "state")) as engine,
    ):
        job = Job(1, file=str(tmp_path / "seen"), plan_id="a")
        Course(engine, work, lambda: False).run([job], lambda _, result: ended.append(result))
    assert [one.state for one in ended] == [state]
    assert says in ended[0].reason

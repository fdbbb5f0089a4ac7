"""Fleets in this process: plans, what is left out, runs, going on, and results."""

import pickle
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import certbulk as cb
from certbulk.api.pacing import backoff
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.writing import Journal, RunRecord
from certbulk.fleets import fleet_work, survey, worker
from certbulk.fleets.course import Course
from certbulk.fleets.engines import Here
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.kept import keep
from certbulk.fleets.notify import DriftStates
from certbulk.fleets.standing import lanes_alike
from certbulk.fleets.worker import carry_out
from certbulk.planning.saving.document import document_of
from certbulk.sandbox import Faults
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN
from certbulk.shared.home import journal_home
from tests.conftest import UNLIMITED
from tests.fleets.conftest import CHAINS, live_titles, sheet_in


def jobs(*files: Path) -> list[dict[str, object]]:
    """Return a line for each of the chains."""
    return [{"chain": chain, "file": str(file)} for chain, file in zip(CHAINS, files, strict=False)]


def fleet_of(*files: Path) -> cb.Fleet:
    return cb.fleet(jobs(*files), progress=False)


def test_a_campaign_across_chains(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """One sheet with names is sent to each chain, in which they have other ids."""
    lines = [{"chain": chain} for chain in CHAINS]
    file = sheet_in(tmp_path, "A", "B", salon_ids="Harbour & Pine Baixa")
    fleet = cb.fleet(lines, file=file, progress=False).apply()
    assert fleet.ok, fleet.frame["reason"].to_list()
    assert fleet.frame[["state", "done", "left"]].values.tolist() == [["finished", 2, 0]] * 3
    made = [one for chain in CHAINS for one in sandbox.types(chain) if one["title"] == "A"]
    assert [one["company_group_id"] for one in made] == list(CHAINS)
    assert len({tuple(one["salon_ids"]) for one in made}) == 3


def test_no_fleet_gets_round_an_approval(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain whose policy wants another person's word is left out, and the reason says so."""
    settings = tmp_path / "settings"
    settings.mkdir()
    settings.joinpath("policy.toml").write_text('approval = "all"\n')
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(settings))
    fleet = fleet_of(sheet_in(tmp_path, "A")).apply()
    assert fleet.counts == {"left_out": 1}
    assert "The approval of another person" in fleet.frame["reason"].iloc[0]
    assert fleet.unapproved == ()  # nobody can, in a journal that is not shared
    assert "A" not in live_titles(sandbox, CHAINS[0])


def test_a_plan_that_needs_a_person_is_left_out(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """The others are sent, and the workbook lists what a chain does not have."""
    good = sheet_in(tmp_path, "A")
    bad = sheet_in(tmp_path, "A", "B", name="bad.csv", salon_ids="Nowhere")
    jump = tmp_path / "jump.csv"
    jump.write_text("id,balance\n2288901,5000\n")
    fleet = fleet_of(good, bad, jump).apply()
    assert fleet.counts == {"left_out": 2, "finished": 1}
    assert not fleet.ok
    reasons = fleet.frame["reason"].to_list()
    assert reasons[1] == "2 rows are invalid (unknown_location)."
    assert "1 price changes by more than 50%." in str(reasons[2]) or "not_found" in str(reasons[2])
    assert live_titles(sandbox, CHAINS[1]).count("A") == 0
    book = openpyxl.load_workbook(fleet.to_excel("fleet.xlsx"))
    assert book.sheetnames[:2] == ["chains", "not_found"]
    assert [row[0] for row in book["not_found"].iter_rows(min_row=2, values_only=True)] == [
        CHAINS[1]
    ] * 2
    assert book["created"].max_row == 2


def test_what_has_ended_is_not_done_again(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same line again asks the service nothing, and hands nothing to a worker."""
    files = [sheet_in(tmp_path, f"A{n}", name=f"{n}.csv") for n in range(3)]
    runs = fleet_of(*files).apply().frame["run"].to_list()
    sandbox.clear_requests()
    monkeypatch.setattr(Here, "hand_out", lambda *_: pytest.fail("a worker was asked"))
    again = fleet_of(*files).apply()
    assert again.frame["run"].to_list() == runs
    assert again.ok
    assert not sandbox.requests
    assert fleet_of(*files).look().frame["run"].to_list() == runs


def test_another_service_is_other_work(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was carried out on one service is not taken for done on another."""
    file = sheet_in(tmp_path, "A")
    assert fleet_of(file).apply().ok
    with cb.Sandbox(chains=3, limits=UNLIMITED) as other:
        monkeypatch.setenv("CERTBULK_BASE_URL", other.base_url)
        assert other.base_url != sandbox.url
        assert fleet_of(file).apply().ok
        assert [one["title"] for one in other.list()].count("A") == 1


def test_two_people_find_the_same_plan(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is second takes the plan of the first, also if both were making one."""
    mine, theirs = (fleet_of(sheet_in(tmp_path, "A", "B")) for _ in range(2))

    def too_late(*args: Any, **how: Any) -> Any:
        monkeypatch.setattr(fleet_work, "keep", keep)
        theirs.apply()
        return keep(*args, **how)

    monkeypatch.setattr(fleet_work, "keep", too_late)
    mine.apply()
    assert mine.ok
    assert mine.frame["run"].to_list() == theirs.frame["run"].to_list()
    assert live_titles(sandbox, CHAINS[0]).count("A") == 1


def test_nobody_waits_in_a_worker_for_somebody_else() -> None:
    """A job that somebody else carries out is taken up when that has ended, unless stopped."""
    asked: list[int] = []
    ended: list[tuple[int, str]] = []
    struck = [False]

    def work(job: Job) -> JobResult:
        asked.append(job.chain)
        first = job.chain == 1 and asked.count(1) == 1
        return JobResult(job.chain, "running" if first or job.chain == 3 else "finished")

    def goes_on(job: Job) -> bool:
        struck[0] = asked.count(1) > 1
        return job.chain == 3

    with Here() as engine:
        course = Course(
            engine,
            work,
            lambda: struck[0],
            goes_on=goes_on,
            pause=lambda _: None,
            now=count().__next__,
        )
        jobs = [Job(1), Job(2), Job(3)]
        course.run(jobs, lambda job, result: ended.append((job.chain, result.state)))
    assert sorted(ended) == [(1, "finished"), (2, "finished"), (3, "running")]
    assert asked.count(1) == 2


def test_what_has_begun_is_resumed(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """A run that stopped goes on under its number, and a new plan does not replace its plan."""
    file = sheet_in(tmp_path, "A", "B", "C")
    line = [{"chain": CHAINS[0], "file": str(file), "options": "batch_size=1; canary=0"}]
    sandbox.faults = Faults(html_forbidden=1.0, methods=("POST",))
    first = cb.fleet(line, progress=False).apply()
    run = first.frame["run"].iloc[0]
    assert run
    assert not first.ok
    sandbox.faults = Faults()
    fleet = cb.fleet(line, progress=False).plan()
    assert fleet.frame["run"].iloc[0] == run
    fleet.apply()
    assert fleet.frame["run"].iloc[0] == run
    titles = live_titles(sandbox, CHAINS[0])
    assert (titles.count("B"), titles.count("C")) == (1, 1)


@pytest.mark.usefixtures("sandbox")
def test_missing_tokens_fail_one_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names what is missing, and nothing else of the fleet stops."""
    monkeypatch.delenv("CERTBULK_USER_TOKEN")
    fleet = fleet_of(*[sheet_in(tmp_path, "A")] * 2).apply()
    assert fleet.counts == {"failed": 2}
    assert "CERTBULK_USER_TOKEN is not set" in str(fleet.frame["reason"].iloc[1])


@pytest.mark.usefixtures("sandbox")
def test_no_token_goes_through_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what is handed to workers has one, nor what comes back, nor what is kept."""
    handed: list[bytes] = []
    fleet = fleet_of(*[sheet_in(tmp_path, "A")] * 3)
    monkeypatch.setattr(fleet_work, "engine_for", lambda *_: Recorded(handed))
    fleet.apply().drift().export(tmp_path / "out")
    kept = [path.read_bytes() for path in (tmp_path / "state").glob("journal.sqlite*")]
    assert len(handed) == 2 * 4 * 3
    assert kept
    for secret in (PARTNER_TOKEN, USER_TOKEN):
        assert not any(secret.encode() in one for one in [*handed, *kept])


class Recorded(Here):
    """The engine of this process, which notes what goes through it."""

    def __init__(self, handed: list[bytes]) -> None:
        self.handed = handed

    def hand_out(self, work, job):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        """Begin a job, as it is after its way to a worker."""
        self.handed.append(pickle.dumps((work, job)))
        future = super().hand_out(*pickle.loads(self.handed[-1]))  # noqa: S301 (our own)
        self.handed.append(pickle.dumps(future.result()))
        return future


def test_a_job_may_be_run_twice(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """The second time, the result is that of the first, and nothing is sent."""
    client = sandbox.client(per_second=1000.0, per_minute=60_000)
    plan = cb.plan(cb.read(sheet_in(tmp_path, "A")), client)
    job = Job(CHAINS[0], plan=document_of(plan), plan_id=plan.id)
    first = carry_out(job)
    assert (first.state, first.ok, dict(first.counts)) == ("finished", True, {"created": 1})
    sandbox.clear_requests()
    assert carry_out(job) == first
    assert not sandbox.requests


@contextmanager
def held_chain(plan: cb.Plan) -> Iterator[str]:
    """Let a run of somebody else hold the chain of a plan, and be what carries the plan out."""
    run = "20270131-101500-a1b2c3"
    record = RunRecord(
        *(run, "", None, "running", "", "", "", plan.base_url, plan.chain_id, {}),
        document_of(plan),
    )
    claim = Claim(plan.base_url, plan.chain_id, run, "")
    with closing(Journal(journal_home())) as journal, journal.one_run(claim):
        journal.begin(record)
        yield run


@pytest.mark.parametrize("looked_before_it_began", [True, False])
def test_no_worker_waits_for_somebody_else(
    sandbox: cb.Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    looked_before_it_began: bool,
) -> None:
    """A worker comes back at once, also if both looked before either of them had begun."""
    client = sandbox.client(per_second=1000.0, per_minute=60_000)
    plan = cb.plan(cb.read(sheet_in(tmp_path, "A")), client)
    if looked_before_it_began:
        monkeypatch.setattr(worker, "_seen", lambda *_: None)
    with held_chain(plan):
        result = worker.carry_out(Job(CHAINS[0], plan=document_of(plan), plan_id=plan.id))
    assert result.state == "running"
    assert "is sending" in result.reason


def test_a_stop_is_for_what_this_fleet_carries_out(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C does not stop the run of somebody else who has begun the same plan."""
    client = sandbox.client(per_second=1000.0, per_minute=60_000)
    plan = cb.plan(cb.read(sheet_in(tmp_path, "A")), client)
    fleet, job = fleet_of(tmp_path / "campaign.csv"), Job(CHAINS[0], plan_id=plan.id)
    asked = []
    with held_chain(plan) as run, fleet._engine(), closing(Journal(journal_home())) as journal:  # noqa: SLF001
        for process in ("bob@desk process 1", worker.this_process()):
            monkeypatch.setattr(Here, "process_of", lambda *_, one=process: one)
            fleet._ask_to_stop([job])  # noqa: SLF001
            asked.append(journal.asked_to_stop(run))
    assert asked == [False, True]


def test_drift_and_export(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """Each chain is compared with its file, or with its newest run, and written to a file."""
    export = fleet_of(*[tmp_path / "no"] * 3).export(tmp_path / "out")
    files = [tmp_path / "out" / f"{chain}.xlsx" for chain in CHAINS]
    assert [one and one.state for one in export.results] == ["exported"] * 3
    sandbox.remove(sandbox.types(CHAINS[1])[0]["id"])
    fleet = fleet_of(*files).drift()
    assert fleet.frame["state"].to_list() == ["same", "drifted", "same"]
    without = cb.fleet([{"chain": CHAINS[0]}], progress=False).drift()
    assert "has no run to compare with" in str(without.frame["reason"].iloc[0])
    book = openpyxl.load_workbook(files[0])
    book.worksheets[0].append([None, None, "A title without anything else"])
    book.save(bad := tmp_path / "bad.xlsx")
    (line,) = cb.fleet([{"chain": CHAINS[0], "file": str(bad)}], progress=False).drift().lines()
    assert str(line["reason"]) == "bad.xlsx: 1 row could not be compared."
    with pytest.raises(cb.OutputError):
        fleet.export(tmp_path / "out")


def test_a_file_that_is_missing_at_night(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """Its chain has failed, whatever the others are: the fleet is not well, and a message says so.

    Each verb says so alike.
    """
    assert sandbox.url
    fleet_of(tmp_path / "no").export(tmp_path)
    files = (tmp_path / f"{CHAINS[0]}.xlsx", tmp_path / "gone.csv")
    for verb, good in (("drift", "same"), ("plan", "unchanged"), ("apply", "unchanged")):
        fleet = getattr(fleet_of(*files), verb)()
        assert fleet.frame["state"].to_list() == [good, "failed"]
        assert not fleet.ok
        assert "There is no file" in fleet.frame["reason"].iloc[1]
    changes = DriftStates(tmp_path).changes(fleet_of(*files).drift()._standing)  # noqa: SLF001
    assert [(one["chain"], one["state"]) for one in changes] == [(CHAINS[1], "failed")]


def test_a_stop_lets_nothing_more_begin() -> None:
    """Jobs that wait are stopped, and the one that is carried out ends."""
    struck, ended = [False], []

    def work(job: Job) -> JobResult:
        struck[0] = True
        return JobResult(job.chain, "finished")

    with Here() as engine:
        course = Course(engine, work, lambda: struck[0], pause=lambda _: None)
        course.run([Job(1), Job(2), Job(3)], lambda _, result: ended.append(result.state))
    assert sorted(ended) == ["finished", "stopped", "stopped"]


def test_lanes_that_seem_to_be_one() -> None:
    """Several lanes with answers of 429 are named; one lane is not."""
    east, west = (
        JobResult(1, "finished", lane="east", limited=2),
        JobResult(2, "finished", lane="west"),
    )
    assert lanes_alike([east, west]) == ()
    (says,) = lanes_alike([east, JobResult(2, "finished", lane="west", limited=1)])
    assert says.startswith("The lanes east, west all got answers with 429")


def test_answers_of_429_before_a_run_begins_count(
    sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lanes may meet the limit while they plan or compare, which sends nothing."""
    monkeypatch.setattr(backoff, "PAUSES", (0.0,) * 3)
    fleet = fleet_of(*[sheet_in(tmp_path, "A")] * 2)
    for verb, column in ((fleet.plan, "planned"), (fleet.drift, "result")):
        sandbox.faults = Faults(script=("rate_limited",), methods=("GET",))
        verb()
        assert fleet.frame["limited"].to_list() == [1, 0]
        for one, lane in zip(fleet._standing, ("east", "west"), strict=True):  # noqa: SLF001
            setattr(one, column, replace(getattr(one, column), lane=lane, limited=1))
        assert "east, west all got answers with 429" in fleet.remarks[0]


@pytest.mark.parametrize(
    ("workers", "says"),
    [(0, "at least 1"), ("10.0.0.5", "such as tcp://"), (1.5, "not a float"), (True, "at least 1")],
)
def test_impossible_workers(workers: object, says: str) -> None:
    """The message says what is possible."""
    with pytest.raises(cb.SettingsError, match=says):
        cb.fleet([{"chain": 1}], workers)  # type: ignore[arg-type]


def test_the_worker_functions_can_be_imported() -> None:
    """An engine pickles them by name."""
    for work in (carry_out, survey.make_plan, survey.check_drift, survey.make_export):
        assert pickle.loads(pickle.dumps(work)) is work  # noqa: S301 (our own)

"""A service that cannot be reached: a fleet does not try chain after chain for hours."""

from collections import Counter
from itertools import count
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.api import decision
from certbulk.errors import AccessError, CertbulkError, PlanError, UnavailableError
from certbulk.fleets import dask_engine
from certbulk.fleets.course import Course
from certbulk.fleets.engines import Here
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.notify import DriftStates
from certbulk.fleets.outages import MOST_UNREACHED
from certbulk.fleets.worker import failed
from certbulk.sandbox import Faults
from tests.fleets.conftest import CHAINS, live_titles, sheet_in

TRIED = {"failed": MOST_UNREACHED, "not_started": 5}

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own


def result_of(kind: str, job: Job) -> JobResult:
    """Return how a job ends: it could not reach its service, was refused, or has no tokens."""
    errors: dict[str, CertbulkError] = {
        "out": UnavailableError("No route.", code="unreachable", attempts=6),
        "busy": UnavailableError("Too many.", code="rate_limited", status=429, attempts=6),
        "down": UnavailableError("It failed.", code="server_error", status=503, attempts=6),
        "untrusted": UnavailableError("Whose?", code="unreachable", attempts=1, stops=True),
        "refused": AccessError("No.", code="forbidden", status=403, attempts=1, stops=True),
        "own": PlanError("Errors in its file."),
    }
    if kind in errors:
        return failed(job, errors[kind])
    return JobResult(job.chain, "planned", reached=True)


def ended(kinds: list[str], *, services: int = 1) -> list[str]:
    """Return the states in which jobs end that go in this way, one after the other."""
    jobs = [Job(n, service=f"https://{n % services}.example") for n in range(len(kinds))]
    found: list[tuple[int, str]] = []
    with Here() as engine:
        course = Course(engine, lambda job: result_of(kinds[job.chain], job), lambda: False)
        course.pause = lambda _: None
        course.now = count().__next__
        course.run(jobs, lambda job, result: found.append((job.chain, result.state)))
    assert [chain for chain, _ in found] == list(range(len(kinds)))
    return [state for _, state in found]


@pytest.mark.parametrize("kind", ["out", "down"])
def test_the_rest_is_not_tried(kind: str) -> None:
    """After ten in a row that could not reach the service, whether it is down or out of reach."""
    states = ended([kind] * 30)
    assert Counter(states) == {"failed": MOST_UNREACHED, "not_started": 20}


@pytest.mark.parametrize("kind", ["own", "busy", "untrusted", "refused", "well"])
def test_what_does_not_count(kind: str) -> None:
    """Chains that fail by themselves, or that the service answers."""
    assert "not_started" not in ended([kind] * 30)


@pytest.mark.parametrize(("between", "tried"), [("well", 12), ("busy", 12), ("own", 11)])
def test_what_ends_the_series(between: str, tried: int) -> None:
    """An answer does; a chain that did not ask the service says nothing about it."""
    states = ended([*["out"] * 9, between, *["out"] * 2, "well"])
    assert states.count("not_started") == 13 - tried - (between != "own")


def test_another_service_goes_on() -> None:
    """Each service has its own series."""
    states = ended(["out" if n % 2 else "well" for n in range(40)], services=2)
    assert Counter(states) == {"planned": 20, "failed": 10, "not_started": 10}


def out(job: Job) -> JobResult:
    """Return the result of a chain that could not reach its service."""
    return result_of("out", job)


def test_workers_are_handed_nothing_more(tmp_path: Path) -> None:
    """Also if several chains are tried at once."""
    found: list[str] = []
    jobs = [Job(n, plan_id=str(n)) for n in range(40)]
    with dask_engine.Dask(2, str(tmp_path)) as engine:
        course = Course(engine, out, lambda: False)
        course.run(jobs, lambda _, result: found.append(result.state))
    tried = found.count("failed")
    assert MOST_UNREACHED <= tried < MOST_UNREACHED + 2
    assert found.count("not_started") == 40 - tried


@pytest.fixture
def fleet(sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cb.Fleet:
    """A fleet of fifteen lines, whose plans are made; requests are retried at once."""
    monkeypatch.setattr(decision, "_FIRST_PAUSE", 0.0)
    files = [sheet_in(tmp_path, f"New {n}", name=f"{n}.csv") for n in range(5)]
    lines = [
        {"chain": chain, "file": str(file), "options": "settle_pause=0"}
        for file in files
        for chain in CHAINS
    ]
    made = cb.fleet(lines, progress=False).plan()
    assert made.counts == {"planned": 15}
    sandbox.faults = Faults(server_error=1.0)
    return made


@pytest.mark.parametrize("verb", ["plan", "drift", "export"])
def test_verbs_that_send_nothing(fleet: cb.Fleet, tmp_path: Path, verb: str) -> None:
    """They end soon, the reason says what to do, and the plans that were made stay."""
    words = (tmp_path / "out",) if verb == "export" else ()
    getattr(fleet, verb)(*words)
    assert fleet.counts == TRIED
    says = str(fleet.frame["reason"].iloc[-1])
    assert says.startswith("Not started, as 10 consecutive chains could not reach the service.")
    assert "HTTP 5" in says
    assert not fleet.ok
    assert fleet.look().counts["planned"] >= TRIED["not_started"]


def test_apply(fleet: cb.Fleet, sandbox: cb.Sandbox) -> None:
    """The runs that began are stopped; the same again, when the service is back, sends the rest."""
    fleet.apply()
    assert fleet.counts == {"stopped": MOST_UNREACHED, "not_started": 5}
    sandbox.faults = Faults()
    assert fleet.apply().counts == {"finished": 15}
    for chain in CHAINS:
        titles = live_titles(sandbox, chain)
        assert [titles.count(f"New {n}") for n in range(5)] == [1] * 5


def test_a_night_without_a_network(fleet: cb.Fleet, tmp_path: Path) -> None:
    """The message has the chains that were tried; of the others nothing is known."""
    changes = DriftStates(tmp_path / "kept").changes(fleet.drift()._standing)  # noqa: SLF001
    assert [one["state"] for one in changes] == ["failed"] * MOST_UNREACHED

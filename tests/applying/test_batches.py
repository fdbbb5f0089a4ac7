"""Rows leave in batches, each after a look at what is live, and looking does not hold them up."""

import threading
from itertools import pairwise

import pytest

import certbulk as cb
from certbulk.api.pacing.clock import SystemClock
from certbulk.applying.sending.freshness import Freshness, Hold, Why
from certbulk.planning import RowDecision
from certbulk.sandbox import Faults
from tests.planning.sheets import plan_of
from tests.recovery.scenes import creates, go

ROWS, BATCH = 150, 20


@pytest.mark.campaign
def test_rows_leave_while_a_look_is_under_way(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """If answers are slow, the next look begins so early that rows go on leaving meanwhile."""
    plan = plan_of(client, *creates(ROWS))
    steady = sandbox.client(per_second=50.0, per_minute=10_000)
    sandbox.faults = Faults(latency=1.0, latency_seconds=0.1)
    before = len(sandbox.requests)
    run = go(plan, steady, batch_size=BATCH, staleness=2.0, canary=0, verify=False)
    assert run.counts["created"] == ROWS
    methods = [request.method for request in sandbox.requests[before:]]
    first, last = methods.index("POST"), len(methods) - methods[::-1].index("POST")
    between = [n for n in range(first, last) if methods[n] == "GET"]  # two pages for each look
    assert between
    assert any(later - page > 1 for page, later in pairwise(between)), methods


class SharedLane(SystemClock):
    """A clock by which each wait for a permit takes several times as long: others have theirs."""

    def __init__(self, workers: int) -> None:
        super().__init__()
        self._workers = workers

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Wait so many times the seconds."""
        super().wait(seconds * self._workers, stop)


@pytest.mark.campaign
@pytest.mark.parametrize(("workers", "per_second"), [(1, 10.0), (5, 50.0)])
def test_a_look_is_ready_in_time_in_a_shared_lane(
    sandbox: cb.Sandbox,
    client: cb.Client,
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
    per_second: float,
) -> None:
    """However many permits of its lane others take, rows do not wait for the next look."""
    clock = SharedLane(workers)
    paced = sandbox.client(
        per_second=per_second, per_minute=10_000, clock=clock, jitter=lambda: 1.0
    )
    hold, looks, held = Freshness.hold, list[int](), list[int]()

    def noted(self: Freshness, decision: RowDecision) -> Hold | None:
        found = hold(self, decision)
        looks.append(self.listings)
        held.extend(looks[-1:] if found and found.why is Why.OLD else ())
        return found

    plan = plan_of(client, *creates(60))
    sandbox.faults = Faults(latency=1.0, latency_seconds=2.5 / per_second)
    monkeypatch.setattr(Freshness, "hold", noted)
    run = go(plan, paced, canary=0, verify=False, staleness=2.5)
    assert run.counts["created"] == 60
    assert len(set(looks)) > 2
    assert len(set(held)) < len(set(looks)) / 2, (looks, held)


def test_a_batch_of_one_is_one_at_a_time(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """No more rows are in flight than a batch holds: with one, a lost answer is the only one."""
    sandbox.faults = Faults(script=(None, None, "lost_answer"), methods=("POST",))
    run = go(plan_of(client, *creates(6)), client, batch_size=1, most_failures=1, settle=False)
    assert [str(outcome.status) for outcome in run.outcomes] == [
        "created", "created", "unknown", "not_sent", "not_sent", "not_sent"
    ]  # fmt: skip

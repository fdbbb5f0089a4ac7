"""Rows leave in batches, each after a look at what is live, and looking does not hold them up."""

from itertools import pairwise

import pytest

import certbulk as cb
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


def test_a_batch_of_one_is_one_at_a_time(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """No more rows are in flight than a batch holds: with one, a lost answer is the only one."""
    sandbox.faults = Faults(script=(None, None, "lost_answer"), methods=("POST",))
    run = go(plan_of(client, *creates(6)), client, batch_size=1, most_failures=1, settle=False)
    assert [str(outcome.status) for outcome in run.outcomes] == [
        "created", "created", "unknown", "not_sent", "not_sent", "not_sent"
    ]  # fmt: skip

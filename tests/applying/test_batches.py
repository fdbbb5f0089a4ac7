"""Rows leave in batches, each after a look at what is live, and looking does not hold them up."""

import certbulk as cb
from certbulk.sandbox import Faults
from tests.planning.sheets import plan_of
from tests.recovery.scenes import creates, go

ROWS, BATCH = 61, 20


def test_a_batch_is_looked_up_while_rows_of_the_one_before_leave(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """Where answers are slow, a look arrives before the last rows of the batch before it do."""
    plan = plan_of(client, *creates(ROWS))
    steady = sandbox.client(per_second=50.0, per_minute=10_000)
    sandbox.faults = Faults(latency=1.0, latency_seconds=0.1)
    before = len(sandbox.requests)
    run = go(plan, steady, batch_size=BATCH, staleness=0, canary=0)
    assert run.counts["created"] == ROWS
    sent = [one for one in sandbox.requests[before:] if one.query.get("page") in (None, "2")]
    methods = [request.method for request in sent]  # a look is there with its last page
    assert methods[:3] == ["GET", "POST", "GET"]  # the first create goes alone
    early = [i for i, method in enumerate(methods) if method == "GET"][2:]
    for look, left in zip(early, (1 + BATCH, 1 + 2 * BATCH), strict=True):
        assert 0 < left - methods[:look].count("POST") <= BATCH


def test_a_batch_of_one_is_one_at_a_time(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """No more rows are in flight than a batch holds: with one, a lost answer is the only one."""
    sandbox.faults = Faults(script=(None, None, "lost_answer"), methods=("POST",))
    run = go(plan_of(client, *creates(6)), client, batch_size=1, most_failures=1, settle=False)
    assert [str(outcome.status) for outcome in run.outcomes] == [
        "created", "created", "unknown", "not_sent", "not_sent", "not_sent"
    ]  # fmt: skip

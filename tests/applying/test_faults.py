"""Every fault of the sandbox, alone and mixed: no outcome is false, nothing is doubled."""

import pytest

import certbulk as cb
from certbulk.api.decision import ATTEMPTS
from certbulk.sandbox import Faults
from certbulk.sandbox.misbehaviour.faults import KINDS
from tests.planning.sheets import change, new, plan_of

from .rows import ROWS, applied
from .truth import assert_true

CLEAR = {
    "rate_limited": [],
    "late_answer": [],
    "html_forbidden": [("failed", "forbidden", 403)],
    "false_success": [("failed", "rejected", 200)],
}
"""Faults after which nothing is in doubt, and how the row ends that meets one."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_each_fault_once(sandbox: cb.Sandbox, client: cb.Client, kind: str, method: str) -> None:
    """One request of the run meets a fault: its row says so, or is none the worse for it."""
    script = (None, kind) if method == "POST" else (kind,)
    sandbox.faults = Faults(script=script, methods=(method,), latency_seconds=0.0)
    before = sandbox.types()
    run = applied(client, settle=False)
    assert_true(sandbox, before, run)
    struck = [o for o in run.outcomes if o.status in {"failed", "unknown"}]
    if kind in CLEAR:
        assert [(str(o.status), o.code, o.http_status) for o in struck] == CLEAR[kind]
    else:
        doubt = [("unknown", "unknown_outcome")] if method == "POST" else []
        assert [(str(o.status), o.code) for o in struck] == doubt
    assert (run.state == "stopped") is (kind == "html_forbidden")


@pytest.mark.parametrize(
    ("kind", "settle"),
    [*((kind, False) for kind in KINDS), ("lost_answer", True), ("server_error", True)],
)
def test_each_fault_always(
    sandbox: cb.Sandbox,
    client: cb.Client,
    kind: str,
    settle: bool,  # noqa: FBT001
) -> None:
    """Every write meets the fault, each time: still no outcome is false."""
    plan = plan_of(client, *ROWS)
    before = sandbox.types()
    sandbox.faults = Faults(
        **{kind: 1.0, "latency_seconds": 0.0},  # type: ignore[arg-type]
        methods=("POST", "PUT"),
    )
    run = cb.apply(plan, client, progress=False, settle=settle)
    assert_true(sandbox, before, run)
    ended = {str(o.status) for o in run.outcomes if o.attempts}
    if kind == "late_answer":
        assert ended == {"created", "updated"}
    elif kind in CLEAR:
        assert ended == {"failed"}
    elif not settle:  # an update may have met a look between its attempts
        assert "unknown" in ended <= {"unknown", "updated"}
    if kind == "rate_limited":
        assert {o.attempts for o in run.outcomes if o.attempts} == {ATTEMPTS}
        assert {o.code for o in run.outcomes if o.attempts} == {"rate_limited"}


MIXED = {
    "rate_limited": 0.1,
    "server_error": 0.08,
    "false_success": 0.05,
    "closed": 0.08,
    "lost_answer": 0.1,
    "truncated": 0.05,
    "garbled": 0.05,
    "empty_body": 0.05,
    "server_error_applied": 0.08,
}


@pytest.mark.campaign
@pytest.mark.parametrize(("seed", "settle"), [(1, False), (2, False), (3, True)])
def test_faults_mixed(
    sandbox: cb.Sandbox,
    client: cb.Client,
    seed: int,
    settle: bool,  # noqa: FBT001
) -> None:
    """Two requests in three go wrong: outcomes true, nothing doubled, nothing lost.

    Uploaded again until nothing is left to do, every row is there exactly once.
    """
    valid_at = {"salon_ids": [720441]}
    ids = [sandbox.server.add({"title": f"Old {n}", **valid_at})["id"] for n in range(12)]
    rows = [new(title=f"Row {n} 10") for n in range(20)]
    rows += [change(type_id, balance="77") for type_id in ids]
    for _ in range(12):
        plan = plan_of(client, *rows)
        if not plan.requests:
            break
        sandbox.server.clear_requests()
        before = sandbox.types()
        sandbox.faults = Faults(**MIXED, seed=seed, methods=("POST", "PUT"))  # type: ignore[arg-type]
        run = cb.apply(plan, client, progress=False, settle=settle, most_failures=1000)
        sandbox.faults = Faults()
        assert_true(sandbox, before, run)
        seed += 100
    assert plan.counts["unchanged"] == 32
    titles = [record["title"] for record in sandbox.types()]
    assert len(titles) == len(set(titles)) == 9 + 12 + 20
    assert [r["balance"] for r in sandbox.types() if r["id"] in ids] == [77] * 12


@pytest.mark.parametrize("second", ["html_forbidden", "false_success", "rate_limited", "closed"])
@pytest.mark.parametrize("first", ["server_error_applied", "lost_answer"])
def test_a_refusal_after_a_doubt_is_no_failure(
    sandbox: cb.Sandbox, client: cb.Client, first: str, second: str
) -> None:
    """An update that was carried out unseen must not end as failed because a retry was refused."""
    plan = plan_of(client, change(288901, balance="51"))
    sandbox.faults = Faults(script=(first, *(second,) * ATTEMPTS), methods=("PUT",))
    before = sandbox.types()
    run = cb.apply(plan, client, progress=False, settle=False)
    assert_true(sandbox, before, run)
    assert run.outcomes[0].status in {"unknown", "updated"}
    assert (run.state == "stopped") is (second == "html_forbidden")


def test_the_service_goes_away_during_a_run(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Creates that nobody listened to have failed for sure; nobody calls them unknown."""
    plan = plan_of(client, *(new(title=f"N{n} 10") for n in range(4)))
    really = client.create

    def gone(*args: object, **options: object) -> object:
        sandbox.server.stop()
        return really(*args, **options)  # type: ignore[arg-type]

    client.create = gone  # type: ignore[method-assign, assignment]
    run = cb.apply(plan, client, progress=False, settle=False, staleness=1e9)
    assert {(str(o.status), o.code) for o in run.outcomes if o.attempts} == {
        ("failed", "unreachable")
    }
    assert run.counts["failed"] + run.counts["not_sent"] == 4
    assert len(sandbox.types()) == 9

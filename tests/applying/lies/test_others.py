"""Somebody else on the chain: another machine, a colleague, and a process that was frozen."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

import certbulk as cb
from certbulk.sandbox import Lies
from tests.conftest import FAST, FakeClock
from tests.planning.sheets import change, new, plan_of
from tests.recovery.scenes import (
    account_of,
    at_call,
    child,
    creates,
    go,
    posts,
    puts,
    record_of,
    sent,
    titled,
)


def ids_in(text: str, ids: list[int]) -> bool:
    """Return whether all ids are in a text."""
    return all(str(number) in text for number in ids)


def test_two_machines_that_send_one_file_are_told(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """Two state folders, one file, plans made at once: who ends later names both ids."""
    clients = [sandbox.client(**FAST, clock=FakeClock(), jitter=lambda: 1.0) for _ in range(2)]
    plans = [plan_of(client, *creates(5)) for client in clients]
    # The other machine's requests come while the first one's are on their way.
    at_call(clients[1], "create", 1, lambda: go(plans[0], clients[0], state_dir=tmp_path / "one"))
    run = go(plans[1], clients[1], state_dir=tmp_path / "two")
    assert (run.state, run.ok) == ("finished", False)
    doubled = [outcome for outcome in run.outcomes if outcome.verified == "doubled"]
    assert doubled
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        ids = titled(sandbox, decision.title)
        if len(ids) > 1:
            assert outcome.verified == "doubled"
            assert ids_in(outcome.message, ids)
        else:
            assert outcome.status == "blocked"


def test_a_double_by_somebody_else_is_told(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type with the row's title, newer than the plan and of nobody's row: `doubled`."""
    sandbox.lies = Lies(script=("twin",), methods=("POST",), twin_deeds=("doubles_after",))
    run = sent(client, new())
    (outcome,) = run.outcomes
    assert (outcome.status, outcome.verified, run.ok) == ("created", "doubled", False)
    assert ids_in(outcome.message, titled(sandbox, "Fresh 10"))


def test_a_type_renamed_to_a_row_s_title_blocks_the_row(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """A live type that got the row's title after the plan stops the create, as a new one does."""
    plan = plan_of(client, new())
    sandbox.server.edit(288901, title="Fresh 10")
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.code) == ("blocked", "changed_since_plan")
    assert "288901" in outcome.message
    assert not posts(sandbox)


@pytest.mark.parametrize(("deed", "verified"), [("deletes", "gone"), ("edits", "differs")])
def test_what_somebody_did_to_a_new_type_is_told(
    sandbox: cb.Sandbox, client: cb.Client, deed: str, verified: str
) -> None:
    """A created type that is deleted or changed before the run's end: `gone`, or `differs`."""
    sandbox.lies = Lies(script=("twin",), methods=("POST",), twin_deeds=(f"{deed}_after",))
    run = sent(client, *creates(2))
    first, second = run.outcomes
    assert (first.status, first.verified) == ("created", verified)
    assert "somebody" in first.message
    assert second.verified == "yes"
    assert not run.ok


def test_a_type_changed_by_somebody_is_not_deleted_by_undo(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """Undo leaves a created type that somebody has changed after the run."""
    run = sent(client, *creates(2))
    kept = run.outcomes[0].id or 0
    sandbox.server.edit(kept, balance=77)
    undone = go(cb.undo(run.id, client), client)
    assert [str(outcome.status) for outcome in undone.outcomes] == ["blocked", "deleted"]
    assert record_of(sandbox, kept)["balance"] == 77


def test_many_contradictions_are_not_all_looked_up(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """More than fifty rows that the list contradicts: fifty are read, the others `not looked`."""
    sandbox.lies = Lies(drops=1)
    run = sent(client, *creates(60), canary=0)
    assert run.verified["gone"] == 50
    assert run.verified["not_looked"] == 10
    assert not run.ok
    gets = [s for s in sandbox.requests if s.method == "GET" and s.path[-1].isdigit()]
    assert len(gets) == 100


def test_without_verification_nobody_looks(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """`verify=False`: rows that were sent are `not looked`, no request follows the last write."""
    run = sent(client, *creates(3), verify=False)
    assert [outcome.verified for outcome in run.outcomes] == ["not looked"] * 3
    assert sandbox.requests[-1].method == "POST"
    assert run.ok


def test_a_run_that_stopped_is_verified_by_its_resume(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """What a stopped run sent is compared with what is live, then and when it goes on."""
    plan = plan_of(client, *creates(4))
    at_call(client, "create", 2, lambda: cb.stop(cb.runs()["run"].iloc[0]), after=True)
    run = go(plan, client)
    assert run.state == "stopped"
    for outcome in run.outcomes:
        assert (outcome.verified == "yes") == (outcome.status == "created"), outcome
    gone = run.outcomes[0].id or 0
    sandbox.server.remove(gone)
    resumed = cb.resume(run.id, client, progress=False)
    assert resumed.outcomes[0].verified == "gone"
    assert {outcome.verified for outcome in resumed.outcomes[1:]} == {"yes"}


def test_a_run_that_stops_finds_out_what_is_gone(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row that two looks and the read of the first row do not find is gone, run stopped or not.

    The second look comes after the pause, as in a run that did not stop.
    """
    sandbox.lies = Lies(drops=1)
    run = sent(client, *creates(30), settle_pause=30)
    assert run.state == "stopped"
    assert "does not exist" in run.reason
    assert run.outcomes[0].verified == "gone"
    assert "does not exist" in run.outcomes[0].message


def test_a_second_ctrl_c_ends_the_pause_before_the_second_look(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first Ctrl-C ends the sending, the second the verifying: the row is `not looked`."""
    plan = plan_of(client, *creates(6))
    sandbox.lies = Lies(drops=1)

    def interrupt() -> None:
        raise KeyboardInterrupt

    at_call(client, "get", 1, lambda: monkeypatch.setattr(client.clock, "wait", waits))

    def waits(_seconds: float, _stop: object = None) -> None:
        interrupt()

    monkeypatch.setattr("certbulk.applying.sending.run_loop.canary_trouble", lambda *_: interrupt())
    with pytest.raises(KeyboardInterrupt) as caught:
        go(plan, client, canary=1, settle_pause=30)
    run = vars(caught.value)["run"]
    assert (run.state, run.reason) == ("stopped", "interrupted")
    assert [outcome.verified for outcome in run.outcomes] == ["not looked", *[""] * 5]


def test_a_deletion_that_was_not_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The type is still there; nobody can have brought it back."""
    run = sent(client, new())
    plan = cb.undo(run.id, client)
    sandbox.lies = Lies(spares=1)
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.code) == ("failed", "not_stored")
    assert outcome.message.endswith("but the type is still there.")


# --- a process that was frozen

FREEZES = """
    import signal, sys, threading, certbulk as cb
    from certbulk.applying.journal.writing import Journal
    url, chain, partner, user, state = sys.argv[1:]
    client = cb.Client(url, int(chain), partner, user, per_second=1000, per_minute=60000,
                       share_pace=False)
    import pandas as pd
    rows = pd.DataFrame({"id": [288901, 288902, 288904], "balance": [60, 110, 260]})
    plan = cb.plan(cb.validate(cb.read(rows)), client)
    really, calls = Journal.intend, []
    def intend(self, *args, **options):
        really(self, *args, **options)
        calls.append(1)
        if len(calls) == 1:
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this thread first
    Journal.intend = intend
    run = cb.apply(plan, client, progress=False, state_dir=state, staleness=0.5, canary=0)
    for outcome in run.outcomes:
        print(outcome.row, outcome.status, outcome.code)
"""


@pytest.mark.campaign
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot freeze a process")
def test_a_frozen_process_does_not_overwrite(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """Frozen right before its bytes leave, while a colleague edits all of its types: blocked."""
    process = child(FREEZES, *account_of(sandbox), str(tmp_path / "state"))
    until_frozen(process.pid)
    for number in (288901, 288902, 288904):
        sandbox.server.edit(number, balance=999)
    time.sleep(0.7)  # longer than the look may be old
    os.kill(process.pid, signal.SIGCONT)
    said, errors = process.communicate(timeout=60)
    assert not errors
    assert [line.split()[1:] for line in said.splitlines()] == [
        ["blocked", "changed_since_plan"]
    ] * 3
    assert not puts(sandbox)
    assert [record_of(sandbox, n)["balance"] for n in (288901, 288902, 288904)] == [999] * 3


def until_frozen(pid: int) -> None:
    """Wait until a process is frozen."""
    until = time.monotonic() + 60
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < until
        time.sleep(0.01)


# --- what looking costs


@pytest.mark.parametrize(("rows", "live", "most"), [(150, 600, 0.15), (40, 30, 0.15)])
def test_looks_and_the_witness_are_few(
    sandbox: cb.Sandbox, clock: FakeClock, rows: int, live: int, most: float
) -> None:
    """At the usual pace and staleness, reads are at most 15% of the requests after planning.

    Time is the fake clock's: four requests a second, 180 a minute, and thirty seconds that a look
    may be old, so that as many looks are made as in a real run of as many minutes.
    """
    ids = [
        sandbox.server.add({"title": f"T{n}", "balance": 5, "salon_ids": [720441]})["id"]
        for n in range(live - len(sandbox.types()))
    ]
    cells: list[dict[str, Any]] = [change(number, balance="9") for number in ids[:rows]]
    cells += creates(rows - len(cells))
    client = sandbox.client(per_second=4.0, per_minute=180, clock=clock, jitter=lambda: 1.0)
    plan = plan_of(client, *cells)
    sandbox.server.clear_requests()
    run = go(plan, client)
    assert run.ok
    asked = sandbox.requests
    reads = sum(seen.method == "GET" for seen in asked)
    assert reads / len(asked) <= most, f"{reads} of {len(asked)}"
    assert len(asked) <= plan.requests

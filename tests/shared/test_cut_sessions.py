"""A process whose session was cut overwrites nothing of what others have found out since."""

import sys
import threading
from collections.abc import Callable
from contextlib import closing

import psutil
import pytest
from sqlalchemy.exc import DBAPIError

import certbulk as cb
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.shared_store import SharedStore
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import Faults
from certbulk.shared import engine
from tests.conftest import FAST
from tests.planning.sheets import plan_of
from tests.recovery.scenes import again, at_call, child, creates, go, newest, sent, titled

from .postgres import Postgres

pytestmark = pytest.mark.usefixtures("shared_journal")

Cut = Callable[[], object]


@pytest.fixture
def theirs(sandbox: cb.Sandbox, client: cb.Client) -> cb.Client:
    """A client of a colleague."""
    return sandbox.client(**FAST, clock=client.clock, jitter=lambda: 1.0)


def unknown(sandbox: cb.Sandbox, client: cb.Client) -> tuple[cb.Run, int, int]:
    """Return a run one of whose rows has an unknown outcome, the row, and the id that it made."""
    sandbox.faults = Faults(script=(None, "lost_answer"), methods=("POST",))
    run = sent(client, *creates(3), canary=0, settle=False)
    sandbox.faults = Faults()
    (position,) = [at for at, one in enumerate(run.outcomes) if one.status == "unknown"]
    lost = run.plan.decisions[position]  # rows are sent side by side: any but the first
    (made,) = titled(sandbox, lost.title)
    return run, lost.row, made


@pytest.mark.parametrize("done", [True, False])
def test_settle(
    sandbox: cb.Sandbox,
    client: cb.Client,
    theirs: cb.Client,
    cut: Cut,
    monkeypatch: pytest.MonkeyPatch,
    *,
    done: bool,
) -> None:
    """A decision by hand is not recorded if a resume has found the outcome meanwhile."""
    run, row, made = unknown(sandbox, client)
    really = Journal.settle_by_hand

    def late(self: Journal, *args: object, **how: object) -> None:
        cut()
        assert again(run.id, theirs, wait=True).ok
        really(self, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "settle_by_hand", late)
    with pytest.raises(cb.OutputError, match="has taken the run over"):
        cb.settle(run.id, row, client, done=done, id=made if done else None)
    known = next(one for one in cb.attach(run.id).outcomes if one.row == row)
    assert (known.status, known.id, known.code) == ("created", made, "adopted")
    assert "settle" not in list(cb.runs()["kind"])


def test_resume(
    sandbox: cb.Sandbox,
    client: cb.Client,
    theirs: cb.Client,
    cut: Cut,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run that somebody else has finished is not reported to go on again."""
    run, *_ = unknown(sandbox, client)
    really = Journal.resumed

    def late(self: Journal, *args: object) -> None:
        monkeypatch.setattr(Journal, "resumed", really)
        cut()
        assert again(run.id, theirs, wait=True).ok
        really(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "resumed", late)
    with pytest.raises(cb.OutputError, match="chain's lock has ended"):
        again(run.id, client)
    known = cb.attach(run.id)
    assert (known.state, known.ok) == ("finished", True)


def test_verification(sandbox: cb.Sandbox, client: cb.Client, theirs: cb.Client, cut: Cut) -> None:
    """What its last listing shows later, when somebody has changed it, is not recorded."""
    taken: list[cb.Run] = []

    def take_over() -> None:
        if not any(one["title"] == "N2 10" for one in sandbox.types()):
            return at_call(client, "list", 1, take_over)
        cut()
        taken.append(again(newest(), theirs, wait=True))
        for number in titled(sandbox, "N1 10"):
            sandbox.remove(number)
        return None

    at_call(client, "list", 1, take_over)
    run = go(plan_of(client, *creates(3)), client, canary=0)
    assert taken[0].ok
    assert run.counts["created"] == 3
    known = cb.attach(run.id)
    assert known.state == "finished"
    assert [one.verified for one in known.outcomes] == ["yes"] * 3


def test_deletions_of_an_undo(
    sandbox: cb.Sandbox, client: cb.Client, theirs: cb.Client, cut: Cut
) -> None:
    """An undo whose session is cut deletes nothing more; what a resume of it did stays."""
    first = sent(client, *creates(6), canary=0)
    taken: list[cb.Run] = []

    def take_over() -> None:
        cut()
        taken.append(again(newest(), theirs, wait=True))

    at_call(client, "delete", 3, take_over)
    undo = go(cb.undo(first.id, client), client, canary=0)
    assert undo.state == "stopped"
    assert taken[0].ok
    known = cb.attach(undo.id)
    assert (known.state, known.counts["deleted"], known.ok) == ("finished", 6, True)
    assert not {f"N{n} 10" for n in range(6)} & {one["title"] for one in sandbox.types()}
    deletes = [seen.path for seen in sandbox.requests if seen.method == "DELETE"]
    assert len(deletes) == len(set(deletes)) == 6


FREEZES = """
    import os, signal, sys
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    import certbulk as cb
    from certbulk.api.pacing.clock import SystemClock
    from certbulk.api.pacing.lane_pace import LanePace

    pace = LanePace(50, 60_000, SystemClock(), cb.Journal(sys.argv[1]), "h")
    pace.acquire()
    print("began", flush=True)
    event.listen(Engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGSTOP))
    pace.acquire()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")
def test_a_process_that_freezes_amid_a_permit(shared_journal: str, postgres: Postgres) -> None:
    """It holds up nobody else of its lane, in whatever moment it freezes."""
    process = child(FREEZES, shared_journal)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "began\n"
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            threading.Event().wait(0.01)
        states = postgres.query(
            "SELECT state FROM pg_stat_activity WHERE application_name = 'certbulk'"
        )
        assert states == [("idle",)]
    finally:
        process.kill()
        process.communicate()


def test_a_process_that_freezes_amid_an_outcome(
    client: cb.Client, cut: Cut, shared_journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database undoes what it has begun, so that another one can take the chain over."""
    home = cb.Journal(shared_journal)
    claim = Claim(client.service, client.chain_id, "frozen", "")
    with closing(SharedStore(home)) as frozen, frozen.one_run(claim):
        transaction = frozen.owned()
        with monkeypatch.context() as patched:  # only its connection hangs so soon
            patched.setattr(engine, "_HANGS_AFTER", "50ms")
            frozen.engine.dispose()
            transaction.__enter__()
        cut()
        assert sent(client, *creates(1), state_dir=home).ok
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            transaction.__exit__(None, None, None)

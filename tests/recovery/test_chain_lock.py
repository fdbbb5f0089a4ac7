"""One run per chain at a time on a machine, and a holder that died does not block."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest

import certbulk as cb
from certbulk.applying.journal import chain_lock
from certbulk.applying.journal.chain_lock import Claim, holder, one_run_at_a_time
from tests.conftest import FAST
from tests.planning.sheets import new, plan_of

from .scenes import account_of, again, at_call, child, creates, go, newest, posts, sent, titled

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")

APPLIES = """
    import os, sys
    import certbulk as cb
    from certbulk.applying.journal.writing import Journal
    import pandas as pd

    url, chain, partner, user, file, waits = sys.argv[1:]
    client = cb.Client(url, int(chain), partner, user, per_second=1000, per_minute=60000,
                       share_pace=False)
    really = Journal.settle
    def settle(self, *args):
        if waits == "hold":
            print("holding", flush=True)
            sys.stdin.readline()
        really(self, *args)
    Journal.settle = settle
    plan = cb.plan(cb.validate(cb.read(file)), client)
    run = cb.apply(plan, client, progress=False, settle_pause=0)
    print(run.state, flush=True)
    client.close()
"""


@pytest.fixture
def held(sandbox: cb.Sandbox, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in the middle of a run: one create has landed, its outcome is not kept."""
    import pandas as pd

    file = tmp_path / "theirs.csv"
    pd.DataFrame([new(title="Theirs 10")]).to_csv(file, index=False)
    process = child(APPLIES, *account_of(sandbox), str(file), "hold")
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n", process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


@posix
def test_another_process_has_it(
    sandbox: cb.Sandbox, client: cb.Client, held: subprocess.Popen[str]
) -> None:
    """Told is which run has it, in what process, since when; killed, it lets go at once.

    What the killed one left is interrupted, and a resume finds the type that it created.
    """
    run = newest()
    assert cb.attach(run).state == "running"
    assert cb.attach(run).outcomes[0].status == "unknown"
    with pytest.raises(cb.ChainBusyError) as told:
        sent(client, *creates(1))
    for word in (run, str(held.pid), cb.attach(run).started):
        assert word in str(told.value)
    assert "--wait" in told.value.terminal
    with pytest.raises(cb.ChainBusyError):
        again(run, client)
    held.send_signal(signal.SIGKILL)
    held.communicate()
    assert cb.attach(run).state == "interrupted"
    assert sent(client, *creates(1)).ok
    done = again(run, client)
    assert (done.outcomes[0].status, done.outcomes[0].code) == ("created", "adopted")
    assert titled(sandbox, "Theirs 10") == [done.outcomes[0].id]
    assert posts(sandbox)["Theirs 10"] == 1


@posix
def test_waiting_for_another_process(
    sandbox: cb.Sandbox, client: cb.Client, held: subprocess.Popen[str]
) -> None:
    """With `wait=True` a run begins when the other one has ended, and not before."""
    plan = plan_of(client, *creates(1))
    ended: list[cb.Run] = []
    waiting = threading.Thread(target=lambda: ended.append(go(plan, client, wait=True)))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    assert not posts(sandbox)["N0 10"]
    out, err = held.communicate("\n")
    assert out == "finished\n", err
    waiting.join(10)
    assert ended[0].ok


def test_another_thread_has_it(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """In one process the second run is refused too, and may be applied later with the same plan."""
    second = plan_of(client, new(title="Second 10"))
    told: list[cb.ChainBusyError] = []

    def intrude() -> None:
        with pytest.raises(cb.ChainBusyError) as error:
            go(second, client)
        told.append(error.value)

    at_call(client, "create", 2, intrude)
    run = sent(client, *creates(3))
    assert run.ok
    assert all(word in str(told[0]) for word in (run.id, str(os.getpid()), run.started))
    assert not posts(sandbox)["Second 10"]
    assert go(second, client).ok


def test_another_chain_is_free(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Runs on different chains do not keep each other out."""
    north = sandbox.client(**FAST, clock=client.clock, chain_id=706555)
    plan = plan_of(north, new(salon_ids="731001"))
    inner: list[cb.Run] = []
    at_call(client, "create", 1, lambda: inner.append(go(plan, north)))
    assert sent(client, *creates(1)).ok
    assert inner[0].ok


def test_looking_on_keeps_nobody_out(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who looks at runs just when one begins is not another run: it begins."""
    sent(client, *creates(1))
    state, service, chain = tmp_path / "state", client.service, client.chain_id
    began: list[bool] = []

    class Slow(filelock.FileLock):
        def release(self, force: bool = False) -> None:  # noqa: FBT001, FBT002
            if not began:
                began.append(False)
                try:
                    with one_run_at_a_time(state, Claim(service, chain, "r", "now")):
                        began[0] = True
                except cb.ChainBusyError:
                    pass
            super().release(force)

    monkeypatch.setattr(chain_lock, "FileLock", Slow)
    holder(state, service, chain)
    assert began == [True] or not began


def test_two_who_look_do_not_see_each_other(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run whose process died is not taken for running because somebody else looks as well."""
    sent(client, *creates(1))
    state, service, chain = tmp_path / "state", client.service, client.chain_id
    (lock,) = (state / "locks").glob("*.lock")
    card = lock.with_suffix(".json")
    card.write_text('{"run": "dead", "process": 1, "since": "then"}', encoding="utf-8")
    seen: list[Any] = []

    class Slow(filelock.FileLock):
        def release(self, force: bool = False) -> None:  # noqa: FBT001, FBT002
            if not seen:
                seen.append("looking")
                seen[0] = holder(state, service, chain)
            super().release(force)

    monkeypatch.setattr(chain_lock, "FileLock", Slow)
    assert holder(state, service, chain) is None
    assert seen in ([], [None])


def test_a_practice_server_deep_in_folders(tmp_path: Path) -> None:
    """A state file with a long path is not a reason not to begin."""
    folder = tmp_path / ("d" * 120) / ("e" * 120)
    folder.mkdir(parents=True)
    with cb.Sandbox(folder / "sandbox.json") as client:
        assert go(plan_of(client, new()), client).ok


def test_a_stop_ends_the_waiting(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """Who waits for a chain can be told to stop: nothing is sent, and the plan stays usable."""
    plan = plan_of(client, new())
    stop, ended = threading.Event(), list[cb.Run | BaseException]()

    def wait_for_it() -> None:
        try:
            ended.append(go(plan, client, wait=True, stop=stop))
        except cb.CertbulkError as error:
            ended.append(error)

    waiting = threading.Thread(target=wait_for_it)
    with one_run_at_a_time(tmp_path / "state", Claim(client.service, client.chain_id, "r", "now")):
        waiting.start()
        waiting.join(0.2)
        assert not ended
        stop.set()
        waiting.join(1)
        heard = bool(ended)
    waiting.join(10)
    assert heard
    assert not posts(sandbox)

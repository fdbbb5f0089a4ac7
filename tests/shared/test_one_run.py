"""One run per chain for all who share a journal, and what happens as sessions and servers end."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import certbulk as cb
from certbulk.api.http import Http
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.chain_session import ChainSession
from certbulk.applying.journal.writing import Journal
from certbulk.cli import app
from certbulk.sandbox import Faults
from certbulk.shared.home import journal_home
from tests.conftest import FAST
from tests.planning.sheets import new, plan_of
from tests.recovery.scenes import (
    account_of,
    again,
    at_call,
    child,
    creates,
    go,
    newest,
    posts,
    sent,
)

from .postgres import Postgres

pytestmark = pytest.mark.usefixtures("shared_journal")

APPLIES = """
    import sys, time
    import certbulk as cb

    url, chain, partner, user, file, waits = sys.argv[1:]
    with cb.Client(url, int(chain), partner, user, per_second=100, per_minute=6000,
                   share_pace=False) as client:
        plan = cb.plan(cb.validate(cb.read(file)), client)
        print("planned", flush=True)
        sys.stdin.readline()
        try:
            run = cb.apply(plan, client, progress=False, settle_pause=0.2, wait=waits == "wait")
            print(run.state, run.counts.get("created", 0), flush=True)
        except cb.ChainBusyError as error:
            print("busy:", error, flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with thirty new types."""
    path = tmp_path / "types.csv"
    pd.DataFrame(creates(30)).to_csv(path, index=False)
    return path


Starts = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def colleague(sandbox: cb.Sandbox, file: Path, tmp_path: Path) -> Iterator[Starts]:
    """Return a function that starts a process of a colleague, who has a state folder of theirs."""
    started: list[subprocess.Popen[str]] = []

    def start(waits: str) -> subprocess.Popen[str]:
        mine = os.environ["CERTBULK_STATE_DIR"]
        os.environ["CERTBULK_STATE_DIR"] = str(tmp_path / f"state-{len(started)}")
        process = child(APPLIES, *account_of(sandbox), str(file), waits)
        os.environ["CERTBULK_STATE_DIR"] = mine
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "planned\n", process.communicate()[1]
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def release(*processes: subprocess.Popen[str]) -> None:
    """Let processes that have planned begin to send, all at once."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def doubles(sandbox: cb.Sandbox) -> dict[str, int]:
    """Return the titles of the file that are live more than once."""
    titles = Counter(str(record["title"]) for record in sandbox.types())
    return {title: count for title, count in titles.items() if title[0] == "N" and count > 1}


@pytest.mark.parametrize("waits", ["wait", "no"])
def test_two_colleagues_send_one_file(sandbox: cb.Sandbox, colleague: Starts, waits: str) -> None:
    """Both planned before either sent: the second waits or learns who sends; no doubles."""
    both = colleague(waits), colleague(waits)
    release(*both)
    told = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert not doubles(sandbox)
    assert sum(posts(sandbox)[f"N{n} 10"] for n in range(30)) == 30
    if waits == "wait":
        assert told == ["finished 0", "finished 30"]
    else:
        assert told[0].startswith("busy: Chain "), told
        assert told[1] == "finished 30"
        assert str(cb.runs()["who"].iloc[0]) in told[0]
        assert "lane default" in told[0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")
def test_a_killed_worker_lets_go(sandbox: cb.Sandbox, client: cb.Client, colleague: Starts) -> None:
    """Its session ends with it: the run is interrupted, and a resume sends the rest once."""
    process = colleague("no")
    release(process)
    while sum(posts(sandbox).values()) < 5:
        assert process.poll() is None
        threading.Event().wait(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    run = newest()
    assert cb.attach(run).state == "interrupted"
    done = again(run, client, wait=True)
    assert done.ok
    assert done.counts["created"] == 30
    assert not doubles(sandbox)


def test_the_lock_is_lost_while_its_worker_lives(
    sandbox: cb.Sandbox, client: cb.Client, cut: Callable[[], object]
) -> None:
    """The fence: nothing leaves after that, though the database is there, and a resume goes on."""
    plan = plan_of(client, *creates(30))
    at_call(client, "create", 9, cut)
    run = go(plan, client, canary=0)
    assert run.state == "stopped"
    assert "session that held the chain's lock has ended" in run.reason
    left = sum(posts(sandbox).values())
    assert left < 30
    assert sum(outcome.attempts for outcome in run.outcomes) == left
    assert cb.attach(run.id).state == "interrupted"
    done = again(run.id, client)
    assert (done.ok, done.counts["created"]) == (True, 30)
    assert not doubles(sandbox)


def test_somebody_else_sends_after_the_lock_was_lost(
    sandbox: cb.Sandbox, client: cb.Client, cut: Callable[[], object]
) -> None:
    """A colleague takes the chain over in mid run with the same rows: nothing is doubled."""
    theirs = sandbox.client(**FAST, clock=client.clock, jitter=lambda: 1.0)
    mine, other = plan_of(client, *creates(30)), plan_of(theirs, *creates(30))
    taken: list[cb.Run] = []

    def take_over() -> None:
        cut()
        taken.append(go(other, theirs, canary=0))

    at_call(client, "create", 9, take_over)
    run = go(mine, client, canary=0)
    assert run.state == "stopped"
    assert not doubles(sandbox)
    assert {f"N{n} 10" for n in range(30)} <= {str(one["title"]) for one in sandbox.types()}


def test_a_former_holder_changes_nothing_of_what_a_resume_found(
    sandbox: cb.Sandbox,
    client: cb.Client,
    cut: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may wake up late, with a row in flight: its doubt does not replace what is known since."""
    theirs = sandbox.client(**FAST, clock=client.clock, jitter=lambda: 1.0)
    resumed: list[cb.Run] = []

    def resume() -> None:
        cut()
        resumed.append(again(newest(), theirs, wait=True))
        sandbox.faults = Faults(html_forbidden=1)  # mine cannot look any more

    sandbox.faults = Faults(script=(*(None,) * 8, "lost_answer"), methods=("POST",))
    attempt, seen = Http.attempt, list[str]()

    def late(self: Http, method: str, *others: Any, **how: Any) -> Any:
        happened = attempt(self, method, *others, **how)
        seen.append(method)
        if method == "POST" and seen.count("POST") == 9:
            resume()
        return happened

    monkeypatch.setattr(Http, "attempt", late)
    run = go(plan_of(client, *creates(12)), client, canary=0)
    assert run.state == "stopped"
    assert resumed[0].ok
    known = cb.attach(run.id)
    assert (known.state, known.counts["created"]) == ("finished", 12)
    assert [one.verified for one in known.outcomes] == ["yes"] * 12
    assert not doubles(sandbox)


def test_a_run_that_took_over_waits(
    client: cb.Client, cut: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    """Requests of a run that did not end by itself may still be under way: the next one waits."""
    at_call(client, "create", 2, cut)
    first = sent(client, *creates(3))
    sent(client, *creates(1, start=50), settle_pause=0.05)
    assert f"Run {first.id} of chain {client.chain_id} did not end by itself" in caplog.text


def test_the_wait_is_not_forgotten(
    client: cb.Client, cut: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a row that is settled by hand meanwhile, nor a wait that was ended, is enough."""
    at_call(client, "create", 2, cut)
    first = sent(client, *creates(3))
    chain = (first.plan.base_url, client.chain_id)
    stop = threading.Event()
    stop.set()
    with closing(Journal(journal_home())) as journal:
        with journal.one_run(Claim(*chain, f"{first.id}, of which a row is settled", "")):
            pass
        with journal.one_run(Claim(*chain, "another", "", stop=stop, pause=9.0)):
            pass
        assert journal.holder(*chain) is None
    caplog.clear()
    for expected in (1, 1):  # the third need not wait
        sent(client, *creates(1, start=50), settle_pause=0.05)
        says = f"Run {first.id} of chain {client.chain_id} did not end by itself"
        assert caplog.text.count(says) == expected


def test_the_next_run_starts_at_once(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has ended holds its chain no longer, even if the server ends its session late."""
    late: list[ChainSession] = []
    with monkeypatch.context() as patched, ExitStack() as ends:
        end = ChainSession._end  # noqa: SLF001 (ended at last)
        patched.setattr(ChainSession, "_end", lambda session: late.append(session))  # noqa: PLW0108 (a method)
        ends.callback(lambda: [end(session) for session in late])
        for start in (0, 10, 20):
            assert sent(client, *creates(3, start=start)).ok
            with closing(Journal(journal_home())) as journal:
                assert journal.holder(client.base_url, client.chain_id) is None
    assert len(late) >= 3


def test_the_database_restarts(sandbox: cb.Sandbox, client: cb.Client, postgres: Postgres) -> None:
    """The next intent fails, so nothing more is sent; the run says so, and can be resumed."""

    def restart() -> None:
        postgres.stop()
        postgres.start()

    plan = plan_of(client, *creates(12))
    at_call(client, "create", 4, restart)
    run = go(plan, client, canary=0)
    assert run.state == "stopped"
    assert "The shared journal postgresql://127.0.0.1" in run.reason
    left = sum(posts(sandbox).values())
    assert left < 12
    done = again(run.id, client)
    assert (done.ok, done.counts["created"]) == (True, 12)
    assert not doubles(sandbox)


def test_stop_force(sandbox: cb.Sandbox, client: cb.Client, colleague: Starts) -> None:
    """A process that hangs keeps its chain; `stop --force` frees it, and the process ends."""
    process = colleague("no")
    release(process)
    while not posts(sandbox):
        assert process.poll() is None
        threading.Event().wait(0.01)
    os.kill(process.pid, signal.SIGSTOP)
    run = newest()
    with pytest.raises(cb.ChainBusyError, match=run):
        sent(client, new(title="Other 10"))
    said = CliRunner().invoke(app, ["stop", run, "--force"])
    assert (said.exit_code, "was cut off" in said.output) == (0, True), said.output
    with closing(Journal(journal_home())) as journal:
        assert journal.holder(cb.attach(run).plan.base_url, client.chain_id) is None
    assert cb.attach(run).state == "interrupted"
    assert sent(client, new(title="Other 10")).ok
    os.kill(process.pid, signal.SIGCONT)
    assert process.communicate(timeout=60)[0].startswith("stopped ")
    assert again(run, client).counts["created"] == 30
    assert not doubles(sandbox)


def test_ctrl_c_of_somebody_who_waits(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends the wait: a run that somebody else continues is not reported as interrupted."""
    sandbox.faults = Faults(script=(None, "lost_answer"), methods=("POST",))
    run = sent(client, *creates(3), canary=0, settle=False)
    monkeypatch.setattr(ChainSession, "take", lambda *_: signal.raise_signal(signal.SIGINT))
    with closing(Journal(journal_home())) as journal:
        journal.resumed(run.id)
        with pytest.raises(KeyboardInterrupt) as struck:
            cb.resume(run.id, client, progress=False, wait=True)
        assert not hasattr(struck.value, "run")
        assert not journal.asked_to_stop(run.id)


def test_runs_shows_who_where_and_lane(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame, the document and the list at a terminal have them, of a shared journal only."""
    monkeypatch.setenv("CERTBULK_LANE", "office")
    sent(client, *creates(1))
    row = cb.runs().iloc[0]
    assert (row["lane"], row["worker"]) == ("office", f"process {os.getpid()}")
    assert "@" in row["who"]
    said = CliRunner().invoke(app, ["runs"]).output
    assert f"{row['who']} process {os.getpid()}  lane office" in said.replace("\n", " ")
    monkeypatch.delenv("CERTBULK_JOURNAL_URL")
    assert "who" not in cb.runs().columns

"""Processes that freeze while they take a chain or let it go: really frozen ones."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pandas as pd
import psutil
import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import Faults
from certbulk.shared.home import journal_home
from tests.planning.sheets import new
from tests.recovery.scenes import account_of, again, child, creates, sent, titled

from .postgres import Postgres

pytestmark = [
    pytest.mark.usefixtures("shared_journal"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does"),
]

FREEZES = """
    import os, signal, sys
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    import certbulk as cb

    url, chain, partner, user, act, moment, word = sys.argv[1:]

    froze = []

    def freeze(connection, cursor, statement, *others):
        if word in statement and not froze:
            froze.append(statement)
            os.kill(os.getpid(), signal.SIGSTOP)

    with cb.Client(url, int(chain), partner, user, per_second=100, per_minute=6000,
                   share_pace=False) as client:
        if act == "apply":
            plan = cb.plan(cb.validate(cb.read("types.csv")), client)
        else:
            run = cb.attach(cb.runs()["run"].iloc[0])
        event.listen(Engine, moment, freeze)
        try:
            if act == "apply":
                cb.apply(plan, client, progress=False, settle_pause=0)
            elif act == "resume":
                cb.resume(run, client, progress=False, settle_pause=0)
            else:
                row = next(one.row for one in run.outcomes if one.status == "unknown")
                cb.settle(run, row, client, done=False)
            print("ended", flush=True)
        except cb.CertbulkError as error:
            print(error, flush=True)
"""

HELD = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = '{}')"
)

Frozen = Callable[..., subprocess.Popen[str]]
Locks = Callable[[], int]


@pytest.fixture
def frozen(sandbox: cb.Sandbox) -> Iterator[Frozen]:
    """Return a function that starts a process, and returns it once it is frozen."""
    with ExitStack() as ends:

        def start(act: str, moment: str, word: str) -> subprocess.Popen[str]:
            process = child(FREEZES, *account_of(sandbox), act, moment, word)
            ends.callback(process.communicate)
            ends.callback(process.kill)
            while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
                assert process.poll() is None, process.communicate()
                threading.Event().wait(0.01)
            return process

        yield start


@pytest.fixture
def locks(postgres: Postgres, shared_journal: str) -> Locks:
    """Return a function that counts the locks of chains that are held."""
    database = shared_journal.rsplit("/", 1)[1]
    return lambda: int(postgres.query(HELD.format(database))[0][0])


@pytest.fixture
def run(sandbox: cb.Sandbox, client: cb.Client, shared_journal: str) -> cb.Run:
    """A run in the shared journal: the outcome of a row is unknown, though its type is there."""
    assert shared_journal
    sandbox.faults = Faults(script=(None, "lost_answer"), methods=("POST",))
    done = sent(client, *creates(3), canary=0, settle=False)
    sandbox.faults = Faults()
    return done


@pytest.fixture(autouse=True)
def _file() -> None:
    pd.DataFrame(creates(3, start=20)).to_csv("types.csv", index=False)


def cut_off(client: cb.Client, locks: Locks) -> None:
    """Fail unless whoever holds the chain is named, and `stop --force` frees it."""
    with closing(Journal(journal_home())) as journal:
        holder = journal.at_work(client.base_url, client.chain_id)
    assert locks() == (holder is not None)
    if holder is not None:
        with pytest.raises(cb.ChainBusyError, match=holder.run):
            sent(client, new(title="Other 10"))
        assert cb.stop(holder.run.partition(",")[0], force=True) == "running"
        while locks():
            threading.Event().wait(0.01)
    assert sent(client, new(title="Other 10"), settle_pause=0.05).ok


def goes_on(process: subprocess.Popen[str]) -> str:
    """Let a frozen process go on, and return what it says at its end."""
    os.kill(process.pid, signal.SIGCONT)
    said, trouble = process.communicate(timeout=60)
    assert not trouble
    return said


@pytest.mark.parametrize(
    "moment",
    [
        ("after_cursor_execute", "pg_try_advisory_lock"),
        ("before_cursor_execute", "INSERT INTO certbulk.holders"),
    ],
)
@pytest.mark.parametrize("act", ["apply", "resume", "settle"])
def test_while_it_takes_a_chain(
    sandbox: cb.Sandbox,
    client: cb.Client,
    run: cb.Run,
    frozen: Frozen,
    locks: Locks,
    *,
    act: str,
    moment: tuple[str, str],
) -> None:
    """It holds the lock and is named, or neither, so somebody can cut it off and send.

    What it does when it wakes up doubles no row, and changes nothing that a resume has found.
    """
    process = frozen(act, *moment)
    cut_off(client, locks)
    assert again(run.id, client, wait=True).ok
    goes_on(process)
    known = cb.attach(run.id)
    assert (known.state, known.counts["created"], known.ok) == ("finished", 3, True)
    for title in {str(row["title"]) for row in creates(3) + creates(3, start=20)}:
        assert len(titled(sandbox, title)) <= 1


@pytest.mark.parametrize(
    "moment",
    [
        ("before_cursor_execute", "pg_advisory_unlock_all"),
        ("after_cursor_execute", "DELETE FROM certbulk.holders"),
    ],
)
@pytest.mark.parametrize("act", ["apply", "resume", "settle"])
@pytest.mark.usefixtures("run")
def test_while_it_lets_a_chain_go(
    client: cb.Client, frozen: Frozen, locks: Locks, *, act: str, moment: tuple[str, str]
) -> None:
    """It holds the lock and is named, or neither; what it has done stands."""
    process = frozen(act, *moment)
    cut_off(client, locks)
    assert goes_on(process) == "ended\n"

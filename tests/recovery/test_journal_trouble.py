"""A journal that cannot be written or read: a clear message, and nothing lost."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from tests.planning.sheets import new, plan_of

from .scenes import (
    again,
    assert_each_once,
    at_call,
    creates,
    cut_off,
    go,
    newest,
    posts,
    sent,
    titled,
)

FULL = "database or disk is full"


def disk_full_from(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Let the journal refuse the `number`-th call of a method, and all later ones."""
    really, calls = getattr(Journal, name), [0]

    def full(self: Journal, *args: object, **options: object) -> None:
        calls[0] += 1
        if calls[0] >= number:
            raise cb.OutputError(FULL)
        really(self, *args, **options)

    monkeypatch.setattr(Journal, name, full)


@pytest.mark.parametrize("name", ["intend", "settle"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_the_disk_is_full(sandbox: cb.Sandbox, client: cb.Client, name: str, number: int) -> None:
    """The run stops and says why; what left is true; with space again a resume ends it."""
    plan = plan_of(client, *creates(24))
    with pytest.MonkeyPatch.context() as patch:
        disk_full_from(patch, name, number)
        run = go(plan, client, canary=0, batch_size=4)
    assert run.state == "stopped"
    assert FULL in run.reason
    landed = {title for title in posts(sandbox) if titled(sandbox, title)}
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        assert (outcome.status == "created") == (decision.title in landed), outcome
    assert run.counts["not_sent"] > 0
    done = again(run.id, client)
    assert_each_once(sandbox, done, [f"N{n} 10" for n in range(24)])
    assert set(posts(sandbox).values()) == {1}


def test_a_file_that_is_no_journal(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """Where something else is in the journal's place nothing is sent, and it stays as it is."""
    (tmp_path / "state").mkdir(mode=0o700)
    file = tmp_path / "state" / "journal.sqlite"
    file.write_bytes(b"this is no database at all, " * 400)
    plan = plan_of(client, new())
    for act in (lambda: go(plan, client), cb.runs, lambda: cb.attach("x"), lambda: cb.stop("x")):
        with pytest.raises(cb.OutputError, match=r"journal\.sqlite is damaged") as told:
            act()
        assert all(word in str(told.value) for word in ("backup", "another folder", "last run"))
        assert "CERTBULK_STATE_DIR" not in str(told.value)
    assert file.read_bytes().startswith(b"this is no database")
    assert not posts(sandbox)


def test_a_journal_that_is_damaged_further_in(client: cb.Client, tmp_path: Path) -> None:
    """Garbage in the middle is reported in the same way, and what it sets aside is over."""
    sent(client, *creates(3))
    folder = tmp_path / "state"
    file = folder / "journal.sqlite"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"garbage!" * 2048 + content[20480:])
    with pytest.raises(cb.OutputError, match="is damaged"):
        cb.runs()
    (tmp_path / "aside").mkdir()
    for name in ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"):
        if (folder / name).exists():
            (folder / name).rename(tmp_path / "aside" / name)
    assert len(cb.runs()) == 0
    assert sent(client, *creates(2, start=5)).ok


SPOILT = [
    "UPDATE runs SET plan = '{'",
    "UPDATE runs SET plan = '[]'",
    "UPDATE runs SET options = '{'",
    "UPDATE runs SET options = '{\"no_such\": 1}'",
    "UPDATE outcomes SET status = 'teleported'",
    "UPDATE outcomes SET stored = '{'",
]


@pytest.mark.parametrize("statement", SPOILT)
def test_an_entry_that_is_spoilt(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, statement: str
) -> None:
    """What cannot be read ends in an error of certbulk's own, and nothing is sent on its word."""
    run = cut_off(client, *creates(3), name="settle", number=2)
    before = posts(sandbox)
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()
    if "stored" in statement:
        with pytest.raises(cb.CertbulkError):
            cb.undo(run, client)
        return
    with pytest.raises(cb.CertbulkError):
        again(run, client)
    assert posts(sandbox) == before


def test_a_journal_of_a_newer_version(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """A journal that a newer certbulk has marked as its own is refused, not written into."""
    sent(client, *creates(1))
    plan = plan_of(client, new())
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    with pytest.raises(cb.CertbulkError, match="newer"):
        go(plan, client)
    assert not titled(sandbox, new()["title"])


def test_the_clock_jumps_back(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are listed in the order in which they began, whatever the clock said."""
    first = sent(client, *creates(1))
    monkeypatch.setattr(
        "certbulk.applying.sending.carry_out.now", lambda: "2001-01-01T00:00:00.000+00:00"
    )
    second = sent(client, *creates(1, start=5))
    assert list(cb.runs()["run"]) == [second.id, first.id]
    assert again(second.id, client).ok
    assert sum(posts(sandbox).values()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells when a process began")
def test_the_clock_jumps_during_a_run(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is under way is still running when somebody looks after the clock was set."""
    linux = pytest.importorskip("psutil._pslinux")
    booted = linux.boot_time()
    states: list[str] = []

    def set_back() -> None:
        monkeypatch.setattr(linux, "boot_time", lambda: booted - 3600)
        states.append(cb.attach(newest()).state)

    at_call(client, "create", 1, set_back)
    sent(client, *creates(1))
    assert states == ["running"]

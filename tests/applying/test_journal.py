"""The journal on disk: what it has before, during and after a run."""

import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.planning.sheets import new, plan_of

from .rows import ROWS, SENT, applied
from .truth import writes

STATE = "state"


def rows_of(folder: Path, question: str) -> list[dict[str, Any]]:
    """Return what the journal answers to a question in SQL."""
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(question)]


def test_intents_come_before_requests_and_outcomes_after(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """Each attempt is written down before it leaves, each outcome when it is known."""
    sandbox.faults = Faults(script=(None, "rate_limited", "rate_limited"), methods=("POST",))
    run = applied(client)
    intents = rows_of(tmp_path / STATE, "SELECT row, at FROM intents ORDER BY number")
    ended = {o["row"]: o for o in rows_of(tmp_path / STATE, "SELECT * FROM outcomes")}
    assert len(intents) == len(writes(sandbox.requests)) == SENT + 2
    asked = sorted(seen.wall for seen in writes(sandbox.requests))
    noted = sorted(datetime.fromisoformat(intent["at"]) for intent in intents)
    for before, after in zip(noted, asked, strict=True):
        assert before.timestamp() <= after.timestamp() + 0.001  # noted in milliseconds
    for intent in intents:
        assert intent["at"] <= ended[intent["row"]]["at"]
    sent = [o for o in run.outcomes if o.attempts]
    assert {row: (o["status"], o["id"], o["attempts"]) for row, o in ended.items()} == {
        o.row: (str(o.status), o.id, o.attempts) for o in sent
    }


def test_the_journal_knows_every_row(client: cb.Client, tmp_path: Path) -> None:
    """The outcomes of all rows, those that were not sent among them, can be had from it alone."""
    run = applied(client)
    attached = cb.attach(run.id)
    assert [(o.row, o.status, o.id, o.code, o.message) for o in attached.outcomes] == [
        (o.row, o.status, o.id, o.code, o.message) for o in run.outcomes
    ]
    (kept,) = rows_of(tmp_path / STATE, "SELECT * FROM runs")
    assert (kept["run"], kept["state"], kept["chain_id"]) == (run.id, "finished", 706028)
    assert kept["sha256"] == run.plan.report.sheet.sha256
    assert len(json.loads(kept["plan"])["decisions"]) == len(ROWS)


def test_what_was_stored_is_kept(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """The record that the service answered is beside the outcome."""
    run = applied(client, new())
    (kept,) = rows_of(tmp_path / STATE, "SELECT * FROM outcomes")
    assert json.loads(kept["stored"]) == sandbox.types()[-1]
    assert kept["id"] == run.outcomes[0].id


def test_a_stopped_run_says_why(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """State and reason of a run that ended early are on disk."""
    sandbox.faults = Faults(html_forbidden=1.0, methods=("POST", "PUT"))
    run = applied(client)
    (kept,) = rows_of(tmp_path / STATE, "SELECT * FROM runs")
    assert (kept["state"], kept["reason"]) == ("stopped", run.reason)
    assert "403" in run.reason


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_only_the_user_may_read_it(
    sandbox: cb.Sandbox,
    client: cb.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mask: int,
) -> None:
    """Folders 0700, files 0600, in the middle of a run and after it, whatever the umask."""
    import os

    folder = tmp_path / "a" / "b"
    seen: dict[str, int] = {}
    plan = plan_of(client, *ROWS)
    really = client.create

    def look(*args: Any, **options: Any) -> Any:
        seen.update(modes(folder))
        return really(*args, **options)

    monkeypatch.setattr(client, "create", look)
    before = os.umask(mask)
    try:
        cb.apply(plan, client, progress=False, state_dir=folder)
    finally:
        os.umask(before)
    seen.update({f"{name} after": mode for name, mode in modes(folder).items()})
    assert {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"} <= set(seen)
    assert {name: oct(mode) for name, mode in seen.items()} == {
        name: oct(0o700 if name.endswith(("/", "/ after")) else 0o600) for name in seen
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(sandbox.types()) == 9 + 4


def modes(folder: Path) -> dict[str, int]:
    return {
        path.name + "/" * path.is_dir(): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
    }


def taken_by_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("x")
    return tmp_path / "file"


def below_a_file(tmp_path: Path) -> Path:
    return taken_by_a_file(tmp_path) / "state"


def with_a_folder_as_journal(tmp_path: Path) -> Path:
    (tmp_path / "other" / "journal.sqlite").mkdir(parents=True)
    return tmp_path / "other"


def with_nonsense_as_journal(tmp_path: Path) -> Path:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "journal.sqlite").write_bytes(b"no database at all" * 300)
    return tmp_path / "other"


def with_other_tables(tmp_path: Path) -> Path:
    (tmp_path / "other").mkdir()
    with closing(sqlite3.connect(tmp_path / "other" / "journal.sqlite")) as connection:
        connection.execute("CREATE TABLE runs (something TEXT)")
    return tmp_path / "other"


FOLDERS = [
    taken_by_a_file,
    below_a_file,
    with_a_folder_as_journal,
    with_nonsense_as_journal,
    with_other_tables,
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_without_a_journal_nothing_is_sent(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, folder: Any
) -> None:
    """If the journal cannot be written, the run does not begin, and says what to do."""
    plan = plan_of(client, *ROWS)
    with pytest.raises(cb.OutputError, match=r"journal\.sqlite") as caught:
        cb.apply(plan, client, progress=False, state_dir=folder(tmp_path))
    assert isinstance(caught.value, OSError)
    assert "\n" not in str(caught.value)
    assert writes(sandbox.requests) == []


def failing(folder: Path, table: str, row: int) -> None:
    """Make a journal that refuses to take down anything about one row."""
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        connection.execute(
            f"CREATE TRIGGER no BEFORE INSERT ON {table} WHEN NEW.row = {row} "
            "BEGIN SELECT zeroblob(2000000000); END"  # larger than it can be
        )
        connection.commit()


@pytest.mark.parametrize("table", ["intents", "outcomes"])
def test_a_journal_that_fails_on_the_way(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, table: str
) -> None:
    """What cannot be written down is not sent; what was sent has its outcome all the same."""
    applied(client, new(title="First 10"))
    failing(tmp_path / STATE, table, row=4)
    sandbox.server.clear_requests()
    plan = plan_of(client, *(new(title=f"N{n} 10") for n in range(40)))
    before = sandbox.types()
    run = cb.apply(plan, client, progress=False, canary=0, batch_size=2)
    made = len(sandbox.types()) - len(before)
    assert run.state == "stopped"
    assert "journal" in run.reason
    assert run.counts["created"] == made == len(writes(sandbox.requests))
    assert run.counts["not_sent"] == 40 - made > 30
    fourth = run.outcomes[2]
    assert fourth.status == ("not_sent" if table == "intents" else "created")


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_pace_that_fails_on_the_way(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch, attempt: int
) -> None:
    """A row that was recorded, but had no permit, was not sent; its earlier attempt counts."""
    plan = plan_of(client, *(new(title=f"N{n} 10") for n in range(5)))
    lost = "server_error" if attempt == 2 else None
    sandbox.faults = Faults(script=(None, lost), methods=("POST",))
    acquire, recorded = client.pace.acquire, [0]

    def failing(stop: Event | None = None, ready: Callable[[], None] | None = None) -> float | None:
        if ready:
            recorded[0] += 1
            if recorded[0] == 1 + attempt:  # the first create goes alone
                ready()
                raise cb.OutputError("The pace cannot be kept.")
        return acquire(stop, ready)

    monkeypatch.setattr(client.pace, "acquire", failing)
    run = cb.apply(plan, client, progress=False, canary=0, batch_size=1, settle=False)
    assert (run.state, run.reason) == ("stopped", "The pace cannot be kept.")
    second = "not_sent" if attempt == 1 else "unknown"
    assert [one.status for one in run.outcomes] == ["created", second, *["not_sent"] * 3]
    assert [one.attempts for one in run.outcomes][:2] == [1, attempt - 1]
    monkeypatch.setattr(client.pace, "acquire", acquire)
    assert cb.resume(run.id, client, progress=False).counts["created"] == 5
    assert len({one["title"] for one in sandbox.types()}) == len(sandbox.types())


def test_a_journal_serves_many_runs(client: cb.Client, tmp_path: Path) -> None:
    """Runs follow one another in one file, and stay apart."""
    runs = [applied(client), applied(client)]
    kept = rows_of(tmp_path / STATE, "SELECT run, state FROM runs ORDER BY started")
    assert [one["run"] for one in kept] == [run.id for run in runs]
    sent = rows_of(tmp_path / STATE, "SELECT run, count(*) AS n FROM outcomes GROUP BY run")
    assert sent == [{"run": runs[0].id, "n": SENT}]

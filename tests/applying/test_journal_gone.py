"""The journal is taken away in the middle of a run: nothing more is sent, and nothing is lost."""

import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from tests.planning.sheets import plan_of
from tests.recovery.scenes import again, at_call, creates, go, newest, posts, sent, titled

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be removed")

ROWS = 40
AT = 5


def journal_of(state: Path) -> Path:
    return state / "journal.sqlite"


def folder_removed(state: Path) -> None:
    shutil.rmtree(state)


def folder_renamed(state: Path) -> None:
    state.rename(state.with_name("elsewhere"))


def folder_replaced(state: Path) -> None:
    folder_renamed(state)
    state.mkdir()
    with closing(Journal(state)):
        pass


def folder_replaced_by_a_copy(state: Path) -> None:
    folder_renamed(state)
    shutil.copytree(state.with_name("elsewhere"), state)


def folder_replaced_by_a_file(state: Path) -> None:
    folder_renamed(state)
    state.write_bytes(b"")


def journal_removed(state: Path) -> None:
    journal_of(state).unlink()


def journal_and_log_removed(state: Path) -> None:
    for file in state.glob("journal.sqlite*"):
        file.unlink()


def journal_removed_and_made_anew(state: Path) -> None:
    journal_and_log_removed(state)
    with closing(Journal(state)):
        pass


def backup_renamed_into_its_place(state: Path) -> None:
    (state.parent / "backup.sqlite").rename(journal_of(state))


def backup_copied_into_it(state: Path) -> None:
    shutil.copyfile(state.parent / "backup.sqlite", journal_of(state))


def run_deleted_from_it(state: Path) -> None:
    with closing(sqlite3.connect(journal_of(state))) as connection:
        connection.execute("DELETE FROM runs")
        connection.commit()


def log_removed(state: Path) -> None:
    state.joinpath("journal.sqlite-wal").unlink()


def log_cut_off(state: Path) -> None:
    os.truncate(state / "journal.sqlite-wal", 0)


def index_removed(state: Path) -> None:
    state.joinpath("journal.sqlite-shm").unlink()


def journal_cut_off(state: Path) -> None:
    os.truncate(journal_of(state), 0)


def journal_cut_in_half(state: Path) -> None:
    os.truncate(journal_of(state), journal_of(state).stat().st_size // 2)


def journal_filled_with_something_else(state: Path) -> None:
    journal_of(state).write_bytes(b"something else " * 9000)


ACTS: dict[Callable[[Path], None], str] = {
    folder_removed: "state folder .* was removed or renamed",
    folder_renamed: "state folder .* was removed or renamed",
    folder_replaced: "Another file has taken the place of",
    folder_replaced_by_a_copy: "Another file has taken the place of",
    folder_replaced_by_a_file: "was removed or renamed",
    journal_removed: "The journal .* was removed or renamed",
    journal_and_log_removed: "The journal .* was removed or renamed",
    journal_removed_and_made_anew: "Another file has taken the place of",
    backup_renamed_into_its_place: "Another file has taken the place of",
    backup_copied_into_it: "was overwritten|is damaged",
    run_deleted_from_it: "is missing from the journal",
    log_removed: "sqlite-wal, a part of the journal, was removed",
    log_cut_off: "was overwritten|is damaged|cannot be used",
    index_removed: "sqlite-shm, a part of the journal, was removed",
    journal_cut_off: "was overwritten|is damaged",
    journal_cut_in_half: "was overwritten|is damaged",
    journal_filled_with_something_else: "was overwritten|is damaged",
}


def with_a_past(client: cb.Client, state: Path) -> None:
    """Let the journal have runs, a backup from before the last one, and no log left over."""
    sent(client, *creates(1, start=100))
    with closing(sqlite3.connect(journal_of(state))) as journal:
        with closing(sqlite3.connect(state.parent / "backup.sqlite")) as backup:
            journal.backup(backup)
        journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sent(client, *creates(1, start=101))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_nothing_more_is_sent(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, act: Callable[[Path], None]
) -> None:
    """Only what had left is sent; the run says what happened, and its results say what was sent."""
    state = tmp_path / "state"
    with_a_past(client, state)
    sandbox.server.clear_requests()
    plan = plan_of(client, *creates(ROWS))
    at_call(client, "create", AT, lambda: act(state))
    run = go(plan, client, canary=0, batch_size=1)
    assert run.state == "stopped"
    assert not run.ok
    assert re.search(ACTS[act], run.reason), run.reason
    assert "The run stops" in run.reason or "damaged" in run.reason
    landed = [title for title in posts(sandbox) if titled(sandbox, title)]
    assert AT - 1 <= len(landed) <= AT
    told = {d.title: o for d, o in zip(plan.decisions, run.outcomes, strict=True)}
    assert {title for title, o in told.items() if o.status == "created"} == set(landed)
    assert run.counts["not_sent"] == ROWS - len(landed)
    path = run.to_excel(tmp_path / "results.xlsx")
    header, *rows = openpyxl.load_workbook(path)["results"].iter_rows(values_only=True)
    ids = [row[header.index("result_id")] for row in rows if row[header.index("result_id")]]
    assert ids == [titled(sandbox, title)[0] for title in landed]


@pytest.mark.parametrize("act", [folder_renamed, backup_renamed_into_its_place])
def test_with_many_rows_in_flight(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, act: Callable[[Path], None]
) -> None:
    """Rows that were written down before may still leave; the others never do."""
    with_a_past(client, tmp_path / "state")
    sandbox.server.clear_requests()
    plan = plan_of(client, *creates(200, start=500))
    intended: list[int] = []
    really = Journal.intend

    def counted(self: Journal, run: str, row: int, at: str, **how: bool) -> None:
        really(self, run, row, at, **how)
        intended.append(row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "intend", counted)
        at_call(client, "create", 20, lambda: act(tmp_path / "state"))
        run = go(plan, client)
    assert run.state == "stopped"
    assert run.counts["created"] == len(posts(sandbox)) == len(intended) < 60
    assert run.counts["created"] + run.counts["not_sent"] == 200


@pytest.mark.parametrize("act", [folder_renamed, journal_removed, log_removed])
def test_after_the_last_row(client: cb.Client, tmp_path: Path, act: Callable[[Path], None]) -> None:
    """A run whose end nobody will find has not succeeded, though every row has."""
    plan = plan_of(client, *creates(3))
    at_call(client, "create", 3, lambda: act(tmp_path / "state"), after=True)
    run = go(plan, client, batch_size=1)
    assert run.counts["created"] == 3
    assert (run.state, run.ok) == ("stopped", False)
    assert "removed or renamed" in run.reason


@pytest.mark.parametrize("times", [1, 2])
def test_moved_back_it_goes_on(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, times: int
) -> None:
    """A folder that was only moved has it all: put back, the run is resumed and loses nothing."""
    state = tmp_path / "state"
    plan = plan_of(client, *creates(12))
    at_call(client, "create", 3, lambda: folder_renamed(state))
    number = go(plan, client, batch_size=2).id
    if times == 2:
        state.with_name("elsewhere").rename(state)
        at_call(client, "create", 2, lambda: folder_renamed(state))
        run = again(number, client, batch_size=2)
        assert run.state == "stopped"
        assert "state folder" in run.reason
    with pytest.raises(cb.NoSuchRunError):
        cb.attach(number)
    shutil.rmtree(state)
    state.with_name("elsewhere").rename(state)
    done = again(newest(), client)
    assert done.ok
    assert set(posts(sandbox).values()) == {1}
    assert len(posts(sandbox)) == 12


def test_what_another_process_does_is_no_reason(client: cb.Client, tmp_path: Path) -> None:
    """Reading, writing and checkpoints of others, as of SQLite itself, stop no run."""
    journal = journal_of(tmp_path / "state")
    plan = plan_of(client, *creates(30))

    def busy() -> None:
        assert len(cb.runs()) == 1
        with closing(sqlite3.connect(journal)) as other:
            other.execute("UPDATE runs SET reason = reason")
            other.commit()
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            other.execute("VACUUM")

    for number in (2, 9, 17):
        at_call(client, "create", number, busy)
    run = go(plan, client, batch_size=1, canary=0)
    assert run.ok, run.reason

"""What the journal tells of runs: lists, results, and those under way."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal, RunRecord
from tests.planning.sheets import change, new

from .scenes import at_call, cells, creates, cut_off, newest, sent

MIXED = [
    *creates(3),
    change(288901, balance="51"),
    new(title="Bad 10", balance="x"),
    {**new(title="Skipped 10"), "action": "skip"},
]


@pytest.mark.parametrize("state", ["finished", "stopped"])
def test_results_from_the_journal_alone(client: cb.Client, tmp_path: Path, state: str) -> None:
    """The workbook made from the journal is that of the run, cell by cell."""
    stop = threading.Event()
    if state == "stopped":
        at_call(client, "create", 2, stop.set, after=True)
    run = sent(client, *MIXED, *creates(5, start=10), stop=stop, batch_size=2)
    assert run.state == state
    run.to_excel(tmp_path / "run.xlsx")
    cb.attach(run.id).to_excel(tmp_path / "journal.xlsx")
    assert cells(tmp_path / "journal.xlsx") == cells(tmp_path / "run.xlsx")


def test_runs_are_listed(client: cb.Client) -> None:
    """`runs` has a line for each run with its file, chain, state and counts."""
    run = sent(client, *MIXED)
    cut_off(client, *creates(2, start=20), name="intend", number=1)
    table = cb.runs().set_index("run")
    assert set(table["state"]) == {"finished", "interrupted"}
    row = table.loc[run.id]
    assert (row["file"], row["chain_id"]) == ("DataFrame", 706028)
    assert row["started"].to_pydatetime() == datetime.fromisoformat(run.started)
    assert {name: row[name] for name in run.counts} == run.counts
    assert table.drop(index=run.id).iloc[0]["not_sent"] == 2


def test_no_runs_yet() -> None:
    """Without a run the list is empty, and has its columns."""
    assert len(cb.runs()) == 0
    assert {"run", "started", "file", "chain_id", "state", "created"} <= set(cb.runs().columns)


def test_the_newest_comes_first(client: cb.Client) -> None:
    """Runs of the same second are listed newest first too: `resume` takes the first of them."""
    numbers = [sent(client, change(288901, balance=str(60 + n))).id for n in range(6)]
    assert list(cb.runs()["run"]) == numbers[::-1]


def test_one_bad_entry_does_not_hide_the_others(client: cb.Client, tmp_path: Path) -> None:
    """A run of a newer version in the journal leaves the others visible."""
    good = sent(client, change(288901, balance="51")).id
    bad = sent(client, change(288901, balance="52")).id
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as connection:
        connection.execute("UPDATE runs SET plan = '{\"format\": 99}' WHERE run = ?", [bad])
        connection.commit()
    assert good in set(cb.runs()["run"])
    with pytest.raises(cb.CertbulkError):
        cb.attach(bad)


def test_a_run_is_watched_while_it_runs(client: cb.Client) -> None:
    """`attach` shows a run under way: running, some rows with outcomes, the others not sent."""
    seen: list[cb.Run] = []
    at_call(client, "create", 3, lambda: seen.append(cb.attach(newest())), after=True)
    run = sent(client, *creates(30), batch_size=1, canary=0)
    (under_way,) = seen
    assert (under_way.state, under_way.id) == ("running", run.id)
    assert under_way.counts["created"] >= 2
    assert under_way.counts["unknown"] >= 1
    assert under_way.counts["not_sent"] > 0
    left = [o for o in under_way.outcomes if o.status in ("unknown", "not_sent")]
    assert all(o.message.endswith("yet: the run goes on.") for o in left), "not to be resumed"


@pytest.mark.parametrize("look", [lambda run: cb.attach(run).state, cb.stop])
def test_a_run_that_ends_while_it_is_looked_at_was_not_interrupted(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch, look: Callable[[str], str]
) -> None:
    """It was running when it was read, and has let go of its chain a moment later."""
    run = sent(client, *creates(2))
    really, reads = Journal.run, iter(["running"])

    def read(journal: Journal, number: str) -> RunRecord:
        record = really(journal, number)
        return record._replace(state=next(reads, record.state))

    monkeypatch.setattr(Journal, "run", read)
    assert look(run.id) == "finished"

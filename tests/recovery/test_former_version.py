"""A state folder of version 1 of the journal: everything that can be done with runs still can be.

The folder and how it was made are in `state_v1`.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from certbulk.applying.journal.schema import VERSION
from certbulk.applying.journal.writing import Journal
from certbulk.planning.saving.files import load_plan
from tests.conftest import FAST, UNLIMITED, FakeClock

from .scenes import again, go, posts, puts, titled
from .state_v1.make import SERVICE

STORED = Path(__file__).parent / "state_v1"
RUNS: dict[str, str] = json.loads((STORED / "runs.json").read_text(encoding="utf-8"))
STATES = {
    "interrupted": "interrupted",
    "unknown": "finished",
    "undo": "finished",
    "undone": "finished",
    "finished": "finished",
}
"""What became of the runs, newest first."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the stored folder, where the settings look for it."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    for name in ("journal.sqlite", "sandbox.json"):
        shutil.copy(STORED / name, state)
    return state


@pytest.fixture
def sandbox(folder: Path, clock: FakeClock) -> Iterator[cb.Sandbox]:
    """The sandbox with the types that the runs left."""
    practice = cb.Sandbox(folder / "sandbox.json", limits=UNLIMITED, clock=clock.now)
    with practice:
        yield practice


@pytest.fixture
def client(sandbox: cb.Sandbox, clock: FakeClock) -> cb.Client:
    """A client of it under the name that the runs know."""
    return sandbox.client(service=SERVICE, **FAST, clock=clock, jitter=lambda: 1.0)


def version_of(journal: Path) -> int:
    with closing(sqlite3.connect(journal)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_runs_are_listed(folder: Path) -> None:
    """All runs are there with their states and counts, and an undo is known as one."""
    found = cb.runs().set_index("run")
    assert list(found.index) == [RUNS[name] for name in STATES]
    assert list(found["state"]) == list(STATES.values())
    counts = found[["created", "unknown", "not_sent"]].T.to_dict("list")
    assert counts[RUNS["interrupted"]] == [2, 1, 2]
    assert counts[RUNS["unknown"]] == [1, 2, 0]
    assert {name: found.loc[number, "kind"] for name, number in RUNS.items()} == {
        name: "undo" if name == "undo" else "apply" for name in RUNS
    }
    assert set(found["service"]) == {"practice"}
    assert version_of(folder / "journal.sqlite") == VERSION
    assert version_of(folder / "journal.v1.sqlite") == 1


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_attached_to(name: str) -> None:
    """Its outcomes claim nothing that the former version did not know."""
    run = cb.attach(RUNS[name])
    assert run.state == STATES[name]
    assert {outcome.verified for outcome in run.outcomes} == {""}
    assert {outcome.own for outcome in run.outcomes} == {None}
    assert str(run)


@pytest.mark.usefixtures("folder")
def test_the_results_can_be_written(tmp_path: Path) -> None:
    """The workbook has every row of the run with the id that it got."""
    path = cb.attach(RUNS["finished"]).to_excel(tmp_path / "again.xlsx")
    header, *rows = openpyxl.load_workbook(path)["results"].iter_rows(values_only=True)
    position = header.index("result_status")
    assert [row[position] for row in rows] == [
        "created",
        "created",
        "updated",
        "blocked",
        "invalid",
    ]


def test_an_interrupted_run_is_resumed(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What was sent stays, what landed is found, and the rest is sent once."""
    done = again(RUNS["interrupted"], client)
    assert done.counts["created"] == 5
    assert {f"Cut {n} 10": len(titled(sandbox, f"Cut {n} 10")) for n in range(5)} == {
        f"Cut {n} 10": 1 for n in range(5)
    }
    assert set(posts(sandbox)) == {"Cut 3 10", "Cut 4 10"}


def test_unknown_rows_are_resumed(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Rows whose answer was lost are found to have landed, and nothing is sent again."""
    done = again(RUNS["unknown"], client)
    assert [str(outcome.status) for outcome in done.outcomes] == ["created", "created", "updated"]
    assert not posts(sandbox)
    assert not puts(sandbox)


def test_what_to_resume(folder: Path) -> None:
    """A bare resume would take the interrupted run, and runs of that chain alone."""
    with closing(Journal(folder)) as journal:
        assert journal.to_resume(SERVICE, 706028) == RUNS["interrupted"]
        assert journal.to_resume(SERVICE, 1) is None


def test_a_run_is_undone(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The plan of an undo is about the run's own rows, and what it sends is undone."""
    before = {record["id"] for record in sandbox.types()}
    ids = {o.id for o in cb.attach(RUNS["finished"]).outcomes if o.status == "created"}
    plan = cb.undo(RUNS["finished"], client)
    assert {d.id for d in plan.decisions if d.action == "delete"} <= ids
    go(plan, client)
    assert before - {record["id"] for record in sandbox.types()} <= ids
    assert cb.runs()["kind"].iloc[0] == "undo"


def test_an_undone_run_stays_so(client: cb.Client) -> None:
    """An undo that was carried out has nothing left to undo."""
    assert cb.undo(RUNS["undone"], client).requests == 0


def test_drift(client: cb.Client) -> None:
    """A finished run can be compared with what is live now."""
    found = cb.drift(cb.attach(RUNS["finished"]), client)
    assert not {289056, 289057} & set(found.frame["id"].dropna())


def test_a_saved_plan_is_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A plan that was saved then can be applied now, once."""
    plan = load_plan(STORED / "plan.json")
    assert plan.counts["create"] == plan.counts["update"] == 1
    assert go(plan, client).ok
    assert len(titled(sandbox, "Saved 10")) == 1
    with pytest.raises(cb.PlanError, match="carried out once"):
        go(plan, client)

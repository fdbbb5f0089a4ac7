"""Runs that stopped or were cut off go on: nothing is sent twice, nothing is left out."""

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.conftest import FAST
from tests.planning.sheets import change, new, plan_of

from .scenes import (
    PowerCutError,
    again,
    assert_each_once,
    at_call,
    cells,
    crash_at,
    creates,
    cut_off,
    go,
    posts,
    puts,
    record_of,
    sent,
    titled,
)

MIXED = [
    *creates(3),
    change(288901, balance="51"),
    new(title="Bad 10", balance="x"),
    change(288902, balance="101"),
    {**new(title="Skipped 10"), "action": "skip"},
]


@pytest.mark.parametrize("number", [1, 3, 12])
def test_after_a_stop(sandbox: cb.Sandbox, client: cb.Client, number: int) -> None:
    """A run that was asked to stop continues with the rows that had not left, and only those."""
    stop = threading.Event()
    at_call(client, "create", number, stop.set, after=True)
    rows = creates(32)
    run = sent(client, *rows, stop=stop, canary=0, batch_size=4)
    assert run.state == cb.attach(run.id).state == "stopped"
    assert run.counts["not_sent"] > 0
    done = again(run.id, client)
    assert (done.state, done.ok, done.id) == ("finished", True, run.id)
    assert_each_once(sandbox, done, [row["title"] for row in rows])
    assert set(posts(sandbox).values()) == {1}
    for before, after in zip(run.outcomes, done.outcomes, strict=True):
        assert before.status == "not_sent" or before == after


def test_after_401(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """With the token refused nothing is sent; with the right one the run goes on."""
    plan = plan_of(client, *creates(3))
    stranger = sandbox.client(**FAST, clock=client.clock, user_token="wrong")
    run = go(plan, stranger)
    assert (run.state, run.counts["not_sent"]) == ("stopped", 3)
    assert "401" in run.reason
    assert not posts(sandbox)
    done = again(run.id, client)
    assert_each_once(sandbox, done, [f"N{n} 10" for n in range(3)])


def test_after_a_right_was_taken_away(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Rows that have an outcome, refused ones among them, are never sent again."""
    sandbox.faults = Faults(script=(None, None, "html_forbidden"), methods=("POST",))
    run = sent(client, *creates(30), canary=0)
    assert run.state == "stopped"
    had = {o.row for o in run.outcomes if o.status != "not_sent"}
    before = posts(sandbox)
    done = again(run.id, client)
    assert done.state == "finished"
    for decision, outcome in zip(done.plan.decisions, done.outcomes, strict=True):
        if decision.row in had:
            assert posts(sandbox)[decision.title] == before[decision.title] == 1
        else:
            assert (outcome.status, posts(sandbox)[decision.title]) == ("created", 1)


CRASHES = [
    (name, number, written)
    for name in ("intend", "settle")
    for number in (1, 4)
    for written in (False, True)
]


@pytest.mark.parametrize(("name", "number", "written"), CRASHES)
def test_after_a_crash(
    sandbox: cb.Sandbox,
    client: cb.Client,
    name: str,
    number: int,
    written: bool,  # noqa: FBT001
) -> None:
    """Cut off before or after an intent or an outcome, every row ends once, with its own id."""
    run = cut_off(client, *MIXED, name=name, number=number, written=written)
    assert cb.attach(run).state == "interrupted"
    open_rows = {o.row: o for o in cb.attach(run).outcomes}
    settled = {row for row, o in open_rows.items() if o.status in {"created", "updated"}}
    had_posts, had_puts = posts(sandbox), puts(sandbox)
    done = again(run, client)
    assert [str(o.status) for o in done.outcomes] == [
        "created", "created", "created", "updated", "invalid", "updated", "skipped"
    ]  # fmt: skip
    for outcome, row in zip(done.outcomes, MIXED, strict=True):
        if outcome.status == "created":
            assert titled(sandbox, row["title"]) == [outcome.id]
            if outcome.row in settled:
                assert posts(sandbox)[row["title"]] == had_posts[row["title"]] == 1
        if outcome.status == "updated":
            assert record_of(sandbox, outcome.id or 0)["balance"] == int(row["balance"])
            if outcome.row in settled:
                assert puts(sandbox)[outcome.id or 0] == had_puts[outcome.id or 0]
    assert cb.attach(run).outcomes == done.outcomes


def test_a_crash_upon_a_crash(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A resume that is cut off itself is resumed like any other run."""
    rows = creates(6)
    run = cut_off(client, *rows, name="settle", number=2)
    for number in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            crash_at(patch, "settle", number)
            with pytest.raises(PowerCutError):
                again(run, client)
    done = again(run, client)
    assert_each_once(sandbox, done, [row["title"] for row in rows])


@pytest.mark.parametrize("how", ["asked to stop", "list refused"])
@pytest.mark.parametrize("row", [new(title="N0 10"), change(288901, balance="51")])
def test_a_doubtful_row_that_could_not_be_looked_up(
    sandbox: cb.Sandbox, client: cb.Client, how: str, row: dict[str, str]
) -> None:
    """A row whose request may have left is unknown until somebody has looked, not `not_sent`."""
    run = cut_off(client, row, name="settle", number=1)
    assert cb.attach(run).outcomes[0].status == "unknown"
    stop = threading.Event()
    if how == "asked to stop":
        stop.set()
    else:
        sandbox.faults = Faults(html_forbidden=1.0)
    stopped = again(run, client, stop=stop, verify=False)
    assert stopped.state == "stopped"
    assert stopped.outcomes[0].status == "unknown", stopped.outcomes[0]
    assert cb.attach(run).outcomes[0].status == "unknown"
    sandbox.faults = Faults()
    assert again(run, client).ok
    assert sum(posts(sandbox).values()) + sum(puts(sandbox).values()) == 1


@pytest.mark.parametrize("other", [{"chain_id": 706555}, {"service": "https://other.example"}])
def test_under_another_name(sandbox: cb.Sandbox, client: cb.Client, other: dict[str, Any]) -> None:
    """A resume for another chain or service is refused, and says which is which."""
    run = cut_off(client, *creates(2), name="intend", number=1)
    stranger = sandbox.client(**FAST, clock=client.clock, **other)
    with pytest.raises(cb.PlanError) as told:
        again(run, stranger)
    assert str(*other.values()) in str(told.value)
    assert str(client.chain_id) in str(told.value)
    assert not posts(sandbox)
    assert again(run, client).ok


def test_a_plan_that_was_changed_in_the_journal(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """A run whose plan is not the one that it began with is refused, and nothing is sent."""
    run = cut_off(client, *creates(2), name="intend", number=1)
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as connection:
        (text,) = connection.execute("SELECT plan FROM runs").fetchone()
        document = json.loads(text)
        document["decisions"][1]["body"]["balance"] = 9999
        connection.execute("UPDATE runs SET plan = ?", [json.dumps(document)])
        connection.commit()
    with pytest.raises(cb.PlanError):
        again(run, client)
    assert not posts(sandbox)


def test_no_such_run(client: cb.Client) -> None:
    """A number that no run has is told, with the way to list them."""
    for ask in (cb.attach, cb.stop, lambda run: again(run, client), lambda r: cb.undo(r, client)):
        with pytest.raises(cb.NoSuchRunError, match="no such run") as told:
            ask("20200101-000000-abcdef")
        assert told.value.terminal == "List them: certbulk runs"


@pytest.mark.parametrize("fate", ["gone", "changed"])
def test_the_input_file_is_not_needed(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, fate: str
) -> None:
    """A run goes on, and its results are the same, with its file gone or another one."""
    file = tmp_path / "types.csv"
    pd.DataFrame(creates(4)).to_csv(file, index=False)
    stop = threading.Event()
    at_call(client, "create", 1, stop.set, after=True)
    plan = cb.plan(cb.validate(cb.read(file)), client)
    run = go(plan, client, stop=stop)
    if fate == "gone":
        file.unlink()
    else:
        file.write_text("title\nsomething else\n", encoding="utf-8")
    done = again(run.id, client)
    assert_each_once(sandbox, done, [f"N{n} 10" for n in range(4)])
    done.to_excel(tmp_path / "one.xlsx")
    cb.attach(run.id).to_excel(tmp_path / "other.xlsx")
    assert cells(tmp_path / "one.xlsx") == cells(tmp_path / "other.xlsx")
    titles = [row[cells(tmp_path / "one.xlsx")["results"][0].index("title")]
              for row in cells(tmp_path / "one.xlsx")["results"][1:]]  # fmt: skip
    assert titles == [f"N{n} 10" for n in range(4)]


def test_a_row_refused_by_the_limit_when_the_run_stopped(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """A request that was answered with 429 alone was not carried out: run and journal agree."""
    stop = threading.Event()
    plan = plan_of(client, change(288901, balance="51"))
    sandbox.faults = Faults(rate_limited=1.0, methods=("PUT",))
    at_call(client.pace, "refused", 1, stop.set, after=True)
    run = go(plan, client, stop=stop)
    assert [o.status for o in cb.attach(run.id).outcomes] == [o.status for o in run.outcomes]
    sandbox.faults = Faults()
    assert again(run.id, client).ok


def test_a_finished_run_stays_as_it_is(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Resuming what is finished sends nothing and changes nothing."""
    run = sent(client, *MIXED)
    sandbox.server.clear_requests()
    done = again(run.id, client)
    assert done.outcomes == run.outcomes
    assert done.state == "finished"
    assert not posts(sandbox)
    assert not puts(sandbox)


def test_two_resumes_at_once(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The second resume of a run is told that the first is sending."""
    run = cut_off(client, *creates(4), name="intend", number=1)
    told: list[BaseException] = []

    def second() -> None:
        try:
            again(run, client)
        except cb.ChainBusyError as error:
            told.append(error)

    at_call(client, "create", 2, second)
    done = again(run, client)
    assert run in str(told[0])
    assert_each_once(sandbox, done, [f"N{n} 10" for n in range(4)])


def test_a_row_refused_by_the_limit_and_then_cut_off(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """A row that was not sent at first, and landed unseen on resume, is not created twice."""
    stop = threading.Event()
    plan = plan_of(client, new(), allow_duplicate_titles=True)
    sandbox.faults = Faults(script=("rate_limited",), methods=("POST",))
    at_call(client.pace, "refused", 1, stop.set, after=True)
    run = go(plan, client, stop=stop)
    assert titled(sandbox, new()["title"]) == []
    with pytest.MonkeyPatch.context() as patch:
        crash_at(patch, "settle", 1)
        with pytest.raises(PowerCutError):
            again(run.id, client)
    assert len(titled(sandbox, new()["title"])) == 1
    between = cb.attach(run.id).outcomes[0].status
    (outcome,) = again(run.id, client).outcomes
    assert titled(sandbox, new()["title"]) == [outcome.id]
    assert (between, outcome.status) == ("unknown", "created")


def test_a_row_without_an_outcome_is_kept_as_not_looked_at(client: cb.Client) -> None:
    """Cut off, and gone on with without looks: the journal has what the run says of its rows."""
    run = cut_off(client, *creates(3), name="settle", number=2)
    done = again(run, client, settle=False)
    assert (done.counts["unknown"], done.verified["not_looked"]) == (2, 2)
    kept = cb.attach(run)
    assert (kept.counts, kept.verified) == (done.counts, done.verified)
    assert again(run, client).ok

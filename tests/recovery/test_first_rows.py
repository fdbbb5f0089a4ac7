"""Runs that stop themselves, or are told to: canaries, failures in a row, and `stop`."""

import threading
from typing import TYPE_CHECKING, Any

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.planning.sheets import change, new, plan_of

from .scenes import (
    again,
    assert_each_once,
    at_call,
    creates,
    go,
    newest,
    posts,
    puts,
    sent,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def stores_wrongly(sandbox: cb.Sandbox, client: cb.Client, name: str = "create") -> None:
    """Let the service keep another balance than the one it answers, from the first write on."""
    really: Callable[..., dict[str, Any]] = getattr(client, name)

    def wrongly(*args: Any, **options: Any) -> dict[str, Any]:
        record = really(*args, **options)
        sandbox.server.edit(record["id"], balance=1)
        return record

    setattr(client, name, wrongly)


def looked_up(sandbox: cb.Sandbox) -> int:
    """Return how many single records were read."""
    return sum(
        seen.method == "GET" and seen.path.rpartition("/")[2].isdigit() for seen in sandbox.requests
    )


@pytest.mark.parametrize("canary", [1, 3])
def test_a_wrong_value_stops_the_run(sandbox: cb.Sandbox, client: cb.Client, canary: int) -> None:
    """What reads back otherwise than it was sent stops the run after the first rows."""
    plan = plan_of(client, *creates(25))
    stores_wrongly(sandbox, client)
    run = go(plan, client, canary=canary)
    assert sum(posts(sandbox).values()) == canary
    assert (run.state, run.counts["created"], run.counts["not_sent"]) == (
        "stopped", canary, 25 - canary
    )  # fmt: skip
    assert "Face value" in run.reason
    assert "10" in run.reason
    assert cb.attach(run.id).reason == run.reason


def test_a_wrong_value_of_an_update(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Updates are canaries too."""
    plan = plan_of(client, change(288901, balance="51"), change(288902, balance="101"))
    stores_wrongly(sandbox, client, "update")
    run = go(plan, client, canary=1)
    assert (run.state, dict(puts(sandbox))) == ("stopped", {288901: 1})


def test_after_the_cause_is_gone(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A run that its canary stopped goes on when it is resumed, with a canary again."""
    plan = plan_of(client, *creates(4))
    really = client.create
    stores_wrongly(sandbox, client)
    run = go(plan, client, canary=1)
    stopped = again(run.id, client)
    assert sum(posts(sandbox).values()) == 2
    assert stopped.state == "stopped"
    client.create = really  # type: ignore[method-assign]
    done = again(run.id, client)
    assert (done.state, done.counts["created"]) == ("finished", 4)
    assert set(posts(sandbox).values()) == {1}


@pytest.mark.parametrize("canary", [1, 2])
def test_refused_first_rows_stop_the_run(
    sandbox: cb.Sandbox, client: cb.Client, canary: int
) -> None:
    """A service that refuses all the first rows is not asked for the others."""
    plan = plan_of(client, *creates(25))
    sandbox.faults = Faults(false_success=1.0, methods=("POST",))
    run = go(plan, client, canary=canary)
    assert sum(posts(sandbox).values()) == canary
    assert (run.state, run.counts["failed"], run.counts["not_sent"]) == (
        "stopped", canary, 25 - canary
    )  # fmt: skip
    assert "refused" in run.reason


def test_not_all_of_them_refused(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """One refused row among the first does not keep the others back."""
    plan = plan_of(client, *creates(5))
    sandbox.faults = Faults(script=("false_success",), methods=("POST",))
    run = go(plan, client, canary=2)
    assert (run.state, run.counts["created"]) == ("finished", 4)


@pytest.mark.parametrize(
    ("rows", "canary", "reads"), [(20, None, 0), (21, None, 1), (21, 0, 0), (3, 2, 2), (2, 9, 2)]
)
def test_how_many(
    sandbox: cb.Sandbox, client: cb.Client, rows: int, canary: int | None, reads: int
) -> None:
    """By default one row goes first if there are more than twenty to send."""
    run = sent(client, *creates(rows), canary=canary)
    assert run.counts["created"] == rows
    assert looked_up(sandbox) == reads


def test_a_canary_that_was_not_sent_is_none(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """If the first row is kept back, the next one goes first in its place."""
    rows = [change(288901, balance="51"), *(creates(24))]
    plan = plan_of(client, *rows)
    sandbox.server.edit(288901, balance=52)
    stores_wrongly(sandbox, client)
    run = go(plan, client)
    assert run.state == "stopped"
    assert sum(posts(sandbox).values()) == 1


# --- failures in a row


@pytest.mark.parametrize("most", [1, 3])
def test_too_many_failures_in_a_row(sandbox: cb.Sandbox, client: cb.Client, most: int) -> None:
    """So many refusals one after the other stop the run; a resume sends the rest."""
    plan = plan_of(client, *creates(12))
    sandbox.faults = Faults(false_success=1.0, methods=("POST",))
    run = go(plan, client, most_failures=most)
    assert (run.state, run.counts["failed"]) == ("stopped", most)
    assert str(most) in run.reason
    sandbox.faults = Faults()
    before = posts(sandbox)
    done = again(run.id, client)
    assert (done.state, done.counts["failed"], done.counts["created"]) == (
        "finished", most, 12 - most
    )  # fmt: skip
    assert all(posts(sandbox)[title] == 1 for title in before)


def test_failures_that_are_not_in_a_row(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row that succeeds between them begins the count anew."""
    ids = (288901, 288902, 288904, 288905, 288909)
    plan = plan_of(client, *(change(type_id, balance="77") for type_id in ids))
    bad = "false_success"
    sandbox.faults = Faults(script=(bad, None, bad, None, bad), methods=("PUT",))
    run = go(plan, client, most_failures=2, batch_size=1)
    assert (run.state, run.counts["failed"], run.counts["updated"]) == ("finished", 3, 2)


def test_lost_answers_count_too(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Answers lost one after the other stop the run; what landed is adopted by looking."""
    sandbox.faults = Faults(lost_answer=1.0, methods=("POST",))
    rows = creates(40)
    run = sent(client, *rows, most_failures=3, canary=0)
    assert run.state == "stopped"
    assert 3 <= run.counts["created"] <= 3 + 32
    assert {o.code for o in run.outcomes if o.status == "created"} == {"adopted"}
    sandbox.faults = Faults()
    done = again(run.id, client)
    assert_each_once(sandbox, done, [row["title"] for row in rows])
    assert set(posts(sandbox).values()) == {1}


# --- stop


def test_stop_from_another_thread(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A run that is asked to stop by its number sends no further batch, and can be resumed."""

    def ask() -> None:
        asking = threading.Thread(target=lambda: cb.stop(newest()))
        asking.start()
        asking.join()

    at_call(client, "create", 4, ask, after=True)
    rows = creates(60)
    run = sent(client, *rows, canary=0, batch_size=1)
    assert run.state == "stopped"
    assert "stop" in run.reason
    assert run.counts["not_sent"] == 60 - 4
    done = again(run.id, client)
    assert_each_once(sandbox, done, [row["title"] for row in rows])
    assert set(posts(sandbox).values()) == {1}


def test_stop_while_it_settles(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A stop that is asked for while a run looks for lost creates is heard before it sends."""
    plan = plan_of(client, new())
    sandbox.faults = Faults(script=("closed",), methods=("POST",))
    at_call(client, "list", 3, lambda: cb.stop(newest()))
    run = go(plan, client)
    assert run.state == "stopped"
    assert sum(posts(sandbox).values()) == 1
    assert run.outcomes[0].status == "unknown"
    assert titled(sandbox, run.plan.decisions[0].title) == []
    assert again(run.id, client).counts["created"] == 1


def test_a_stop_does_not_linger(client: cb.Client) -> None:
    """Stopping a run that has ended changes nothing, and does not stop its resume."""
    run = sent(client, *creates(2))
    cb.stop(run.id)
    assert cb.attach(run.id).state == "finished"
    assert again(run.id, client).state == "finished"


@pytest.mark.parametrize(
    "option", [{"most_failures": 0}, {"batch_size": 0}, {"settle_pause": -1}, {"staleness": -1}]
)
def test_options_that_cannot_be_right(
    sandbox: cb.Sandbox, client: cb.Client, option: dict[str, Any]
) -> None:
    """An option out of range is refused before anything is sent, and the plan stays usable."""
    plan = plan_of(client, new())
    with pytest.raises(cb.PlanError, match=next(iter(option))):
        go(plan, client, **option)
    assert not posts(sandbox)
    assert go(plan, client).ok


def test_a_row_that_fails_again_and_again_is_one_row(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """Three rows that are lost each time are not ten rows: the run goes to its end."""
    sandbox.faults = Faults(closed=1.0, methods=("POST",))
    run = sent(client, *creates(3))
    assert (run.state, run.reason) == ("finished", "")
    assert [str(outcome.status) for outcome in run.outcomes] == ["unknown"] * 3
    assert posts(sandbox).total() > 10

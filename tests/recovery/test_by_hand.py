"""Settling a row by hand: what is believed, what is refused, and what is kept."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import certbulk as cb
from certbulk.applying.journal.chain_lock import Claim, one_run_at_a_time
from certbulk.applying.journal.schema import SETTLED
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import Faults
from certbulk.shared.home import journal_home
from tests.planning.sheets import change, new, plan_of

from .scenes import again, cut_off, go, posts, record_of, sent, titled

LOST = Faults(lost_answer=1.0, methods=("POST", "PUT", "DELETE"))
CLOSED = Faults(closed=1.0, methods=("POST", "PUT", "DELETE"))


def left_unknown(
    sandbox: cb.Sandbox, client: cb.Client, *rows: dict[str, str], faults: Faults = LOST
) -> cb.Run:
    """Return a run all of whose rows are unknown: their answers were lost."""
    plan = plan_of(client, *rows)
    sandbox.faults = faults
    run = go(plan, client, settle=False, verify=False)
    sandbox.faults = Faults()
    assert {str(o.status) for o in run.outcomes} == {"unknown"}
    return run


def decisions() -> list[tuple[Any, ...]]:
    wanted = select(*(SETTLED.c[name] for name in ("run", "row", "what", "id", "who", "at")))
    with (
        closing(Journal(journal_home())) as journal,
        journal._connection() as connection,  # noqa: SLF001
    ):
        return [tuple(row) for row in connection.execute(wanted)]


def test_a_create_that_was_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The row has its id and its record, and an undo deletes the type."""
    run = left_unknown(sandbox, client, new())
    (made,) = titled(sandbox, "Fresh 10")
    outcome = cb.settle(run.id, 2, client, done=True, id=made)
    assert (outcome.status, outcome.id, outcome.code) == ("created", made, "settled_by_hand")
    assert (outcome.verified, outcome.own, outcome.attempts) == ("yes", True, 1)
    found = cb.attach(run.id)
    assert found.outcomes == (outcome,)
    assert found.ok
    ((number, row, what, kept, who, at),) = decisions()
    assert (number, row, what, kept, at) == (run.id, 2, "done", made, outcome.at)
    assert "@" in who
    assert go(cb.undo(run.id, client), client).counts["deleted"] == 1
    assert not titled(sandbox, "Fresh 10")


def test_what_was_stored_otherwise(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that is the row's and has another value is taken, and the difference is told."""
    run = left_unknown(sandbox, client, new())
    (made,) = titled(sandbox, "Fresh 10")
    sent(client, change(made, balance="11"))
    outcome = cb.settle(run.id, 2, client, done=True, id=made)
    assert (outcome.status, outcome.verified) == ("created", "differs")
    assert "Face value: sent 10, stored 11" in outcome.message
    assert not cb.attach(run.id).ok


def test_an_update_that_was_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The row has its own id, the record is kept, and an undo puts back what was before."""
    before = record_of(sandbox, 288901)
    run = left_unknown(sandbox, client, change(288901, balance="51"))
    outcome = cb.settle(run.id, 2, client, done=True)
    assert (outcome.status, outcome.id, outcome.verified) == ("updated", 288901, "yes")
    assert go(cb.undo(run.id, client), client).counts["updated"] == 1
    assert record_of(sandbox, 288901) == before


def test_a_deletion_that_was_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that is not there any more has been deleted."""
    plan = cb.undo(sent(client, new()).id, client)
    sandbox.faults = LOST
    run = go(plan, client, settle=False, verify=False)
    sandbox.faults = Faults()
    outcome = cb.settle(run.id, 2, client, done=True)
    assert (outcome.status, outcome.verified) == ("deleted", "yes")
    assert cb.attach(run.id).counts["deleted"] == 1


@pytest.mark.parametrize("row", [new(), change(288901, balance="51")])
def test_what_was_not_carried_out(
    sandbox: cb.Sandbox, client: cb.Client, row: dict[str, str]
) -> None:
    """The row ends as failed, a resume does not send it, and a new plan does."""
    run = left_unknown(sandbox, client, row)
    outcome = cb.settle(run.id, 2, client, done=False)
    assert (outcome.status, outcome.code, outcome.own) == ("failed", "settled_by_hand", False)
    assert [what for _, _, what, *_ in decisions()] == ["not done"]
    sandbox.server.clear_requests()
    assert again(run.id, client).outcomes == (outcome,)
    assert {seen.method for seen in sandbox.requests} <= {"GET"}
    assert "sends" in outcome.message


Case = Callable[[cb.Sandbox, cb.Client], tuple[str, int | None]]
"""What leaves a run whose row 2 is unknown, and returns its number and the id to try."""


def without_an_id(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    return left_unknown(sandbox, client, new()).id, None


def live_before(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    return left_unknown(sandbox, client, new(title="Gift Certificate 50!")).id, 288901


def of_another_row(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    plan = plan_of(client, new(title="Twin 10"), new(title="TWIN 10"), allow_duplicate_titles=True)
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    run = go(plan, client, settle=False, verify=False, batch_size=1)
    sandbox.faults = Faults()
    assert [str(o.status) for o in run.outcomes] == ["unknown", "created"]
    return run.id, run.outcomes[1].id


def of_another_run(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    run = left_unknown(sandbox, client, new(), faults=CLOSED)
    return run.id, sent(client, new()).outcomes[0].id


def of_nobody(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    return left_unknown(sandbox, client, new()).id, 999_999


def another_title(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    run = left_unknown(sandbox, client, new(), faults=CLOSED)
    return run.id, client.create({**record_body(client), "title": "Something else"})["id"]


def title_of_another_row(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    run = left_unknown(sandbox, client, new(title="Spa 10"), new(title="SPA 10"), faults=LOST)
    return run.id, titled(sandbox, "SPA 10")[0]


def an_id_of_its_own(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    return left_unknown(sandbox, client, change(288901, balance="51")).id, 288902


def as_it_was(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    faults = Faults(lost_answer=1.0, methods=("PUT",))
    run = left_unknown(sandbox, client, change(288901, balance="51"), faults=faults)
    sent(client, change(288901, balance="50"))
    return run.id, None


def gone(sandbox: cb.Sandbox, client: cb.Client) -> tuple[str, int | None]:
    run = left_unknown(sandbox, client, change(288901, balance="51"))
    client.delete(288901)
    return run.id, None


def record_body(client: cb.Client) -> dict[str, Any]:
    """Return the body of a create."""
    return plan_of(client, new(title="Body 10")).decisions[0].body or {}


REFUSED: dict[Case, str] = {
    without_an_id: "Row 0 creates a type: give the id",
    live_before: "it was live already when the plan was made",
    of_another_row: "it belongs to row 1",
    of_another_run: "another run created it",
    of_nobody: "There is no type 999999",
    another_title: "its title is .Something else., but that of the row is .Fresh 10.",
    title_of_another_row: "its title is .SPA 10., which is that of row 1",
    an_id_of_its_own: "is about id 288901, not 288902",
    as_it_was: "is as it was before the run",
    gone: "Type 288901 no longer exists",
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.__name__)
def test_what_cannot_be_the_rows(sandbox: cb.Sandbox, client: cb.Client, case: Case) -> None:
    """What cannot be what the row made is refused with the reason, and nothing is written down."""
    run, number = case(sandbox, client)
    before = cb.attach(run).outcomes
    with pytest.raises(cb.PlanError, match=REFUSED[case]):
        cb.settle(run, 2, client, done=True, id=number)
    assert cb.attach(run).outcomes == before
    assert decisions() == []


def test_a_deletion_that_was_not_carried_out(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that is still there has not been deleted."""
    plan = cb.undo(sent(client, new()).id, client)
    sandbox.faults = Faults(closed=1.0, methods=("DELETE",))
    run = go(plan, client, settle=False, verify=False)
    sandbox.faults = Faults()
    assert run.outcomes[0].status == "unknown"
    with pytest.raises(cb.PlanError, match="still there"):
        cb.settle(run.id, 2, client, done=True)


@pytest.mark.parametrize("done", [True, False])
def test_only_what_is_unknown_is_settled(sandbox: cb.Sandbox, client: cb.Client, done: Any) -> None:
    """Rows with an outcome, rows that were not sent and rows that are not there are refused."""
    run = sent(client, new(), change(288902))
    with pytest.raises(cb.PlanError, match=r"Row 0 of run .* is created\. Only a row"):
        cb.settle(run.id, 2, client, done=done)
    with pytest.raises(cb.PlanError, match="has no row 77"):
        cb.settle(run.id, 77, client, done=done)
    with pytest.raises(cb.NoSuchRunError):
        cb.settle("20270131-101500-a1b2c3", 2, client, done=done)
    sandbox.faults = Faults(html_forbidden=1.0, methods=("POST",))
    stopped = sent(client, new(title="A 10"), new(title="B 10"))
    sandbox.faults = Faults()
    with pytest.raises(cb.PlanError, match=r"Row 1 of run .* was not sent\. Resume"):
        cb.settle(stopped.id, 3, client, done=done)


def test_an_id_with_not_done(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What was not carried out has made nothing."""
    run = left_unknown(sandbox, client, new())
    with pytest.raises(cb.PlanError, match="Leave the id out"):
        cb.settle(run.id, 2, client, done=False, id=5)


def test_another_chain(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A client for another chain is refused."""
    run = left_unknown(sandbox, client, new())
    with pytest.raises(cb.PlanError, match="is for chain 706028"):
        cb.settle(run.id, 2, sandbox.client(chain_id=706555), done=False)


def test_while_a_run_holds_the_chain(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """Nothing is settled while something is sent, and the lock is free again afterwards."""
    run = left_unknown(sandbox, client, new())
    lock = (tmp_path / "state", client.service, client.chain_id)
    with (
        one_run_at_a_time(lock[0], Claim(*lock[1:], "other", "now")),
        pytest.raises(cb.ChainBusyError, match="run other"),
    ):
        cb.settle(run.id, 2, client, done=False)
    assert cb.settle(run.id, 2, client, done=False).status == "failed"
    assert sent(client, new(title="After 10")).ok


def test_a_row_of_an_interrupted_run(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row without an outcome, whose request left before the process died, can be settled."""
    run = cut_off(client, new(), name="settle", number=1)
    (made,) = titled(sandbox, "Fresh 10")
    assert cb.settle(run, 2, client, done=True, id=made).status == "created"
    assert again(run, client).counts["created"] == 1
    assert posts(sandbox) == {"Fresh 10": 1}

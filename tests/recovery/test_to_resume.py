"""What the journal says besides outcomes: what to resume, what left again, whose ids there are."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import certbulk as cb
from certbulk.applying.history import recent_runs
from certbulk.applying.journal.writing import Journal
from certbulk.applying.outcome import Status, moment
from certbulk.applying.sending import ledger
from certbulk.sandbox import Faults
from certbulk.shared.home import journal_home
from tests.planning.sheets import change, new, plan_of

from .scenes import again, creates, cut_off, go, sent, titled

LOST = Faults(lost_answer=1.0, methods=("POST",))


@pytest.fixture
def journal() -> Iterator[Journal]:
    """The journal that the runs write into."""
    with closing(Journal(journal_home())) as opened:
        yield opened


def stopped(sandbox: cb.Sandbox, client: cb.Client, start: int) -> cb.Run:
    """Return a run that sent none of its rows."""
    sandbox.faults = Faults(html_forbidden=1.0, methods=("POST",))
    run = sent(client, *creates(3, start=start))
    sandbox.faults = Faults()
    return run


def lost(sandbox: cb.Sandbox, client: cb.Client, start: int) -> cb.Run:
    """Return a run with an unknown row."""
    plan = plan_of(client, *creates(1, start=start))
    sandbox.faults = LOST
    run = go(plan, client, settle=False, verify=False)
    sandbox.faults = Faults()
    assert run.counts["unknown"] == 1
    return run


def test_the_newest_that_can_go_on(
    sandbox: cb.Sandbox, client: cb.Client, journal: Journal
) -> None:
    """Finished runs are passed by; stopped, cut off and unknown ones are taken, newest first."""
    where = client.service, client.chain_id
    assert journal.to_resume(*where) is None
    sent(client, *creates(1))
    assert journal.to_resume(*where) is None
    expected = [stopped(sandbox, client, 10).id]
    assert journal.to_resume(*where) == expected[-1]
    sent(client, *creates(1, start=20))
    assert journal.to_resume(*where) == expected[-1]
    interrupted = cut_off(client, *creates(2, start=30), name="settle", number=1)
    assert journal.to_resume(*where) == interrupted
    unknown = lost(sandbox, client, 40).id
    assert journal.to_resume(*where) == unknown


def test_unknown_rows_that_were_looked_for(
    sandbox: cb.Sandbox, client: cb.Client, journal: Journal
) -> None:
    """A resume looks once; then an older run has its turn, unless this one has rows to send."""
    where = client.service, client.chain_id
    older = stopped(sandbox, client, 10).id
    unknown = lost(sandbox, client, 20).id
    journal.looked(unknown)
    assert journal.to_resume(*where) == older
    journal.resumed(unknown)  # it goes on, and has not looked yet
    assert journal.to_resume(*where) == unknown
    journal.looked(older)
    journal.looked(unknown)
    assert journal.to_resume(*where) == older


@pytest.mark.parametrize("state", ["refused", "finished"])
def test_runs_that_sent_nothing_on_purpose(client: cb.Client, journal: Journal, state: str) -> None:
    """All or nothing, with a faulty row: there is nothing to resume, in former versions too."""
    run = sent(client, new(), new(title="Bad 10", balance="x"), all_or_nothing=True)
    assert run.counts["not_sent"] == 1
    journal.finish(run.id, state, "", "")
    assert journal.to_resume(client.service, client.chain_id) is None


def test_of_this_chain_alone(sandbox: cb.Sandbox, client: cb.Client, journal: Journal) -> None:
    """Runs of other chains and services are not for this one."""
    run = stopped(sandbox, client, 10)
    assert journal.to_resume(client.service, 706555) is None
    assert journal.to_resume("https://elsewhere.example/api/v1", client.chain_id) is None
    assert journal.to_resume(client.service, client.chain_id) == run.id


def test_rows_that_left_again_after_a_look(client: cb.Client, journal: Journal) -> None:
    """They are told apart from rows that were sent again because they were refused."""
    run = sent(client, *creates(2)).id
    assert journal.rows_sent_again(run) == set()
    journal.intend(run, 3, "now")
    journal.intend(run, 2, "now", again=True)
    assert journal.rows_sent_again(run) == {2}
    assert journal.rows_sent_again("another") == set()


def test_ids_of_other_runs(client: cb.Client, journal: Journal) -> None:
    """What others have created counts, since a moment or ever; what they changed does not."""
    first = sent(client, *creates(1), change(288901, balance="51"))
    second = sent(client, *creates(1, start=5))
    where = client.service, client.chain_id
    assert journal.created_by_others(second.id, *where) == {first.outcomes[0].id}
    assert journal.created_by_others(second.id, *where, since=second.started) == frozenset()
    assert journal.created_by_others("none", *where) == {
        first.outcomes[0].id,
        second.outcomes[0].id,
    }
    assert journal.created_by_others("none", client.service, 1) == frozenset()


def test_ids_of_a_later_run_whose_clock_is_behind(
    client: cb.Client, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague's clock may be an hour behind: what that run has created counts all the same."""
    first = sent(client, *creates(1))
    behind = moment(datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setattr(ledger, "now", lambda: behind)
    second = sent(client, *creates(1, start=5))
    assert second.outcomes[0].at == behind
    planned = moment(first.plan.made_at)
    where = client.service, client.chain_id, planned
    assert journal.created_by_others(first.id, *where) == {second.outcomes[0].id}


def test_what_a_colleague_made_is_not_adopted(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row whose answer was lost is not given a type that a later run, by its clock, made before.

    Else an undo of the first run would delete it.
    """
    sandbox.faults = Faults(script=(None, "closed"), methods=("POST",))
    first = sent(client, *creates(2), canary=0, settle=False)
    sandbox.faults = Faults()
    assert first.counts["unknown"] == 1
    behind = moment(datetime.now(UTC) - timedelta(hours=1))
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "now", lambda: behind)
        second = sent(client, *creates(2))
    made = next(one.id for one in second.outcomes if one.status == "created")
    done = again(first.id, client)
    assert made not in [one.id for one in done.outcomes if one.status == "created"]


def test_what_a_colleague_made_in_an_earlier_run_is_not_adopted(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is what a run that began earlier has created since, as a colleague resumed it.

    The order in which requests left tells, and no clock.
    """
    earlier, plan = plan_of(client, *creates(2)), plan_of(client, *creates(2))
    sandbox.faults = Faults(script=("server_error",), methods=("POST",))
    theirs = go(earlier, client, canary=0, most_retries=1, most_failures=1, settle=False)
    sandbox.faults = Faults(script=("closed", "closed"), methods=("POST",))
    mine = go(plan, client, canary=0, settle=False)
    sandbox.faults = Faults()
    assert not titled(sandbox, "N0 10") + titled(sandbox, "N1 10")
    behind = moment(datetime.now(UTC) - timedelta(hours=1))
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "now", lambda: behind)
        made = {one.id for one in again(theirs.id, client).outcomes if one.status == "created"}
    assert made
    done = again(mine.id, client)
    assert not made & {one.id for one in done.outcomes if one.status == "created"}


def test_outcomes_that_are_written_anew(client: cb.Client, journal: Journal) -> None:
    """Everything of them changes but the record; and all of them do, or none."""
    run = sent(client, *creates(2))
    stored = journal.stored(run.id)
    found = [
        replace(o, status=Status.FAILED, id=7, code="not_stored", verified="differs", own=False)
        for o in run.outcomes
    ]
    journal.remark_all(run.id, found)
    assert list(journal.outcomes(run.id).values()) == found
    assert journal.stored(run.id) == stored
    with pytest.raises(RuntimeError):
        journal.remark_all(run.id, failing(run))
    assert list(journal.outcomes(run.id).values()) == found


def failing(run: cb.Run) -> Iterator[cb.Outcome]:
    """Yield an outcome, and no second one."""
    yield run.outcomes[0]
    raise RuntimeError


def test_runs_have_a_kind_and_somebody_who_sent_them(client: cb.Client, journal: Journal) -> None:
    """The journal has who sent a run, with the machine, and what kind of run it is."""
    run = sent(client, *creates(1))
    undo = go(cb.undo(run.id, client), client)
    assert [journal.run(one.id).kind for one in (run, undo)] == ["apply", "undo"]
    assert all(journal.run(run.id).who.split("@"))
    assert journal.run(run.id).frame_index is None
    recent = recent_runs(client.service, client.chain_id)
    assert [one["kind"] for one in recent] == ["undo", "apply"]
    assert {one["service"] for one in recent} == {client.service.split("/")[2]}

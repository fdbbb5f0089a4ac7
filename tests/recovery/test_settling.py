"""What became of requests without a clear answer: found out by looking, or left to a person."""

from typing import Any

import pytest

import certbulk as cb
from certbulk.api.decision import ATTEMPTS
from certbulk.sandbox import Faults
from tests.conftest import FAST, UNLIMITED, FakeClock
from tests.planning.sheets import NEW, change, new, plan_of, report_on

from .scenes import again, at_call, creates, go, lists, posts, puts, record_of, sent, titled

LANDED = ["lost_answer", "truncated", "garbled", "empty_body", "server_error_applied"]
NOT_LANDED = ["closed", "server_error"]
TITLE = NEW["title"]


def script(*kinds: str | None, method: str = "POST") -> Faults:
    return Faults(script=kinds, methods=(method,), latency_seconds=0.0)


@pytest.mark.parametrize("kind", LANDED)
def test_a_create_that_landed_is_adopted(sandbox: cb.Sandbox, client: cb.Client, kind: str) -> None:
    """A create whose answer was lost is found in the live list, and its row has its id."""
    sandbox.faults = script(kind)
    run = sent(client, new())
    (outcome,) = run.outcomes
    assert (outcome.status, outcome.code) == ("created", "adopted")
    assert titled(sandbox, TITLE) == [outcome.id]
    assert (posts(sandbox)[TITLE], outcome.attempts) == (1, 1)
    assert run.state == "finished"
    assert cb.attach(run.id).outcomes == run.outcomes


@pytest.mark.parametrize("kind", NOT_LANDED)
def test_a_create_that_did_not_land_is_sent_again(
    sandbox: cb.Sandbox, client: cb.Client, kind: str
) -> None:
    """A create that is not there, asked twice, is sent again exactly once."""
    sandbox.faults = script(kind)
    run = sent(client, new())
    (outcome,) = run.outcomes
    assert (outcome.status, outcome.code, outcome.attempts) == ("created", "", 2)
    assert titled(sandbox, TITLE) == [outcome.id]
    assert posts(sandbox)[TITLE] == 2
    ways = [seen.method for seen in sandbox.requests if not seen.path.rpartition("/")[2].isdigit()]
    first = ways.index("POST")
    second = ways.index("POST", first + 1)
    assert ways[first + 1 : second].count("GET") >= 2


def test_a_create_that_lands_late_after_all_is_said(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """A first request that lands after both looks: the row keeps its id and names the other one."""
    sandbox.faults = script("closed")
    late: list[int] = []

    def lands() -> None:
        late.append(sandbox.server.add({"title": TITLE, "salon_ids": [720441]})["id"])

    at_call(client, "create", 2, lands, after=True)
    run = sent(client, new(), change(288901, balance="51"), settle_pause=30.0)
    created, updated = run.outcomes
    assert (created.status, created.code) == ("created", "possibly_doubled")
    assert sorted([created.id or 0, *late]) == sorted(titled(sandbox, TITLE))
    assert str(late[0]) in created.message
    assert str(created.id) in created.message
    assert (updated.status, updated.code) == ("updated", "")
    assert (run.state, run.ok, run.warnings) == ("finished", False, 1)
    assert sum(clock.pauses()) == pytest.approx(3 * 30, abs=2)
    assert cb.attach(run.id).outcomes == run.outcomes
    resumed = again(run.id, client)
    assert resumed.outcomes[0].code == "possibly_doubled"


def test_a_repeated_create_is_looked_for_on_resume_too(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """A run that is gone on with looks again at the creates that it had sent twice."""
    sandbox.faults = script("closed")
    run = sent(client, new())
    assert run.outcomes[0].code == ""
    (late,) = [sandbox.server.add({"title": TITLE, "salon_ids": [720441]})["id"]]
    assert str(late) in again(run.id, client).outcomes[0].message


def test_the_pause_before_each_look(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """The pause for a slow server comes before each look: two, and one after a second sending."""
    sandbox.faults = script("closed")
    sent(client, new(), settle_pause=77.0)
    assert sum(clock.pauses()) == pytest.approx(3 * 77, abs=2)


def test_rows_among_others(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Lost answers on many rows are settled each with its own id."""
    kinds = (None, *LANDED, *NOT_LANDED, None, "lost_answer")
    sandbox.faults = script(*kinds)
    rows = creates(len(kinds) + 2)
    run = sent(client, *rows, most_failures=100)
    for outcome, row in zip(run.outcomes, rows, strict=True):
        assert outcome.status == "created"
        assert titled(sandbox, row["title"]) == [outcome.id]
    assert sum(outcome.code == "adopted" for outcome in run.outcomes) == len(LANDED) + 1


def test_two_candidates(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """If two newer types have the title, the row stays unknown and both ids are named."""
    sandbox.faults = script("lost_answer")
    plan = plan_of(client, new())

    def twin() -> None:
        (mine,) = [r for r in sandbox.types() if r["title"] == TITLE]
        sandbox.server.add({k: v for k, v in mine.items() if k != "id"})

    at_call(client, "list", 2, twin)
    (outcome,) = go(plan, client).outcomes
    ids = titled(sandbox, TITLE)
    assert len(ids) == 2
    assert (outcome.status, outcome.id) == ("unknown", None)
    assert all(str(number) in outcome.message for number in ids)
    assert posts(sandbox)[TITLE] == 1


@pytest.mark.parametrize(
    "kinds", [("lost_answer", "closed"), ("closed", "lost_answer"), ("lost_answer", "lost_answer")]
)
def test_two_rows_that_could_claim_one(
    sandbox: cb.Sandbox, client: cb.Client, kinds: tuple[str, str]
) -> None:
    """A type that two rows could claim is given to neither, and neither is sent again."""
    plan = plan_of(client, new(), new(), allow_duplicate_titles=True)
    assert plan.counts["create"] == 2
    sandbox.faults = script(*kinds)
    run = go(plan, client)
    assert [str(outcome.status) for outcome in run.outcomes] == ["unknown"] * 2
    ids = titled(sandbox, TITLE)
    assert all(str(n) in outcome.message for n in ids for outcome in run.outcomes)
    assert posts(sandbox)[TITLE] == 2


def test_a_row_that_failed_claims_nothing(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row that was refused for sure, and one that has its answer, leave the rest to the third."""
    plan = plan_of(client, *[new()] * 3, allow_duplicate_titles=True)
    sandbox.faults = script("false_success", None, "lost_answer")
    run = go(plan, client)
    assert [str(outcome.status) for outcome in run.outcomes] == ["failed", "created", "created"]
    assert run.outcomes[2].code == "adopted"
    assert [o.id for o in run.outcomes[1:]] == titled(sandbox, TITLE)


def test_a_row_still_to_be_sent_claims_nothing(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row without an intent cannot have made the type: the row that was sent adopts it."""
    plan = plan_of(client, new(), new(), allow_duplicate_titles=True)
    sandbox.faults = script("lost_answer")
    stopped = go(plan, client, most_failures=1, verify=False)
    assert stopped.state == "stopped"
    assert [str(o.status) for o in stopped.outcomes] == ["unknown", "not_sent"]
    run = again(stopped.id, client, most_failures=10)
    assert [(str(o.status), o.code) for o in run.outcomes] == [
        ("created", "adopted"), ("created", "")
    ]  # fmt: skip
    assert [o.id for o in run.outcomes] == titled(sandbox, TITLE)


CHANGED: list[dict[str, Any]] = [
    {"balance": 99},
    {"salon_ids": [720442]},
    {"is_multi": False},
    {"expiration_type_id": 2, "expiration_timeout": 3, "expiration_timeout_unit_id": 3},
]


@pytest.mark.parametrize("fields", CHANGED)
def test_a_candidate_that_disagrees(
    sandbox: cb.Sandbox, client: cb.Client, fields: dict[str, Any]
) -> None:
    """A newer type with the title that is not what was sent is not adopted, nor created again."""
    sandbox.faults = script("lost_answer")
    plan = plan_of(client, new())
    at_call(client, "list", 2, lambda: sandbox.server.edit(titled(sandbox, TITLE)[0], **fields))
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.id) == ("unknown", None)
    assert str(titled(sandbox, TITLE)[0]) in outcome.message
    assert posts(sandbox)[TITLE] == 1


def test_an_older_type_is_not_adopted(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that was live when the plan was made is nobody's lost create."""
    plan = plan_of(
        client, new(title="Gift Certificate 50", balance="50.5"), allow_duplicate_titles=True
    )
    assert plan.counts["create"] == 1
    sandbox.faults = script("closed")
    sandbox.server.edit(288901, balance=50.5, salon_ids=[720441])
    (outcome,) = go(plan, client).outcomes
    assert outcome.status == "created"
    assert outcome.id != 288901
    assert posts(sandbox)["Gift Certificate 50"] == 2


@pytest.mark.parametrize("kind", [*LANDED, *NOT_LANDED])
def test_updates_settle_by_reading_the_record(
    sandbox: cb.Sandbox, client: cb.Client, kind: str
) -> None:
    """An update without any answer ends as what the record shows."""
    sandbox.faults = script(*[kind] * ATTEMPTS, method="PUT")
    (outcome,) = sent(client, change(288901, balance="51")).outcomes
    assert (outcome.status, outcome.id) == ("updated", 288901)
    assert record_of(sandbox, 288901)["balance"] == 51
    assert puts(sandbox)[288901] == outcome.attempts == ATTEMPTS + (kind in NOT_LANDED)


def test_an_update_that_somebody_overwrote(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A record that is neither as it was nor as it was to be leaves the row unknown, in words."""
    sandbox.faults = script(*["lost_answer"] * ATTEMPTS, method="PUT")
    plan = plan_of(client, change(288901, balance="51"))
    at_call(client, "get", 1, lambda: sandbox.server.edit(288901, balance=52))
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.id) == ("unknown", 288901)
    assert "Face value" in outcome.message
    assert puts(sandbox)[288901] == ATTEMPTS


def test_without_settling(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """With `settle=False` a lost answer stays unknown, and nobody looks; a resume settles it."""
    sandbox.faults = script("lost_answer")
    run = sent(client, new(), settle=False)
    assert (run.outcomes[0].status, run.state, run.ok) == ("unknown", "finished", False)
    assert run.outcomes[0].verified == "not looked"
    assert lists(sandbox) == 2
    done = again(run.id, client)
    assert (done.outcomes[0].status, done.outcomes[0].code) == ("created", "adopted")
    assert titled(sandbox, TITLE) == [done.outcomes[0].id]
    assert posts(sandbox)[TITLE] == 1


def test_a_resume_without_settling(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A resume that is told not to settle leaves an unknown row as it is, and does not send it."""
    sandbox.faults = script("closed")
    run = sent(client, new(), settle=False)
    done = again(run.id, client, settle=False)
    assert done.outcomes[0].status == "unknown"
    assert posts(sandbox)[TITLE] == 1


def test_no_look_is_possible(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """If the list is refused at the end of a run, rows stay unknown, and a resume settles."""
    sandbox.faults = script("lost_answer")
    plan = plan_of(client, new())

    def refuse() -> None:
        sandbox.faults = Faults(html_forbidden=1.0)

    at_call(client, "list", 2, refuse)
    run = go(plan, client)
    assert (run.outcomes[0].status, run.state) == ("unknown", "stopped")
    sandbox.faults = Faults()
    done = again(run.id, client)
    assert (done.outcomes[0].status, done.outcomes[0].code) == ("created", "adopted")
    assert posts(sandbox)[TITLE] == 1


def test_a_create_that_lands_after_both_looks(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A create that lands right before it would be sent again is not called blocked: it is ours."""
    sandbox.faults = script("closed")
    plan = plan_of(client, new())
    slow = sandbox.client(per_second=1000.0, per_minute=60_000)
    at_call(client, "list", 4, lambda: slow.create(plan.decisions[0].body or {}))
    (outcome,) = go(plan, client, staleness=0).outcomes
    assert len(titled(sandbox, TITLE)) == 1
    assert outcome.status in {"created", "unknown"}, outcome


def test_what_another_run_created_is_not_adopted(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that is on the row of another run is not given to a lost row of this one."""
    sandbox.faults = script("closed")
    lost = sent(client, new(), settle=False)
    other = sent(client, new())
    assert other.ok
    (outcome,) = again(lost.id, client).outcomes
    assert titled(sandbox, TITLE) == [other.outcomes[0].id]
    assert outcome.status != "created", outcome
    assert outcome.id is None


def test_an_update_that_lands_after_the_look(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """An update that lands right before it is sent again is not a change by somebody else."""
    sandbox.faults = script(*["closed"] * ATTEMPTS, method="PUT")
    plan = plan_of(client, change(288901, balance="51"))
    late = sandbox.client(**FAST, clock=client.clock)
    at_call(client, "list", 2, lambda: late.update(288901, plan.decisions[0].body or {}))
    (outcome,) = go(plan, client, staleness=0).outcomes
    assert outcome.status in {"updated", "unknown"}, outcome


def test_it_never_lands(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row that is lost each time it is sent ends unknown, after a bounded number of attempts."""
    plan = plan_of(client, new())
    sandbox.faults = Faults(closed=1.0, methods=("POST",))
    (outcome,) = go(plan, client).outcomes
    assert outcome.status == "unknown"
    assert 2 <= posts(sandbox)[TITLE] == outcome.attempts <= 6


def test_a_resume_looks_for_a_row_once(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """A row that a resume sends again, and that is lost again, is not looked for in rounds.

    Two looks with one pause between them; then it leaves once, and the witness, after a pause of
    its own, sees whether it has landed.
    """
    sandbox.faults = Faults(closed=1.0, methods=("POST",))
    run = sent(client, new(), settle=False)
    looked, waited = lists(sandbox), sum(clock.pauses())
    (outcome,) = again(run.id, client, settle_pause=77.0).outcomes
    assert (outcome.status, outcome.attempts) == ("unknown", 2)
    assert lists(sandbox) - looked == 2 + 1 + 1  # to settle it, before it leaves, the witness
    assert sum(clock.pauses()) - waited == pytest.approx(2 * 77, abs=2)


def test_a_row_that_a_resume_sends_and_loses_is_adopted_by_the_witness(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """What landed when a resume sent it again is found at its end, though the answer was lost."""
    sandbox.faults = Faults(closed=1.0, methods=("POST",))
    run = sent(client, new(), settle=False)
    sandbox.faults = Faults(lost_answer=1.0, methods=("POST",))
    (outcome,) = again(run.id, client).outcomes
    assert (outcome.status, outcome.code, outcome.verified) == ("created", "adopted", "yes")
    assert titled(sandbox, TITLE) == [outcome.id]


def test_after_a_person_decided(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """When one of two candidates is taken away, a resume adopts the other one."""
    sandbox.faults = script("lost_answer")
    plan = plan_of(client, new())

    def twin() -> None:
        (mine,) = [r for r in sandbox.types() if r["title"] == TITLE]
        sandbox.server.add({k: v for k, v in mine.items() if k != "id"})

    at_call(client, "list", 2, twin)
    run = go(plan, client)
    assert run.outcomes[0].status == "unknown"
    sandbox.server.remove(titled(sandbox, TITLE)[0])
    (outcome,) = again(run.id, client).outcomes
    assert (outcome.status, outcome.code) == ("created", "adopted")
    assert titled(sandbox, TITLE) == [outcome.id]
    assert posts(sandbox)[TITLE] == 1


@pytest.mark.parametrize("service", [None, "sandbox://the same address, set up anew"])
def test_ids_of_another_service_are_not_taken_for_known(service: str | None) -> None:
    """Another chain, or one set up anew, gives ids that runs before have got: they are adopted.

    One journal serves all chains of a machine, and two sandboxes give the same ids.
    """
    for kinds in ((), ("lost_answer",), (None, "lost_answer", "lost_answer")):
        sandbox = cb.Sandbox(limits=UNLIMITED, faults=script(*kinds))
        with sandbox:
            client = sandbox.client(**FAST, clock=FakeClock(), service=service)
            rows = creates(3)
            plan = cb.plan(report_on(*rows), client)
            run = go(plan, client)
            assert run.counts["created"] == 3
            codes = ["adopted" if kind else "" for kind in kinds] + [""] * (3 - len(kinds))
            assert [outcome.code for outcome in run.outcomes] == codes
            for outcome, row in zip(run.outcomes, rows, strict=True):
                assert titled(sandbox, row["title"]) == [outcome.id]

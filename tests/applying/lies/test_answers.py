"""Answers in perfect order that are untrue: about creates, updates and deletions."""

import time
from contextlib import closing
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import PRICE_AND_VALIDITY, SEED, Faults, Lies
from certbulk.settings import state_folder
from tests.api.service import Answer, Asked, Catalogue, Service, ok
from tests.applying.rows import writes_answered
from tests.applying.truth import flat
from tests.planning.sheets import change, new, plan_of
from tests.recovery.scenes import again, creates, go, posts, puts, record_of, sent, titled
from tests.sandbox.talk import EXAMPLE_RECORD

TAKEN = "Somebody's 10"


def undone(run: cb.Run, client: cb.Client) -> cb.Run:
    """Undo a run."""
    return go(cb.undo(run.id, client), client)


# --- a type that was there before


@pytest.mark.parametrize("find_by", ["exact", "casefold"])
def test_a_type_that_was_found_and_not_created_is_never_deleted(
    sandbox: cb.Sandbox, client: cb.Client, find_by: str
) -> None:
    """A service that finds a create by its title answers with an older type: undo leaves it."""
    title = TAKEN if find_by == "exact" else TAKEN.upper()
    theirs = sandbox.server.add({"title": title, "balance": 11, "salon_ids": [720441]})["id"]
    sandbox.lies = Lies(find_or_create=1, find_by=find_by)  # type: ignore[arg-type]
    rows = new(title=TAKEN), new(title="Mine 10")
    run = go(plan_of(client, *rows, allow_duplicate_titles=True), client)
    found, mine = run.outcomes
    assert (found.status, found.code) == ("unknown", "unknown_outcome")
    assert str(theirs) in found.message
    assert (mine.status, mine.verified) == ("created", "yes")
    assert not run.ok
    before = record_of(sandbox, theirs)
    undone(run, client)
    assert record_of(sandbox, theirs) == before
    assert not titled(sandbox, "Mine 10")


def test_a_type_that_another_run_made_is_not_this_run_s(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """What another run of this machine has created since the plan is not an answer to a create."""
    late = plan_of(client, new(title=TAKEN), allow_duplicate_titles=True)
    first = sent(client, new(title=TAKEN))
    sandbox.lies = Lies(find_or_create=1)
    second = go(late, client)
    assert (first.ok, second.ok) == (True, False)
    assert second.outcomes[0].status == "unknown"
    undone(second, client)
    assert titled(sandbox, TAKEN) == [first.outcomes[0].id]


# --- the same record, whatever is asked


def test_a_static_service_is_known_at_its_first_write(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """Planned before it was one: one write, one line that says what it is and what helps."""
    plan = plan_of(client, *creates(3))
    sandbox.lies = Lies(static=1)
    run = go(plan, client)
    assert len(posts(sandbox)) == 1
    assert (run.state, run.ok) == ("stopped", False)
    assert "289056" in run.reason
    assert "sandbox" in run.reason
    assert "\n" not in run.reason
    assert [str(outcome.status) for outcome in run.outcomes] == ["unknown", "not_sent", "not_sent"]


def test_a_static_service_is_known_from_its_list(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Planning has read the same page, so nothing is sent."""
    sandbox.lies = Lies(static=1)
    plan = plan_of(client, *creates(3))
    with pytest.raises(cb.SettingsError, match="289056: it is a mock server"):
        go(plan, client)
    with pytest.raises(cb.ServiceError, match=r"type 289056 instead of 288902\. If it does so"):
        plan_of(client, change(288902, balance="1"))
    assert not posts(sandbox)


def test_one_id_for_several_rows_is_nobody_s(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Rows that are answered with the same id: only the row that it belongs to gets it."""
    sandbox.faults = Faults(script=(None, "out_of_step", "out_of_step"), methods=("POST",))
    run = sent(client, *creates(3))
    ids = {outcome.row: outcome.id for outcome in run.outcomes if outcome.status == "created"}
    assert len(set(ids.values())) == len(ids)
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        if outcome.status == "created":
            assert titled(sandbox, decision.title) == [outcome.id]
        else:
            assert outcome.status == "unknown"


@pytest.mark.parametrize("from_row", [0, 1, 9])
def test_a_proxy_out_of_step_puts_no_id_on_a_wrong_row(
    sandbox: cb.Sandbox, client: cb.Client, from_row: int
) -> None:
    """Thirty rows, each answered with the answer to the one before: its own id, or unknown."""
    sandbox.faults = Faults(script=(None,) * from_row, out_of_step=1, methods=("POST",))
    run = sent(client, *creates(30), most_failures=1000)
    made = {record["title"]: record["id"] for record in sandbox.types()}
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        if outcome.status == "created":
            assert outcome.id == made[decision.title]
        else:
            assert outcome.status == "unknown", outcome
    assert len({record["title"] for record in sandbox.types()}) == len(sandbox.types())


def test_a_record_of_another_chain_is_not_believed(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """An answer to a create that is about another chain is not the row's."""
    sandbox.lies = Lies(script=("wrong_chain",), methods=("POST",))
    run = sent(client, new())
    (outcome,) = run.outcomes
    assert outcome.status in ("created", "unknown")
    assert posts(sandbox).total() == 1
    assert outcome.id in (None, *titled(sandbox, "Fresh 10"))


@pytest.mark.parametrize("said", [ok(None, status=202), ok({}), ok([]), ok({"title": "N0 10"})])
def test_an_answer_without_a_record_has_been_sent_all_the_same(said: bytes) -> None:
    """Its attempt counts, its intent stays in the journal, and the witness looks for the row."""
    records = [EXAMPLE_RECORD]

    def by(asked: Asked) -> Answer:
        if asked.method == "POST":
            records.append({**EXAMPLE_RECORD, **_flat(asked.json), "id": 300000 + len(records)})
            return said
        return Catalogue(*records)(asked)

    with Service(by=by) as service:
        client = service.client()
        run = sent(client, *creates(2), settle=False)
        assert [(str(o.status), o.attempts, o.verified) for o in run.outcomes] == [
            ("unknown", 1, "not looked")
        ] * 2
        with closing(Journal(state_folder(None))) as journal:
            assert journal.intents(run.id) == {2: 1, 3: 1}
        resumed = again(run.id, client)
    assert [(str(o.status), o.attempts, o.verified) for o in resumed.outcomes] == [
        ("created", 1, "yes")
    ] * 2
    assert service.count("POST") == 2


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request body that its record has otherwise than the example."""
    fields = ("title", "balance", "is_multi", "salon_ids", "item_type_id", "is_allow_empty_code")
    expiration = body["expiration"]
    return {
        **{name: body[name] for name in (*fields, "balance_edit_type_id", "category_id")},
        "online_sale_title": body["title"],
        "expiration_type_id": expiration["type_id"],
        "expiration_timeout": expiration.get("timeout") or 0,
        "expiration_timeout_unit_id": expiration.get("timeout_unit_id") or 0,
    }


def test_ids_that_are_those_of_the_next_row(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers with the right title and the next id: no row is verified, none is called doubled."""
    create = client.create

    def next_id(*args: Any, **options: Any) -> dict[str, Any]:
        record = create(*args, **options)
        return {**record, "id": record["id"] + 1}

    monkeypatch.setattr(client, "create", next_id)
    rows, before = creates(3), len(sandbox.types())
    run = sent(client, *rows, batch_size=1)
    assert [outcome.verified for outcome in run.outcomes] == ["differs"] * 3
    (first,) = titled(sandbox, rows[0]["title"])
    assert f"explains {first}" in run.outcomes[0].message
    undone(run, client)
    assert len(sandbox.types()) == before + 3


# --- what was not stored


def changes_of(sandbox: cb.Sandbox, count: int) -> list[dict[str, str]]:
    """Return so many types, and rows that change their price."""
    ids = [
        sandbox.server.add({"title": f"Old {n}", "balance": 5, "salon_ids": [720441]})["id"]
        for n in range(count)
    ]
    return [change(number, balance="99") for number in ids]


@pytest.mark.parametrize("says", ["kept", "wanted"])
def test_updates_that_were_kept_back_have_failed(
    sandbox: cb.Sandbox, client: cb.Client, says: str
) -> None:
    """25 updates answered 200, of which 12 changed nothing: those are failed, the run is not ok."""
    rows = changes_of(sandbox, 25)
    script = ("keeps",) * 12 + (None,) * 13
    sandbox.lies = Lies(script=script, methods=("PUT",), keeps_answer=says)  # type: ignore[arg-type]
    run = sent(client, *rows, canary=0, most_failures=1000)
    assert not run.ok
    assert run.counts["failed"] == 12
    assert run.counts["updated"] == 13
    for outcome in run.outcomes:
        stored = record_of(sandbox, outcome.id or 0)["balance"]
        assert (stored == 99) == (outcome.status == "updated"), outcome
        if outcome.status == "failed":
            assert outcome.code == "not_stored"


@pytest.mark.parametrize("says", ["kept", "wanted"])
def test_an_update_that_was_kept_back_in_part_differs(
    sandbox: cb.Sandbox, client: cb.Client, says: str
) -> None:
    """The title is stored, the price is not, whatever the answer shows: `stored_differs`."""
    sandbox.lies = Lies(keeps=1, keeps_fields=PRICE_AND_VALIDITY, keeps_answer=says)  # type: ignore[arg-type]
    run = sent(client, change(288901, title="New title 50", balance="51"))
    (outcome,) = run.outcomes
    assert (outcome.status, outcome.code, outcome.verified) == (
        "updated",
        "stored_differs",
        "differs",
    )
    assert "Face value" in outcome.message
    assert not run.ok


def test_a_create_of_which_nothing_was_stored_is_gone(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """A create answered with a record that is not there: `gone`, after two reads by its id."""
    sandbox.lies = Lies(drops=1)
    run = sent(client, new())
    (outcome,) = run.outcomes
    assert (outcome.status, outcome.verified, run.ok) == ("created", "gone", False)
    reads = [seen for seen in sandbox.requests if seen.path.endswith(f"/{outcome.id}")]
    assert len(reads) == 2


def test_a_deletion_that_did_not_happen_has_failed(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A deletion answered as done, and the type is there: failed, not stored."""
    run = sent(client, new())
    sandbox.lies = Lies(spares=1)
    back = undone(run, client)
    (outcome,) = back.outcomes
    assert (outcome.status, outcome.code, outcome.verified) == ("failed", "not_stored", "differs")
    assert not back.ok


# --- handled after the answer was an error


class LandingClock:
    """Lets seconds pass at once, but for pauses: they last until everything is handled."""

    def __init__(self, sandbox: cb.Sandbox) -> None:
        self._sandbox = sandbox
        self._now = 1000.0

    def now(self) -> float:
        """Return seconds."""
        return self._now

    elapsed = now

    def wait(self, seconds: float, stop: object = None) -> None:
        """Let seconds pass; from one on, until nothing is still to be handled."""
        del stop
        self._now += seconds
        while seconds >= 1 and self._sandbox.server.landing:
            time.sleep(0.005)


@pytest.mark.parametrize("status", [400, 422, 429, 500, 504])
def test_a_create_that_lands_after_an_error_is_found(sandbox: cb.Sandbox, status: int) -> None:
    """Whatever the error said, what is there at the end is told: no double without a word."""
    sandbox.faults = Faults(
        script=("late_landing",),
        landing_statuses=(status,),
        landing_seconds=0,
        methods=("POST",),
    )
    client = sandbox.client(per_second=1000, per_minute=60_000, clock=LandingClock(sandbox))
    run = sent(client, *creates(2), settle_pause=30.0)
    first, second = run.outcomes
    ids = titled(sandbox, "N0 10")
    assert (second.status, second.verified) == ("created", "yes")
    if len(ids) == 1 and first.status == "created":
        assert (first.id, first.verified) == (ids[0], "yes")
    else:
        assert not run.ok
        assert all(str(number) in first.message for number in ids), first
    assert puts(sandbox).total() == 0


@pytest.mark.parametrize("status", [400, 500])
def test_a_deletion_that_lands_after_an_error_is_found_though_the_list_lags(
    sandbox: cb.Sandbox, status: int
) -> None:
    """A deletion that was refused and done is told, though the list still shows the type."""
    client = sandbox.client(per_second=1000, per_minute=60_000, clock=LandingClock(sandbox))
    run = sent(client, new(), change(288901, balance="51"))
    sandbox.lies = Lies(list_behind=1, list_behind_requests=9)
    sandbox.faults = Faults(
        script=("late_landing",), landing_statuses=(status,), landing_seconds=0, methods=("DELETE",)
    )
    plan = cb.undo(run.id, client)
    back = go(plan, client, settle_pause=30.0)
    first = back.outcomes[0]
    assert (first.status, first.verified) == ("deleted", "yes")
    assert not titled(sandbox, "Fresh 10")


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("data", [None, [], {"id": 7_000_000}, {"title": "No id"}])
def test_an_answer_without_the_record_leaves_what_is_written_down(
    method: str, data: object
) -> None:
    """A request that was answered with something else has left: its attempt stays in the journal.

    Were it taken back, a resume after a crash would take the row for one that never left, and send
    a create again.
    """
    with writes_answered(ok(data), SEED.types[0]) as service:
        client = service.client()
        row = new() if method == "POST" else change(SEED.types[0]["id"], balance="51")
        run = sent(client, row, settle=False)
        (outcome,) = run.outcomes
        assert (outcome.status, outcome.attempts) == ("unknown", 1)
        with closing(Journal(state_folder())) as journal:
            assert journal.intents(run.id) == {2: 1}


def test_one_id_for_rows_with_their_own_titles_is_nobody_s() -> None:
    """Every create is answered with what it sent, and one id for all: no row gets it."""
    catalogue = Catalogue(SEED.types[0])

    def by(asked: Asked) -> bytes | None:
        if asked.method == "GET":
            return catalogue(asked)
        return ok(SEED.types[0] | flat(asked.json) | {"id": 7_000_000})

    with Service(by=by) as service:
        run = sent(service.client(), *creates(3), settle=False)
    assert not run.ok
    assert [str(outcome.status) for outcome in run.outcomes] == ["unknown"] * 3
    assert {outcome.id for outcome in run.outcomes} == {None}

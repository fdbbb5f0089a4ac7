"""The whole way over HTTP: what a run says is what the server has."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults, Quirks
from tests.api.service import answer
from tests.conftest import FAST, UNLIMITED, FakeClock
from tests.planning.sheets import LIVE, change, new, plan_of, report_on

from .rows import ROWS, SENT, applied, writes_answered
from .truth import assert_true, writes

SAMPLE = Path(__file__).parents[2] / "sample_data" / "certificate_types.xlsx"


def test_every_row_ends_with_what_happened(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Creates, updates, unchanged, blocked, invalid and skipped rows, side by side."""
    before = sandbox.types()
    run = applied(client)
    assert_true(sandbox, before, run)
    assert run.counts == {
        "created": 4, "updated": 2, "unchanged": 1, "invalid": 1, "blocked": 2, "failed": 0,
        "unknown": 0, "skipped": 1, "not_sent": 0,
    }  # fmt: skip
    assert (run.state, run.reason, run.ok) == ("finished", "", False)
    assert [o.code for o in run.outcomes if o.code] == [
        "not_a_number", "already_issued", "not_found",
    ]  # fmt: skip
    assert all(o.message for o in run.outcomes if o.code)
    assert all(o.at for o in run.outcomes)


@pytest.mark.parametrize("batch_size", [1, 2, 50])
def test_batches_make_no_difference(
    sandbox: cb.Sandbox, client: cb.Client, batch_size: int
) -> None:
    """However the rows are cut into batches, each is sent once."""
    before = sandbox.types()
    run = applied(client, batch_size=batch_size)
    assert_true(sandbox, before, run)
    assert len(writes(sandbox.requests)) == SENT


def test_the_sample_data(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The sample workbook goes through whole, and again without a write."""
    before = sandbox.types()
    report = cb.validate(cb.read(SAMPLE))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert_true(sandbox, before, run)
    assert run.ok
    assert run.warnings == 0
    assert run.counts["created"] > 20
    assert run.counts["updated"] > 0
    sandbox.server.clear_requests()
    again = cb.apply(cb.plan(report, client), client, progress=False)
    assert writes(sandbox.requests) == []
    assert again.counts["unchanged"] + again.counts["skipped"] == len(report)


def test_a_second_run_sends_nothing(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """Neither the same rows nor the results workbook of the run send a write again."""
    first = applied(client)
    there = sandbox.types()
    sandbox.server.clear_requests()
    results = first.to_excel(tmp_path / "results.xlsx")
    second = applied(client)
    assert second.counts["unchanged"] == 1 + SENT
    for _ in range(3):
        run = cb.apply(cb.plan(cb.validate(cb.read(results)), client), client, progress=False)
        assert run.counts == second.counts
        assert run.plan.requests == 0
        assert [o.id for o in run.outcomes][:4] == [o.id for o in first.outcomes][:4]
        results = run.to_excel(results, overwrite=True)
    assert writes(sandbox.requests) == []
    assert sandbox.types() == there


def test_the_first_create_goes_alone(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """On the first create the service makes a category: half a second passes before the next."""
    run = applied(client, *(new(title=f"N{n} 10") for n in range(5)))
    assert run.counts["created"] == 5
    posts = [seen.at for seen in writes(sandbox.requests)]
    assert posts[1] - posts[0] >= 0.5
    assert clock.pauses() == [0.5]


def test_nothing_is_under_way_beside_the_first_create() -> None:
    """While the first create waits for its answer, no other request is sent."""
    faults = Faults(script=("late_answer",), methods=("POST",), latency_seconds=0.2)
    sandbox = cb.Sandbox(limits=UNLIMITED, faults=faults)
    with sandbox:
        client = sandbox.client(per_second=1000.0, per_minute=60_000)
        rows = [change(288901, balance="51"), *(new(title=f"N{n} 10") for n in range(3))]
        rows.append(change(288904, balance="251"))
        run = applied(client, *rows)
    assert run.counts["created"] == 3
    times = {seen.body["title"]: seen.at for seen in writes(sandbox.requests)}
    first = min(times[f"N{n} 10"] for n in range(3))
    others = [at for title, at in times.items() if at > first and title != "Gift Certificate 50"]
    assert len(others) == 3
    assert min(others) - first >= 0.2 + 0.5


def test_a_first_create_that_fails_leaves_the_next_one_alone(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """Until a create was carried out, as far as is known, the next one goes alone as well."""
    sandbox.faults = Faults(script=("false_success", "false_success"), methods=("POST",))
    run = applied(client, *(new(title=f"N{n} 10") for n in range(4)))
    assert [str(o.status) for o in run.outcomes] == ["failed", "failed", "created", "created"]
    assert clock.pauses() == [0.5]


class Patient:
    """Gives an answer only when so many later requests have arrived, or the last of all has."""

    def __init__(self, later: int, requests: int) -> None:
        self._later = later
        self._last = requests - 1
        self._arrived: list[asyncio.Event] = []

    async def __call__(self, _: float) -> None:
        """Wait for them."""
        mine = len(self._arrived)
        self._arrived.append(asyncio.Event())
        if mine >= self._later:
            self._arrived[mine - self._later].set()
        if mine >= self._last:
            for event in self._arrived:
                event.set()
        await self._arrived[mine].wait()


@pytest.mark.campaign
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_slow_answers_do_not_lower_the_pace(clock: FakeClock, method: str) -> None:
    """32 rows are under way at any time, also where a batch ends and the next one begins."""
    slow = Faults(late_answer=1.0, methods=(method,), script=(None,))  # a first create goes alone
    sandbox = cb.Sandbox(limits=UNLIMITED, faults=slow, sleep=Patient(later=31, requests=100))
    with sandbox:
        valid_at = {"salon_ids": [720441]}
        ids = [sandbox.server.add({"title": f"T{n}", **valid_at})["id"] for n in range(101)]
        client = sandbox.client(**FAST, clock=clock)
        rows = [
            change(number, balance="5") if method == "PUT" else new(title=f"N{number} 10")
            for number in ids
        ]
        run = applied(client, *rows, canary=0, batch_size=40, staleness=0)
    assert run.counts["updated" if method == "PUT" else "created"] == 101
    assert {outcome.attempts for outcome in run.outcomes} == {1}, "nobody gave up waiting"
    seen = [request.method for request in sandbox.requests]
    assert "GET" in seen[seen.index(method) + 2 :], "batches were looked up meanwhile"


HOPELESS = [(401, "unauthorized"), (402, "licence"), (403, "forbidden")]


@pytest.mark.parametrize(("status", "code"), HOPELESS)
def test_what_meets_every_row_stops_the_run(status: int, code: str) -> None:
    """After 401, 402 or 403 nothing more leaves: one row failed, the others were not sent."""
    refusal = answer(status, {"success": False, "meta": {"message": "No entry."}})
    with writes_answered(refusal) as service:
        rows = [new(title=f"N{n} 10") for n in range(20)]
        run = applied(service.client(), *rows, new(balance="x"))
        assert service.count("POST") == 1
    assert run.counts["failed"] == 1
    assert run.counts["not_sent"] == 19
    assert run.counts["invalid"] == 1
    failed, waiting = run.outcomes[0], run.outcomes[1]
    assert (failed.code, failed.http_status, failed.attempts) == (code, status, 1)
    assert "No entry." in failed.message
    assert (waiting.code, waiting.attempts, waiting.http_status) == ("", 0, None)
    assert "No entry." in run.reason
    assert (run.state, run.ok) == ("stopped", False)


def test_updates_in_flight_when_the_run_stops(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What left before the refusal was known ends with its own outcome, the rest is not sent."""
    valid_at = {"salon_ids": [720441]}
    ids = [sandbox.server.add({"title": f"T{n}", **valid_at})["id"] for n in range(60)]
    plan = plan_of(client, *(change(type_id, balance="5") for type_id in ids))
    before = sandbox.types()
    sandbox.faults = Faults(script=(*[None] * 10, "html_forbidden"), methods=("PUT",))
    run = cb.apply(plan, client, progress=False)
    assert_true(sandbox, before, run)
    assert run.counts["failed"] == 1
    assert run.counts["updated"] >= 10
    assert run.counts["not_sent"] >= 60 - 10 - 1 - 32


def test_all_or_nothing(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """With one bad row nothing is sent; without one everything is."""
    before = sandbox.types()
    run = applied(client, all_or_nothing=True)
    assert_true(sandbox, before, run)
    assert writes(sandbox.requests) == []
    assert run.counts["not_sent"] == SENT
    assert run.counts["invalid"] == 1
    assert not run.ok
    assert sandbox.types() == before
    run = applied(client, new(), change(288901, balance="51"), LIVE, all_or_nothing=True)
    assert (run.counts["created"], run.counts["updated"], run.ok) == (1, 1, True)


BAD_ROWS = {"blocked": change(999999, balance="1"), "invalid": LIVE | {"id": "x"}}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_all_or_nothing_counts_every_kind_of_error(
    sandbox: cb.Sandbox, client: cb.Client, kind: str
) -> None:
    """A blocked row keeps the others back as an invalid one does."""
    run = applied(client, new(title="Good 10"), BAD_ROWS[kind], all_or_nothing=True)
    assert (run.counts["not_sent"], run.counts[kind]) == (1, 1)
    assert writes(sandbox.requests) == []


def test_what_happens_between_plan_and_request(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A type that is issued or deleted at the last moment: the service's words are the outcome."""
    plan = plan_of(client, change(288901, balance="51"), change(288902, balance="101"), LIVE)
    really = client.update

    def late(type_id: int, *args: Any, **options: Any) -> Any:
        if type_id == 288901:
            sandbox.server.issue(type_id)
        else:
            sandbox.server.remove(type_id)
        return really(type_id, *args, **options)

    monkeypatch.setattr(client, "update", late)
    run = cb.apply(plan, client, progress=False)
    issued, gone = run.outcomes[:2]
    assert issued.status == gone.status == "failed"
    assert issued.code in {"rejected", "already_issued"}
    assert "issued certificates" in issued.message
    assert (gone.code, gone.http_status) == ("not_found", 404)
    assert len(writes(sandbox.requests)) == 2


def test_a_plan_for_another_place_is_refused(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A plan is carried out where it was made: same service, same chain."""
    plan = plan_of(client, new())
    other = sandbox.client(chain_id=706555)
    with pytest.raises(cb.PlanError, match="706028"):
        cb.apply(plan, other, progress=False)
    with cb.Sandbox() as elsewhere, pytest.raises(cb.PlanError):
        cb.apply(plan, elsewhere, progress=False)
    with pytest.raises(cb.PlanError, match="batch_size"):
        cb.apply(plan, client, progress=False, batch_size=0)
    assert writes(sandbox.requests) == []


def test_two_runs_do_not_mix(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Two runs that are begun at the same moment share the journal and stay apart in it."""
    before = sandbox.types()
    plans = [plan_of(client, *(new(title=f"{p}{n} 10") for n in range(9))) for p in "AB"]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda p: cb.apply(p, client, progress=False, wait=True), plans))
    assert [run.counts["created"] for run in runs] == [9, 9]
    assert runs[0].id != runs[1].id
    assert len(sandbox.types()) == len(before) + 18


@pytest.mark.parametrize("name", ["dates", "balance_as_text"])
def test_quirks_make_no_difference(sandbox: cb.Sandbox, client: cb.Client, name: str) -> None:
    """The service's other spellings of what was sent are not stored_differs."""
    quirks: dict[str, Any] = {"dates": "epoch", "balance_as_text": True}
    sandbox.server.quirks = Quirks(**{name: quirks[name]})
    date = {"expiration_type_id": "1", "expiration_date": "2030-01-01"}
    run = applied(client, new(**date), change(288905, balance="81"), new(title="B", balance="1.5"))
    assert [(str(o.status), o.code) for o in run.outcomes] == [
        ("created", ""),
        ("updated", ""),
        ("created", ""),
    ]


def test_a_run_as_an_object(client: cb.Client) -> None:
    """Its frame, its JSON and its words."""
    run = applied(client)
    frame = run.frame
    assert list(frame.columns) == [
        "row", "action", "status", "verified", "id", "title", "code", "message", "http_status",
        "attempts", "at", "run", "replaces",
    ]  # fmt: skip
    assert frame["id"].dtype == "Int64"
    assert list(frame["row"]) == list(range(2, 2 + len(ROWS)))
    assert pd.isna(frame["id"][4])
    document = run.as_dict()
    assert [one["status"] for one in document.pop("outcomes")] == [*map(str, frame["status"])]
    known = {"run": run.id, "rows": 11, **run.counts, **run.verified}
    assert known.items() <= document.items()
    assert run.id in repr(run)
    assert "4 created" in run._repr_html_()


def test_nothing_to_send(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A run of a sheet in which nothing is to be done succeeds."""
    run = cb.apply(cb.plan(report_on(LIVE), client), client, progress=False)
    assert (run.state, run.ok, run.counts["unchanged"]) == ("finished", True, 1)
    assert writes(sandbox.requests) == []


def test_counts_that_do_not_add_up_are_refused(client: cb.Client) -> None:
    """A run with a row lost or doubled cannot be made, and so cannot be written."""
    run = applied(client)
    for outcomes in (run.outcomes[:-1], (*run.outcomes, run.outcomes[0]), run.outcomes[::-1]):
        with pytest.raises(RuntimeError, match="bug in certbulk"):
            cb.Run(run.id, run.plan, outcomes, run.state, "", run.started, run.finished)

"""What somebody changed behind the plan's back is seen, named and left alone."""

from collections.abc import Callable
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.sending.freshness import Freshness
from tests.api.service import Answer, Asked, Catalogue, Service, answer
from tests.planning.sheets import NEW, change, new, plan_of
from tests.steps import steps_of

from .scenes import again, at_call, creates, go, lists, posts, puts, record_of, sent, titled

EDITS: list[tuple[dict[str, Any], list[str]]] = [
    ({"balance": 55}, ["balance", "50", "55"]),
    ({"title": "Renamed"}, ["Title", "Renamed"]),
    ({"salon_ids": [720441]}, ["Locations", "720441"]),
    ({"is_multi": False}, ["Can be spent in parts"]),
    ({"expiration_type_id": 2, "expiration_timeout": 1, "expiration_timeout_unit_id": 3},
     ["Expires"]),
    ({"online_sale_is_enabled": True, "online_sale_price": 9}, ["Sold online"]),
    ({"is_archived": True}, ["archived"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), EDITS)
def test_an_edited_record_is_not_overwritten(
    sandbox: cb.Sandbox, client: cb.Client, fields: dict[str, Any], words: list[str]
) -> None:
    """A record edited since the plan keeps the edit; the message names what was and what is."""
    plan = plan_of(client, change(288901, balance="51"), change(288902, balance="101"))
    edited = sandbox.server.edit(288901, **fields)
    run = go(plan, client)
    first, second = run.outcomes
    assert (first.status, first.code, first.id) == ("blocked", "changed_since_plan", 288901)
    assert all(word in first.message for word in words), first.message
    assert second.status == "updated"
    assert record_of(sandbox, 288901) == edited
    assert not puts(sandbox)[288901]


def test_issued_since(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type of which certificates were issued since the plan is left alone."""
    plan = plan_of(client, change(288901, balance="51"))
    sandbox.server.issue(288901, 3)
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.code) == ("blocked", "changed_since_plan")
    assert "issued" in outcome.message
    assert "3" in outcome.message
    assert not puts(sandbox)


def test_removed_since(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that was deleted since the plan is not asked to change, and not created anew."""
    plan = plan_of(client, change(288901, balance="51"))
    sandbox.server.remove(288901)
    (outcome,) = go(plan, client).outcomes
    assert (outcome.status, outcome.code) == ("blocked", "changed_since_plan")
    assert "deleted" in outcome.message
    assert not puts(sandbox)


def test_the_same_change_was_made(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A record that somebody brought where the row wants it is unchanged, and nothing is sent."""
    plan = plan_of(client, change(288901, balance="51", title="Renamed 51"))
    sandbox.server.edit(288901, balance=51, title="Renamed 51")
    run = go(plan, client)
    assert (run.outcomes[0].status, run.ok) == ("unchanged", True)
    assert not puts(sandbox)


@pytest.mark.parametrize("title", [NEW["title"], f" {NEW['title']} "])
def test_a_title_that_appeared(sandbox: cb.Sandbox, client: cb.Client, title: str) -> None:
    """A type that somebody created since the plan is not created a second time."""
    plan = plan_of(client, new(), new(title="Other 10"))
    appeared = sandbox.server.add({"title": title, "salon_ids": [720441]})["id"]
    first, second = go(plan, client).outcomes
    assert (first.status, first.code, first.id) == ("blocked", "changed_since_plan", None)
    assert str(appeared) in first.message
    assert second.status == "created"
    assert not posts(sandbox)[NEW["title"]]


def test_a_title_that_appeared_where_duplicates_are_wanted(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """With duplicate titles allowed, one that appeared since the plan keeps nobody back."""
    plan = plan_of(client, new(), allow_duplicate_titles=True)
    sandbox.server.add({"title": NEW["title"], "salon_ids": [720441]})
    assert go(plan, client).counts["created"] == 1


def test_a_change_in_the_middle_of_a_run(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """What changes between two batches is seen by the look before the second."""
    rows = [change(288901, balance="51"), change(288902, balance="101")]
    plan = plan_of(client, *rows)
    at_call(client, "update", 1, lambda: sandbox.server.edit(288902, balance=7), after=True)
    run = go(plan, client, batch_size=1, staleness=0)
    assert [str(outcome.status) for outcome in run.outcomes] == ["updated", "blocked"]
    assert record_of(sandbox, 288902)["balance"] == 7


@pytest.mark.parametrize(
    ("staleness", "batch_size", "looks"), [(1e9, 1, 1), (0, 1, 4), (0, 2, 2), (0, 50, 1)]
)
def test_how_often_it_looks(
    sandbox: cb.Sandbox, client: cb.Client, staleness: float, batch_size: int, looks: int
) -> None:
    """One list serves a batch, and further ones that start within the staleness allowed."""
    ids = (288901, 288902, 288904, 288909)
    plan = plan_of(client, *(change(type_id, balance="77") for type_id in ids))
    sandbox.server.clear_requests()
    run = go(plan, client, staleness=staleness, batch_size=batch_size, verify=False)
    assert run.counts["updated"] == 4
    assert lists(sandbox) == looks


def test_what_was_kept_back_is_kept_back_for_good(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A row that was kept back has its outcome: a resume does not send it, a new plan may."""
    plan = plan_of(client, change(288901, balance="51"))
    sandbox.server.edit(288901, balance=55)
    run = go(plan, client)
    assert again(run.id, client).outcomes == run.outcomes
    assert sent(client, change(288901, balance="51")).counts["updated"] == 1


def test_a_list_that_does_not_give_whole_records() -> None:
    """A change is seen also where only the single record shows it, and the list does not."""
    with cb.Sandbox() as other:
        whole = dict(other.list()[0])
    partial = {name: whole[name] for name in ("id", "title", "released_total", "is_archived")}

    catalogue = Catalogue(partial, whole=[whole])

    def by(asked: Asked) -> Answer:
        return catalogue(asked) if asked.method == "GET" else answer(422, {"success": False})

    with Service(by=by) as service:
        client = service.client()
        plan = plan_of(client, change(whole["id"], title="Renamed"))
        assert plan.counts["update"] == 1
        catalogue.whole[str(whole["id"])] = {**whole, "balance": 4711}
        run = go(plan, client)
        assert (run.outcomes[0].status, service.count("PUT")) == ("blocked", 0)


def test_a_large_run_is_not_slowed_down_by_looking(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With hundreds of live types and of rows already created, a batch is judged in no time."""
    plan = plan_of(client, *creates(50))
    own = {n: Outcome(n, Status.CREATED, 1_000_000 + n) for n in range(400)}
    live = [{"id": n, "title": f"Other {n}"} for n in range(1_000_000, 1_000_400)]

    def listed(*, leaving: Callable[[], None]) -> list[dict[str, Any]]:
        leaving()
        return live

    monkeypatch.setattr(client, "list", listed)
    freshness = Freshness(plan, client, lambda: {o.id for o in own.values()}, 1e9)

    def judge() -> None:
        freshness.refresh()
        assert not any(freshness.hold(decision) for decision in plan.decisions)

    assert steps_of(judge) < 10_000


def test_created_by_the_run_itself(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The types that a run has created itself do not keep its other rows back."""
    run = sent(client, *creates(6), batch_size=1, staleness=0)
    assert run.counts["created"] == 6
    assert all(len(titled(sandbox, f"N{n} 10")) == 1 for n in range(6))

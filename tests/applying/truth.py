"""What the server has and saw, compared with what a run says of its rows."""

from collections import Counter
from typing import Any

import certbulk as cb
from certbulk.sandbox import RequestSeen

Record = dict[str, Any]

NO_WRITE = {
    cb.Status.UNCHANGED,
    cb.Status.INVALID,
    cb.Status.BLOCKED,
    cb.Status.SKIPPED,
    cb.Status.NOT_SENT,
}


def flat(body: Record) -> Record:
    """Return what the documentation says is stored of a request body, by the record's names."""
    kind = body["expiration"]["type_id"]
    sale = body["online_sale"]
    stored = {key: value for key, value in body.items() if not isinstance(value, dict)}
    stored["salon_ids"] = sorted(body["salon_ids"])
    stored["service_ids"] = sorted(body["service_ids"])
    return {
        **stored,
        "expiration_type_id": kind,
        "expiration_date": body["expiration"].get("date") if kind == 1 else None,
        "expiration_timeout": body["expiration"].get("timeout") if kind == 2 else 0,
        "expiration_timeout_unit_id": body["expiration"].get("timeout_unit_id") if kind == 2 else 0,
        "online_sale_is_enabled": sale["is_enabled"],
    }


def writes(requests: list[RequestSeen]) -> list[RequestSeen]:
    """Return the requests that were to change something."""
    return [seen for seen in requests if seen.method != "GET"]


def assert_true(sandbox: cb.Sandbox, before: list[Record], run: cb.Run) -> None:
    """Fail unless every outcome is what happened at the server, and nothing else happened there.

    Rows are told apart by what they sent: titles of creates, and ids of updates, must differ.
    """
    had = {record["id"]: record for record in before}
    has = {record["id"]: record for record in sandbox.types()}
    new = {type_id: record for type_id, record in has.items() if type_id not in had}
    by_title = Counter(record["title"] for record in new.values())
    sent = _by_row(run, writes(sandbox.requests))
    assert sum(run.counts.values()) == len(run.outcomes) == len(run.plan.report)
    changed: set[int] = set()
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        requests = sent.pop(decision.row, [])
        assert outcome.row == decision.row
        assert outcome.attempts == len(requests), outcome
        if outcome.status in NO_WRITE:
            assert not requests, outcome
            continue
        assert requests, outcome
        assert decision.body is not None
        assert all(seen.body == decision.body for seen in requests)
        applied = sum(seen.applied for seen in requests)
        if decision.action == "create":
            assert applied <= 1, outcome
            assert by_title[decision.title] == applied, outcome
            expected = {cb.Status.CREATED: {1}, cb.Status.FAILED: {0}, cb.Status.UNKNOWN: {0, 1}}
            assert applied in expected[outcome.status], outcome
            if outcome.status == cb.Status.CREATED:
                _assert_stored(new[outcome.id or 0], decision.body)
                changed.add(outcome.id or 0)
            else:
                assert outcome.id is None
                changed |= {i for i, record in new.items() if record["title"] == decision.title}
        else:
            assert decision.id is not None
            assert outcome.id == decision.id
            if outcome.status == cb.Status.UPDATED:
                assert applied >= 1
                _assert_stored(has[decision.id], decision.body)
            elif outcome.status == cb.Status.FAILED:
                assert applied == 0, outcome
                assert has.get(decision.id) == had.get(decision.id)
            changed.add(decision.id)
    assert not sent, "requests that no row stands for"
    assert new.keys() <= changed
    assert {i for i in had if has.get(i) != had[i]} <= changed


def _by_row(run: cb.Run, requests: list[RequestSeen]) -> dict[int, list[RequestSeen]]:
    rows: dict[tuple[str, str], int] = {}
    for decision in run.plan.decisions:
        if decision.body is None:
            continue
        key = ("POST", decision.title) if decision.action == "create" else ("PUT", str(decision.id))
        assert key not in rows
        rows[key] = decision.row
    sent: dict[int, list[RequestSeen]] = {}
    for seen in requests:
        last = seen.path.rpartition("/")[2]
        key = (seen.method, seen.body["title"] if seen.method == "POST" else last)
        sent.setdefault(rows[key], []).append(seen)
    return sent


def _assert_stored(record: Record, body: Record) -> None:
    stored = flat(body)
    assert {name: record[name] for name in stored} == stored

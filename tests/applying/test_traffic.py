"""Every request of a run is written down with when it left and how long it took."""

import time

import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import Faults

from .rows import SENT, applied


def test_requests_are_those_that_the_service_saw(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """Reads and writes, in the order in which they left; those of the plan are not the run's."""
    run = applied(client, batch_size=1)
    seen = [request.method for request in sandbox.requests]
    assert [e.method for e in run.exchanges] == seen[-len(run.exchanges) :]
    assert sum(e.method != "GET" for e in run.exchanges) == SENT
    assert {(e.event, e.status) for e in run.exchanges} == {("answered", 200)}
    assert run.exchanges[0].at == pytest.approx(time.time(), abs=60)


def test_refusals_and_lost_answers_are_among_them(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """What had to be repeated counts as often as it left."""
    sandbox.faults = Faults(script=("rate_limited", "lost_answer"), methods=("POST",))
    run = applied(client)
    assert [e.status for e in run.exchanges].count(429) == 1
    assert [e.status for e in run.exchanges].count(None) == 1


def test_attach_has_them_and_a_resumed_run_has_those_of_both(client: cb.Client) -> None:
    """They are in the journal, under the run's number."""
    run = applied(client)
    assert cb.attach(run.id).exchanges == run.exchanges
    again = cb.resume(run.id, client, progress=False)
    assert {*run.exchanges} < {*again.exchanges}  # two clocks that never wait are not in order


def test_a_client_tells_only_while_it_is_watched(client: cb.Client) -> None:
    """And each watcher of what it asked for alone."""
    first: list[object] = []
    second: list[object] = []
    with client.watched(first.append):
        client.list()
        with client.watched(second.append):
            client.list()
        client.list()
    client.list()
    assert (len(first), len(second)) == (6, 2)  # a list takes two pages


def test_a_run_ends_well_without_its_pictures(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If requests cannot be written down or read, the rows still have their outcomes."""

    def refuse(*_: object) -> None:
        raise cb.OutputError("The disk is full.")

    monkeypatch.setattr(Journal, "note", refuse)
    monkeypatch.setattr(Journal, "exchanges", refuse)
    run = applied(client)
    assert run.state == "finished"
    assert run.exchanges == ()

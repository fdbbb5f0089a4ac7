"""How often a request leaves, counted at the server."""

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

import certbulk as cb
from certbulk.api.decision import ATTEMPTS
from certbulk.sandbox import Faults
from certbulk.sandbox.misbehaviour.faults import KINDS, UNHANDLED
from tests.conftest import FAST, FakeClock
from tests.sandbox.talk import body

from .service import Service, answer, ok

Call = Callable[[], object]

# What comes of a create that meets a fault once: how many leave, and how it ends.
CREATES: dict[str, tuple[int, type[cb.ServiceError] | None]] = {
    "rate_limited": (2, None),
    "server_error": (1, cb.OutcomeUnknownError),
    "html_forbidden": (1, cb.AccessError),
    "false_success": (1, cb.RejectedError),
    "closed": (1, cb.OutcomeUnknownError),
    "lost_answer": (1, cb.OutcomeUnknownError),
    "truncated": (1, cb.OutcomeUnknownError),
    "garbled": (1, cb.OutcomeUnknownError),
    "empty_body": (1, cb.OutcomeUnknownError),
    "server_error_applied": (1, cb.OutcomeUnknownError),
    "late_answer": (1, None),
}
# Reads and updates: once struck they leave again, and succeed; but for what is a clear refusal.
REFUSED: dict[str, type[cb.ServiceError]] = {
    "html_forbidden": cb.AccessError,
    "false_success": cb.RejectedError,
}


def struck(sandbox: cb.Sandbox, kind: str, times: int = 1) -> None:
    sandbox.faults = Faults(script=(kind,) * times, latency_seconds=0.0)


def test_the_tables_have_every_fault() -> None:
    """Every fault that the sandbox can make is tried."""
    assert set(CREATES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_creates(sandbox: cb.Sandbox, client: cb.Client, kind: str) -> None:
    """A create leaves again only after a refusal by the rate limit; it is never made twice."""
    leaves, error = CREATES[kind]
    before = len(sandbox.types())
    struck(sandbox, kind)
    if error is None:
        assert client.create(body())["title"] == body()["title"]
    else:
        with pytest.raises(error) as caught:
            client.create(body())
        assert caught.value.attempts == leaves
    assert [seen.method for seen in sandbox.requests] == ["POST"] * leaves
    made = len(sandbox.types()) - before
    assert made == (1 if error is None or kind not in UNHANDLED else 0)


@pytest.mark.parametrize("kind", KINDS)
def test_an_ambiguous_create_stays_alone(sandbox: cb.Sandbox, client: cb.Client, kind: str) -> None:
    """Even when the fault would strike for ever, an ambiguous create leaves once."""
    sandbox.faults = Faults(**{kind: 1.0, "latency_seconds": 0.0})  # type: ignore[arg-type]
    with suppress(cb.ServiceError):
        client.create(body())
    assert len(sandbox.requests) == (ATTEMPTS if kind == "rate_limited" else 1)
    assert sum(seen.applied for seen in sandbox.requests) <= 1


@pytest.mark.parametrize("method", ["GET", "LIST", "PUT"])
@pytest.mark.parametrize("kind", KINDS)
def test_reads_and_updates(sandbox: cb.Sandbox, client: cb.Client, kind: str, method: str) -> None:
    """A read or an update that was struck twice is sent a third time and succeeds."""
    calls: dict[str, Call] = {
        "GET": lambda: client.get(288901),
        "LIST": client.list,
        "PUT": lambda: client.update(288901, body(title="Changed 1000")),
    }
    struck(sandbox, kind, times=2)
    if kind in REFUSED:
        with pytest.raises(REFUSED[kind]):
            calls[method]()
        assert len(sandbox.requests) == 1
        return
    calls[method]()
    pages = 2 if method == "LIST" else 1  # the second brings nothing new
    assert len(sandbox.requests) == pages + (0 if kind == "late_answer" else 2)
    if method == "PUT":
        assert sandbox.types()[0]["title"] == "Changed 1000"


@pytest.mark.parametrize("kind", ["closed", "server_error", "rate_limited"])
def test_reads_end_some_time(sandbox: cb.Sandbox, client: cb.Client, kind: str) -> None:
    """A read that fails each time ends in an error that says how it was not answered."""
    sandbox.faults = Faults(**{kind: 1.0})  # type: ignore[arg-type]
    with pytest.raises(cb.UnavailableError) as caught:
        client.get(288901)
    assert caught.value.attempts == len(sandbox.requests) == ATTEMPTS
    expected = {
        "closed": ("unreachable", None),
        "server_error": ("server_error", caught.value.status),
        "rate_limited": ("rate_limited", 429),
    }
    assert (caught.value.code, caught.value.status) == expected[kind]


def test_pauses_between_retries_grow(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """From one retry to the next the client waits longer."""
    sandbox.faults = Faults(server_error=1.0)
    with pytest.raises(cb.UnavailableError):
        client.list()
    times = [seen.at for seen in sandbox.requests]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == ATTEMPTS - 1
    assert all(later > earlier for earlier, later in itertools.pairwise(gaps))
    assert clock.pauses() == pytest.approx(gaps, abs=0.01)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_rests_after_refusals(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock, method: str
) -> None:
    """After a 429 everything rests for 1, then 5, then 60 s; the answer's advice is of no use."""
    struck(sandbox, "rate_limited", times=4)
    if method == "GET":
        client.get(288901)
    elif method == "PUT":
        client.update(288901, body())
    else:
        client.create(body())
    assert clock.pauses() == pytest.approx([1, 5, 60, 60], abs=0.01)
    times = [seen.at for seen in sandbox.requests]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps == pytest.approx([1, 5, 60, 60], abs=0.01)


def test_rests_start_over_after_a_good_answer(
    sandbox: cb.Sandbox, client: cb.Client, clock: FakeClock
) -> None:
    """A request that is let through ends the series: the next refusal rests 1 s again."""
    hit = "rate_limited"
    sandbox.faults = Faults(script=(hit, hit, None, hit, hit))
    for _ in range(2):
        client.get(288901)
    assert clock.pauses() == pytest.approx([1, 5, 1, 5], abs=0.01)


RETRY_AFTER: list[Any] = [
    pytest.param("7", 7, id="longer"),
    pytest.param("0", 1, id="unusable"),
    pytest.param("-5", 1, id="negative"),
    pytest.param("soon", 1, id="no number"),
    pytest.param("Wed, 21 Oct 2015 07:28:00 GMT", 1, id="a date that has passed"),
    pytest.param("Wed, 21 Oct 2099 07:28:00 GMT", 300, id="a date far ahead"),
    pytest.param("Wed, 41 Okt 2099", 1, id="no date"),
    pytest.param("\xb2", 1, id="no ASCII digit"),
]


@pytest.mark.parametrize(("header", "rest"), RETRY_AFTER)
def test_retry_after_of_a_429(header: str, rest: float) -> None:
    """A longer Retry-After is obeyed, an unusable one ignored."""
    clock = FakeClock()
    refusal = answer(
        429, {"success": False, "meta": {"message": "in 0 seconds"}}, Retry_After=header
    )
    with Service(refusal, ok({"id": 1})) as service:
        assert service.client(clock=clock).get(1)["id"] == 1
    assert clock.pauses() == pytest.approx([rest], abs=0.01)


@pytest.mark.parametrize("seconds", ["86400", "9" * 12, "9" * 400])
@pytest.mark.parametrize("status", [429, 503])
def test_an_absurd_retry_after_does_not_hang_a_run(status: int, seconds: str) -> None:
    """Nobody waits for a day because a header says so, and no number of digits is an error."""

    class Impatient(FakeClock):
        def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
            assert seconds <= 3600
            super().wait(seconds, stop)

    with Service(answer(status, {}, Retry_After=seconds), ok({"id": 1})) as service:
        assert service.client(clock=Impatient()).get(1)["id"] == 1


def test_requests_that_met_the_same_limit_rest_once(client: cb.Client, clock: FakeClock) -> None:
    """Refusals of requests that left before a rest began do not lengthen it."""
    pace = client.pace
    first, second = pace.acquire(), pace.acquire()
    assert first is not None
    assert second is not None
    clock.wait(0.05)  # until the first answer is there
    pace.refused(first)
    pace.refused(second)  # it met the same limit
    third = pace.acquire()
    assert third is not None
    assert 1 <= third - second < 1.1


STATUSES: list[tuple[int, type[cb.ServiceError], str]] = [
    (400, cb.RejectedError, "rejected"),
    (401, cb.AccessError, "unauthorized"),
    (402, cb.AccessError, "licence"),
    (403, cb.AccessError, "forbidden"),
    (404, cb.NotFoundError, "not_found"),
    (409, cb.RejectedError, "rejected"),
    (422, cb.RejectedError, "rejected"),
]


@pytest.mark.parametrize(("status", "error", "code"), STATUSES)
@pytest.mark.parametrize("method", ["get", "create", "update"])
def test_clear_refusals_are_not_repeated(
    status: int, error: type[cb.ServiceError], code: str, method: str
) -> None:
    """A request that the service refused for what it is leaves once."""
    refusal = {"success": False, "data": None, "meta": {"message": "No, says it."}}
    arguments: dict[str, tuple[Any, ...]] = {"get": (1,), "create": ({},), "update": (1, {})}
    with Service(answer(status, refusal)) as service:
        with pytest.raises(error, match="No, says it") as caught:
            getattr(service.client(), method)(*arguments[method])
        assert len(service.asked) == 1
    assert (caught.value.code, caught.value.status) == (code, status)


def test_a_refused_connection_is_retried_even_for_a_create() -> None:
    """If nothing listens, nothing can have been carried out."""
    clock = FakeClock()
    with Service(ok({"id": 1})) as service:
        url = service.client(clock=clock).base_url
    client = cb.Client(url, 706028, "partner", "user", **FAST, clock=clock)
    with pytest.raises(cb.UnavailableError) as caught:
        client.create({})
    assert (caught.value.code, caught.value.attempts) == ("unreachable", ATTEMPTS)
    assert isinstance(caught.value, ConnectionError)
    assert len(clock.pauses()) == ATTEMPTS - 1
    client.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_does_not_come_in_time(sandbox: cb.Sandbox, method: str) -> None:
    """A read is repeated after a timeout, a create is not."""
    sandbox.faults = Faults(script=("latency",), latency_seconds=30.0)
    client = sandbox.client(timeout=(1.0, 0.05), clock=FakeClock())
    if method == "GET":
        assert client.get(288901)["id"] == 288901
        assert len(sandbox.requests) == 2
    else:
        with pytest.raises(cb.OutcomeUnknownError):
            client.create(body())
        assert len(sandbox.requests) == 1


def test_a_delete_is_final(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type is deleted once; a second time it is not found, an issued one is refused."""
    client.delete(288901)
    assert 288901 not in {record["id"] for record in sandbox.types()}
    with pytest.raises(cb.NotFoundError):
        client.delete(288901)
    with pytest.raises(cb.RejectedError, match="issued certificates"):
        client.delete(288903)

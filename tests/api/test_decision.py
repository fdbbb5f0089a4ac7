import itertools

import pytest

from certbulk.api.decision import ATTEMPTS, Attempt, Event, Verdict, decide

DONE, RETRY, REST = Verdict.DONE, Verdict.RETRY, Verdict.REST
FAIL, STOP, UNKNOWN = Verdict.FAIL, Verdict.STOP, Verdict.UNKNOWN

METHODS = ("GET", "PUT", "DELETE", "POST")
READS_AND_UPDATES = ("GET", "PUT", "DELETE")
HOPELESS = {401: "unauthorized", 402: "licence", 403: "forbidden"}

# After the first attempt: (event, status) -> verdicts of GET, PUT, DELETE, POST.
TABLE: dict[tuple[Event, int | None], tuple[Verdict, Verdict, Verdict, Verdict]] = {
    # Nothing can have reached the service.
    (Event.REFUSED, None): (RETRY, RETRY, RETRY, RETRY),
    (Event.NO_SUCH_HOST, None): (RETRY, RETRY, RETRY, RETRY),
    (Event.CONNECT_TIMEOUT, None): (RETRY, RETRY, RETRY, RETRY),
    (Event.NO_CONNECTION, None): (RETRY, RETRY, RETRY, RETRY),
    (Event.PROXY_FAILED, None): (RETRY, RETRY, RETRY, RETRY),
    (Event.UNTRUSTED, None): (STOP, STOP, STOP, STOP),
    (Event.PROXY_REFUSED, None): (STOP, STOP, STOP, STOP),
    (Event.NOT_SENDABLE, None): (STOP, STOP, STOP, STOP),
    (Event.ANSWERED, 407): (STOP, STOP, STOP, STOP),
    # It may have been carried out.
    (Event.READ_TIMEOUT, None): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.CLOSED, None): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.BROKEN, None): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.CUT, 200): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.CUT, 500): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.UNREADABLE, 200): (RETRY, RETRY, RETRY, UNKNOWN),
    (Event.UNREADABLE, 201): (RETRY, RETRY, RETRY, UNKNOWN),
    **{
        (Event.ANSWERED, status): (RETRY, RETRY, RETRY, UNKNOWN)
        for status in (408, 500, 502, 503, 504, 520, 599, 600, 999)
    },
    **{
        (Event.ANSWERED, status): (STOP, UNKNOWN, UNKNOWN, UNKNOWN)
        for status in (300, 301, 302, 303, 307, 308)
    },
    # It has been carried out.
    **{(Event.ANSWERED, status): (DONE, DONE, DONE, DONE) for status in (200, 201, 202, 204)},
    # It has not.
    (Event.ANSWERED, 429): (REST, REST, REST, REST),
    **{(Event.ANSWERED, status): (STOP, STOP, STOP, STOP) for status in HOPELESS},
    **{
        (Event.ANSWERED, status): (FAIL, FAIL, FAIL, FAIL)
        for status in (400, 404, 405, 409, 410, 413, 415, 418, 422, 451)
    },
    (Event.FALSE_SUCCESS, 200): (FAIL, FAIL, FAIL, FAIL),
    (Event.FALSE_SUCCESS, 201): (FAIL, FAIL, FAIL, FAIL),
}
ROWS = [
    pytest.param(method, event, status, verdict, id=f"{method}-{event.name}-{status}")
    for (event, status), verdicts in TABLE.items()
    for method, verdict in zip(METHODS, verdicts, strict=True)
]


@pytest.mark.parametrize(("method", "event", "status", "verdict"), ROWS)
def test_after_the_first_attempt(
    method: str, event: Event, status: int | None, verdict: Verdict
) -> None:
    """What follows depends on whether the request can have been carried out."""
    assert decide(Attempt(method, event, status, 1)).verdict is verdict


def test_the_table_has_every_event() -> None:
    """No way for an attempt to end is left to chance."""
    assert {event for event, _ in TABLE} == set(Event)


CODES = [
    ("GET", Event.REFUSED, None, "unreachable"),
    ("GET", Event.CLOSED, None, "unreachable"),
    ("GET", Event.UNTRUSTED, None, "unreachable"),
    ("GET", Event.BROKEN, None, "unreachable"),
    ("POST", Event.NO_CONNECTION, None, "unreachable"),
    ("POST", Event.PROXY_FAILED, None, "proxy_failed"),
    ("POST", Event.PROXY_REFUSED, None, "proxy_refused"),
    ("POST", Event.ANSWERED, 407, "proxy_refused"),
    ("POST", Event.NOT_SENDABLE, None, "not_sendable"),
    ("PUT", Event.ANSWERED, 503, "server_error"),
    ("GET", Event.UNREADABLE, 200, "server_error"),
    ("POST", Event.ANSWERED, 429, "rate_limited"),
    ("POST", Event.ANSWERED, 500, "unknown_outcome"),
    ("POST", Event.READ_TIMEOUT, None, "unknown_outcome"),
    ("POST", Event.FALSE_SUCCESS, 200, "rejected"),
    ("POST", Event.ANSWERED, 400, "rejected"),
    ("PUT", Event.ANSWERED, 422, "rejected"),
    ("PUT", Event.ANSWERED, 404, "not_found"),
    ("GET", Event.ANSWERED, 404, "not_found"),
    ("GET", Event.ANSWERED, 200, ""),
    *(("POST", Event.ANSWERED, status, code) for status, code in HOPELESS.items()),
]


@pytest.mark.parametrize(("method", "event", "status", "code"), CODES)
def test_codes(method: str, event: Event, status: int | None, code: str) -> None:
    """Each verdict carries the code that is in the results."""
    assert decide(Attempt(method, event, status, 1)).code == code


AMBIGUOUS = [(e, s) for (e, s), verdicts in TABLE.items() if verdicts[-1] is UNKNOWN]


@pytest.mark.parametrize(("event", "status"), AMBIGUOUS)
def test_an_ambiguous_create_is_never_sent_again(event: Event, status: int | None) -> None:
    """There is no key by which the service would know a create again: it becomes unknown."""
    for number, doubtful in itertools.product(range(1, ATTEMPTS + 2), (False, True)):
        decision = decide(Attempt("POST", event, status, number, doubtful))
        assert (decision.verdict, decision.code) == (UNKNOWN, "unknown_outcome")


@pytest.mark.parametrize(("event", "status"), TABLE, ids=str)
def test_a_doubtful_create_is_never_sent_again(event: Event, status: int | None) -> None:
    """However this attempt ended: once one may have been carried out, no other leaves for it."""
    for retry_after in (None, 0.0, 9.0):
        attempt = Attempt("POST", event, status, 2, doubtful=True, retry_after=retry_after)
        assert decide(attempt).verdict is not RETRY


@pytest.mark.parametrize(("event", "status"), TABLE, ids=str)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_after_a_doubtful_write_nothing_is_called_a_failure(
    method: str, event: Event, status: int | None
) -> None:
    """A refusal of the last attempt says nothing of the first, which may have been carried out."""
    assert decide(Attempt(method, event, status, ATTEMPTS, doubtful=True)).verdict is not FAIL


RETRIED = [
    (method, e, s)
    for (e, s), verdicts in TABLE.items()
    for method, verdict in zip(METHODS, verdicts, strict=True)
    if verdict is RETRY
]


@pytest.mark.parametrize(("method", "event", "status"), RETRIED)
def test_pauses_grow(method: str, event: Event, status: int | None) -> None:
    """Each retry waits longer than the one before, and the jitter spreads the pauses."""
    numbers = range(1, ATTEMPTS)
    pauses = [decide(Attempt(method, event, status, n)).pause for n in numbers]
    assert pauses[0] >= 0.25
    assert all(later > earlier for earlier, later in itertools.pairwise(pauses))
    assert max(pauses) <= 60
    halved = [decide(Attempt(method, event, status, n), 0.5).pause for n in numbers]
    assert halved == [pause / 2 for pause in pauses]


@pytest.mark.parametrize(("method", "event", "status"), RETRIED)
def test_retries_end(method: str, event: Event, status: int | None) -> None:
    """After the last attempt a read fails and a write is unknown where it can have happened."""
    decision = decide(Attempt(method, event, status, ATTEMPTS))
    never_arrived = event in {
        Event.REFUSED,
        Event.NO_SUCH_HOST,
        Event.CONNECT_TIMEOUT,
        Event.NO_CONNECTION,
        Event.PROXY_FAILED,
    }
    expected = FAIL if method == "GET" or never_arrived else UNKNOWN
    assert decision.verdict is expected


@pytest.mark.parametrize("method", METHODS)
def test_rests_end_in_rate_limited(method: str) -> None:
    """A request refused by the rate limit each time has not been carried out."""
    last = decide(Attempt(method, Event.ANSWERED, 429, ATTEMPTS))
    assert (last.verdict, last.code) == (FAIL, "rate_limited")


@pytest.mark.parametrize("method", READS_AND_UPDATES)
@pytest.mark.parametrize("status", [408, 500, 503])
def test_retry_after_lengthens_a_pause(method: str, status: int) -> None:
    """A Retry-After is obeyed where it is longer than our own pause, within reason."""
    first = decide(Attempt(method, Event.ANSWERED, status, 1)).pause
    asked = decide(Attempt(method, Event.ANSWERED, status, 1, retry_after=17.0)).pause
    nothing = decide(Attempt(method, Event.ANSWERED, status, 1, retry_after=0.0)).pause
    absurd = decide(Attempt(method, Event.ANSWERED, status, 1, retry_after=1e9)).pause
    assert (asked, nothing) == (17.0, first)
    assert absurd <= 600


@pytest.mark.parametrize("method", METHODS)
def test_it_is_pure(method: str) -> None:
    """The same attempt always gets the same decision."""
    for (event, status), number in itertools.product(TABLE, range(1, ATTEMPTS + 1)):
        attempt = Attempt(method, event, status, number)
        assert decide(attempt, 0.7) == decide(attempt, 0.7)

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from certbulk.sandbox import Faults, Limits, Server
from certbulk.sandbox.misbehaviour.faults import KINDS, UNHANDLED, Fates

from .talk import Api, Clock


def script(api: Api, *entries: str | None, **more: Any) -> None:
    api.server.faults = Faults(script=entries, **more)


def await_that(so: Callable[[], bool]) -> None:
    """Look until something that another thread is about to do is done; give up after 5 s."""
    end = time.monotonic() + 5
    while not so() and time.monotonic() < end:
        time.sleep(0.001)
    assert so()


ANSWERS: dict[str, int] = {
    "rate_limited": 429,
    "html_forbidden": 403,
    "false_success": 200,
    "garbled": 200,
    "empty_body": 200,
    "late_answer": 200,
    "server_error": 503,
    "server_error_applied": 503,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_create_is_applied_or_not(api: Api, kind: str) -> None:
    """Each fault leaves the state as it says: changed when it strikes after the handling."""
    script(api, kind, server_error_statuses=(503,))
    try:
        status = api.create().status_code
    except requests.RequestException:
        status = None
    applied = kind not in UNHANDLED
    assert status == ANSWERS.get(kind)
    assert len(api.server.types()) == (10 if applied else 9)
    (seen,) = api.server.requests
    assert (seen.fault, seen.applied) == (kind, applied)
    # A truncated answer has a status; what a client makes of it is the client's affair.
    assert seen.status == (200 if kind == "truncated" else status)
    assert api.get().status_code == 200


@pytest.mark.parametrize("kind", ["closed", "lost_answer"])
def test_a_closed_connection_carries_no_byte(api: Api, kind: str) -> None:
    """The connection ends before a status line, on a fresh connection and on a kept one."""
    script(api, kind, None, kind)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError) as caught:
            api.create()
        assert "Remote end closed connection without response" in str(caught.value)
        if len(api.server.requests) == 1:
            assert api.get().status_code == 200


def test_a_truncated_answer_is_shorter_than_announced(api: Api) -> None:
    """Half of the bytes that Content-Length promises arrive, then the connection closes."""
    whole = api.get().content
    script(api, "truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError) as caught:
        api.get()
    half = len(whole) // 2
    missing = len(whole) - half
    assert f"IncompleteRead({half} bytes read, {missing} more expected)" in str(caught.value)


def test_a_garbled_answer_is_whole_http_and_half_json(api: Api) -> None:
    """Content-Length is right, so that only a parser of JSON notices."""
    script(api, "garbled")
    answer = api.create()
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_an_empty_body(api: Api) -> None:
    """The status of a success, and nothing else."""
    script(api, "empty_body")
    assert api.create().content == b""


def test_a_false_success_is_a_rejection(api: Api) -> None:
    """HTTP 200 around `success: false`."""
    script(api, "false_success")
    content = api.create().json()
    assert (content["success"], content["data"]) == (False, None)


def test_a_proxy_forbids_in_html(api: Api) -> None:
    """The 403 of a proxy is not JSON."""
    script(api, "html_forbidden")
    answer = api.create()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>Forbidden</h1>" in answer.text


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_of_both_makes(api: Api, status: int) -> None:
    """A 500 comes from the service, as JSON; 502, 503 and 504 from a proxy, as HTML."""
    script(api, "server_error", server_error_statuses=(status,))
    answer = api.create()
    assert answer.status_code == status
    assert answer.text.startswith("{" if status == 500 else "<html>")


def test_latency_comes_before_the_handling(api: Api, clock: Clock) -> None:
    """The request waits, is handled then, and is answered as usual."""
    script(api, "latency", latency_seconds=3.5)
    assert api.create().status_code == 200
    assert clock.slept == [3.5]
    (seen,) = api.server.requests
    assert (seen.fault, seen.at, seen.applied) == ("latency", 0, True)


def test_latency_comes_on_top_of_a_fault(api: Api, clock: Clock) -> None:
    """A rate of latency has its own dice; the fault beside it keeps its name on record."""
    api.server.faults = Faults(latency=1, html_forbidden=1, latency_seconds=2)
    assert api.create().status_code == 403
    assert clock.slept == [2]
    assert api.server.requests[0].fault == "html_forbidden"


def test_latency_holds_up_nobody_else() -> None:
    """While one request waits, others are answered; and stopping does not wait for it."""
    with Server(limits=Limits(per_second=None)) as server, Api(server) as slow, Api(server) as api:
        server.faults = Faults(script=("latency",), latency_seconds=3600)
        caught: list[Exception] = []

        def wait() -> None:
            try:
                slow.create()
            except requests.ConnectionError as error:
                caught.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        await_that(lambda: len(server.requests) == 1)
        assert api.get("/groups").status_code == 200
        server.stop()
        waiting.join(timeout=5)
    assert len(caught) == 1
    assert (server.requests[0].status, server.requests[0].applied) == (None, False)


def test_a_client_that_gave_up_is_served_all_the_same() -> None:
    """A timeout of the client does not cancel: the type is made, and no status is on record."""
    released = threading.Event()

    async def sleep(_: float) -> None:
        await asyncio.to_thread(released.wait)

    faults = Faults(script=("latency",))
    with Server(faults=faults, sleep=sleep) as server, Api(server) as api:
        with pytest.raises(requests.ReadTimeout):
            api.create(timeout=0.05)
        assert len(server.types()) == 9
        released.set()
        await_that(lambda: server.requests[0].applied)
        assert len(server.types()) == 10
        assert (server.requests[0].status, server.requests[0].applied) == (None, True)


def test_methods_limit_the_faults(api: Api) -> None:
    """With `methods`, other requests pass untouched and use up no entry of the script."""
    script(api, None, "lost_answer", methods=["post"])
    assert api.create().status_code == 200
    assert api.get().status_code == 200
    with pytest.raises(requests.ConnectionError):
        api.create()
    assert len(api.server.types()) == 11
    assert [seen.fault for seen in api.server.requests] == [None, None, "lost_answer"]


def test_rates_apply_after_the_script(api: Api) -> None:
    """When the script is used up, the dice decide."""
    script(api, None, html_forbidden=1.0)
    assert [api.get().status_code for _ in range(3)] == [200, 403, 403]


def drawn(faults: Faults, count: int) -> list[str | None]:
    fates = Fates(faults)
    return [fates.deal("POST").name for _ in range(count)]


def test_a_seed_makes_the_faults_repeatable() -> None:
    """The same seed gives the same faults to the same sequence; another gives others."""
    some = {"lost_answer": 0.2, "server_error": 0.2, "latency": 0.3}
    first = drawn(Faults(seed=7, **some), 200)  # type: ignore[arg-type]
    assert first == drawn(Faults(seed=7, **some), 200)  # type: ignore[arg-type]
    assert first != drawn(Faults(seed=8, **some), 200)  # type: ignore[arg-type]


def test_rates_are_kept() -> None:
    """Over many requests, each fault strikes about as often as its rate says."""
    counts = Counter(drawn(Faults(lost_answer=0.2, closed=0.1, rate_limited=0.05), 20_000))
    shares = {kind: round(count / 20_000, 2) for kind, count in counts.items()}
    assert shares == {None: 0.65, "lost_answer": 0.2, "closed": 0.1, "rate_limited": 0.05}


def test_one_rate_does_not_shift_another_ones_dice() -> None:
    """Adding latency, or another method's requests, leaves the other faults where they were."""
    plain = drawn(Faults(lost_answer=0.3, seed=3), 100)
    fates = Fates(Faults(lost_answer=0.3, latency=1, methods=("POST",), seed=3))
    mixed = []
    for _ in range(100):
        fates.deal("GET")
        mixed.append(fates.deal("POST").kind)
    assert mixed == plain


def test_every_status_of_a_server_error_turns_up() -> None:
    """The statuses are drawn from those asked for."""
    fates = Fates(Faults(server_error=1))
    assert {fates.deal("GET").status for _ in range(100)} == {500, 502, 503, 504}


WRONG: list[dict[str, Any]] = [
    {"closed": -0.1},
    {"closed": 1.1},
    {"closed": True},
    {"closed": "often"},
    {"closed": 0.6, "lost_answer": 0.6},
    {"latency": float("nan")},
    {"latency_seconds": -1},
    {"latency_seconds": float("inf")},
    {"server_error_statuses": ()},
    {"server_error_statuses": (200,)},
    {"methods": "POST"},
    {"methods": (1,)},
    {"script": ("explode",)},
    {"script": "closed"},
    {"seed": "lucky"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_impossible_faults_are_refused(wrong: dict[str, Any]) -> None:
    """A rate outside 0 to 1, rates above 1 in sum, and unknown names raise with the name."""
    *_, name = wrong
    with pytest.raises(ValueError, match=name if len(wrong) == 1 else "add up to 1.2"):
        Faults(**wrong)

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import requests

from certbulk.sandbox import Faults, Limits, Server
from certbulk.sandbox.misbehaviour.faults import KINDS, ODD_ANSWERS, Fates
from certbulk.sandbox.misbehaviour.wire import BAD_HEADERS

from .talk import ACCEPT, TIMEOUT, Api, Clock, body


def script(api: Api, *entries: str | None, **more: Any) -> None:
    api.server.faults = Faults(script=entries, **more)


def await_that(server: Server, so_many: int) -> None:
    """Wait until that many requests have changed something and none is to land: 5 s at most."""
    end = time.monotonic() + 5
    while server.landing or sum(one.applied for one in server.requests) < so_many:
        assert time.monotonic() < end
        time.sleep(0.001)


def raw(api: Api) -> bytes:
    """Return all bytes that a list is answered with, until the connection is closed."""
    host, port = api.server.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=TIMEOUT) as connection:
        connection.sendall(_asking(api))
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _asking(api: Api, query: str = "") -> bytes:
    return (
        f"GET /api/v1{api.types}{query} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
        f"accept: {ACCEPT}\r\nauthorization: {api.session.headers['Authorization']!s}\r\n\r\n"
    ).encode()


# Late landings


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 400, 403])
def test_a_request_lands_after_its_answer(api: Api, clock: Clock, status: int) -> None:
    """The answer is an error; the type is made some seconds later all the same."""
    script(api, "late_landing", landing_seconds=7, landing_statuses=(status,))
    assert api.create().status_code == status
    await_that(api.server, 1)
    assert clock.slept == [7]
    assert len(api.server.types()) == 10
    (seen,) = api.server.requests
    assert (seen.status, seen.fault, seen.applied) == (status, "late_landing", True)
    assert [one.request for one in api.server.history] == [1]


class Held:
    """A sleep that lasts until it is told to end."""

    def __init__(self) -> None:
        self._sleeper: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def sleep(self, _: float) -> None:
        """Sleep until the release."""
        end = asyncio.Event()
        self._sleeper = asyncio.get_running_loop(), end
        await end.wait()

    def release(self) -> None:
        """End the sleep that is going on."""
        assert self._sleeper is not None
        loop, end = self._sleeper
        loop.call_soon_threadsafe(end.set)


@pytest.fixture
def held() -> Iterator[tuple[Api, Held]]:
    """A server whose sleeps last until they are released."""
    sleeper = Held()
    limits = Limits(per_second=None)
    with Server(limits=limits, sleep=sleeper.sleep) as server, Api(server) as api:
        yield api, sleeper


def test_others_are_served_before_the_landing(held: tuple[Api, Held]) -> None:
    """Nothing has changed yet at the answer; on the same connection others come first."""
    api, sleeper = held
    script(api, "late_landing")
    assert api.create(body(title="First")).status_code >= 500
    assert api.server.landing == 1
    assert api.get().json()["meta"]["total_count"] == 9
    assert api.create(body(title="Second")).json()["data"]["id"] == 289056
    sleeper.release()
    await_that(api.server, 2)
    assert [one["title"] for one in api.server.types()[-2:]] == ["Second", "First"]
    assert [one.request for one in api.server.history] == [3, 1]


def test_what_has_not_landed_by_the_stop_never_does(held: tuple[Api, Held]) -> None:
    """Stopping does not wait for it, and drops it."""
    api, _ = held
    script(api, "late_landing")
    api.create()
    api.server.stop()
    assert api.server.landing == 0
    assert len(api.server.types()) == 9


# Out of step


def test_an_answer_is_that_of_the_request_before(api: Api) -> None:
    """From the third create on, each has the answer of the one before it; all are created."""
    script(api, None, None, out_of_step=1, methods=("POST",))
    answers = [api.create(body(title=f"Card {at}")).json()["data"] for at in range(5)]
    assert [one["title"] for one in answers] == ["Card 0", "Card 1", "Card 1", "Card 2", "Card 3"]
    assert [one["title"] for one in api.server.types()[9:]] == [f"Card {at}" for at in range(5)]
    faults = [seen.fault for seen in api.server.requests]
    assert faults == [None, None, *["out_of_step"] * 3]


def test_the_first_answer_has_none_before_it(api: Api) -> None:
    """It is the right one, and no fault is on record."""
    script(api, "out_of_step", "out_of_step")
    assert api.create(body(title="First")).json()["data"]["title"] == "First"
    assert api.create(body(title="Second")).json()["data"]["title"] == "First"
    assert [seen.fault for seen in api.server.requests] == [None, "out_of_step"]


def test_a_list_does_not_count_as_the_request_before(api: Api) -> None:
    """Only write requests do; a list that is out of step has the answer of one of these."""
    api.delete(288901)
    api.get()
    script(api, "out_of_step", "out_of_step")
    assert api.get().json() == {"success": True, "data": None, "meta": []}
    assert api.create().json()["data"] is None


# Interim answers


def test_interim_answers_come_first(api: Api) -> None:
    """Each is a head without a body, before the right answer on a connection that is kept."""
    script(api, "interim", interim_statuses=[100, 102, 103])
    first, second, third, *rest = raw(api).split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert second.startswith(b"HTTP/1.1 102 Processing\r\n")
    assert third.startswith(b"HTTP/1.1 103 Early Hints\r\n")
    assert rest[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(json.loads(rest[1])["data"]) == 9


def test_the_connection_is_kept_after_an_interim_answer(api: Api) -> None:
    """A client that reads past it finds the right answer, and goes on."""
    script(api, "interim", interim_statuses=(100,))  # the one that Python's client reads past
    assert api.create().json()["data"]["id"] == 289056
    assert api.get().status_code == 200
    (seen, _) = api.server.requests
    assert (seen.status, seen.fault, seen.applied) == (200, "interim", True)


# Drips


@pytest.mark.parametrize("kind", ["dripping_head", "dripping_body"])
def test_an_answer_drips(api: Api, clock: Clock, kind: str) -> None:
    """One part of it comes byte by byte, with a pause after each; all of it comes."""
    script(api, kind, drip_seconds=0.25)
    head, _, content = raw(api).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(json.loads(content)["data"]) == 9
    slow = content if kind == "dripping_body" else head + b"\r\n\r\n"
    assert clock.slept == [0.25] * len(slow)
    assert api.create().status_code == 200


@pytest.mark.campaign
def test_a_drip_takes_its_time() -> None:
    """With the real clock the bytes come one at a time, and stopping does not wait for them."""
    with Server(faults=Faults(dripping_body=1, drip_seconds=0.02)) as server, Api(server) as api:
        with api.get(stream=True) as answer:
            drops = answer.iter_content(1)
            moments = [(next(drops), time.monotonic())[1] for _ in range(4)]
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 0.5
        assert all(later > earlier for earlier, later in pairwise(moments))


def test_a_drip_ends_with_its_client(api: Api) -> None:
    """A client that has left is not waited for; the next request is served."""
    script(api, "dripping_body", drip_seconds=0.001)
    with api.get(stream=True) as answer:
        next(answer.iter_content(1))
    assert api.get().status_code == 200


# Bad headers

HEADS: dict[str, bytes] = {
    "redirect": b"\r\nlocation: ?again=1\r\n",
    "location": b"\r\nlocation: http://[::1\r\n",
    "location_port": b"\r\nlocation: http://127.0.0.1:port/\r\n",
    "location_bytes": b"\r\nlocation: http://\xff\xfe\x80/\r\n",
    "length_text": b"\r\ncontent-length: many\r\n",
    "length_negative": b"\r\ncontent-length: -1\r\n",
    "chunks": b"\r\ntransfer-encoding: chunked\r\n",
    "encoding": b"\r\ncontent-encoding: gzip\r\n",
    "charset": b"charset=klingon\r\n",
    "no_text": b"\r\nx-trace: \xff\xfe\x80\xc3(\r\n",
    "nul": b"\r\nx-trace: \x00\x01\r\n",
    "no_colon": b"HTTP/1.1 200 OK\r\nthis line has none\r\n",
    "long_line": b"\r\nx-trace: " + b"a" * 100_000 + b"\r\n",
    "many_lines": b"\r\nx-trace-999: a\r\n",
    "status_text": b"HTTP/1.1 fine\r\n",
    "status_huge": b"HTTP/1.1 99999 Off the scale\r\n",
    "version": b"HTTP/7 200 OK\r\n",
    "no_http": b"220 mail.example.com ESMTP\r\n",
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_a_header_is_malformed(api: Api, name: str) -> None:
    """The head has that one thing wrong with it, the body is whole, and the server lives on."""
    script(api, "bad_header", bad_headers=[name])
    head, _, content = raw(api).partition(b"\r\n\r\n")
    assert len(json.loads(content)["data"]) == 9
    lengths = [int(one) for one in _values(head, b"content-length") if one.strip(b"-").isdigit()]
    whole = len(content)
    expected = {
        "length_more": [whole + 10],
        "length_less": [whole // 2],
        "length_twice": [whole, whole + 10],
        "length_negative": [-1],
        "length_text": [],
        "chunks": [],
    }
    assert lengths == expected.get(name, [whole])
    assert HEADS.get(name, b"") in head + b"\r\n"
    is_redirect = name in {"redirect", "location", "location_port", "location_bytes"}
    assert (b" 307 Temporary Redirect\r\n" in head) is is_redirect
    assert api.server.requests[0].status == (307 if is_redirect else 200)
    assert api.get().status_code == 200


def _values(head: bytes, name: bytes) -> list[bytes]:
    lines = [line.partition(b": ") for line in head.split(b"\r\n")]
    return [value for key, _, value in lines if key == name]


def test_whoever_follows_the_redirect_asks_again(api: Api) -> None:
    """The request has been handled when the redirect comes."""
    script(api, "bad_header", bad_headers=("redirect",))
    assert api.create(allow_redirects=True).status_code == 200
    assert len(api.server.types()) == 11


def test_python_fails_over_most_of_them(api: Api) -> None:
    """They are worth sending: a common client raises all sorts of things over them."""
    failed = set()
    for name in BAD_HEADERS:
        script(api, "bad_header", bad_headers=(name,))
        try:
            api.create(allow_redirects=False).json()
        except (requests.RequestException, http.client.HTTPException, ValueError):
            failed.add(name)
    assert failed >= {"location_port", "length_more", "chunks", "encoding", "long_line", "no_http"}


# Answers without an end


@pytest.mark.parametrize("kind", ["endless_head", "endless_body", "endless_redirect"])
def test_an_answer_goes_on(api: Api, kind: str) -> None:
    """Headers or blanks go on for the megabytes asked for; then the connection is closed."""
    script(api, kind, endless_megabytes=3)
    answer = raw(api)
    assert 3 * 2**20 < len(answer) < 3.1 * 2**20
    head, end, content = answer.partition(b"\r\n\r\n")
    assert b"content-length" not in head
    if kind == "endless_head":
        assert (head.count(b"x-trace: "), end) == (3 * 128, b"")
    else:
        assert len(json.loads(content)["data"]) == 9
    status = 307 if kind == "endless_redirect" else 200
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert (b"location: ?again=1" in head) is (status == 307)
    assert api.server.requests[0].status == status


def test_an_endless_answer_ends_with_its_client(api: Api) -> None:
    """A client that has left is not written to; nothing piles up, and others are served."""
    script(api, "endless_body", endless_megabytes=10**6)
    with api.get(stream=True) as answer:
        next(answer.iter_content(2**20))
        with Api(api.server) as other:
            assert other.get().status_code == 200
    assert api.get().status_code == 200


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["endless_body", "bad_header"])
def test_a_client_that_does_not_read_holds_nothing_up(api: Api, kind: str) -> None:
    """Stopping drops what is on its way to it."""
    server = api.server
    for _ in range(100):
        server.add({"title": "x" * 100_000})
    script(api, kind, bad_headers=("no_text",))
    host, port = server.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=TIMEOUT) as connection:
        connection.sendall(_asking(api, "?page_size=100"))
        while not (server.requests and server.requests[0].status):
            time.sleep(0.001)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 0.5


# Retry-After


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "late_landing"])
def test_a_retry_after_that_nobody_can_use(api: Api, kind: str) -> None:
    """It goes with each error of a fault, as it stands."""
    texts = ("soon", "-1", "1e400", "Fri, 31 Dec 9999999999 23:59:59 GMT")
    script(api, *[kind] * 40, retry_afters=texts)
    assert {api.create().headers["Retry-After"] for _ in range(40)} == set(texts)
    script(api, kind)
    assert "Retry-After" not in api.create().headers


# Rates and seeds


def drawn(faults: Faults, count: int = 300) -> list[Any]:
    fates = Fates(faults)
    return [fates.deal("POST") for _ in range(count)]


def test_the_odd_answers_have_rates_too() -> None:
    """The same seed deals the same ones, with the same header; every fault comes up."""
    rates: dict[str, Any] = dict.fromkeys((*KINDS, *ODD_ANSWERS), 0.04)
    first = drawn(Faults(seed=7, **rates))
    assert first == drawn(Faults(seed=7, **rates))
    assert first != drawn(Faults(seed=8, **rates))
    assert {fate.kind for fate in first} == {None, *KINDS, *ODD_ANSWERS}
    assert {fate.header for fate in first} == set(BAD_HEADERS)


def test_the_odd_answers_leave_the_others_where_they_were() -> None:
    """A seed deals the faults that it dealt before, where no odd answer takes their place."""
    plain = drawn(Faults(lost_answer=0.3, seed=3))
    mixed = drawn(Faults(lost_answer=0.3, out_of_step=0.3, seed=3))
    assert [fate.kind for fate in mixed if fate.kind != "out_of_step"] == [
        before.kind for before, fate in zip(plain, mixed, strict=True) if fate.kind != "out_of_step"
    ]


WRONG: list[dict[str, Any]] = [
    {"late_landing": 2},
    {"landing_seconds": -1},
    {"landing_statuses": (200,)},
    {"landing_statuses": 500},
    {"interim_statuses": (101,)},
    {"interim_statuses": ()},
    {"drip_seconds": float("nan")},
    {"bad_headers": ("nice",)},
    {"bad_headers": ()},
    {"endless_megabytes": 1.5},
    {"endless_megabytes": -1},
    {"retry_afters": "soon"},
    {"retry_afters": ("a\r\nb",)},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    """They raise with the name of the setting."""
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Faults(**wrong)


def test_faults_as_texts() -> None:
    """A command line gives each setting as name=value."""
    given = ["interim=0.5", "interim_statuses=102,103", "methods=POST", "seed=3"]
    expected = Faults(interim=0.5, interim_statuses=(102, 103), methods=("POST",), seed=3)
    assert Faults.of_texts(given) == expected

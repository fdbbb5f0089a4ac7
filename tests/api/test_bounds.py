"""An answer is bounded in total time and in size, whatever it drips or floods."""

import gzip
import itertools
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest

import certbulk as cb
from certbulk.api import http, transport
from certbulk.api.decision import Event
from certbulk.api.http import Happened, Http

from .raw import RawServer

HEAD = b"HTTP/1.1 200 OK\r\n"
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SECONDS = 0.6
"""How long an answer may take here; each drip is far shorter."""


def dripping(pieces: Iterable[bytes], pause: float = 0.05) -> Callable[[socket.socket], None]:
    """Return a script that sends a piece, pauses, and goes on for ever."""
    supply = list(itertools.islice(pieces, 2000))

    def script(connection: socket.socket) -> None:
        for piece in supply:
            connection.sendall(piece)
            time.sleep(pause)

    return script


def flooding(first: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """Return a script that sends as much as is taken."""

    def script(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(piece)

    return script


def by_byte(content: bytes) -> Iterator[bytes]:
    return (bytes([byte]) for byte in content)


def attempted(server: RawServer, seconds: float = SECONDS) -> Happened:
    """Return how one attempt ended."""
    sender = Http(f"http://127.0.0.1:{server.port}", "partner", "user", (1.0, seconds))
    happened = sender.attempt("GET", "/", None, None)
    sender.close()
    return happened


DRIPS = [
    pytest.param([], None, id="silence"),
    pytest.param([HEAD, *by_byte(b"X-Slow: " + b"x" * 900)], None, id="a header byte by byte"),
    pytest.param([HEAD, *[b"X-Slow: x\r\n"] * 90], None, id="header by header"),
    pytest.param([INTERIM] * 900, None, id="interim answers"),
    pytest.param([HEAD + b"Content-Length: 900\r\n\r\n", *[b" "] * 900], 200, id="a body"),
    pytest.param([HEAD + b"\r\n", *[b" "] * 900], 200, id="a body without a length"),
    pytest.param([CHUNKED, *[b"1\r\n \r\n"] * 900], 200, id="chunks"),
    pytest.param([CHUNKED + b"0\r\n", *[b"X-Slow: x\r\n"] * 900], 200, id="trailers"),
    pytest.param(
        [HEAD + b"Content-Encoding: gzip\r\n\r\n", *by_byte(gzip.compress(bytes(9000), 0))],
        200,
        id="a packed body",
    ),
]


@pytest.mark.parametrize(("pieces", "status"), DRIPS)
def test_an_answer_that_drips(pieces: list[bytes], status: int | None) -> None:
    """Headers and body together are cut in time, long before their end; no single read is long."""
    script = dripping(pieces) if pieces else lambda _: time.sleep(2)
    with RawServer(script) as server:
        happened = attempted(server)
    assert happened.event is (Event.READ_TIMEOUT if status is None else Event.CUT)
    assert happened.status == status


def test_headers_and_body_share_the_time() -> None:
    """Headers that came late leave less time for the body, which comes in time for itself alone."""

    def script(connection: socket.socket) -> None:
        time.sleep(0.4)
        connection.sendall(HEAD + b"Content-Length: 900\r\n\r\n")
        time.sleep(0.4)
        connection.sendall(b" " * 900)

    with RawServer(script) as server:
        happened = attempted(server)
    assert (happened.event, happened.status) == (Event.CUT, 200)


def test_an_answer_that_is_slow_but_in_time() -> None:
    """Time is a bound, not a pace: an answer in pieces that is whole in time counts."""
    whole = HEAD + b'Content-Length: 30\r\n\r\n{"success": true, "data": [1]}'
    with RawServer(dripping([INTERIM, whole[:10], whole[10:40], whole[40:]])) as server:
        happened = attempted(server, 5.0)
    assert (happened.event, happened.document) == (Event.ANSWERED, {"success": True, "data": [1]})


def test_the_bound_is_anew_for_each_answer() -> None:
    """Two answers over one connection may take the time twice."""
    whole = HEAD + b'Content-Length: 30\r\n\r\n{"success": true, "data": [1]}'

    def script(connection: socket.socket) -> None:
        for _ in range(3):
            time.sleep(0.4)
            connection.sendall(whole)
            connection.recv(65536)

    with RawServer(script) as server:
        sender = Http(f"http://127.0.0.1:{server.port}", "partner", "user", (1.0, SECONDS))
        events = [sender.attempt("GET", "/", None, None).event for _ in range(3)]
        sender.close()
        assert server.asked == 1
    assert events == [Event.ANSWERED] * 3


FLOODS = [
    pytest.param(b"", INTERIM, None, id="interim answers"),
    pytest.param(HEAD + b"\r\n", b" " * 9000, 200, id="a body"),
    pytest.param(CHUNKED, b"2328\r\n" + b" " * 9000 + b"\r\n", 200, id="chunks"),
    pytest.param(CHUNKED + b"0\r\n", b"X-Much: x\r\n" * 900, 200, id="trailers"),
    pytest.param(b"HTTP/1.1 500 X\r\n\r\n", b" " * 9000, 500, id="an error"),
]


@pytest.mark.parametrize(("first", "piece", "status"), FLOODS)
def test_an_answer_that_floods(
    first: bytes, piece: bytes, status: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All bytes of an answer count: interim answers, headers, body and trailers."""
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1 << 20)
    with RawServer(flooding(first, piece)) as server:
        happened = attempted(server, 20.0)
    assert happened.event is (Event.BROKEN if status is None else Event.CUT)
    assert happened.status == status
    assert "AnswerTooLargeError" in happened.detail


def test_a_packed_answer_is_bounded_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes that unpack to very many are not unpacked further than they may be."""
    monkeypatch.setattr(http, "_LARGEST_ANSWER", 1 << 20)
    packed = gzip.compress(bytes(64 << 20))
    answer = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    taken: list[int] = []
    content = http._content  # noqa: SLF001 (what is measured has no public name)

    def measured(response: object) -> bytes:
        original = response.iter_content  # type: ignore[attr-defined]

        def pieces(size: int) -> Iterator[bytes]:
            for piece in original(size):
                taken.append(len(piece))
                yield piece

        response.iter_content = pieces  # type: ignore[attr-defined]
        return content(response)  # type: ignore[arg-type]

    monkeypatch.setattr(http, "_content", measured)
    with RawServer(lambda connection: connection.sendall(answer)) as server:
        happened = attempted(server, 20.0)
    assert (happened.event, happened.status) == (Event.CUT, 200)
    assert sum(taken) < 2 << 20


def test_a_redirect_with_an_endless_body() -> None:
    """The body of a redirect is not read at all: it is not followed."""
    head = b"HTTP/1.1 302 X\r\nLocation: https://example.com/\r\n\r\n"
    with RawServer(flooding(head, b" " * 9000)) as server:
        happened = attempted(server, 20.0)
    assert (happened.event, happened.status) == (Event.ANSWERED, 302)
    assert "https://example.com/" in happened.detail


def test_a_create_that_drips_is_unknown() -> None:
    """What an answer would have said is not known, so a create is not sent again."""
    with RawServer(dripping([HEAD + b"\r\n", *[b" "] * 900])) as server:
        client = server.client(timeout=(1.0, SECONDS))
        with pytest.raises(cb.OutcomeUnknownError):
            client.create({})
        client.close()
        assert server.asked == 1


def test_ctrl_c_while_an_answer_drips() -> None:
    """Waiting for an answer hears Ctrl-C at once."""
    with RawServer(dripping([HEAD + b"\r\n", *[b" "] * 900])) as server:
        sender = Http(f"http://127.0.0.1:{server.port}", "partner", "user", (1.0, 20.0))
        began = time.monotonic()
        threading.Timer(0.3, signal.raise_signal, (signal.SIGINT,)).start()
        with pytest.raises(KeyboardInterrupt):
            sender.attempt("GET", "/", None, None)
        assert time.monotonic() - began < 5
        sender.close()

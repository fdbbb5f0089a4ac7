"""Whatever comes out of the HTTP library ends one attempt, and its type is in the message."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from urllib3.exceptions import LocationParseError

import certbulk as cb
from certbulk.api.decision import ATTEMPTS
from certbulk.api.failures import seconds_of
from tests.sandbox.talk import EXAMPLE_RECORD

from .service import Service, answer, ok

WHOLE = ok({**EXAMPLE_RECORD, "id": 1})
INTERIM: list[Any] = [
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", id="100"),
    pytest.param(b"HTTP/1.1 102 Processing\r\n\r\n", id="102"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n", id="103"),
    pytest.param(b"HTTP/1.1 199\r\nX: y\r\nX: z\r\n\r\n", id="199"),
    pytest.param(b"HTTP/1.1 102 X\r\n\r\nHTTP/1.1 100 X\r\n\r\nHTTP/1.1 150 X\r\n\r\n", id="three"),
    pytest.param(b"HTTP/1.1 103 X\r\nLink: y\r\n\r\n" * 3000, id="thousands"),
]


@pytest.mark.parametrize("interim", INTERIM)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_interim_answers_are_read_past(interim: bytes, method: str) -> None:
    """The answer that counts is the one after them: nothing is repeated, nothing in doubt."""
    with Service(interim + WHOLE) as service:
        client = service.client()
        calls = {"GET": lambda: client.get(1), "POST": lambda: client.create({})}
        record = calls.get(method, lambda: client.update(1, {}))()
        assert record["id"] == 1
        assert len(service.asked) == 1


@pytest.mark.parametrize("said", [b"HTTP/1.1 102 X\r\n\r\n", b"HTTP/1.1 101 X\r\n\r\nwebsocket"])
def test_an_interim_answer_alone_is_none(said: bytes) -> None:
    """A connection that ends after it, or goes on in another protocol, has not answered."""
    with Service(said) as service:
        client = service.client()
        with pytest.raises(cb.OutcomeUnknownError):
            client.create({})
        with pytest.raises(cb.UnavailableError):
            client.get(1)


HEADERS: list[Any] = [
    pytest.param({"Retry_After": "Fri, 31 Dec 9999999999 23:59:59 GMT"}, id="a year far ahead"),
    pytest.param({"Retry_After": "Fri, 99 Zzz 0000 99:99:99 +99999999999"}, id="no date at all"),
    pytest.param({"Retry_After": "\xff\xfe"}, id="bytes"),
    pytest.param({"Retry_After": "9" * 5000}, id="an endless number"),
    pytest.param({"Set_Cookie": "a=b; max-age=" + "9" * 400}, id="a cookie for ever"),
    pytest.param({"Set_Cookie": "a=b; expires=Fri, 31 Dec 9999999999 23:59:59 GMT"}, id="cookie"),
    pytest.param({"Set_Cookie": "\xff; domain=\xfe; path=\x01"}, id="a cookie of bytes"),
    pytest.param({"Content_Type": 'text/html; charset="\xff'}, id="a strange charset"),
    pytest.param({"Content_Disposition": "\x00"}, id="a NUL"),
    pytest.param({"Location": "http://[::1"}, id="a location that is not followed"),
    pytest.param({"Link": "<" * 5000}, id="links"),
    pytest.param({"Strict_Transport_Security": "max-age=nan"}, id="nonsense"),
    pytest.param({"Date": "yesterday"}, id="a date"),
]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("status", [200, 503])
def test_headers_that_no_parser_likes(headers: dict[str, Any], status: int) -> None:
    """They do not change what the answer says, and nothing is printed about them."""
    said = answer(status, {"success": status == 200, "data": {"id": 1}}, **headers)
    with Service(said, WHOLE) as service, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert service.client().get(1)["id"] == 1
        assert len(service.asked) == (1 if status == 200 else 2)


LOCATIONS = [
    "http://[::1",
    "http://host:port/",
    "http://exa mple:99999/\x00",
    "//",
    "http://\xff\xfe.com/",
    "http://" + "a" * 70 + ".com/",
    "http://\xfc\xfc..b/",
    "\x1b[31mred",
    "https://example.com/" + "a" * 50_000,
    "",
]


@pytest.mark.parametrize("location", LOCATIONS, ids=lambda text: repr(text)[:24])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_nowhere(location: str, method: str) -> None:
    """A location is shown and never parsed; the message stays one line of a sensible length."""
    with Service(answer(302, raw=b"", Location=location)) as service:
        client = service.client()
        with pytest.raises(cb.ServiceError, match="HTTP 302, a redirect to") as caught:
            client.get(1) if method == "GET" else client.create({})
        assert len(service.asked) == 1
    assert isinstance(caught.value, cb.OutcomeUnknownError) is (method == "POST")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


RAISED: list[Any] = [
    pytest.param(OverflowError("year 9999999999 is out of range"), "OverflowError", id="overflow"),
    pytest.param(UnicodeError("label too long"), "UnicodeError", id="no text"),
    pytest.param(LocationParseError("http://["), "LocationParseError", id="a location"),
    pytest.param(ValueError("what is this"), "ValueError", id="a value"),
    pytest.param(RecursionError("too deep"), "RecursionError", id="recursion"),
    pytest.param(MemoryError(), "MemoryError", id="memory"),
    pytest.param(AssertionError(), "AssertionError", id="an assertion"),
    pytest.param(requests.TooManyRedirects("?"), "TooManyRedirects", id="of requests"),
]


@pytest.mark.parametrize(("raised", "name"), RAISED)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_whatever_the_library_raises(
    raised: Exception, name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read is repeated, a create is in doubt, and the type of the exception can be read."""

    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(requests.Session, "request", fail)
    with Service(WHOLE) as service:
        client = service.client()
        calls = {"GET": lambda: client.get(1), "POST": lambda: client.create({})}
        with pytest.raises(cb.ServiceError) as caught:
            calls.get(method, lambda: client.update(1, {}))()
    assert isinstance(caught.value, cb.UnavailableError if method == "GET" else cb.ServiceError)
    assert isinstance(caught.value, cb.OutcomeUnknownError) is (method != "GET")
    assert caught.value.attempts == (1 if method == "POST" else ATTEMPTS)
    assert name in str(caught.value)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_what_is_not_an_error_comes_through(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C and the end of the process are not the end of an attempt."""

    def fail(*_: object, **__: object) -> None:
        raise kind

    monkeypatch.setattr(requests.Session, "request", fail)
    with Service(WHOLE) as service:
        client = service.client()
        with pytest.raises(kind):
            client.create({})


BROKEN: list[Any] = [
    pytest.param(b"HTTP/1.1 abc X\r\n\r\n", "BadStatusLine", id="no status"),
    pytest.param(b"HTTP/1.1 200 X\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", "LineTooLong", id="long"),
    pytest.param(b"", "RemoteDisconnected", id="closed"),
    pytest.param(
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc", "ValueError", id="chunk"
    ),
    pytest.param(answer(200, raw=b"log in, please"), "JSONDecodeError", id="no JSON"),
    pytest.param(answer(200, raw=b"x", Content_Encoding="br"), "Content-Encoding", id="packed"),
    pytest.param(
        answer(200, raw=b"x", Content_Encoding=", ".join(["gzip"] * 9)), "DecodeError", id="often"
    ),
]


@pytest.mark.parametrize(("said", "name"), BROKEN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_type_is_in_the_message(said: bytes, name: str, method: str) -> None:
    """Whoever asks for help can say what happened, also if the outcome is unknown."""
    with Service(said) as service:
        client = service.client()
        with pytest.raises(cb.ServiceError, match=name) as caught:
            client.get(1) if method == "GET" else client.create({})
    assert isinstance(caught.value, cb.OutcomeUnknownError) is (method == "POST")


GATEWAYS: list[Any] = [
    pytest.param(answer(403, raw=b"<html>Blocked</html>"), True, id="403 with a page"),
    pytest.param(answer(502, raw=b" \r\n<!DOCTYPE html>"), True, id="502 with a page"),
    pytest.param(answer(502, raw=b"Bad Gateway"), True, id="502 in words"),
    pytest.param(answer(504, raw=b""), True, id="504 with nothing"),
    pytest.param(answer(500, raw=b""), False, id="500 with nothing"),
    pytest.param(answer(502, {"success": False}), False, id="502 of the service"),
    pytest.param(answer(403, {"success": False}), False, id="403 of the service"),
]


@pytest.mark.parametrize(("said", "named"), GATEWAYS)
def test_whose_answer_it_was(said: bytes, *, named: bool) -> None:
    """A page in the place of the service's JSON is named as somebody else's."""
    with Service(said) as service, pytest.raises(cb.ServiceError) as caught:
        service.client().get(1)
    assert ("a proxy, gateway or firewall may have sent it" in str(caught.value)) is named


NOW = datetime(2027, 1, 1, tzinfo=UTC)
WAITS = [
    (None, None),
    ("", None),
    ("12", 12.0),
    (" 12 ", 12.0),
    ("9" * 400, 300.0),
    ("Fri, 01 Jan 2027 00:00:20 GMT", 20.0),
    ("Fri, 01 Jan 2027 00:00:20 -0000", 20.0),
    ("Thu, 31 Dec 2026 00:00:00 GMT", 0.0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 300.0),
    ("Fri, 31 Dec 9999 23:59:59 -2359", 300.0),
    ("Fri, 31 Dec 9999999999 23:59:59 GMT", None),
    ("Sat, 00 Jan 0000 00:00:00 GMT", None),
    ("1e9", None),
    ("nan", None),
    (",", None),
]


@pytest.mark.parametrize(("header", "seconds"), WAITS)
def test_seconds_of_a_retry_after(header: str | None, seconds: float | None) -> None:
    """A number or a date in seconds from now, at most 300; None for what is neither."""
    assert seconds_of(header, NOW) == seconds

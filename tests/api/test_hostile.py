"""Answers that are not answers: a create ends as unknown, a read is repeated or fails."""

from typing import Any

import pytest

import certbulk as cb
from certbulk.api.decision import ATTEMPTS
from tests.sandbox.talk import EXAMPLE_RECORD

from .service import Service, answer, ok

PAGE = b"<!DOCTYPE html><html><body><h1>Forbidden</h1></body></html>"
RECORD = {**EXAMPLE_RECORD, "id": 1}
DEEP = b'{"success": true, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
WHOLE = ok(RECORD)

# A 2xx that does not say what became of the request.
UNREADABLE: list[Any] = [
    pytest.param(answer(200, raw=b""), id="nothing"),
    pytest.param(answer(204, raw=b""), id="204"),
    pytest.param(answer(200, raw=PAGE, Content_Type="text/html"), id="a page"),
    pytest.param(answer(200, raw=b'{"success": true, "data": {"id":'), id="half of it"),
    pytest.param(answer(200, raw=b"\xff\xfe\x00"), id="bytes"),
    pytest.param(answer(200, raw=b"\x1f\x8b\x08", Content_Encoding="gzip"), id="half a gzip"),
    pytest.param(answer(200, raw=b"xyz", Content_Encoding="gzip"), id="no gzip"),
    pytest.param(answer(200, raw=DEEP), id="deep"),
    pytest.param(answer(200, raw=b"9" * 10_000), id="a long number"),
    pytest.param(answer(200, [RECORD]), id="a list"),
    pytest.param(answer(200, "done"), id="a text"),
    pytest.param(answer(200, None), id="null"),
    pytest.param(answer(200, {"success": True}), id="no data"),
    pytest.param(answer(200, {}), id="nothing in it"),
    pytest.param(WHOLE[:-20], id="cut"),
    pytest.param(WHOLE[:60], id="cut in a header"),
    pytest.param(b"", id="closed"),
    pytest.param(b"HTTP/1.1 200", id="half a status line"),
    pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", id="another protocol"),
    pytest.param(b"HTTP/1.1 abc XXX\r\n\r\n", id="no status"),
    pytest.param(b"HTTP/1.1 200 XXX\r\nContent-Length: 5, 6\r\n\r\n", id="two lengths"),
    pytest.param(b"HTTP/1.1 200 XXX\r\n" + b"A: b\r\n" * 200 + b"\r\n", id="many headers"),
    pytest.param(b"HTTP/1.1 200 XXX\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", id="a long header"),
    pytest.param(b"HTTP/1.1 200 XXX\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"),
]
# A 2xx with data that is not the record.
NO_RECORD: list[Any] = [
    pytest.param(ok(None), id="null"),
    pytest.param(ok([]), id="empty list"),
    pytest.param(ok([RECORD]), id="a list"),
    pytest.param(ok({}), id="empty"),
    pytest.param(ok({"id": None}), id="id null"),
    pytest.param(ok({"id": "new"}), id="id a word"),
    pytest.param(ok({"id": "9" * 5000}), id="id endless"),
    pytest.param(ok("done"), id="a text"),
    pytest.param(ok(17), id="a number"),
]


@pytest.mark.parametrize("said", [*UNREADABLE, *NO_RECORD])
def test_a_create_is_unknown(said: bytes) -> None:
    """Whatever came back instead of the record: the create left once, and nobody knows."""
    with Service(said) as service:
        with pytest.raises(cb.OutcomeUnknownError) as caught:
            service.client().create({})
        assert service.count("POST") == 1
    assert caught.value.code == "unknown_outcome"
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("said", UNREADABLE)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_reads_and_updates_are_repeated(said: bytes, method: str) -> None:
    """After two bad answers the third one counts."""
    with Service(said, said, WHOLE) as service:
        client = service.client()
        record = client.get(1) if method == "GET" else client.update(1, {})
        assert record["title"] == RECORD["title"]
        assert service.count(method) == 3


@pytest.mark.parametrize("said", UNREADABLE)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_reads_and_updates_end(said: bytes, method: str) -> None:
    """A service that never says anything readable is an error; of an update nothing is known."""
    error = cb.UnavailableError if method == "GET" else cb.OutcomeUnknownError
    with Service(said) as service:
        client = service.client()
        with pytest.raises(error):
            client.get(1) if method == "GET" else client.update(1, {})
        assert service.count(method) == ATTEMPTS


@pytest.mark.parametrize("said", NO_RECORD)
def test_an_answer_without_the_record(said: bytes) -> None:
    """A read without its record is an error, an update without it is unknown."""
    with Service(said) as service:
        client = service.client()
        with pytest.raises(cb.ServiceError):
            client.get(1)
        with pytest.raises(cb.OutcomeUnknownError):
            client.update(1, {})


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_page_that_forbids(status: int) -> None:
    """A proxy's page is understood by its status; its HTML is not shown to anybody."""
    said = answer(status, raw=PAGE, Content_Type="text/html")
    with Service(said) as service, pytest.raises(cb.AccessError) as caught:
        service.client().create({})
    assert caught.value.status == status
    assert "<" not in str(caught.value)


@pytest.mark.parametrize("spelling", [False, 0, "false", None])
def test_success_that_is_not_true(spelling: object) -> None:
    """A 2xx that says no success is a rejection: nothing was created."""
    document = {"success": spelling, "data": None, "meta": {"message": "Not today."}}
    with Service(answer(200, document)) as service, pytest.raises(cb.ServiceError) as caught:
        service.client().create({})
    possible = {"rejected"} if spelling is False else {"rejected", "unknown_outcome"}
    assert caught.value.code in possible


def test_an_answer_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is read only so far: a service must not fill the memory."""
    from certbulk.api import http

    monkeypatch.setattr(http, "_LARGEST_ANSWER", 100_000)
    endless = b"HTTP/1.1 200 XXX\r\n\r\n" + b" " * 300_000
    with Service(endless, WHOLE) as service:
        assert service.client().get(1)["id"] == 1
        assert len(service.asked) == 2


def test_a_record_is_given_back_as_it_came() -> None:
    """What certbulk does not know in a record stays in it."""
    record = {**RECORD, "weight": 7, "surprise": {"a": [1, None]}, "title": "\x1b[31mA\u200b"}
    with Service(ok(record)) as service:
        assert service.client().get(1) == record

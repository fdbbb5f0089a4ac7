"""The way every request to the practice API takes: recorded, rationed, and struck by faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from certbulk.sandbox.answers import Refused, false_success, html_page, refusal, too_many
from certbulk.sandbox.faults import UNHANDLED, Fate
from certbulk.sandbox.practice import Practice

__all__ = ["Gate"]

# Neither recorded nor rationed nor struck: what a user of the sandbox asks of the sandbox itself.
_OWN_PATHS: Final = ("/_sandbox", "/docs", "/openapi.json", "/favicon.ico")

_SERVER_ERRORS: Final = {
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class _Reply:
    """An answer held back until it is decided what of it is sent."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    is_cut: bool = False

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": self.is_cut})

    def resize(self, body: bytes) -> None:
        """Replace the body by another, `Content-Length` included."""
        self.body = body
        kept = [(name, value) for name, value in self.headers if name != b"content-length"]
        self.headers = [*kept, (b"content-length", str(len(body)).encode())]


class Gate:
    """ASGI application around the routes.

    It shares `scope["state"]` with the routes: `practice` is what they work on, `sent` the parsed
    body, and they report a change by setting `applied`. It expects the `transport` of the
    connection there.
    """

    def __init__(
        self, routes: ASGIApp, practice: Practice, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._routes = routes
        self._practice = practice
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope.setdefault("state", {})["practice"] = self._practice
        if scope["type"] != "http" or scope["path"].startswith(_OWN_PATHS) or scope["path"] == "/":
            await self._routes(scope, receive, send)
            return
        try:
            reply = await self._reply(scope, receive)
        except asyncio.CancelledError:
            reply = None  # the server is stopping, and has no more time for this request
        if reply is not None:
            await reply.send(send)
        if reply is None or reply.is_cut:
            await _hang_up(scope, receive)

    async def _reply(self, scope: Scope, receive: Receive) -> _Reply | None:
        """Return the answer to send, or None for a connection closed without one."""
        practice = self._practice
        at, wall = practice.clock() - practice.began, datetime.now(UTC)
        body = await _body(receive)
        if body is None:
            return None
        scope["state"]["sent"] = sent = _parsed(body)
        number = practice.seen.add(
            at=at,
            wall=wall,
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            body=_without_password(scope["path"], sent),
        )
        reply = await self._fated(scope, receive, number)
        gone = scope["state"]["transport"].is_closing()
        # On record before the first byte leaves: whoever has an answer finds its request noted.
        practice.seen.note(number, status=None if reply is None or gone else reply.status)
        return reply

    async def _fated(self, scope: Scope, receive: Receive, number: int) -> _Reply | None:
        practice = self._practice
        windows = practice.windows
        if wait := windows.refused_for():
            return await _of(too_many(wait if windows.limits.retry_after else None), scope, receive)
        fate = practice.fates.deal(scope["method"])
        practice.seen.note(number, fault=fate.name)
        if fate.delay:
            await self._sleep(fate.delay)
        if fate.kind in UNHANDLED:
            return await _unhandled(fate, scope, receive)
        reply = await _of(self._routes, scope, receive)
        practice.seen.note(number, applied=scope["state"].get("applied", False))
        if fate.late:
            await self._sleep(fate.late)
        if fate.kind == "server_error_applied":
            return await _of(_server_error(fate.status), scope, receive)
        return _spoilt(fate, reply)


async def _unhandled(fate: Fate, scope: Scope, receive: Receive) -> _Reply | None:
    if fate.kind == "closed":
        return None
    answers: dict[str | None, Callable[[], Response]] = {
        "rate_limited": too_many,
        "server_error": lambda: _server_error(fate.status),
        "html_forbidden": lambda: html_page(403, "Forbidden"),
        "false_success": false_success,
    }
    return await _of(answers[fate.kind](), scope, receive)


def _server_error(status: int) -> Response:
    # A 500 comes from the service itself, the others from a proxy in front of it.
    if status in _SERVER_ERRORS:
        return html_page(status, _SERVER_ERRORS[status])
    return refusal(Refused(status, "Internal server error"))


def _spoilt(fate: Fate, reply: _Reply) -> _Reply | None:
    if fate.kind == "lost_answer":
        return None
    half = reply.body[: len(reply.body) // 2]
    if fate.kind == "truncated":
        reply.body, reply.is_cut = half, True
    elif fate.kind == "garbled":
        reply.resize(half)
    elif fate.kind == "empty_body":
        reply.resize(b"")
    return reply


async def _of(app: ASGIApp, scope: Scope, receive: Receive) -> _Reply:
    reply = _Reply()
    await app(scope, receive, reply.collect)
    return reply


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None when the client left before it had sent all of it."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """Return the JSON of a body, None for no body, and the text of one that is no JSON."""
    if not body:
        return None
    try:
        # Decoded here, since json.loads would take UTF-16 too.
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _without_password(path: str, sent: Any) -> Any:
    if not path.endswith("/auth"):
        return sent
    return {**sent, "password": "(hidden)"} if isinstance(sent, dict) else "(hidden)"


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection, what was sent so far apart without another byte.

    Returns when it is closed: uvicorn would answer 500 for a request that ends unanswered on an
    open connection.
    """
    scope["state"]["transport"].close()
    while (await receive())["type"] != "http.disconnect":
        pass

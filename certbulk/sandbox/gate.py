"""What happens to every request to the sandbox: recorded, rate-limited, hit by faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from certbulk.sandbox.misbehaviour.faults import UNHANDLED, Fate, Faults
from certbulk.sandbox.misbehaviour.reply import Pieces, Reply
from certbulk.sandbox.misbehaviour.spelling import documented_path, with_documented
from certbulk.sandbox.misbehaviour.wire import dripped, endless, interim, with_bad_header
from certbulk.sandbox.routes.answers import Refused, false_success, html_page, ok, refusal, too_many
from certbulk.sandbox.routes.pages import EXAMPLE
from certbulk.sandbox.service import SandboxState

__all__ = ["Gate"]

# Requests to the sandbox itself are not recorded, and have no limits and no faults.
_OWN_PATHS: Final = ("/_sandbox", "/docs", "/openapi.json", "/favicon.ico")

_TYPES: Final = "/loyalty/certificate_types"

_OF_PROXIES: Final = (502, 503, 504)


class Gate:
    """ASGI application around the routes.

    `scope["state"]` is shared with the routes: the state of the `sandbox`, the parsed body
    (`sent`), the `number` of the request and the lies to tell (`told`). The connection's
    `transport` and `flow` must be in it.
    """

    def __init__(
        self, routes: ASGIApp, sandbox: SandboxState, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._routes = routes
        self._sandbox = sandbox
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope.setdefault("state", {})["sandbox"] = self._sandbox
        if scope["type"] != "http" or scope["path"].startswith(_OWN_PATHS) or scope["path"] == "/":
            await self._routes(scope, receive, send)
            return
        transport = scope["state"]["transport"]
        try:
            if not await self._serve(scope, receive, send):
                transport.close()
                await _disconnected(receive)
        except asyncio.CancelledError:
            # The server is stopping: it does not wait for this request, nor for a slow reader.
            transport.abort()
            await _disconnected(receive)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer one request; return whether to keep its connection."""
        reply = await self._reply(scope, receive)
        if reply is None:
            return False
        transport = scope["state"]["transport"]
        if reply.interim:
            transport.write(reply.interim)
        if reply.pieces is not None:
            await self._write(reply.pieces, scope)
            return False
        if reply.lands_after is None:
            await reply.send(send)
        else:
            await self._land(reply, reply.lands_after, scope, receive, send)
        return not reply.is_cut

    async def _write(self, pieces: Pieces, scope: Scope) -> None:
        transport, flow = scope["state"]["transport"], scope["state"]["flow"]
        for piece, seconds in pieces:
            if transport.is_closing():
                break
            transport.write(piece)
            # Other requests are served between two pieces, even without a pause.
            await (self._sleep(seconds) if seconds else asyncio.sleep(0))
            if flow.write_paused:
                await flow.drain()

    async def _land(
        self, reply: Reply, seconds: float, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # Counted before the first byte leaves, so that a client with the answer sees it counted.
        self._sandbox.landing += 1
        try:
            await reply.send(send)
            await self._sleep(seconds)
            await self._handled(scope, receive)
        finally:
            self._sandbox.landing -= 1

    async def _reply(self, scope: Scope, receive: Receive) -> Reply | None:
        """Return the answer to send, or None to close the connection without one."""
        sandbox = self._sandbox
        at, wall = sandbox.clock() - sandbox.began, datetime.now(UTC)
        body = await _body(receive)
        if body is None:
            return None
        scope["state"]["sent"] = sent = _parsed(body)
        number = sandbox.seen.add(
            at=at,
            wall=wall,
            address=scope["client"][0],
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            body=_without_password(scope["path"], sent),
        )
        scope["state"]["number"] = number
        reply = await self._fated(scope, receive)
        gone = scope["state"]["transport"].is_closing()
        # Recorded before the first byte leaves, so that a client with the answer sees it recorded.
        sandbox.seen.note(number, status=None if reply is None or gone else reply.status)
        return reply

    async def _fated(self, scope: Scope, receive: Receive) -> Reply | None:
        """Return the reply as the limits and the faults make it; None if no reply is sent."""
        sandbox, number = self._sandbox, scope["state"]["number"]
        windows = sandbox.windows
        if wait := windows.refused_for(scope["client"][0]):
            return await _of(too_many(wait if windows.limits.retry_after else None), scope, receive)
        fates = sandbox.fates
        fate = fates.deal(scope["method"])
        sandbox.seen.note(number, fault=fate.name)
        if fate.delay:
            await self._sleep(fate.delay)
        if fate.kind in UNHANDLED:
            return await _unhandled(fate, scope, receive)
        if fate.kind == "late_landing":
            reply = await _of(_error(fate), scope, receive)
            reply.lands_after = fates.faults.landing_seconds
            return reply
        reply = await self._handled(scope, receive)
        before = sandbox.last_answer
        if scope["method"] != "GET":
            sandbox.last_answer = replace(reply)
        if fate.late:
            await self._sleep(fate.late)
        if fate.kind == "server_error_applied":
            return await _of(_error(fate), scope, receive)
        if fate.kind == "out_of_step":
            if before is None:
                sandbox.seen.note(number, fault=None)
            return before or reply
        return _spoilt(fate, fates.faults, reply)

    async def _handled(self, scope: Scope, receive: Receive) -> Reply:
        sandbox, number = self._sandbox, scope["state"]["number"]
        told = scope["state"]["told"] = sandbox.liar.tell(scope["method"])
        history = sandbox.state.history
        began = len(history)
        path = documented_path(scope["path"], sandbox.quirks.spelling)
        if path is None:
            return await _of(refusal(Refused(404)), scope, receive)
        scope = {**scope, "path": path}
        sent = scope["state"]["sent"]
        scope["state"]["sent"] = with_documented(sent, sandbox.quirks.spelling)
        if _TYPES in scope["path"] and told.is_due("static"):
            told.note("static")
            is_list = scope["method"] == "GET" and scope["path"].endswith(_TYPES)
            answer = ok([EXAMPLE], {"total_count": 1}) if is_list else ok(EXAMPLE)
            reply = await _of(answer, scope, receive)
        else:
            reply = await _of(self._routes, scope, receive)
        applied = any(change.request == number for change in history[began:])
        sandbox.seen.note(number, applied=applied, lies=tuple(told.names))
        return reply


async def _unhandled(fate: Fate, scope: Scope, receive: Receive) -> Reply | None:
    if fate.kind == "closed":
        return None
    answers: dict[str | None, Callable[[], Response]] = {
        "rate_limited": lambda: _error(replace(fate, status=429)),
        "server_error": lambda: _error(fate),
        "html_forbidden": lambda: html_page(403),
        "false_success": false_success,
    }
    return await _of(answers[fate.kind](), scope, receive)


def _error(fate: Fate) -> Response:
    answer = _error_of(fate.status)
    if fate.retry_after is not None:
        answer.headers["Retry-After"] = fate.retry_after
    return answer


def _error_of(status: int) -> Response:
    # A 500 comes from the service itself, the other codes from a proxy in front of it.
    if status in _OF_PROXIES:
        return html_page(status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return too_many()
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return refusal(Refused(status))
    return refusal(Refused(status, "Internal server error"))


def _spoilt(fate: Fate, faults: Faults, reply: Reply) -> Reply | None:
    if fate.kind == "lost_answer":
        return None
    half = reply.body[: len(reply.body) // 2]
    if fate.kind == "truncated":
        reply.body, reply.is_cut = half, True
    elif fate.kind == "garbled":
        reply.resize(half)
    elif fate.kind == "empty_body":
        reply.resize(b"")
    elif fate.kind == "interim":
        reply.interim = interim(faults.interim_statuses)
    elif fate.kind in {"dripping_head", "dripping_body"}:
        is_head = fate.kind == "dripping_head"
        reply.pieces = dripped(reply, faults.drip_seconds, head=is_head, body=not is_head)
    elif fate.kind == "bad_header":
        reply.status, raw = with_bad_header(reply, fate.header)
        reply.pieces = [(raw, 0.0)]
    elif fate.kind in {"endless_head", "endless_body", "endless_redirect"}:
        reply.status, reply.pieces = endless(reply, fate.kind, faults.endless_megabytes)
    return reply


async def _of(app: ASGIApp, scope: Scope, receive: Receive) -> Reply:
    reply = Reply()
    await app(scope, receive, reply.collect)
    return reply


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None if the client left before it had sent all of it."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """Return the JSON of a body, None without a body, or its text if it is not JSON."""
    if not body:
        return None
    try:
        # Decoded here, because json.loads would accept UTF-16 too.
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _without_password(path: str, sent: Any) -> Any:
    if not path.endswith("/auth"):
        return sent
    return {**sent, "password": "(hidden)"} if isinstance(sent, dict) else "(hidden)"


async def _disconnected(receive: Receive) -> None:
    """Wait until the connection is closed.

    uvicorn would send a 500 if a request ended without an answer on an open connection.
    """
    while (await receive())["type"] != "http.disconnect":
        pass

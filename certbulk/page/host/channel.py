"""One socket of one window: who it is, and then what goes to and fro."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from certbulk.page.host.frames import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.page.host.browsers import Browsers
    from certbulk.page.host.pages import Outgoing, Page, Pages

__all__ = ["Channel", "Pace"]

_KNOWN_WITHIN = 5.0
"""Seconds in which a socket says who it is, or is closed."""

_PING_EVERY = 3.0
_A_SECOND, _AT_ONCE = 100.0, 200.0
_LONGEST_NAME = 64
_REFUSED, _WRONG = 4403, 1008
_LEFT = frozenset({1001, 4001})
"""How a socket is closed by a window that goes: by the browser, and by the page itself."""


class Pace:
    """How many messages come; one that comes too fast is read later.

    Args:
        clock: Seconds that go on evenly.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._at = _AT_ONCE, clock()

    def wait(self) -> float:
        """Count a message, and return how many seconds to wait before the next one is read."""
        now = self._clock()
        self._left = min(_AT_ONCE, self._left + (now - self._at) * _A_SECOND) - 1
        self._at = now
        return max(0.0, -self._left / _A_SECOND)


class Channel:
    """Serves one socket.

    Args:
        browsers: Who may open pages.
        pages: The pages.
        authority: Host and port of this server.
        seen: Called when a browser has shown that it is known.
    """

    def __init__(
        self, browsers: Browsers, pages: Pages, authority: str, seen: Callable[[], None]
    ) -> None:
        self._browsers = browsers
        self._pages = pages
        self._authority = authority
        self._seen = seen

    async def serve(self, socket: WebSocket) -> None:
        """Serve a socket until it is closed."""
        await socket.accept()
        try:
            async with asyncio.timeout(_KNOWN_WITHIN):
                name = await self._who(socket)
            if name is None:
                await _refuse(socket, "link")
                return
            socket.scope["state"].get("prove", lambda: None)()
            self._seen()
            opened = await self._pages.open(name)
            if opened is None:
                await _refuse(socket, "full")
            else:
                await self._serve_page(socket, *opened)
        except WebSocketDisconnect:
            pass
        except (ValueError, KeyError, TypeError, TimeoutError):
            await _close(socket, _WRONG)

    async def _who(self, socket: WebSocket) -> str | None:
        """Return the name that the window has made up; None if its browser is not known."""
        said, _ = unpacked(await socket.receive_text())
        browser, nonce = _text(said, "id"), _text(said, "nonce")
        proof = self._browsers.proof(browser, nonce, self._authority)
        if proof is None:
            return None
        await socket.send_text(json.dumps({"proof": proof}))
        said, _ = unpacked(await socket.receive_text())
        if not self._browsers.is_known(browser, _text(said, "secret")):
            return None
        # With the browser's id: nobody else's window can have made up the same.
        return f"{browser} {_text(said, 'window')}"

    async def _serve_page(self, socket: WebSocket, page: Page, new: bool) -> None:  # noqa: FBT001
        outgoing = page.connect()
        outgoing.put(json.dumps({"open": True, "new": new}))
        page.show_again()
        tasks = [
            asyncio.create_task(outgoing.send_to(socket)),
            asyncio.create_task(_ping(outgoing.put)),
            asyncio.create_task(self._take(socket, page, outgoing)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self._pages.disconnected(page, outgoing)
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()  # what went wrong in it goes wrong here
        await _close(socket, 1000)

    async def _take(self, socket: WebSocket, page: Page, outgoing: Outgoing) -> None:
        """Hand on what the window says, until its connection ends, or it goes."""
        pace = Pace()
        while True:
            event = await socket.receive()
            if event["type"] == "websocket.disconnect":
                if event.get("code") in _LEFT and page.outgoing is outgoing:
                    self._pages.leave(page)
                return
            said, buffers = unpacked(event.get("text") or event.get("bytes") or "")
            content = said["content"]
            if not isinstance(content, dict):
                raise ValueError("it has no content")  # noqa: TRY004
            if content.get("do") == "hello" and content.get("mine"):
                kept = str(content.get("kept") or "")
                content = {**content, "mine": self._pages.is_its_own(page, kept)}
            page.receive(content, buffers)  # one too many is not acknowledged: the page says so
            if (seconds := pace.wait()) > 0:
                await asyncio.sleep(seconds)


def _text(said: dict[str, Any], name: str) -> str:
    text = said[name]
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_NAME:
        raise ValueError(f"{name} is not a short text")
    return text


async def _ping(put: Callable[[str], None]) -> None:
    """Let the page hear something every few seconds: scripts do not see a socket's own pings."""
    while True:
        await asyncio.sleep(_PING_EVERY)
        put('{"ping":true}')


async def _refuse(socket: WebSocket, why: str) -> None:
    await socket.send_text(json.dumps({"refused": why}))
    await _close(socket, _REFUSED)


async def _close(socket: WebSocket, code: int) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # it may be closed already
        await socket.close(code)

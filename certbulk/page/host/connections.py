"""uvicorn, with bounds: what does not say who it is in time is closed, and so is what never reads.

Other users of this machine can connect, too. One that keeps connections open, sends half a request,
or does not read its answer, must cost neither memory nor the place of the person's own page.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from certbulk.page.host.frames import MOST_BYTES
from certbulk.page.host.peers import own_users, refused_user

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp

__all__ = ["Server", "Strangers"]

_MOST_STRANGERS = 48
_STRANGER_SECONDS = 10.0
"""How long a connection may take for its one request, or to prove itself as a socket."""

_BACKLOG = 128
"""How many connections are accepted at once, so that each round of a flood is soon over."""

_HEAD_BYTES = 16 << 10
_PING_EVERY, _PONG_WITHIN = 3.0, 5.0
_READ_WITHIN = 10.0
_GONE_AFTER = 1.0
_ROUNDS = 4
"""Of the loop, from a connection's acceptance until its protocol has it."""


class Strangers:
    """The connections that have not shown yet that they are of a browser that has opened a link.

    If there are too many, the oldest is closed: a new one is likelier to be the person's.
    """

    def __init__(self) -> None:
        self._open: dict[asyncio.Transport, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, transport: asyncio.Transport) -> None:
        """Count a connection that has just been made."""
        self._open[transport] = None
        while len(self._open) > _MOST_STRANGERS:
            oldest = next(iter(self._open))
            self.remove(oldest)
            oldest.abort()

    def remove(self, transport: asyncio.Transport) -> None:
        """Count a connection no more: it is known now, or gone."""
        self._open.pop(transport, None)


class _Http(H11Protocol):
    """HTTP, one request a connection, which ends soon; none of another user, if that is known."""

    def __init__(
        self,
        *,
        strangers: Strangers,
        allowed: frozenset[int],
        refused: Callable[[int], None],
        **given: Any,
    ) -> None:
        super().__init__(**given)
        self._strangers = strangers
        self._allowed = allowed
        self._refused = refused
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer, here = (transport.get_extra_info(end) for end in ("peername", "sockname"))
        if peer and (user := refused_user(peer[:2], here[:2], self._allowed)) is not None:
            transport.abort()
            self._refused(user)
            return
        self._strangers.add(transport)
        self._deadline = self.loop.call_later(_STRANGER_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._strangers.remove(self.transport)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the connection on; it stays a stranger's until the socket has proved itself."""
        if self._deadline is not None:
            self._deadline.cancel()
        transport = self.transport
        self.app_state = {**self.app_state, "prove": lambda: self._strangers.remove(transport)}
        super().handle_websocket_upgrade(event)


class _WebSocket(WebSocketsSansIOProtocol):
    """A web socket that is closed if what it is sent is not read."""

    def __init__(self, *, strangers: Strangers, **given: Any) -> None:
        super().__init__(**given)
        self._strangers = strangers
        self._unread: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._strangers.remove(self.transport)
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait a while until it is read."""
        super().pause_writing()
        self._unread = self.loop.call_later(_READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def handle_ping(self) -> None:
        """Answer a ping, unless the answers before are not read."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def keepalive_timeout(self) -> None:
        """Close it, and do not wait until a peer that is gone has read that."""
        super().keepalive_timeout()
        self.loop.call_later(_GONE_AFTER, self.transport.abort)


class Server(uvicorn.Server):
    """Serves an application on sockets that listen already.

    Args:
        app: The application.
        ready: Awaited when it serves.
        refused: Called with the id of another user of this machine whose connection was refused.
        allowed: The ids of the users who may connect, where the system tells.
    """

    def __init__(
        self,
        app: ASGIApp,
        ready: Callable[[], Awaitable[None]],
        refused: Callable[[int], None] = lambda _: None,
        allowed: frozenset[int] | None = None,
    ) -> None:
        strangers = Strangers()
        http = partial(
            _Http,
            strangers=strangers,
            allowed=own_users() if allowed is None else allowed,
            refused=refused,
        )
        super().__init__(
            uvicorn.Config(
                cast("Any", app),
                http=cast("Any", http),
                ws=cast("Any", partial(_WebSocket, strangers=strangers)),
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                h11_max_incomplete_event_size=_HEAD_BYTES,
                ws_max_size=MOST_BYTES,
                ws_ping_interval=_PING_EVERY,
                ws_ping_timeout=_PONG_WITHIN,
                ws_per_message_deflate=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=1,
            )
        )
        self.strangers = strangers
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        await self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way, and close what has not ended in time."""
        await self._stop_accepting()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):  # uvicorn leaves them open
            connection.transport.abort()
        await asyncio.sleep(0)  # lets the loop close the aborted connections

    async def _stop_accepting(self) -> None:
        # A connection that asyncio accepts in the moment in which its server is closed is left
        # open (Python's issue 109564, until 3.12). So: accept no more, and let those be made that
        # are on their way.
        loop = asyncio.get_running_loop()
        for server in self.servers:
            for listening in server.sockets:
                with contextlib.suppress(NotImplementedError):  # Windows' loop has no readers
                    loop.remove_reader(listening)
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)

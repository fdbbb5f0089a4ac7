"""uvicorn with two changes: requests see their connection, and stopping takes no time."""

import asyncio
import contextlib
import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Serving", "TransportInScope"]

_ROUNDS = 4  # of the loop, from a connection's acceptance until its protocol has it


class TransportInScope(H11Protocol):
    """HTTP protocol that puts its `transport` and `flow` into `scope["state"]`.

    ASGI has no message for "close without an answer" (uvicorn sends a 500 instead), and none for
    raw bytes. So the gate needs the connection itself, and its flow control for slow readers.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Add both to the state that uvicorn copies into each request."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport, "flow": self.flow}


class Serving(uvicorn.Server):
    """A server that waits for an event; uvicorn checks a flag ten times a second instead."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = False
        self._leave = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Stop serving; from any thread, even before the serving has begun."""
        # The flag first, so that a loop that starts after this line sees it. Some versions of
        # uvicorn skip the shutdown if their own should_exit is set that early.
        self._leaving = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave.set)

    async def main_loop(self) -> None:
        """Serve until `leave` is called."""
        self._loop = asyncio.get_running_loop()
        await self.on_tick(0)  # sets the headers of every answer
        if not self._leaving:
            await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once; requests that still wait get no answer."""
        del sockets  # the servers that listen on them close them
        await self._stop_accepting()
        for server in self.servers:
            server.close()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(self.server_state.connections):
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

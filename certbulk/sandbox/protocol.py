"""uvicorn, changed in two ways: requests see their connection, and stopping takes no time."""

import asyncio
import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Serving", "TransportInScope"]


class TransportInScope(H11Protocol):
    """HTTP protocol that hands its `transport` and `flow` to the application, in `scope["state"]`.

    ASGI has no message for "close without an answer": an application that returns without one is
    answered for with a 500. Nor has it one for bytes that are no answer. So the gate needs the
    connection itself, and its flow, which tells when the client reads too slowly.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note both where uvicorn takes the state of each request from."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport, "flow": self.flow}


class Serving(uvicorn.Server):
    """A server that waits on an event where uvicorn looks ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told_to_leave = False
        self._leave = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Stop serving; from any thread, even before the serving has begun."""
        # In this order, so that a loop not seen here sees what is noted here. uvicorn's own
        # should_exit would do if some versions did not skip the shutdown when it comes that early.
        self._told_to_leave = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave.set)

    async def main_loop(self) -> None:
        """Serve until told to leave."""
        self._loop = asyncio.get_running_loop()
        await self.on_tick(0)  # sets the headers that every answer carries
        if not self._told_to_leave:
            await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once; requests still waiting are dropped without an answer."""
        del sockets  # closed with the servers that listen on them
        for server in self.servers:
            server.close()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # lets the loop close what was aborted

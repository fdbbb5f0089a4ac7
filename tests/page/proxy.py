"""A network between a browser and the page, which can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["Network"]

SECONDS = 20


class Network:
    """Carries connections to a port of this machine, until it is cut: then neither side hears.

    Args:
        port: Where they lead.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()

    def cut(self) -> None:
        """Let nothing through. What is connected stays connected, for all that either side sees."""
        self._do(self._set(whole=False))

    def mend(self) -> None:
        """Let everything through, what has waited first."""
        self._do(self._set(whole=True))

    def _do(self, what: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(SECONDS)

    async def _set(self, *, whole: bool) -> None:
        if whole:
            self._whole.set()
        else:
            self._whole.clear()

    async def _start(self) -> None:
        self._whole.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        # Accepts no more, and lets those be made that are on their way: see Python's issue 109564.
        for listening in self._server.sockets:
            self._loop.remove_reader(listening)
        for _ in range(4):
            await asyncio.sleep(0)
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in self._ends:  # also those that wait until what they have written is read
            end.transport.abort()
        for _ in range(4):
            await asyncio.sleep(0)

    async def _connected(self, reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = [writes]
        carried: list[asyncio.Task[None]] = []
        try:
            await self._whole.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            ends.append(back)
            ways = (reads, back), (there, writes)
            carried = [asyncio.create_task(self._carry(*way)) for way in ways]
            await asyncio.wait(carried, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.CancelledError):
            pass  # nobody is there, or the test has ended
        for one in carried:
            one.cancel()
        for end in ends:
            end.close()
        self._ends += ends
        self._tasks.discard(task)

    async def _carry(self, reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reads.read(64 << 10):
                await self._whole.wait()
                writes.write(data)
                await writes.drain()

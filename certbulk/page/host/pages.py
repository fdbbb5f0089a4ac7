"""The pages that are open: each window has a controller of its own, and there are at most eight."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from certbulk.page.host.frames import packed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.websockets import WebSocket

__all__ = ["GONE_SECONDS", "MOST_PAGES", "Controller", "Outgoing", "Page", "Pages"]

MOST_PAGES = 8
GONE_SECONDS = 120.0
"""After how long a page counts no more whose window has gone without saying so."""

_MOST_WAITING, _MOST_WAITING_BYTES = 64, 4 << 20
_MOST_UNDONE, _MOST_UNDONE_BYTES = 32, 2 << 20
_NOTHING = json.dumps({"view": {"step": "chain", "destinations": []}})


class Controller(Protocol):
    """What a page needs of the class that does what a person does on it."""

    def receive(self, message: dict[str, Any], buffers: Sequence[bytes] = ()) -> Any:
        """Take a message; return a future that is done when it has been dealt with."""

    def close(self) -> None:
        """Take nothing more."""


class Outgoing:
    """What waits to be sent to a window. Of views only the newest waits, as it holds everything."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[bool, str | bytes]] = deque()
        self._bytes = 0
        self._more = asyncio.Event()
        self.closed = False

    def put(self, message: str | bytes, *, view: bool = False) -> None:
        """Add a message; a window that takes too little of what it asks for is given up."""
        if self.closed:
            return
        if view:
            for entry in [entry for entry in self._waiting if entry[0]]:
                self._waiting.remove(entry)
                self._bytes -= len(entry[1])
        self._waiting.append((view, message))
        self._bytes += len(message)
        if len(self._waiting) > _MOST_WAITING or self._bytes > _MOST_WAITING_BYTES:
            self.close()
        self._more.set()

    def close(self) -> None:
        """Send nothing more."""
        self.closed = True
        self._waiting.clear()
        self._more.set()

    async def send_to(self, socket: WebSocket) -> None:
        """Send what comes, one after the other, until it is closed."""
        while not self.closed:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                _, message = self._waiting.popleft()
                self._bytes -= len(message)
                if isinstance(message, str):
                    await socket.send_text(message)
                else:
                    await socket.send_bytes(message)


class Page:
    """One page: from when a window loads it until it leaves. A lost connection does not end it.

    Args:
        loop: The loop of the server.

    Attributes:
        controller: What does what a person does here; set right after it is made.
        outgoing: What waits to be sent to its window; None while that is not connected.
        left_at: Since when it is not connected, by the clock of `Pages`; None while it is.
        kept: The name under which what is prepared here is kept; empty for none.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._view = _NOTHING
        self._undone, self._undone_bytes = 0, 0
        self.controller: Controller | None = None
        self.outgoing: Outgoing | None = None
        self.left_at: float | None = None
        self.kept = ""

    # --- from the controller, in any thread

    def show(self, view: dict[str, Any]) -> None:
        """Show the page's window a view."""
        text = json.dumps({"view": view})
        remember = view.get("remember")
        kept = str(remember.get("kept") or "") if isinstance(remember, dict) else ""
        self._soon(self._showing, text, kept)

    def send(self, message: dict[str, Any], buffers: Sequence[bytes]) -> None:
        """Send the page's window a message that is not a view."""
        self._soon(self._sending, packed(message, [bytes(buffer) for buffer in buffers]))

    def _soon(self, call: Callable[..., None], *given: Any) -> None:
        if not self._loop.is_closed():  # it is once the server has ended
            self._loop.call_soon_threadsafe(call, *given)

    def _showing(self, text: str, kept: str) -> None:
        self._view, self.kept = text, kept
        if self.outgoing is not None:
            self.outgoing.put(text, view=True)

    def _sending(self, message: str | bytes) -> None:
        if self.outgoing is not None:
            self.outgoing.put(message)

    # --- from the window, in the loop

    def connect(self) -> Outgoing:
        """Return what is to be sent to its window from now on; a connection before is given up."""
        if self.outgoing is not None:
            self.outgoing.close()
        self.outgoing, self.left_at = Outgoing(), None
        return self.outgoing

    def show_again(self) -> None:
        """Show the last view to a window that has just connected."""
        if self.outgoing is not None:
            self.outgoing.put(self._view, view=True)

    def receive(self, message: dict[str, Any], buffers: Sequence[bytes]) -> bool:
        """Hand a message on; return False for one too many of those that are still to be done."""
        size = sum(map(len, buffers))
        full = self._undone >= _MOST_UNDONE or self._undone_bytes + size > _MOST_UNDONE_BYTES
        if full or self.controller is None:
            return False
        try:
            future = self.controller.receive(message, buffers)
        except RuntimeError:  # it has been closed in this moment
            return False
        self._undone += 1
        self._undone_bytes += size
        future.add_done_callback(lambda _: self._soon(self._done, size))
        return True

    def _done(self, size: int) -> None:
        self._undone -= 1
        self._undone_bytes -= size


class Pages:
    """All pages of a server.

    Args:
        make: Makes a page's controller, in a thread, from what it is to call with a view and with a
            message; it may take a while.
        clock: Seconds that go on evenly.
    """

    def __init__(
        self,
        make: Callable[[Page], Controller],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._clock = clock
        self._pages: dict[str, Page] = {}

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def connected(self) -> int:
        """How many windows are connected just now."""
        return sum(page.outgoing is not None for page in self._pages.values())

    async def open(self, name: str) -> tuple[Page, bool] | None:
        """Return a page and whether it is new; None if there are too many.

        Args:
            name: What its window has made up when it was loaded, and keeps to itself.
        """
        self.forget_gone()
        page = self._pages.get(name)
        if page is not None and page.controller is not None:
            return page, False
        if page is None and len(self._pages) >= MOST_PAGES:
            return None
        page = self._pages[name] = Page(asyncio.get_running_loop())  # its place is taken
        page.left_at = self._clock()
        try:
            page.controller = await asyncio.to_thread(self._make, page)
        finally:
            if page.controller is None and self._pages.get(name) is page:
                del self._pages[name]
        if self._pages.get(name) is not page:  # it has left meanwhile
            page.controller.close()
        return page, True

    def disconnected(self, page: Page, outgoing: Outgoing) -> None:
        """Note that a connection has ended; the page waits for its window to connect again."""
        outgoing.close()
        if page.outgoing is outgoing:
            page.outgoing, page.left_at = None, self._clock()

    def leave(self, page: Page) -> None:
        """End a page, whose window has said that it goes."""
        for name in [name for name, known in self._pages.items() if known is page]:
            del self._pages[name]
        if page.outgoing is not None:
            page.outgoing.close()
        if page.controller is not None:
            page.controller.close()

    def forget_gone(self) -> None:
        """End the pages whose windows have gone without saying so."""
        oldest = self._clock() - GONE_SECONDS
        for page in list(self._pages.values()):
            if page.left_at is not None and page.left_at <= oldest:
                self.leave(page)

    def is_its_own(self, page: Page, kept: str) -> bool:
        """Return whether what was prepared under a name may go on in this page.

        Not if an open page has it: a window that was duplicated remembers the name of the
        one that it was made from. That one goes on; the copy begins with a copy.
        """
        for other in list(self._pages.values()):
            if other is not page and kept and other.kept == kept:
                if other.outgoing is not None:
                    return False
                self.leave(other)  # this very window has been loaded again
        return True

    def close(self) -> None:
        """End all pages."""
        for page in list(self._pages.values()):
            self.leave(page)

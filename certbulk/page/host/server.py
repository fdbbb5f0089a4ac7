"""Serving the upload page, on this machine only, opened by links that work once."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import tempfile
import threading
import time
import webbrowser
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.errors import SettingsError
from certbulk.page.crash_log import written_down
from certbulk.page.host.address import LOOPBACK, Address, listen, resolves
from certbulk.page.host.app import OPEN, application
from certbulk.page.host.browsers import LINK_SECONDS, Browsers, Kept, Links
from certbulk.page.host.channel import Channel
from certbulk.page.host.connections import Server
from certbulk.page.host.pages import Page, Pages
from certbulk.settings import state_folder
from certbulk.settings.sources import HANDED_OVER, environment_for_child, handed_over

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from certbulk.page.controller import Controller

__all__ = ["PORT", "serve"]

PORT = 8867
_LOOK_SECONDS = 15.0
_OPENED_SECONDS = 30.0
_NEEDED = (
    "certbulk.page.controller",
    "certbulk.sandbox_client",
    "certbulk.reading",
    "certbulk.validating",
)
_IMPORT_SECONDS = 1.0
"""So long the link waits for what a page needs: the page is there the sooner for it."""

_END_SECONDS = 0.3


def serve(port: int = PORT, *, browser: bool = True, say: Callable[[str], None] = print) -> bool:
    """Serve the upload page until Ctrl-C or a polite end.

    Args:
        port: The port; another free one if it is taken, 0 for any.
        browser: Whether to open the page in the browser.
        say: Called with each line for the person at the terminal.

    Returns:
        Whether a page was in the middle of something that nobody waits for any more, such as
        reading a workbook. The process can be ended then: nothing is sent from it.
    """
    with tempfile.TemporaryDirectory(prefix="certbulk-page-") as folder:
        hand_over = _settings_of_this_folder()
        before = Path.cwd()
        os.chdir(folder)  # nothing that lies beside a price list is found from here
        mask = os.umask(0o077)  # what is written, by the processes that it starts too, is private
        try:
            _Serving(port, hand_over, say, browser=browser).run()
        finally:
            os.umask(mask)
            os.chdir(before)
    return _left_behind()


class _Serving:
    """One server, from its first line to its end."""

    def __init__(
        self,
        port: int,
        hand_over: Callable[[], None],
        say: Callable[[str], None],
        *,
        browser: bool,
    ) -> None:
        self._say = say
        self._browser = browser
        self._hand_over = hand_over
        self._asked = port
        self._folder = _folder()
        self.address, self._sockets, known = _listening(port, self._folder)
        self._links, self._browsers = Links(), Browsers(known)
        self._pages = Pages(self._controller)
        self._files: list[Path] = []
        self._told = False
        self._imports = threading.Thread(target=_import_what_pages_need, daemon=True)

    def run(self) -> None:
        """Serve until the end."""
        self._imports.start()
        try:
            asyncio.run(self._serve())
        except KeyboardInterrupt:
            pass
        finally:
            self._pages.close()
            self._keep()
            for file in self._files:
                file.unlink(missing_ok=True)

    async def _serve(self) -> None:
        authority = self.address.authority
        channel = Channel(self._browsers, self._pages, authority, self._keep)
        app = application(
            self.address, self._links, self._browsers, self._pages, channel, welcomed=self._keep
        )
        looking = asyncio.create_task(self._look())
        try:
            await Server(app, self._ready, self._refused).serve(self._sockets)
        finally:
            looking.cancel()

    async def _ready(self) -> None:
        await asyncio.to_thread(self._imports.join, _IMPORT_SECONDS)
        if self._asked not in (0, self.address.port):
            self._say(f"Port {self._asked} is taken: this page is on port {self.address.port}.")
        self._say(f"The upload page: {self._link()}")
        self._say(
            f"The link works once, within {LINK_SECONDS / 60:.0f} minutes, on this computer. "
            "Ctrl-C ends the page; a run goes on."
        )
        if self._browser:
            self._files.append(_open(self._link()))

    def _refused(self, user: int) -> None:
        if not self._told:
            self._told = True
            self._say(
                f"A connection of another user of this computer (id {user}) was refused, and so "
                "are further ones: the page must be opened as the user who serves it."
            )

    def _link(self) -> str:
        # Behind the "#", where it is sent to no server and written to no log.
        return f"{self.address.url}{OPEN}#key={self._links.new()}"

    async def _look(self) -> None:
        """Let the pages go whose windows have gone, every few seconds."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._pages.forget_gone()

    def _controller(self, page: Page) -> Controller:
        from certbulk.page.controller import Controller  # noqa: PLC0415 (takes a second, see below)

        self._hand_over()  # the .env file may have been mended since
        return Controller(page.show, page.send)

    def _keep(self) -> None:
        """Keep for a day what lets the browsers come back."""
        if self._folder is None:
            return
        try:
            Kept(self._asked, self.address, self._browsers.known).write(self._folder)
        except OSError as error:
            self._folder = None
            why = error.strerror or error
            self._say(f"After a restart the page must be opened by a new link: {why}.")


def _import_what_pages_need() -> None:
    """Import what takes a second, in a thread: meanwhile the server begins to listen."""
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 (a page that needs it says it as well)
            written_down(error)


def _left_behind() -> bool:
    """Whether a page's thread is at work still, a moment after it was told to end."""
    until = time.monotonic() + _END_SECONDS
    for thread in threading.enumerate():
        if thread.name.startswith("certbulk-page"):
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                return True
    return False


def _folder() -> Path | None:
    """Return where to keep what lets browsers come back; None if there is no such folder."""
    try:
        return state_folder().absolute() / "page"
    except SettingsError:  # the page says it
        return None


def _listening(
    port: int, folder: Path | None
) -> tuple[Address, list[socket.socket], dict[str, tuple[str, float]]]:
    """Return where to be, listening: where the last page was, the port that is asked for, or any.

    Raises:
        SettingsError: There is nothing to listen on.
    """
    kept = Kept.all_for(folder, port, time.time()) if folder is not None else []
    for candidate in kept:
        address = candidate.address
        if address.host != LOOPBACK and not resolves(address.host):
            continue  # the system did when the last page was served
        with suppress(OSError, ValueError, OverflowError):
            return address, listen(address.host, address.port), candidate.known
    new = Address.new(named=True)
    if not resolves(new.host):
        new = Address.new(named=False)
    for wanted in dict.fromkeys((port, 0)):
        with suppress(OSError):
            sockets = listen(new.host, wanted)
            at = sockets[0].getsockname()[1]
            return Address(new.host, at, new.path), sockets, {}
    raise SettingsError("The page cannot be served: this computer lets nothing listen on it.")


def _settings_of_this_folder() -> Callable[[], None]:
    """Return a function that takes over the settings of this folder anew, wherever it is called.

    Processes that pages start are given the same.
    """
    folder, given = Path.cwd(), os.environ.get(HANDED_OVER)
    os.environ.update(environment_for_child())
    sys.path[:] = [entry for entry in sys.path if entry]  # the empty one is the folder of now

    def hand_over() -> None:
        if given is None:
            os.environ[HANDED_OVER] = handed_over(folder)

    return hand_over


def _open(url: str) -> Path:
    """Open a link in the browser, by a file: a process's arguments can be read by others."""
    handle, name = tempfile.mkstemp(prefix="certbulk-", suffix=".html")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f'<meta http-equiv="refresh" content="0;url={escape(url)}">')
    path = Path(name)
    threading.Thread(target=webbrowser.open, args=(path.as_uri(),), daemon=True).start()
    timer = threading.Timer(_OPENED_SECONDS, path.unlink, kwargs={"missing_ok": True})
    timer.daemon = True
    timer.start()
    return path

"""The page in a real browser: what it needs, started once for all of its tests."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.conftest import ROOT, UNLIMITED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PARTNER, USER = "partner-secret-4711", "user-secret-4712"


def known_to(browser: "Browser", link: str) -> Any:
    """Open a link, and return what a browser keeps of that, without what it was at."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("#cu-destination-practice").wait_for()
    state = context.storage_state()
    context.close()
    for origin in state["origins"]:
        kept = origin["localStorage"]
        origin["localStorage"] = [item for item in kept if item["name"] == "certbulk-browser"]
    return state


class Served:
    """`certbulk web` in a process of its own.

    Args:
        folder: Where the command is given; its state is kept in there.
        port: The port that is asked for.
        settings: Further settings, without CERTBULK_ before their names.
    """

    def __init__(self, folder: Path, *, port: int = 0, **settings: str) -> None:
        env = {name: value for name, value in os.environ.items() if "CERTBULK" not in name}
        own = {"STATE_DIR": str(folder / "state"), "SETTINGS_DIR": str(folder / "settings")}
        settings = {**own, **settings}
        env |= {f"CERTBULK_{name}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "certbulk", "web", "--no-browser", "--port", str(port)],
            stdout=subprocess.PIPE,
            text=True,
            env={**env, "PYTHONPATH": str(ROOT)},
            cwd=folder,
        )
        self.said: list[str] = []
        self.link = self._link()
        self.url = self.link.partition("open#")[0]
        self.port = int(self.url.split(":")[2].partition("/")[0])

    def _link(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError(f"no link, but: {self.said}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Office:
    """A service, the upload page that sends to it, and browsers of the people who use it."""

    def __init__(self, browser: "Browser", link: str, port: int, pictures: Path) -> None:
        self.service = cb.Sandbox()
        self.link = link
        self.url = link.partition("open#")[0]
        self.port = port
        self.received: list[bytes] = []
        self._browser = browser
        self._pictures = pictures
        self._free = threading.Event()
        self._known: Any = None
        self._contexts: list[BrowserContext] = []

    def context(self, **look: Any) -> "BrowserContext":
        """Return a browser that has opened the link before, and remembers nothing else."""
        look = {"viewport": {"width": 1080, "height": 760}, "locale": "en-GB", **look}
        if self._known is None:
            self._known = known_to(self._browser, self.link)
        context = self._browser.new_context(storage_state=self._known, **look)
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        return context

    def page(self, **look: Any) -> "Page":
        """Return the page, ready; what its web socket receives is kept."""
        page = self.context(**look).new_page()
        # From the start, so that a choice of files cannot open before it is looked for.
        page.on("filechooser", lambda _: None)
        page.on("websocket", lambda socket: socket.on("framereceived", self._keep))
        page.goto(self.url)
        page.locator("#cu-destination-practice").wait_for()
        return page

    def _keep(self, payload: str | bytes) -> None:
        self.received.append(payload.encode() if isinstance(payload, str) else payload)

    def picture(self, page: "Page", name: str) -> None:
        """Take a picture of what is seen."""
        page.screenshot(path=self._pictures / f"{name}.png", animations="disabled")

    def stranger(self) -> "Page":
        """Return an empty page of a browser that has opened no link."""
        context = self._browser.new_context()
        self._contexts.append(context)
        return context.new_page()

    def hold(self) -> None:
        """Let nothing that is written to the service be answered, until it is let go."""
        self._free.clear()
        self.service.faults = Faults(latency=1.0, methods=("POST", "PUT"))

    def let_go(self) -> None:
        """Let everything be answered, at once."""
        self.service.faults = Faults()
        self._free.set()

    async def waits(self, _: float) -> None:
        """Wait as long as the service is held."""
        while not self._free.is_set():  # noqa: ASYNC110 (it is set by another thread)
            await asyncio.sleep(0.02)

    def everybody_leaves(self) -> None:
        """Close all browsers."""
        while self._contexts:
            self._contexts.pop().close()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without the sandbox of its own, which it cannot have where tests run as root.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def _office(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    # For the docs the pace is the one that people have: python -m tests.page.pictures
    wanted = os.environ.get("PICTURES_OF_THE_PAGE")
    pictures = Path(wanted) if wanted else folder / "pictures"
    pace = {} if wanted else {"PER_SECOND": "300", "PER_MINUTE": "18000"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings: dict[str, Any] = {
        "BASE_URL": f"http://127.0.0.1:{port}/api/v1",
        "CHAIN_ID": str(cb.Sandbox().chain_id),
        "PARTNER_TOKEN": PARTNER,
        "USER_TOKEN": USER,
        **pace,
    }
    with Served(folder, **settings) as served:
        yield Office(browser, served.link, port, pictures)


@pytest.fixture
def office(_office: Office) -> Iterator[Office]:
    """The office, with a service in which nothing has happened yet."""
    service = cb.Sandbox(
        port=_office.port,
        limits=UNLIMITED,
        partner_token=PARTNER,
        user_token=USER,
        sleep=_office.waits,
    )
    with service:
        _office.service = service
        _office.received.clear()
        yield _office
        _office.let_go()
        _office.everybody_leaves()

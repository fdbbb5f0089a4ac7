"""The page and its server: killed, cut off, frozen, restarted; two windows; what it costs."""

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.conftest import ROOT
from tests.page.conftest import CHROMIUM, Office, Served, known_to
from tests.page.proxy import Network
from tests.page.test_browser import choose, drop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SAMPLES = ROOT / "sample_data"
NOTICED = 10_000
"""Milliseconds within which a page has noticed that nobody answers."""

MOST_REQUESTS, MOST_BYTES = 15, 400_000
READ = "certificate_types.xlsx, sheet"
LOST, OPEN = "html[data-connection=lost]", "html[data-connection=open]"


@pytest.fixture
def known(browser: "Browser", tmp_path: Path) -> Iterator["BrowserContext"]:
    """A browser that knows the page of this folder, which is not served just now."""
    with Served(tmp_path) as served:
        state = known_to(browser, served.link)
    context = browser.new_context(storage_state=state, viewport={"width": 1000, "height": 760})
    context.set_default_timeout(30_000)
    yield context
    context.close()


def opened(context: "BrowserContext", url: str) -> "Page":
    """Return a page that is ready."""
    page = context.new_page()
    page.goto(url)
    page.locator("#cu-destination-practice").wait_for()
    return page


def test_a_killed_server_and_its_return(known: "BrowserContext", tmp_path: Path) -> None:
    """The page says that it is not connected, and is where it was once the server is there again.

    At the same address, without a new link; and so is a window that is opened anew.
    """
    with Served(tmp_path) as served:
        page = opened(known, served.url)
        choose(page, "practice")
        drop(page, SAMPLES / "certificate_types.xlsx")
        page.get_by_text(READ).first.wait_for()
        served.process.kill()
        page.get_by_text("Connection lost.").wait_for(timeout=NOTICED)
        assert page.get_by_role("button", name="Make the plan").is_disabled()
        assert page.locator("button:enabled").count() == 0
    with Served(tmp_path) as again:
        assert again.url == served.url
        page.get_by_role("button", name="Make the plan", disabled=False).wait_for()
        page.get_by_text("Connection lost.").wait_for(state="detached")
        assert page.get_by_text(READ).first.is_visible()
        another = known.new_page()
        another.goto(again.url)
        another.get_by_text(READ).first.wait_for()
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_role("heading", name="The plan").wait_for()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are frozen by signals")
def test_a_frozen_server(known: "BrowserContext", tmp_path: Path) -> None:
    """A machine that is too busy to answer: noticed, and over as soon as it goes on."""
    with Served(tmp_path) as served:
        page = opened(known, served.url)
        choose(page, "practice")
        os.kill(served.process.pid, signal.SIGSTOP)
        try:
            page.locator(LOST).wait_for(timeout=NOTICED)
        finally:
            os.kill(served.process.pid, signal.SIGCONT)
        page.locator(OPEN).wait_for()
        drop(page, SAMPLES / "certificate_types.xlsx")


def test_a_cut_network(browser: "Browser", tmp_path: Path) -> None:
    """Neither side is told of a cut, and both notice it; what was typed and ticked stays."""
    with Served(tmp_path) as served, Network(served.port) as network:
        # To the browser it is the server itself, on its own port.
        rules = f"MAP 127.0.0.1:{served.port} 127.0.0.1:{network.port}"
        through = browser.browser_type.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        page = through.new_page(viewport={"width": 1000, "height": 760})
        page.goto(served.link)
        page.locator("#cu-destination-practice").wait_for()
        choose(page, "practice")
        drop(page, SAMPLES / "certificate_types.xlsx")
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_label("Find a title").fill("Gift")
        page.get_by_role("checkbox", name="Send row 2,").uncheck()
        page.get_by_text("1 row is left out").wait_for()
        network.cut()
        page.get_by_text("Connection lost.").wait_for(timeout=NOTICED)
        page.evaluate("document.querySelector('input[type=checkbox]').click()")
        network.mend()
        page.get_by_text("Connection lost.").wait_for(state="detached")
        assert page.get_by_label("Find a title").input_value() == "Gift"
        assert page.get_by_text("1 row is left out").is_visible(), (
            "it was the same page all the time"
        )
        page.get_by_role("checkbox", name="Send row 2,").click()
        page.get_by_text("1 row is left out").wait_for(state="detached")
        through.close()


class Impostor:
    """Another user's server, on the port that the page's own has just left."""

    def __init__(self, port: int) -> None:
        self.heard: list[Any] = []
        self._server = serve(self._talk, "127.0.0.1", port, origins=None)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()

    def _talk(self, line: ServerConnection) -> None:
        try:
            self.heard.append(line.recv(10))
            line.send(json.dumps({"proof": "0" * 64}))
            line.send(json.dumps({"open": True, "new": False}))
            line.send(
                json.dumps({"view": {"step": "chain", "destinations": [], "trouble": "all well"}})
            )
            self.heard.append(line.recv(10))
        except (ConnectionClosed, TimeoutError):
            self.heard.append(None)


def test_another_server_in_its_place(known: "BrowserContext", tmp_path: Path) -> None:
    """A page that connects again by itself tells it no secret, and shows nothing of what it says.

    When the page's own is there again, it continues with that.
    """
    with Served(tmp_path) as served:
        page = opened(known, served.url)
        secret = json.loads(page.evaluate("localStorage.getItem('certbulk-browser')"))["secret"]
    page.locator(LOST).wait_for(timeout=NOTICED)
    with Impostor(served.port) as impostor:
        until = time.monotonic() + 20
        while None not in impostor.heard and time.monotonic() < until:
            page.wait_for_timeout(50)
        assert None in impostor.heard, "the page has hung up"
        assert impostor.heard[0]
        assert secret not in str(impostor.heard)
        assert page.locator(LOST).count() == 1
        assert page.get_by_text("all well").count() == 0
    with Served(tmp_path) as again:
        assert again.port == served.port
        page.locator(OPEN).wait_for()


def test_two_windows(office: Office) -> None:
    """Each is a page of its own: its chain, its workbook; one that goes takes nothing along."""
    first = office.page()
    second = first.context.new_page()
    second.goto(office.url)
    choose(first, "practice")
    second.locator("#cu-destination-real").wait_for()
    choose(second, "real")
    drop(second, SAMPLES / "with_errors.xlsx")
    drop(first, SAMPLES / "certificate_types.xlsx")
    assert first.get_by_text("with_errors").count() == 0
    second.close()
    first.get_by_role("button", name="Make the plan").click()
    first.get_by_role("heading", name="The plan").wait_for()


def test_a_duplicated_tab_begins_with_a_copy(office: Office) -> None:
    """Browsers copy what a tab remembers: the one that it was made from keeps its workbook."""
    first = office.page()
    choose(first, "practice")
    drop(first, SAMPLES / "with_errors.xlsx")
    first.get_by_text("with_errors.xlsx, sheet").first.wait_for()
    with first.context.expect_page() as opening:
        first.evaluate("window.open(location.href)")
    copy = opening.value
    copy.get_by_text("with_errors.xlsx, sheet").first.wait_for()
    assert copy.evaluate("sessionStorage.length") > 0
    drop(copy, SAMPLES / "certificate_types.xlsx")
    copy.get_by_text(READ).first.wait_for()
    first.reload()
    first.get_by_text("with_errors.xlsx, sheet").first.wait_for()
    copy.reload()
    copy.get_by_text(READ).first.wait_for()


def test_what_an_opening_costs(browser: "Browser", tmp_path: Path) -> None:
    """By its link, with nothing in the cache: few requests, all of them to the server itself."""
    with Served(tmp_path) as served:
        context = browser.new_context()
        page = context.new_page()
        asked: list[str] = []
        size = 0
        session = context.new_cdp_session(page)
        session.send("Network.enable")

        def received(event: dict[str, Any]) -> None:
            nonlocal size
            size += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", received)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(served.link)
        page.locator("#cu-destination-practice").wait_for()
        page.wait_for_load_state("networkidle")
        context.close()
    print(f"{len(asked)} requests, {size:,} bytes")  # noqa: T201 (shown where it fails)
    assert len(asked) <= MOST_REQUESTS, asked
    assert 20_000 < size <= MOST_BYTES
    host = re.escape(served.url.partition("//")[2].partition("/")[0])
    assert all(re.match(f"(http|ws)://{host}/", url) for url in asked), asked

"""The site in a browser: search, from a file and from a server, and nothing from elsewhere."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")
SECONDS = 20_000  # milliseconds, on a busy machine


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not write down who asked."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """The site as somebody opens it from a folder, and from a server on this machine."""
    if request.param == "file":
        yield site.as_uri()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_search_finds_a_page_and_asks_nobody_else(address: str) -> None:
    """No request to another host, no cookie, no error."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/index.html")
        page.get_by_role("button", name="Search").first.click()
        page.get_by_role("combobox", name="Search").fill("interrupted run")
        found = page.get_by_role("option").filter(has_text="Recover an interrupted run").first
        found.click(timeout=SECONDS)
        page.wait_for_url("**/how-to/recover.html*", timeout=SECONDS)
        assert context.cookies() == []
        browser.close()

    assert errors == []
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []

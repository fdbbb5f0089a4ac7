"""The front end on a bare page, with a scripted model in the place of the controller.

The page is served on loopback with a policy that allows neither inline scripts, inline styles nor
`eval`: what the page host allows, and no more.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from certbulk.page.assets import script, style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

__all__ = ["Stage", "staged"]

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'"

_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>certbulk</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="stylesheet" href="/style.css"><script type="module" src="/host.js"></script>'
    '<body><div id="page"></div></body></html>'
)
_HOST = """
import front from "./front.js";

const known = JSON.parse(sessionStorage.getItem("known"));
const listeners = new Map();
window.sent = [];
window.model = {
  get: (name) => known[name],
  on: (event, callback) => listeners.set(event, callback),
  off: (event) => listeners.delete(event),
  send: (message, _, buffers) => {
    const bytes = (buffers ?? []).reduce((all, buffer) => all + buffer.byteLength, 0);
    window.sent.push({ ...message, bytes });
    if (window.answers !== false) window.say({ kind: "taken", id: message.id });
  },
};
window.say = (content, buffers) => listeners.get("msg:custom")?.(content, buffers);
window.set = (name, value) => {
  known[name] = value;
  listeners.get(`change:${name}`)?.();
};
window.end = front.render({ model, el: document.querySelector("#page") });
"""
_JUPYTERLAB = """
.jp-WindowedPanel-outer { height: 500px; overflow: auto; }
.jp-OutputArea, .jp-OutputArea-output { overflow: auto; }
.jp-OutputArea-child { overflow: hidden; }
"""
"""What JupyterLab 4.6 says of the areas around an output."""

_FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "/": ("text/html", lambda: _PAGE),
    "/host.js": ("text/javascript", lambda: _HOST),
    "/front.js": ("text/javascript", script),
    "/style.css": ("text/css", style),
    "/jupyterlab.css": ("text/css", lambda: _JUPYTERLAB),
    "/favicon.ico": ("image/x-icon", str),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = _FILES.get(self.path, ("text/plain", str))
        body = text().encode()
        self.send_response(200 if self.path in _FILES else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Stage:
    """The front end in a browser, and what the model that it is given says and hears.

    Attributes:
        complaints: Errors of its scripts, and what the policy has kept from happening.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def page(
        self,
        view: dict[str, Any],
        *,
        known: dict[str, Any] | None = None,
        clock: bool = False,
        **look: Any,
    ) -> Page:
        """Return a page that shows a view; what the browser complains about is kept.

        Args:
            view: What the controller shows.
            known: What the model knows besides; by default what it knows in a page of our own.
            clock: Whether time stands still until the test lets it go on.
            **look: Of the window, such as its viewport.
        """
        context = self._browser.new_context(
            **{"viewport": {"width": 1000, "height": 760}, "locale": "en-GB", **look}
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        if clock:
            page.clock.install()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        values = {
            "view": view,
            **({"alone": True, "connection": "open"} if known is None else known),
        }
        page.add_init_script(f"sessionStorage.setItem('known', {json.dumps(json.dumps(values))})")
        page.goto(self._address)
        page.locator(".cu-page").wait_for()
        return page

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def everybody_leaves(self) -> None:
        """Close all windows."""
        while self._contexts:
            self._contexts.pop().close()


@contextmanager
def staged(browser: Browser) -> Iterator[Stage]:
    """Serve the bare page for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Stage(browser, f"http://127.0.0.1:{server.server_address[1]}/")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

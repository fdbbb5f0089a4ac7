"""Others of this machine, and other sites: what they try on the page, and what comes of it."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from certbulk.page import assets as frontend
from certbulk.page.host.address import Address
from tests.page.conftest import Office, Served, known_to
from tests.page.host import Host

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Attacker:
    """A web server of another user, on another port; it keeps what browsers send it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        attacker = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                attacker.heard.append(dict(self.headers.items()))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>free coffee</title>")

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def attacker() -> Iterator[Attacker]:
    with Attacker() as running:
        yield running


# Each tells what the attacker's page got: nothing, as words.
ATTEMPTS = """async ({ page, version }) => {
  const tried = {};
  const attempt = async (name, what) => {
    try { tried[name] = String(await what()); } catch (error) { tried[name] = "nothing"; }
  };
  const loaded = (tag, attribute, url, more = {}) => new Promise((done) => {
    const element = Object.assign(document.createElement(tag), more);
    element.onload = () => done("loaded");
    element.onerror = () => done("nothing");
    element[attribute] = url;
    document.body.append(element);
    setTimeout(() => done("nothing"), 3000);
  });
  const got = async (url, how) => (await fetch(url, how)).text();
  const unseen = async (url) => (await fetch(url, { mode: "no-cors" })).status || "nothing";
  await attempt("read", () => got(page));
  await attempt("read with cookies", () => got(page, { credentials: "include" }));
  await attempt("read unseen", () => unseen(page));
  await attempt("module", () => import(`${page}${version}/host.js`));
  await attempt("script", () => loaded("script", "src", `${page}${version}/host.js`));
  await attempt("picture", () => loaded("img", "src", `${page}${version}/icon.svg`));
  const sheet = { rel: "stylesheet" };
  await attempt("style", () => loaded("link", "href", `${page}${version}/page.css`, sheet));
  await attempt("key", () => got(`${page}browser`, { method: "POST", body: '{"key":"x"}' }));
  await attempt("socket", () => new Promise((done) => {
    const socket = new WebSocket(page.replace("http", "ws") + "socket");
    socket.onopen = () => done("open");
    socket.onerror = () => done("nothing");
  }));
  await attempt("frame", () => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.src = page;
    frame.onload = () => done(frame.contentDocument ? "mine" : "nothing");
    document.body.append(frame);
  }));
  return tried;
}"""


def test_another_port_gets_nothing(office: Office, attacker: Attacker) -> None:
    """In the person's own browser, by one who even knows the page's address."""
    page = office.page()
    version = re.search(r'"([0-9a-f]{16})/host\.js"', page.content())
    assert version
    assert version[1] == frontend.version(frontend.files())
    evil = page.context.new_page()
    evil.goto(attacker.url)
    tried = evil.evaluate(ATTEMPTS, {"page": office.url, "version": version[1]})
    assert len(tried) == 10
    assert set(tried.values()) == {"nothing"}, tried
    assert page.context.cookies() == [], "a cookie would be sent to every port of the host"
    assert not [heard for heard in attacker.heard if "Cookie" in heard]
    assert page.locator("html").get_attribute("data-connection") == "open"


def test_another_port_does_not_use_up_the_pages(office: Office, attacker: Attacker) -> None:
    """Windows that it opens are not pages: not at the page's address, nor at that of a link."""
    page = office.page()
    evil = page.context.new_page()
    evil.goto(attacker.url)
    for number, address in enumerate([office.url, f"{office.url}open#key=x"] * 5):
        with page.context.expect_page() as opened:
            evil.evaluate("([url, name]) => { window.open(url, name); }", [address, f"w{number}"])
        words = "Not found" if address == office.url else "This link has been used"
        opened.value.get_by_text(words).wait_for()
        assert opened.value.locator(".cu").count() == 0
    another = page.context.new_page()
    another.goto(office.url)
    another.locator("#cu-destination-practice").wait_for()
    evil.goto(f"{office.url}open#key=x")
    evil.get_by_text("this browser has opened a link before").click()
    evil.locator("#cu-destination-practice").wait_for()


def test_what_the_page_itself_may_do(office: Office) -> None:
    """Were it tampered with, it could neither run what is written into it nor send it out."""
    page = office.page()
    tried = page.evaluate(
        """async () => {
          const tried = {};
          document.body.append(Object.assign(document.createElement("script"), { id: "s" }));
          try { document.getElementById("s").textContent = "window.hit = 1"; } catch {}
          try { document.body.insertAdjacentHTML("beforeend", "<p id=in>x</p>"); } catch {}
          tried.script = String(window.hit);
          tried.markup = String(document.getElementById("in"));
          tried.out = await fetch("http://127.0.0.1:1/").then(() => "sent", () => "no");
          document.body.setAttribute("style", "color: rgb(1, 2, 3)");
          tried.style = String(getComputedStyle(document.body).color === "rgb(1, 2, 3)");
          return tried;
        }"""
    )
    assert tried == {"script": "undefined", "markup": "null", "out": "no", "style": "false"}


def test_a_link_leaves_no_trace(office: Office) -> None:
    """Its key is in no request, and is taken off the address; the secret is in neither."""
    page = office.page()
    assert page.url == office.url
    known = json.loads(page.evaluate("localStorage.getItem('certbulk-browser')"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.reload()
    page.locator("#cu-destination-practice").wait_for()
    assert len(asked) > 5
    assert not [url for url in asked if known["secret"] in url or known["id"] in url]


def test_a_host_name_of_its_own(browser: "Browser") -> None:
    """If it has one, Chromium finds it; the same page by number, or another name, is not one."""
    with Host(Address.new(named=True)) as host:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{host.address.url}open#key={host.links.new()}")
        page.locator("html[data-connection=open]").wait_for()
        assert page.evaluate("location.host") == host.address.authority
        assert page.evaluate("isSecureContext && Boolean(crypto.subtle)")
        assert len(host.controllers) == 1
        other = context.new_page()
        for name in ("127.0.0.1", "localhost", "certbulk-0.localhost"):
            answer = other.goto(host.address.url.replace(host.address.host, name))
            assert answer
            assert answer.status == 404
        context.close()


def test_a_session_is_nobody_elses(browser: "Browser", tmp_path: Path) -> None:
    """A second server of the same user, with a state of its own, knows none of the first's."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Served(tmp_path / "a") as first, Served(tmp_path / "b") as second:
        state = known_to(browser, first.link)
        (known,) = state["origins"][0]["localStorage"]
        state["origins"].append({"origin": second.url.rstrip("/").rpartition("/")[0]})
        state["origins"][1]["localStorage"] = [known]
        context = browser.new_context(storage_state=state)
        page = context.new_page()
        page.goto(second.url)
        page.get_by_text("This browser has not opened the link").wait_for()
        page.goto(first.url)
        page.locator("#cu-destination-practice").wait_for()
        context.close()

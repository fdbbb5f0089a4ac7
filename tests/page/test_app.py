"""The page's server below the browser: links, browsers, sockets, pages, and their bounds."""

import json
import os
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from certbulk.page import assets as frontend
from certbulk.page.host import channel, connections, server
from certbulk.page.host.address import LOOPBACK, Address, listen, resolves
from certbulk.page.host.browsers import DAY, LINK_SECONDS, Browsers, Kept, Links
from certbulk.page.host.channel import Pace
from certbulk.page.host.connections import Strangers
from certbulk.page.host.frames import MOST_TEXT, packed, unpacked
from certbulk.page.host.pages import GONE_SECONDS, MOST_PAGES, Outgoing
from tests.page.host import SECONDS, Host, Visitor
from tests.page.proxy import Network


@pytest.fixture(scope="module")
def shared() -> Iterator[Host]:
    with Host() as running:
        yield running


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as running:
        yield running


def view_of(line: Any) -> dict[str, Any]:
    """Return the next view that a socket is sent."""
    while True:
        said = json.loads(line.recv(SECONDS))
        if "view" in said:
            view: dict[str, Any] = said["view"]
            return view


def until_closed(line: Any) -> None:
    """Read what a socket is sent until it is closed."""
    with pytest.raises(ConnectionClosed):
        list(iter(lambda: line.recv(SECONDS), None))


# --- links and browsers


def test_a_link_opens_the_page_once_within_ten_minutes() -> None:
    """Each has a key of its own; one that was used, made up, or is too old opens nothing."""
    now = [0.0]
    links = Links(lambda: now[0])
    first, second, late = links.new(), links.new(), links.new()
    assert len({first, second, late}) == 3
    assert not links.use("")
    assert not links.use("ключ")
    assert [links.use(first), links.use(first), links.use(second)] == [True, False, True]
    now[0] = LINK_SECONDS
    assert not links.use(late)


def test_a_browser_is_known_by_its_secret_for_a_day() -> None:
    """Kept is a hash of it; what the server proves holds for one host and port."""
    now = [1000.0]
    browsers = Browsers(clock=lambda: now[0])
    name, secret = browsers.welcome()
    other, _ = browsers.welcome()
    assert browsers.is_known(name, secret)
    assert not browsers.is_known(other, secret)
    assert not browsers.is_known(name, secret + "x")
    assert not browsers.is_known("", "")
    assert secret not in json.dumps(browsers.known)
    proofs = {browsers.proof(name, nonce, at) for nonce in "ab" for at in ("h:1", "h:2")}
    assert len(proofs) == 4
    assert None not in proofs
    assert browsers.proof("nobody", "a", "h:1") is None
    now[0] += DAY - 1
    assert browsers.is_known(name, secret), "from then on it is for another day"
    now[0] += 2
    assert browsers.is_known(name, secret)
    assert other not in browsers.known
    for _ in range(40):
        browsers.welcome()
    assert len(browsers.known) == 32


def test_what_is_kept_of_a_server(tmp_path: Path) -> None:
    """For this user only, for a day, by the port that was asked for; what is damaged is removed."""
    folder = tmp_path / "page"
    address = Address("127.0.0.1", 4711, "path")
    kept = Kept(8867, address, {"name": ("00", 5000.0)})
    Kept(0, Address("127.0.0.1", 4712, "p"), {}).write(folder)
    assert not folder.exists(), "without a browser there is nobody to come back"
    kept.write(folder)
    kept.write(folder)
    (file,) = folder.iterdir()
    if os.name == "posix":
        assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (
            0o600,
            0o700,
        )
    Kept(8867, Address("127.0.0.1", 4713, "p"), {"name": ("00", 6000.0)}).write(folder)
    assert [k.address.port for k in Kept.all_for(folder, 8867, 7000.0)] == [4713, 4711]
    assert Kept.all_for(folder, 8867, 7000.0)[1] == kept
    assert Kept.all_for(folder, 0, 7000.0) == []
    (folder / "4714.json").write_text('{"host": 1}')
    (folder / "4715.json").write_text("\0")
    assert [k.address.port for k in Kept.all_for(folder, 8867, 5500.0 + DAY)] == [4713]
    assert [path.name for path in folder.iterdir()] == ["4713.json"]


# --- where it is


def test_it_listens_on_this_machine_only() -> None:
    """Whatever is asked for; for a name both addresses that a browser tries are taken."""
    for elsewhere in ("0.0.0.0", "::", "192.0.2.1", "example.org", "localhost.example.org", ""):  # noqa: S104
        with pytest.raises(ValueError, match="is not this machine"):
            listen(elsewhere, 0)
    (plain,) = listen(LOOPBACK, 0)
    assert plain.getsockname()[0] == "127.0.0.1"
    plain.close()
    both = listen("certbulk-0.localhost", 0)
    try:
        assert [found.getsockname()[0] for found in both] in (["127.0.0.1", "::1"], ["127.0.0.1"])
        assert len({found.getsockname()[1] for found in both}) == 1
        if len(both) > 1:
            with pytest.raises(OSError, match="in use"):
                listen("certbulk-1.localhost", both[0].getsockname()[1])
    finally:
        for found in both:
            found.close()


@pytest.mark.campaign
def test_a_name_of_its_own_where_the_system_resolves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one that leads to this machine; and a resolver that hangs keeps nobody waiting."""
    assert not resolves("certbulk-test.invalid")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("192.0.2.1", 0))])
    assert not resolves("certbulk-test.localhost")
    answers = [(0, 0, 0, "", ("::1", 0, 0, 0)), (0, 0, 0, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert resolves("certbulk-test.localhost")
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [never.wait(SECONDS)][:0])
    began = time.monotonic()
    assert not resolves("certbulk-test.localhost")
    assert time.monotonic() - began < 2
    never.set()


def test_where_the_last_page_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a day the same name, port and path, if the port is free; else another free one."""
    monkeypatch.setattr(server, "resolves", lambda _: True)
    first, sockets, known = server._listening(0, tmp_path)  # noqa: SLF001
    assert first.host.endswith(".localhost")
    assert first.authority in first.url
    assert known == {}
    Kept(0, first, {"name": ("00", time.time())}).write(tmp_path)
    second, more, _ = server._listening(0, tmp_path)  # noqa: SLF001
    assert (second.host != first.host, second.path != first.path) == (True, True)
    assert second.port != first.port
    for found in (*sockets, *more):
        found.close()
    again, sockets, known = server._listening(0, tmp_path)  # noqa: SLF001
    assert (again, list(known)) == (first, ["name"])
    taken, more, _ = server._listening(first.port, None)  # noqa: SLF001
    assert taken.port != first.port
    for found in (*sockets, *more):
        found.close()
    monkeypatch.setattr(server, "resolves", lambda _: False)
    plain, sockets, _ = server._listening(0, tmp_path)  # noqa: SLF001
    assert plain.host == "127.0.0.1", "the system does not know its name any more"
    (tmp_path / f"{first.port}.json").write_text(
        '{"asked": 0, "host": "example.org", "port": 99999, "path": "p",'
        f' "browsers": {{"name": ["00", {time.time()}]}}}}'
    )
    odd, more, _ = server._listening(0, tmp_path)  # noqa: SLF001
    assert odd.host == "127.0.0.1"
    for found in (*sockets, *more):
        found.close()


# --- messages


def test_messages_carry_bytes_as_they_are() -> None:
    """JSON in front, with their sizes: nothing is made longer on the way."""
    content = {"do": "upload", "name": "ж.xlsx"}
    assert json.loads(str(packed(content))) == {"content": content}
    message = packed(content, [b"\0\xff", b"", b"abc"])
    assert unpacked(message) == ({"content": content}, [b"\0\xff", b"", b"abc"])
    assert len(message) < 120


HEAD = b'{"content": {}, "sizes": [%s]}'


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "no",
        "[" * 60_000,
        '"' + "a" * MOST_TEXT + '"',
        b"",
        b"\0\0",
        b"\xff\xff\xff\xff{}",
        struct.pack(">I", 2) + b"{}",
        struct.pack(">I", 2) + b"\xff\xff",
        *(
            struct.pack(">I", len(HEAD % sizes)) + HEAD % sizes + b"abc"
            for sizes in (b"2", b"4", b"-1, 4", b"true, 2", b"1.5", b'"3"', b"99999999999999")
        ),
    ],
)
def test_what_is_not_a_message(message: str | bytes) -> None:
    """Whatever a socket brings is one clear refusal, without much work."""
    with pytest.raises(ValueError, match=r"."):
        unpacked(message)


# --- what it answers


def test_every_answer_is_guarded(host: Host) -> None:
    """The page, its files and refusals: no inline script, no frame, no referrer, no date."""
    page = host.ask()
    document = page.body.decode()  # type: ignore[attr-defined]
    version = frontend.version(frontend.files())
    assert (page.status, "<script type" in document, "style=" in document) == (200, True, False)
    file = host.ask(f"{version}/widget.js")
    assert file.body.decode() == frontend.script()  # type: ignore[attr-defined]
    assert "immutable" in str(file.getheader("Cache-Control"))
    refusals = [host.ask("nothing"), host.ask(f"{version}/nothing.js"), host.ask(host="evil.org")]
    refusals += [host.ask("browser"), host.ask(method="DELETE", origin=host.address.origin)]
    assert {(r.status, r.body) for r in refusals} == {(404, b"Not found")}  # type: ignore[attr-defined]
    for answer in (page, file, *refusals):
        policy = str(answer.getheader("Content-Security-Policy"))
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.getheader("Referrer-Policy") == "no-referrer"
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
        assert answer.getheader("Cross-Origin-Opener-Policy") == "same-origin"
        assert answer.getheader("Permissions-Policy")
        for told in ("Server", "Date", "Set-Cookie", "Access-Control-Allow-Origin"):
            assert answer.getheader(told) is None
    for answer in (page, *refusals):
        assert answer.getheader("Cache-Control") == "no-store"


def test_all_that_the_page_names_is_there(host: Host) -> None:
    """Its files are of the types that a browser takes with `nosniff`; parts are not served."""
    files = frontend.files()
    assert files.keys() == {"host.js", "host.css", "icon.svg", "widget.js", "page.css"}
    document = host.ask().body.decode()  # type: ignore[attr-defined]
    version = frontend.version(files)
    for name, file in files.items():
        answer = host.ask(f"{version}/{name}")
        assert (answer.status, answer.getheader("Content-Type")) == (200, file.type)
    for name in ("host.js", "host.css", "icon.svg", "page.css"):
        assert f'"{version}/{name}"' in document
    changed = {**files, "host.js": frontend.File(b"", files["host.js"].type)}
    assert frontend.version(changed) != version


OURS = {"origin": "{origin}", "sec-fetch-site": "same-origin"}
FROM_A_FILE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("", {}, 200),
        ("", OURS, 200),
        ("", {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, 200),
        ("", {**FROM_A_FILE, "sec-fetch-dest": "document"}, 404),
        ("", {"sec-fetch-site": "none", "sec-fetch-dest": "iframe"}, 404),
        ("open", {**FROM_A_FILE, "sec-fetch-dest": "document"}, 200),
        ("open", {**FROM_A_FILE, "sec-fetch-dest": "iframe"}, 404),
        ("open", {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 404),
        ("", {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 404),
        ("", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, 404),
        ("", {"host": "127.0.0.1"}, 404),
        ("", {"host": "localhost:{port}"}, 404),
        ("", {"host": "evil.localhost:{port}"}, 404),
        ("", {"host": "{authority}."}, 404),
        ("", {"origin": "http://127.0.0.1:1"}, 404),
        ("", {"origin": "null"}, 404),
        ("", {"origin": "{origin}/"}, 404),
        ("{version}/host.js", {}, 200),
        ("{version}/host.js", {"sec-fetch-site": "same-site"}, 404),
        ("{version}/host.js", FROM_A_FILE, 404),
        ("../", {}, 404),
        ("%2e%2e/", {}, 404),
        ("{version}/../../../controller.py", {}, 404),
        ("{version}/%2e%2e/controller.py", {}, 404),
        ("{version}/vendor/preact.mjs", {}, 404),
    ],
)
def test_who_may_ask(shared: Host, path: str, headers: dict[str, str], status: int) -> None:
    """A request names this server to the letter, and comes from its page or from nowhere."""
    at = shared.address
    words = {"origin": at.origin, "port": at.port, "authority": at.authority}
    version = frontend.version(frontend.files())
    sent = {name.replace("-", "_"): value.format(**words) for name, value in headers.items()}
    assert shared.ask(path.format(version=version), **sent).status == status


def test_a_key_is_changed_for_a_secret_once(host: Host) -> None:
    """By the page itself only; what is not a key, or too much, is refused."""
    origin, key = host.address.origin, json.dumps({"key": host.links.new()}).encode()
    assert host.ask("browser", "POST", key).status == 404, "without an origin"
    assert host.ask("browser", "POST", key, origin="http://127.0.0.1:1").status == 404
    assert host.ask("browser", "POST", key, origin=origin, sec_fetch_site="same-site").status == 404
    told = [host.ask("browser", "POST", key, origin=origin).status for _ in range(2)]
    assert told == [200, 403]
    surrogate = b'{"key": "\\ud800"}'
    assert host.ask("browser", "POST", surrogate, origin=origin).status == 403
    for wrong in (b"", b"[]", b"{}", b"\xff", b"[" * 400, b'{"key": "' + b"a" * 600 + b'"}'):
        assert host.ask("browser", "POST", wrong, origin=origin).status == 400
    assert host.ask("browser", "POST", b'{"key": 1}', origin=origin).status == 403


# --- sockets and pages


def test_a_page_and_its_window(host: Host) -> None:
    """What is shown and sent arrives, bytes as they are; what a person does reaches it in order."""
    visitor = host.visitor()
    line, said = visitor.open()
    assert said == {"open": True, "new": True}
    assert view_of(line) == {"step": "chain", "destinations": []}
    (controller,) = host.controllers
    line.send(json.dumps({"content": {"do": "hello"}}))
    line.send(packed({"do": "upload"}, [b"\0" * 1000, b"x"]))
    assert controller.until(2) == [
        ({"do": "hello"}, []),
        ({"do": "upload"}, [b"\0" * 1000, b"x"]),
    ]
    controller.page.show({"step": "file"})
    assert view_of(line) == {"step": "file"}
    controller.page.send({"kind": "more"}, [])
    assert json.loads(line.recv(SECONDS)) == {"content": {"kind": "more"}}
    controller.page.send({"kind": "part"}, [memoryview(b"\xff\0")])  # type: ignore[list-item]
    assert unpacked(line.recv(SECONDS)) == ({"content": {"kind": "part"}}, [b"\xff\0"])
    line.close()


def test_a_window_that_comes_back_has_its_page_again(host: Host) -> None:
    """The same controller, and the view of now; even before the server has noticed the cut."""
    visitor = host.visitor()
    first, _ = visitor.open()
    (controller,) = host.controllers
    second, said = visitor.open()  # the first is open still, as a cut shows on neither side
    assert said == {"open": True, "new": False}
    view_of(second)
    controller.page.show({"step": "plan"})
    assert view_of(second) == {"step": "plan"}
    until_closed(first)
    second.socket.shutdown(socket.SHUT_RDWR)
    third, said = visitor.open()
    assert (said["new"], view_of(third)) == (False, {"step": "plan"})
    assert not controller.closed
    third.close()


def test_each_window_has_a_page_of_its_own(host: Host) -> None:
    """One's upload, view and bytes are nobody else's, of the same browser or of another."""
    visitor, other = host.visitor(), host.visitor()
    lines = [visitor.open("a")[0], visitor.open("b")[0], other.open("a")[0]]
    assert len(host.controllers) == 3
    for number, controller in enumerate(host.controllers):
        controller.page.show({"step": "file", "mine": number})
    for number, line in enumerate(lines):
        view_of(line)
        assert view_of(line)["mine"] == number
        line.close()


@pytest.mark.parametrize("code", [1001, 4001])
def test_a_window_that_goes_frees_its_place_at_once(host: Host, code: int) -> None:
    """A browser says so as it closes the socket (1001), and so does the page."""
    line, _ = host.visitor().open()
    line.close(code)
    assert host.controllers[0].until_closed()
    assert len(host.pages) == 0


def test_documents_are_in_the_browsers_language(host: Host) -> None:
    """Before any script runs, and where none does; caches are told that it depends on it."""
    for accepted, language, words in (
        ("ru-RU,ru;q=0.9", "ru", "нужен JavaScript"),
        ("de,en;q=0.5", "en", "needs JavaScript"),
    ):
        answer = host.ask(accept_language=accepted)
        body = answer.body.decode()  # type: ignore[attr-defined]
        assert f'<html lang="{language}">' in body
        assert words in body
        assert answer.getheader("Vary") == "Accept-Language"


def test_eight_pages_and_no_more(host: Host) -> None:
    """The ninth is told what to do; a page whose window is gone for two minutes counts no more."""
    visitor = host.visitor()
    lines = [visitor.open(str(number))[0] for number in range(MOST_PAGES)]
    ninth = host.ask()
    body = ninth.body.decode()  # type: ignore[attr-defined]
    assert (ninth.status, ninth.getheader("Retry-After")) == (503, "120")
    assert (MOST_PAGES, GONE_SECONDS) == (8, 120), "the text says so"
    assert "Eight pages are open: close one of them and load this page again" in body
    assert host.ask(cache_control="max-age=0").status == 200, "one of the eight, loaded again"
    _, said = visitor.open("ninth")
    assert said["refused"] == "full"
    lines[0].close()
    while host.pages.connected == MOST_PAGES:
        time.sleep(0.01)
    assert visitor.open("ninth")[1]["refused"] == "full", "it may come back"
    host.now += 121
    assert visitor.open("ninth")[1] == {"open": True, "new": True}
    assert host.controllers[0].closed
    for line in lines:
        line.close()


def test_a_copy_of_a_window_does_not_take_what_is_prepared(host: Host) -> None:
    """A duplicated tab remembers what the first does: it begins with a copy, the first goes on."""
    visitor = host.visitor()
    first, _ = visitor.open("first")
    host.controllers[0].page.show({"step": "file", "remember": {"kept": "k1"}})
    view_of(first), view_of(first)
    hello = json.dumps({"content": {"do": "hello", "mine": True, "kept": "k1"}})
    copy, _ = visitor.open("copy")
    copy.send(hello)
    assert host.controllers[1].until(1)[0][0]["mine"] is False
    assert not host.controllers[0].closed
    first.socket.shutdown(socket.SHUT_RDWR)  # the machine has slept, say
    while host.pages.connected > 1:
        time.sleep(0.01)
    again, _ = visitor.open("loaded again")
    again.send(hello)
    assert host.controllers[2].until(1)[0][0]["mine"] is True
    assert host.controllers[0].until_closed()
    for line in (copy, again):
        line.close()


def test_nobody_without_the_secret(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither with an id alone, nor with a wrong secret, another origin or host, nor by silence."""
    known = host.visitor()
    _, said = Visitor(host.address, "made up", "x").open()
    assert said["refused"] == "link"
    line = known.socket()
    line.send(json.dumps({"id": known.name, "nonce": "n"}))
    line.recv(SECONDS)
    line.send(json.dumps({"secret": "wrong", "window": "w"}))
    assert json.loads(line.recv(SECONDS))["refused"] == "link"
    for how in (
        {"origin": "http://127.0.0.1:1"},
        {"origin": None},
        {"origin": "null"},
        {"host": "evil.org"},
        {"host": f"localhost:{host.address.port}"},
        {"additional_headers": {"Sec-Fetch-Site": "same-site"}},
    ):
        with pytest.raises(Exception, match="404"):
            known.socket(**how)
    for wrong in ("no", "[]", "{}", '{"id": 1, "nonce": "n"}', '{"id": "a", "nonce": ""}', b"\0"):
        line = known.socket()
        line.send(wrong)
        with pytest.raises(ConnectionClosed):
            line.recv(SECONDS)
    monkeypatch.setattr(channel, "_KNOWN_WITHIN", 0.1)
    silent = known.socket()
    with pytest.raises(ConnectionClosed):
        silent.recv(SECONDS)
    assert host.controllers == []


# --- bounds


def test_what_comes_too_fast_is_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred at once, then a hundred a second; what was not used is not saved for long."""
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.wait() for _ in range(200)] == [0.0] * 200
    assert [pace.wait() for _ in range(2)] == [0.01, 0.02]
    now[0] += 1000
    assert [pace.wait() for _ in range(201)][-1] == pytest.approx(0.01)
    monkeypatch.undo()


def test_no_more_is_taken_than_can_be_done(host: Host) -> None:
    """Messages to a page that is busy are bounded; what is too much is not acknowledged."""
    line, _ = host.visitor().open()
    (controller,) = host.controllers
    controller.busy = True
    for number in range(60):
        line.send(json.dumps({"content": {"do": "look", "number": number}}))
    assert len(controller.until(32)) == 32
    line.send(json.dumps({"content": "wrong"}))
    until_closed(line)
    assert len(controller.told) == 32
    assert not controller.closed


@pytest.mark.parametrize("message", ["x" * (MOST_TEXT + 1), b"x" * (600 << 10), "{}", b""])
def test_what_is_too_long_or_makes_no_sense_ends_the_connection(
    host: Host, message: str | bytes
) -> None:
    """Not the page: its window connects again."""
    line, _ = host.visitor().open()
    line.send(message)
    until_closed(line)
    assert not host.controllers[0].closed


def test_of_views_only_the_newest_waits() -> None:
    """Whatever a window that does not read is shown and sent, it costs a few megabytes at most."""
    outgoing = Outgoing()
    for number in range(1000):
        outgoing.put(f"{number}" * 10, view=True)
    waiting = outgoing._waiting  # noqa: SLF001
    assert list(waiting) == [(True, "999" * 10)]
    for _ in range(15):
        outgoing.put(b"x" * (256 << 10))
    assert (outgoing.closed, len(waiting)) == (False, 16)
    outgoing.put(b"x" * (256 << 10))
    assert (outgoing.closed, len(waiting)) == (True, 0)
    outgoing.put("more")
    assert len(waiting) == 0


def test_a_window_that_never_reads_is_given_up(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is cut, and the page waits for it to come back."""
    monkeypatch.setattr(connections, "_READ_WITHIN", 0.2)
    line, _ = host.visitor().open()
    (controller,) = host.controllers
    line.recv_messages.pause()
    for _ in range(400):
        controller.page.send({"kind": "part"}, [b"x" * (256 << 10)])
    until = time.monotonic() + SECONDS
    while host.pages.connected and time.monotonic() < until:
        time.sleep(0.01)
    assert host.pages.connected == 0
    assert not controller.closed
    line.socket.close()


def test_a_window_that_is_not_heard_of_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut tells the server nothing: it notices that nobody answers, and the page waits."""
    assert connections._PING_EVERY + connections._PONG_WITHIN + connections._GONE_AFTER < 10  # noqa: SLF001
    monkeypatch.setattr(connections, "_PING_EVERY", 0.1)
    monkeypatch.setattr(connections, "_PONG_WITHIN", 0.2)
    monkeypatch.setattr(connections, "_GONE_AFTER", 0.1)
    with Host() as host, Network(host.address.port) as network:
        visitor = host.visitor()
        visitor.through = network.port
        line, _ = visitor.open()
        time.sleep(0.5)
        assert host.pages.connected == 1, "it answers"
        network.cut()
        until = time.monotonic() + SECONDS
        while host.pages.connected and time.monotonic() < until:
            time.sleep(0.01)
        assert host.pages.connected == 0
        assert not host.controllers[0].closed
        line.socket.close()


def test_half_a_request_is_not_waited_for(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a head nor a body that never comes to its end keeps a connection."""
    monkeypatch.setattr(connections, "_STRANGER_SECONDS", 0.2)
    at = host.address
    head = f"POST /{at.path}/browser HTTP/1.1\r\nHost: {at.authority}\r\nOrigin: {at.origin}\r\n"
    for half in ("", "GET / HT", head, head + "Content-Length: 9\r\n\r\n{"):
        with socket.create_connection((LOOPBACK, at.port), SECONDS) as line:
            line.sendall(half.encode())
            assert line.recv(100) == b""
    with socket.create_connection((LOOPBACK, at.port), SECONDS) as line:
        line.sendall(b"GET / HTTP/1.1\r\n" + b"A: " + b"a" * (64 << 10))
        assert b"400" in line.recv(100)
    assert host.ask().status == 200


def test_strangers_do_not_keep_others_out(host: Host) -> None:
    """Of too many connections that have not shown who they are, the oldest is closed."""
    visitor = host.visitor()
    line, _ = visitor.open()
    idle = [socket.create_connection((LOOPBACK, host.address.port), SECONDS) for _ in range(60)]
    assert idle[0].recv(1) == b""
    assert host.ask().status == 200
    assert visitor.open("another")[1]["open"]
    host.controllers[0].page.show({"step": "file"})
    view_of(line)
    assert view_of(line)["step"] == "file", "one that is known is not among them"
    assert len(host.server.strangers) <= 48
    for one in idle:
        one.close()
    assert isinstance(host.server.strangers, Strangers)


@pytest.mark.skipif(sys.platform == "win32", reason="it looks at a file's mode")
def test_a_page_that_cannot_be_made_is_written_down(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window hears nothing of what went wrong; the next one has another try."""

    def fails(_: object) -> None:
        raise RuntimeError("nobody foresaw this")

    visitor = host.visitor()
    monkeypatch.setattr(host.pages, "_make", fails)
    with pytest.raises(ConnectionClosed):
        visitor.open()
    written = tmp_path / "state" / "page-errors.txt"
    assert "nobody foresaw this" in written.read_text()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    monkeypatch.undo()
    assert len(host.pages) == 0


def test_a_controller_that_is_closed_takes_nothing(host: Host) -> None:
    """What comes in that moment is not acknowledged, and nothing breaks."""
    line, _ = host.visitor().open()
    (controller,) = host.controllers

    def closed(*_: object) -> Future[None]:
        raise RuntimeError("cannot schedule new futures after shutdown")

    controller.receive = closed  # type: ignore[method-assign,assignment]
    line.send(json.dumps({"content": {"do": "look"}}))
    controller.page.show({"step": "file"})
    view_of(line)
    assert view_of(line)["step"] == "file"
    line.close()

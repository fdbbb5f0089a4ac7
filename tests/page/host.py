"""The page's server in this process, with controllers that only listen, and visitors to it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Self

from websockets.sync.client import ClientConnection, connect

from certbulk.page.host.address import LOOPBACK, Address, listen
from certbulk.page.host.app import application
from certbulk.page.host.browsers import Browsers, Links
from certbulk.page.host.channel import Channel
from certbulk.page.host.connections import Server
from certbulk.page.host.pages import Page, Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Host", "Listening", "Visitor"]

SECONDS = 20


class Listening:
    """A controller that keeps what it is told, and answers nothing by itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[tuple[dict[str, Any], Sequence[bytes]]] = []
        self.heard = threading.Condition()
        self.closed = False
        self.busy = False
        """Whether nothing of what it is told is ever done."""

    def receive(self, message: dict[str, Any], buffers: Sequence[bytes] = ()) -> Future[None]:
        """Take a message."""
        done: Future[None] = Future()
        with self.heard:
            self.told.append((message, buffers))
            self.heard.notify_all()
        if not self.busy:
            done.set_result(None)
        return done

    def close(self) -> None:
        """Take nothing more."""
        with self.heard:
            self.closed = True
            self.heard.notify_all()

    def until(self, number: int) -> list[tuple[dict[str, Any], Sequence[bytes]]]:
        """Return what it was told, once that is so much."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.told) >= number, SECONDS), self.told
            return list(self.told)

    def until_closed(self) -> bool:
        """Wait until it is closed."""
        with self.heard:
            return self.heard.wait_for(lambda: self.closed, SECONDS)


class Host:
    """The server, in a thread.

    Args:
        address: Where; by default on 127.0.0.1 and any port.
    """

    def __init__(self, address: Address | None = None) -> None:
        new = address or Address.new(named=False)
        self.sockets = listen(new.host, new.port)
        self.address = Address(new.host, self.sockets[0].getsockname()[1], new.path)
        self.now = 1000.0
        self.links = Links(lambda: self.now)
        self.browsers = Browsers()
        self.controllers: list[Listening] = []
        self.pages = Pages(self._controller, lambda: self.now)
        self.app = application(
            self.address,
            self.links,
            self.browsers,
            self.pages,
            Channel(self.browsers, self.pages, self.address.authority, lambda: None),
        )
        self._there = threading.Event()
        self.refused: list[int] = []
        self.server = Server(self.app, self._ready, self.refused.append)
        self._thread = threading.Thread(target=self._run)

    def _controller(self, page: Page) -> Listening:
        controller = Listening(page)
        self.controllers.append(controller)
        return controller

    async def _ready(self) -> None:
        self._there.set()

    def _run(self) -> None:
        asyncio.run(self.server.serve(self.sockets))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._there.wait(SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def ask(
        self, path: str = "", method: str = "GET", body: Any = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Return the answer to a request for a path behind the random one, with its body read."""
        sent = {"Host": self.address.authority}
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        line = http.client.HTTPConnection(LOOPBACK, self.address.port, timeout=SECONDS)
        try:
            line.putrequest(method, f"/{self.address.path}/{path}", skip_host=True)
            for name, value in sent.items():
                line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer
        finally:
            line.close()

    def visitor(self) -> Visitor:
        """Return a browser that has opened a link."""
        key = json.dumps({"key": self.links.new()}).encode()
        answer = self.ask("browser", "POST", key, origin=self.address.origin)
        assert answer.status == 200
        known = json.loads(answer.body)  # type: ignore[attr-defined]
        return Visitor(self.address, known["id"], known["secret"])


class Visitor:
    """A browser that has a secret.

    Args:
        address: Where the page is.
        name: The id that it got.
        secret: The secret that it got.
    """

    def __init__(self, address: Address, name: str, secret: str) -> None:
        self.address = address
        self.name = name
        self.secret = secret
        self.through = 0
        """The port of a network between it and the server; 0 for none."""

    def socket(self, **how: Any) -> ClientConnection:
        """Return a socket that has said nothing yet; `host` is what it calls the server."""
        port = self.through or self.address.port
        given = {
            "sock": socket.create_connection((LOOPBACK, port), SECONDS),
            "origin": self.address.origin,
            "compression": None,
            "open_timeout": SECONDS,
            "close_timeout": 1,
            **how,
        }
        host = given.pop("host", self.address.authority)
        # Entered here and closed by whoever has it: a test holds several.
        line = connect(f"ws://{host}/{self.address.path}/socket", **given)
        entered: ClientConnection = line.__enter__()
        return entered

    def open(self, window: str = "w") -> tuple[ClientConnection, dict[str, Any]]:
        """Return a socket that has shown who it is, and what it was told then."""
        socket = self.socket()
        socket.send(json.dumps({"id": self.name, "nonce": "n0"}))
        said = json.loads(socket.recv(SECONDS))
        if "proof" not in said:
            return socket, said
        hashed = hashlib.sha256(self.secret.encode()).digest()
        right = hmac.new(hashed, f"n0\n{self.address.authority}".encode(), "sha256").hexdigest()
        assert said == {"proof": right}
        socket.send(json.dumps({"secret": self.secret, "window": window}))
        return socket, json.loads(socket.recv(SECONDS))

"""A server that does with a connection whatever a test wants, byte by byte and at any speed."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import certbulk as cb
from tests.conftest import FAST, FakeClock

from .service import CHAIN, PARTNER, USER

TLS = Path(__file__).parent / "tls"
"""A certificate for localhost and service.example, valid until 2126, and its key."""

_DEADLINE = 10

Script = Callable[[socket.socket], object]


class RawServer:
    """Hands every connection to a script, with what was asked already read from it.

    With `tls`, the connection is encrypted first.
    """

    def __init__(self, script: Script, *, tls: bool = False) -> None:
        self.asked = 0
        self._script = script
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._context:
            self._context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.port: int = self._socket.getsockname()[1]

    def client(self, url: str = "", **options: Any) -> cb.Client:
        """Return a client that never really waits, for this server or another address."""
        scheme = "https" if self._context else "http"
        given: dict[str, Any] = {"clock": FakeClock(), "jitter": lambda: 1.0, **FAST, **options}
        url = url or f"{scheme}://localhost:{self.port}/api/v1"
        return cb.Client(url, CHAIN, PARTNER, USER, **given)

    def __enter__(self) -> Self:
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(_DEADLINE)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(_DEADLINE)
        try:
            with connection:
                if self._context:
                    connection = self._context.wrap_socket(connection, server_side=True)
                with connection:
                    asked(connection)
                    self.asked += 1
                    self._script(connection)
        except OSError:
            return


def asked(connection: socket.socket) -> bytes:
    """Read a request, with its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if b"-length:" in line]
    while len(body) < int(lengths[0] if lengths else 0):
        body += _more(connection)
    return head + body


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError
    return received


def saying(content: bytes) -> Script:
    """Return a script that answers with these bytes."""
    return lambda connection: connection.sendall(content)

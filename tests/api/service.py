"""A service that answers whatever a test puts in its mouth, down to the byte."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import certbulk as cb
from tests.conftest import FAST, FakeClock

CHAIN = 706028
PARTNER, USER = "partner-S3cret", "user-S3cret"
_DEADLINE = 10


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


Answer = bytes | None
"""All bytes of an answer; None closes the connection without one."""

Answering = Callable[[Asked], Answer]


def answer(
    status: int = 200, content: object = None, *, raw: bytes | None = None, **headers: str
) -> bytes:
    """Return an answer with a JSON body, or with the bytes in `raw`."""
    body = json.dumps(content).encode() if raw is None else raw
    lines = [
        f"HTTP/1.1 {status} {'X' * 3}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def ok(data: object, meta: object = None, status: int = 200) -> bytes:
    """Return data in its envelope."""
    return answer(status, {"success": True, "data": data, "meta": [] if meta is None else meta})


def listing(records: list[dict[str, Any]]) -> bytes:
    """Return records as the only page of a list."""
    return ok(records, {"total_count": len(records)})


class Service:
    """Listens on a port of this machine; every connection is for one request.

    `answers` are given one after the other, the last one again and again; or a function that makes
    one of the request.
    """

    def __init__(self, *answers: Answer, by: Answering | None = None) -> None:
        self.asked: list[Asked] = []
        self._by = by or self._next
        self._answers = list(answers)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="service", daemon=True)
        self._open: list[socket.socket] = []
        self._clients: list[cb.Client] = []

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/v1"

    def client(self, **options: Any) -> cb.Client:
        """Return a client that never really waits."""
        given: dict[str, Any] = {"clock": FakeClock(), "jitter": lambda: 1.0, **FAST, **options}
        client = cb.Client(self.url, CHAIN, PARTNER, USER, **given)
        self._clients.append(client)
        return client

    def count(self, method: str) -> int:
        """Return how many requests with this method came."""
        return sum(asked.method == method for asked in self.asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(_DEADLINE)
        for connection in self._open:
            connection.close()

    def _next(self, _: Asked) -> Answer:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.settimeout(_DEADLINE)
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = _read(connection)
                if asked is None:
                    return
                self.asked.append(asked)
                said = self._by(asked)
                if said:
                    connection.sendall(said)
            except OSError:
                return


def _read(connection: socket.socket) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return None
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = dict(_header(line) for line in rest)
    while len(body) < int(headers.get("content-length", 0)):
        more = connection.recv(65536)
        if not more:
            return None
        body += more
    return Asked(method, target, headers, body)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


class Catalogue:
    """Answers the list and single reads from records that are exactly as a test gives them.

    `whole` has the records of single reads, where the list gives less.
    """

    def __init__(self, *records: dict[str, Any], whole: list[dict[str, Any]] | None = None) -> None:
        self.records = list(records)
        self.whole = {str(record["id"]): record for record in whole or records}

    def __call__(self, asked: Asked) -> Answer:
        """Return the answer to a request."""
        if asked.method != "GET":
            return answer(500)
        last = asked.target.partition("?")[0].rpartition("/")[2]
        if last == "certificate_types":
            return listing(self.records)
        if last in self.whole:
            return ok(self.whole[last])
        return answer(404, {"success": False, "data": None, "meta": []})

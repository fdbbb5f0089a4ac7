"""The record of requests: what was asked, when, and how it ended."""

import dataclasses
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["RequestSeen", "RequestsSeen"]


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """One request to the API, answered or not. Tokens and passwords are never recorded.

    - `number`: from 1 in the order of arrival, for the life of the server.
    - `at`: seconds since the server started, on its monotonic clock; `wall`: the same moment, UTC.
    - `address`: where it came from.
    - `body`: the parsed JSON; None without a body; the text itself if it is not JSON.
    - `status`: the HTTP status; None if none was sent, or not yet.
    - `fault`: the name of its fault in `Faults`, or None. A 429 of the rate limits has None.
    - `lies`: the names of its lies in `Lies`; the twin with its deed, such as
      `twin: renames_after`.
    - `applied`: whether the request changed the certificate types.
    """

    number: int
    at: float
    wall: datetime
    address: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int | None = None
    fault: str | None = None
    lies: tuple[str, ...] = ()
    applied: bool = False


class RequestsSeen:
    """The requests so far, in the order of arrival; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, RequestSeen] = {}
        self._count = 0

    def add(self, **known: Any) -> int:
        """Record a request with what is known on arrival, and return its number."""
        with self._lock:
            self._count += 1
            self._seen[self._count] = RequestSeen(number=self._count, **known)
            return self._count

    def note(self, number: int, **outcome: Any) -> None:
        """Record how a request ended; without effect if the record was cleared meanwhile."""
        with self._lock:
            if number in self._seen:
                self._seen[number] = dataclasses.replace(self._seen[number], **outcome)

    def snapshot(self) -> list[RequestSeen]:
        """Return all requests since the record was last cleared."""
        with self._lock:
            return list(self._seen.values())

    def clear(self) -> None:
        """Forget the requests; the numbers of later ones continue."""
        with self._lock:
            self._seen.clear()

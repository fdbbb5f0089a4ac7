"""The client: certificate types of one chain, with every attempt paced and every doubt named."""

from __future__ import annotations

import math
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from certbulk.api.answers import Record, record_id, whole_number
from certbulk.api.clock import Clock, SystemClock
from certbulk.api.http import Http
from certbulk.api.loop import Loop
from certbulk.api.pace import Pace
from certbulk.api.places import Places
from certbulk.errors import (
    ListingError,
    OutcomeUnknownError,
    ServiceError,
    SettingsError,
    UnavailableError,
)
from certbulk.settings import (
    DEFAULT_BASE_URL,
    Settings,
    checked_base_url,
    checked_chain_id,
    state_folder,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from certbulk.api.exchange import Exchange

__all__ = ["PAGE_SIZE", "Client"]

Records = list[Record]  # inside the class, `list` is its method

PAGE_SIZE = 100
_MOST_PAGES = 10_000
_LISTINGS = 3
_NOBODY_HAS = (999_999_999_999_001, 999_999_999_999_002)
_LIST = "the list of certificate types"


def _pace_file(host: str) -> Path:
    return state_folder() / f"pace-{host.replace(':', '-').strip('[]')}.sqlite"


class Client(Places):
    """The certificate types of one chain.

    Args:
        base_url: Where the service is; https, or http on this machine.
        chain_id: The chain's id; digits in a text will do.
        partner_token: The partner's token.
        user_token: The user's token.
        per_second: How many requests may leave a second, evenly spread. The service allows 5.
        per_minute: How many a minute. The service allows 200.
        timeout: Seconds to wait for a connection, and for an answer.
        clock: Where time comes from.
        jitter: A function that gives a factor of 0.5 to 1.5 for the pauses between retries.
        service: What plans and runs are bound to, where the address is no name that lasts (a
            practice server's port changes); by default the base URL.
        share_pace: Whether all processes of this machine that talk to the same host keep the pace
            together, in the state folder. A client with a clock of its own does not.

    Raises:
        SettingsError: A value cannot be right.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     types = client.list()
        ...     bodies = cb.validate(cb.read("sample_data/certificate_types.xlsx")).payloads()
        ...     row, body = next(bodies)
        ...     made = client.create(body)
        ...     changed = client.update(made["id"], body | {"balance": 30})
        ...     stored = client.get(made["id"])["balance"]
        ...     client.delete(made["id"])
        >>> len(types), types[0]["title"], made["balance"], stored
        (9, 'Gift Certificate 50', 25, 30)
    """

    def __init__(
        self,
        base_url: str = DEFAULT_BASE_URL,
        chain_id: int | str | None = None,
        partner_token: str = "",
        user_token: str = "",
        *,
        per_second: float = 4.0,
        per_minute: int = 180,
        timeout: tuple[float, float] = (5.0, 30.0),
        clock: Clock | None = None,
        jitter: Callable[[], float] | None = None,
        service: str | None = None,
        share_pace: bool = True,
    ) -> None:
        if not (0 < per_second < math.inf and 0 < per_minute < math.inf):
            raise SettingsError("per_second and per_minute must be above 0.")
        self.base_url = checked_base_url(base_url)
        self.chain_id = checked_chain_id(chain_id)
        self.service = service or self.base_url
        self.clock = clock or SystemClock()
        shared = _pace_file(urlsplit(self.base_url).netloc) if share_pace and not clock else None
        self.pace = Pace(per_second, per_minute, self.clock, shared)
        http = Http(self.base_url, partner_token, user_token, timeout)
        jitter = jitter or (lambda: random.uniform(0.5, 1.5))  # noqa: S311 (no secret)
        self._loop = Loop(http, self.pace, self.clock, jitter)

    @classmethod
    def from_env(cls, **given: Any) -> Self:
        """Return a client with settings from `given`, the environment and `.env`, in this order.

        Raises:
            SettingsError: A setting is missing or cannot be right; the message names it.

        Example:
            >>> import certbulk as cb
            >>> cb.Client.from_env(chain_id=706028, partner_token="p", user_token="u")
            Client(chain 706028 at api.alteg.io)
        """
        settings = Settings.load(**given)
        return cls(
            settings.base_url,
            settings.need("chain_id"),
            settings.need("partner_token"),
            settings.need("user_token"),
            per_second=settings.per_second,
            per_minute=settings.per_minute,
        )

    @property
    def host(self) -> str:
        """The service's host, with its port where it is unusual."""
        return urlsplit(self.base_url).netloc

    def __repr__(self) -> str:
        return f"Client(chain {self.chain_id} at {self.host})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a `with` block does so by itself.

        Example:
            >>> import certbulk as cb
            >>> client = cb.Client(chain_id=706028, partner_token="p", user_token="u")
            >>> client.close()
        """
        self._loop.close()
        self.pace.close()

    @contextmanager
    def watched(self, watcher: Callable[[Exchange], None]) -> Iterator[None]:
        """Tell `watcher` of every request that ends in here, in the thread that sent it.

        Example:
            >>> import certbulk as cb
            >>> seen = []
            >>> with cb.Sandbox() as client, client.watched(seen.append):
            ...     types = client.list()
            >>> [(exchange.method, exchange.status) for exchange in seen]
            [('GET', 200)]
        """
        self._loop.watchers = (*self._loop.watchers, watcher)
        try:
            yield
        finally:
            self._loop.watchers = tuple(w for w in self._loop.watchers if w is not watcher)

    # --- certificate types

    @property
    def _types(self) -> str:
        return f"/chain/{self.chain_id}/loyalty/certificate_types"

    def list(self, title: str | None = None) -> Records:
        """Return the records of all live types, or of those with `title` as part of theirs.

        Pages are read until as many different ids are there as the service counts, or a page
        brings none that is new: a short page is no sign of the end.

        Raises:
            ListingError: What came does not add up to the count, three times over.
            ServiceError: A request failed; see its kinds.
        """
        for _ in range(_LISTINGS):
            records, count = self._listing(title)
            if count is None or len(records) == count:
                return records
        raise ListingError(
            f"The service counts {count} certificate types but lists {len(records)}, three times "
            "over. Nothing was sent. Try again; if it stays so, its list cannot be relied on.",
            code="server_error",
        )

    def _listing(self, title: str | None) -> tuple[Records, int | None]:
        records: dict[int, Record] = {}
        count: int | None = None
        for page in range(1, _MOST_PAGES):
            query = {"page": page, "page_size": PAGE_SIZE, **({"title": title} if title else {})}
            document = self._loop.call("GET", self._types, what=_LIST, query=query)
            data, meta = document.get("data"), document.get("meta")
            if not isinstance(data, list):
                raise ListingError("The service's list is not a list.", code="server_error")
            before = len(records)
            for record in data:
                number = record_id(record)
                if number is None:
                    raise ListingError("The list has a record without an id.", code="server_error")
                records.setdefault(number, {**record, "id": number})
            total = meta.get("total_count") if isinstance(meta, dict) else None
            if total is not None:
                count = whole_number(total)
                if count is None:
                    raise ListingError("The list's count is no number.", code="server_error")
            if len(records) == before or (count is not None and len(records) >= count):
                break
        return [*records.values()], count

    def get(self, type_id: int) -> Record:
        """Return the record of one type.

        Raises:
            NotFoundError: There is none with this id.
            ServiceError: The request failed; see its kinds.
        """
        what = f"certificate type {type_id}"
        document = self._loop.call("GET", f"{self._types}/{type_id}", what=what)
        return self._record(document, "GET", type_id)

    def repeated_id(self) -> int | None:
        """Return the id of the record that the service gives whatever is asked; None if it doesn't.

        The vendor's mock server does that, and keeps nothing. Two ids that no type has are asked
        for: it answers both with the same record.
        """
        seen = set()
        for number in _NOBODY_HAS:
            try:
                document = self._loop.call("GET", f"{self._types}/{number}", what="a type")
            except ServiceError:
                return None
            seen.add(record_id(document.get("data")))
        return seen.pop() if len(seen) == 1 else None

    def create(
        self,
        body: Mapping[str, Any],
        *,
        before: Callable[[int], None] | None = None,
        leaving: Callable[[], None] | None = None,
        answered: Callable[[int], None] | None = None,
        stop: threading.Event | None = None,
        attempt: int = 0,
        doubtful: bool = False,
    ) -> Record:
        """Create a type and return its record.

        Args:
            body: The nested request body.
            before: Called with the number of the attempt, right before each leaves. It may raise
                `certbulk.api.NotNow`: then nothing leaves, and the exception comes out of here.
            leaving: Called when the permit is there, and nothing but the bytes is to follow. It may
                raise `NotNow`, too: the permit is lost then.
            answered: Called with the HTTP status of the answer that ends the request well.
            stop: When it is set, a request that has not left yet will not leave.
            attempt: How many attempts of this request have left in calls that `before` ended; they
                count towards the most attempts of a request.
            doubtful: Whether one of those may have been carried out.

        Raises:
            OutcomeUnknownError: It may have been created: look before sending it again.
            ServiceError: It was not created; see its kinds.
            NotNow: One of the two raised it; it has the two arguments for the next call.
        """
        document = self._loop.call(
            "POST",
            self._types,
            body=body,
            before=before,
            leaving=leaving,
            answered=answered,
            stop=stop,
            attempt=attempt,
            doubtful=doubtful,
        )
        return self._record(document, "POST")

    def update(
        self,
        type_id: int,
        body: Mapping[str, Any],
        *,
        before: Callable[[int], None] | None = None,
        leaving: Callable[[], None] | None = None,
        answered: Callable[[int], None] | None = None,
        stop: threading.Event | None = None,
        attempt: int = 0,
        doubtful: bool = False,
    ) -> Record:
        """Replace a type by `body`, which is complete, and return its record.

        Arguments and errors are those of `create`.
        """
        document = self._loop.call(
            "PUT",
            f"{self._types}/{type_id}",
            body=body,
            before=before,
            leaving=leaving,
            answered=answered,
            stop=stop,
            attempt=attempt,
            doubtful=doubtful,
        )
        return self._record(document, "PUT", type_id)

    def delete(
        self,
        type_id: int,
        *,
        before: Callable[[int], None] | None = None,
        leaving: Callable[[], None] | None = None,
        answered: Callable[[int], None] | None = None,
        stop: threading.Event | None = None,
        attempt: int = 0,
        doubtful: bool = False,
    ) -> None:
        """Delete a type. This cannot be undone; types that were issued are refused.

        Arguments are those of `create`.

        Raises:
            NotFoundError: There is none with this id.
            ServiceError: The request failed; see its kinds.
        """
        self._loop.call(
            "DELETE",
            f"{self._types}/{type_id}",
            before=before,
            leaving=leaving,
            answered=answered,
            stop=stop,
            attempt=attempt,
            doubtful=doubtful,
        )

    def _record(self, document: Record, method: str, expected: int | None = None) -> Record:
        """Return the record in an answer, its id as an int; an answer without one says nothing."""
        data = document.get("data")
        number = record_id(data)
        if not isinstance(data, dict) or number is None or expected not in (None, number):
            error = UnavailableError if method == "GET" else OutcomeUnknownError
            raise error(
                "The service answered without the record that was asked for.",
                code="server_error" if method == "GET" else "unknown_outcome",
                status=200,
            )
        return {**data, "id": number}

"""The client of one chain: every request is paced, and every unknown outcome is reported."""

from __future__ import annotations

import math
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from certbulk.api.certificate_types import CertificateTypes
from certbulk.api.clock import Clock, SystemClock
from certbulk.api.http import Http
from certbulk.api.listing import PAGE_SIZE
from certbulk.api.locations import Places
from certbulk.api.loop import Loop
from certbulk.api.pace import Pace
from certbulk.arguments import Arguments
from certbulk.errors import SettingsError
from certbulk.settings import (
    DEFAULT_BASE_URL,
    PER_MINUTE,
    PER_SECOND,
    Settings,
    checked_base_url,
    checked_chain_id,
    state_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from certbulk.api.loop import Exchange

__all__ = ["PAGE_SIZE", "TIMEOUT", "Client"]

TIMEOUT = (5.0, 30.0)
"""Seconds to wait for a connection, and for an answer."""


def _pace_file(host: str) -> Path:
    return state_folder() / f"pace-{host.replace(':', '-').strip('[]')}.sqlite"


class Client(CertificateTypes, Places):
    """The certificate types of one chain.

    Args:
        base_url: The address of the service; https, or http on this machine.
        chain_id: The chain's id, as a number or as text.
        partner_token: The partner's token.
        user_token: The user's token.
        per_second: Requests a second at most, evenly spread. The service allows 5.
        per_minute: Requests a minute at most. The service allows 200.
        timeout: Seconds to wait for a connection, and for an answer.
        clock: Measures time and waits; by default the clock of this machine.
        jitter: Returns a factor of 0.5 to 1.5 for the pauses between retries.
        service: The name to which plans and runs are bound, if the address may change (as the port
            of a practice server does); by default the base URL.
        share_pace: Whether all processes on this machine with the same host share one pace, in the
            state folder. A client with its own `clock` does not.

    Raises:
        SettingsError: A value is impossible.
        ArgumentError: A value has the wrong type, such as a number instead of a token.

    Attributes:
        closed: Whether `close` was called; functions that take a client refuse it then.

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
        per_second: float = PER_SECOND,
        per_minute: int = PER_MINUTE,
        timeout: tuple[float, float] = TIMEOUT,
        clock: Clock | None = None,
        jitter: Callable[[], float] | None = None,
        service: str | None = None,
        share_pace: bool = True,
    ) -> None:
        takes = Arguments("certbulk.Client")
        takes.text("base_url", base_url)
        takes.text("partner_token", partner_token)
        takes.text("user_token", user_token)
        takes.number("per_second", per_second)
        takes.number("per_minute", per_minute)
        takes.noun("timeout", timeout, tuple, "Give two numbers of seconds: (5.0, 30.0).")
        takes.text("service", service, optional=True)
        takes.flags(share_pace=share_pace)
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
        self.closed = False
        self._lock = threading.Lock()
        self._loop = Loop(http, self.pace, self.clock, jitter)

    @classmethod
    def from_env(
        cls,
        *,
        base_url: str | None = None,
        chain_id: int | str | None = None,
        partner_token: str | None = None,
        user_token: str | None = None,
        per_second: float | None = None,
        per_minute: int | None = None,
    ) -> Self:
        """Return a client with these settings, else those of the environment, else of `.env`.

        Args:
            base_url: The address of the service.
            chain_id: The chain's id.
            partner_token: The partner's token.
            user_token: The user's token.
            per_second: Requests a second at most.
            per_minute: Requests a minute at most.

        Raises:
            SettingsError: A setting is missing or impossible; the message names it.
            ArgumentError: A value has the wrong type, such as a number instead of a token.

        Example:
            >>> import certbulk as cb
            >>> cb.Client.from_env(chain_id=706028, partner_token="p", user_token="u")
            Client(chain 706028 at api.alteg.io)
        """
        takes = Arguments("Client.from_env")
        takes.text("base_url", base_url, optional=True)
        takes.text("partner_token", partner_token, optional=True)
        takes.text("user_token", user_token, optional=True)
        settings = Settings.load(
            base_url=base_url,
            chain_id=chain_id,
            partner_token=partner_token,
            user_token=user_token,
            per_second=per_second,
            per_minute=per_minute,
        )
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
        """The service's host, with the port if the address has one."""
        return urlsplit(self.base_url).netloc

    def stop_with(self, stop: threading.Event) -> None:
        """Send nothing once `stop` is set; a call that is under way then raises an error.

        Example:
            >>> import threading
            >>> import certbulk as cb
            >>> stop = threading.Event()
            >>> with cb.Sandbox() as client:
            ...     client.stop_with(stop)
            ...     stop.set()
            ...     client.list()
            Traceback (most recent call last):
            ...
            certbulk.errors.InterruptedRequestError: Stopped before it was sent.
        """
        self._loop.stop = stop

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
        self.closed = True
        self._loop.close()
        self.pace.close()

    @contextmanager
    def watched(self, watcher: Callable[[Exchange], None]) -> Iterator[None]:
        """Call `watcher` for every request in the block when it has ended, in its thread.

        Example:
            >>> import certbulk as cb
            >>> seen = []
            >>> with cb.Sandbox() as client, client.watched(seen.append):
            ...     types = client.list()
            >>> [(exchange.method, exchange.status) for exchange in seen]
            [('GET', 200), ('GET', 200)]
        """
        self._loop.watchers = (*self._loop.watchers, watcher)
        try:
            yield
        finally:
            self._loop.watchers = tuple(w for w in self._loop.watchers if w is not watcher)

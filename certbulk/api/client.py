"""The client of one chain: every request is paced, and every unknown outcome is reported."""

from __future__ import annotations

import math
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, Self
from urllib.parse import urlsplit

from certbulk.api.certificate_types import CertificateTypes
from certbulk.api.form_check import FormChecks
from certbulk.api.http import Http
from certbulk.api.listing import PAGE_SIZE
from certbulk.api.locations import Locations
from certbulk.api.loop import Loop
from certbulk.api.pacing.clock import Clock, SystemClock
from certbulk.api.pacing.pace import Pace
from certbulk.api.transport import require_own_address
from certbulk.arguments import Arguments
from certbulk.errors import ArgumentError, SettingsError
from certbulk.settings import (
    DEFAULT_BASE_URL,
    PER_MINUTE,
    PER_SECOND,
    Settings,
    checked_base_url,
    checked_chain_id,
    checked_source_address,
)
from certbulk.settings import time_zone as zone_called
from certbulk.settings.spelling import SPELLINGS
from certbulk.shared import Journal
from certbulk.shared.home import journal_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from certbulk.api.loop import Exchange
    from certbulk.api.pacing.lane_pace import LanePace
    from certbulk.settings.spelling import ApiSpelling

__all__ = ["PAGE_SIZE", "TIMEOUT", "Client"]

TIMEOUT = (5.0, 30.0)
"""Seconds to wait for a connection, and for an answer."""


def _pace_of(
    host: str, per_second: float, per_minute: int, clock: Clock, *, shared: bool | Journal
) -> Pace | LanePace:
    """Return the pace for a host: this client's own, that of the machine, or that of a lane."""
    if shared is False:
        return Pace(per_second, per_minute, clock)
    home = journal_home(shared if isinstance(shared, Journal) else None)
    if isinstance(home, Journal):
        from certbulk.api.pacing.lane_pace import LanePace  # noqa: PLC0415 (only if there is a database)

        return LanePace(per_second, per_minute, clock, home, host)
    file = home / f"pace-{host.replace(':', '-').strip('[]')}.sqlite"
    return Pace(per_second, per_minute, clock, file)


class Client(CertificateTypes, Locations, FormChecks):
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
            of a sandbox does); by default the base URL.
        share_pace: Whether all processes on this machine with the same host share one pace, in the
            state folder; with a `Journal` here or in the settings, all processes of its lane do. A
            client with its own `clock` does not.
        api_spelling: How the service's paths and the field with the locations are spelled:
            "documented" (`/chain/…`, `salon_ids`), or "newer" (`/chains/…`, `location_ids`), as the
            vendor's newer client does.
        source_address: The address of this machine from which requests leave, if it has several.
        time_zone: The name of the time zone of dates that have none; by default that of the chain's
            locations if they agree, else UTC.

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
        share_pace: bool | Journal = True,
        api_spelling: ApiSpelling = "documented",
        source_address: str | None = None,
        time_zone: str | None = None,
    ) -> None:
        takes = Arguments("certbulk.Client")
        takes.text("base_url", base_url)
        takes.text("partner_token", partner_token)
        takes.text("user_token", user_token)
        takes.number("per_second", per_second)
        takes.number("per_minute", per_minute)
        takes.noun("timeout", timeout, tuple, "Give two numbers of seconds: (5.0, 30.0).")
        takes.text("service", service, optional=True)
        if not isinstance(share_pace, Journal):
            takes.flags(share_pace=share_pace)
        takes.text("source_address", source_address, optional=True)
        takes.text("time_zone", time_zone, optional=True)
        takes.choice("api_spelling", api_spelling, tuple(SPELLINGS))
        if not (0 < per_second < math.inf and 0 < per_minute < math.inf):
            raise SettingsError("per_second and per_minute must be above 0.")
        self.base_url = checked_base_url(base_url)
        self.chain_id = checked_chain_id(chain_id)
        self.service = service or self.base_url
        if time_zone is not None:
            zone_called(time_zone)  # which refuses a wrong name
        self.time_zone = time_zone
        self._spelling = SPELLINGS[api_spelling]
        self.clock = clock or SystemClock()
        shared = False if clock else share_pace
        self.pace = _pace_of(self.host, per_second, per_minute, self.clock, shared=shared)
        source_address = checked_source_address(source_address)
        if source_address is not None:
            require_own_address(source_address)
        http = Http(self.base_url, partner_token, user_token, timeout, source_address)
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
        api_spelling: ApiSpelling | None = None,
        profile: str | None = None,
    ) -> Self:
        """Return a client with these settings, else those of the environment, else of `.env`.

        The settings of a profile come before those of the environment, and its tokens are in the
        system's keyring: see `certbulk init`.

        Args:
            base_url: The address of the service.
            chain_id: The chain's id.
            partner_token: The partner's token.
            user_token: The user's token.
            per_second: Requests a second at most.
            per_minute: Requests a minute at most.
            api_spelling: How the service's paths are spelled: see `Client`.
            profile: The name of a profile; by default CERTBULK_PROFILE.

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
        takes.choice("api_spelling", api_spelling, tuple(SPELLINGS), optional=True)
        takes.text("profile", profile, optional=True)
        settings = Settings.load(
            profile=profile,
            base_url=base_url,
            chain_id=chain_id,
            partner_token=partner_token,
            user_token=user_token,
            per_second=per_second,
            per_minute=per_minute,
            api_spelling=api_spelling,
        )
        return cls(
            settings.base_url,
            settings.need("chain_id"),
            settings.need("partner_token"),
            settings.need("user_token"),
            per_second=settings.per_second,
            per_minute=settings.per_minute,
            api_spelling=settings.api_spelling,
            source_address=settings.source_address,
            time_zone=settings.chosen_time_zone,
        )

    @property
    def host(self) -> str:
        """The service's host, with the port if the address has one."""
        return urlsplit(self.base_url).netloc

    def frame(self, *, labels: bool = False) -> pd.DataFrame:
        """Return all live types as a typed frame with `id` as the index: see `certbulk.live`.

        Args:
            labels: Whether choices and ids are words, such as "Any services" and the name of a
                location, instead of numbers. The names are asked for too.

        Raises:
            ListingError: Three readings contradict each other, or an entry is not a record.
            ServiceError: A request failed; see its kinds.
            ArgumentError: `labels` is neither True nor False.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     types = client.frame()
            ...     types["balance"] *= 1.1
            ...     report = cb.validate(cb.read(types.loc[[288901, 288902]]))
            ...     plan = cb.plan(report, client)
            >>> plan.frame["changes"].to_list()
            ['balance: 50 → 55', 'balance: 100 → 110']
        """
        from certbulk.api.chain_names import names_of  # noqa: PLC0415 (only for names)
        from certbulk.api.live_frame import live_frame  # noqa: PLC0415 (it brings pandas)
        from certbulk.api.whole import whole_records  # noqa: PLC0415

        Arguments("Client.frame").flags(labels=labels)
        records = whole_records(self, self.list(), progress=True)
        return live_frame(records, names_of(self) if labels else None)

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

    def __reduce__(self) -> NoReturn:
        raise ArgumentError(
            "A Client cannot be copied or pickled, as it has tokens and open connections. Make one "
            "where it is needed: certbulk.Client.from_env()."
        )

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

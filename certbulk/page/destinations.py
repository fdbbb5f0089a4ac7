"""Destinations of a workbook: the practice chain, or the chain that the settings name."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import certbulk as cb
from certbulk.errors import SettingsError
from certbulk.settings import Settings

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

__all__ = ["PRACTICE", "REAL", "Place", "places"]

PRACTICE, REAL = "practice", "real"
_AT_ONCE = 1000.0
"""Requests a second: more than the practice server can answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chain to send to. It holds no token: those stay in the settings.

    Attributes:
        key: PRACTICE or REAL.
        name: What people call it.
        detail: What choosing it means.
        chain_id: The chain.
        service: What runs to it are bound to.
        trouble: Why it cannot be chosen; empty when it can.
    """

    key: str
    name: str
    detail: str
    chain_id: int = 0
    service: str = ""
    trouble: str = ""

    @property
    def real(self) -> bool:
        """Whether what is sent there is live."""
        return self.key == REAL

    @contextmanager
    def client(
        self, stop: threading.Event | None = None, *, for_names: bool = False
    ) -> Iterator[cb.Client]:
        """Give a client for it, which sends nothing more once `stop` is set.

        Args:
            stop: Set to end it.
            for_names: Whether only names are looked up. The practice server is asked for them as
                fast as it answers: with six requests at the service's pace, each file would take
                more than a second longer to read. Plans and runs keep the pace, as it is theirs.

        Raises:
            SettingsError: A setting is missing or wrong, or the practice server is in use.
        """
        if self.real:
            with cb.Client.from_env() as client:
                if (client.chain_id, client.service) != (self.chain_id, self.service):
                    raise SettingsError(
                        f"The settings name another chain now than {self.name}. Load the page "
                        "again to use that one."
                    )
                if stop is not None:
                    client.stop_with(stop)
                yield client
            return
        from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415

        settings = Settings.load()
        pace = (settings.per_second, settings.per_minute)
        per_second, per_minute = (_AT_ONCE, round(60 * _AT_ONCE)) if for_names else pace
        practice = kept_sandbox(settings, limited=not for_names)
        with practice:
            client = practice.client(per_second=per_second, per_minute=per_minute)
            if stop is not None:
                client.stop_with(stop)
            yield client


def places() -> tuple[Place, ...]:
    """Return the practice chain and the configured one, the latter perhaps with its trouble."""
    return _practice(), _configured()


def _practice() -> Place:
    from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415

    name = "The practice chain"
    detail = "For trying things out, on this computer only. Nothing real is changed."
    try:
        practice = kept_sandbox(Settings.load())
    except SettingsError as error:
        return Place(PRACTICE, name, detail, trouble=str(error))
    return Place(PRACTICE, name, detail, practice.chain_id, practice.service or "")


def _configured() -> Place:
    detail = "The real service: what you send is live at once."
    try:
        with cb.Client.from_env() as client:
            host = urlsplit(client.base_url).netloc
            name = f"Chain {client.chain_id} at {host}"
            return Place(REAL, name, detail, client.chain_id, client.service)
    except SettingsError as error:
        return Place(REAL, "Your own chain", detail, trouble=str(error))

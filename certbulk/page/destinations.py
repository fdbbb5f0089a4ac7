"""Destinations of a workbook: the practice chain, or the chain that the settings name."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certbulk.api import Client
from certbulk.errors import SettingsError
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Text
from certbulk.settings import Settings
from certbulk.settings.profiles import Profile, profile_names

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from certbulk.page.starting.facts import Facts

__all__ = ["PRACTICE", "REAL", "Destination", "destinations"]

PRACTICE, REAL = "practice", "real"
_OF_PROFILE = "profile-"
_AT_ONCE = 1000.0
"""Requests a second: more than the sandbox can answer."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A chain to send to. It holds no token: those stay in the settings.

    Attributes:
        key: PRACTICE, REAL for the settings in force, or that of a profile.
        name: What people call it.
        detail: What choosing it means.
        chain_id: The chain.
        service: What runs to it are bound to.
        trouble: Why it cannot be chosen; empty when it can.
        profile: The profile that it is of; None for the settings in force.
        renews: The profile whose tokens are not here, if that is its trouble; empty for another.
        facts: Whose it is, once the service has been asked.
    """

    key: str
    name: str
    detail: str
    chain_id: int = 0
    service: str = ""
    trouble: str = ""
    profile: str | None = None
    renews: str = ""
    facts: Facts | None = field(default=None, compare=False)

    @property
    def real(self) -> bool:
        """Whether what is sent there is live."""
        return self.key != PRACTICE

    @contextmanager
    def client(
        self, stop: threading.Event | None = None, *, for_names: bool = False
    ) -> Iterator[Client]:
        """Give a client for it, which sends nothing more once `stop` is set.

        Args:
            stop: Set to end it.
            for_names: Whether only names are looked up. The sandbox is asked for them as
                fast as it answers: with six requests at the service's pace, each file would take
                more than a second longer to read. Plans and runs keep the pace, as it is theirs.

        Raises:
            SettingsError: A setting is missing or wrong, or the sandbox is in use.
        """
        if self.real:
            with Client.from_env(profile=self.profile) as client:
                if (client.chain_id, client.service) != (self.chain_id, self.service):
                    raise SettingsError(Text("trouble.chain_changed", chain=self.name))
                if stop is not None:
                    client.stop_with(stop)
                yield client
            return
        from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415

        settings = Settings.load()
        pace = (settings.per_second, settings.per_minute)
        per_second, per_minute = (_AT_ONCE, round(60 * _AT_ONCE)) if for_names else pace
        sandbox = kept_sandbox(settings, limited=not for_names)
        with sandbox:
            client = sandbox.client(
                per_second=per_second,
                per_minute=per_minute,
                api_spelling=settings.api_spelling,
            )
            if stop is not None:
                client.stop_with(stop)
            yield client


def destinations() -> tuple[Destination, ...]:
    """Return the practice chain, that of the settings in force, and those of other profiles.

    Each may have a trouble instead of what it is.
    """
    own = _configured(REAL)
    try:
        in_use = Settings.load().profile_in_use
    except SettingsError:
        in_use = None
    others = [name for name in profile_names() if name != in_use]
    return _practice(), own, *(_configured(f"{_OF_PROFILE}{name}", name) for name in others)


def _practice() -> Destination:
    from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415

    name = Text("chain.practice_name")
    detail = Text("chain.practice_detail")
    try:
        sandbox = kept_sandbox(Settings.load())
    except SettingsError as error:
        return Destination(PRACTICE, name, detail, trouble=of_error(error))
    return Destination(PRACTICE, name, detail, sandbox.chain_id, sandbox.service or "")


def _configured(key: str, profile: str | None = None) -> Destination:
    detail = Text("chain.real_detail")
    try:
        with Client.from_env(profile=profile) as client:
            name = _real_name(client.chain_id, client.base_url)
            return Destination(key, name, detail, client.chain_id, client.service, profile=profile)
    except SettingsError as error:
        if lacking := _without_tokens(profile):
            why, name = Text("chain.no_tokens"), _real_name(lacking.chain_id or 0, lacking.base_url)
            renews = lacking.profile_in_use or ""
            return Destination(key, name, detail, trouble=why, profile=profile, renews=renews)
        name = Text("chain.profile_name", name=profile) if profile else Text("chain.own_name")
        return Destination(key, name, detail, trouble=of_error(error), profile=profile)


def _real_name(chain_id: int, base_url: str) -> Text:
    return Text("chain.real_name", id=str(chain_id), host=urlsplit(base_url).netloc)


def _without_tokens(profile: str | None) -> Settings | None:
    """Return the settings of a profile that has a chain, and no tokens: they can be entered."""
    try:
        found, its = Settings.load(profile=profile), Profile.found(profile)
    except SettingsError:
        return None
    if its is None or not found.missing_tokens:
        return None
    set_there = its.values.get("chain_id"), its.values.get("base_url")
    return found if set_there == (found.chain_id, found.base_url) else None

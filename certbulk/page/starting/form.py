"""The form that sets a chain up: what it shows. It holds no token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from certbulk.errors import SettingsError
from certbulk.page.texts.text import Exact, told
from certbulk.settings import DEFAULT_BASE_URL, Settings
from certbulk.settings.profiles import DEFAULT_PROFILE, Profile, profile_names
from certbulk.settings.sources import Source
from certbulk.settings.tokens import keyring_trouble

if TYPE_CHECKING:
    from certbulk.api.chains import Chain

__all__ = ["Form", "form_for", "kept_partner"]


@dataclass(frozen=True, slots=True)
class Form:
    """The form that sets a chain up.

    Attributes:
        address: The service's address.
        profile: The profile that gets new tokens; empty for a new one.
        chain_id: Its chain; None for a new one.
        trouble: Why no token can be kept on this computer; empty if it can. If not, it is held
            until the page's process ends.
        partner: Whether the partner token of the profile is here already.
        signed_in: Whether tokens have been taken, and a chain is to be chosen.
        chains: The chains that the service lists for them.
        names: The names that profiles have already.
    """

    address: str
    profile: str = ""
    chain_id: int | None = None
    trouble: str = ""
    partner: bool = False
    signed_in: bool = False
    chains: tuple[Chain, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """What the page is shown of it."""
        return {
            "kind": "form",
            "address": self.address,
            "host": urlsplit(self.address).netloc,
            "profile": self.profile,
            "chain": self.chain_id,
            "partner": self.partner,
            "trouble": told(Exact(self.trouble, "error.keyring")) if self.trouble else None,
            "signed_in": self.signed_in,
            "chains": [chain._asdict() for chain in self.chains],
            "first": DEFAULT_PROFILE not in self.names,
        }


def form_for(profile: str) -> Form:
    """Return the form for a new chain, or for new tokens of a profile.

    The address is one that the person, the environment or a profile has set; one that a file in a
    folder sets is not offered, as somebody else may have put it there.

    Raises:
        SettingsError: There is no such profile, or a setting is invalid.
    """
    trouble, names = keyring_trouble() or "", tuple(profile_names())
    found = Profile.found(profile) if profile else None
    if found is not None:
        address = str(found.values.get("base_url", DEFAULT_BASE_URL))
        chain_id, partner = found.values.get("chain_id"), bool(kept_partner(profile))
        return Form(address, profile, chain_id, trouble, partner, names=names)
    settings = Settings.load(profile="")
    from_file = settings.source_of("base_url") is Source.FILE
    return Form(DEFAULT_BASE_URL if from_file else settings.base_url, trouble=trouble, names=names)


def kept_partner(profile: str) -> str:
    """Return the partner token that a profile has already; empty if it has none."""
    if not profile:
        return ""
    try:
        return str(Settings.load(profile=profile).need("partner_token"))
    except SettingsError:
        return ""

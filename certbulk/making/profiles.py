"""Making a profile: its chain is tried first, then its settings and tokens are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.client import Client
from certbulk.errors import OutputError, ServiceError
from certbulk.settings.profiles import profile_path, profile_text
from certbulk.settings.tokens import keep_in_keyring
from certbulk.workbook import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Tried", "keep_profile", "tried"]


class Tried(NamedTuple):
    """What a chain answered.

    Attributes:
        types: The number of its certificate types.
        locations: The number of its locations; None if the service does not list them.
        zone: The time zone of all its locations; empty if they have several, or none.
    """

    types: int
    locations: int | None
    zone: str


def tried(base_url: str, chain_id: int, partner_token: str, user_token: str) -> Tried:
    """Return what a chain answers to these tokens. Nothing is changed.

    Raises:
        ServiceError: The service does not list its certificate types.
        SettingsError: The address, the id or a token is not usable.
    """
    with Client(base_url, chain_id, partner_token, user_token) as client:
        types = client.list()
        try:
            locations = client.locations()
        except ServiceError:  # they are only shown, and their time zone is a default
            return Tried(len(types), None, "")
    zones = {str(location.get("timezone_name") or "") for location in locations} - {""}
    return Tried(len(types), len(locations), zones.pop() if len(zones) == 1 else "")


def keep_profile(
    name: str, values: Mapping[str, Any], tokens: Mapping[str, str], *, overwrite: bool = False
) -> Path:
    """Write a profile's settings into its file, and its tokens into the system's keyring.

    Args:
        name: The profile's name.
        values: Its settings: see `certbulk.settings.profiles.KEYS`. `base_url` is one of them.
        tokens: Its tokens by name, partner_token and user_token; those that are kept elsewhere are
            left out.
        overwrite: Whether to replace a profile of this name.

    Returns:
        The file.

    Raises:
        OutputError: The file exists and `overwrite` is false, or something cannot be kept.
        SettingsError: The name cannot be that of a profile.
    """
    path = profile_path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be made ({error.strerror}).") from None
    text = profile_text(values)
    write_whole(path, lambda new: _write(new, text), overwrite=overwrite)
    for token, secret in tokens.items():
        keep_in_keyring(values["base_url"], secret, profile=name, name=token)
    return path


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

"""Profiles: the settings of one chain under a name, in a file of the settings folder.

A profile has no tokens: these are in the system's keyring, kept for the profile and the address of
the service. So a changed address in the file does not get them.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from platformdirs import user_config_path

from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_PROFILE",
    "KEYS",
    "PROFILE",
    "Profile",
    "checked_name",
    "none_kept",
    "profile_names",
    "profile_path",
    "profile_text",
]

PROFILE = "CERTBULK_PROFILE"
"""The variable that names the profile to use."""

DEFAULT_PROFILE = "default"
"""The profile that is used if none is named, after the environment and the `.env` file."""

KEYS = ("base_url", "chain_id", "time_zone", "per_second", "per_minute")
"""What a profile may set."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SECRET = re.compile(r"token|password|secret|key", re.IGNORECASE)


class Profile(NamedTuple):
    """The settings in the file of a profile.

    Attributes:
        name: Its name.
        path: Its file.
        values: Its settings by name.
        is_named: Whether somebody asked for it: its settings then come before the environment's.
    """

    name: str
    path: Path
    values: Mapping[str, Any]
    is_named: bool

    @classmethod
    def found(cls, named: str | None = None) -> Self | None:
        """Return the profile called `named`, or that of the environment, or the default one.

        Args:
            named: Its name; "" for no profile, None for that of the environment.

        Raises:
            SettingsError: There is no profile with this name, or its file is not sound.
        """
        if named == "":
            return None
        wanted = named or os.environ.get(PROFILE) or ""
        path = profile_path(wanted or DEFAULT_PROFILE)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            if wanted:
                raise _missing(wanted) from None
            return None
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text in UTF-8"
            raise SettingsError(f"The profile {path} cannot be read: {why}.") from None
        return cls(path.stem, path, _values(text, path), bool(wanted))


def checked_name(name: str) -> str:
    """Return the name of a profile.

    Raises:
        SettingsError: It cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f'"{name:.60}" cannot be the name of a profile. Use lower-case letters, digits, - and '
            "_, at most 40, such as spa-east."
        )
    return name


def profile_path(name: str) -> Path:
    """Return the file of a profile, whether it exists or not.

    Raises:
        SettingsError: The name cannot be that of a profile.
    """
    return _folder() / f"{checked_name(name)}.toml"


def profile_names() -> list[str]:
    """Return the names of the profiles that there are, in the order of the alphabet."""
    try:
        return sorted(path.stem for path in _folder().glob("*.toml") if _NAME.fullmatch(path.stem))
    except OSError:  # nobody may look into the folder: no profile can be used either
        return []


def profile_text(values: Mapping[str, Any]) -> str:
    """Return the content of a profile's file, without what is None."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items() if value is not None]
    return "\n".join(["# A profile of certbulk. Tokens do not belong here.", *lines, ""])


def none_kept(profile: str, name: str, what: str, host: str) -> SettingsError:
    """Return that the keyring has no token for a profile that somebody has named."""
    return SettingsError(
        f"certbulk needs {what}, and the system's keyring has none for the profile {profile} at "
        f"{host}.",
        terminal=(f"Sign in: certbulk --profile {profile} login. " if name == "user_token" else "")
        + f"Set it up again: certbulk init --profile {profile} --overwrite.",
    )


def _folder() -> Path:
    given = os.environ.get("CERTBULK_SETTINGS_DIR")
    settings = Path(given) if given else user_config_path("certbulk", appauthor=False)
    return settings / "profiles"


def _missing(name: str) -> SettingsError:
    there = profile_names()
    known = f"There are: {', '.join(there)}." if there else "There are none yet."
    return SettingsError(
        f'There is no profile "{name}" in {_folder()}. {known}',
        terminal=f"Make it: certbulk init --profile {name}",
    )


def _values(text: str, path: Path) -> dict[str, Any]:
    """Return the settings in a profile's file.

    Raises:
        SettingsError: It is not TOML, or has something that does not belong there.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The profile {path} is not valid TOML: {error}.") from None
    for name, value in values.items():
        if name in KEYS and isinstance(value, str | int | float) and not isinstance(value, bool):
            continue
        if _SECRET.search(name):
            raise SettingsError(
                f"The profile {path} has {name}, but a file of settings must have no tokens and no "
                "passwords. Take it out: the tokens of a profile are in the system's keyring.",
                terminal=f"To keep them there: certbulk init --profile {path.stem} --overwrite",
            )
        what = f"a value for {name} that is not a text or a number" if name in KEYS else name
        raise SettingsError(
            f"The profile {path} has {what}, which certbulk does not know there. Use "
            f"{', '.join(KEYS)}."
        )
    return values

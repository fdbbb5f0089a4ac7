"""Settings: from arguments, then the environment (`CERTBULK_...`), then a `.env` file."""

from __future__ import annotations

import operator
import re
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, SupportsIndex
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_state_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from certbulk.errors import SettingsError
from certbulk.tokens import stored_user_token

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = [
    "DEFAULT_BASE_URL",
    "Settings",
    "checked_base_url",
    "checked_chain_id",
    "is_loopback",
    "state_folder",
    "time_zone",
]

DEFAULT_BASE_URL = "https://api.alteg.io/api/v1"
PREFIX = "CERTBULK_"
_OFFSET = re.compile(r"UTC([+-])([01]\d|2[0-3]):([0-5]\d)")
_NO_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_LONGEST_ID = 18
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_WHAT = {
    "chain_id": "the id of the chain",
    "partner_token": "the partner's token",
    "user_token": "the user's token",
}


def _state_dir() -> Path:
    return user_state_path("certbulk", appauthor=False)


class Settings(BaseSettings):
    """All settings. Tokens are secrets: they show as asterisks wherever settings are printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    base_url: str = DEFAULT_BASE_URL
    chain_id: int | None = Field(default=None, ge=1)
    partner_token: SecretStr | None = None
    user_token: SecretStr | None = None
    per_second: float = Field(default=4.0, gt=0, le=1000)
    per_minute: int = Field(default=180, gt=0, le=60_000)
    time_zone: str = "UTC"
    state_dir: Path = Field(default_factory=_state_dir)

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Return the settings, with `given` values that are not None before all others.

        Raises:
            SettingsError: A value cannot be right; the message names the setting, never the value.
        """
        if unknown := given.keys() - cls.model_fields.keys():
            raise SettingsError(
                f"There is no setting {', '.join(sorted(unknown))}. There are: "
                f"{', '.join(cls.model_fields)}."
            )
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = str(first["loc"][0])
            raise SettingsError(f"{PREFIX}{name.upper()} is not usable: {first['msg']}.") from None
        except UnicodeDecodeError:
            raise SettingsError(
                "The .env file in this folder is not text in UTF-8. Save it again as such."
            ) from None

    def need(self, name: str) -> Any:
        """Return the setting `name`, a secret as its plain text.

        Raises:
            SettingsError: It is not set; the message says how to give it.
        """
        value = getattr(self, name)
        if value is None and name == "user_token":
            value = stored_user_token(self.base_url)
        if value is None:
            variable = PREFIX + name.upper()
            raise SettingsError(
                f"{variable} is not set: {_WHAT[name]} is needed. Set it in the "
                f"environment, or put {variable}=... into a .env file.",
                terminal=("Sign in: certbulk login. " if name == "user_token" else "")
                + "Practise without it: --sandbox.",
            )
        return value.get_secret_value() if isinstance(value, SecretStr) else value


def state_folder(given: str | Path | None = None) -> Path:
    """Return the folder of the journal: `given`, or that of the settings.

    Raises:
        SettingsError: A setting cannot be right.
    """
    return Path(given) if given is not None else Settings.load().state_dir


def checked_chain_id(given: object) -> int:
    """Return the id of a chain, which may be digits in a text.

    Raises:
        SettingsError: It is missing, or no whole number above 0.
    """
    if given is None:
        raise SettingsError("chain_id is not set: give the id of the chain, a whole number.")
    text = given.strip() if isinstance(given, str) else ""
    digits = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    number = int(text) if digits else given
    if isinstance(number, SupportsIndex) and not isinstance(number, bool):
        chain_id = operator.index(number)
        if chain_id > 0:
            return chain_id
    raise SettingsError(
        f"chain_id cannot be {given!r:.40}: give the id of the chain, a whole number such as "
        "706028."
    )


def checked_base_url(base_url: str) -> str:
    """Return `base_url` without a slash at its end.

    Raises:
        SettingsError: It is not http(s), carries a user name or password, or goes without TLS to
            another machine than this one.
    """
    try:
        parts = urlsplit(base_url.strip())
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        usable = False
    if not usable or parts.scheme not in {"http", "https"} or _NO_URL.search(base_url.strip()):
        raise SettingsError(
            f"The base URL must look like {DEFAULT_BASE_URL}. Set {PREFIX}BASE_URL."
        )
    if parts.username or parts.password:
        raise SettingsError(
            "The base URL has a user name or password in it. Take them out: tokens go into "
            f"{PREFIX}PARTNER_TOKEN and {PREFIX}USER_TOKEN."
        )
    if parts.query or parts.fragment:
        raise SettingsError(f"The base URL ends in ? or #. It must look like {DEFAULT_BASE_URL}.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SettingsError(
            f"{parts.hostname} would be called without TLS, and the tokens could be read on the "
            "way. Use https:// (plain http:// is for this machine only)."
        )
    return base_url.strip().rstrip("/")


def is_loopback(base_url: str) -> bool:
    """Tell whether `base_url` names this machine."""
    return urlsplit(base_url).hostname in _LOOPBACK


def time_zone(name: str) -> tzinfo:
    """Return the time zone called `name`, such as Europe/Berlin or UTC+05:30.

    Raises:
        SettingsError: There is none of that name.
    """
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-span if sign == "-" else span)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f'"{name}" is not a time zone. Use a name such as UTC or Europe/Berlin.'
        ) from None

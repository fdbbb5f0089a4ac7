"""Settings: from arguments, then the environment (`CERTBULK_...`), then a `.env` file.

A secret is sent only to a host whose setting comes from a source that is trusted at least as much:
option, environment, keyring, `.env` file, in this order.
"""

from __future__ import annotations

import operator
import os
import re
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, SupportsIndex
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_state_path
from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from certbulk.errors import SettingsError
from certbulk.settings.sources import EnvFile, Source
from certbulk.settings.tokens import stored_user_token
from certbulk.settings.urls import DEFAULT_BASE_URL, checked_base_url, is_loopback

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = [
    "DEFAULT_BASE_URL",
    "PER_MINUTE",
    "PER_SECOND",
    "Settings",
    "checked_base_url",
    "checked_chain_id",
    "is_loopback",
    "state_folder",
    "time_zone",
]

PREFIX = "CERTBULK_"
_OFFSET = re.compile(r"UTC([+-])([01]\d|2[0-3]):([0-5]\d)")
_LONGEST_ID = 18
PER_SECOND, PER_MINUTE = 4.0, 180  # below what the service allows (fact:rate_limit)
_SECRETS = ("partner_token", "user_token")

_WHAT = {
    "chain_id": "the id of the chain",
    "partner_token": "the partner's token",
    "user_token": "the user's token",
}


def _state_dir() -> Path:
    return user_state_path("certbulk", appauthor=False)


class Settings(BaseSettings):
    """All settings. Tokens are secrets: they are printed as asterisks, and never pickled.

    Unpickled settings take the tokens of the process that unpickles them.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    base_url: str = DEFAULT_BASE_URL
    chain_id: int | None = Field(default=None, ge=1)
    partner_token: SecretStr | None = None
    user_token: SecretStr | None = None
    per_second: float = Field(default=PER_SECOND, gt=0, le=1000)
    per_minute: int = Field(default=PER_MINUTE, gt=0, le=60_000)
    time_zone: str = "UTC"
    state_dir: Path = Field(default_factory=_state_dir)
    _given: frozenset[str] = PrivateAttr(frozenset())
    _set: frozenset[str] = PrivateAttr(frozenset())
    _file: EnvFile = PrivateAttr(EnvFile(Path(".env"), {}))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        there = {name.lower() for name, value in os.environ.items() if value}
        names = type(self).model_fields
        self._given = frozenset(given)
        self._set = frozenset(name for name in names if f"{PREFIX}{name}".lower() in there)
        self._file = EnvFile.found()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources of settings; the first one that has a value wins."""
        del dotenv_settings, file_secret_settings  # not pydantic's: `EnvFile` is stricter
        values, prefix = EnvFile.found().values, PREFIX.lower()
        names = [name for name in settings_cls.model_fields if prefix + name in values]
        from_file = {name: values[prefix + name] for name in names}
        return init_settings, env_settings, InitSettingsSource(settings_cls, from_file)

    def __getstate__(self) -> dict[Any, Any]:
        """Return what to pickle: everything except the tokens."""
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], **dict.fromkeys(_SECRETS)}}

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Return the settings; `given` values that are not None override all others.

        Raises:
            SettingsError: A value is invalid; the message names the setting, never the value.
        """
        if unknown := given.keys() - cls.model_fields.keys():
            raise SettingsError(
                f"There is no setting {', '.join(sorted(unknown))}. Use "
                f"{', '.join(cls.model_fields)}."
            )
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = str(first["loc"][0])
            raise SettingsError(f"{PREFIX}{name.upper()} is invalid: {first['msg']}.") from None
        settings._check_file()
        return settings

    def _check_file(self) -> None:
        """Refuse settings in a `.env` file that reach beyond the folder of the file.

        Raises:
            SettingsError: It sets the state folder, a proxy, or a pace above the default.
        """
        refused = [(name, "") for name in self._file.proxies]
        if self.source_of("state_dir") is Source.FILE:
            refused.append((f"{PREFIX}STATE_DIR", ""))
        for name, most in (("per_second", PER_SECOND), ("per_minute", PER_MINUTE)):
            if self.source_of(name) is Source.FILE and getattr(self, name) > most:
                option = f"--{name.replace('_', '-')} {getattr(self, name):g}"
                refused.append((f"{PREFIX}{name.upper()} to more than {most:g}", option))
        for setting, option in refused:
            raise SettingsError(
                f"{self._file.path} sets {setting}, which certbulk does not take from a file. Set "
                "it in the environment, and take it out of the file.",
                terminal=f"Or for one run: {option}" if option else "",
            )

    def source_of(self, name: str) -> Source:
        """Return where a setting comes from; a token that is not set may be in the keyring."""
        if name in self._given:
            return Source.OPTION
        if name in self._set:
            return Source.ENVIRONMENT
        if f"{PREFIX}{name}".lower() in self._file.values:
            return Source.FILE
        return Source.KEYRING if name == "user_token" else Source.DEFAULT

    def check_host(self, secret: str, source: Source) -> None:
        """Refuse to send a secret to a host from a less trusted source.

        Args:
            secret: Its name in messages: "the password", or the name of a variable.
            source: The source of the secret.

        Raises:
            SettingsError: The source of the host is trusted less.
        """
        host = self._host_source
        if host < source:
            raise SettingsError(
                f"{PREFIX}BASE_URL comes from {host.in_words(self._file.path)}, but {secret} comes "
                f"from {source.in_words(self._file.path)}. Nothing was sent to {self._host}, "
                f"because somebody else may have set that host. If {self._host} is right, set "
                f"{PREFIX}BASE_URL where the secret is, or in the environment.",
                terminal=f"Or for one command: --base-url {self.base_url}",
            )

    @property
    def _host(self) -> str:
        return urlsplit(checked_base_url(self.base_url)).netloc

    @property
    def _host_source(self) -> Source:
        usual = self.base_url.strip().rstrip("/") == DEFAULT_BASE_URL
        return Source.DEFAULT if usual else self.source_of("base_url")

    @property
    def host_in_words(self) -> str:
        """The host, with its source in brackets unless it is the default host."""
        source = self._host_source
        if source is Source.DEFAULT:
            return self._host
        words = source.in_words(self._file.path)
        where = words if source is Source.OPTION else f"{PREFIX}BASE_URL in {words}"
        return f"{self._host} ({where})"

    def need(self, name: str) -> Any:
        """Return the setting `name`, a secret as plain text.

        Raises:
            SettingsError: It is not set; the message says how to set it. Or it is a secret, and the
                source of the host is trusted less.
        """
        value = getattr(self, name)
        if value is None and name == "user_token":
            value = stored_user_token(self.base_url)
        if value is not None and name in _SECRETS:
            self.check_host(PREFIX + name.upper(), self.source_of(name))
        if value is None:
            variable = PREFIX + name.upper()
            raise SettingsError(
                f"{variable} is not set: certbulk needs {_WHAT[name]}. Set it in the environment, "
                f"or put {variable}=... into a .env file.",
                terminal=("Sign in: certbulk login. " if name == "user_token" else "")
                + "Practise without it: --sandbox.",
            )
        return value.get_secret_value() if isinstance(value, SecretStr) else value


def state_folder(given: str | Path | None = None) -> Path:
    """Return the folder of the journal: `given`, or the one in the settings.

    Raises:
        SettingsError: A setting is invalid.
    """
    return Path(given) if given is not None else Settings.load().state_dir


def checked_chain_id(given: object) -> int:
    """Return the id of a chain; `given` may be a text of digits.

    Raises:
        SettingsError: It is missing, or is not a whole number above 0.
    """
    if given is None:
        raise SettingsError("chain_id is not set. Give the id of the chain, a whole number.")
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


def time_zone(name: str) -> tzinfo:
    """Return the time zone called `name`, such as Europe/Berlin or UTC+05:30.

    Raises:
        SettingsError: There is no such time zone.
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

"""Settings: from arguments, then the environment (`CERTBULK_...`), then a `.env` file.

A profile that was named comes before the environment, so that its chain is not another one by
accident; the default profile comes last.

A secret is sent only to a host whose setting comes from a source that is trusted at least as much:
option, environment, keyring, `.env` file, in this order. A profile is trusted as the keyring is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from platformdirs import user_config_path, user_state_path
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError

from certbulk.errors import SettingsError
from certbulk.settings.described import what_it_takes
from certbulk.settings.profiles import Profile, none_kept
from certbulk.settings.sources import EnvFile, Source
from certbulk.settings.spelling import ApiSpelling
from certbulk.settings.tokens import held_token, stored_token, stored_user_token
from certbulk.settings.urls import DEFAULT_BASE_URL, checked_base_url, is_loopback
from certbulk.settings.values import checked_chain_id, checked_source_address, time_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_BASE_URL",
    "PER_MINUTE",
    "PER_SECOND",
    "PRICE_JUMP",
    "Settings",
    "checked_base_url",
    "checked_chain_id",
    "checked_source_address",
    "is_loopback",
    "state_folder",
    "time_zone",
]

PREFIX = "CERTBULK_"
PER_SECOND, PER_MINUTE = 4.0, 180  # below what the service allows (fact:rate_limit)
PRICE_JUMP = 50.0  # percent: raises are smaller, slips of a digit larger
LANE = "default"
_SECRETS = ("partner_token", "user_token")
_NEVER_PICKLED = (*_SECRETS, "journal_url", "notify_url")
_ABSOLUTE = ("settings_dir", "policy")
_NOT_IN_A_FILE = ("state_dir", *_ABSOLUTE, "journal_url", "lane", "source_address", "notify_url")

_WHAT = {
    "chain_id": "the id of the chain",
    "partner_token": "the partner's token",
    "user_token": "the user's token",
}


def _state_dir() -> Path:
    return user_state_path("certbulk", appauthor=False)


def _settings_dir() -> Path:
    return user_config_path("certbulk", appauthor=False)


class Settings(BaseModel):
    """All settings. Tokens and the journal's URL are secrets: printed as asterisks, never pickled.

    Unpickled settings take the secrets of the process that unpickles them.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    base_url: str = DEFAULT_BASE_URL
    chain_id: int | None = Field(default=None, ge=1)
    partner_token: SecretStr | None = None
    user_token: SecretStr | None = None
    per_second: float = Field(default=PER_SECOND, gt=0, le=1000)
    per_minute: int = Field(default=PER_MINUTE, gt=0, le=60_000)
    time_zone: str = "UTC"
    successor_title: str = "{title} ({year})"
    api_spelling: ApiSpelling = "documented"
    price_jump: float = Field(default=PRICE_JUMP, ge=0)
    profile: str | None = None
    state_dir: Path = Field(default_factory=_state_dir)
    settings_dir: Path = Field(default_factory=_settings_dir)
    policy: Path | None = None
    journal_url: SecretStr | None = None
    lane: str = Field(default=LANE, min_length=1, max_length=100)
    source_address: str | None = None
    notify_url: SecretStr | None = None
    _given: frozenset[str] = PrivateAttr(frozenset())
    _set: frozenset[str] = PrivateAttr(frozenset())
    _file: EnvFile = PrivateAttr(EnvFile(Path(".env"), {}))
    _profile: Profile | None = PrivateAttr(None)

    def __init__(self, **given: Any) -> None:
        file, profile = EnvFile.found(), Profile.found(given.get("profile"))
        there = {name.lower(): value for name, value in os.environ.items() if value}
        in_file, in_environment = _settings_in(file.values), _settings_in(there)
        in_profile = profile.values if profile else {}
        weakest_first = (
            (in_file, in_environment, in_profile)
            if profile and profile.is_named
            else (in_profile, in_file, in_environment)
        )
        values: dict[str, Any] = {}
        for source in weakest_first:
            values.update(source)
        super().__init__(**{**values, **given})
        self._given = frozenset(given)
        self._set = frozenset(in_environment)
        self._file = file
        self._profile = profile

    def __getstate__(self) -> dict[Any, Any]:
        """Return what to pickle: everything except the secrets."""
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], **dict.fromkeys(_NEVER_PICKLED)}}

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Return the settings; `given` values that are not None override all others.

        Raises:
            SettingsError: A value is invalid; the message names the setting, never the value.
        """
        if unknown := given.keys() - cls.model_fields.keys():
            wrong, right = ", ".join(sorted(unknown)), ", ".join(cls.model_fields)
            raise SettingsError(f"There is no setting {wrong}. Use {right}.")
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            name = str(error.errors(include_input=False, include_url=False)[0]["loc"][0])
            named = given.get(name) is not None
            called = name if named else f"{PREFIX}{name.upper()}"
            where = "" if named else " Correct it where it is set."
            raise SettingsError(f"{called} must be {what_it_takes(name)}.{where}") from None
        settings._check_file()
        settings._check_paths()
        checked_source_address(settings.source_address)
        return settings

    def _check_file(self) -> None:
        """Refuse settings in a `.env` file that reach beyond the folder of the file.

        Raises:
            SettingsError: It sets the state folder, the settings folder, the policy, a profile, a
                proxy, the shared journal or what belongs to its pace, or a pace above the default.
        """
        names = [n for n in _NOT_IN_A_FILE if self.source_of(n) is Source.FILE]
        refused = [(name, "") for name in self._file.proxies]
        refused += [(f"{PREFIX}{name.upper()}", "") for name in names]
        if f"{PREFIX}PROFILE".lower() in self._file.values:
            refused.append((f"{PREFIX}PROFILE", ""))
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

    def _check_paths(self) -> None:
        """Refuse paths that depend on the current folder, where somebody else may have put files.

        Raises:
            SettingsError: The path of the settings folder or of the policy is relative.
        """
        for name in _ABSOLUTE:
            path = getattr(self, name)
            if path is not None and not path.is_absolute():
                raise SettingsError(
                    f"{PREFIX}{name.upper()} must be an absolute path, not {path}: nothing is "
                    "taken from the folder that you are in."
                )

    @property
    def chosen_time_zone(self) -> str | None:
        """The time zone that somebody has chosen; None for the default."""
        return None if self.source_of("time_zone") is Source.DEFAULT else self.time_zone

    def source_of(self, name: str) -> Source:
        """Return where a setting comes from; a token that is not set may be in the keyring.

        A profile is trusted as the keyring is, and not more: its tokens are there.
        """
        if name in self._given:
            return Source.OPTION
        profile = self._profile.values if self._profile else {}
        named = self._profile is not None and self._profile.is_named
        if named and name in profile and not self._says_the_same(name, profile[name]):
            return Source.KEYRING
        if name in self._set:
            return Source.ENVIRONMENT
        if f"{PREFIX}{name}".lower() in self._file.values:
            return Source.FILE
        if name in profile:
            return Source.KEYRING
        return Source.KEYRING if name == "user_token" else Source.DEFAULT

    def _says_the_same(self, name: str, value: object) -> bool:
        """Whether the environment sets this very value, too."""
        set_ = (text for key, text in os.environ.items() if key.upper() == PREFIX + name.upper())
        return str(value) in set_

    @property
    def profile_in_use(self) -> str | None:
        """The name of the profile whose tokens are used; None if there is no profile."""
        return self._profile.name if self._profile else None

    def _secret(self, name: str) -> tuple[str | None, Source]:
        """Return a token and where it comes from; None if it is not set anywhere."""
        given: SecretStr | None = getattr(self, name)
        source = self.source_of(name)
        profile = self._profile
        is_first = profile is not None and profile.is_named and source is not Source.OPTION
        if profile and (given is None or is_first):
            kept = stored_token(self.base_url, profile.name, name)
            if kept is not None:
                return kept, Source.KEYRING
        if given is None and name == "user_token":
            return stored_user_token(self.base_url), Source.KEYRING
        return None if given is None else given.get_secret_value(), source

    @property
    def missing_tokens(self) -> list[str]:
        """The names of the tokens that are not set anywhere."""
        return [name for name in _SECRETS if self._secret(name)[0] is None]

    def held_here(self) -> dict[str, str]:
        """Return the tokens in use that only this process holds, as variables for a child process.

        The address that they are for is one of them: a child takes both from the same source.
        """
        if self._profile is None:
            return {}
        held = {name: held_token(self.base_url, self._profile.name, name) for name in _SECRETS}
        tokens = {n: token for n, token in held.items() if token and token == self._secret(n)[0]}
        given = {**tokens, "base_url": self.base_url} if tokens else {}
        return {f"{PREFIX}{name.upper()}": value for name, value in given.items()}

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
                f"{PREFIX}BASE_URL comes from {self._source_of_host}, but {secret} comes "
                f"from {source.in_words(self._file.path)}. Nothing was sent to {self.host}, "
                f"because somebody else may have set that host. If {self.host} is right, set "
                f"{PREFIX}BASE_URL where the secret is, or in the environment.",
                terminal=f"Or for one command: --base-url {self.base_url}",
            )

    @property
    def host(self) -> str:
        """The host of the service, with the port if the address has one."""
        return urlsplit(checked_base_url(self.base_url)).netloc

    @property
    def _host_source(self) -> Source:
        usual = self.base_url.strip().rstrip("/") == DEFAULT_BASE_URL
        return Source.DEFAULT if usual else self.source_of("base_url")

    @property
    def _source_of_host(self) -> str:
        source = self._host_source
        if source is Source.KEYRING and self._profile:  # a host is never in the keyring
            return f"the profile {self._profile.path}"
        return source.in_words(self._file.path)

    @property
    def host_in_words(self) -> str:
        """The host, with its source in brackets unless it is the default host."""
        source, words = self._host_source, self._source_of_host
        where = words if source is Source.OPTION else f"{PREFIX}BASE_URL in {words}"
        return self.host if source is Source.DEFAULT else f"{self.host} ({where})"

    def need(self, name: str) -> Any:
        """Return the setting `name`, a secret as plain text.

        Raises:
            SettingsError: It is not set; the message says how to set it. Or it is a secret, and the
                source of the host is trusted less.
        """
        if name in _SECRETS:
            value, source = self._secret(name)
            if value is not None:
                self.check_host(PREFIX + name.upper(), source)
        else:
            value = getattr(self, name)
        if value is None:
            if name in _SECRETS and self._profile and self._profile.is_named:
                raise none_kept(self._profile.name, name, _WHAT[name], self.host)
            variable = PREFIX + name.upper()
            raise SettingsError(
                f"{variable} is not set: certbulk needs {_WHAT[name]}. Set it in the environment, "
                f"or put {variable}=... into a .env file.",
                terminal=("Sign in: certbulk login. " if name == "user_token" else "")
                + "Set it up: certbulk init. Practise without it: --sandbox.",
            )
        return value


def _settings_in(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of some variables, named in lower case, that are settings, by setting."""
    prefix = PREFIX.lower()
    return {n: variables[prefix + n] for n in Settings.model_fields if prefix + n in variables}


def state_folder(given: str | Path | None = None) -> Path:
    """Return the folder of the journal: `given`, or the one in the settings.

    Raises:
        SettingsError: A setting is invalid.
    """
    return Path(given) if given is not None else Settings.load().state_dir

"""The command that sets certbulk up for a chain: init."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from certbulk.cli import options, show
from certbulk.cli.interrupts import signals_end_the_wait
from certbulk.core.cleaning import clean
from certbulk.core.counting import counted
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.settings import Settings

__all__ = ["init"]

_WHERE_FROM = (  # fact:partner_token
    "The partner token (also called API key or bearer token) is in the Account settings of the "
    "service's Marketplace: https://developer.alteg.io/en/get-api-key"
)
_WHO = (
    "The user token says who you are: sign in with your login at the service, or paste a token "
    "that you have."
)


class _Kept(NamedTuple):
    """A token, and whether it is to be kept in the keyring."""

    name: str
    token: str
    is_new: bool


def init(
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="NAME", help="The profile to write. [default: default]"),
    ] = None,
    overwrite: options.Overwrite = False,
) -> None:
    """Ask for what is needed for a chain, and keep it as a profile.

    It is tested against the service first. The settings are written into a file of your settings
    folder, the tokens into the system's keyring. The profile "default" is used by itself, others
    with certbulk --profile NAME.

    Examples:
        certbulk init
        certbulk init --profile spa-east
    """
    from certbulk.making.profiles import keep_profile, tried  # noqa: PLC0415
    from certbulk.settings import DEFAULT_BASE_URL, Settings, checked_base_url  # noqa: PLC0415
    from certbulk.settings.profiles import (  # noqa: PLC0415
        DEFAULT_PROFILE,
        PROFILE,
        profile_path,
    )

    name = profile or os.environ.get(PROFILE) or DEFAULT_PROFILE
    path = profile_path(name)
    if os.path.lexists(path) and not overwrite:
        raise SettingsError(
            f"{path} exists already. Give another name, or allow overwriting.",
            terminal=f"To replace it: certbulk init --profile {name} --overwrite",
        )
    _need_a_terminal()
    known = Settings.load(profile="")
    with signals_end_the_wait():
        _need_a_keyring(known)
        base_url = _asked(
            "The service's address", known.base_url or DEFAULT_BASE_URL, kind=checked_base_url
        )
        settings = Settings.load(profile="", base_url=base_url)
        partner = _partner_token(settings)
        user = _user_token(settings, partner.token)
        chain_id = _chain(settings, partner.token, user.token)
        chain = tried(settings.base_url, chain_id, partner.token, user.token)
        values = {
            "base_url": settings.base_url,
            "chain_id": chain_id,
            "time_zone": _zone(chain.zone or settings.time_zone),
            "per_minute": _per_minute(settings),
        }
    new = {kept.name: kept.token for kept in (partner, user) if kept.is_new}
    keep_profile(name, values, new, overwrite=overwrite)
    if new:
        show.line(f"Kept in the system's keyring: {counted(len(new), 'token')}.", err=True)
    command = "certbulk" if name == DEFAULT_PROFILE else f"certbulk --profile {name}"
    show.line(f"Chain {chain_id} at {settings.host}: {counted(chain.types, 'type')}. Wrote {path}.")
    show.then("Look at what is live", f"{command} list")


def _need_a_terminal() -> None:
    if not sys.stdin.isatty():
        raise SettingsError(
            "There is no terminal to ask at. Set CERTBULK_CHAIN_ID, CERTBULK_PARTNER_TOKEN and "
            "CERTBULK_USER_TOKEN instead, in the environment or in a .env file."
        )


def _need_a_keyring(known: Settings) -> None:
    """Make sure, before anybody is asked for a token, that it can be kept.

    Raises:
        SettingsError: It cannot; the message says how to go on without.
    """
    from certbulk.settings.tokens import keyring_trouble  # noqa: PLC0415

    if known.partner_token and known.user_token:
        return
    if trouble := keyring_trouble():
        raise SettingsError(
            f"The tokens could not be kept: {trouble}. Set CERTBULK_PARTNER_TOKEN and "
            "CERTBULK_USER_TOKEN in the environment, or put them into a .env file, and try again."
        )


def _asked(
    question: str,
    default: Any = None,
    *,
    hidden: bool = False,
    kind: Callable[[str], Any] | None = None,
) -> Any:
    """Return the answer to a question at the terminal, asked again until `kind` takes it.

    Raises:
        KeyboardInterrupt: There is none.
    """
    try:
        answer = typer.prompt(
            clean(question),
            default=default,
            hide_input=hidden,
            err=True,
            show_default=default != "",
            value_proc=_reader(kind) if kind else None,
        )
    except typer.Abort:
        raise KeyboardInterrupt from None
    return answer.strip() if isinstance(answer, str) else answer


def _reader(kind: Callable[[str], Any]) -> Callable[[object], Any]:
    """Return what reads an answer; it prints why an answer is refused, and asks again."""

    def read(answer: object) -> Any:  # a default is what it is
        try:
            return kind(str(answer).strip())
        except SettingsError as error:
            raise typer.BadParameter(clean(str(error))) from None

    return read


def _partner_token(settings: Settings) -> _Kept:
    if settings.partner_token:
        show.line("The partner token is set already: it is used, and not kept again.", err=True)
        return _Kept("partner_token", settings.need("partner_token"), is_new=False)
    show.line(_WHERE_FROM, err=True)
    return _Kept("partner_token", _asked("Partner token", hidden=True), is_new=True)


def _user_token(settings: Settings, partner_token: str) -> _Kept:
    """Return a user token: the one that is set, one that is pasted, or that of a login."""
    if settings.user_token:
        show.line("The user token is set already: it is used, and not kept again.", err=True)
        return _Kept("user_token", settings.need("user_token"), is_new=False)
    from certbulk.api.signin import sign_in  # noqa: PLC0415

    show.line(_WHO, err=True)
    login = _asked("Login (leave it blank to paste a user token)", "")
    if not login:
        return _Kept("user_token", _asked("User token", hidden=True), is_new=True)
    password = _asked("Password", hidden=True)
    token = sign_in(settings.base_url, partner_token, login, password)
    return _Kept("user_token", token, is_new=True)


def _chain(settings: Settings, partner_token: str, user_token: str) -> int:
    from certbulk.api.chains import chains_of  # noqa: PLC0415
    from certbulk.settings import checked_chain_id  # noqa: PLC0415

    chains = chains_of(settings.base_url, partner_token, user_token)
    for chain in chains:
        show.line(f"  {chain.id}  {chain.title}", err=True)
    first = chains[0].id if len(chains) == 1 else None
    default = settings.chain_id or first

    def one_of_them(text: str) -> int:
        number = checked_chain_id(text)
        if chains and number not in {chain.id for chain in chains}:
            raise SettingsError(f"Your login has no chain {number}. Give the id of one above.")
        return number

    number: int = _asked("The id of the chain", default, kind=one_of_them)
    return number


def _zone(default: str) -> str:
    from certbulk.settings import time_zone  # noqa: PLC0415

    def known(name: str) -> str:
        time_zone(name)
        return name

    zone: str = _asked("The time zone of dates without one", default, kind=known)
    return zone


def _per_minute(settings: Settings) -> int:
    from certbulk.core.findings.finding import quoted  # noqa: PLC0415
    from certbulk.settings import Settings as Settings_  # noqa: PLC0415
    from certbulk.settings.described import what_it_takes  # noqa: PLC0415

    def allowed(text: str) -> int:
        try:
            return Settings_.load(profile="", per_minute=text).per_minute
        except SettingsError:
            takes = what_it_takes("per_minute")
            raise SettingsError(f"{quoted(text)} is not {takes}.") from None

    number: int = _asked("Requests a minute at most", settings.per_minute, kind=allowed)
    return number

"""The command that signs in: login."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from certbulk.cli import show
from certbulk.cli.interrupts import signals_end_the_wait
from certbulk.cli.service import BaseUrl
from certbulk.core.cleaning import clean
from certbulk.errors import SettingsError

__all__ = ["login"]


def login(
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="The login. [default: asked for]"),
    ] = None,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            metavar="FILE",
            help="Write the user token into this file instead, for its owner alone.",
        ),
    ] = None,
    base_url: BaseUrl = None,
) -> None:
    """Sign in, and keep the user token in the system's keyring.

    The partner token must be set (CERTBULK_PARTNER_TOKEN). The password is asked for and not shown;
    without a terminal it is a line of standard input.

    Examples:
        certbulk login --user owner@example.com
        certbulk login --user owner@example.com --env-file .env
    """
    from certbulk.api.signin import sign_in  # noqa: PLC0415
    from certbulk.settings import Settings, tokens  # noqa: PLC0415
    from certbulk.settings.sources import Source  # noqa: PLC0415

    settings = Settings.load(base_url=base_url)
    partner_token = settings.need("partner_token")
    settings.check_host("the password", Source.KEYRING)  # known to a person, not to a folder
    _check_can_be_kept(env_file)
    host = clean(settings.host_in_words)
    with signals_end_the_wait():
        user, password = _asked(user, host)
    token = sign_in(settings.base_url, partner_token, user, password)
    if env_file:
        tokens.keep_in_file(env_file, token)
        says = f"{tokens.USER_TOKEN} is in {env_file}, which only you can read: never share it."
        first = tokens.USER_TOKEN in os.environ
        if env_file.resolve() != Path(".env").resolve():
            says += " certbulk itself reads the file .env of the folder that it is started in."
    else:
        profile = settings.profile_in_use
        tokens.keep_in_keyring(settings.base_url, token, profile=profile)
        whose = f", for the profile {profile}" if profile else ""
        says = f"The user token is in the system's keyring{whose}."
        first = settings.user_token is not None
    if first:
        says += f" {tokens.USER_TOKEN} is set already and takes precedence: unset it."
    show.line(f"Signed in at {host}. {says}")


def _check_can_be_kept(env_file: Path | None) -> None:
    """Make sure, before anybody signs in, that the token can be kept.

    Raises:
        OutputError: The file cannot be written.
        SettingsError: There is no keyring; the message says how to go on without.
    """
    from certbulk.settings.tokens import keyring_trouble  # noqa: PLC0415
    from certbulk.workbook import check_writable  # noqa: PLC0415

    if env_file:
        check_writable(env_file, overwrite=True)
    elif trouble := keyring_trouble():
        raise SettingsError(
            f"The user token could not be kept: {trouble}. To have it in a file that only you can "
            "read: certbulk login --env-file .env"
        )


def _asked(user: str | None, host: str) -> tuple[str, str]:
    """Return the login and the password, asked for at the terminal or read from standard input.

    Raises:
        SettingsError: There is nobody to ask, and nothing to read.
    """
    if sys.stdin.isatty():
        try:
            user = user or typer.prompt(f"Login at {host}", err=True)
            return user, typer.prompt("Password", hide_input=True, err=True)
        except typer.Abort:
            raise KeyboardInterrupt from None
    if not user:
        raise SettingsError(
            "There is no terminal to ask for the login. Give --user, and the password as a line "
            "of standard input."
        )
    try:
        password = sys.stdin.readline().rstrip("\r\n")
    except UnicodeError:
        password = ""
    if not password:
        raise SettingsError(
            "There is no terminal to ask for the password, and no line of text with it on "
            "standard input."
        )
    return user, password

"""The command that signs in: login."""

from __future__ import annotations

from typing import Annotated

import typer

from certbulk.cli import options

__all__ = ["login"]


def login(
    user: Annotated[str, typer.Option("--user", prompt="Login", help="The login.")],
    base_url: options.BaseUrl = None,
) -> None:
    """Sign in, and keep the user token in the system's keyring. The password is not shown.

    Example: certbulk login --user owner@example.com
    """
    from certbulk.api.signin import sign_in  # noqa: PLC0415
    from certbulk.settings import KEYRING_SERVICE, Settings  # noqa: PLC0415

    settings = Settings.load(base_url=base_url)
    partner_token = settings.need("partner_token")
    password = typer.prompt("Password", hide_input=True, err=True)
    token = sign_in(settings.base_url, partner_token, user, password)
    try:
        import keyring  # noqa: PLC0415 (an optional extra)
        from keyring.errors import KeyringError  # noqa: PLC0415

        keyring.set_password(KEYRING_SERVICE, settings.base_url, token)
    except ImportError:
        _not_kept("The package keyring is not installed (pip install 'certbulk[keyring]')")
    except KeyringError:
        _not_kept("This system has no keyring that can be used")
    else:
        typer.echo("Signed in. The user token is in the system's keyring.")


def _not_kept(why: str) -> None:
    """Say how to go on without a keyring; the token itself is not printed."""
    typer.echo(
        f"Signed in, but the user token was not kept. {why}. Put the token that the service gave "
        "you into the environment as CERTBULK_USER_TOKEN, or into a .env file.",
        err=True,
    )
    raise typer.Exit(2)

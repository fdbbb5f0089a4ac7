"""The storage of tokens: in the system's keyring, in a `.env` file, or in this process alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "USER_TOKEN",
    "held_token",
    "hold_token",
    "keep_in_file",
    "keep_in_keyring",
    "keyring_trouble",
    "stored_token",
    "stored_user_token",
]

USER_TOKEN = "CERTBULK_USER_TOKEN"  # noqa: S105 (its name)
_SERVICE = "certbulk"
_TRIAL = "certbulk login: can something be kept here?"

_HELD: dict[str, str] = {}
"""Tokens that only this process has, and that end with it, by their name in the keyring."""


def keyring_trouble() -> str | None:
    """Return why the system's keyring cannot store a token; None if it can.

    It stores something and removes it again: some keyrings are locked, or forget.
    """
    try:
        import keyring  # noqa: PLC0415 (an optional extra)
    except ImportError:
        return "the package keyring is not installed (pip install 'certbulk[keyring]')"
    try:
        keyring.set_password(_SERVICE, _TRIAL, "yes")
        kept = keyring.get_password(_SERVICE, _TRIAL) == "yes"
        keyring.delete_password(_SERVICE, _TRIAL)
    except Exception:  # noqa: BLE001 (each system's keyring fails in its own ways)
        kept = False
    return None if kept else "the keyring of this system is missing or does not work"


def keep_in_keyring(
    base_url: str, token: str, *, profile: str | None = None, name: str = "user_token"
) -> None:
    """Store a token for a service, and for a profile if one is named, in the system's keyring.

    Raises:
        OutputError: The keyring does not accept it.
    """
    import keyring  # noqa: PLC0415 (an optional extra)

    try:
        keyring.set_password(_SERVICE, _entry(base_url, profile, name), token)
    except Exception as error:  # noqa: BLE001 (each system's keyring fails in its own ways)
        raise OutputError(
            f"The keyring does not accept the token ({type(error).__name__}). Store it in a file.",
            terminal="To do so: certbulk login --env-file .env",
        ) from None
    _HELD.pop(_entry(base_url, profile, name), None)


def hold_token(base_url: str, token: str, *, profile: str, name: str) -> None:
    """Hold a token of a profile for a service until this process ends; it goes before any other."""
    _HELD[_entry(base_url, profile, name)] = token


def held_token(base_url: str, profile: str, name: str) -> str | None:
    """Return the token of a profile that only this process holds for a service, if it does."""
    return _HELD.get(_entry(base_url, profile, name))


def stored_user_token(base_url: str) -> str | None:
    """Return the user token that `certbulk login` stored in the system's keyring, if any."""
    return _stored(base_url)


def stored_token(base_url: str, profile: str, name: str) -> str | None:
    """Return the token of a profile for a service that is held here, or kept in the keyring."""
    return _stored(_entry(base_url, profile, name))


def _stored(entry: str) -> str | None:
    if entry in _HELD:
        return _HELD[entry]
    try:
        import keyring  # noqa: PLC0415 (an optional extra)

        return keyring.get_password(_SERVICE, entry)
    except Exception:  # noqa: BLE001 (there is no keyring, or none that works)
        return None


def _entry(base_url: str, profile: str | None, name: str) -> str:
    """Return the name of a token in the keyring.

    Those of a profile have the address too: another one in its file does not get them.
    """
    return f"profile {profile}: {name} for {base_url}" if profile else base_url


def keep_in_file(path: Path, token: str) -> None:
    """Write the user token into a `.env` file that only its owner can read.

    An earlier token in it is replaced; everything else stays.

    Raises:
        OutputError: The file cannot be read or written.
    """
    from dotenv import set_key  # noqa: PLC0415 (only this needs it)

    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)  # before the token is in it
        set_key(path, USER_TOKEN, token, follow_symlinks=True)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise OutputError(f"The token cannot be written to {path}: {reason}.") from None

"""The storage of a user token: in the system's keyring, or in a `.env` file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["USER_TOKEN", "keep_in_file", "keep_in_keyring", "keyring_trouble", "stored_user_token"]

USER_TOKEN = "CERTBULK_USER_TOKEN"  # noqa: S105 (its name)
_SERVICE = "certbulk"
_TRIAL = "certbulk login: can something be kept here?"


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
    return None if kept else "this system has no keyring that works"


def keep_in_keyring(base_url: str, token: str) -> None:
    """Store the user token for a service in the system's keyring.

    Raises:
        OutputError: The keyring does not accept it.
    """
    import keyring  # noqa: PLC0415 (an optional extra)

    try:
        keyring.set_password(_SERVICE, base_url, token)
    except Exception as error:  # noqa: BLE001 (each system's keyring fails in its own ways)
        raise OutputError(
            f"The keyring does not accept the user token ({type(error).__name__}). Store it in a "
            "file.",
            terminal="To do so: certbulk login --env-file .env",
        ) from None


def stored_user_token(base_url: str) -> str | None:
    """Return the user token that `certbulk login` stored in the system's keyring, if any."""
    try:
        import keyring  # noqa: PLC0415 (an optional extra)

        return keyring.get_password(_SERVICE, base_url)
    except Exception:  # noqa: BLE001 (there is no keyring, or none that works)
        return None


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

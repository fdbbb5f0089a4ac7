"""Where a user token is kept between commands: the system's keyring, or a file of settings."""

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
    """Return why the system's keyring cannot keep a token; None where it can.

    Something is kept there and taken out again: many a system has a keyring that is locked, or
    that forgets.
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
    return None if kept else "this system has no keyring that can be used"


def keep_in_keyring(base_url: str, token: str) -> None:
    """Keep the user token for a service in the system's keyring.

    Raises:
        OutputError: The keyring does not take it.
    """
    import keyring  # noqa: PLC0415 (an optional extra)

    try:
        keyring.set_password(_SERVICE, base_url, token)
    except Exception as error:  # noqa: BLE001 (each system's keyring fails in its own ways)
        raise OutputError(
            f"The keyring does not take the user token ({type(error).__name__}). Keep it in a "
            "file.",
            terminal="To do so: certbulk login --env-file .env",
        ) from None


def stored_user_token(base_url: str) -> str | None:
    """Return the user token that `certbulk login` has put into the system's keyring, if it has."""
    try:
        import keyring  # noqa: PLC0415 (an optional extra)

        return keyring.get_password(_SERVICE, base_url)
    except Exception:  # noqa: BLE001 (there is none, or none that works)
        return None


def keep_in_file(path: Path, token: str) -> None:
    """Write the user token into a file of settings that only its owner can read.

    An earlier token in it is replaced, and all else is kept.

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
        raise OutputError(f"The token cannot be written into {path}: {reason}.") from None

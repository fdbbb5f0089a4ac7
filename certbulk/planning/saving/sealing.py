"""Seals of plan files, with a key in the state folder, to know which were saved here."""

from __future__ import annotations

import getpass
import hmac
import os
import platform
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.settings import state_folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["made_by", "said_of_stranger", "seal_of"]

_KEY_FILE, _KEY_BYTES = "plan-key", 32
_LONGEST = 60


def seal_of(text: bytes) -> str:
    """Return the seal of a document; empty if the state folder cannot be used.

    The key is created when it is first needed, and only its owner can read it.
    """
    try:
        return hmac.digest(_key(state_folder()), text, "sha256").hex()
    except OSError:
        return ""


def _key(folder: Path) -> bytes:
    path = folder / _KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{_KEY_FILE}-{secrets.token_hex(4)}"
    if not path.exists():
        handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        with suppress(FileExistsError):  # another process was faster
            path.hardlink_to(new)
        new.unlink()
    return path.read_bytes()


def made_by() -> dict[str, str]:
    """Return the user who saves a plan, and the machine."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        user = ""
    return {"user": user, "host": platform.node()}


def said_of_stranger(maker: Any, made_at: str) -> str:
    """Return in words who made a plan, where and when, according to its file."""
    said = maker if isinstance(maker, dict) else {}
    user, host = (clean(said.get(name) or "", _LONGEST) for name in ("user", "host"))
    return (
        f"by {user or 'somebody'} on {host or 'another machine'}, {made_at}, according to its file"
    )

"""Whether a plan's file was written here: a seal with a key that only this state folder has."""

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
    """Return the seal of a document; empty where the state folder cannot be used.

    The key is made when it is first needed, and only its owner can read it.
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
    """Return who saves a plan, and on which machine."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        user = ""
    return {"user": user, "host": platform.node()}


def said_of_stranger(maker: Any, made_at: str) -> str:
    """Return who has made a plan, where and when, as its file says it."""
    said = maker if isinstance(maker, dict) else {}
    user, host = (clean(said.get(name) or "", _LONGEST) for name in ("user", "host"))
    return f"by {user or 'somebody'} on {host or 'another machine'}, {made_at}, as its file says"

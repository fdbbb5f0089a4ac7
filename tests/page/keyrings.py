"""A keyring in a file, for a page in a process of its own and the processes that it starts."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

__all__ = ["FILE", "FileKeyring"]

FILE = "TESTS_KEYRING_FILE"
"""The variable that names the file."""


class FileKeyring(KeyringBackend):
    """What a test's keyring has been given to keep."""

    priority = 1.0

    def __init__(self) -> None:
        """Take the file that the environment names."""

    def give_up(self, which: str, token: str) -> None:
        """Put a token in the place of each that has a word in its name."""
        self._write({e: token if which in e else kept for e, kept in self.kept.items()})

    @property
    def kept(self) -> dict[str, str]:
        """What it has, by entry."""
        try:
            return dict(json.loads(Path(os.environ[FILE]).read_text("utf-8")))
        except FileNotFoundError:
            return {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept, if anything was."""
        return self.kept.get(f"{service}: {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._write({**self.kept, f"{service}: {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        kept = self.kept
        del kept[f"{service}: {username}"]
        self._write(kept)

    def _write(self, kept: dict[str, str]) -> None:
        Path(os.environ[FILE]).write_text(json.dumps(kept), "utf-8")

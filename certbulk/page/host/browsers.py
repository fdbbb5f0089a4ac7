"""Links that open the page once, and the browsers that have opened one: each is known for a day.

A browser holds a secret that it got for a link. The server keeps only its SHA-256. At each
connection the server proves first that it knows it: a page that connects again by itself must not
tell its secret to whoever listens on the port now. The proof names the host and port that the page
sees, so that it cannot be fetched from the real server on another port.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from certbulk.page.host.address import Address

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["DAY", "LINK_SECONDS", "Browsers", "Kept", "Links"]

DAY = 24 * 3600.0
LINK_SECONDS = 600.0
"""How long a link opens the page, if it has not been used."""
_MOST = 32
"""How many browsers are known; those that came last are kept."""


class Browsers:
    """Those that may open pages.

    Args:
        known: Their hashed secrets and when each was seen last, in seconds since 1970, by id.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        known: dict[str, tuple[str, float]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._known = dict(known or {})
        self._clock = clock

    @property
    def known(self) -> dict[str, tuple[str, float]]:
        """Those that are known still: hashed secret and when seen, by id."""
        oldest = self._clock() - DAY
        return {name: entry for name, entry in self._known.items() if entry[1] > oldest}

    def welcome(self) -> tuple[str, str]:
        """Return the id and the secret of a new one. The secret is told this once."""
        name, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        self._known[name] = (_hashed(secret), self._clock())
        newest = sorted(self._known, key=lambda known: self._known[known][1])[-_MOST:]
        self._known = {known: self._known[known] for known in newest}
        return name, secret

    def proof(self, name: str, nonce: str, authority: str) -> str | None:
        """Return what proves to a browser that its secret is known here; None for a stranger.

        Args:
            name: The browser's id.
            nonce: What the browser made up for this connection.
            authority: Host and port of this server.
        """
        entry = self.known.get(name)
        if entry is None:
            return None
        words = f"{nonce}\n{authority}".encode()
        return hmac.new(bytes.fromhex(entry[0]), words, hashlib.sha256).hexdigest()

    def is_known(self, name: str, secret: str) -> bool:
        """Return whether a browser is the one that it says; from then on it is for another day."""
        entry = self.known.get(name)
        if entry is None or not secrets.compare_digest(entry[0], _hashed(secret)):
            return False
        self.seen(name)
        return True

    def seen(self, name: str) -> None:
        """Note that a browser that is known was there just now."""
        if name in self._known:
            self._known[name] = (self._known[name][0], self._clock())


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a server for a day, in the state folder, for this user only.

    Attributes:
        asked: The port that was asked for, 0 for any.
        address: Where the page was in the end.
        known: The browsers: hashed secret and when seen, by id.
    """

    asked: int
    address: Address
    known: dict[str, tuple[str, float]]

    @classmethod
    def all_for(cls, folder: Path, asked: int, now: float) -> list[Self]:
        """Return what was kept of servers for which a port was asked, the newest first.

        What is older than a day is removed.

        Args:
            folder: Where it is kept.
            asked: The port that is asked for now.
            now: Seconds since 1970.
        """
        found: list[tuple[float, Self]] = []
        for path in folder.glob("*.json") if folder.is_dir() else ():
            kept = cls._read(path)
            newest = max((seen for _, seen in kept.known.values()), default=0.0) if kept else 0.0
            if kept is None or newest < now - DAY:
                with suppress(OSError):
                    path.unlink()
            elif kept.asked == asked:
                found.append((newest, kept))
        return [kept for _, kept in sorted(found, key=lambda entry: entry[0], reverse=True)]

    @classmethod
    def _read(cls, path: Path) -> Self | None:
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            address = Address(str(read["host"]), int(read["port"]), str(read["path"]))
            known = {str(name): (str(h), float(at)) for name, (h, at) in read["browsers"].items()}
            return cls(int(read["asked"]), address, known)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None  # removed by now, or written by another version

    def write(self, folder: Path) -> None:
        """Write it down; nothing is, without a browser to come back.

        Raises:
            OSError: It cannot be written.
        """
        if not self.known:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = folder / f".{self.address.port}.json"
        whole.touch(mode=0o600)
        document = {
            "asked": self.asked,
            "host": self.address.host,
            "port": self.address.port,
            "path": self.address.path,
            "browsers": self.known,
        }
        whole.write_text(json.dumps(document), encoding="utf-8")
        whole.replace(folder / f"{self.address.port}.json")


class Links:
    """Keys for links; each opens the page in one browser, once.

    Args:
        clock: Seconds that go on evenly.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def new(self) -> str:
        """Return the key of a new link."""
        key = secrets.token_urlsafe(24)
        self._until[key] = self._clock() + LINK_SECONDS
        return key

    def use(self, key: str) -> bool:
        """Return whether a key opens the page; from then on it does not."""
        given = key.encode()
        known = [k for k in self._until if secrets.compare_digest(k.encode(), given)]
        return any(self._clock() < self._until.pop(k) for k in known)

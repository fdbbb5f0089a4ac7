"""Links that open the page once, within ten minutes."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LINK_SECONDS", "Links"]

LINK_SECONDS = 600.0


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

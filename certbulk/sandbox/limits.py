"""Rate limits: the most requests of an address in the last second and in the last minute."""

from collections import deque
from collections.abc import Callable

from pydantic.dataclasses import dataclass

from certbulk.sandbox.options import CONFIG, Flag, FromOne

__all__ = ["Limits", "Windows"]

_SECOND, _MINUTE = 1.0, 60.0


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Limits:
    """The limits in force; `None` switches one off. Raises `ValueError` for numbers below 1.

    The documented limits are 5 requests a second and 200 a minute for an address, and each address
    that requests come from is counted by itself. On Linux, 127.0.0.2, 127.0.0.3 and so on are
    addresses of this computer, too: with them, requests come from several. `retry_after`
    adds a `Retry-After` header in seconds to the 429; the real service was not seen to do that.
    """

    per_second: FromOne | None = 5
    per_minute: FromOne | None = 200
    retry_after: Flag = False


class Windows:
    """Sliding windows over the requests let through, for each address that they come from.

    Refused requests do not count: a client that stops sending is let in again after one window.
    That is the sandbox's own choice; how the real service counts them is not documented.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        spans = ((limits.per_second, _SECOND), (limits.per_minute, _MINUTE))
        self._rules = [(count, span) for count, span in spans if count is not None]
        self._longest = max((count for count, _ in self._rules), default=0)
        self._let_in: dict[str, deque[float]] = {}

    def refused_for(self, address: str) -> float:
        """Let a request in and return 0.0, or return the seconds until one would be let in."""
        now = self._clock()
        let_in = self._let_in.setdefault(address, deque(maxlen=self._longest))
        # A window is full while the request that came `count` requests ago is still inside it.
        waits = [let_in[-count] + span - now for count, span in self._rules if len(let_in) >= count]
        wait = max(waits, default=0.0)
        if wait > 0:
            return wait
        let_in.append(now)
        return 0.0

"""What one practice server consists of, apart from the network."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from certbulk.sandbox.faults import Fates, Faults
from certbulk.sandbox.limits import Limits, Windows
from certbulk.sandbox.quirks import Quirks
from certbulk.sandbox.seen import RequestsSeen
from certbulk.sandbox.state import State

__all__ = ["Keys", "Practice"]


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a user has to present. Practice values, no secrets."""

    partner_token: str
    user_token: str
    login: str
    password: str


@dataclass(kw_only=True)
class Practice:
    """The state and the settings that the gate, the routes and the server share.

    `fates`, `windows` and `quirks` are replaced whole, never changed in place, so that a request
    meets either the old settings or the new ones.
    """

    state: State
    keys: Keys
    faults: Faults
    limits: Limits
    quirks: Quirks
    clock: Callable[[], float] = time.monotonic
    seen: RequestsSeen = field(default_factory=RequestsSeen)
    fates: Fates = field(init=False)
    windows: Windows = field(init=False)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.fates = Fates(self.faults)
        self.windows = Windows(self.limits, self.clock)

    def reset(self) -> None:
        """Go back to the seed and the first settings; forget the requests and the rate windows."""
        self.state.reset()
        self.seen.clear()
        self.fates = Fates(self.faults)
        self.windows = Windows(self.limits, self.clock)

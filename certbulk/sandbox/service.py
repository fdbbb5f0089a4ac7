"""The state and the settings of one sandbox, apart from the network."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from certbulk.sandbox.limits import Limits, Windows
from certbulk.sandbox.misbehaviour.faults import Fates, Faults
from certbulk.sandbox.misbehaviour.liar import Liar
from certbulk.sandbox.misbehaviour.lies import Lies
from certbulk.sandbox.misbehaviour.quirks import Quirks
from certbulk.sandbox.misbehaviour.reply import Reply
from certbulk.sandbox.store.seen import RequestsSeen
from certbulk.sandbox.store.state import State

__all__ = ["Keys", "SandboxState"]


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The tokens and the login that the server accepts. Practice values, not secrets."""

    partner_token: str
    user_token: str
    login: str
    password: str


@dataclass(kw_only=True)
class SandboxState:
    """The state and the settings that the gate, the routes and the server share.

    `fates`, `windows`, `quirks` and `liar` are replaced as a whole, never changed in place: a
    request gets either the old settings or the new ones. `landing` counts the requests that are
    answered and will be handled later; `last_answer` is the answer to the last write request, for
    the fault `out_of_step`.
    """

    state: State
    keys: Keys
    faults: Faults
    limits: Limits
    quirks: Quirks
    lies: Lies
    clock: Callable[[], float] = time.monotonic
    seen: RequestsSeen = field(default_factory=RequestsSeen)
    fates: Fates = field(init=False)
    windows: Windows = field(init=False)
    liar: Liar = field(init=False)
    landing: int = field(init=False, default=0)
    last_answer: Reply | None = field(init=False, default=None)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.fates = Fates(self.faults)
        self.windows = Windows(self.limits, self.clock)
        self.tell(self.lies)

    def tell(self, lies: Lies) -> None:
        """Tell these lies from now on, with fresh dice."""
        self.liar = Liar(lies, since=len(self.state.history))

    def reset(self) -> None:
        """Go back to the seed and the first settings; forget requests, rate windows and history."""
        self.state.reset()
        self.seen.clear()
        self.last_answer = None
        self.fates = Fates(self.faults)
        self.windows = Windows(self.limits, self.clock)
        self.tell(self.lies)

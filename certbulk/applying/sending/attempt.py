"""One call for a row: what happens between the moment that it is due and its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from certbulk.api import NotNow

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.applying.sending.freshness import Hold
    from certbulk.planning import RowDecision

__all__ = ["Leaving", "Request", "Turn"]


class Request(NamedTuple):
    """How far the request of a row is: attempts that have left, and whether one is in doubt."""

    attempts: int = 0
    doubtful: bool = False


class Leaving(Protocol):
    """What a turn asks and tells about its row: `Sender` does."""

    def may_leave(self, decision: RowDecision) -> Hold | None:
        """Return why a row may not leave now; None if it may."""

    def intend(self, row: int, attempt: int) -> None:
        """Write down that a request is about to leave."""

    def leaves(self) -> None:
        """Note that a request leaves."""


class Turn:
    """One call for a row: what happens between the moment that it is due and its bytes.

    Attributes:
        request: How far the request was when the call began.
        intended: The number of the last attempt that was written down.
        statuses: The HTTP status of the answer that ended the request well.
        hold: Why the row did not leave after all.
    """

    def __init__(
        self, sender: Leaving, decision: RowDecision, request: Request, left: Callable[[], None]
    ) -> None:
        self.request = request
        self.intended = request.attempts
        self.statuses: list[int] = []
        self.hold: Hold | None = None
        self._sender = sender
        self._decision = decision
        self._left = left

    def _check(self) -> None:
        self.hold = self._sender.may_leave(self._decision)
        if self.hold:
            raise NotNow

    def before(self, attempt: int) -> None:
        """Hold the row against the last look, and write down that it is about to leave."""
        self._check()
        self._sender.intend(self._decision.row, attempt)
        self.intended = attempt
        self._left()

    def leaving(self) -> None:
        """Hold it against the last look once more: the permit may have been long in coming."""
        self._check()
        self._sender.leaves()

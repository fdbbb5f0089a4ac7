"""Around one request for a row: the checks and records right before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from certbulk.api import NotNow

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.applying.sending.freshness import Hold
    from certbulk.planning import RowDecision

__all__ = ["Leaving", "Request", "Turn"]


class Request(NamedTuple):
    """The attempts of a row that have left, and whether one may have been carried out."""

    attempts: int = 0
    doubtful: bool = False


class Leaving(Protocol):
    """What a turn needs of `RowSender`."""

    def may_leave(self, decision: RowDecision) -> Hold | None:
        """Return why a row may not leave now; None if it may."""

    def intend(self, row: int, attempt: int) -> None:
        """Record that a request is about to leave."""

    def leaves(self) -> None:
        """Note that a request leaves."""


class Turn:
    """One call for a row.

    Attributes:
        request: The attempts before this call.
        intended: The number of the last attempt that was recorded.
        departed: The number of the last attempt that has left.
        statuses: The HTTP status of the answer, if the request succeeded.
        hold: The reason why the row did not leave; None if it did.
    """

    def __init__(
        self, row_sender: Leaving, decision: RowDecision, request: Request, left: Callable[[], None]
    ) -> None:
        self.request = request
        self.intended = self.departed = request.attempts
        self.statuses: list[int] = []
        self.hold: Hold | None = None
        self._row_sender = row_sender
        self._decision = decision
        self._left = left

    def _check(self) -> None:
        self.hold = self._row_sender.may_leave(self._decision)
        if self.hold:
            raise NotNow

    def before(self, attempt: int) -> None:
        """Compare the row with the last listing, and record that it is about to leave."""
        self._check()
        self._row_sender.intend(self._decision.row, attempt)
        self.intended = attempt
        self._left()

    def leaving(self) -> None:
        """Compare the row once more: the wait for the permit may have been long."""
        self._check()
        self._row_sender.leaves()
        self.departed = self.intended

"""A request that left and how it ended: what pictures of the pace and of latency are made from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Exchange"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt, reads and repeated ones included.

    Attributes:
        method: GET, POST, PUT or DELETE.
        at: When it left, in seconds: of the client's clock where the client tells of it, since
            1970 in the journal and in runs.
        seconds: How long it took until its end was known.
        status: The HTTP status, where there was an answer.
        event: How it ended, in the words of `certbulk.api.decision.Event`.
    """

    method: str
    at: float
    seconds: float
    status: int | None
    event: str

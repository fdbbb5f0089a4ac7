"""What a result code consists of.

A code says why a row ended as it did. Some come from a single attempt, by an HTTP status or because
the connection failed; their entry in the table also says how such an attempt is handled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["OfAttempt", "ResultCode", "Verdict"]


class Verdict(StrEnum):
    """What follows an attempt."""

    DONE = "done"
    RETRY = "retry"
    REST = "all rest, then retry"
    FAIL = "fail"
    STOP = "fail and stop the run"
    UNKNOWN = "outcome unknown"


@dataclass(frozen=True, slots=True)
class OfAttempt:
    """How an attempt that ended with a code is handled.

    Attributes:
        verdict: What follows, while attempts are left and no earlier one is doubtful.
        error: The name of the exception in `certbulk.errors` that a caller gets.
        statuses: The HTTP statuses that mean this; a single number goes before a range. Without
            any, it is the code of an attempt without an answer, or of a whole request.
        says: What happened, in a few words: the beginning of the exception's message.
        advice: What to do: the end of the message of a read, and of whatever stops a run. The
            message of a write is shown beside its row, and is short.
        says_of_read: What happened to a read, of which `{what}` names what it asked for.
        doubtful: Whether the request may have been carried out all the same.
    """

    verdict: Verdict
    error: str
    statuses: tuple[int | range, ...]
    says: str
    advice: str
    says_of_read: str = "{says} when it was asked for {what}"
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ResultCode:
    """What a code in the results means, and what to do about it.

    Attributes:
        name: The code as the results show it.
        means: What happened, for the reference page.
        what_to_do: What to do, for the reference page and the upload page.
        exit_code: That of a run with such a row, if the row was carried out: 0 or 1. Of rows that
            were not carried out, the status decides.
        warning: Whether the row was carried out, and should be checked all the same.
        attempt: How an attempt that ended with this code is handled; None for codes that no single
            attempt ends with.
        terminal: The option that helps, for people at a terminal; empty for none.
    """

    name: str
    means: str
    what_to_do: str
    exit_code: int = 1
    warning: bool = False
    attempt: OfAttempt | None = None
    terminal: str = ""

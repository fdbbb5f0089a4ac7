"""What to do after an attempt: one pure function, and the words it speaks in.

The question behind it: can the request have been carried out? A create that can have been is
never sent again, because there is no key by which the service would recognise it: its outcome is
unknown, and only the live list can tell. Reads may be repeated, and so may updates, which replace
the whole record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ATTEMPTS", "LONGEST_RETRY_AFTER", "Attempt", "Decision", "Event", "Verdict", "decide"]

ATTEMPTS = 6
"""How often one request leaves at most."""

LONGEST_RETRY_AFTER = 300.0
"""Seconds that a Retry-After is honoured for at most."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Event(StrEnum):
    """How an attempt ended."""

    REFUSED = "connection refused"
    NO_SUCH_HOST = "host name not found"
    CONNECT_TIMEOUT = "no connection in time"
    UNTRUSTED = "TLS certificate not trusted"
    READ_TIMEOUT = "no answer in time"
    CLOSED = "connection closed without an answer"
    CUT = "answer cut off"
    UNREADABLE = "answer not readable"
    ANSWERED = "answered"
    FALSE_SUCCESS = "answered 2xx with success false"


_NEVER_ARRIVED = {Event.REFUSED, Event.NO_SUCH_HOST, Event.CONNECT_TIMEOUT, Event.UNTRUSTED}


class Verdict(StrEnum):
    """What follows."""

    DONE = "done"
    RETRY = "retry"
    REST = "all rest, then retry"
    FAIL = "fail"
    STOP = "fail and stop the run"
    UNKNOWN = "outcome unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known after an attempt.

    Attributes:
        method: GET, POST, PUT or DELETE.
        event: How it ended.
        status: The HTTP status, where there was an answer.
        number: 1 for the first.
        doubtful: Whether this or an earlier attempt of the request can have been carried out
            without a clear answer.
        retry_after: Seconds that the answer asks to wait.
    """

    method: str
    event: Event
    status: int | None
    number: int
    doubtful: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the result code that goes with it, and the pause before a retry in seconds.

    A request that is stopped may be `doubtful`: an earlier attempt may have been carried out.
    """

    verdict: Verdict
    code: str = ""
    pause: float = 0.0
    doubtful: bool = False


_ACCESS = {401: "unauthorized", 402: "licence", 403: "forbidden"}


def is_doubtful(event: Event, status: int | None) -> bool:
    """Tell whether a request that ended so can have been carried out without our knowing."""
    if event in _NEVER_ARRIVED or event is Event.FALSE_SUCCESS:
        return False
    if event is not Event.ANSWERED or status is None:
        return True
    return 300 <= status < 400 or status == 408 or status >= 500  # noqa: PLR2004


def decide(attempt: Attempt, jitter: float = 1.0) -> Decision:  # noqa: PLR0911 (a table)
    """Return what to do after `attempt`; `jitter` (0.5 to 1.5) spreads the pauses of retries."""
    event, status = attempt.event, attempt.status
    doubtful = attempt.doubtful or is_doubtful(event, status)
    if event is Event.ANSWERED and status is not None and 200 <= status < 300:  # noqa: PLR2004
        return Decision(Verdict.DONE)
    if event is Event.ANSWERED and status in _ACCESS:
        return Decision(Verdict.STOP, _ACCESS[status], doubtful=doubtful)
    if event is Event.ANSWERED and status == 429:  # noqa: PLR2004
        return _again(attempt, doubtful, Decision(Verdict.REST, "rate_limited"))
    if event is Event.UNTRUSTED:
        return Decision(Verdict.STOP, "unreachable", doubtful=doubtful)
    if event in _NEVER_ARRIVED or is_doubtful(event, status):
        code = "server_error" if status is not None else "unreachable"
        redirected = status is not None and 300 <= status < 400  # noqa: PLR2004
        if (attempt.method == "POST" and doubtful) or (redirected and attempt.method != "GET"):
            return Decision(Verdict.UNKNOWN, "unknown_outcome")
        if redirected:
            return Decision(Verdict.STOP, "unreachable")
        pause = min(_FIRST_PAUSE * 2 ** (attempt.number - 1), _LONGEST_PAUSE) * jitter
        pause = max(pause, min(attempt.retry_after or 0.0, LONGEST_RETRY_AFTER))
        return _again(attempt, doubtful, Decision(Verdict.RETRY, code, pause))
    if attempt.method == "DELETE" and status == 404 and attempt.doubtful:  # noqa: PLR2004
        return Decision(Verdict.DONE)  # an earlier attempt of this very request has deleted it
    code = "not_found" if status == 404 and event is Event.ANSWERED else "rejected"  # noqa: PLR2004
    if attempt.doubtful and attempt.method != "GET":
        # The refusal may be because an earlier attempt of the same request was carried out.
        return Decision(Verdict.UNKNOWN, "unknown_outcome")
    return Decision(Verdict.FAIL, code)


def _again(attempt: Attempt, doubtful: bool, retry: Decision) -> Decision:  # noqa: FBT001
    """Return `retry` while attempts are left, then what the last one means."""
    if attempt.number < ATTEMPTS:
        return retry
    if doubtful and attempt.method != "GET":
        return Decision(Verdict.UNKNOWN, "unknown_outcome")
    return Decision(Verdict.FAIL, retry.code)

"""What to do after an attempt: one pure function with its types.

The question is whether the request may have been carried out. A create that may have been is never
sent again, because there is no key by which the service would recognise it (fact:no_key): its
outcome is unknown, and only the live list can show it. Reads can be repeated, and so can updates,
which replace the whole record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certbulk.core.results.result_code import Verdict
from certbulk.core.results.result_codes import code_of_status, of_attempt

__all__ = [
    "ATTEMPTS",
    "LONGEST_RETRY_AFTER",
    "Attempt",
    "Decision",
    "Event",
    "Verdict",
    "decide",
    "is_doubtful",
]

ATTEMPTS = 6
"""The most attempts of one request."""

LONGEST_RETRY_AFTER = 300.0
"""The longest Retry-After that is honoured, in seconds (fact:retry_after)."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Event(StrEnum):
    """The end of an attempt."""

    REFUSED = "connection refused"
    NO_SUCH_HOST = "host name not found"
    CONNECT_TIMEOUT = "no connection in time"
    UNTRUSTED = "TLS certificate not trusted"
    READ_TIMEOUT = "no answer in time"
    CLOSED = "connection closed without an answer"
    CUT = "answer cut off"
    UNREADABLE = "answer not readable"
    PROXY_FAILED = "no connection through the proxy"
    PROXY_REFUSED = "refused by the proxy"
    NOT_SENDABLE = "not sent"
    NO_CONNECTION = "connection failed before the request left"
    BROKEN = "answer that cannot be processed"
    ANSWERED = "answered"
    FALSE_SUCCESS = "answered 2xx with success false"


# The events of requests that have not reached the service, with their result codes.
_NEVER_ARRIVED = {
    Event.REFUSED: "unreachable",
    Event.NO_SUCH_HOST: "unreachable",
    Event.CONNECT_TIMEOUT: "unreachable",
    Event.NO_CONNECTION: "unreachable",
    Event.UNTRUSTED: "unreachable",
    Event.PROXY_FAILED: "proxy_failed",
    Event.PROXY_REFUSED: "proxy_refused",
    Event.NOT_SENDABLE: "not_sendable",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known after an attempt.

    Attributes:
        method: GET, POST, PUT or DELETE.
        event: How it ended.
        status: The HTTP status, if there was an answer.
        number: 1 for the first.
        doubtful: Whether an earlier attempt of the request may have been carried out
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


def is_doubtful(event: Event, status: int | None) -> bool:
    """Whether a request with this end may have been carried out."""
    if event in _NEVER_ARRIVED or event is Event.FALSE_SUCCESS:
        return False
    if event is not Event.ANSWERED or status is None:
        return True
    code = code_of_status(status)
    return of_attempt(code.name).doubtful if code else not _done(event, status)


def decide(attempt: Attempt, jitter: float = 1.0) -> Decision:  # noqa: PLR0911 (a table)
    """Return what to do after `attempt`; `jitter` (0.5 to 1.5) varies the pauses of retries.

    The table of result codes has the meaning of each HTTP status. This function adds what else
    counts: the event, whether the request may have been carried out, and the attempts left.
    """
    doubtful = attempt.doubtful or is_doubtful(attempt.event, attempt.status)
    verdict, code = _meaning(attempt.event, attempt.status)
    if verdict is Verdict.DONE:
        return Decision(Verdict.DONE)
    if verdict is Verdict.STOP:
        if attempt.method != "GET" and _redirected(attempt.event, attempt.status):
            return Decision(Verdict.UNKNOWN, "unknown_outcome")
        return Decision(Verdict.STOP, code, doubtful=doubtful)
    if verdict is Verdict.REST:
        return _again(attempt, doubtful, Decision(Verdict.REST, code))
    if verdict is Verdict.RETRY:
        if attempt.method == "POST" and doubtful:
            return Decision(Verdict.UNKNOWN, "unknown_outcome")
        pause = min(_FIRST_PAUSE * 2 ** (attempt.number - 1), _LONGEST_PAUSE) * jitter
        pause = max(pause, min(attempt.retry_after or 0.0, LONGEST_RETRY_AFTER))
        return _again(attempt, doubtful, Decision(Verdict.RETRY, code, pause))
    if attempt.method == "DELETE" and attempt.status == 404 and attempt.doubtful:  # noqa: PLR2004
        return Decision(Verdict.DONE)  # an earlier attempt of this very request has deleted it
    if attempt.doubtful and attempt.method != "GET":
        # It may be refused because an earlier attempt of the same request was carried out.
        return Decision(Verdict.UNKNOWN, "unknown_outcome")
    return Decision(Verdict.FAIL, code)


def _done(event: Event, status: int | None) -> bool:
    return event is Event.ANSWERED and status is not None and 200 <= status < 300  # noqa: PLR2004


def _redirected(event: Event, status: int | None) -> bool:
    return event is Event.ANSWERED and status is not None and 300 <= status < 400  # noqa: PLR2004


def _meaning(event: Event, status: int | None) -> tuple[Verdict, str]:
    """Return the meaning of an end by itself: a verdict and a result code."""
    if _done(event, status):
        return Verdict.DONE, ""
    if event is Event.UNTRUSTED or _redirected(event, status):
        return Verdict.STOP, "unreachable"
    name = "unreachable" if status is None else "server_error"
    if event is Event.FALSE_SUCCESS:
        name = "rejected"
    elif event in _NEVER_ARRIVED:
        name = _NEVER_ARRIVED[event]
    elif event is Event.ANSWERED and status is not None and (found := code_of_status(status)):
        name = found.name
    return of_attempt(name).verdict, name


def _again(attempt: Attempt, doubtful: bool, retry: Decision) -> Decision:  # noqa: FBT001
    """Return `retry` if attempts are left, else the decision after the last one."""
    if attempt.number < ATTEMPTS:
        return retry
    if doubtful and attempt.method != "GET":
        return Decision(Verdict.UNKNOWN, "unknown_outcome")
    return Decision(Verdict.FAIL, retry.code)

"""The loop that certbulk owns: a permit per attempt, then one decision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.answers import Record, complaint_in
from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, decide, is_doubtful
from certbulk.core.results.result_code import Verdict
from certbulk.core.results.result_codes import asks_to_rest, of_attempt
from certbulk.errors import (
    SERVICE_ERRORS,
    InterruptedRequestError,
    OutcomeUnknownError,
    ServiceError,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from certbulk.api.clock import Clock
    from certbulk.api.http import Happened, Http
    from certbulk.api.pace import Pace

__all__ = ["Exchange", "Loop", "NotNow", "Reply"]


class NotNow(Exception):  # noqa: N818 (a signal to the caller's own code, as StopIteration is)
    """Raised by a caller's `before`: the attempt is due, but must not leave now.

    It comes out of the call, with the permit not taken and nothing sent. Pass both attributes to
    the next call for the same request, which then goes on where this one ended.

    Attributes:
        attempts: How many attempts of the request have left, in this call and those before it.
        doubtful: Whether one of them may have been carried out without a clear answer.
    """

    attempts: int = 0
    doubtful: bool = False


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


class Reply(NamedTuple):
    """The answer that ends a request well: its JSON document, and how many attempts have left."""

    document: Record
    attempts: int


class Loop:
    """Sends a request until its outcome is clear, or known to be unclear.

    Attributes:
        watchers: Each is told of every attempt when it has ended, in the thread that made it.
        stop: When it is set, no further request leaves, unless the call has a stop of its own.
    """

    def __init__(self, http: Http, pace: Pace, clock: Clock, jitter: Callable[[], float]) -> None:
        self._http = http
        self._pace = pace
        self._clock = clock
        self._jitter = jitter
        self.watchers: tuple[Callable[[Exchange], None], ...] = ()
        self.stop: threading.Event | None = None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        what: str = "",
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        before: Callable[[int], None] | None = None,
        leaving: Callable[[], None] | None = None,
        answered: Callable[[int], None] | None = None,
        stop: threading.Event | None = None,
        enveloped: bool = True,
        attempt: int = 0,
        doubtful: bool = False,
    ) -> Reply:
        """Return the answer; arguments are those of `Client.create`.

        `what` is what a read asks for, in words for its messages. Where the answer need not be
        `enveloped`, a bare list is handed back as its data.

        Raises:
            ServiceError: There is no such answer; see its kinds.
            NotNow: `before` or `leaving` raised it.
        """
        stop = stop or self.stop
        number = _checked_attempt(attempt)
        self._http.ready()  # what takes time before the first request must not come after a permit
        while True:
            permit = self._permit(before, leaving, stop, number, doubtful=doubtful)
            number += 1
            happened = self._attempt(method, path, query, body, enveloped=enveloped)
            decision = decide(
                Attempt(
                    method, happened.event, happened.status, number, doubtful, happened.retry_after
                ),
                self._jitter(),
            )
            doubtful = doubtful or is_doubtful(happened.event, happened.status)
            if asks_to_rest(happened.status):
                self._pace.refused(permit, happened.retry_after)
            elif happened.event is Event.ANSWERED:
                self._pace.answered(permit)
            if decision.verdict is Verdict.DONE:
                if answered and happened.status is not None:
                    answered(happened.status)
                document = happened.document if isinstance(happened.document, dict) else {}
                return Reply(document, number)
            if decision.verdict not in {Verdict.RETRY, Verdict.REST}:
                raise self._error(decision, method, what, happened, number)
            if decision.pause:
                self._clock.wait(decision.pause, stop)

    def _permit(
        self,
        before: Callable[[int], None] | None,
        leaving: Callable[[], None] | None,
        stop: threading.Event | None,
        attempts: int,
        *,
        doubtful: bool,
    ) -> float:
        """Wait for the permit of the attempt after so many, and return when it was given.

        Raises:
            NotNow: `before` or `leaving` raised it.
            ServiceError: `stop` was set first.
        """
        try:
            permit = self._pace.acquire(stop, before and partial(before, attempts + 1))
            if permit is not None and leaving:
                leaving()
        except NotNow as signal:
            signal.attempts, signal.doubtful = attempts, doubtful
            raise
        if permit is None:
            raise _interrupted(attempts, doubtful)
        return permit

    def _attempt(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        *,
        enveloped: bool,
    ) -> Happened:
        left = self._clock.now()
        happened = self._http.attempt(method, path, query, body, enveloped=enveloped)
        took = self._clock.now() - left
        for watcher in self.watchers:
            watcher(Exchange(method, left, took, happened.status, str(happened.event)))
        return happened

    def _error(
        self, decision: Decision, method: str, what: str, happened: Happened, attempts: int
    ) -> ServiceError:
        """Return the exception for a verdict, with the service's own words in its message.

        That of a write is short, for it is read beside its row; that of a read has to say by
        itself what it is about, and what to do.
        """
        complaint = complaint_in(happened.document, self._http.without_tokens)
        stops = decision.verdict is Verdict.STOP
        handled = of_attempt(decision.code)
        kind, code = SERVICE_ERRORS[handled.error], decision.code
        if decision.verdict is Verdict.UNKNOWN or (decision.doubtful and method != "GET"):
            kind, code = OutcomeUnknownError, "unknown_outcome"
        says = handled.says
        if what:
            says = handled.says_of_read.format(says=says, what=what)
        words = f": {complaint}".removesuffix(".") if str(complaint) else ""
        advice = f" {handled.advice}" if what or stops else ""
        return kind(
            f"{says} ({self._http.host}: {how(happened)}){words}.{advice}",
            code=code,
            status=happened.status,
            attempts=attempts,
            fields=complaint.fields,
            stops=stops,
        )


def how(happened: Happened) -> str:
    """Return how an attempt ended, in words for a message."""
    event, status = happened.event, happened.status
    words = str(event) if status is None else f"HTTP {status}"
    if status is not None and event not in {Event.ANSWERED, Event.FALSE_SUCCESS}:
        words += f", {event}"
    if happened.detail:
        words += f", {happened.detail}"
    return words


def _checked_attempt(attempt: int) -> int:
    """Return how many attempts have left already, if another one may.

    Raises:
        ValueError: None may.
    """
    if not 0 <= attempt < ATTEMPTS:
        raise ValueError(f"attempt must be 0 to {ATTEMPTS - 1}, not {attempt}")
    return attempt


def _interrupted(attempts: int, doubtful: bool) -> ServiceError:  # noqa: FBT001
    if doubtful:
        return OutcomeUnknownError(
            "Stopped between attempts; an earlier one may have been carried out.",
            code="unknown_outcome",
            attempts=attempts,
        )
    return InterruptedRequestError(
        "Stopped before it was sent.", code="not_sent", attempts=attempts
    )

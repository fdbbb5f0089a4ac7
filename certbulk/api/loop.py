"""The loop of attempts: a permit for each, then one decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.answers import Record, complaint_in
from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, decide, is_doubtful
from certbulk.core.cleaning import clean
from certbulk.core.results.result_code import Verdict
from certbulk.core.results.result_codes import asks_to_back_off, of_attempt
from certbulk.errors import (
    SERVICE_ERRORS,
    InterruptedRequestError,
    OutcomeUnknownError,
    ServiceError,
    SettingsError,
)
from certbulk.logs import LOG

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from certbulk.api.http import Happened, Http
    from certbulk.api.pacing.clock import Clock
    from certbulk.api.pacing.lane_pace import LanePace
    from certbulk.api.pacing.pace import Pace

__all__ = ["Exchange", "Loop", "NotNow", "Reply", "words_of_service"]

_WORDS = re.compile(r"\([^()]*: HTTP \d{3}[^()]*\): (?P<words>.+)\.", re.DOTALL)


class NotNow(Exception):  # noqa: N818 (a signal to the caller's own code, as StopIteration is)
    """Raised by a caller's `before`: the attempt is due, but must not leave now.

    The call raises it; the permit is not taken, and nothing is sent. Pass both attributes to the
    next call for the same request, which then continues where this one ended.

    Attributes:
        attempts: The attempts of the request that have left, in this call and earlier ones.
        doubtful: Whether one of them may have been carried out without a clear answer.
    """

    attempts: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt that has left, with its end; charts of pace and latency are made from these.

    Attributes:
        method: GET, POST, PUT or DELETE.
        at: When it left, in seconds: of the client's clock for its watchers, since 1970 in the
            journal and in runs.
        seconds: The time until its end.
        status: The HTTP status, if there was an answer.
        event: Its end, as a value of `certbulk.api.decision.Event`.
    """

    method: str
    at: float
    seconds: float
    status: int | None
    event: str


class Reply(NamedTuple):
    """A successful answer: its JSON document, and the number of attempts that have left."""

    document: Record
    attempts: int


class Loop:
    """Sends a request until its outcome is clear, or known to be unclear.

    Attributes:
        watchers: Each is called for every attempt when it has ended, in its thread.
        stop: Once this is set, no further request leaves, unless the call has its own stop.
    """

    def __init__(
        self, http: Http, pace: Pace | LanePace, clock: Clock, jitter: Callable[[], float]
    ) -> None:
        self._http = http
        self._pace = pace
        self._clock = clock
        self._jitter = jitter
        self.watchers: tuple[Callable[[Exchange], None], ...] = ()
        self.stop: threading.Event | None = None
        self._closed = False

    def close(self) -> None:
        """Close the connections; no further request leaves."""
        self._closed = True
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

        `what` says what is read, for messages. If the answer is not `enveloped`, it may be a bare
        list, which is returned as its data.

        Raises:
            ServiceError: There is no such answer; see its kinds.
            SettingsError: The client was closed.
            NotNow: `before` or `leaving` raised it.
        """
        if self._closed:
            raise SettingsError(
                "This Client was closed, for example by the end of its with block, so nothing was "
                "sent. Use it within the block, or open another one."
            )
        stop = stop or self.stop
        number = _checked_attempt(attempt)
        self._http.ready()  # slow, so it must not come after a permit
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
            if asks_to_back_off(happened.status):
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
            self._log_retry(decision, f"{method} {path}", happened, number)
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
        """Wait for the permit of the next attempt, and return when it was given.

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

    def _log_retry(
        self, decision: Decision, request: str, happened: Happened, attempts: int
    ) -> None:
        if asks_to_back_off(happened.status):
            LOG.warning(
                "%s: the service asks for a pause (HTTP %s). No request leaves for %.0f s.",
                request,
                happened.status,
                max(decision.pause, self._pace.resting),
            )
            return
        LOG.warning(
            "%s: attempt %d failed (%s). It is retried in %.1f s.",
            request,
            attempts,
            clean(how(happened)),
            decision.pause,
        )

    def _error(
        self, decision: Decision, method: str, what: str, happened: Happened, attempts: int
    ) -> ServiceError:
        """Return the exception for a verdict, with the service's own message.

        The message of a write is short, because it is shown with its row. That of a read also
        names what was read and what to do.
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


def words_of_service(message: str) -> str:
    """Return the service's own words in the message of an error of `_error`; "" for none.

    Example:
        >>> words_of_service("The service refused it (api.test: HTTP 422): title: Too long.")
        'title: Too long'
    """
    said = _WORDS.search(message)
    return said["words"] if said else ""


def how(happened: Happened) -> str:
    """Return the end of an attempt in words."""
    event, status = happened.event, happened.status
    words = str(event) if status is None else f"HTTP {status}"
    if status is not None and event not in {Event.ANSWERED, Event.FALSE_SUCCESS}:
        words += f", {event}"
    if happened.detail:
        words += f", {happened.detail}"
    return words


def _checked_attempt(attempt: int) -> int:
    """Return the number of attempts that have left, if another one may leave.

    Raises:
        ValueError: No further attempt may leave.
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

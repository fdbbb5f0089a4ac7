"""Sending one row: intent, request, comparison, outcome. Used from several threads."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from certbulk.api import NotNow
from certbulk.applying.outcome import Outcome, Status, now
from certbulk.applying.sending.attempt import Request, Turn
from certbulk.applying.sending.freshness import Hold, Why, held_outcome
from certbulk.core.columns.headers import field_of
from certbulk.core.counting import counted
from certbulk.errors import (
    InterruptedRequestError,
    OutcomeUnknownError,
    OutputError,
    ServiceError,
)
from certbulk.planning import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certbulk.applying.sending.freshness import Freshness
    from certbulk.applying.sending.ledger import Ledger
    from certbulk.applying.sending.options import Job
    from certbulk.planning import RowDecision
    from certbulk.reading import Sheet

__all__ = ["KEEPS_NOTHING", "RowSender"]

KEEPS_NOTHING = "it is a mock server that keeps nothing. Rehearse in the sandbox"
"""The end of the message about a service that gives every request the same record."""

_MAY_BE_ITS_OWN = {Why.TAKEN, Why.AS_WANTED, Why.GONE}
"""Reasons to hold a row that an earlier attempt of the row may have caused."""


class RowSender:
    """Sends rows of one run.

    Attributes:
        may_land_late: Whether the service may still carry out rows that listings did not show, or
            that it refused: some services complete a request after an error (fact:completed_late).

    Args:
        job: The run.
        ledger: Keeps the outcomes.
        freshness: Knows what is live, and which rows may not leave.
    """

    def __init__(self, job: Job, ledger: Ledger, freshness: Freshness) -> None:
        self._run = job.run
        self._sheet = job.plan.report.sheet
        self._client = job.client
        self._journal = job.journal
        self._options = job.options
        self._ledger = ledger
        self._freshness = freshness
        self._bad_rows: set[int] = set()
        self._retries = 0
        self._requests: dict[int, Request] = {}
        self._listings_before: dict[int, int] = {}
        self._sent_again = job.journal.rows_sent_again(job.run)
        self._misdirected: set[int] = set()
        self.may_land_late = False
        self._asked_whether_it_repeats = False
        self._lock = threading.Lock()
        self._under_way = 0
        self._none_under_way = threading.Condition()

    def was_sent_again(self, row: int) -> bool:
        """Whether a row was sent again because listings did not show its type."""
        return row in self._sent_again

    def was_misdirected(self, row: int) -> bool:
        """Whether a change was answered with another record, which it may have changed."""
        return row in self._misdirected

    def was_live(self, row: int, number: int) -> bool:
        """Whether an id was live in the last listing before the first request of a row."""
        return self._freshness.was_live(number, self._listings_before.get(row, 0))

    def pause(self, seconds: float) -> None:
        """Wait, unless the run stops."""
        self._client.clock.wait(seconds, self._ledger.stop)

    def may_leave_again(self, decision: RowDecision) -> None:
        """Note that listings did not show the result of a row's request."""
        self._requests.pop(decision.row, None)
        self._sent_again.add(decision.row)
        self.may_land_late = True

    def send(self, decision: RowDecision, *, left: Callable[[], None]) -> bool:
        """Send a row and keep its outcome; a row that did not leave has none.

        Args:
            decision: The row.
            left: Called as soon as its first request is due and recorded.

        Returns:
            Whether the row is finished; false if it has to wait for a new listing.

        Raises:
            ServiceError: The row's type, which the list does not show whole, could not be read.
        """
        with self._counted():
            self._freshness.prepare(decision)
            return self._send(decision, left)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._none_under_way:
            self._under_way += 1
        try:
            yield
        finally:
            with self._none_under_way:
                self._under_way -= 1
                self._none_under_way.notify_all()

    def finish(self) -> None:
        """Wait until no row is under way.

        After `stop_for`, no further row begins. Rows are counted in their own threads, because
        Ctrl-C can strike between the start of a thread and a count by the thread that started it.
        """
        with self._none_under_way:
            self._none_under_way.wait_for(lambda: not self._under_way)

    def _send(self, decision: RowDecision, left: Callable[[], None]) -> bool:
        """Send a row and keep its outcome; return whether it is finished, as `send` does."""
        row, ledger = decision.row, self._ledger
        turn = Turn(self, decision, self._requests.get(row, Request()), left)
        record: dict[str, Any] | None = None
        try:
            record = self._request(decision, turn)
        except NotNow as signal:
            self._take_back(row, turn.intended - signal.attempts)
            self._requests[row] = Request(signal.attempts, signal.doubtful)
            return turn.hold is None or self._held(decision, turn.hold, doubtful=signal.doubtful)
        except OutputError as error:  # the intent cannot be recorded, or the pace cannot be kept
            ledger.stop_for(str(error))
            self._take_back(row, turn.intended - turn.departed)
            if not turn.departed:
                return True
            message = f"{error} An earlier attempt may have been carried out."
            outcome = ledger.outcome(decision, Status.UNKNOWN, "unknown_outcome", message)
        except ServiceError as error:
            # A request that was answered has left, whatever the error says.
            self._take_back(row, 0 if turn.statuses else turn.intended - error.attempts)
            if isinstance(error, InterruptedRequestError):
                return True
            if turn.statuses and decision.action is not Action.CREATE:
                self._misdirected.add(row)
            outcome = self._failed(decision, error)
        else:
            was_live = partial(self.was_live, row)
            outcome = ledger.answered(decision, record, was_live, http_status=turn.statuses[-1])
        credible = outcome.status is not Status.UNKNOWN
        ledger.keep(outcome, record if credible else None)
        if turn.statuses and not credible:
            self._stop_if_it_repeats_itself()
        self._count_failures(outcome)
        return True

    def _failed(self, decision: RowDecision, error: ServiceError) -> Outcome:
        """Return the outcome of a row whose request failed; some errors stop the run."""
        refused = error.status is not None and not isinstance(error, OutcomeUnknownError)
        self.may_land_late |= refused and decision.action is Action.CREATE
        if error.stops:
            self._ledger.stop_for(str(error))
        return self._ledger.outcome(
            decision,
            Status.UNKNOWN if isinstance(error, OutcomeUnknownError) else Status.FAILED,
            error.code,
            _at_cells(self._sheet, decision.row, error) + str(error),
            http_status=error.status,
        )

    def may_leave(self, decision: RowDecision) -> Hold | None:
        """Return why a row may not leave now; None if it may."""
        return self._freshness.hold(decision)

    def intend(self, row: int, attempt: int) -> None:
        """Record that a request is about to leave.

        Raises:
            OutputError: It cannot be recorded, so the request must not leave.
        """
        self._count_retry(attempt)
        self._journal.intend(self._run, row, now(), again=row in self._sent_again)
        self._ledger.count_attempts(row, 1)
        self._listings_before.setdefault(row, self._freshness.listings)

    def leaves(self) -> None:
        """Note that a request leaves."""
        self._freshness.left()

    def _held(self, decision: RowDecision, hold: Hold, *, doubtful: bool) -> bool:
        """Keep the outcome of a row that may not leave; false if it waits for a listing."""
        doubtful = doubtful or self.was_sent_again(decision.row)
        if hold.why in _MAY_BE_ITS_OWN:  # even if every answer so far was a refusal for the moment
            doubtful = doubtful or self._ledger.attempts(decision.row) > 0
        if hold.why is Why.OLD:
            if doubtful:  # the outcome until it leaves again
                message = (
                    "An attempt may have been carried out; the next one waits for a new listing."
                )
                self._ledger.judge(decision, Status.UNKNOWN, "unknown_outcome", message)
            return False
        if hold.why is Why.AS_WANTED and doubtful and hold.record:
            self._ledger.keep(self._ledger.carried_out(decision, hold.record), hold.record)
            return True
        self._ledger.judge(decision, *held_outcome(decision, hold, doubtful=doubtful))
        return True

    def _take_back(self, row: int, unsent: int) -> None:
        """Withdraw an intent if the row did not leave after it."""
        if unsent > 0:
            self._ledger.count_attempts(row, -unsent)
            try:
                self._journal.withdraw(self._run, row)
            except OutputError as error:
                self._ledger.stop_for(str(error))

    def _request(self, decision: RowDecision, turn: Turn) -> dict[str, Any] | None:
        number, body = decision.id or 0, decision.body or {}
        how: dict[str, Any] = {
            "before": turn.before,
            "leaving": turn.leaving,
            "answered": turn.statuses.append,
            "stop": self._ledger.stop,
            "attempt": turn.request.attempts,
            "doubtful": turn.request.doubtful,
        }
        if decision.action is Action.CREATE:
            return self._client.create(body, **how)
        if decision.action is Action.UPDATE:
            return self._client.update(number, body, **how)
        self._client.delete(number, **how)
        return None

    def _stop_if_it_repeats_itself(self) -> None:
        """Stop if the service gives every request the same record; two reads show this."""
        with self._lock:
            asked, self._asked_whether_it_repeats = self._asked_whether_it_repeats, True
        if asked:
            return
        number = self._client.repeated_id()
        if number is not None:
            self._ledger.stop_for(
                f"the service answers everything with the same record, id {number}: {KEEPS_NOTHING}"
            )

    def _count_retry(self, attempt: int) -> None:
        """Stop the run if all rows together needed too many retries."""
        with self._lock:
            self._retries += attempt > 1
            retries = self._retries
        if retries > self._options.most_retries:
            repeated = counted(retries - 1, "request")
            self._ledger.stop_for(
                f"{repeated} had to be retried; the service seems to have problems"
            )

    def _count_failures(self, outcome: Outcome) -> None:
        """Stop the run if too many consecutive rows failed."""
        with self._lock:
            bad = outcome.status in (Status.FAILED, Status.UNKNOWN)
            self._bad_rows = {*self._bad_rows, outcome.row} if bad else set()
            failures = len(self._bad_rows)  # a row that is sent again counts once
        if failures >= self._options.most_failures:
            rows = "a row" if failures == 1 else f"{failures} consecutive rows"
            self._ledger.stop_for(f"{rows} failed; the last: {outcome.message}")


def _at_cells(sheet: Sheet, row: int, error: ServiceError) -> str:
    """Return the service's messages by field, each with the cell that it concerns."""
    parts = []
    for name, texts in error.fields.items():
        field = _field_called(name)
        cell = field and not sheet.labels and sheet.address(field, row)
        where = " ".join(part for part in (cell, field) if part)
        if where:
            parts.append(f"{where}: {', '.join(texts)}")
    return "; ".join(parts) + ". " if parts else ""


def _field_called(name: str) -> str | None:
    """Return the column for the service's name of a field, such as `salon_ids.0.id`.

    Parts at the end, such as the position in a list, are removed until the name is known.
    """
    parts = name.replace("[", ".").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        field = field_of(".".join(parts[:length]))
        if field:
            return field
    return None

"""Sending one row: intent, request, comparison, outcome. Called from several threads at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.compare import stored_differently
from certbulk.applying.outcome import Outcome, Status, now
from certbulk.core.cleaning import clean
from certbulk.core.counting import counted
from certbulk.core.headers import field_of
from certbulk.errors import (
    InterruptedRequestError,
    OutcomeUnknownError,
    OutputError,
    ServiceError,
)
from certbulk.planning import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from certbulk.api import Client
    from certbulk.applying.journal import Journal
    from certbulk.applying.options import Options
    from certbulk.planning import Plan, RowDecision

__all__ = ["Sender"]

_LONGEST_MESSAGE = 8000

_DONE = {
    Action.CREATE: Status.CREATED,
    Action.UPDATE: Status.UPDATED,
    Action.DELETE: Status.DELETED,
}

_SENT = (*_DONE.values(), Status.FAILED, Status.UNKNOWN)


class Sender:
    """Sends rows of one run and keeps their outcomes.

    Args:
        run: The run's number.
        plan: What it carries out.
        client: The chain.
        journal: Where intents and outcomes go.
        stop: Set it and no further row leaves.
        options: Where the bounds on failures and retries are.
        attempts: How many requests have left for rows already, where the run goes on.
        outcomes: The outcomes that rows have already.
    """

    def __init__(
        self,
        run: str,
        plan: Plan,
        client: Client,
        journal: Journal,
        *,
        stop: threading.Event,
        options: Options,
        attempts: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
    ) -> None:
        self.outcomes = dict(outcomes)
        self.has_created = any(o.status is Status.CREATED for o in outcomes.values())
        self._run = run
        self._plan = plan
        self._client = client
        self._journal = journal
        self._stop = stop
        self._reason = ""
        self._options = options
        self._failures = 0
        self._retries = 0
        self._attempts = dict(attempts)
        self._lock = threading.Lock()
        self._under_way = 0
        self._none_under_way = threading.Condition()

    @property
    def stopping(self) -> bool:
        """Whether no further row is to be sent."""
        return self._stop.is_set()

    @property
    def reason(self) -> str:
        """Why the run stops before its end; empty while it does not."""
        return self._reason or ("asked to stop" if self.stopping else "")

    def stop_for(self, reason: str) -> None:
        """Let no further row leave; the first reason given stays."""
        self._reason = self._reason or reason
        self._stop.set()

    def attempts(self, row: int) -> int:
        """Return how many requests have left for a row."""
        return self._attempts.get(row, 0)

    def counts(self) -> dict[str, int]:
        """Return how many of the rows to send have ended with each status so far."""
        ended = [o.status for o in list(self.outcomes.values()) if o.status in _SENT]
        return {str(status): ended.count(status) for status in _SENT}

    def rest(self, seconds: float) -> None:
        """Wait, unless the run stops."""
        self._client.clock.wait(seconds, self._stop)

    def send(self, decision: RowDecision, *, left: Callable[[], None]) -> None:
        """Send a row and keep its outcome; a row that did not leave has none.

        Args:
            decision: The row.
            left: Called as soon as its first request is due and written down.
        """
        with self._counted():
            self._send(decision, left)

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
        """Return when no row is under way any more.

        After `stop_for`, none can get under way again: threads are counted here, and not by whoever
        started them, because Ctrl-C can strike between the start of a thread and the note of it.
        """
        with self._none_under_way:
            self._none_under_way.wait_for(lambda: not self._under_way)

    def _send(self, decision: RowDecision, left: Callable[[], None]) -> None:
        intended = 0
        statuses: list[int] = []

        def before(attempt: int) -> None:
            nonlocal intended
            self._count_retry(attempt)
            self._journal.intend(self._run, decision.row, now())
            intended = attempt
            self._attempts[decision.row] = self._attempts.get(decision.row, 0) + 1
            if attempt == 1:
                left()

        record: dict[str, Any] | None = None
        try:
            record = self._request(decision, before, statuses.append)
        except OutputError as error:  # the intent could not be written down
            self.stop_for(str(error))
            if not intended:
                return
            outcome = self._outcome(
                decision,
                Status.UNKNOWN,
                "unknown_outcome",
                f"{error} An earlier attempt may have been carried out.",
            )
        except InterruptedRequestError as error:
            self._take_back(decision.row, intended - error.attempts)
            return
        except ServiceError as error:
            self._take_back(decision.row, intended - error.attempts)
            unknown = isinstance(error, OutcomeUnknownError)
            outcome = self._outcome(
                decision,
                Status.UNKNOWN if unknown else Status.FAILED,
                error.code,
                self._at_cells(decision.row, error) + str(error),
                http_status=error.status,
            )
            if error.stops:
                self.stop_for(str(error))
        else:
            outcome = self.carried_out(decision, record, http_status=statuses[-1])
        self.keep(decision, outcome, record)
        self._count_failures(outcome)

    def _take_back(self, row: int, unsent: int) -> None:
        """Take an intent back where the run stopped between it and its request."""
        if unsent > 0:
            self._attempts[row] -= unsent
            try:
                self._journal.withdraw(self._run, row)
            except OutputError as error:
                self.stop_for(str(error))

    def _request(
        self, decision: RowDecision, before: Callable[[int], None], answered: Callable[[int], None]
    ) -> dict[str, Any] | None:
        number, body = decision.id or 0, decision.body or {}
        how: dict[str, Any] = {"before": before, "answered": answered, "stop": self._stop}
        if decision.action is Action.CREATE:
            return self._client.create(body, **how)
        if decision.action is Action.UPDATE:
            return self._client.update(number, body, **how)
        self._client.delete(number, **how)
        return None

    def carried_out(
        self,
        decision: RowDecision,
        record: dict[str, Any] | None,
        code: str = "",
        *,
        http_status: int | None = 200,
    ) -> Outcome:
        """Return the outcome of a row that was carried out, with what was stored differently."""
        differs = stored_differently(decision, record) if record else ""
        return self._outcome(
            decision,
            _DONE[decision.action],
            "stored_differs" if differs else code,
            differs,
            http_status=http_status,
            number=record["id"] if record else None,
        )

    def keep(self, decision: RowDecision, outcome: Outcome, record: dict[str, Any] | None) -> None:
        """Keep an outcome, in memory and in the journal."""
        with self._lock:
            self.outcomes[decision.row] = outcome
            if decision.action is Action.CREATE and outcome.status in (
                Status.CREATED,
                Status.UNKNOWN,
            ):
                self.has_created = True
        try:
            self._journal.settle(self._run, outcome, record)
        except OutputError as error:
            self.stop_for(str(error))

    def remark(self, row: int, code: str, message: str) -> None:
        """Add to an outcome what was found out afterwards."""
        with self._lock:
            self.outcomes[row] = replace(self.outcomes[row], code=code, message=message)
        try:
            self._journal.remark(self._run, self.outcomes[row])
        except OutputError as error:
            self.stop_for(str(error))

    def _count_retry(self, attempt: int) -> None:
        """Stop the run when its rows together have needed too many repeated requests."""
        with self._lock:
            self._retries += attempt > 1
            retries = self._retries
        if retries > self._options.most_retries:
            repeated = counted(retries - 1, "request")
            self.stop_for(f"{repeated} had to be repeated: the service is not well")

    def _count_failures(self, outcome: Outcome) -> None:
        """Stop the run when too many rows one after the other did not end well."""
        with self._lock:
            bad = outcome.status in (Status.FAILED, Status.UNKNOWN)
            self._failures = self._failures + 1 if bad else 0
            failures = self._failures
        if failures >= self._options.most_failures:
            rows = "a row" if failures == 1 else f"{failures} rows one after the other"
            self.stop_for(f"{rows} did not end well; the last: {outcome.message}")

    def judge(self, decision: RowDecision, status: Status, code: str, message: str) -> None:
        """Keep an outcome that was come to without sending."""
        self.keep(decision, self._outcome(decision, status, code, message), None)

    def _outcome(
        self,
        decision: RowDecision,
        status: Status,
        code: str,
        message: str,
        *,
        http_status: int | None = None,
        number: int | None = None,
    ) -> Outcome:
        return Outcome(
            decision.row,
            status,
            decision.id if number is None else number,
            code,
            clean(message, _LONGEST_MESSAGE),
            http_status,
            self._attempts.get(decision.row, 0),
            now(),
        )

    def _at_cells(self, row: int, error: ServiceError) -> str:
        """Return the service's messages by field, each against the cell it is about."""
        sheet = self._plan.report.sheet
        parts = []
        for name, texts in error.fields.items():
            field = _field_called(name)
            where = " ".join(p for p in (field and sheet.address(field, row), field) if p)
            if where:
                parts.append(f"{where}: {', '.join(texts)}")
        return "; ".join(parts) + ". " if parts else ""


def _field_called(name: str) -> str | None:
    """Return the column that the service's name for a field means; `salon_ids.0.id` and its kind.

    Parts are left off at the end, which number an entry of a list, until a column is known.
    """
    parts = name.replace("[", ".").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        field = field_of(".".join(parts[:length]))
        if field:
            return field
    return None

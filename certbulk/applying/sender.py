"""Sending one row: intent, request, comparison, outcome. Called from several threads at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Outcome, Status
from certbulk.core.headers import field_of
from certbulk.core.payload import KEPT_BY_THE_SERVICE, differences, values_of, values_of_body
from certbulk.errors import (
    AccessError,
    InterruptedRequestError,
    OutcomeUnknownError,
    OutputError,
    ServiceError,
)
from certbulk.planning import Action
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    import threading

    from certbulk.api import Client
    from certbulk.applying.journal import Journal
    from certbulk.planning import Plan, RowDecision

__all__ = ["Sender"]


class Sender:
    """Sends rows of one run and keeps their outcomes.

    Attributes:
        outcomes: By true row number.
        reason: Why the run stops before its end; empty while it does not.
        has_created: Whether a create of this run was carried out, as far as is known.
    """

    def __init__(
        self, run: str, plan: Plan, client: Client, journal: Journal, stop: threading.Event
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.has_created = False
        self._reason = ""
        self._run = run
        self._plan = plan
        self._client = client
        self._journal = journal
        self._stop = stop

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

    def rest(self, seconds: float) -> None:
        """Wait, unless the run stops."""
        self._client.clock.wait(seconds, self._stop)

    def send(self, decision: RowDecision) -> None:
        """Send a row and keep its outcome; a row that did not leave has none."""
        attempts = 0

        def before(attempt: int) -> None:
            nonlocal attempts
            self._journal.intend(self._run, decision.row, attempt, _now())
            attempts = attempt

        record: dict[str, Any] | None = None
        try:
            if decision.action is Action.CREATE:
                record = self._client.create(decision.body or {}, before=before, stop=self._stop)
            else:
                record = self._client.update(
                    decision.id or 0, decision.body or {}, before=before, stop=self._stop
                )
        except OutputError as error:  # the intent could not be written down, so nothing left
            self.stop_for(str(error))
            if not attempts:
                return
            outcome = self._unknown(decision, attempts)
        except InterruptedRequestError:
            return
        except ServiceError as error:
            outcome = self._refused(decision, error, attempts)
            if isinstance(error, AccessError):
                self.stop_for(str(error))
        else:
            outcome = self._stored(decision, record, attempts)
        self._keep(decision, outcome, record)

    def _keep(self, decision: RowDecision, outcome: Outcome, record: dict[str, Any] | None) -> None:
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

    def _stored(self, decision: RowDecision, record: dict[str, Any], attempts: int) -> Outcome:
        """Return the outcome of a row that was carried out, with what was stored differently."""
        status = Status.CREATED if decision.action is Action.CREATE else Status.UPDATED
        wanted = values_of_body(decision.body or {})
        differs = [
            f"{name}: sent {shown(name, sent)}, stored {shown(name, stored)}"
            for name, (stored, sent) in differences(wanted, values_of(record)).items()
        ]
        if decision.before is not None:
            differs += [
                f"{name}: was {decision.before[name]}, is {record[name]}"
                for name in KEPT_BY_THE_SERVICE
                if name in decision.before
                and name in record
                and decision.before[name] != record[name]
            ]
        return Outcome(
            decision.row,
            status,
            record["id"],
            "stored_differs" if differs else "",
            f"The service stored something else: {'; '.join(differs)}." if differs else "",
            200,
            attempts,
            _now(),
        )

    def _refused(self, decision: RowDecision, error: ServiceError, attempts: int) -> Outcome:
        unknown = isinstance(error, OutcomeUnknownError)
        return Outcome(
            decision.row,
            Status.UNKNOWN if unknown else Status.FAILED,
            decision.id,
            error.code,
            self._at_cells(decision.row, error) + str(error),
            error.status,
            attempts,
            _now(),
        )

    def _unknown(self, decision: RowDecision, attempts: int) -> Outcome:
        """Return the outcome of a row that left once, and whose next attempt must not leave."""
        return Outcome(
            decision.row,
            Status.UNKNOWN,
            decision.id,
            "unknown_outcome",
            f"{self.reason} An earlier attempt may have been carried out.",
            None,
            attempts,
            _now(),
        )

    def _at_cells(self, row: int, error: ServiceError) -> str:
        """Return the service's messages by field, each against the cell it is about."""
        sheet = self._plan.report.sheet
        parts = []
        for name, texts in error.fields.items():
            field = field_of(name.replace("[", ".").replace("]", ""))
            where = " ".join(p for p in (field and sheet.address(field, row), field) if p)
            if where:
                parts.append(f"{where}: {', '.join(texts)}")
        return "; ".join(parts) + ". " if parts else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

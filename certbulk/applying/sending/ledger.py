"""The outcomes of a run so far, in memory and in the journal, and why the run should stop."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Outcome, Status, moment, now
from certbulk.applying.sending.compare import stored_differently
from certbulk.applying.sending.truth import DONE, Sight, implausible, sight_of
from certbulk.core.cleaning import clean
from certbulk.core.titles import strict
from certbulk.errors import OutputError
from certbulk.logs import LOG
from certbulk.planning import Action
from certbulk.planning.plan import WRITES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.applying.sending.options import Job
    from certbulk.planning import RowDecision

__all__ = ["Ledger"]

Record = dict[str, Any]

_LONGEST_MESSAGE = 8000

_SENT = (*DONE.values(), Status.FAILED, Status.UNKNOWN)


class Ledger:
    """The outcomes of one run. Used from several threads at once.

    Attributes:
        outcomes: The outcome of each row that has one.
        has_created: Whether a create was carried out, or may have been.
        ids_of_others: The ids that other runs on this machine have created since the plan.

    Args:
        job: The run.
        stop: No further row leaves once this is set.
        attempts: The number of requests that have left per row, if the run is resumed.
        outcomes: The outcomes that rows have already.
    """

    def __init__(
        self,
        job: Job,
        *,
        stop: threading.Event,
        attempts: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
    ) -> None:
        self.outcomes = dict(outcomes)
        self.has_created = any(o.status is Status.CREATED for o in outcomes.values())
        self.stop = stop
        plan = job.plan
        self._run = job.run
        self._journal = job.journal
        self._chain_id = plan.chain_id
        self._row_name = plan.report.sheet.row_name
        self._decisions = {decision.row: decision for decision in plan.decisions}
        self._attempts = dict(attempts)
        self._reason = ""
        self._lock = threading.Lock()
        self._row_of = {o.id: row for row, o in outcomes.items() if o.own and o.id is not None}
        self._live_ids = plan.live_ids
        self.ids_of_others = job.journal.created_by_others(
            job.run, plan.base_url, plan.chain_id, moment(plan.made_at)
        )
        self._rows_titled: dict[str, list[int]] = {}
        for decision in plan.decisions:
            if decision.action in WRITES:
                self._rows_titled.setdefault(strict(decision.title), []).append(decision.row)

    # --- stopping

    @property
    def stopping(self) -> bool:
        """Whether no further row may be sent."""
        return self.stop.is_set()

    @property
    def reason(self) -> str:
        """Why the run stops early; empty if it does not."""
        return self._reason or ("stopped on request" if self.stopping else "")

    def stop_for(self, reason: str) -> None:
        """Let no further row leave; the first reason is kept."""
        self._reason = self._reason or reason
        self.stop.set()

    # --- attempts

    def attempts(self, row: int) -> int:
        """Return the number of requests that have left for a row."""
        return self._attempts.get(row, 0)

    def count_attempts(self, row: int, number: int) -> None:
        """Add a number, which may be negative, to the requests that have left for a row."""
        with self._lock:
            self._attempts[row] = self._attempts.get(row, 0) + number

    # --- outcomes

    def counts(self) -> dict[str, int]:
        """Return the number of rows that have ended so far, by status."""
        ended = [o.status for o in list(self.outcomes.values()) if o.status in _SENT]
        return {str(status): ended.count(status) for status in _SENT}

    def own_ids(self) -> set[int | None]:
        """Return the ids of the types that this run has created or changed."""
        done = set(DONE.values())
        return {o.id for o in list(self.outcomes.values()) if o.status in done}

    def explained_ids(self) -> frozenset[int | None]:
        """Return the ids that were live when the plan was made, or that a run of ours made."""
        return self._live_ids | self.ids_of_others | self.own_ids()

    def created_ids(self) -> set[int]:
        """Return the ids of the types that this run certainly created."""
        created = [o for o in list(self.outcomes.values()) if o.status is Status.CREATED and o.own]
        return {outcome.id for outcome in created if outcome.id is not None}

    def log(self, outcomes: Sequence[Outcome]) -> None:
        """Log outcomes, a line each."""
        if not LOG.isEnabledFor(logging.DEBUG):
            return
        for outcome in outcomes:
            number = "" if outcome.id is None else f", id {outcome.id}"
            why = ", ".join(filter(None, (outcome.code, outcome.verified)))
            says = f": {clean(outcome.message)}" if outcome.message else ""
            what = f"{outcome.status}{number}{f' ({why})' if why else ''}{says}"
            LOG.debug("Run %s, row %s: %s", self._run, self._row_name(outcome.row), what)

    def keep(self, outcome: Outcome, record: Record | None = None) -> None:
        """Keep an outcome, and the record in the service's answer."""
        with self._lock:
            self._keep(outcome)
        self.log([outcome])
        try:
            self._journal.settle(self._run, outcome, record)
        except OutputError as error:
            self.stop_for(str(error))

    def remark(self, outcomes: Sequence[Outcome]) -> None:
        """Replace outcomes by what was found out later; the stored records stay."""
        with self._lock:
            for outcome in outcomes:
                self._keep(outcome)
        self.log([outcome for outcome in outcomes if outcome.verified != "yes"])
        try:
            self._journal.remark_all(self._run, outcomes)
        except OutputError as error:
            self.stop_for(str(error))

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.row] = outcome
        if outcome.own and outcome.id is not None:
            self._row_of[outcome.id] = outcome.row
        creates = self._decisions[outcome.row].action is Action.CREATE
        self.has_created |= creates and outcome.status in (Status.CREATED, Status.UNKNOWN)

    def judge(self, decision: RowDecision, status: Status, code: str, message: str) -> None:
        """Keep an outcome that was found without sending."""
        self.keep(self.outcome(decision, status, code, message))

    def outcome(
        self,
        decision: RowDecision,
        status: Status,
        code: str = "",
        message: str = "",
        *,
        http_status: int | None = None,
        number: int | None = None,
        own: bool = False,
    ) -> Outcome:
        """Return an outcome of a row, with the present time."""
        return Outcome(
            decision.row,
            status,
            decision.id if number is None else number,
            code,
            clean(message, _LONGEST_MESSAGE),
            http_status,
            self.attempts(decision.row),
            now(),
            own=own,
        )

    def carried_out(
        self,
        decision: RowDecision,
        record: Record | None,
        code: str = "",
        *,
        http_status: int | None = 200,
    ) -> Outcome:
        """Return the outcome of a row that was carried out, with differences in what was stored."""
        differs = stored_differently(decision, record) if record else ""
        return self.outcome(
            decision,
            DONE[decision.action],
            "stored_differs" if differs else code,
            f"The service stored something else: {differs}." if differs else "",
            http_status=http_status,
            number=record["id"] if record else None,
            own=True,
        )

    # --- claims

    def answered(
        self,
        decision: RowDecision,
        record: Record | None,
        was_live: Callable[[int], bool],
        *,
        http_status: int,
    ) -> Outcome:
        """Return the outcome that an answer claims if this is plausible, else `unknown`.

        Args:
            decision: The row.
            record: The record in the answer, with its id; None for a deletion.
            was_live: Whether an id was live in the last listing before the request.
            http_status: The answer's status.
        """
        if decision.action is Action.CREATE and record is not None:
            with self._lock:
                why = implausible(
                    decision,
                    record,
                    chain_id=self._chain_id,
                    was_live=was_live,
                    had_by=lambda number: self._had_by(number, decision.row),
                    rows_titled=self._rows_titled,
                    row_name=self._row_name,
                )
                other = self._row_of.get(record["id"], decision.row)
                if not why:
                    self._row_of[record["id"]] = decision.row
            if why:
                if other != decision.row:
                    self._doubt(other, record["id"], decision.row)
                message = f"It may have been carried out or not: {why}."
                return self.outcome(
                    decision, Status.UNKNOWN, "unknown_outcome", message, http_status=http_status
                )
        elif (
            decision.action is Action.UPDATE
            and record is not None
            and sight_of(decision, record) is Sight.BEFORE
        ):
            message = "The service answered without an error, and changed nothing."
            return self.outcome(
                decision, Status.FAILED, "not_stored", message, http_status=http_status
            )
        return self.carried_out(decision, record, http_status=http_status)

    def _had_by(self, number: int, row: int) -> str:
        """Return in words which other row or run has an id; '' for none."""
        other = self._row_of.get(number, row)
        if other != row:
            return f"row {self._row_name(other)}"
        return "another run" if number in self.ids_of_others else ""

    def _doubt(self, row: int, number: int, other: int) -> None:
        """Make a created row unknown, because another row was answered with the same id."""
        outcome = self.outcomes.get(row)
        if outcome is None or outcome.status is not Status.CREATED or outcome.id != number:
            return
        name = self._row_name(other)
        message = f"It may have been carried out or not: row {name} was answered with its id."
        doubted = self.outcome(self._decisions[row], Status.UNKNOWN, "unknown_outcome", message)
        self.keep(doubted)

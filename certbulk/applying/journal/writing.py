"""Writing the journal: intents and outcomes, on disk before the next step.

SQLite with a write-ahead log and full sync: what was committed survives a crash of the process and
of the machine. Tokens never get here: the journal receives rows and bodies, never settings.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from certbulk.applying.journal.approvals import (
    approvals,
    approved_by_another,
    as_text,
    enter,
    standing,
)
from certbulk.applying.journal.reading import JournalReading, RunRecord, digest_of
from certbulk.applying.journal.schema import INTENTS, OUTCOMES, REQUESTS, RUNS, SETTLED
from certbulk.applying.journal.store import who_sends
from certbulk.errors import OutputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Insert

    from certbulk.api.loop import Exchange
    from certbulk.applying.outcome import Outcome
    from certbulk.planning.approval import Approval, Standing

__all__ = ["Journal", "RunRecord", "who_sends"]


class Journal(JournalReading):
    """The journal in a state folder or a shared database.

    It is safe to use from several threads and processes.

    Raises:
        OutputError: The folder cannot be written, or the database cannot be used.
    """

    def begin(self, record: RunRecord, *, needs: tuple[str, str] | None = None) -> Approval | None:
        """Record a run and its plan, before anything is sent.

        Args:
            record: The run.
            needs: The key and digest of which there must be an approval; None if none is needed.

        Returns:
            The approval with which it begins.

        Raises:
            PlanError: The plan has been carried out before, or nobody else has approved it.
            SettingsError: It needs an approval, and the journal is not shared.
        """
        approval, values = None, {**record._asdict(), "plan_id": record.plan["id"]}
        values |= {"worker": self._store.worker, "lane": self._store.lane}
        values["plan"] = json.dumps(record.plan)
        values["plan_sha256"] = digest_of(values["plan"])
        values["options"] = json.dumps(record.options)
        try:
            with self._connection() as connection:
                # First, as it may be megabytes: whoever freezes while sending it, out of the reach
                # of the database's limits, does not yet keep others from approving the plan.
                connection.execute(insert(RUNS).values(**values))
                if needs:
                    role = self._store.approving(connection, needs[0])
                    approval = approved_by_another(connection, *needs, role=role, who=record.who)
                    kept = {"approved": as_text(approval, needs[0])}
                    connection.execute(update(RUNS).where(RUNS.c.run == record.run).values(**kept))
        except IntegrityError:
            self.refuse_again(record.plan["id"])
            raise
        self._file.check_content(record.run)
        return approval

    def refuse_again(self, plan_id: str) -> None:
        """Refuse a plan that has a run already.

        Raises:
            PlanError: It has one; the message says whether to resume it.
        """
        wanted = select(RUNS.c.run, RUNS.c.started).where(RUNS.c.plan_id == plan_id)
        with self._connection() as connection:
            earlier = connection.execute(wanted).one_or_none()
        if earlier is None:
            return
        goes_on = self._can_be_resumed(earlier.run)
        or_resume = ", or resume that run" if goes_on else ""
        raise PlanError(
            f"This plan was applied at {earlier.started} by run {earlier.run}. A plan can be "
            f"carried out once only: make a new plan{or_resume}.",
            terminal=f"Resume it: certbulk resume {earlier.run}"
            if goes_on
            else f"See how it ended: certbulk show {earlier.run}",
        )

    def approve(self, key: str, digest: str, *, withdraw: bool = False) -> None:
        """Record that this person approves a plan, or withdraw all approvals of it.

        Raises:
            PlanError: A run has begun with the approval.
            SettingsError: The journal is not shared.
        """
        with self._connection() as connection:
            self._store.approving(connection, key)
            enter(connection, key, digest, who_sends(), withdraw=withdraw)

    def require_approval(self, key: str, digest: str) -> None:
        """Check that another person has approved a plan; a run that begins checks it again.

        Raises:
            PlanError: Nobody else has.
            SettingsError: The journal is not shared.
        """
        with self._connection() as connection:
            role = self._store.approving(connection, key)
            approved_by_another(connection, key, digest, role=role, who=who_sends())

    def standing(self, key: str, digest: str) -> Standing:
        """Return whether another person has approved a plan.

        Raises:
            SettingsError: The journal is not shared.
        """
        with self._connection() as connection:
            role = self._store.approving(connection, key)
            return standing(connection, key, digest, role=role, who=who_sends())

    def approvals(self, key: str, digest: str) -> list[Approval]:
        """Return the approvals of a plan with this content that count, oldest first."""
        with self._connection() as connection:
            return approvals(connection, key, digest)

    def intend(self, run: str, row: int, at: str, *, again: bool = False) -> None:
        """Record that a request for `row` is about to leave; if this fails, it must not leave.

        Args:
            run: The run's number.
            row: The row's true number in the source.
            at: When, ISO 8601 in UTC.
            again: Whether an earlier request left, and a check did not find its type.

        Raises:
            OutputError: It cannot be recorded: the journal was removed, renamed, replaced or
                overwritten, or its disk is full.
        """
        self._file.check(run)
        values = {"run": run, "row": row, "at": at, "again": again}
        with self._connection(self._store.fenced()) as connection:
            made = connection.execute(insert(INTENTS).values(**values)).inserted_primary_key
            number = made[0] if made else None
            if connection.scalar(select(RUNS.c.run).where(RUNS.c.run == run)) is None:
                raise OutputError(
                    f"Run {run} is missing from the journal {self.path}: its content was replaced. "
                    "The run stops, because nothing is sent that cannot be recorded."
                )
        self._file.check(run, number)

    def withdraw(self, run: str, row: int) -> None:
        """Remove the last intent of a row, whose request certainly has not left."""
        last = select(func.max(INTENTS.c.number)).where(INTENTS.c.run == run, INTENTS.c.row == row)
        with self._connection(self._store.owned()) as connection:
            connection.execute(delete(INTENTS).where(INTENTS.c.number == last.scalar_subquery()))

    def settle(self, run: str, outcome: Outcome, stored: dict[str, Any] | None) -> None:
        """Record the outcome of a row, and the record in the service's answer.

        It replaces an earlier outcome of the row.
        """
        with self._connection(self._store.owned()) as connection:
            connection.execute(self._ended(run, outcome, stored))
        self._file.check(run)
        self._file.settled(run, outcome.row)

    def settle_by_hand(
        self, run: str, outcome: Outcome, stored: dict[str, Any] | None, *, who: str, done: bool
    ) -> None:
        """Record the outcome of a row by a person's decision, and the decision itself."""
        decision = {
            "run": run,
            "row": outcome.row,
            "at": outcome.at,
            "who": who,
            "what": "done" if done else "not done",
            "id": outcome.id if done else None,
        }
        with self._connection(self._store.owned()) as connection:
            connection.execute(self._ended(run, outcome, stored))
            connection.execute(insert(SETTLED).values(**decision))
        self._file.check(run)

    def note(self, run: str, exchanges: Sequence[Exchange]) -> None:
        """Record requests that have ended."""
        with self._connection() as connection:
            connection.execute(insert(REQUESTS), [{"run": run, **asdict(e)} for e in exchanges])

    def remark_all(self, run: str, outcomes: Iterable[Outcome]) -> None:
        """Replace several outcomes, all of them or none; the stored records stay."""
        with self._connection(self._store.owned()) as connection:
            for outcome in outcomes:
                values = outcome.as_dict()  # an interrupted row may have no outcome yet
                connection.execute(self._put(values, run))

    def looked(self, run: str) -> None:
        """Record that a resume has checked the rows with an unknown outcome."""
        self._set(run, self._store.owned(), looked=True)

    def finish(self, run: str, state: str, reason: str, at: str) -> None:
        """Record that a run has ended, and why if it stopped early."""
        self._set(run, self._store.fenced(), state=state, reason=reason, finished=at)
        self._file.check(run)

    def resumed(self, run: str, options: dict[str, Any] | None = None) -> None:
        """Record that a run was resumed, with its options if they were changed."""
        going: dict[str, Any] = {
            "state": "running",
            "reason": "",
            "finished": None,
            "stop": False,
            "looked": False,
        }
        if options is not None:
            going["options"] = json.dumps(options)
        self._set(run, self._store.fenced(), **going)
        self._file.check_content(run)

    def ask_to_stop(self, run: str) -> None:
        """Ask a run, in whatever process it is, to stop at the next row."""
        self._set(run, stop=True)

    def end_session(self, run: str) -> bool:
        """End the session of a run that hangs; return whether there was one.

        Raises:
            SettingsError: The journal is not shared.
        """
        return self._store.end_session(run)

    def _set(
        self, run: str, given: AbstractContextManager[Connection] | None = None, **values: Any
    ) -> None:
        with self._connection(given) as connection:
            connection.execute(update(RUNS).where(RUNS.c.run == run).values(**values))

    def _ended(self, run: str, outcome: Outcome, stored: dict[str, Any] | None) -> Insert:
        """Return the statement that inserts or replaces the outcome of a row."""
        document = None if stored is None else json.dumps(stored)
        return self._put({**outcome.as_dict(), "stored": document}, run)

    def _put(self, values: dict[str, Any], run: str) -> Insert:
        statement = self._store.insert(OUTCOMES).values(**values, run=run)
        put: Insert = statement.on_conflict_do_update(index_elements=["run", "row"], set_=values)
        return put

"""Writing the journal: intents and outcomes, on disk before the next step.

SQLite with a write-ahead log and full sync: what was committed survives a crash of the process and
of the machine. Tokens never get here: the journal receives rows and bodies, never settings.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from certbulk.applying.journal.reading import JournalReading, RunRecord, digest_of
from certbulk.applying.journal.schema import INTENTS, OUTCOMES, REQUESTS, RUNS, SETTLED
from certbulk.errors import OutputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.dialects.sqlite import Insert

    from certbulk.api.loop import Exchange
    from certbulk.applying.outcome import Outcome

__all__ = ["Journal", "RunRecord", "who_sends"]


class Journal(JournalReading):
    """The journal in a state folder; safe to use from several threads and processes.

    Raises:
        OutputError: The folder cannot be written.
    """

    def begin(self, record: RunRecord) -> None:
        """Record a run and its plan, before anything is sent.

        Raises:
            PlanError: The plan has been carried out before.
        """
        values = {**record._asdict(), "plan_id": record.plan["id"]}
        values["plan"] = json.dumps(record.plan)
        values["plan_sha256"] = digest_of(values["plan"])
        values["options"] = json.dumps(record.options)
        try:
            with self._connection() as connection:
                connection.execute(insert(RUNS).values(**values))
        except IntegrityError:
            earlier = self._row(RUNS.c.plan_id == record.plan["id"])
            raise PlanError(
                f"This plan was applied at {earlier.started} by run {earlier.run}. A plan can be "
                "carried out once only: make a new plan, or resume that run.",
                terminal=f"Resume it: certbulk resume {earlier.run}",
            ) from None
        self._file.check_content(record.run)

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
        with self._connection() as connection:
            number = connection.execute(insert(INTENTS).values(**values)).lastrowid
            if connection.scalar(select(RUNS.c.run).where(RUNS.c.run == run)) is None:
                raise OutputError(
                    f"Run {run} is no longer in the journal {self.path}: its content was replaced. "
                    "The run stops, because nothing is sent that cannot be recorded."
                )
        self._file.check(run, number)

    def withdraw(self, run: str, row: int) -> None:
        """Remove the last intent of a row, whose request certainly has not left."""
        last = select(func.max(INTENTS.c.number)).where(INTENTS.c.run == run, INTENTS.c.row == row)
        with self._connection() as connection:
            connection.execute(delete(INTENTS).where(INTENTS.c.number == last.scalar_subquery()))

    def settle(self, run: str, outcome: Outcome, stored: dict[str, Any] | None) -> None:
        """Record the outcome of a row, and the record in the service's answer.

        It replaces an earlier outcome of the row.
        """
        with self._connection() as connection:
            connection.execute(_ended(run, outcome, stored))
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
        with self._connection() as connection:
            connection.execute(_ended(run, outcome, stored))
            connection.execute(insert(SETTLED).values(**decision))
        self._file.check(run)

    def note(self, run: str, exchanges: Sequence[Exchange]) -> None:
        """Record requests that have ended."""
        with self._connection() as connection:
            connection.execute(insert(REQUESTS), [{"run": run, **asdict(e)} for e in exchanges])

    def remark_all(self, run: str, outcomes: Iterable[Outcome]) -> None:
        """Replace several outcomes, all of them or none; the stored records stay."""
        with self._connection() as connection:
            for outcome in outcomes:
                values = outcome.as_dict()  # an interrupted row may have no outcome yet
                statement = insert(OUTCOMES).values(**values, run=run)
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["run", "row"], set_=values)
                )

    def looked(self, run: str) -> None:
        """Record that a resume has checked the rows with an unknown outcome."""
        self._set(run, looked=True)

    def finish(self, run: str, state: str, reason: str, at: str) -> None:
        """Record that a run has ended, and why if it stopped early."""
        self._set(run, state=state, reason=reason, finished=at)
        self._file.check(run)

    def resumed(self, run: str, options: dict[str, Any] | None = None) -> None:
        """Record that a run was resumed, with its options if they were changed."""
        going = {"state": "running", "reason": "", "finished": None, "stop": False, "looked": False}
        self._set(run, **going, **({} if options is None else {"options": json.dumps(options)}))
        self._file.check_content(run)

    def ask_to_stop(self, run: str) -> None:
        """Ask a run, in whatever process it is, to stop at the next row."""
        self._set(run, stop=True)

    def _set(self, run: str, **values: Any) -> None:
        with self._connection() as connection:
            connection.execute(update(RUNS).where(RUNS.c.run == run).values(**values))


def _ended(run: str, outcome: Outcome, stored: dict[str, Any] | None) -> Insert:
    """Return the statement that inserts or replaces the outcome of a row."""
    values = {
        **outcome.as_dict(),
        "run": run,
        "stored": None if stored is None else json.dumps(stored),
    }
    statement = insert(OUTCOMES).values(**values)
    return statement.on_conflict_do_update(index_elements=["run", "row"], set_=values)


def who_sends() -> str:
    """Return the login name and host of this process, such as anna@desk-3.

    The user of a container may have no name; its number is used then.
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError, ImportError: before Python 3.13
        name = str(os.getuid()) if hasattr(os, "getuid") else ""
    return f"{name}@{socket.gethostname()}"

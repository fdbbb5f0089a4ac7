"""The journal: what runs intend and how each row ended, on disk before the next step.

SQLite with a write-ahead log and full sync: what was committed survives the end of the process
and of the machine. Tokens never get here: a journal is given rows and bodies, never settings.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from certbulk.api.exchange import Exchange
from certbulk.applying.database import damage_in, opened, reason_of
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.schema import INTENTS, OUTCOMES, REQUESTS, RUNS
from certbulk.errors import NoSuchRunError, OutputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row

__all__ = ["Journal", "RunRecord"]

_OUTCOME_FIELDS = [field.name for field in fields(Outcome) if field.name in OUTCOMES.c]


class RunRecord(NamedTuple):
    """A run as the journal has it; `plan` is the plan's document, `options` those of the run."""

    run: str
    started: str
    finished: str | None
    state: str
    reason: str
    source: str
    sha256: str
    base_url: str
    chain_id: int
    options: dict[str, Any]
    plan: dict[str, Any]


class Journal:
    """The journal in a state folder; safe to use from several threads and processes.

    Raises:
        OutputError: The folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "journal.sqlite"
        self._engine = opened(self.path)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise OutputError(
                damage_in(self.path, error)
                or f"The journal {self.path} cannot be used ({reason_of(error)}). The run stops: "
                "nothing is sent that is not written down."
            ) from None

    # --- writing

    def begin(self, record: RunRecord) -> None:
        """Write down a run and the plan it is to carry out, before anything is sent.

        Raises:
            PlanError: The plan has been carried out before.
        """
        values = {**record._asdict(), "plan_id": record.plan["id"]}
        values["plan"] = json.dumps(record.plan)
        values["plan_sha256"] = _digest(values["plan"])
        values["options"] = json.dumps(record.options)
        try:
            with self._connection() as connection:
                connection.execute(insert(RUNS).values(**values))
        except IntegrityError:
            earlier = self._row(RUNS.c.plan_id == record.plan["id"])
            raise PlanError(
                f"This plan was applied at {earlier.started} by run {earlier.run}. A plan is "
                "carried out once: make a new one, or go on with that run.",
                terminal=f"Go on with it: certbulk resume {earlier.run}",
            ) from None

    def intend(self, run: str, row: int, at: str) -> None:
        """Write down that a request for `row` is about to leave."""
        with self._connection() as connection:
            connection.execute(insert(INTENTS).values(run=run, row=row, at=at))

    def withdraw(self, run: str, row: int) -> None:
        """Take back the last intent of a row: it is certain that its request has not left."""
        last = select(func.max(INTENTS.c.number)).where(INTENTS.c.run == run, INTENTS.c.row == row)
        with self._connection() as connection:
            connection.execute(delete(INTENTS).where(INTENTS.c.number == last.scalar_subquery()))

    def settle(self, run: str, outcome: Outcome, stored: dict[str, Any] | None) -> None:
        """Write down how a row ended, and the record that the service answered.

        An outcome that was unknown gives way to what was found out.
        """
        values = {
            **{name: getattr(outcome, name) for name in _OUTCOME_FIELDS},
            "status": str(outcome.status),
            "run": run,
            "stored": None if stored is None else json.dumps(stored),
        }
        statement = insert(OUTCOMES).values(**values)
        with self._connection() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["run", "row"], set_=values)
            )

    def note(self, run: str, exchanges: Sequence[Exchange]) -> None:
        """Write down requests that have ended."""
        with self._connection() as connection:
            connection.execute(insert(REQUESTS), [{"run": run, **asdict(e)} for e in exchanges])

    def remark(self, run: str, outcome: Outcome) -> None:
        """Write down an outcome's new code and message; what was stored stays."""
        statement = update(OUTCOMES).where(OUTCOMES.c.run == run, OUTCOMES.c.row == outcome.row)
        with self._connection() as connection:
            connection.execute(statement.values(code=outcome.code, message=outcome.message))

    def finish(self, run: str, state: str, reason: str, at: str) -> None:
        """Write down that a run has ended, and why if it was before its end."""
        self._set(run, state=state, reason=reason, finished=at)

    def resumed(self, run: str) -> None:
        """Write down that a run goes on."""
        self._set(run, state="running", reason="", finished=None, stop=False)

    def ask_to_stop(self, run: str) -> None:
        """Ask a run, in whatever process it is, to stop at the next row."""
        self._set(run, stop=True)

    def _set(self, run: str, **values: Any) -> None:
        with self._connection() as connection:
            connection.execute(update(RUNS).where(RUNS.c.run == run).values(**values))

    # --- reading

    def asked_to_stop(self, run: str) -> bool:
        """Tell whether a run has been asked to stop."""
        with self._connection() as connection:
            return bool(connection.scalar(select(RUNS.c.stop).where(RUNS.c.run == run)))

    def runs(self) -> list[str]:
        """Return the runs' numbers, newest first."""
        with self._connection() as connection:
            return list(connection.scalars(select(RUNS.c.run).order_by(text("rowid DESC"))))

    def runs_of(self, base_url: str, chain_id: int, most: int) -> list[dict[str, Any]]:
        """Return the newest runs of a chain, newest first, with neither plan nor outcomes."""
        names = ("run", "plan_id", "started", "finished", "state", "reason", "source")
        wanted = (
            select(*(RUNS.c[name] for name in names))
            .where(RUNS.c.base_url == base_url, RUNS.c.chain_id == chain_id)
            .order_by(text("rowid DESC"))
            .limit(most)
        )
        with self._connection() as connection:
            return [row._asdict() for row in connection.execute(wanted)]

    def run(self, run: str) -> RunRecord:
        """Return a run.

        Raises:
            NoSuchRunError: There is none of that number.
            PlanError: Its plan is not the one that it began with.
        """
        row = self._row(RUNS.c.run == run)
        if _digest(row.plan) != row.plan_sha256:
            raise PlanError(
                f"The plan of run {run} in the journal {self.path} is not the one that it began "
                "with, so it is not gone on with. Make a new plan."
            )
        values = {name: getattr(row, name) for name in RunRecord._fields}
        with self._sound(run):
            values["plan"] = json.loads(row.plan)
            values["options"] = json.loads(row.options)
        return RunRecord(**values)

    @contextmanager
    def _sound(self, run: str) -> Iterator[None]:
        """Say of a run whose entries make no sense that they do not."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise PlanError(
                f"What the journal {self.path} says of run {run} is damaged ({error})."
            ) from None

    def _row(self, condition: Any) -> Row[Any]:
        with self._connection() as connection:
            row = connection.execute(select(RUNS).where(condition)).one_or_none()
        if row is None:
            raise NoSuchRunError(
                f"The journal {self.path} has no such run. See the list of runs.",
                terminal="List them: certbulk runs",
            )
        return row

    def head(self, run: str) -> dict[str, Any]:
        """Return what a run began with, but for its plan."""
        row = self._row(RUNS.c.run == run)
        return {
            "run": row.run,
            "started": row.started,
            "file": row.source,
            "chain_id": row.chain_id,
        }

    def created_by_others(
        self, run: str, base_url: str, chain_id: int, since: str
    ) -> frozenset[int]:
        """Return the ids that other runs have created in a chain since a moment.

        Ids mean something in one chain of one service only, and even there a service that was set
        up anew may give an id for the second time.
        """
        wanted = (
            select(OUTCOMES.c.id)
            .join(RUNS, RUNS.c.run == OUTCOMES.c.run)
            .where(
                OUTCOMES.c.run != run,
                OUTCOMES.c.status == str(Status.CREATED),
                OUTCOMES.c.id.is_not(None),
                OUTCOMES.c.at >= since,
                RUNS.c.base_url == base_url,
                RUNS.c.chain_id == chain_id,
            )
        )
        with self._connection() as connection:
            return frozenset(connection.scalars(wanted))

    def intents(self, run: str) -> dict[int, int]:
        """Return how many requests were about to leave, by row."""
        counted: dict[int, int] = {}
        with self._connection() as connection:
            for row in connection.scalars(select(INTENTS.c.row).where(INTENTS.c.run == run)):
                counted[row] = counted.get(row, 0) + 1
        return counted

    def outcomes(self, run: str) -> dict[int, Outcome]:
        """Return the outcomes of the rows that were sent, by row."""
        columns = [OUTCOMES.c[name] for name in _OUTCOME_FIELDS]
        with self._sound(run), self._connection() as connection:
            rows = connection.execute(select(*columns).where(OUTCOMES.c.run == run))
            return {
                row.row: Outcome(**{**row._asdict(), "status": Status(row.status)}) for row in rows
            }

    def counts(self, run: str) -> dict[str, int]:
        """Return how many of the rows that were sent have ended with each status."""
        by_status = select(OUTCOMES.c.status, func.count()).where(OUTCOMES.c.run == run)
        with self._connection() as connection:
            rows = connection.execute(by_status.group_by(OUTCOMES.c.status))
            return {row[0]: row[1] for row in rows}

    def stored(self, run: str) -> dict[int, dict[str, Any]]:
        """Return the records that the service answered, by row."""
        with self._sound(run), self._connection() as connection:
            rows = connection.execute(
                select(OUTCOMES.c.row, OUTCOMES.c.stored).where(
                    OUTCOMES.c.run == run, OUTCOMES.c.stored.is_not(None)
                )
            )
            return {row.row: json.loads(row.stored) for row in rows}

    def exchanges(self, run: str) -> tuple[Exchange, ...]:
        """Return the requests that a run made, in the order in which they left."""
        columns = [REQUESTS.c[field.name] for field in fields(Exchange)]
        wanted = select(*columns).where(REQUESTS.c.run == run).order_by(REQUESTS.c.at)
        with self._connection() as connection:
            return tuple(Exchange(**row._asdict()) for row in connection.execute(wanted))


def _digest(plan: str) -> str:
    return hashlib.sha256(plan.encode()).hexdigest()

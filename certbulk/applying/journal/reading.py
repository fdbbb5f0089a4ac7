"""Reading the journal: runs, their intents, and the outcomes of their rows."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, literal_column, or_, select, tuple_
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from certbulk.api.loop import Exchange
from certbulk.applying.journal.approvals import approval_of, approved_by
from certbulk.applying.journal.schema import INTENTS, OUTCOMES, REQUESTS, RUNS, SETTLED
from certbulk.applying.journal.store import FileStore
from certbulk.applying.outcome import Outcome, Status
from certbulk.errors import NoSuchRunError, PlanError
from certbulk.planning.plan import WRITES, Action
from certbulk.shared import home as shared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from certbulk.applying.journal.chain_lock import Claim, Holder
    from certbulk.applying.journal.shared_store import SharedStore
    from certbulk.planning.approval import Approval

__all__ = ["JournalReading", "RunRecord", "digest_of", "rows_to_send"]

_OUTCOME_FIELDS = [field.name for field in fields(Outcome)]


class RunRecord(NamedTuple):
    """A run in the journal.

    `plan` is the plan's document, `options` are those of the run; `kind` is "apply" or "undo".
    `who` is the login name and host of the sender, `worker` and `lane` distinguish several senders
    with one journal, and `frame_index` is the index of the frame that was read, as JSON. `approved`
    is the approval with which it began.
    """

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
    kind: str = "apply"
    who: str = ""
    worker: str = ""
    lane: str = ""
    frame_index: str | None = None
    approved: Approval | None = None


class JournalReading:
    """The reading half of `Journal`.

    Raises:
        OutputError: The folder cannot be written.
    """

    def __init__(self, home: Path | shared.Journal) -> None:
        self._store = _store_at(home)
        self._file = self._store.guard
        self._newest: Any = literal_column(self._store.order).desc()
        self.is_shared = isinstance(home, shared.Journal)
        self.folder = self._store.folder
        self.path = self._store.name

    def close(self) -> None:
        """Close the connections."""
        self._store.close()

    def one_run(self, claim: Claim) -> AbstractContextManager[None]:
        """Hold the lock of a chain until the block or the process ends.

        Raises:
            ChainBusyError: Another run holds it, and the claim waits for none or is stopped.
        """
        return self._store.one_run(claim)

    def holder(self, service: str, chain_id: int) -> str | None:
        """Return the run that holds a chain's lock now, or None."""
        found = self.at_work(service, chain_id)
        return found.run if found else None

    def at_work(self, service: str, chain_id: int) -> Holder | None:
        """Return what holds a chain's lock now, or None."""
        return self._store.holder(service, chain_id)

    @contextmanager
    def _connection(
        self, given: AbstractContextManager[Connection] | None = None
    ) -> Iterator[Connection]:
        """Give a connection in a transaction: `given`, or any; errors name the journal."""
        try:
            with given or self._store.engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            self._file.check_still_there()
            raise self._store.unusable(error) from None

    def asked_to_stop(self, run: str) -> bool:
        """Return whether somebody has asked a run to stop."""
        with self._connection() as connection:
            return bool(connection.scalar(select(RUNS.c.stop).where(RUNS.c.run == run)))

    def runs(self) -> list[str]:
        """Return the runs' numbers, newest first."""
        return [head["run"] for head in self.heads()]

    def heads(self) -> list[dict[str, Any]]:
        """Return what is known of the runs without reading their plans and rows, newest first.

        Each has run, started, finished, source, base_url, chain_id and kind; and who, worker, lane
        and approved_by, in words.
        """
        heads = ("run", "started", "finished", "source", "base_url", "chain_id", "kind")
        names = (*heads, "who", "worker", "lane", "approved")
        wanted = select(*(RUNS.c[name] for name in names)).order_by(self._newest)
        with self._connection() as connection:
            return [
                {**row._asdict(), "approved_by": approved_by(row.approved)}
                for row in connection.execute(wanted)
            ]

    def settled(self) -> list[dict[str, Any]]:
        """Return the decisions by hand, oldest first: run, row and at."""
        columns = (SETTLED.c.run, SETTLED.c.row, SETTLED.c.at)
        wanted = select(*columns).order_by(SETTLED.c.number)
        with self._connection() as connection:
            return [row._asdict() for row in connection.execute(wanted)]

    def runs_of(self, base_url: str, chain_id: int, most: int) -> list[dict[str, Any]]:
        """Return the newest runs of a chain, newest first, without plans and outcomes."""
        names = ("run", "plan_id", "started", "finished", "state", "reason", "source", "kind")
        wanted = (
            select(*(RUNS.c[name] for name in names))
            .where(RUNS.c.base_url == base_url, RUNS.c.chain_id == chain_id)
            .order_by(self._newest)
            .limit(most)
        )
        with self._connection() as connection:
            return [row._asdict() for row in connection.execute(wanted)]

    def run(self, run: str) -> RunRecord:
        """Return a run.

        Raises:
            NoSuchRunError: There is no run with this number.
            PlanError: Its plan is not the one that it began with.
        """
        row = self._row(RUNS.c.run == run)
        if digest_of(row.plan) != row.plan_sha256:
            raise PlanError(
                f"The plan of run {run} in the journal {self.path} is not the one that the run "
                "began with, so the run cannot be resumed. Make a new plan."
            )
        values = {name: getattr(row, name) for name in RunRecord._fields}
        with self._sound(run):
            values["plan"] = json.loads(row.plan)
            values["options"] = json.loads(row.options)
            values["approved"] = approval_of(row.approved)
        return RunRecord(**values)

    @contextmanager
    def _sound(self, run: str) -> Iterator[None]:
        """Report entries of a run that cannot be read."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise PlanError(
                f"The entries of run {run} in the journal {self.path} are damaged ({error})."
            ) from None

    def _row(self, condition: Any) -> Row[Any]:
        with self._connection() as connection:
            row = connection.execute(select(RUNS).where(condition)).one_or_none()
        if row is None:
            raise NoSuchRunError(
                f"The journal {self.path} has no such run. Check the list of runs.",
                terminal="List them: certbulk runs",
            )
        return row

    def created_by_others(
        self, run: str, base_url: str, chain_id: int, since: str = ""
    ) -> frozenset[int]:
        """Return the ids that other runs have created in a chain, since a moment or ever.

        An id is valid in one chain of one service only. Even there, a service that was set up
        again may give an id a second time. The clock may be that of another machine: a run that
        began after this one counts whatever it says, and so does a row that left after the first
        one of this run.
        """
        order, own = self._store.order, RUNS.alias("own")
        began = select(literal_column(f"own.{order}")).where(own.c.run == run).scalar_subquery()
        first = select(func.min(INTENTS.c.number)).where(INTENTS.c.run == run).scalar_subquery()
        later = select(INTENTS.c.run, INTENTS.c.row).where(INTENTS.c.number > first)
        wanted = (
            select(OUTCOMES.c.id)
            .join(RUNS, RUNS.c.run == OUTCOMES.c.run)
            .where(
                OUTCOMES.c.run != run,
                OUTCOMES.c.status == str(Status.CREATED),
                OUTCOMES.c.id.is_not(None),
                or_(
                    OUTCOMES.c.at >= since,
                    literal_column(f"runs.{order}") > began,
                    tuple_(OUTCOMES.c.run, OUTCOMES.c.row).in_(later),
                ),
                RUNS.c.base_url == base_url,
                RUNS.c.chain_id == chain_id,
            )
        )
        with self._connection() as connection:
            return frozenset(connection.scalars(wanted))

    def to_resume(self, base_url: str, chain_id: int, sha256: str | None = None) -> str | None:
        """Return the newest run of a chain that a resume can continue; None if there is none.

        With the hash of a file, only runs of this file count, and no undo of one.

        It has rows that were not sent, or rows with an unknown outcome that no resume has checked.
        A run that was refused as a whole has nothing to send. A run that cannot be read is
        returned unless it is finished: the caller reports what is wrong with it.
        """
        wanted = (
            select(RUNS.c.run)
            .where(
                RUNS.c.base_url == base_url,
                RUNS.c.chain_id == chain_id,
                RUNS.c.state != "refused",
            )
            .order_by(self._newest)
        )
        if sha256 is not None:
            wanted = wanted.where(RUNS.c.sha256 == sha256, RUNS.c.kind == "apply")
        with self._connection() as connection:
            numbers = list(connection.scalars(wanted))
        return next((number for number in numbers if self._can_be_resumed(number)), None)

    def _can_be_resumed(self, run: str) -> bool:
        try:
            record, outcomes = self.run(run), self.outcomes(run)
            writes = rows_to_send(record.plan, record.options)
        except PlanError:
            return bool(self._row(RUNS.c.run == run).state != "finished")
        looked = self._row(RUNS.c.run == run).looked
        open_ = (Status.NOT_SENT,) if looked else (Status.NOT_SENT, Status.UNKNOWN)
        return any(row not in outcomes or outcomes[row].status in open_ for row in writes)

    def rows_sent_again(self, run: str) -> set[int]:
        """Return the rows that were sent again because a check did not find their type."""
        wanted = select(INTENTS.c.row).where(INTENTS.c.run == run, INTENTS.c.again)
        with self._connection() as connection:
            return set(connection.scalars(wanted))

    def intents(self, run: str) -> dict[int, int]:
        """Return the number of requests that were about to leave, by row."""
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
        """Return the number of sent rows that have ended, by status."""
        by_status = select(OUTCOMES.c.status, func.count()).where(OUTCOMES.c.run == run)
        with self._connection() as connection:
            rows = connection.execute(by_status.group_by(OUTCOMES.c.status))
            return {row[0]: row[1] for row in rows}

    def stored(self, run: str) -> dict[int, dict[str, Any]]:
        """Return the records in the service's answers, by row."""
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


def _store_at(home: Path | shared.Journal) -> FileStore | SharedStore:
    if not isinstance(home, shared.Journal):
        return FileStore(home)
    from certbulk.applying.journal.shared_store import SharedStore  # noqa: PLC0415 (if needed)

    return SharedStore(home)


def digest_of(plan: str) -> str:
    """Return the SHA-256 of a plan's document, as hexadecimal digits."""
    return hashlib.sha256(plan.encode()).hexdigest()


def rows_to_send(plan: dict[str, Any], options: dict[str, Any]) -> list[int]:
    """Return the rows that a run of this plan document sends, in its order.

    Raises:
        PlanError: The document is damaged.
    """
    try:
        actions = {int(d["row"]): str(d["action"]) for d in plan["decisions"]}
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"The plan is damaged ({error!r}). Make a new plan.") from None
    bad = {Action.INVALID, Action.BLOCKED} & set(actions.values())
    if options.get("all_or_nothing") and bad:
        return []
    return [row for row, action in actions.items() if action in WRITES]

"""Reading the journal by plans: how far each of many has been carried out, in one question."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from certbulk.applying.journal.reading import JournalReading
from certbulk.applying.journal.schema import OUTCOMES, REQUESTS, RUNS
from certbulk.applying.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["JournalByPlan", "PlanCarriedOut", "parts"]

_TOO_MANY_REQUESTS = 429
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PlanCarriedOut:
    """How far the run of a plan is.

    Attributes:
        run: The run's number.
        state: running, finished, stopped, refused, or interrupted (its process has ended).
        reason: The reason why it stopped.
        lane: The lane in which it was begun.
        who: Who carries it out, or has begun it if that has ended: login name, host, process.
        limited: The requests that the service answered with 429.
        counts: The number of rows that have ended, by status; rows that were not sent are missing.
        chain: The service and the id of its chain.
        looked: Whether a resume has checked the rows with an unknown outcome.
    """

    run: str
    state: str
    reason: str
    lane: str
    who: str
    limited: int
    looked: bool
    chain: tuple[str, int]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether a resume could do nothing more."""
        if self.state == "refused":
            return True
        doubtful = 0 if self.looked else self.counts.get(Status.UNKNOWN, 0)
        return self.state == "finished" and not doubtful + self.counts.get(Status.NOT_SENT, 0)


class JournalByPlan(JournalReading):
    """The journal, read by the ids of plans.

    Raises:
        OutputError: The folder cannot be written, or the database cannot be used.
    """

    def of_plans(self, plans: Collection[str]) -> dict[str, PlanCarriedOut]:
        """Return how far plans have been carried out, by their ids.

        Those without a run are missing. It takes one SELECT for each 500 plans.
        """
        found = self._with_holders(self._of_plans(plans))
        if gone := [plan for plan, one in found.items() if one.state == "interrupted"]:
            # A run records its end before it releases its chain.
            found |= self._with_holders(self._of_plans(gone))
        return found

    def _with_holders(self, found: dict[str, PlanCarriedOut]) -> dict[str, PlanCarriedOut]:
        return {plan: self._with_holder(one) for plan, one in found.items()}

    def _with_holder(self, one: PlanCarriedOut) -> PlanCarriedOut:
        """Return a run with who carries it out now; interrupted if it was running and nobody is."""
        if one.state != "running":
            return one
        now = self.at_work(*one.chain)
        if now is None or now.run != one.run:
            return replace(one, state="interrupted")
        return replace(one, who=f"{now.who} {now.worker}")

    def _of_plans(self, plans: Collection[str]) -> dict[str, PlanCarriedOut]:
        """Return the runs of these plans, by plan id, with the numbers of their outcomes."""
        found: dict[str, PlanCarriedOut] = {}
        for some in parts(list(plans)):
            limited = (
                select(func.count())
                .where(REQUESTS.c.run == RUNS.c.run, REQUESTS.c.status == _TOO_MANY_REQUESTS)
                .scalar_subquery()
            )
            names = (
                *("plan_id", "run", "state", "reason", "lane", "looked"),
                *("who", "worker", "base_url", "chain_id"),
            )
            wanted = (
                select(
                    *(RUNS.c[name] for name in names),
                    limited.label("limited"),
                    OUTCOMES.c.status,
                    func.count().label("rows"),
                )
                .outerjoin(OUTCOMES, OUTCOMES.c.run == RUNS.c.run)
                .where(RUNS.c.plan_id.in_(some))
                .group_by(*(RUNS.c[name] for name in names), OUTCOMES.c.status)
            )
            with self._connection() as connection:
                lines = connection.execute(wanted).all()
            for line in lines:
                known = found.setdefault(
                    line.plan_id,
                    PlanCarriedOut(
                        line.run,
                        line.state,
                        line.reason,
                        line.lane,
                        " ".join(filter(None, (line.who, line.worker))),
                        line.limited,
                        bool(line.looked),
                        (line.base_url, line.chain_id),
                    ),
                )
                if line.status is not None:
                    known.counts[line.status] = line.rows
        return found


def parts(values: list[str]) -> Iterator[list[str]]:
    """Split the values of a statement: a database takes only some thousands at once."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]

"""How the rows of a plan ended: what the results of a run, and its `join`, are made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.applying.outcome import NOT_LOOKED, WARNINGS, Outcome, Status

if TYPE_CHECKING:
    from certbulk.api.loop import Exchange
    from certbulk.planning import Plan

__all__ = ["VERIFIED", "RowsEnded"]

VERIFIED = {
    "verified": "yes",
    "differs": "differs",
    "gone": "gone",
    "doubled": "doubled",
    "not_looked": NOT_LOOKED,
}
"""Names of the counts of what `Outcome.verified` says."""


@dataclass(frozen=True, slots=True)
class RowsEnded:
    """A plan, one outcome for each of its rows, and how the run with them went; see `Run`."""

    id: str
    plan: Plan
    outcomes: tuple[Outcome, ...]
    state: str
    reason: str
    started: str
    finished: str
    exchanges: tuple[Exchange, ...] = ()
    verifies: bool = False

    def __post_init__(self) -> None:
        """Refuse to exist with a row lost or doubled.

        Raises:
            RuntimeError: The outcomes are not exactly those of the rows read, in their order.
        """
        read = self.plan.report.sheet.rows.tolist()
        if [outcome.row for outcome in self.outcomes] != read:
            raise RuntimeError(
                f"The run has {len(self.outcomes)} outcomes for {len(read)} rows, or in another "
                "order. This is a mistake in certbulk: the journal has the truth."
            )

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended with each status; together they are all rows read."""
        counted = Counter(outcome.status for outcome in self.outcomes)
        undo = self.plan.undoes is not None
        shown = (status for status in Status if status is not Status.DELETED or undo)
        return {str(status): counted[status] for status in shown}

    @property
    def warnings(self) -> int:
        """How many rows were carried out, and are to be looked at all the same."""
        return sum(outcome.code in WARNINGS for outcome in self.outcomes)

    @property
    def verified(self) -> dict[str, int]:
        """How many of the rows that were sent were found live as they ended, and how not.

        Keys: verified, differs, gone, doubled, not_looked.
        """
        counted = Counter(outcome.verified for outcome in self.outcomes)
        return {name: counted[value] for name, value in VERIFIED.items()}

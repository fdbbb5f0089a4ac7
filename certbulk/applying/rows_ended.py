"""The outcomes of the rows of a plan, from which results and `Run.join` are made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.applying.outcome import NOT_LOOKED, WARNINGS, Outcome, Status

if TYPE_CHECKING:
    from certbulk.api.loop import Exchange
    from certbulk.planning import Plan
    from certbulk.planning.approval import Approval

__all__ = ["VERIFIED", "RowsEnded"]

VERIFIED = {
    "verified": "yes",
    "differs": "differs",
    "gone": "gone",
    "doubled": "doubled",
    "not_looked": NOT_LOOKED,
}
"""The names of the counts, with the values of `Outcome.verified` that they count."""


@dataclass(frozen=True, slots=True, eq=False)
class RowsEnded:
    """A plan, one outcome for each of its rows, and the course of the run; see `Run`."""

    id: str
    plan: Plan
    outcomes: tuple[Outcome, ...]
    state: str
    reason: str
    started: str
    finished: str
    exchanges: tuple[Exchange, ...] = ()
    verifies: bool = False
    approved: Approval | None = None

    def __post_init__(self) -> None:
        """Check that each row that was read has exactly one outcome.

        Raises:
            RuntimeError: A row is lost or doubled, or the order differs.
        """
        read = self.plan.report.sheet.rows.tolist()
        if [outcome.row for outcome in self.outcomes] != read:
            raise RuntimeError(
                f"The run has {len(self.outcomes)} outcomes for {len(read)} rows, or in another "
                "order. This is a bug in certbulk; the journal has the correct outcomes."
            )

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows by status; their sum is the number of rows that were read."""
        counted = Counter(outcome.status for outcome in self.outcomes)
        undo = self.plan.undoes is not None
        shown = (status for status in Status if status is not Status.DELETED or undo)
        return {str(status): counted[status] for status in shown}

    @property
    def warnings(self) -> int:
        """The number of rows that were carried out but should be checked."""
        return sum(outcome.code in WARNINGS for outcome in self.outcomes)

    @property
    def verified(self) -> dict[str, int]:
        """The number of sent rows by the result of the check of what is live.

        Keys: verified, differs, gone, doubled, not_looked.
        """
        counted = Counter(outcome.verified for outcome in self.outcomes)
        return {name: counted[value] for name, value in VERIFIED.items()}

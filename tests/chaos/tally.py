"""What came of a campaign, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.judge import BROKEN, NOTED

__all__ = ["Tally"]

_HAPPENED = ("runs", "kills", "suspends", "resumes", "undos", "faults", "lies", "rows")
_TOO_BAD = ("unfinished", "crashed")


@dataclass
class Tally:
    """Counts by name, statuses of rows, and in words what is broken, and what is only noted.

    `happened` has the names that are shown before what is broken.
    """

    happened: tuple[str, ...] = _HAPPENED
    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    where: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether the promise was broken anywhere."""
        return any(self.counts[name] for name in (*BROKEN, *_TOO_BAD))

    def add(self, other: Tally) -> None:
        """Add what came of more runs."""
        self.counts += other.counts
        self.statuses += other.statuses
        self.where += other.where
        self.noted += other.noted

    def row(self) -> str:
        """Return the counts as a table of one row, in Markdown."""
        names = (*self.happened, *BROKEN, *_TOO_BAD, *NOTED)
        heads = [name.replace("_", " ") for name in names]
        cells = [f"{self.counts[name]:,}" for name in names]
        lines = (heads, ["--:"] * len(names), cells)
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def __str__(self) -> str:
        counted = ", ".join(f"{n} {status}" for status, n in self.statuses.most_common())
        return "\n".join([self.row(), counted, *self.where])

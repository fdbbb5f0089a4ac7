"""How a run is carried out: what can be set, with its defaults in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from certbulk.errors import PlanError
from certbulk.planning.estimate import MANY_WRITES, STALENESS

if TYPE_CHECKING:
    from certbulk.api import Client
    from certbulk.applying.journal.writing import Journal
    from certbulk.arguments import Arguments
    from certbulk.planning import Plan

__all__ = ["STANDARD", "Job", "Options", "checked_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be set about a run.

    Attributes:
        batch_size: Rows after which it is asked anew whether to stop and to look at what is live;
            no more of them are in flight at once.
        all_or_nothing: Send nothing if any row is invalid or blocked.
        canary: How many rows go first, to be read back and compared; None for one where there are
            more than twenty writes, else none.
        settle: Whether unknown outcomes are looked up at the end of the run.
        settle_pause: Seconds before each of the two looks: a slow server may still be at it. It
            is as long as a client waits for an answer.
        verify: Whether one listing at the end holds every row that was sent against what is live.
        staleness: Seconds that the last look at what is live may be old when a request leaves; the
            time that the machine sleeps counts. If no row can leave within it, it is doubled until
            one can.
        most_failures: The run stops when this many consecutive rows have failed.
        most_retries: The run stops when this many requests have been retried, all rows together.

    Raises:
        PlanError: A value cannot be right.
    """

    batch_size: int = 50
    all_or_nothing: bool = False
    canary: int | None = None
    settle: bool = True
    settle_pause: float = 30.0
    verify: bool = True
    staleness: float = STALENESS
    most_failures: int = 10
    most_retries: int = 500

    def __post_init__(self) -> None:
        for name in ("batch_size", "most_failures", "most_retries"):
            if getattr(self, name) < 1:
                raise PlanError(f"{name} must be at least 1.")
        for name in ("settle_pause", "staleness"):
            if not 0 <= getattr(self, name) < math.inf:
                raise PlanError(f"{name} must be a number of seconds from 0.")

    def canaries(self, writes: int) -> int:
        """Return how many of so many writes go first."""
        if self.canary is None:
            return 1 if writes > MANY_WRITES else 0
        return max(0, min(self.canary, writes))


STANDARD = Options()
"""What a run does unless something else is asked for: the defaults of `apply`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run: what it carries out, and with what.

    Attributes:
        run: The run's number.
        plan: The plan.
        client: The chain.
        journal: Receives intents and outcomes.
        options: How the plan is carried out.
    """

    run: str
    plan: Plan
    client: Client
    journal: Journal
    options: Options


def checked_options(takes: Arguments, **given: Any) -> Options:
    """Return the options that were given; `takes` refuses those that are of another kind.

    Raises:
        ArgumentError: A value is of another kind.
        PlanError: A value cannot be right.
    """
    kinds = {field.name: str(field.type) for field in fields(Options)}
    for name, value in given.items():
        match kinds[name]:
            case "bool":
                takes.flags(**{name: value})
            case "float":
                takes.number(name, value)
            case kind:
                takes.whole_number(name, value, optional="None" in kind)
    return Options(**given)

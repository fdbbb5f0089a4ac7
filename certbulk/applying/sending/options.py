"""The options of a run with their defaults, and the parts of a run."""

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
    """The options of a run: see `apply`.

    The time that the machine sleeps counts for `staleness`. If no row can leave in that time, it is
    doubled until one can. `settle_pause` is as long as a client waits for an answer.

    Raises:
        PlanError: A value is impossible.
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
        """Return the number of rows that are sent first, of this number of writes."""
        if self.canary is None:
            return 1 if writes > MANY_WRITES else 0
        return max(0, min(self.canary, writes))


STANDARD = Options()
"""The default options of `apply`."""


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
    """Return the options that were given, each checked by `takes`.

    Raises:
        ArgumentError: A value has the wrong type.
        PlanError: A value is impossible.
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

"""The plans of jobs, kept in the journal before anything is sent.

The same work finds its plan again: a fleet that is started again continues, and of two people who
start the same fleet with one journal, the second finds the plans of the first.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.journal.kept_plans import JournalOfPlans, KeptPlan
from certbulk.errors import PlanError
from certbulk.fleets.job import Job, JobResult
from certbulk.planning.saving.document import document_of, plan_of
from certbulk.planning.saving.files import plan_as_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from certbulk.shared.home import Journal

__all__ = ["keep", "loaded", "told"]

_NOT_KEPT = ("plan", "content", "reached")
_TUPLES = ("details", "approval")  # lists, in JSON


def keep(
    home: Path | Journal, key: str, result: JobResult, *, instead_of: str
) -> tuple[str, JobResult]:
    """Keep the plan of a job, or why there is none.

    Args:
        home: Where the journal is.
        key: What the plan is for.
        result: The plan, and how it looked.
        instead_of: The id of the plan that it replaces; empty for none.

    Returns:
        The id of the plan that is kept now, and how it looked: somebody else may have kept or begun
        another one meanwhile.
    """
    plan_id = document = ""
    if result.plan is not None:
        plan = plan_of(result.plan)
        plan_id, document = plan.id, plan_as_text(plan)
    seen = replace(result, plan=None)
    text = json.dumps({k: v for k, v in asdict(seen).items() if k not in _NOT_KEPT})
    with closing(JournalOfPlans(home)) as journal:
        journal.keep(key, KeptPlan(plan_id, text), document, instead_of=instead_of)
        (kept,) = journal.kept([key]).values()
    return (plan_id, seen) if kept.plan_id == plan_id else _seen(kept) or (plan_id, seen)


def told(home: Path | Journal, keys: Collection[str]) -> dict[str, tuple[str, JobResult]]:
    """Return the ids of the plans that are kept for jobs, and how they looked."""
    with closing(JournalOfPlans(home)) as journal:
        kept = journal.kept(keys)
    return {key: seen for key, one in kept.items() if (seen := _seen(one))}


def _seen(kept: KeptPlan) -> tuple[str, JobResult] | None:
    try:
        values: dict[str, Any] = json.loads(kept.told)
        lists = {name: tuple(values.get(name, ())) for name in _TUPLES}
        return kept.plan_id, JobResult(**{**values, **lists})
    except (ValueError, TypeError):  # of another version
        return None


def loaded(home: Path | Journal, job: Job) -> Job:
    """Return a job with its plan.

    Raises:
        PlanError: The plan was replaced, or is damaged.
    """
    with closing(JournalOfPlans(home)) as journal:
        plan = journal.plan(job.plan_id)
    if plan is None:
        raise PlanError(
            f"The plan of chain {job.chain} was made anew meanwhile. Start the fleet again."
        )
    return replace(job, plan=document_of(plan))

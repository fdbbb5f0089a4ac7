"""The outcomes of a run for their table: in groups, by what a person does about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import CARRIED_OUT, Status
from certbulk.core.cleaning import clean
from certbulk.core.results.result_codes import RESULT_CODES, WARNINGS
from certbulk.page.tables.narrowing import page_of
from certbulk.page.tables.paging import LONGEST, fits
from certbulk.page.texts.by_code import of_outcome
from certbulk.page.texts.text import Text, told

if TYPE_CHECKING:
    from certbulk.applying import Outcome, Run
    from certbulk.page.state import State
    from certbulk.planning import Plan

__all__ = ["GROUPS", "all_outcome_rows", "group_of", "outcome_row", "outcome_table"]

GROUPS = (
    "unknown",
    "to_check",
    "failed",
    "blocked",
    "invalid",
    "not_sent",
    "done",
    "unchanged",
    "skipped",
)
"""Groups of outcomes, the most urgent first. All before `done` are to be looked at."""

_FINE = frozenset({"done", "unchanged", "skipped"})


def group_of(outcome: Outcome) -> str:
    """Return the group of an outcome: its status, unless it was carried out.

    Those are `done`, or `to_check` if they have a warning or what is live contradicts them.
    """
    if outcome.status not in CARRIED_OUT:
        return "to_check" if outcome.code in WARNINGS else str(outcome.status)
    return "done" if outcome.ok and outcome.code not in WARNINGS else "to_check"


def outcome_table(state: State, run: Run) -> dict[str, Any]:
    """Return a page of a run's outcomes: those to look at, one group of them, or all.

    As long as nothing else is asked for, those to look at are shown; all if there are none.
    """
    titles = {decision.row: decision.title for decision in run.plan.decisions}
    groups = {outcome.row: group_of(outcome) for outcome in run.outcomes}
    counted = Counter(groups.values())
    counts = {group: counted[group] for group in GROUPS}
    looks = sum(n for group, n in counts.items() if group not in _FINE)

    def is_shown(outcome: Outcome) -> bool:
        group = groups[outcome.row]
        if state.shown in GROUPS:
            return group == state.shown
        return state.shown == "all" or not looks or group not in _FINE

    narrowed = [
        outcome
        for outcome in run.outcomes
        if is_shown(outcome) and fits(state.find, titles[outcome.row] or "", str(outcome.id or ""))
    ]
    narrowed.sort(key=lambda outcome: GROUPS.index(groups[outcome.row]))

    def shown(one: Outcome) -> dict[str, Any]:
        return outcome_row(one, titles[one.row], run.plan)

    table = page_of(state, narrowed, shown, counts)
    return {**table, "looks": looks}


def all_outcome_rows(run: Run) -> list[dict[str, Any]]:
    """Return every outcome of a run, in the order of its rows: what is printed."""
    titles = (decision.title for decision in run.plan.decisions)
    return [outcome_row(*both, run.plan) for both in zip(run.outcomes, titles, strict=True)]


def outcome_row(outcome: Outcome, title: str, plan: Plan) -> dict[str, Any]:
    """Return an outcome as it is shown."""
    todo = outcome.status is not Status.UNCHANGED and outcome.code in RESULT_CODES
    said = of_outcome(outcome, plan)
    return {
        "row": outcome.row,
        "kind": str(outcome.status),
        "group": group_of(outcome),
        "id": outcome.id,
        "title": clean(title, 120),
        "said": told(said, LONGEST) if said else None,
        "todo": told(Text(f"todo.{outcome.code}")) if todo else None,
        "verified": outcome.verified,
    }

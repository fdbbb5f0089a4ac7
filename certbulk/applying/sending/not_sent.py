"""The outcomes of rows that are not sent, or whose outcome is not known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.applying.outcome import Outcome, Status
from certbulk.core.counting import counted
from certbulk.planning import Action

if TYPE_CHECKING:
    from certbulk.planning import Plan, RowDecision

__all__ = ["not_sent", "open_outcome", "outcomes_without_sending", "why_refused"]

_SETTLED = {
    Action.UNCHANGED: Status.UNCHANGED,
    Action.BLOCKED: Status.BLOCKED,
    Action.INVALID: Status.INVALID,
    Action.SKIP: Status.SKIPPED,
}


def outcomes_without_sending(
    plan: Plan, *, at: str, all_or_nothing: bool
) -> tuple[dict[int, Outcome], list[RowDecision]]:
    """Return the outcomes of the rows that are not sent, by row, and the rows to send.

    With `all_or_nothing`, no row is sent if any row is invalid or blocked.
    """
    refused = why_refused(plan, all_or_nothing=all_or_nothing)
    outcomes: dict[int, Outcome] = {}
    writes: list[RowDecision] = []
    for decision in plan.decisions:
        status, message = _SETTLED.get(decision.action), decision.message
        if status is None and refused:
            status, message = Status.NOT_SENT, refused
        if status is None:
            writes.append(decision)
        else:
            outcomes[decision.row] = Outcome(
                decision.row, status, decision.id, decision.code, message, at=at
            )
    return outcomes, writes


def why_refused(plan: Plan, *, all_or_nothing: bool) -> str:
    """Return in words why a run sends nothing of its plan; '' if it sends."""
    bad = sum(d.action in (Action.INVALID, Action.BLOCKED) for d in plan.decisions)
    if not (all_or_nothing and bad and plan.writes):
        return ""
    rows = counted(bad, "row is", "rows are")
    return f"Nothing was sent: {rows} invalid or blocked (all or nothing)."


def open_outcome(decision: RowDecision, attempts: int, *, running: bool = False) -> Outcome:
    """Return the outcome of a row that has none, and whose request may have left."""
    message = "Its request may have left, and no answer is recorded" + (
        " yet: the run goes on." if running else ": resume the run."
    )
    return Outcome(
        decision.row,
        Status.UNKNOWN,
        decision.id,
        "unknown_outcome",
        message,
        attempts=attempts,
    )


def not_sent(
    decision: RowDecision, reason: str, at: str, attempts: int = 0, *, running: bool = False
) -> Outcome:
    """Return the outcome of a row that was not carried out, or not yet."""
    if running:
        message = "Not sent yet: the run goes on."
    elif reason:
        message = f"Not carried out: the run stopped first ({reason.removesuffix('.')})."
    else:
        message = "Not sent yet: resume the run."
    return Outcome(
        decision.row, Status.NOT_SENT, decision.id, message=message, attempts=attempts, at=at
    )

"""What keeps a plan from being sent without a person: a pure function of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.counting import counted
from certbulk.planning.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.planning import Plan, RowDecision

__all__ = ["details_of", "why_held"]

_MOST = 3
_JUMP = "price_jump"
_ROWS = {Action.INVALID: "invalid", Action.BLOCKED: "blocked"}


def why_held(plan: Plan, *, only_valid: bool = False) -> str:
    """Return why a plan needs a person before it is sent; empty if it does not.

    It does if a row is invalid or blocked, by the policy for example, if a price jumps, or if it
    has no rows. With a price jump, the limit of the job's option price_jump counts.

    Args:
        plan: The plan.
        only_valid: Whether rows that are invalid or blocked may be left behind.
    """
    if not plan.decisions:
        return "The file has no rows."
    reasons = []
    for action, word in _ROWS.items():
        rows = [decision for decision in plan.decisions if decision.action is action]
        if rows and not only_valid:
            codes = list(dict.fromkeys(d.code for d in rows if d.code))
            shown = ", ".join(codes[:_MOST]) + (", …" if len(codes) > _MOST else "")
            reasons.append(f"{counted(len(rows), 'row is', 'rows are')} {word} ({shown})")
    jumps = sum(caution.code == _JUMP for caution in plan.cautions)
    if jumps:
        limit = f"more than {plan.price_jump:g}%"
        reasons.append(f"{counted(jumps, 'price changes', 'prices change')} by {limit}")
    return "; ".join(reasons) + "." if reasons else ""


def details_of(plan: Plan) -> tuple[Mapping[str, Any], ...]:
    """Return a line for each row that needs a person, with every finding of it."""
    return tuple(_lines(plan))


def _lines(plan: Plan) -> Iterator[Mapping[str, Any]]:
    held = {decision.row: decision for decision in plan.decisions if decision.action in _ROWS}
    told = set()
    for finding in plan.report.errors:
        decision = held.get(finding.row or 0)
        told.add(finding.row)
        yield {
            "row": finding.row,
            "id": decision.id if decision else None,
            "title": decision.title if decision else "",
            "status": "invalid",
            "code": finding.code,
            "message": finding.message,
            "value": finding.value,
        }
    for row, one in held.items():
        if row not in told:
            yield _line(one, str(one.action), one.code, one.message)
    by_row = {decision.row: decision for decision in plan.decisions}
    for caution in plan.cautions:
        if caution.code == _JUMP and (known := by_row.get(caution.row or 0)):
            yield _line(known, "price", caution.code, caution.message)


def _line(decision: RowDecision, status: str, code: str, message: str) -> Mapping[str, Any]:
    return {
        "row": decision.row,
        "id": decision.id,
        "title": decision.title,
        "status": status,
        "code": code,
        "message": message,
        "value": "",
    }

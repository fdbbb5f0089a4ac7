"""What is known of each row of a plan, and what it changes, for whichever table shows it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.cleaning import clean
from certbulk.core.kinds import ListChange
from certbulk.page.tables.paging import LONGEST
from certbulk.page.texts.by_code import of_decisions, of_finding, own_header
from certbulk.page.texts.text import told
from certbulk.planning.in_words import shown
from certbulk.planning.plan import WRITES, Action

if TYPE_CHECKING:
    from collections.abc import Collection

    from certbulk.core.findings.finding import Finding
    from certbulk.page.texts.text import Text
    from certbulk.planning import Plan, RowDecision

__all__ = ["PlanRow", "rows_of", "shown_row"]

PRICES = ("balance", "online_sale_price")
_LONGEST_VALUE = 120


class PlanRow(NamedTuple):
    """What is known of a row of a plan, whatever the table shows of it.

    Attributes:
        decision: The decision.
        position: Its position in the plan, from 0.
        said: What the plan says about it, and what was found in its cells if it is sent.
        warned: Whether it is sent with a warning: of its cells, or one that only the plan knows.
        jumps: Whether that is about a price that jumps.
        share: By how many percent the price changes that changes most, below 0 if it falls.
            Infinite for one that was 0 or not set; None if no price changes.
    """

    decision: RowDecision
    position: int
    said: tuple[Text, ...]
    warned: bool
    jumps: bool
    share: float | None


@lru_cache(2)
def rows_of(plan: Plan) -> tuple[PlanRow, ...]:
    """Return what is known of each row of a plan, in its order; worked out once for each plan."""
    said: dict[int, list[Text]] = defaultdict(list)
    for number, text in of_decisions(plan).items():
        said[number].append(text)
    for caution in plan.cautions:
        said[caution.row or 0].append(of_finding(caution, plan.report.sheet))
    found = _warnings(plan)
    for finding in found:
        said[finding.row or 0].append(of_finding(finding, plan.report.sheet))
    warned = {caution.row for caution in (*plan.cautions, *found)}
    jumps = {caution.row for caution in plan.cautions if caution.code == "price_jump"}
    return tuple(
        PlanRow(
            decision,
            position,
            tuple(said.get(decision.row, ())),
            decision.row in warned,
            decision.row in jumps,
            _largest(decision),
        )
        for position, decision in enumerate(plan.decisions)
    )


def _warnings(plan: Plan) -> list[Finding]:
    """Return what was found in the cells of the rows that would be sent."""
    if plan.undoes:  # its rows are those of a run
        return []
    writes = {decision.row for decision in plan.decisions if decision.action in WRITES}
    return [finding for finding in plan.report.all_findings if finding.row in writes]


def shown_row(plan: Plan, row: PlanRow, left_out: Collection[int] = frozenset()) -> dict[str, Any]:
    """Return a row of a plan as the page shows it, with what it changes.

    Args:
        plan: The plan.
        row: The row.
        left_out: The rows that a person took out of the plan.
    """
    decision = row.decision
    return {
        "row": decision.row,
        "kind": str(decision.action),
        "id": decision.id,
        "title": clean(decision.title, _LONGEST_VALUE),
        "said": [told(text, LONGEST) for text in row.said],
        "warned": row.warned,
        "jumps": row.jumps,
        "changes": _changes(plan, row),
        "tick": decision.action in WRITES,
        "send": decision.row not in left_out,
    }


def _changes(plan: Plan, row: PlanRow) -> list[dict[str, Any]]:
    """Return the label of each field, with its old and new value, or what a list gains and loses.

    A type that is created has new values only.
    """

    def said(name: str, value: Any) -> str:
        return clean(shown(name, value, plan.report.directory), _LONGEST_VALUE)

    def change(name: str, old: Any, new: Any) -> dict[str, Any]:
        label, lists = own_header(plan.report.sheet, name), ListChange.between(old, new)
        if lists is not None:
            parts = {"added": lists.added, "removed": lists.removed}
            return {
                "name": name,
                "label": label,
                **{what: said(name, ids) for what, ids in parts.items() if ids},
            }
        share = _share(old, new) if name in PRICES else None
        finite = share if share is not None and abs(share) < inf else None
        return {
            "name": name,
            "label": label,
            "old": said(name, old),
            "new": said(name, new),
            "share": finite,
        }

    decision = row.decision
    if decision.action is not Action.CREATE:
        return [change(name, old, new) for name, (old, new) in decision.changes.items()]
    values = plan.report.values(row.position).items()
    return [
        {"name": name, "label": own_header(plan.report.sheet, name), "new": said(name, value)}
        for name, value in values
        if name != "title"
    ]


def _largest(decision: RowDecision) -> float | None:
    shares = [_share(*decision.changes[name]) for name in PRICES if name in decision.changes]
    return max((share for share in shares if share is not None), key=abs, default=None)


def _share(old: Any, new: Any) -> float | None:
    """Return by how many percent an amount changes; infinite if it was 0 or not set."""
    before, after = (value if isinstance(value, Decimal) else Decimal(0) for value in (old, new))
    if before == after:
        return None
    if not before:
        return inf if after > 0 else -inf
    return float((after - before) / abs(before) * 100)

"""The rows of a plan for its table: what it is narrowed to, and their order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from certbulk.page.state import WRITES
from certbulk.page.tables.narrowing import page_of
from certbulk.page.tables.paging import fits, natural
from certbulk.page.tables.plan_row import rows_of, shown_row
from certbulk.page.texts.by_code import own_header
from certbulk.planning.plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.page.state import State
    from certbulk.page.tables.plan_row import PlanRow
    from certbulk.planning import Plan

__all__ = ["all_plan_rows", "plan_table", "rows_shown"]

_LARGE = 10.0
_ORDER = {str(action): position for position, action in enumerate(Action)}


_SIZES: dict[str, Callable[[PlanRow], bool]] = {
    "jump": lambda row: row.jumps,
    "up": lambda row: row.share is not None and row.share > 0,
    "down": lambda row: row.share is not None and row.share < 0,
    "large": lambda row: row.share is not None and abs(row.share) > _LARGE,
    "none": lambda row: row.decision.action is Action.UPDATE and row.share is None,
}
"""Sizes of change that the table can be narrowed to, by name."""

_SORTS: dict[str, Callable[[PlanRow], Any]] = {
    "row": lambda row: row.position,
    "kind": lambda row: _ORDER[row.decision.action],
    "title": lambda row: natural(row.decision.title),
    "change": lambda row: abs(row.share or 0.0),
}
"""What it can be sorted by: the size of a change is that of its price."""


def rows_shown(state: State) -> list[PlanRow]:
    """Return the rows of the plan that its table is narrowed to, on all its pages, in its order.

    As long as nothing else is asked for, those with warnings come first: prices that jump, above
    all.
    """
    if state.plan is None:
        return []
    of_size = _SIZES.get(state.size)
    rows = [
        row
        for row in rows_of(state.plan)
        if state.shown in ("", row.decision.action)
        and (not state.field or state.field in row.decision.changes)
        and (of_size is None or of_size(row))
        and fits(state.find, row.decision.title, str(row.decision.id or ""))
    ]
    by = _SORTS.get(state.sort.removeprefix("-"))
    if by is None:
        return sorted(rows, key=lambda row: (not row.jumps, not row.warned))
    return sorted(rows, key=by, reverse=state.sort.startswith("-"))


def plan_table(state: State, plan: Plan) -> dict[str, Any]:
    """Return a page of the plan's table, with all that it can be narrowed to."""
    rows, known = rows_shown(state), rows_of(plan)
    writes = [row.decision.row for row in rows if row.decision.action in WRITES]
    fields = Counter(name for row in known for name in row.decision.changes)
    return {
        **page_of(state, rows, lambda row: shown_row(plan, row, state.left_out), plan.counts),
        "sort": state.sort,
        "field": state.field,
        "size": state.size,
        "fields": [
            {"name": name, "label": own_header(plan.report.sheet, name), "count": n}
            for name, n in fields.most_common()
        ],
        "sizes": [
            {"name": name, "count": n}
            for name, is_so in _SIZES.items()
            if (n := sum(map(is_so, known)))
        ],
        "writes": len(writes),
        "taken": sum(row not in state.left_out for row in writes),
    }


def all_plan_rows(state: State, plan: Plan) -> list[dict[str, Any]]:
    """Return every row of a plan, in its order: what is printed."""
    return [shown_row(plan, row, state.left_out) for row in rows_of(plan)]

"""An undo as a workbook to inspect, change and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR, SKIP, UPDATE
from certbulk.core.payload import values_of_body
from certbulk.making.input_workbook import write_input_workbook
from certbulk.planning import Action

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.planning import Plan, RowDecision

__all__ = ["undo_workbook"]


def undo_workbook(plan: Plan, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the values that an undo would restore as an input workbook; return the path.

    Types that the undo would delete have the action `skip`: a workbook cannot delete.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    rows = []
    for decision in plan.decisions:
        if decision.action is Action.UPDATE:
            rows.append({"action": UPDATE, "id": decision.id, **_restored(decision)})
        elif decision.action is Action.DELETE:
            rows.append({"action": SKIP, "id": decision.id, "title": decision.title})
    zone = plan.report.time_zone
    return write_input_workbook(path, rows, zone=zone, overwrite=overwrite)


def _restored(decision: RowDecision) -> dict[str, Any]:
    """Return the cells that restore a type; a field that was empty before gets `<clear>`."""
    cells: dict[str, Any] = {}
    for name, value in values_of_body(decision.body or {}).items():
        if value not in (None, "", ()):
            cells[name] = value
        elif name in decision.changes:
            cells[name] = CLEAR
    return cells

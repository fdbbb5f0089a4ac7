"""An undo as a workbook to look at, change and apply by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR, SKIP, UPDATE
from certbulk.core.payload import values_of_body
from certbulk.making.page import write_input_workbook
from certbulk.planning import Action

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.planning import Plan, RowDecision

__all__ = ["undo_workbook"]


def undo_workbook(plan: Plan, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write what an undo would put back as an input workbook.

    Types that the undo would delete stand in it as `skip`: a workbook cannot ask for a deletion.

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
    """Return the cells that put a type back; one that was empty before is to be emptied again."""
    cells: dict[str, Any] = {}
    for name, value in values_of_body(decision.body or {}).items():
        if value not in (None, "", ()):
            cells[name] = value
        elif name in decision.changes:
            cells[name] = CLEAR
    return cells

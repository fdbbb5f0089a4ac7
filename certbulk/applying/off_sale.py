"""The check-list of issued types that have a successor, to take off sale by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Status
from certbulk.planning.live import times_issued
from certbulk.workbook import TableSheet

if TYPE_CHECKING:
    from certbulk.applying.outcome import Outcome
    from certbulk.applying.rows_ended import RowsEnded
    from certbulk.planning import RowDecision

__all__ = ["to_take_off_sale"]

_HEADERS = ["done", "replaced id", "replaced title", "sold", "successor id", "successor title"]
_IMAGE = "online_sale_image"


def to_take_off_sale(run: RowsEnded) -> list[TableSheet]:
    """Return the sheet `take_off_sale`; none if no type has a successor.

    No endpoint that archives a type is documented, so a person takes the old one off sale. A
    picture of the online shop cannot be copied either (fact:not_in_requests).
    """
    rows = [
        _line(decision, outcome)
        for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True)
        if decision.replaces is not None
        and outcome.id is not None
        and outcome.status in (Status.CREATED, Status.UNCHANGED)
    ]
    return [TableSheet("take_off_sale", [*_HEADERS, "to do"], rows)] if rows else []


def _line(decision: RowDecision, outcome: Outcome) -> list[Any]:
    record = decision.predecessor or {}
    picture = " Give the successor its picture." if record.get(_IMAGE) else ""
    return [
        None,
        decision.replaces,
        record.get("title"),
        times_issued(record) if record else None,
        outcome.id,
        decision.title,
        f"Archive {decision.replaces} in the service.{picture}",
    ]

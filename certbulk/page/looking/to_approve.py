"""The plan of another person, as the page shows it before it is approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.page.tables.paging import one_page
from certbulk.page.tables.plan_row import rows_of, shown_row
from certbulk.planning.plan import WRITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.applying.asking import Asked
    from certbulk.page.tables.plan_row import PlanRow
    from certbulk.planning import Plan
    from certbulk.planning.approval import Approval

__all__ = ["ToApprove", "asked_line", "given_by"]


@dataclass(frozen=True, slots=True)
class ToApprove:
    """A plan for which an approval was asked.

    Attributes:
        plan: The plan.
        asked: Who asked, and when.
        approvals: Its approvals.
        page: Which page of its rows is shown, from 0.
    """

    plan: Plan
    asked: Asked
    approvals: tuple[Approval, ...] = ()
    page: int = 0

    @property
    def shown(self) -> dict[str, Any]:
        """What the page is shown of it."""
        return {
            "kind": "to_approve",
            **asked_line(self.asked._replace(approvals=self.approvals)),
            "made": self.plan.made_at.isoformat(),
            "zone": str(self.plan.report.time_zone),
            "warned": sum(row.warned for row in rows_of(self.plan)),
            "mine": not self.plan.made_elsewhere,
            **one_page(self.page, self._rows, self._line),
        }

    @property
    def printed(self) -> list[dict[str, Any]]:
        """All its rows."""
        return [self._line(row) for row in self._rows]

    @property
    def _rows(self) -> Sequence[PlanRow]:
        """The rows with those first that would be sent, and of these the ones with a warning."""
        return sorted(rows_of(self.plan), key=_in_order)

    def _line(self, row: PlanRow) -> dict[str, Any]:
        return shown_row(self.plan, row)


def _in_order(row: PlanRow) -> tuple[bool, bool]:
    return row.decision.action not in WRITES, not row.warned


def asked_line(asked: Asked) -> dict[str, Any]:
    """Return what is listed of a plan to approve."""
    return {
        "plan": asked.plan_id,
        "file": clean(asked.file, 120),
        "who": clean(asked.who, 60),
        "at": asked.at,
        "counts": dict(asked.counts),
        "approvals": [given_by(approval) for approval in asked.approvals],
    }


def given_by(approval: Approval | None) -> dict[str, str] | None:
    """Return who has approved, and when."""
    if approval is None:
        return None
    return {"who": clean(f"{approval.role} ({approval.who})", 120), "at": approval.at}

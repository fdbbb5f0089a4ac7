"""Titles that go on naming the old face value after a change of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from certbulk.core.amounts import amounts_in
from certbulk.core.findings.finding import found, quoted
from certbulk.planning.in_words import shown
from certbulk.planning.plan import Action
from certbulk.reading.sheet import column_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.core.findings.finding import Finding
    from certbulk.planning.plan import RowDecision
    from certbulk.validating import Report

__all__ = ["old_amount_cautions"]

_MISMATCH = "title_balance_mismatch"


def old_amount_cautions(report: Report, decisions: Iterable[RowDecision]) -> list[Finding]:
    """Return a warning for each change of a face value that the title goes on naming.

    A sheet without titles cannot show it (fact:title_amount). A row whose title was compared with
    the new amount already has no second warning.
    """
    known = {finding.row for finding in report.warnings if finding.code == _MISMATCH}
    if None in known:  # one warning for all rows
        return []
    cautions = []
    for decision in decisions:
        if decision.action not in (Action.UPDATE, Action.CREATE) or decision.row in known:
            continue
        old, new = decision.changes.get("balance", (None, None))
        if not (isinstance(old, Decimal) and isinstance(new, Decimal)):
            continue
        named = amounts_in(decision.title)
        if old not in named or new in named:
            continue
        message = (
            f"{quoted(decision.title)} goes on naming {shown('balance', old)}, but "
            f"{quoted(column_name(report.sheet, 'balance'))} becomes {shown('balance', new)}. "
            "Change the title as well."
        )
        cell = report.sheet.address("title", decision.row)
        title = decision.title
        cautions.append(
            found(
                "title_keeps_amount",
                message,
                row=decision.row,
                cell=cell,
                field="title",
                value=title,
                parts={"old": shown("balance", old), "new": shown("balance", new)},
            )
        )
    return cautions

"""Changes of lists that change nothing: warnings that only a plan can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.payload import values_of
from certbulk.core.references.reference_problems import shown_references
from certbulk.planning.deciding.refusals import list_changes
from certbulk.planning.plan import Action
from certbulk.reading.sheet import cell_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from certbulk.core.findings.finding import Finding
    from certbulk.planning.live import Live
    from certbulk.planning.plan import RowDecision
    from certbulk.validating import Report

__all__ = ["OF_LISTS", "list_cautions"]

OF_LISTS = ("already_listed", "not_listed")
"""The codes of the cautions that only those who see the live types can give."""


_JUDGED = (Action.CREATE, Action.UPDATE, Action.UNCHANGED, Action.BLOCKED)


def list_cautions(
    report: Report, decisions: Iterable[RowDecision], live: Live
) -> tuple[Finding, ...]:
    """Return a warning for each entry to add that is there already, or to remove that is not."""
    cautions: list[Finding] = []
    for position, decision in enumerate(decisions):
        number = decision.id if decision.replaces is None else decision.replaces
        record = live.by_id.get(number or 0)
        if record is not None and decision.action in _JUDGED:
            cautions += _without_effect(report, position, values_of(record))
    return tuple(cautions)


def _without_effect(report: Report, position: int, before: Mapping[str, Any]) -> Iterator[Finding]:
    for name, change in list_changes(report.values(position)):
        live = before.get(name)
        if not isinstance(live, tuple) or report.sheet.column(name) is None:
            continue
        listing = report.directory.listing(BY_NAME[name].refers_to)
        kinds = (
            (OF_LISTS[0], change.already_there(live), "in the list already. Nothing is added"),
            (OF_LISTS[1], change.not_there(live), "not in the list. Nothing is removed"),
        )
        for code, ids, says in kinds:
            if ids:
                verb = "is" if len(ids) == 1 else "are"
                which = shown_references(ids, listing)
                message, parts = f"{which} {verb} {says}.", {"entries": which}
                yield cell_finding(report.sheet, position, name, code, message, parts=parts)

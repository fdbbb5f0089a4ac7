"""Rebuilding a saved plan from its rows: it is refused if it would send anything else.

The checksum of a file has no key, so whoever changes the file can compute a new one. Therefore no
request is taken from the file: each body is built from the sheet's cells and the stored live
record, as the planner does, and must be the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CREATE, UPDATE
from certbulk.core.payload import (
    body_of,
    differences,
    for_create,
    for_update,
    missing_in_record,
    values_of,
    values_of_body,
)
from certbulk.core.titles import strict
from certbulk.errors import PlanError
from certbulk.planning.live import archived, times_issued
from certbulk.planning.plan import WRITES, Action
from certbulk.validating import validate

if TYPE_CHECKING:
    from certbulk.planning.plan import Plan, RowDecision
    from certbulk.validating import Report

__all__ = ["rebuilt"]


def rebuilt(plan: Plan) -> Plan:
    """Return a plan with its sheet validated and its requests built again.

    Raises:
        PlanError: It would send something that its rows do not ask for.
    """
    old = plan.report
    report = validate(old.sheet, directory=old.directory, time_zone=old.time_zone, now=plan.made_at)
    ids: set[int] = set()
    decisions = []
    for place, decision in enumerate(plan.decisions):
        if decision.action not in WRITES:
            decisions.append(replace(decision, body=None))
            continue
        if decision.id in ids or (decision.id is not None and decision.id not in plan.live_ids):
            raise _changed(decision)
        if decision.id is not None:
            ids.add(decision.id)
        again = _undone(decision) if plan.undoes else _planned(decision, report, place)
        if again != decision:
            raise _changed(decision)
        decisions.append(again)
    return replace(plan, report=report, decisions=tuple(decisions))


def _planned(decision: RowDecision, report: Report, place: int) -> RowDecision | None:
    """Return the decision that a row asks for; None if it does not ask for this one."""
    if report.refused[place]:
        raise PlanError(
            f"Row {decision.row} of the plan is invalid but would be sent. Make a new plan."
        )
    given = report.values(place)
    own = report.columns["id"][place] if "id" in report.columns else None
    asked = report.actions[place]
    if decision.action is Action.CREATE and asked == CREATE and own is None:
        values = for_create(given)
        return replace(
            decision, id=None, title=str(values["title"]), body=body_of(values), changes={}
        )
    record = decision.before
    if decision.action is not Action.UPDATE or record is None or record.get("id") != decision.id:
        return None
    titled = strict(given.get("title")) == strict(record.get("title"))
    if not (own == decision.id if asked == UPDATE else asked == CREATE and own is None and titled):
        return None
    if times_issued(record) or archived(record) or missing_in_record(record):
        return None
    before = values_of(record)
    after = for_update(before, given)
    return _update(decision, after, before, str(after.get("title", "")))


def _undone(decision: RowDecision) -> RowDecision | None:
    """Return the decision of an undo; only the journal of the run could confirm its rows."""
    record = decision.before
    if record is None or record.get("id") != decision.id:
        return None
    if decision.action is Action.DELETE:
        return replace(decision, body=None, changes={})
    if decision.action is not Action.UPDATE:
        return None
    wanted = values_of_body(decision.body or {})
    return _update(decision, wanted, values_of(record), decision.title)


def _update(
    decision: RowDecision, after: dict[str, Any], before: dict[str, Any], title: str
) -> RowDecision | None:
    changes = differences(after, before)
    return replace(decision, title=title, body=body_of(after), changes=changes) if changes else None


def _changed(decision: RowDecision) -> PlanError:
    return PlanError(
        f"Row {decision.row} would send something else than it says: the plan has been changed "
        "since it was saved. Make a new plan."
    )

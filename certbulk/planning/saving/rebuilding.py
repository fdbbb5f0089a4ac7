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
from certbulk.planning.cautions import with_cautions
from certbulk.planning.deciding.live_cells import given_values, without_repeats
from certbulk.planning.deciding.refusals import Refusal, refused_change
from certbulk.planning.deciding.successors import (
    successor,
    successor_title,
    successor_values,
)
from certbulk.planning.live import archived, times_issued
from certbulk.planning.plan import WRITES, Action
from certbulk.validating import revalidated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.planning.plan import Plan, RowDecision
    from certbulk.validating import Report

__all__ = ["rebuilt"]


def rebuilt(plan: Plan) -> Plan:
    """Return a plan with its sheet validated and its requests built again.

    Raises:
        PlanError: It would send something that its rows do not ask for.
    """
    old = plan.report
    report = revalidated(replace(old, now=plan.made_at), old.directory)
    report = without_repeats(report, {d.id: d.before for d in plan.decisions if d.id and d.before})
    ids: set[int] = set()
    decisions = []
    for position, decision in enumerate(plan.decisions):
        if decision.action not in WRITES:
            decisions.append(replace(decision, body=None))
            continue
        if decision.id in ids or (decision.id is not None and decision.id not in plan.live_ids):
            raise _changed(decision)
        if decision.id is not None:
            ids.add(decision.id)
        again = _undone(decision) if plan.undoes else _planned(decision, report, position, plan)
        if again != decision:
            raise _changed(decision)
        decisions.append(again)
    return with_cautions(replace(plan, report=report, decisions=tuple(decisions)))


def _planned(
    decision: RowDecision, report: Report, position: int, plan: Plan
) -> RowDecision | None:
    """Return the decision that a row asks for; None if it does not ask for this one."""
    if report.refused[position]:
        raise PlanError(
            f"Row {decision.row} of the plan is invalid but would be sent. Make a new plan."
        )
    own = report.columns["id"][position] if "id" in report.columns else None
    asked = report.actions[position]
    if decision.replaces is not None:
        return _succeeding(decision, report, position, plan.successor_title)
    if decision.action is Action.CREATE and asked == CREATE and own is None:
        values = for_create(report.values(position))
        return replace(
            decision, id=None, title=str(values["title"]), body=body_of(values), changes={}
        )
    record = decision.before
    if decision.action is not Action.UPDATE or record is None or record.get("id") != decision.id:
        return None
    given = given_values(report, position, record)
    if not _stands_for(record, report.values(position), own, asked):
        return None
    before = values_of(record)
    after = for_update(before, given)
    refused = times_issued(record) or archived(record) or missing_in_record(record)
    if refused or refused_change(report.sheet, given, before, after):
        return None
    return _update(decision, after, before, str(after.get("title", "")))


def _stands_for(record: Mapping[str, Any], given: Mapping[str, Any], own: Any, asked: Any) -> bool:
    """Whether a row stands for the type of a record: by its id, or by its title without one."""
    if asked == UPDATE:
        return bool(own == record["id"])
    titled = strict(given.get("title")) == strict(record.get("title"))
    return bool(asked == CREATE and own is None and titled)


def _succeeding(
    decision: RowDecision, report: Report, position: int, pattern: str
) -> RowDecision | None:
    """Return the decision to create a successor, made again from the row and the stored record."""
    record = decision.predecessor
    if record is None or record.get("id") != decision.replaces or "{title}" not in pattern:
        return None
    own = report.columns["id"][position] if "id" in report.columns else None
    asked = report.actions[position]
    stands = _stands_for(record, report.values(position), own, asked) and times_issued(record)
    if not stands or archived(record) or missing_in_record(record):
        return None
    before, given = values_of(record), given_values(report, position, record)
    after = for_update(before, given)
    refused = refused_change(report.sheet, given, before, after)
    values = successor_values(after, successor_title(pattern, str(after.get("title", ""))))
    if refused or isinstance(values, Refusal) or not differences(after, before):
        return None
    return successor(decision.row, record, before, values)


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

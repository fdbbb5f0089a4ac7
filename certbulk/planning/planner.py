"""`plan`: read the live types, merge, compare, decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from certbulk.api import Client
from certbulk.arguments import CLIENT, REPORT, Arguments
from certbulk.core.columns.distinct import Column, positions
from certbulk.core.columns.field import CREATE, SKIP, UPDATE
from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.counting import counted
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import quoted
from certbulk.core.findings.rules import RULES, Rows
from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.core.payload import (
    body_of,
    differences,
    disagreements,
    for_create,
    for_update,
    missing_in_record,
    values_of,
)
from certbulk.core.titles import strict
from certbulk.planning.live import Live, archived, looked_up, times_issued
from certbulk.planning.plan import Action, Plan, RowDecision
from certbulk.validating import Report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding

__all__ = ["first_errors", "plan"]

_WERE = ("certificate of this type was", "certificates of this type were")


def plan(
    report: Report,
    client: Client,
    *,
    match: Literal["id", "title"] = "id",
    allow_duplicate_titles: bool = False,
    now: datetime | None = None,
) -> Plan:
    """Read the chain's live types and decide for each row what to do. Nothing is sent.

    Args:
        report: The result of `validate`. If it was made without this chain's directory, names are
            looked up and ids checked now; the plan's `report` has the result.
        client: A client for the chain.
        match: With "title", a row without an id whose title is live exactly once updates that
            type.
        allow_duplicate_titles: Whether to create a type even if its title is live already, or
            occurs twice in the sheet.
        now: The time with which dates are compared; by default the present.

    Returns:
        A `Plan`: `create`, `update`, `unchanged`, `blocked`, `invalid` or `skip` for each row.

    Raises:
        ServiceError: The live types could not be read.
        SettingsError: `match` is neither "id" nor "title", or the client was closed.
        ArgumentError: An argument has the wrong type, such as a sheet instead of a report.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(report, client)
        >>> plan.counts["invalid"]
        0
    """
    takes = Arguments("certbulk.plan")
    takes.noun("report", report, Report, REPORT)
    takes.noun("client", client, Client, CLIENT)
    takes.choice("match", match, ("id", "title"))
    takes.flags(allow_duplicate_titles=allow_duplicate_titles)
    takes.moment("now", now)
    made_at = datetime.now(UTC)
    report = looked_up(report, client)
    asked = ~report.refused & (report.actions != SKIP)
    live = Live.fetch(
        client,
        ids=_distinct(report, "id", asked & (report.actions == UPDATE)),
        titles=_distinct(report, "title", asked & (report.actions == CREATE)),
    )
    planner = _Planner(
        report,
        live,
        match_titles=match == "title",
        allow_duplicates=allow_duplicate_titles,
    )
    return Plan(
        report,
        planner.decisions(now or made_at),
        client.chain_id,
        client.service,
        made_at,
        client.pace.per_second,
        client.pace.per_minute,
        frozenset(live.by_id),
        allow_duplicate_titles,
    )


class _Planner:
    """Decides rows one by one: first those with an id, so that no type has two rows.

    Attributes:
        claimed: The row of each live id.
        taken: The row of each title, among the types after the run.
    """

    def __init__(
        self, report: Report, live: Live, *, match_titles: bool, allow_duplicates: bool
    ) -> None:
        self.report = report
        self.live = live
        self.match_titles = match_titles
        self.allow_duplicates = allow_duplicates
        self.claimed: dict[int, int] = {}
        self.taken: dict[str, int] = {}

    def decisions(self, now: datetime) -> tuple[RowDecision, ...]:
        decided: dict[int, RowDecision] = {}
        merged: dict[int, dict[str, Any]] = {}
        report = self.report
        why = first_errors(report)
        left_out = {f.row: (f.code, str(f)) for f in report.warnings if f.code in LEFT_OUT}
        for place in range(len(report)):
            row = int(report.sheet.rows[place])
            if report.actions[place] == SKIP:
                code, message = left_out.get(row, ("", ""))
                decided[place] = RowDecision(
                    row, Action.SKIP, code=code, message=message, title=self._title(place)
                )
            elif report.refused[place]:
                error = why.get(row) or why[None]
                decided[place] = RowDecision(
                    row,
                    Action.INVALID,
                    code=error.code,
                    message=str(error),
                    title=self._title(place),
                )
            elif report.actions[place] == UPDATE:
                decided[place] = self._update(place, report.columns["id"][place], merged)
        self._judge_merged(decided, merged, now)
        for decision in decided.values():
            if decision.action in (Action.UPDATE, Action.UNCHANGED):
                self.taken.setdefault(strict(decision.title), decision.row)
        merged.clear()
        for place in range(len(report)):
            if place not in decided:
                decided[place] = self._create(place, merged)
        self._judge_merged(decided, merged, now)
        return tuple(decided[place] for place in range(len(report)))

    def _title(self, place: int) -> str:
        column = self.report.columns.get("title")
        return str((column[place] if column else None) or "")

    def _update(self, place: int, number: int, merged: dict[int, dict[str, Any]]) -> RowDecision:
        row = int(self.report.sheet.rows[place])
        record = self.live.by_id.get(number)
        if record is None:
            return RowDecision(
                row,
                Action.BLOCKED,
                number,
                "not_found",
                f"There is no certificate type {number} in this chain. Check the id and the chain.",
                self._title(place),
            )
        self.claimed[number] = row
        before = values_of(record)
        after = for_update(before, self.report.values(place))
        changes = differences(after, before)
        title = str(after.get("title", ""))
        decision = RowDecision(row, Action.UNCHANGED, number, title=title)
        if not changes:
            return decision
        decision = replace(decision, action=Action.BLOCKED, changes=changes)
        if issued := times_issued(record):
            return replace(
                decision,
                code="already_issued",
                message=f"{counted(issued, *_WERE)} issued, and the service refuses to change "
                "such a type. Create a new type instead.",
            )
        if archived(record):
            return replace(
                decision,
                code="archived",
                message="The type is archived. Restore it in the service first.",
            )
        if missing := missing_in_record(record):
            return replace(
                decision,
                code="incomplete_record",
                message=f"The service does not return its {', '.join(missing)}, which an update "
                "would overwrite. Change the type in the service.",
            )
        merged[place] = after
        return replace(decision, action=Action.UPDATE, body=body_of(after), before=record)

    def _create(self, place: int, merged: dict[int, dict[str, Any]]) -> RowDecision:
        row = int(self.report.sheet.rows[place])
        values = for_create(self.report.values(place))
        title = str(values["title"])
        live = self.live.titled(title)
        if self.match_titles and len(live) == 1 and live[0] not in self.claimed:
            return self._update(place, live[0], merged)
        twin = self._twin(values, live)
        if twin is not None:
            self.claimed[twin] = row
            self.taken.setdefault(strict(title), row)
            return RowDecision(row, Action.UNCHANGED, twin, title=title)
        other = self.taken.get(strict(title))
        if (live or other) and not self.allow_duplicates:
            return RowDecision(
                row,
                Action.BLOCKED,
                None,
                "title_exists",
                self._why_taken(values, live, other),
                title,
            )
        self.taken.setdefault(strict(title), row)
        return RowDecision(row, Action.CREATE, title=title, body=body_of(values))

    def _twin(self, values: dict[str, Any], live: list[int]) -> int | None:
        """Return the live type that this row has created already, if there is one.

        It has the same title and agrees in all fields that count. If duplicate titles are allowed,
        there may be several, each for one row.
        """
        if len(live) != 1 and not self.allow_duplicates:
            return None
        for number in live:
            stored = values_of(self.live.by_id[number])
            if number not in self.claimed and not disagreements(values, stored):
                return number
        return None

    def _why_taken(self, values: dict[str, Any], live: list[int], other: int | None) -> str:
        title = quoted(str(values["title"]))
        hint = "Give the row that id to update it, or another title to create a new type"
        free = [number for number in live if number not in self.claimed]
        if len(free) == 1 and len(live) == 1:
            stored = values_of(self.live.by_id[live[0]])
            fields = ", ".join(disagreements(values, stored))
            return f"{title} is live already with id {live[0]} and differs in {fields}. {hint}."
        if live and not other:
            ids = ", ".join(map(str, live))
            return f"{title} is live already with ids {ids}. {hint}."
        return (
            f"Row {other} of this sheet already stands for {title}. Give this row another title, "
            "delete it, or allow duplicate titles."
        )

    def _judge_merged(
        self, decided: dict[int, RowDecision], merged: dict[int, dict[str, Any]], now: datetime
    ) -> None:
        """Block updates that would bring a type into a state that breaks a rule.

        Only rules about fields that the row changes apply: unchanged live values may break them.
        """
        places = list(merged)
        columns = {
            field.name: Column.of(_hashable(merged[place].get(field.name)) for place in places)
            for field in PAYLOAD_FIELDS
        }
        rows = Rows(columns, np.ones(len(places), dtype=np.bool_), now)
        for rule in RULES:
            if CODES[rule.code].severity is not Severity.ERROR:
                continue
            for found in positions(rule.finds(rows)):
                decision = decided[places[found]]
                if decision.changes.keys().isdisjoint({rule.at, *rule.uses}):
                    continue
                decided[places[found]] = replace(
                    decision,
                    action=Action.BLOCKED,
                    code=rule.code,
                    message=f"After the update, {quoted(BY_NAME[rule.at].label)} {rule.says}",
                    body=None,
                    before=None,
                )


def _distinct(report: Report, field: str, rows: NDArray[np.bool_]) -> set[Any]:
    """Return the distinct values of a field in these rows."""
    column = report.columns.get(field, Column.blank(len(report)))
    return set(column.take(rows)) - {None}


def first_errors(report: Report) -> dict[int | None, Finding]:
    """Return the first error of each row; that of the table has the key None."""
    first: dict[int | None, Finding] = {}
    for error in report.errors:
        about_table = CODES[error.code].scope == "table"
        first.setdefault(None if about_table else error.row, error)
    return first


def _hashable(value: Any) -> Any:
    """Return a live value, or its text if the record unexpectedly has a list or map."""
    try:
        hash(value)
    except TypeError:
        return str(value)
    return value

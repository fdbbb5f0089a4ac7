"""What is decided for each row of a report, given what is live."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.core.columns.field import SKIP, UPDATE
from certbulk.core.findings.finding import quoted
from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.core.payload import (
    body_of,
    differences,
    disagreements,
    for_create,
    for_update,
    values_of,
    values_of_body,
)
from certbulk.core.titles import strict
from certbulk.planning.deciding.live_cells import given_values
from certbulk.planning.deciding.merged_rules import judge_merged
from certbulk.planning.deciding.refusals import refused_change, refused_record
from certbulk.planning.deciding.row_decision import Action, RowDecision
from certbulk.planning.live import NOT_LOOKED_UP
from certbulk.reading.sheet import column_name
from certbulk.validating.report_document import first_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from certbulk.core.findings.finding import Finding
    from certbulk.planning.deciding.successors import Succession
    from certbulk.planning.live import Live
    from certbulk.validating import Report

__all__ = ["RowPlanner"]


class RowPlanner:
    """Decides rows one by one: first those with an id, so that no type has two rows.

    Attributes:
        claimed: The row of each live id.
        changing: The live ids that a row changes.
        taken: The row of each title, among the types after the run.
    """

    def __init__(
        self,
        report: Report,
        live: Live,
        *,
        match_titles: bool,
        allow_duplicates: bool,
        succession: Succession | None,
        titles: Mapping[int, int | str] = MappingProxyType({}),
    ) -> None:
        self.report = report
        self.live = live
        self.match_titles = match_titles
        self.allow_duplicates = allow_duplicates
        self.succession = succession
        self.titles = titles
        self.claimed: dict[int, int] = {}
        self.changing: set[int] = set()
        self.taken: dict[str, int] = {}

    def decisions(self, now: datetime) -> tuple[RowDecision, ...]:
        """Return the decision for each row, in the order of the sheet.

        Args:
            now: The time with which dates are compared.
        """
        decided: dict[int, RowDecision] = {}
        merged: dict[int, dict[str, Any]] = {}
        report = self.report
        why = first_errors(report.errors)
        left_out = {f.row: (f.code, str(f)) for f in report.warnings if f.code in LEFT_OUT}
        for position in range(len(report)):
            row = int(report.sheet.rows[position])
            if report.actions[position] == SKIP:
                code, message = left_out.get(row, ("", ""))
                decided[position] = RowDecision(
                    row, Action.SKIP, code=code, message=message, title=self._title(position)
                )
            elif report.refused[position]:
                error = why.get(row) or why[None]
                decided[position] = RowDecision(
                    row,
                    Action.INVALID,
                    code=error.code,
                    message=self._located(error),
                    title=self._title(position),
                )
            elif report.actions[position] == UPDATE:
                decided[position] = self._update(position, report.columns["id"][position], merged)
        judge_merged(decided, merged, now, self._called)
        for decision in decided.values():
            if decision.action in (Action.UPDATE, Action.UNCHANGED):
                self.taken.setdefault(strict(decision.title), decision.row)
        merged.clear()
        for position in range(len(report)):
            if position not in decided:
                decided[position] = self._create(position, merged)
            if self.succession and decided[position].code == "already_issued":
                decided[position] = self._succeed(
                    self.succession, position, decided[position], merged
                )
        judge_merged(decided, merged, now, self._called)
        return tuple(decided[position] for position in range(len(report)))

    def _title(self, position: int) -> str:
        """Return what a row that is not sent is called: its title, as far as it can be read.

        That is the text of its cell, or the live title if the row keeps it.
        """
        columns, source = self.report.columns, self.report.sheet.column("title")
        column, ids = columns.get("title"), columns.get("id")
        record = self.live.by_id.get(ids[position]) if ids else None
        read = column[position] if column else None
        written = clean(source.cells[position] or "") if source else ""
        return str(read or written or (record or {}).get("title") or "")

    def _called(self, field: str) -> str:
        """Return what the sheet calls a column."""
        return column_name(self.report.sheet, field)

    def _located(self, error: Finding) -> str:
        """Return an error in words, with its cell and its column as the sheet calls it."""
        named = self._called(error.field) if error.field else None
        return str(replace(error, field=named))

    def _listed(self, fields: Iterable[str]) -> str:
        return ", ".join(map(self._called, fields))

    def _update(self, position: int, number: int, merged: dict[int, dict[str, Any]]) -> RowDecision:
        """Decide a row that means the live type with this id."""
        row = int(self.report.sheet.rows[position])
        record = self.live.by_id.get(number)
        if record is None:
            code, why = "not_found", f"There is no certificate type {number} in this chain."
            if number in self.live.not_looked_up:
                code, why = NOT_LOOKED_UP, self.live.why_not
            message = f"{why} Check the id and the chain."
            return RowDecision(row, Action.BLOCKED, number, code, message, self._title(position))
        self.claimed[number] = row
        before = values_of(record)
        given = given_values(self.report, position, record)
        after = for_update(before, given)
        changes = differences(after, before)
        title = str(after.get("title", ""))
        decision = RowDecision(row, Action.UNCHANGED, number, title=title)
        refusal = refused_change(self.report.sheet, given, before, after)
        if not (changes or refusal):
            return decision
        if refusal := refusal or refused_record(record, self._called):
            code, message = refusal
            return replace(
                decision, action=Action.BLOCKED, changes=changes, code=code, message=message
            )
        merged[position] = after
        self.changing.add(number)
        return replace(
            decision, action=Action.UPDATE, changes=changes, body=body_of(after), before=record
        )

    def _succeed(
        self,
        succession: Succession,
        position: int,
        blocked: RowDecision,
        merged: dict[int, dict[str, Any]],
    ) -> RowDecision:
        """Return the decision about a row whose type was issued: to create its successor."""
        decision = succession.decide(
            blocked,
            given_values(self.report, position, self.live.by_id[blocked.id or 0]),
            self.live,
            taken=self.taken,
            changing=self.changing,
            allow_duplicates=self.allow_duplicates,
            row_name=self.report.sheet.row_name,
        )
        if decision.action is not Action.BLOCKED:
            self.taken.setdefault(strict(decision.title), decision.row)
        if decision.action is Action.CREATE:
            merged[position] = values_of_body(decision.body or {})
        return decision

    def _create(self, position: int, merged: dict[int, dict[str, Any]]) -> RowDecision:
        """Decide a row without an id: a new type, or the live one that its title means."""
        row = int(self.report.sheet.rows[position])
        values = for_create(self.report.values(position))
        title = str(values["title"])
        live = self.live.titled(title)
        free = tuple(number for number in live if number not in self.claimed)
        chosen = self.titles.get(row)
        if chosen in free:
            return self._update(position, int(chosen), merged)
        if self.match_titles and len(live) == 1 and free:
            return self._update(position, live[0], merged)
        twin = self._twin(values, live)
        if twin is not None:
            self.claimed[twin] = row
            self.taken.setdefault(strict(title), row)
            return RowDecision(row, Action.UNCHANGED, twin, title=title)
        other = self.taken.get(strict(title))
        if (live or other) and not (self.allow_duplicates or chosen == Action.CREATE):
            return RowDecision(
                row,
                Action.BLOCKED,
                None,
                "title_exists",
                self._why_taken(values, live, other),
                title,
                titled=free,
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
            fields = self._listed(disagreements(values, stored))
            return f"{title} is live already with id {live[0]} and differs in {fields}. {hint}."
        if live and not other:
            ids = ", ".join(map(str, live))
            return f"{title} is live already with ids {ids}. {hint}."
        row = self.report.sheet.row_name(other or 0)
        return (
            f"Row {row} already stands for {title}. Give this row another title, delete it, or "
            "allow duplicate titles."
        )

"""The state of one validation: typed columns, cells to ignore, and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import BLANK, Column, positions
from certbulk.core.columns.example_rows import is_example, is_unchanged
from certbulk.core.columns.field import CLEAR, CREATE, SKIP, UPDATE
from certbulk.core.columns.fields import ACTION, BY_NAME, FIELDS, PAYLOAD_FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Scope, Severity
from certbulk.core.findings.finding import found, quoted
from certbulk.core.findings.rules import RULES, Rows
from certbulk.core.findings.table_codes import LEFT_OUT, OTHER_TABLES
from certbulk.core.kinds import Problem, Text
from certbulk.progress import silent
from certbulk.reading.sheet import Sheet, cell_finding, column_name, placed
from certbulk.validating.blanks import instead_of_clearing, with_blanks
from certbulk.validating.cross_row import cross_row_findings, once_for_all
from certbulk.validating.expiration import with_terms, with_units
from certbulk.validating.moments import moment_findings
from certbulk.validating.references import (
    LIST_OF_NEW,
    list_changes_of_new,
    parser_of,
    reference_findings,
)
from certbulk.validating.report import NOTHING_SENT, Report
from certbulk.validating.texts import text_findings
from certbulk.validating.typed_cells import is_unset, rounding_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, tzinfo
    from typing import Any

    from numpy.typing import NDArray

    from certbulk.core.columns.field import Field
    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.progress import Tell

__all__ = ["Validation"]


_NO_IDS = "Add it; or, to change live types, add a column with their ids."

_EXAMPLE_CHANGED = (
    "The row is marked as an example but was changed. Clear this cell to create the type, or "
    "delete the row."
)


class Validation:
    """The state of one validation: typed columns, cells to ignore, and findings."""

    def __init__(self, sheet: Sheet, directory: Directory, zone: tzinfo, now: datetime) -> None:
        self.sheet = sheet
        self.directory = directory
        self.zone = zone
        self.now = now
        self.columns: dict[str, Column] = {}
        self.in_error = {field.name: np.zeros(len(sheet), dtype=np.bool_) for field in FIELDS}
        self.findings: list[Finding] = []
        others = [f.row or 0 for f in sheet.findings if f.code in OTHER_TABLES]
        self.others = np.isin(sheet.rows, others)

    def report(self, tell: Tell = silent) -> Report:
        """Return the report; `tell` is called with the part that is done."""
        sheet = self.sheet
        self._take_over_reading()
        for position, field in enumerate(FIELDS):
            tell(field.label, position / (len(FIELDS) + 1))
            self._parse(field)
        tell("rules", len(FIELDS) / (len(FIELDS) + 1))
        actions = self._actions()
        self._check_clearing(actions)
        for name, new in list_changes_of_new(self.columns, actions == CREATE):
            source = self.sheet.column(name)
            for position in positions(new):
                text = source.cells[position] if source else None
                message = f"{quoted(text or '')} {LIST_OF_NEW}"
                self._add("list_change_on_create", position, name, message)
            self._break(name, new)
        creates, sent = (actions == CREATE) & ~self.others, (actions != SKIP) & ~self.others
        rows = Rows(self.columns, creates, self.now)
        missing = self._missing_columns(creates)
        self._required(creates)
        self._apply_rules(rows)
        self.findings += cross_row_findings(sheet, self.columns, sent)
        self.findings += text_findings(sheet, self.columns, sent)
        self.findings += reference_findings(sheet, self.directory, self.columns, sent)
        self.findings += moment_findings(sheet, self.directory, self.columns, self.zone, sent)
        self.findings += rounding_findings(sheet, self.columns)
        if self.in_error["expiration_timeout"].any():
            self.findings = with_units(self.findings, sheet, self.columns)
        if self.in_error["expiration_type_id"].any():
            self.findings = with_terms(self.findings, sheet)
        self.findings = with_blanks(self.findings, sheet, self.columns, actions)
        refused = self._refused(actions, missing)
        return Report(
            sheet,
            self.columns,
            actions,
            refused,
            self._in_order(actions == SKIP),
            self.zone,
            self.directory,
            self.now,
        )

    def _take_over_reading(self) -> None:
        for finding in self.sheet.findings:
            self.findings.append(finding)
            if CODES[finding.code].scope is Scope.CELL and finding.field:
                position = np.searchsorted(self.sheet.rows, finding.row or 0)
                self.in_error[finding.field][position] = True

    def _parse(self, field: Field) -> None:
        """Parse each distinct text of a column once, and map the results to the rows."""
        source = self.sheet.column(field.name)
        if source is None:
            return
        texts = source.cells.values
        clearing = {text for text in texts if is_unset(field, text)}
        if clearing:
            read = iter(self._values(field, [text for text in texts if text not in clearing]))
            values: Iterable[Any] = (CLEAR if text in clearing else next(read) for text in texts)
        else:
            values = self._values(field, texts)
        outcome = self.columns[field.name] = source.cells.with_values(values)
        if Problem in map(type, outcome.values):  # fast for a million titles
            self._report_problems(field, source.cells, outcome)
        self._break(field.name, self.in_error[field.name])

    def _values(self, field: Field, texts: Sequence[str]) -> Iterable[Any]:
        """Return the value of each text, or a Problem."""
        kind = self.sheet.vocabulary.kinds[field.name]
        if isinstance(kind, Text):
            return kind.parse_all(texts, self.zone)
        called = self._called(field)
        read = parser_of(field, self.directory, self.sheet.vocabulary, self.zone, called)
        return map(read, texts)

    def _called(self, field: Field) -> str:
        return column_name(self.sheet, field.name)

    def _report_problems(self, field: Field, cells: Column, outcome: Column) -> None:
        """Report the invalid cells of a column, and keep the values of the others."""
        failed = outcome.where(lambda value: isinstance(value, Problem))
        for position in positions(failed & ~self.in_error[field.name]):
            problem: Problem = outcome[position]
            self._add(
                problem.code,
                position,
                field.name,
                problem.about(quoted(cells[position])),
                problem.suggestion,
            )
        self.columns[field.name] = outcome.map(
            lambda value: None if isinstance(value, Problem) else value
        )
        self._break(field.name, failed)

    def _actions(self) -> NDArray[np.int8]:
        """Return the action of each row; a row with an invalid id is an update too."""
        blank = Column.blank(len(self.sheet))
        has_id = self.columns.get("id", blank).filled | self.in_error["id"]
        actions = np.where(has_id, UPDATE, CREATE).astype(np.int8)
        written = self.columns.get("action", blank)
        meant = written.map(lambda value: None if value == CLEAR else value)
        asked = np.array([*meant.values, 0], dtype=np.int8)[
            meant.codes
        ]  # -1, blank, takes the last one
        actions = np.where(meant.filled, asked, actions)
        for position in _changed_examples(self.sheet, self.zone):
            actions[position] = CREATE
            self._add("example_changed", position, ACTION.name, _EXAMPLE_CHANGED)
        left_out = [f.row or 0 for f in self.findings if f.code in LEFT_OUT]
        actions[np.isin(self.sheet.rows, left_out)] = SKIP
        actions[self.others & (actions == SKIP)] = CREATE  # refused, not skipped
        return actions

    def _check_clearing(self, actions: NDArray[np.int8]) -> None:
        for field in FIELDS:
            column = self.columns.get(field.name)
            if column is None or field.clearable or CLEAR not in column.values:
                continue
            cleared = column.where(lambda value: value == CLEAR)
            for position in positions(cleared):
                way_on, suggestion = instead_of_clearing(field, updates=actions[position] == UPDATE)
                message = f"{quoted(self._called(field))} cannot be emptied. {way_on}"
                self._add("not_clearable", position, field.name, message, suggestion)
            self._break(field.name, cleared)

    def _break(self, field: str, rows: NDArray[np.bool_]) -> None:
        """Blank the values of these rows, so that no rule uses them."""
        self.in_error[field] |= rows
        column = self.columns[field]
        codes = np.where(self.in_error[field], BLANK, column.codes).astype(np.int32)
        self.columns[field] = Column(codes, column.values)

    def _missing_columns(self, creates: NDArray[np.bool_]) -> bool:
        """Report the columns that new types need and the sheet does not have; return if any."""
        missing = [f for f in PAYLOAD_FIELDS if f.required and f.name not in self.columns]
        if not creates.any():
            return False
        way_on = "Add it." if "id" in self.columns else _NO_IDS
        for field in missing:
            message = f"There is no column {quoted(field.label)}, which new types need. {way_on}"
            self.findings.append(found("missing_column", message, field=field.name))
            self.in_error[field.name][:] = True  # one finding for the table is enough
        return bool(missing)

    def _required(self, creates: NDArray[np.bool_]) -> None:
        for field in PAYLOAD_FIELDS:
            if not field.required or field.name not in self.columns:
                continue
            blank = creates & ~self.columns[field.name].filled & ~self.in_error[field.name]
            message = f"A new type needs {quoted(self._called(field))}. {field.help}"
            for position in positions(blank):
                self._add(field.required_code, position, field.name, message)

    def _apply_rules(self, rows: Rows) -> None:
        for rule in RULES:
            silenced = self.in_error[rule.at].copy()
            for name in rule.uses:
                silenced |= self.in_error[name]
            for position in positions(rule.finds(rows) & ~silenced):
                message = f"{quoted(self._called(BY_NAME[rule.at]))} {rule.says}"
                self._add(rule.code, position, rule.at, message, rule.suggestion)

    def _refused(self, actions: NDArray[np.int8], missing: bool) -> NDArray[np.bool_]:  # noqa: FBT001
        """Return a mask of the rows that an error keeps from being sent."""
        errors = {f.row for f in self.findings if f.severity is Severity.ERROR}
        refused = np.isin(self.sheet.rows, [row for row in errors if row is not None])
        if missing:
            refused |= actions == CREATE
        if any(f.code in NOTHING_SENT for f in self.findings):
            refused[:] = True
        return np.asarray(refused & (actions != SKIP))

    def _in_order(self, skipped: NDArray[np.bool_]) -> tuple[Finding, ...]:
        """Return the findings in the order of the sheet, without those of skipped rows."""
        left_out = set(self.sheet.rows[skipped].tolist())
        others = set(self.sheet.rows[self.others].tolist())
        order = {field.name: position for position, field in enumerate(FIELDS)}
        kept = (
            f
            for f in self.findings
            if (f.row not in left_out or f.code in LEFT_OUT)
            and (f.row not in others or f.code in OTHER_TABLES)
        )
        rows = len(self.sheet) - len(left_out | others)
        once = once_for_all(kept, rows, self.sheet.row_name)
        ordered = sorted(once, key=lambda f: (f.row or 0, order.get(f.field or "", -1)))
        return placed(self.sheet, ordered)

    def _add(
        self, code: str, position: int, field: str, message: str, suggestion: str | None = None
    ) -> None:
        source = self.sheet.column(field)
        says = message + (source.remedy if source else "")
        self.findings.append(
            cell_finding(self.sheet, position, field, code, says, suggestion=suggestion)
        )


def _changed_examples(sheet: Sheet, zone: tzinfo) -> Iterator[int]:
    """Yield the positions of rows that are marked as a template's example and were changed."""
    actions = sheet.column(ACTION.name)
    if actions is None:
        return
    for position in positions(actions.cells.where(is_example)):
        row = {
            column.field: column.cells[position] or "" for column in sheet.columns if column.field
        }
        if not is_unchanged(row, zone):
            yield position

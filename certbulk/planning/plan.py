"""A plan: one decision per row, with its changes, and the requests of the run."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from certbulk.arguments import Arguments
from certbulk.core.columns.dtypes import DTYPES, typed_frame
from certbulk.core.counting import counted, first_ones, lasting
from certbulk.core.results.result_columns import CODE
from certbulk.core.results.row_document import row_document
from certbulk.displayable import Plottable
from certbulk.errors import InvalidRowsError, PlanError
from certbulk.planning.deciding.row_decision import WRITES, Action, RowDecision
from certbulk.planning.estimate import Estimate, estimate
from certbulk.planning.in_words import changes_in_words
from certbulk.reading.sheet import finding_document, row_label
from certbulk.settings import PRICE_JUMP
from certbulk.validating.report import labelled
from certbulk.workbook import TableSheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from certbulk.core.findings.finding import Finding
    from certbulk.validating import Report

__all__ = ["WRITES", "Action", "Plan", "RowDecision", "leaving_out"]


_HEADERS = ("row", "action", "id", "title", "code", "message", "changes")
"""The columns of a plan's frame and workbook."""


_BY_HAND = "Left out of the plan by hand."


def leaving_out(plan: Plan, numbers: Collection[int], reason: str = _BY_HAND) -> Plan:
    """Return the plan without the rows that have these numbers: see `Plan.without`.

    Raises:
        PlanError: The plan has no such row.
    """
    if unknown := sorted(set(numbers) - {d.row for d in plan.decisions}):
        hint = " Column row of plan.frame has the numbers." if plan.report.sheet.labels else ""
        raise PlanError(f"The plan has no row {', '.join(map(str, unknown))}.{hint}")
    decisions = tuple(
        RowDecision(d.row, Action.SKIP, d.id, "left_out", reason, d.title)
        if d.row in numbers and d.action in WRITES
        else d
        for d in plan.decisions
    )
    kept = tuple(caution for caution in plan.cautions if caution.row not in numbers)
    return replace(plan, decisions=decisions, cautions=kept)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Plan(Plottable):
    """One decision per row of the sheet, in its order.

    Attributes:
        report: The report from which the plan was made.
        decisions: The decisions.
        chain_id: The chain of the live types.
        base_url: The service.
        made_at: When the live types were read.
        per_second: The pace of the estimate: requests a second.
        per_minute: The pace of the estimate: requests a minute.
        live_ids: The ids that were live when the plan was made; all others are newer.
        allow_duplicate_titles: Whether to create types with titles that are live already.
        undoes: The run that it undoes; None for a plan made from a sheet.
        id: The plan's own id; it can be carried out only once.
        made_elsewhere: Who made it, where and when, according to its file; empty if made here.
        price_jump: The change of a price, in percent, above which it is a warning.
        cautions: Warnings that only a plan can know, because they are about live types.
        successor_title: How successors of issued types are called; empty if none are planned.
        policy: The SHA-256 of the policy by which its rows were judged; empty without one.
        needs_approval: Whether the policy asks for the approval of another person: see `approve`.
        match_titles: Whether rows without an id stand for the live type of their title.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(report, client)  # `print(plan)`, or a notebook, shows old → new
        >>> plan.counts
        {'create': 33, 'update': 4, 'unchanged': 3, 'blocked': 0, 'invalid': 0, 'skip': 2}
        >>> plan.writes, plan.requests
        (37, 42)
        >>> plan.frame["changes"][7]
        'balance: 280 → 300'
        >>> len(plan.findings) == len(plan.all_findings)
        True
        >>> plan.to_excel("plan.xlsx").name
        'plan.xlsx'
        >>> plan.summary()[-1], plan.as_dict()["chain_id"]
        (('seconds', 10.8), 706028)
    """

    report: Report
    decisions: tuple[RowDecision, ...]
    chain_id: int
    base_url: str
    made_at: datetime
    per_second: float
    per_minute: int
    live_ids: frozenset[int] = frozenset()
    allow_duplicate_titles: bool = False
    undoes: str | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    made_elsewhere: str = ""
    price_jump: float = PRICE_JUMP
    cautions: tuple[Finding, ...] = ()
    successor_title: str = ""
    policy: str = ""
    needs_approval: bool = False
    match_titles: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows by action; their sum is the number of all rows."""
        counted = Counter(decision.action for decision in self.decisions)
        deletes = self.undoes or counted[Action.DELETE]
        shown = (action for action in Action if action is not Action.DELETE or deletes)
        return {str(action): counted[action] for action in shown}

    @property
    def writes(self) -> int:
        """The number of rows that the run will send."""
        return sum(decision.action in WRITES for decision in self.decisions)

    @property
    def estimate(self) -> Estimate:
        """The requests of the run with the default options, if none is retried."""
        return estimate(
            len(self.live_ids),
            sum(decision.action is Action.CREATE for decision in self.decisions),
            self.writes,
            self.per_second,
            self.per_minute,
        )

    @property
    def requests(self) -> int:
        """The number of requests of the run: rows, listings, and the verification at the end."""
        return self.estimate.requests

    @property
    def seconds(self) -> float:
        """The least time of the run, in seconds."""
        return self.estimate.seconds

    def without(
        self,
        rows: Collection[int] | pd.DataFrame,
        reason: str = _BY_HAND,
    ) -> Plan:
        """Return the plan without these rows: their action becomes skip.

        Both plans have the same id, so only one of them can be carried out. Rows that would not be
        sent stay unchanged.

        Args:
            rows: The numbers of the rows in the source, or a part of `plan.frame`, such as
                `plan.frame[plan.frame["code"] == "price_jump"]`.
            reason: The message of these rows in the results.

        Raises:
            PlanError: The plan has no such row; or a number is the label of another row of the
                frame that was read, so that either may be meant.
            ArgumentError: An argument has the wrong type, such as one row instead of a list.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> with cb.Sandbox() as client:
            ...     plan = cb.plan(report, client)
            >>> plan.without([2]).counts["create"] == plan.counts["create"] - 1
            True
        """
        takes = Arguments("Plan.without")
        given: Any = rows
        is_part = "row" in getattr(given, "columns", ())
        numbers: Collection[int] = given["row"].tolist() if is_part else given
        takes.whole_numbers("rows", numbers, "a list of row numbers, such as [2, 3]")
        takes.text("reason", reason)
        out = {int(number) for number in numbers}
        if not is_part:
            self._require_one_reading(out)
        return leaving_out(self, out, reason)

    def _require_one_reading(self, numbers: set[int]) -> None:
        """Refuse numbers of rows that are labels of other rows, by which messages name those."""
        sheet = self.report.sheet
        if sheet.labels is None:
            return
        labels = zip(sheet.index.tolist(), sheet.rows.tolist(), strict=True)
        for label, row in labels:
            if type(label) is not int or label not in numbers or label == row:
                continue
            raise PlanError(
                f"Row {label} may be the row with this label, or the one with this number in the "
                "column row of plan.frame. Give a part of plan.frame, such as "
                f"plan.without(plan.frame.loc[[{label!r}]])."
            )

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of the validation, then the cautions; an undo sends nothing of the file."""
        return self.cautions if self.undoes else (*self.report.all_findings, *self.cautions)

    @property
    def findings(self) -> pd.DataFrame:
        """All findings as a frame: those of `report.findings`, then the cautions.

        Columns: row, cell, field, value, code, severity, message, suggestion. The index is that of
        `report.findings`.
        """
        return labelled(self.all_findings, self.report.sheet.labels)

    @property
    def remarks(self) -> dict[int, tuple[str, str]]:
        """The code and message of each row that has one: its own, and those of its cautions."""
        said = {d.row: (d.code, d.message) for d in self.decisions if d.code or d.message}
        for caution in self.cautions:
            code, message = said.get(caution.row or 0, ("", ""))
            codes = dict.fromkeys(filter(None, (*code.split(", "), caution.code)))
            said[caution.row or 0] = ", ".join(codes), f"{message} {caution.message}".strip()
        return said

    def _rows(self) -> list[tuple[Any, ...]]:
        names, said, nothing = self.report.directory, self.remarks, ("", "")
        return [
            (d.row, str(d.action), d.id, d.title, *said.get(d.row, nothing),
             changes_in_words(d.changes, names))
            for d in self.decisions
        ]  # fmt: skip

    def raise_for_errors(self) -> None:
        """Raise InvalidRowsError if a row is invalid or blocked, or there are no rows.

        The message lists the first ten. Warnings are not errors: see `cautions`.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> with cb.Sandbox() as client:
            ...     plan = cb.plan(report, client)
            >>> plan.raise_for_errors()  # go on only if every row can be sent
        """
        held = [d for d in self.decisions if d.action in (Action.BLOCKED, Action.INVALID)]
        of, name = self.report.sheet.source, self.report.sheet.row_name
        lines = [f"row {name(d.row)}, {d.action}, {d.code}: {d.message}" for d in held]
        if lines:
            rows = counted(len(held), "row")
            raise InvalidRowsError(f"{rows} of {of} cannot be sent:\n{first_ones(lines)}")
        if not self.decisions:
            raise InvalidRowsError(f"{of} has no rows to send.")

    @property
    def frame(self) -> pd.DataFrame:
        """One row per decision: row, action, id, title, code, message, changes (old → new).

        A row that is sent with a warning has its code and message: a price that jumps, for example.
        The index is that of the frame that was read. For a file it counts from 0, and column `row`
        has the row numbers of the file.
        """
        sheet, rows = self.report.sheet, self._rows()
        columns = {name: [row[at] or None for row in rows] for at, name in enumerate(_HEADERS)}
        index = sheet.index if sheet.labels else None
        return typed_frame(columns, index, {**DTYPES, "code": CODE})

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the plan as a workbook: one row per decision, and the summary.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
        """
        takes = Arguments("Plan.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        decisions = TableSheet(
            "plan", _HEADERS, list(map(list, self._rows())), colour_by=_HEADERS.index("action")
        )
        summary = TableSheet("summary", ["what", "value"], [[k, v] for k, v in self.summary()])
        return write_workbook(path, [decisions, summary], overwrite=overwrite)

    def summary(self) -> list[tuple[str, Any]]:
        """Return the summary that is shown before a run, as (what, value) pairs."""
        return [
            ("file", self.report.sheet.source),
            ("sheet", self.report.sheet.name or ""),
            ("service", self.base_url),
            ("chain", self.chain_id),
            ("dates without a time zone", str(self.report.time_zone)),
            ("rows", len(self.decisions)),
            *self.counts.items(),
            ("requests", self.requests),
            ("seconds", round(self.seconds, 1)),
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON-ready values; each row under `decisions`.

        `certbulk plan` prints it with `--json`; see the reference page JSON output.
        """
        said = self.remarks
        return {
            "chain_id": self.chain_id,
            "rows": len(self.decisions),
            **self.counts,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "policy": self.policy,
            "needs_approval": self.needs_approval,
            "decisions": [
                row_document(
                    row=d.row,
                    title=d.title,
                    action=str(d.action),
                    id=d.id,
                    code=said.get(d.row, ("", ""))[0],
                    message=said.get(d.row, ("", ""))[1],
                    changes=d.changes,
                    body=d.body,
                    replaces=d.replaces,
                    label=row_label(self.report.sheet, d.row),
                )
                for d in self.decisions
            ],
            "cautions": [finding_document(self.report.sheet, one) for one in self.cautions],
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {action}" for action, n in self.counts.items() if n)
        return (
            f"Plan for {self.report.sheet.source} on chain {self.chain_id}: {counts or 'no rows'}; "
            f"{counted(self.requests, 'request')} in about {lasting(self.seconds)}; dates without "
            f"a time zone are in {self.report.time_zone}"
        )

"""A plan: one decision per row, with its changes, and the requests of the run."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certbulk.arguments import Arguments
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted, lasting
from certbulk.core.places.directory import NO_NAMES
from certbulk.core.places.reference_problems import shown_references
from certbulk.displayable import Plottable
from certbulk.errors import PlanError
from certbulk.planning.estimate import Estimate, estimate
from certbulk.workbook import TableSheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from certbulk.core.findings.finding import Finding
    from certbulk.core.places.directory import Directory
    from certbulk.validating import Report

__all__ = ["WRITES", "Action", "Plan", "RowDecision", "shown"]


class Action(StrEnum):
    """The decision for a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    INVALID = "invalid"
    SKIP = "skip"
    DELETE = "delete"


WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class RowDecision:
    """The decision for one row.

    Attributes:
        row: The number of the row in the source.
        action: The action.
        id: The id of the row's live type; None for a type to create.
        code: The reason why it is blocked, invalid or left out.
        message: The same in words.
        title: The title of the row, or of the live type if the row keeps it.
        changes: `{field: (old, new)}` as typed values, for an update.
        body: The complete nested request body, for a create or an update.
        before: The live record from which an update was made.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(report, client)
        >>> decision = next(d for d in plan.decisions if d.action == "update")
        >>> decision.row, decision.id, decision.changes["online_sale_price"]
        (5, 288902, (Decimal('0'), Decimal('95')))
    """

    row: int
    action: Action
    id: int | None = None
    code: str = ""
    message: str = ""
    title: str = ""
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    before: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, repr=False)
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
        >>> plan.summary()[-1], plan.as_dict()["chain_id"]
        (('seconds', 10.8), 706028)
        >>> plan.to_excel("plan.xlsx").name
        'plan.xlsx'
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

    def without(self, rows: Collection[int], reason: str = "Left out of the plan by hand.") -> Plan:
        """Return the plan without these rows: their action becomes skip.

        Both plans have the same id, so only one of them can be carried out. Rows that would not be
        sent stay unchanged.

        Args:
            rows: The numbers of the rows in the source.
            reason: The message of these rows in the results.

        Raises:
            PlanError: The plan has no such row.
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
        takes.whole_numbers("rows", rows, "a list of row numbers, such as [2, 3]")
        takes.text("reason", reason)
        out = set(rows)
        if unknown := sorted(out - {decision.row for decision in self.decisions}):
            raise PlanError(f"The plan has no row {', '.join(map(str, unknown))}.")
        decisions = tuple(
            RowDecision(d.row, Action.SKIP, d.id, "left_out", reason, d.title)
            if d.row in out and d.action in WRITES
            else d
            for d in self.decisions
        )
        return replace(self, decisions=decisions)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the validation; none for an undo, which sends nothing of the file."""
        return () if self.undoes else self.report.all_findings

    @property
    def frame(self) -> pd.DataFrame:
        """One row per decision: row, action, id, title, code, message, changes (old → new).

        The index is that of the frame that was read. For a file it counts from 0, and column `row`
        has the row numbers of the file.
        """
        import pandas as pd  # noqa: PLC0415

        sheet, names = self.report.sheet, self.report.directory
        rows = [
            (d.row, str(d.action), d.id, d.title, d.code, d.message, changes_in_words(d, names))
            for d in self.decisions
        ]
        headers = ["row", "action", "id", "title", "code", "message", "changes"]
        index = sheet.index if sheet.labels else None
        return pd.DataFrame(rows, columns=headers, index=index, dtype=object).astype(
            {"row": "int64", "id": "Int64"}
        )

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the plan as a workbook: one row per decision, and the summary.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
        """
        takes = Arguments("Plan.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        headers, names = list(self.frame.columns), self.report.directory
        decisions = TableSheet(
            "plan",
            headers,
            [
                [d.row, str(d.action), d.id, d.title, d.code, d.message, changes_in_words(d, names)]
                for d in self.decisions
            ],
            colour_by=headers.index("action"),
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
        """Return the plan as JSON-ready values."""
        return {
            "chain_id": self.chain_id,
            "rows": len(self.decisions),
            **self.counts,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "decisions": [
                {
                    "row": d.row,
                    "action": str(d.action),
                    "id": d.id,
                    "code": d.code,
                    "changes": {
                        name: [BY_NAME[name].kind.dump(old), BY_NAME[name].kind.dump(new)]
                        for name, (old, new) in d.changes.items()
                    },
                }
                for d in self.decisions
            ],
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {action}" for action, n in self.counts.items() if n)
        return (
            f"Plan for {self.report.sheet.source} on chain {self.chain_id}: {counts or 'no rows'}; "
            f"{counted(self.requests, 'request')} in about {lasting(self.seconds)}; dates without "
            f"a time zone are in {self.report.time_zone}"
        )


def shown(name: str, value: Any, directory: Directory = NO_NAMES) -> str:
    """Return a typed value of the field `name` as people write it; a blank is (none).

    Ids are shown with their names, if the directory has them.
    """
    if value in (None, "", ()):
        return "(none)"
    field = BY_NAME[name]
    if listing := directory.listing(field.refers_to):
        return shown_references(value, listing)
    try:
        return field.kind.show(value)
    except (TypeError, ValueError, AttributeError):
        return str(value)  # the live record has a form that this kind does not know


def changes_in_words(decision: RowDecision, directory: Directory = NO_NAMES) -> str:
    """Return the changes of an update as `field: old → new`, separated by semicolons."""
    return "; ".join(
        f"{name}: {shown(name, old, directory)} → {shown(name, new, directory)}"
        for name, (old, new) in decision.changes.items()
    )

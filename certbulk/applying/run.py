"""A run: the outcome of every row of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import NOT_LOOKED
from certbulk.applying.results_workbook import ended_rows, result_sheets
from certbulk.applying.rows_ended import RowsEnded
from certbulk.arguments import Arguments
from certbulk.core.columns.dtypes import typed_frame
from certbulk.core.counting import counted, first_ones
from certbulk.core.results import result_columns
from certbulk.core.results.row_document import row_document
from certbulk.displayable import Plottable
from certbulk.errors import RunError
from certbulk.reading.sheet import row_label
from certbulk.settings.urls import service_name
from certbulk.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from certbulk.applying.outcome import Outcome

__all__ = ["Run"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Run(RowsEnded, Plottable):
    """The result of a plan: one outcome for each row.

    Attributes:
        id: The run's number in the journal.
        plan: The plan that was carried out.
        outcomes: One per row of the sheet, in its order.
        state: "finished"; "stopped" before the end; "refused", if all or nothing was requested
            and nothing was sent; "running" in another process; or "interrupted", if its process
            has ended.
        reason: The reason why it stopped.
        started: ISO 8601 in UTC.
        finished: ISO 8601 in UTC.
        exchanges: Every request of the run, reads and retries included.
        verifies: Whether the run compares what it sent with the live types at its end; runs of
            older versions did not.
        approved: The approval of another person with which it began; None without one.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 288902], "balance": [60, 110]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        >>> run  # `print(run)`, or a notebook, shows the rows to check
        Run ... finished: 2 updated
        >>> run.ok, run.as_dict()["updated"], run.frame["status"].to_list()
        (True, 2, ['updated', 'updated'])
        >>> run.to_excel("prices.results.xlsx").name  # the rows as read, with their outcomes
        'prices.results.xlsx'
    """

    @property
    def ok(self) -> bool:
        """Whether the run finished, had rows, and every one of them ended well."""
        ended = self.state == "finished" and bool(self.outcomes)
        if not ended or (self.verifies and self.verified["not_looked"]):
            return False
        return all(outcome.ok for outcome in self.outcomes)

    def raise_for_errors(self) -> None:
        """Raise RunError if the run stopped, or a row did not succeed; see `ok`.

        The message lists the first ten rows, and the error has the run.

        Example:
            >>> import certbulk as cb
            >>> import pandas as pd
            >>> prices = pd.DataFrame({"id": [288901, 1], "balance": [60, 60]})
            >>> with cb.Sandbox() as client:
            ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
            ...     cb.apply(plan, client, progress=False).raise_for_errors()
            Traceback (most recent call last):
            certbulk.errors.RunError: 1 row of run ... did not succeed (finished):
              row 1, blocked, not_found: There is no certificate type 1 ...
        """
        if self.ok:
            return
        bad = [outcome for outcome in self.outcomes if not outcome.ok or self._unseen(outcome)]
        state = f"{self.state}: {self.reason}" if self.reason else self.state
        if not bad:
            rows = "and all its rows ended well" if self.outcomes else "and has no rows"
            raise RunError(f"Run {self.id} is {state}, {rows}.", run=self)
        name = self.plan.report.sheet.row_name
        lines = [
            f"row {name(o.row)}, {', '.join(filter(None, (o.status, o.code, o.verified)))}"
            + (f": {o.message}" if o.message else "")
            for o in bad
        ]
        rows = counted(len(bad), "row")
        says = f"{rows} of run {self.id} did not succeed ({state}):\n{first_ones(lines)}"
        raise RunError(says, run=self)

    def _unseen(self, outcome: Outcome) -> bool:
        """Whether a row was sent and not verified, by a run that verifies."""
        return self.verifies and outcome.verified == NOT_LOOKED

    @property
    def frame(self) -> pd.DataFrame:
        """One row per outcome, with the columns of a results workbook, without `result_`.

        Columns: row, action, status, verified, id, title, code, message, http_status, attempts, at,
        run, replaces. The index is that of the frame that was read. For a file it counts from 0,
        and column `row` has the row numbers of the file.
        """
        columns = result_columns.RESULT_COLUMNS
        rows = [result_columns.cells_of(ended) for ended in ended_rows(self)]
        cells = {column.name: [row[at] for row in rows] for at, column in enumerate(columns)}
        values: dict[str, list[Any]] = {}
        for name, given in cells.items():
            values[name] = [None if cell == "" else cell for cell in given]
            if name == "id":
                values["title"] = [decision.title or None for decision in self.plan.decisions]
        sheet = self.plan.report.sheet
        dtypes = {column.name: column.dtype for column in columns}
        return typed_frame(values, sheet.index if sheet.labels else None, dtypes)

    def join(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a copy of the frame that was read, with the ids and outcomes of the rows.

        Rows are matched by their labels, so the frame may have been filtered or sorted, or be the
        larger one that the frame was taken from. Blank cells in column `id`, or in the column that
        means it, are filled; the columns of a results workbook follow (`result_status`, …). Rows
        that are not in the run keep their cells. The rows of a file are matched by an index called
        `row`, which `report.valid` and `report.sheet.frame` have.

        Args:
            frame: The frame that was read, or one with its index. It is not changed.

        Returns:
            A new frame with the same rows in the same order and the same index. It can be read.

        Raises:
            PlanError: The labels do not identify the rows, none of them is in the run, or a row
                has another title or id than the row of the run with this label.
            ArgumentError: It is not a frame.

        Example:
            >>> import certbulk as cb
            >>> import pandas as pd
            >>> prices = pd.DataFrame({"id": [288901, 288902, 288904], "balance": [60, 110, 260]})
            >>> dear = prices[prices["balance"] > 100]
            >>> with cb.Sandbox() as client:
            ...     plan = cb.plan(cb.validate(cb.read(dear)), client)
            ...     run = cb.apply(plan, client, progress=False)
            >>> run.join(prices)["result_status"].to_list()
            [nan, 'updated', 'updated']
        """
        from certbulk.applying.join import joined  # noqa: PLC0415 (it brings pandas)

        return joined(self, frame)

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the results workbook: the rows that were read, each with its outcome.

        Sheet `results` has every input column as it was read, with the ids filled in, and the
        `result_...` columns; it can be read again. Sheets `summary` and `findings` follow.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
        """
        takes = Arguments("Run.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        return write_workbook(path, result_sheets(self), overwrite=overwrite)

    def as_dict(self) -> dict[str, Any]:
        """Return the run and its counts as JSON-ready values; each row under `outcomes`.

        `certbulk show` prints it with `--json`; see the reference page JSON output.
        """
        return {
            "run": self.id,
            "kind": "apply" if self.plan.undoes is None else "undo",
            "service": service_name(self.plan.base_url),
            "chain_id": self.plan.chain_id,
            "file": self.plan.report.sheet.source,
            "started": self.started,
            "finished": self.finished,
            "state": self.state,
            "reason": self.reason,
            **({"approved": self.approved._asdict()} if self.approved else {}),
            "rows": len(self.outcomes),
            **self.counts,
            **self.verified,
            "outcomes": [
                row_document(
                    row=outcome.row,
                    title=decision.title,
                    action=str(decision.action),
                    id=outcome.id,
                    status=str(outcome.status),
                    code=outcome.code,
                    message=outcome.message,
                    verified=outcome.verified,
                    changes=decision.changes,
                    body=decision.body,
                    replaces=decision.replaces,
                    label=row_label(self.plan.report.sheet, outcome.row),
                )
                for outcome, decision in zip(self.outcomes, self.plan.decisions, strict=True)
            ],
        }

    def __repr__(self) -> str:
        counted = ", ".join(f"{n} {status}" for status, n in self.counts.items() if n)
        why = f" ({self.reason})" if self.reason else ""
        return f"Run {self.id} {self.state}{why}: {counted or 'no rows'}"

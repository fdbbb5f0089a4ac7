"""A run: the outcome of every row of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.applying.results_workbook import ended_rows, result_sheets
from certbulk.applying.rows_ended import RowsEnded
from certbulk.arguments import Arguments
from certbulk.core.results import result_columns
from certbulk.displayable import Plottable
from certbulk.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["Run"]


@dataclass(frozen=True, slots=True, repr=False)
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

    @property
    def frame(self) -> pd.DataFrame:
        """One row per outcome, with the columns of a results workbook, without `result_`.

        Columns: row, action, status, verified, id, code, message, http_status, attempts, at, run.
        The index is that of the frame that was read. For a file it counts from 0, and column `row`
        has the row numbers of the file.
        """
        import pandas as pd  # noqa: PLC0415

        columns = result_columns.RESULT_COLUMNS
        rows = [result_columns.cells_of(ended) for ended in ended_rows(self)]
        names = [column.name for column in columns]
        sheet = self.plan.report.sheet
        index = sheet.index if sheet.labels else None
        frame = pd.DataFrame(rows, columns=names, index=index, dtype=object)
        return frame.astype({column.name: column.dtype for column in columns})

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
            [<NA>, 'updated', 'updated']
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
        """Return the run and its counts as JSON-ready values."""
        return {"run": self.id, "rows": len(self.outcomes), **self.counts, **self.verified}

    def __repr__(self) -> str:
        counted = ", ".join(f"{n} {status}" for status, n in self.counts.items() if n)
        why = f" ({self.reason})" if self.reason else ""
        return f"Run {self.id} {self.state}{why}: {counted or 'no rows'}"

"""The table of result columns: what a results workbook and `Run.frame` show of a row.

One entry is the header, the name in the frame, and the cell; so that the workbook, the frame and
the headers that are not read back can't disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PREFIX", "RESULT_COLUMNS", "Ended", "ResultColumn", "cells_of", "headers", "is_result"]

PREFIX = "result_"


class Ended(NamedTuple):
    """What the result cells of a row are made from.

    Attributes:
        outcome: Its `certbulk.Outcome`.
        action: What was done or asked for: create, update, skip or delete.
        run: The number of the run.
    """

    outcome: Any
    action: str
    run: str


class ResultColumn(NamedTuple):
    """One column of results.

    Attributes:
        name: Its name in `Run.frame`; in a workbook `result_` stands before it.
        means: What it says, for the reference.
        cell: Its value for a row.
        dtype: The pandas type of the column in the frame.
    """

    name: str
    means: str
    cell: Callable[[Ended], Any]
    dtype: str = "object"

    @property
    def header(self) -> str:
        """Its header in a results workbook, which is not read back."""
        return PREFIX + self.name


RESULT_COLUMNS: tuple[ResultColumn, ...] = (
    ResultColumn(
        "row", "The number of the row in the file that was read.", lambda e: e.outcome.row, "int64"
    ),
    ResultColumn("action", "What was to be done: create, update, skip.", lambda e: e.action),
    ResultColumn("status", "How the row ended.", lambda e: str(e.outcome.status)),
    ResultColumn(
        "verified",
        "What was live at the end: yes, differs, gone, doubled or not looked. Blank for rows that "
        "were not sent.",
        lambda e: e.outcome.verified,
    ),
    ResultColumn("id", "The id of the live type.", lambda e: e.outcome.id, "Int64"),
    ResultColumn("code", "Why the row ended that way, as a code.", lambda e: e.outcome.code),
    ResultColumn("message", "The same in words.", lambda e: e.outcome.message),
    ResultColumn(
        "http_status",
        "The status of the last answer.",
        lambda e: e.outcome.http_status,
        "Int64",
    ),
    ResultColumn(
        "attempts",
        "How many requests were sent for the row.",
        lambda e: e.outcome.attempts,
        "int64",
    ),
    ResultColumn("at", "When the outcome was known, in UTC.", lambda e: e.outcome.at),
    ResultColumn("run", "The number of the run.", lambda e: e.run),
)


def headers() -> list[str]:
    """Return the headers that a results workbook adds."""
    return [column.header for column in RESULT_COLUMNS]


def cells_of(ended: Ended) -> list[Any]:
    """Return the result cells of a row, in the order of the table."""
    return [column.cell(ended) for column in RESULT_COLUMNS]


def is_result(header: str) -> bool:
    """Whether a header is one that a results workbook adds; such columns are not read back."""
    normal = header.strip().casefold()
    return normal.startswith(PREFIX) and normal in headers()

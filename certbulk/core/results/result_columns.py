"""The table of result columns: what a results workbook and `Run.frame` show of a row.

One entry is the header, the name in the frame, and the cell; so that the workbook, the frame and
the headers that are not read back can't disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.dtypes import DTYPES, Words
from certbulk.core.findings.catalogue import CODES
from certbulk.core.kinds.kind import TEXT
from certbulk.core.results.result_codes import RESULT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.core.columns.dtypes import Dtype

__all__ = [
    "CODE",
    "PREFIX",
    "RESULT_COLUMNS",
    "Ended",
    "ResultColumn",
    "cells_of",
    "headers",
    "is_result",
]

PREFIX = "result_"

CODE = Words((*RESULT_CODES, *CODES), only_used=True)
"""The type of a column of codes of rows: why they ended so, or what is wrong with them."""


class Ended(NamedTuple):
    """What the result cells of a row are made from.

    Attributes:
        outcome: Its `certbulk.Outcome`.
        action: What was done or asked for: create, update, skip or delete.
        run: The number of the run.
        replaces: The id of the issued type whose successor the row's type is.
    """

    outcome: Any
    action: str
    run: str
    replaces: int | None = None


class ResultColumn(NamedTuple):
    """One column of results.

    Attributes:
        name: Its name in `Run.frame`; in a workbook `result_` is before it.
        means: What it says, for the reference.
        cell: Its value for a row.
        own_dtype: The type of the column in the frame; by default that of all columns of its name.
    """

    name: str
    means: str
    cell: Callable[[Ended], Any]
    own_dtype: Dtype | None = None

    @property
    def dtype(self) -> Dtype:
        """The type of the column in the frame."""
        return self.own_dtype or DTYPES.get(self.name, TEXT)

    @property
    def header(self) -> str:
        """Its header in a results workbook, which is not read back."""
        return PREFIX + self.name


RESULT_COLUMNS: tuple[ResultColumn, ...] = (
    ResultColumn(
        "row", "The number of the row in the file that was read.", lambda e: e.outcome.row
    ),
    ResultColumn("action", "What was to be done: create, update, skip.", lambda e: e.action),
    ResultColumn("status", "How the row ended.", lambda e: str(e.outcome.status)),
    ResultColumn(
        "verified",
        "What was live at the end: yes, differs, gone, doubled or not looked. Blank for rows that "
        "were not sent.",
        lambda e: e.outcome.verified,
    ),
    ResultColumn("id", "The id of the live type.", lambda e: e.outcome.id),
    ResultColumn("code", "Why the row ended that way, as a code.", lambda e: e.outcome.code, CODE),
    ResultColumn("message", "The same in words.", lambda e: e.outcome.message),
    ResultColumn(
        "http_status",
        "The status of the last answer.",
        lambda e: e.outcome.http_status,
    ),
    ResultColumn(
        "attempts",
        "How many requests were sent for the row.",
        lambda e: e.outcome.attempts,
    ),
    ResultColumn("at", "When the outcome was known, in UTC.", lambda e: e.outcome.at),
    ResultColumn("run", "The number of the run.", lambda e: e.run),
    ResultColumn(
        "replaces",
        "The id of the issued type that this one replaces, if it is a successor.",
        lambda e: e.replaces,
        "Int64",
    ),
)


LABEL = PREFIX + "label"
"""The header of the labels of a frame whose index has no name, in a results workbook alone."""


def headers() -> list[str]:
    """Return the headers that a results workbook adds."""
    return [column.header for column in RESULT_COLUMNS]


def cells_of(ended: Ended) -> list[Any]:
    """Return the result cells of a row, in the order of the table."""
    return [column.cell(ended) for column in RESULT_COLUMNS]


def is_result(header: str) -> bool:
    """Whether a header is one that a results workbook adds; such columns are not read back."""
    normal = header.strip().casefold()
    return normal.startswith(PREFIX) and normal in (LABEL, *headers())

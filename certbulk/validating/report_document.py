"""The rows of a report as JSON, and the first error of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.field import CREATE, SKIP
from certbulk.core.findings.catalogue import CODES
from certbulk.core.results.row_document import row_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.core.findings.finding import Finding

__all__ = ["CheckedRow", "decision_document", "first_errors"]


class CheckedRow(NamedTuple):
    """A row that was validated.

    Attributes:
        row: Its number in the source.
        asked: What it asks for: 1 create, 2 update, 3 skip.
        refused: Whether it has an error.
        id: Its id; None if it has none.
        title: Its title, as far as it can be read.
        label: Its label in a frame; None for a file.
    """

    row: int
    asked: int
    refused: bool
    id: int | None
    title: str
    label: Any = None


def first_errors(errors: Iterable[Finding]) -> dict[int | None, Finding]:
    """Return the first error of each row; that of the table has the key None."""
    first: dict[int | None, Finding] = {}
    for error in errors:
        about_table = CODES[error.code].scope == "table"
        first.setdefault(None if about_table else error.row, error)
    return first


def decision_document(
    row: CheckedRow,
    errors: Mapping[int | None, Finding],
    left_out: Mapping[int | None, Finding],
    body: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return a row of a report as JSON-ready values.

    Args:
        row: The row.
        errors: The first error of each row, and of the table.
        left_out: The warning of each row that is left out.
        body: The request body of a new type.
    """
    why = (errors.get(row.row) or errors.get(None)) if row.refused else left_out.get(row.row)
    asked = "skip" if row.asked == SKIP else "create" if row.asked == CREATE else "update"
    return row_document(
        row=row.row,
        title=row.title,
        action="invalid" if row.refused else asked,
        id=row.id,
        code=why.code if why else "",
        message=str(why) if why else "",
        body=body,
        label=row.label,
    )

"""Rows that a person leaves out, or takes after all: texts of cells, like every other edit.

A row gets an action. A sheet without a column of actions gets one behind its last column, so that
the mended workbook says the same when it is read again. Rows above the header are emptied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.fields import ACTION
from certbulk.core.findings.code import Severity
from certbulk.page.mending.cells import column_of_actions, text_at, with_column
from certbulk.page.mending.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet


__all__ = ["ABOVE", "can_have_actions", "emptied", "given_action", "rows_with_errors"]

ABOVE = frozenset({"rows_above", "table_above", "lines_above"})
"""Codes of what is above the header."""


def can_have_actions(sheet: Sheet) -> bool:
    """Whether rows of a sheet can get an action: it has a header to write one for."""
    return sheet.header_row > 0


def given_action(sheet: Sheet, rows: Iterable[int], *, send: bool) -> tuple[Edit, ...]:
    """Return the edits that leave rows out, or take them after all.

    Args:
        sheet: The sheet as it is now.
        rows: The rows.
        send: Whether they are taken: as a change if they have an id, else as a new type.

    Raises:
        ReadError: The sheet has no such row.
    """
    wanted = sorted({row for row in rows if row > sheet.header_row})
    if not wanted or not can_have_actions(sheet):
        return ()
    number = column_of_actions(sheet)
    room = with_column(sheet, number)
    ids = next((c.number for c in room.columns if c.field == "id" and not c.made), None)
    edits = []
    if text_at(room, (room.header_row, number)) is None:
        edits.append(Edit(room.header_row, number, None, ACTION.label))
    for row in wanted:
        old = text_at(room, (row, number))
        taken = "update" if ids is not None and text_at(room, (row, ids)) else "create"
        new = taken if send else "skip"
        if old != new:
            edits.append(Edit(row, number, old, new))
    return tuple(edits)


def rows_with_errors(findings: Iterable[Finding]) -> list[int]:
    """Return the rows that have an error among these findings."""
    return [f.row for f in findings if f.row is not None and f.severity is Severity.ERROR]


def emptied(sheet: Sheet, finding: Finding) -> tuple[Edit, ...]:
    """Return the edits that empty the rows above the header that a finding is about."""
    first, _, last = finding.parts.get("rows", "").partition("-")
    if finding.code not in ABOVE or not first.isdecimal():
        return ()
    rows = range(int(first), int(last or first) + 1)
    cells = ((row, column, text) for row, column, text in sheet.above if row in rows)
    return tuple(Edit(row, column, text, None) for row, column, text in cells)

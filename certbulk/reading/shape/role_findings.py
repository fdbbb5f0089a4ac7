"""What is told of each role: one table from the role of a line to a finding and its words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.addresses import letters_of
from certbulk.core.counting import counted
from certbulk.core.findings.finding import found, quoted
from certbulk.reading.formats.grid import NO_RESULT
from certbulk.reading.shape.line_roles import Role
from certbulk.reading.shape.source_findings import row_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.shape.line_features import Line
    from certbulk.reading.sheet import SheetColumn

__all__ = ["findings_above", "findings_below"]


class _Told(NamedTuple):
    """The code of a finding and its words, in which braces are filled in."""

    code: str
    words: str


_SMALL = _Told(
    "lines_above",
    "{Rows}, above the header in row {header}, look{s} like a small table ({names}), and {are} not "
    "read. If they are certificate types, put them on a sheet of their own.",
)
_OTHER = _Told(
    "table_above",
    "{Rows}, above the header in row {header}, look{s} like another table ({names}), and {are} not "
    "read. Nothing in this sheet is sent until that table is on a sheet of its own.",
)
ABOVE: Mapping[Role, _Told] = {
    Role.TABLE_ABOVE: _OTHER,
    Role.SMALL_TABLE: _SMALL,
    Role.ROW_ABOVE: _Told(
        "rows_above",
        "{Rows} look{s} like data of the table below ({names}), but stand{s} above its header in "
        "row {header}, where nothing is read. Nothing in this sheet is sent until that is put "
        "right: move {them} below the header, or sort the sheet again and tell the program that "
        "its data has headers. If {they} {are} not data, delete {them}, or put {them} on another "
        "sheet.",
    ),
    Role.ROW_OR_NOTE: _Told(
        "lines_above",
        "{Rows} may be data of the table below ({names}), but stand{s} above its header in row "
        "{header}, where nothing is read. If {they} {are} data, move {them} below the header.",
    ),
}
"""What is told of lines above the header, once for each stretch."""

BELOW: Mapping[Role, _Told] = {
    Role.REPEATED_HEADER: _Told(
        "repeated_header",
        "The row repeats the header of row {header}, and is not a certificate type. Delete it; the "
        "rows below it are read like all others.",
    ),
    Role.OTHER_HEADER: _Told(
        "table_below",
        "The row looks like the header of another table ({names}), with other columns than row "
        "{header}. {Rows} {are} not sent: put that table on a sheet of its own.",
    ),
    Role.OTHER_ROW: _Told(
        "table_below",
        "The row stands below another header, in row {other}, so it is not read under that of row "
        "{header}. Put the table on a sheet of its own.",
    ),
    Role.EXTRA_CELLS: _Told(
        "ragged_row",
        "The row has {cells}, and the header {width}: most likely a text such as 1,500 is split "
        "into two, and what follows it stands under the wrong header. Put quotation marks around "
        "it, or save the file as .xlsx.",
    ),
    Role.HINT: _Told(
        "hint_row",
        "The row looks like hints on how to fill in the columns ({names}), so it is not sent. If "
        "it is a certificate type, write create or update in an action column.",
    ),
    Role.TOTAL: _Told(
        "totals_row",
        "The row looks like totals ({first}), so it is not sent. If it is a certificate type, "
        "write create or update in an action column.",
    ),
}
"""What is told of rows below the header, for each of them."""

_SHOWN = 3  # cells that are named
_ROWS_OF = {
    Role.TABLE_ABOVE: Role.TABLE_ABOVE_ROW,
    Role.SMALL_TABLE: Role.SMALL_TABLE_ROW,
}
"""The role of the lines below a header of another table above."""
_TABLE_BELOW = (Role.OTHER_HEADER, Role.OTHER_ROW)
_WITH_A_CELL = (Role.HINT, Role.TOTAL)
"""Roles that the first known cell of a line shows."""


def findings_above(
    roles: Sequence[Role],
    lines: Sequence[Line],
    fields: Mapping[int, str],
    header_row: int,
    numbers: Sequence[int],
) -> Iterator[Finding]:
    """Yield what is told of the lines above the header.

    Args:
        roles: The roles of the lines.
        lines: The lines.
        fields: What the header names, by the positions of the columns.
        header_row: The true number of the header's row.
        numbers: The true numbers of the columns.
    """
    for first, role in enumerate(roles):
        if role not in ABOVE or (first and roles[first - 1] is role):
            continue
        same = {role, _ROWS_OF.get(role)}
        last = next((at - 1 for at in range(first, len(roles)) if roles[at] not in same), None)
        line = lines[first]
        shown = [at for at in line if role in _ROWS_OF or at in fields]
        names = ", ".join(quoted(line[at]) for at in shown[:_SHOWN])
        rows = _in_words(first + 1, len(roles) if last is None else last + 1)
        yield found(
            ABOVE[role].code,
            ABOVE[role].words.format(**rows, header=header_row, names=names),
            row=first + 1,
            cell=f"{letters_of(numbers[shown[0]])}{first + 1}",
            value=line[shown[0]],
        )


def findings_below(
    roles: NDArray[np.int8],
    columns: Sequence[SheetColumn],
    rows: NDArray[np.int64],
    header_row: int,
    widths: Sequence[int],
) -> Iterator[Finding]:
    """Yield what is told of the rows below the header.

    Args:
        roles: The roles of the rows.
        columns: The columns of the source.
        rows: The true number of each row.
        header_row: The true number of the header's row.
        widths: How many cells each row of the source has; none if that is the same for all.
    """
    other = 0
    for at in np.flatnonzero(np.isin(roles, [*BELOW])).tolist():
        role, row = Role(roles[at]), int(rows[at])
        last, cells = row, []
        if role is not Role.OTHER_ROW:  # there may be many
            cells = [column for column in columns if column.cells[at] is not None]
        if role is Role.OTHER_HEADER:
            other, last = row, int(rows[_last_of_table(roles, at)])
        shown = cells
        if role in _WITH_A_CELL:
            shown = [*(column for column in cells if column.field), *cells]
        texts = [column.cells[at].removeprefix(NO_RESULT) for column in shown[:_SHOWN]]
        words = {
            "header": header_row,
            "other": other,
            "names": ", ".join(map(quoted, texts)),
            "first": quoted(texts[0]) if texts else "",
            "cells": counted(widths[row - 1], "cell") if widths else "",
            "width": widths[header_row - 1] if widths else "",
        }
        told = BELOW[role]
        finding = found(told.code, told.words.format(**words, **_in_words(row, last)), row=row)
        if role in _WITH_A_CELL:
            cell, field = shown[0].address(row), shown[0].field
            finding = replace(finding, cell=cell, field=field, value=texts[0])
        yield finding
    if unticked := rows[roles == Role.UNTICKED].tolist():
        yield _unticked(unticked)


def _last_of_table(roles: NDArray[np.int8], top: int) -> int:
    """Return the position of the last row of the other table whose header is at `top`."""
    headers = np.flatnonzero(np.isin(roles[top + 1 :], [Role.OTHER_HEADER, Role.REPEATED_HEADER]))
    behind = top + 1 + int(headers[0]) if headers.size else len(roles)
    return top + int(np.flatnonzero(np.isin(roles[top:behind], _TABLE_BELOW))[-1])


def _unticked(rows: list[int]) -> Finding:
    """Return what is told of rows of unticked boxes, once: there may be thousands."""
    several = len(rows) > 1
    shown = f"Rows {row_ranges(rows)} contain" if several else f"Row {rows[0]} contains"
    skipped = f"these {len(rows):,} rows are" if several else "it is"
    return found(
        "unticked_rows",
        f"{shown} nothing but unticked boxes (FALSE, or no), so {skipped} skipped like blank ones. "
        "If a row is meant, fill in its other cells.",
        value=row_ranges(rows),
    )


def _in_words(first: int, last: int) -> dict[str, str]:
    """Return the words for one row or several: its number, and what agrees with it."""
    if last == first:
        return {"Rows": f"Row {first}", "s": "s", "are": "is", "them": "it", "they": "it"}
    return {"Rows": f"Rows {first}-{last}", "s": "", "are": "are", "them": "them", "they": "they"}

"""The finding for each role of a line: one table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.addresses import letters_of, row_ranges
from certbulk.core.counting import counted
from certbulk.core.findings.finding import found, quoted
from certbulk.reading.formats.grid import NO_RESULT
from certbulk.reading.shape.line_features import line_of
from certbulk.reading.shape.line_roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Grid

__all__ = ["role_findings"]


class _Told(NamedTuple):
    """The code of a finding, and its words.

    The words have names in braces: {Rows} are "Row 2" or "Rows 2-3", and {s}, {are}, {them} and
    {they} agree with it; {names} are the texts of the first cells, {first} is the first of them.
    """

    code: str
    words: str


TOLD: Mapping[Role, _Told] = {
    Role.ROW_ABOVE: _Told(
        "rows_above",
        "{Rows} look{s} like data of the table below ({names}), but {are} above its header in "
        "row {header}, where nothing is read. Nothing in this sheet is sent until that is put "
        "right: move {them} below the header, or sort the sheet again and tell the program that "
        "its data has headers. If {they} {are} not data, delete {them}, or put {them} on another "
        "sheet.",
    ),
    Role.ROW_OR_NOTE: _Told(
        "lines_above",
        "{Rows} may be data of the table below ({names}), but {are} above its header in row "
        "{header}, where nothing is read. If {they} {are} data, move {them} below the header.",
    ),
    Role.TABLE_ABOVE: _Told(
        "table_above",
        "{Rows}, above the header in row {header}, look{s} like another table ({names}), and {are} "
        "not read. Nothing in this sheet is sent until that table is on a sheet of its own.",
    ),
    Role.SMALL_TABLE: _Told(
        "lines_above",
        "{Rows}, above the header in row {header}, look{s} like a small table ({names}), and {are} "
        "not read. If they are certificate types, put them on a sheet of their own.",
    ),
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
        "The row is below another header, in row {other}, so it is not read under that of row "
        "{header}. Put the table on a sheet of its own.",
    ),
    Role.EXTRA_CELLS: _Told(
        "ragged_row",
        "The row has {cells}, and the header {width}: most likely a text such as 1,500 is split "
        "into two, and what follows it is under the wrong header. Put quotation marks around "
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
"""The findings for lines with these roles; the other roles have none."""

_TABLES = frozenset({Role.TABLE_ABOVE, Role.SMALL_TABLE, Role.OTHER_HEADER})
"""A finding for one of these roles covers the lines below as well."""
_OTHER = frozenset({Role.REPEATED_HEADER, Role.OTHER_HEADER, Role.OTHER_ROW})
_STRETCHES = frozenset({Role.ROW_ABOVE, Role.ROW_OR_NOTE})
"""A finding for one of these roles covers all adjacent lines; others cover one line."""
_WITH_A_CELL = (_TABLES | _STRETCHES | {Role.HINT, Role.TOTAL}) - {Role.OTHER_HEADER}
_SHOWN = 3  # cells that are named


def role_findings(
    roles: NDArray[np.int8],
    grid: Grid,
    header_row: int,
    fields: Mapping[int, str],
    left_out: Collection[int],
) -> Iterator[Finding]:
    """Yield the findings for the lines of a grid.

    Args:
        roles: The role of each line.
        grid: The grid.
        header_row: The true number of the header's row.
        fields: What the header names, by the positions of the columns.
        left_out: The lines that a person leaves out: of other tables, they are not told again.
    """
    told = np.flatnonzero(np.isin(roles, [*TOLD])).tolist()
    ends = _ends(roles) if told else {}
    other, widths = 0, grid.display.widths
    for at in told:
        role, row = Role(roles[at]), at + 1
        if role in _STRETCHES and at and roles[at - 1] == role:
            continue
        other = row if role is Role.OTHER_HEADER else other
        if role in _OTHER and at in left_out:
            continue
        line = {} if role is Role.OTHER_ROW else line_of(grid, at)  # there may be many
        known = [] if role in _TABLES else [position for position in line if position in fields]
        shown = (known or [*line])[:_SHOWN]
        texts = [line[position].removeprefix(NO_RESULT) for position in shown]
        words = {
            **_in_words(row, ends[at] + 1 if role in _TABLES | _STRETCHES else row),
            "names": ", ".join(map(quoted, texts)),
            "first": quoted("".join(texts[:1])),
            "header": header_row,
            "other": other,
            "cells": counted(widths[at], "cell") if widths else "",
            "width": widths[header_row - 1] if widths else "",
        }
        parts = {"rows": str(words["rows"])}
        finding = found(TOLD[role].code, TOLD[role].words.format(**words), row=row, parts=parts)
        if role in _WITH_A_CELL:
            cell = f"{letters_of(grid.numbers[shown[0]])}{row}"
            field = fields.get(shown[0]) if role in {Role.HINT, Role.TOTAL} else None
            finding = replace(finding, cell=cell, field=field, value=texts[0])
        yield finding
    if checkbox_rows := (np.flatnonzero(roles == Role.CHECKBOXES) + 1).tolist():
        yield _checkbox_rows(checkbox_rows)


def _ends(roles: NDArray[np.int8]) -> dict[int, int]:
    """Return the last line of each table, and of each stretch, by its first line."""
    rows = np.isin(roles, [Role.ROW_OF_TABLE, Role.OTHER_ROW])
    others = np.flatnonzero(~rows & ~np.isin(roles, [Role.BLANK, Role.CHECKBOXES]))
    behind = np.searchsorted(np.flatnonzero(rows), np.append(others[1:], len(roles)))
    last = np.append(np.flatnonzero(rows), -1)[behind - 1]
    tables = np.isin(roles[others], [*_TABLES])
    last = np.maximum(last, others)[tables]
    ends = dict(zip(others[tables].tolist(), last.tolist(), strict=True))
    for at in np.flatnonzero(np.isin(roles, [*_STRETCHES]))[::-1].tolist():
        ends[at] = ends[at + 1] if roles[at + 1 : at + 2].tolist() == [roles[at]] else at
    return ends


def _in_words(first: int, last: int) -> dict[str, str]:
    """Return the words for one row or several: its number, and what agrees with it."""
    rows = f"{first}" if last == first else f"{first}-{last}"
    agreeing = (
        {"Rows": f"Row {rows}", "s": "s", "are": "is", "them": "it", "they": "it"}
        if last == first
        else {"Rows": f"Rows {rows}", "s": "", "are": "are", "them": "them", "they": "they"}
    )
    return {"rows": rows, **agreeing}


def _checkbox_rows(rows: list[int]) -> Finding:
    """Return one finding for all rows of unticked boxes: there may be thousands."""
    several = len(rows) > 1
    shown = f"Rows {row_ranges(rows)} contain" if several else f"Row {rows[0]} contains"
    skipped = f"these {len(rows):,} rows are" if several else "it is"
    return found(
        "unticked_rows",
        f"{shown} nothing but unticked boxes (FALSE, or no), so {skipped} skipped like blank ones. "
        "If a row is meant, fill in its other cells.",
        value=row_ranges(rows),
    )

"""Cells with new texts: the sheet that has them, what keeps a workbook from them, and the file."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from openpyxl.utils import get_column_letter

from certbulk.core.addresses import letters_of
from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.columns.fields import ACTION, BY_NAME
from certbulk.core.findings.table_codes import LEFT_OUT, OTHER_TABLES
from certbulk.core.kinds import Problem, Text
from certbulk.reading.formats.error_texts import error_code_of
from certbulk.reading.headers.apply_mapping import remade
from certbulk.reading.shape.row_features import skipped
from certbulk.repairing.target_workbook import contradictions, original_workbook, write_target
from certbulk.validating.references import parser_of
from certbulk.workbook import cell_for, fits, put_cells
from certbulk.workbook.editing.cell_edits import array_formulas, formulas_among, table_headers_among
from certbulk.workbook.editing.sheet_part import areas_of, tail_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet, SheetColumn
    from certbulk.repairing.target_workbook import TargetWorkbook
    from certbulk.validating.report import Report
    from certbulk.workbook.editing.sheet_part import Coordinates, Rectangle

__all__ = [
    "can_be_typed",
    "obstacles_among",
    "problem_of",
    "put_texts",
    "with_cells",
    "write_with_cells",
]

_OF_LINES = LEFT_OUT | OTHER_TABLES
"""Codes about what a line is, whichever of its cells are changed."""

_UNASKED = object()
_FORMULA = "The cell holds a formula. Repair the formula."
_TABLE = "The header belongs to a table, and formulas may refer to it. Rename it in the table."
_MERGED = "The cell is merged with others that need different values. Unmerge them first."
_FILLED = "A formula in another cell fills this one ({}). Repair that formula."


def can_be_typed(text: str) -> bool:
    """Whether a cell can hold all of a text, and it is not that of a broken cell."""
    return fits(text) and error_code_of(text) is None


def with_cells(sheet: Sheet, cells: Mapping[Coordinates, str | None]) -> Sheet:
    """Return the sheet with new texts, as it would be read from the repaired file."""
    by_column: dict[int, dict[int, str | None]] = defaultdict(dict)
    for (row, column), text in cells.items():
        if row >= sheet.header_row:
            by_column[column][row] = text
    columns = tuple(
        _column_with(column, by_column[column.number or 0], sheet)
        if column.number in by_column and not column.made
        else column
        for column in sheet.columns
    )
    repaired = {c.address(row) for c in columns for row in by_column.get(c.number or 0, {})}
    repaired |= {f"{letters_of(column)}{row}" for row, column in cells if row < sheet.header_row}
    told = sorted((spot, text or "") for spot, text in cells.items())
    changed = replace(
        sheet,
        columns=columns,
        findings=tuple(f for f in sheet.findings if f.code in _OF_LINES or f.cell not in repaired),
        above=tuple(
            (row, column, text)
            for row, column, before in sheet.above
            if (text := cells.get((row, column), before)) is not None
        ),
        sha256=hashlib.sha256(f"{sheet.sha256} {told}".encode()).hexdigest(),
        folder=None,
    )
    made = remade(changed)
    return replace(made, findings=_with_actions(made))


def _with_actions(sheet: Sheet) -> tuple[Finding, ...]:
    """Return the findings of a sheet without what an action decides about a line.

    Any action speaks for a line that seemed to be a hint or a total. None makes a value of this
    table out of the line of another one: it can only be left out.
    """
    actions = sheet.column(ACTION.name)
    lines = [f for f in sheet.findings if f.code in _OF_LINES]
    if actions is None or not lines:
        return sheet.findings
    skips = set(sheet.rows[skipped(sheet.columns, sheet.vocabulary)].tolist())
    given = set(sheet.rows[actions.cells.filled].tolist())
    return tuple(
        f
        for f in sheet.findings
        if f.row not in (given if f.code in LEFT_OUT else skips if f.code in OTHER_TABLES else ())
    )


def _column_with(column: SheetColumn, texts: Mapping[int, str | None], sheet: Sheet) -> SheetColumn:
    header = texts.get(sheet.header_row)
    if header is not None:
        match = sheet.vocabulary.match(header)
        known = (match.field, match.how) if match else (None, None)
        column = replace(column, header=header, field=known[0], how=known[1])
    rows = [row for row in texts if row != sheet.header_row]
    values = Column.of(texts[row] for row in rows)
    codes = column.cells.codes.copy()
    more = len(column.cells.values)
    codes[np.searchsorted(sheet.rows, rows)] = np.where(
        values.codes == BLANK, BLANK, values.codes + more
    )
    return replace(column, cells=Column(codes, (*column.cells.values, *values.values)))


def problem_of(finding: Finding, report: Report) -> Problem | None:
    """Return what is wrong with the text of a cell on its own; None for nothing."""
    name = finding.field
    if name is None or not finding.value:
        return None
    sheet, field = report.sheet, BY_NAME[name]
    read = parser_of(field, report.directory, sheet.vocabulary, report.time_zone)
    value = read(finding.value)
    return value if isinstance(value, Problem) else None


def obstacles_among(
    wanted: Mapping[Coordinates, str | None], own: TargetWorkbook, sheet: Sheet
) -> tuple[dict[Coordinates, str], dict[Coordinates, Coordinates]]:
    """Return why a cell cannot be written (blank if it can), and which cell holds its text."""
    areas = areas_of(tail_of(own.package, own.path).xml, wanted)
    anchors = {spot: (area[1], area[0]) for spot, area in areas.items()}
    held = set(anchors.values())
    formulas = formulas_among(own.package, own.path, held)
    headers = table_headers_among(own.package, own.path, held)
    filled = array_formulas(own.package, own.path)

    def obstacle(spot: Coordinates) -> str:
        anchor = anchors[spot]
        if anchor in formulas:
            return _FORMULA
        for left, top, right, bottom in filled:
            if top <= anchor[0] <= bottom and left <= anchor[1] <= right:
                return _FILLED.format(f"{get_column_letter(left)}{top}")
        if anchor in headers:
            return _TABLE
        others = (wanted.get(one, _UNASKED) for one in _cells_read_in(areas[spot], sheet))
        return _MERGED if any(other != wanted[spot] for other in others) else ""

    return {spot: obstacle(spot) for spot in wanted}, anchors


def _cells_read_in(area: Rectangle, sheet: Sheet) -> Iterator[Coordinates]:
    """Yield the cells of known columns that take their text from a merged area."""
    left, top, right, bottom = area
    if (left, top) == (right, bottom) or top <= sheet.header_row:
        return
    columns = [
        column.number
        for column in sheet.columns
        if column.field and not column.made and left <= (column.number or 0) <= right
    ]
    first, last = np.searchsorted(sheet.rows, [top, bottom + 1])
    for row in sheet.rows[first:last].tolist():
        yield from ((row, column) for column in columns if column is not None)


def put_texts(
    before: Sheet,
    after: Sheet,
    texts: Mapping[Coordinates, str | None],
    path: str | Path,
    *,
    overwrite: bool = False,
) -> Path:
    """Write a copy of a sheet's workbook with new texts in some of its cells, and return its path.

    Numbers and dates are written as such, if that is what their column holds.

    Args:
        before: The sheet that was read.
        after: The sheet with the new texts.
        texts: The texts, by row and column from 1; None for blank.
        path: Where to write.
        overwrite: Whether an existing file may be replaced.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: It cannot be written there.
    """
    fields = {column.number: column.field for column in reversed(after.columns)}

    def value(spot: Coordinates, text: str | None) -> int | float | str | date | None:
        field = fields.get(spot[1])
        if text is None or field is None or spot[0] == after.header_row:
            return text
        if isinstance(BY_NAME[field].kind, Text):
            return text
        made: int | float | str | date = cell_for(field, text)
        return made

    def change(target: TargetWorkbook) -> None:
        values = {spot: value(spot, text) for spot, text in texts.items()}
        put_cells(target.package, target.path, values)

    return write_target(before, path, change, meant=texts, overwrite=overwrite)


def write_with_cells(
    before: Sheet, after: Sheet, texts: Mapping[Coordinates, str | None], folder: Path, stem: str
) -> Path:
    """Write the workbook that was read with new texts in its cells, and return its path.

    If some of them cannot be written into it, since their cells hold formulas or are merged, it is
    a new workbook with the texts of the sheet at the same addresses.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: It cannot be written.
    """
    own = original_workbook(before)
    if own is None:
        return put_texts(before, after, texts, folder / f"{stem}.xlsx")
    with contradictions(own.package):
        why, anchors = obstacles_among(texts, own, before)
    if any(why.values()):
        return put_texts(replace(after, folder=None), after, {}, folder / f"{stem}.xlsx")
    at_anchors = {anchors[spot]: text for spot, text in texts.items()}
    return put_texts(before, after, at_anchors, folder / f"{stem}{own.package.extension}")

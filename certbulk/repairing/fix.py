"""`fix`: make the repairs that findings suggest, if they are certain or accepted."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from certbulk.arguments import REPORT, Arguments
from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from certbulk.core.kinds import Problem, Way
from certbulk.core.suggestions import nearest_word
from certbulk.errors import SettingsError
from certbulk.reading.headers.apply_mapping import remade
from certbulk.repairing.repairs import Change, Fixed, NotMade
from certbulk.repairing.target_workbook import contradictions, original_workbook
from certbulk.validating.report import Report
from certbulk.validating.validator import validate
from certbulk.workbook import fits
from certbulk.workbook.editing.cell_edits import array_formulas, formulas_among, table_headers_among
from certbulk.workbook.editing.sheet_part import areas_of, tail_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet, SheetColumn
    from certbulk.repairing.target_workbook import TargetWorkbook
    from certbulk.workbook.editing.sheet_part import Coordinates, Rectangle

__all__ = ["ACCEPTABLE", "DATES", "DECIMALS", "STATED", "fix"]

DATES = (Way.DAY_FIRST, Way.MONTH_FIRST)
DECIMALS = (Way.COMMA, Way.POINT)
STATED = tuple(code.name for code in CODES.values() if code.repair is Repair.STATED)
ACCEPTABLE = tuple(code.name for code in CODES.values() if code.repair is not Repair.NONE)

_A1 = re.compile(r"[A-Z]{1,3}\d{1,7}")
_UNASKED = object()
_ROUNDS = 8  # a repair may bring up the next finding of a row

_NO_CELL = "The value has no cell of its own: it was given or made for the row."
_FORMULA = "The cell holds a formula. Repair the formula."
_TABLE = "The header belongs to a table, and formulas may refer to it. Rename it in the table."
_MERGED = "The cell is merged with others that need different values. Unmerge them first."
_FILLED = "A formula in another cell fills this one ({}). Repair that formula."
_TOO_LONG = "The new text is too long for a cell."


def fix(
    report: Report,
    accept: Collection[str] = (),
    *,
    dates: Literal["day-first", "month-first"] | None = None,
    decimal: Literal["comma", "point"] | None = None,
) -> Fixed:
    """Make the repairs that are certain, and those whose codes are accepted.

    `certbulk rules` lists how certain the repair of each code is. A value with two readings is
    never certain: to repair it, accept `ambiguous_value` and state the reading.

    Args:
        report: What `validate` returned.
        accept: Codes of findings whose suggestions are accepted as well: `["not_a_choice"]`.
        dates: How 03/04/2027 is read.
        decimal: Which sign separates the decimals in 1,000 and 1.000.

    Returns:
        A `Fixed`: the changes, what is left, and the report on the repaired sheet. Write it with
        `to_excel`.

    Raises:
        SettingsError: A code has no repair, or `ambiguous_value` is accepted without a reading.
        ReadError: The file is gone, or was changed since it was read.
        ArgumentError: An argument is of the wrong kind, such as a sheet instead of a report.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
        >>> fixed = cb.fix(report, ["not_a_choice"])
        >>> len(report.errors) - len(fixed.report.errors)
        2
    """
    takes = Arguments("certbulk.fix")
    takes.noun("report", report, Report, REPORT)
    takes.texts("accept", accept, 'a list of codes of findings, such as ["not_a_choice"]')
    takes.choice("dates", dates, DATES, optional=True)
    takes.choice("decimal", decimal, DECIMALS, optional=True)
    ways = _ways(accept, dates, decimal)
    own = original_workbook(report.sheet)
    changes: list[Change] = []
    not_made: dict[tuple[str | None, str], NotMade] = {}
    places: dict[Coordinates, str | None] = {}
    after = report
    for _ in range(_ROUNDS):
        asked, left = _sorted(after, accept, ways)
        texts, refused = _feasible(asked, own, after.sheet)
        not_made |= {(n.finding.cell, n.finding.code): n for n in refused}
        if not texts:
            break
        cells = {spot: text for spot, (_, text, _) in texts.items()}
        changes += [_change(finding, text) for finding, text, _ in texts.values()]
        places |= {anchor: text for _, text, anchor in texts.values()}
        after = validate(
            _with(after.sheet, cells),
            directory=report.directory,
            time_zone=report.time_zone,
            now=report.now,
        )
    changes.sort(key=lambda change: change.row)
    return Fixed(report, after, tuple(changes), tuple(left), tuple(not_made.values()), places)


def _ways(accept: Collection[str], dates: str | None, decimal: str | None) -> set[str]:
    """Return the readings that are stated.

    Raises:
        SettingsError: A code has no repair, or codes and readings do not go together.
    """
    for code in accept:
        if code not in ACCEPTABLE:
            near = nearest_word(code, ACCEPTABLE)
            hint = f" Did you mean {near}?" if near else ""
            known = ", ".join(ACCEPTABLE)
            raise SettingsError(f'There is no repair for "{code}".{hint} Choose from: {known}.')
    stated = {way for way in (dates, decimal) if way is not None}
    accepted = sorted(set(accept) & set(STATED))
    if accepted and not stated:
        raise SettingsError(
            f"{accepted[0]} is about values with two readings. State which one is meant: "
            f"dates {' or '.join(DATES)}, decimal {' or '.join(DECIMALS)}."
        )
    if stated and not accepted:
        raise SettingsError(
            f"{' and '.join(sorted(stated))} has an effect only if {STATED[0]} is accepted too."
        )
    return stated


def _sorted(
    report: Report, accept: Collection[str], ways: set[str]
) -> tuple[list[tuple[Finding, str]], list[Finding]]:
    """Return the findings to repair, each with its new text, and those that are left.

    Values made from other cells are left out: repair those cells.
    """
    made = {column.field for column in report.sheet.columns if column.made}
    asked: list[tuple[Finding, str]] = []
    left: list[Finding] = []
    for finding in report.all_findings:
        if finding.field in made:
            continue
        repair = CODES[finding.code].repair
        if repair is Repair.STATED:
            readings = _readings(finding, report)
            text = next((text for way, text in readings if way in ways), None)
            if text is not None:
                asked.append((finding, text))
            elif readings:
                left.append(finding)
        elif repair is Repair.NONE or finding.suggestion is None:
            continue
        elif repair is Repair.CERTAIN or finding.code in accept:
            asked.append((finding, finding.suggestion))
        else:
            left.append(finding)
    return asked, left


def _readings(finding: Finding, report: Report) -> tuple[tuple[Way, str], ...]:
    """Return the readings of a cell, each with its text."""
    kind = report.sheet.vocabulary.kinds[finding.field or ""]
    problem = kind.parse(finding.value or "", report.time_zone)
    return problem.readings if isinstance(problem, Problem) else ()


def _feasible(
    asked: list[tuple[Finding, str]], own: TargetWorkbook | None, sheet: Sheet
) -> tuple[dict[Coordinates, tuple[Finding, str | None, Coordinates]], list[NotMade]]:
    """Return the repairs that can be made, by cell, and those that cannot.

    Each repair has its finding, the new text, and the cell to write: the first of merged cells.
    """
    spots: dict[Coordinates, tuple[Finding, str | None]] = {}
    refused: list[NotMade] = []
    for finding, text in asked:
        if finding.cell is None or not _A1.fullmatch(finding.cell):
            refused.append(NotMade(finding, _NO_CELL))
        else:  # a second finding at the cell is repaired in the next round
            spots.setdefault(coordinate_to_tuple(finding.cell), (finding, text or None))
    if own is None or not spots:
        obstacles = dict.fromkeys(spots, "")
        anchors = {spot: spot for spot in spots}
    else:
        with contradictions(own.package):
            obstacles, anchors = _obstacles(spots, own, sheet)
    made: dict[Coordinates, tuple[Finding, str | None, Coordinates]] = {}
    for spot, (finding, new) in spots.items():
        why = obstacles[spot] or ("" if new is None or fits(new) else _TOO_LONG)
        if why:
            refused.append(NotMade(finding, why))
        else:
            made[spot] = (finding, new, anchors[spot])
    return made, refused


def _obstacles(
    spots: Mapping[Coordinates, tuple[Finding, str | None]], own: TargetWorkbook, sheet: Sheet
) -> tuple[dict[Coordinates, str], dict[Coordinates, Coordinates]]:
    """Return why each cell cannot be repaired (blank if it can), and which cell holds its text."""
    areas = areas_of(tail_of(own.package, own.path).xml, spots)
    anchors = {spot: (area[1], area[0]) for spot, area in areas.items()}
    held = set(anchors.values())
    formulas = formulas_among(own.package, own.path, held)
    headers = table_headers_among(own.package, own.path, held)
    filled = array_formulas(own.package, own.path)
    wanted = {spot: new for spot, (_, new) in spots.items()}

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

    return {spot: obstacle(spot) for spot in spots}, anchors


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


def _change(finding: Finding, text: str | None) -> Change:
    return Change(
        finding.row or 0,
        finding.cell or "",
        finding.field or text or "",
        finding.value,
        text,
        finding.code,
    )


def _with(sheet: Sheet, cells: Mapping[Coordinates, str | None]) -> Sheet:
    """Return the sheet with new texts, as it would be read from the repaired file."""
    by_column: dict[int, dict[int, str | None]] = defaultdict(dict)
    for (row, column), text in cells.items():
        by_column[column][row] = text
    columns = tuple(
        _column_with(column, by_column[column.number or 0], sheet)
        if column.number in by_column and not column.made
        else column
        for column in sheet.columns
    )
    repaired = {c.address(row) for c in columns for row in by_column.get(c.number or 0, {})}
    told = sorted((place, text or "") for place, text in cells.items())
    changed = replace(
        sheet,
        columns=columns,
        findings=tuple(f for f in sheet.findings if f.cell not in repaired),
        sha256=hashlib.sha256(f"{sheet.sha256} {told}".encode()).hexdigest(),
        folder=None,
    )
    return remade(changed)


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

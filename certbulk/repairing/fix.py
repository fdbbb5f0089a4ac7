"""`fix`: make the repairs that findings suggest, if they are certain or accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from openpyxl.utils.cell import coordinate_to_tuple

from certbulk.arguments import REPORT, Arguments
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from certbulk.core.kinds import Way
from certbulk.core.suggestions import nearest_word
from certbulk.errors import SettingsError
from certbulk.repairing.new_cells import obstacles_among, problem_of, with_cells
from certbulk.repairing.repairs import Change, Fixed, NotMade
from certbulk.repairing.target_workbook import contradictions, original_workbook
from certbulk.validating.report import Report
from certbulk.validating.validator import validate
from certbulk.workbook import fits

if TYPE_CHECKING:
    from collections.abc import Collection

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.repairing.target_workbook import TargetWorkbook
    from certbulk.workbook.editing.sheet_part import Coordinates

__all__ = ["ACCEPTABLE", "DATES", "DECIMALS", "STATED", "fix"]

DATES = (Way.DAY_FIRST, Way.MONTH_FIRST)
DECIMALS = (Way.COMMA, Way.POINT)
STATED = tuple(code.name for code in CODES.values() if code.repair is Repair.STATED)
ACCEPTABLE = tuple(code.name for code in CODES.values() if code.repair is not Repair.NONE)

_A1 = re.compile(r"[A-Z]{1,3}\d{1,7}")
_ROUNDS = 8  # a repair may bring up the next finding of a row

_TOO_LONG = "The new text is too long for a cell."
_NO_CELL = "The value has no cell of its own: it was given or made for the row."


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
    anchored: dict[Coordinates, str | None] = {}
    after = report
    for _ in range(_ROUNDS):
        asked, left = _sorted(after, accept, ways)
        texts, refused = _feasible(asked, own, after.sheet)
        not_made |= {(n.finding.cell, n.finding.code): n for n in refused}
        if not texts:
            break
        cells = {spot: text for spot, (_, text, _) in texts.items()}
        changes += [_change(finding, text) for finding, text, _ in texts.values()]
        anchored |= {anchor: text for _, text, anchor in texts.values()}
        after = validate(
            with_cells(after.sheet, cells),
            directory=report.directory,
            time_zone=report.asked_zone,
            now=report.now,
            progress=False,
        )
    changes.sort(key=lambda change: change.row)
    return Fixed(report, after, tuple(changes), tuple(left), tuple(not_made.values()), anchored)


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
            problem = problem_of(finding, report)
            readings = problem.readings if problem else ()
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
            wanted = {spot: text for spot, (_, text) in spots.items()}
            obstacles, anchors = obstacles_among(wanted, own, sheet)
    made: dict[Coordinates, tuple[Finding, str | None, Coordinates]] = {}
    for spot, (finding, new) in spots.items():
        why = obstacles[spot] or ("" if new is None or fits(new) else _TOO_LONG)
        if why:
            refused.append(NotMade(finding, why))
        else:
            made[spot] = (finding, new, anchors[spot])
    return made, refused


def _change(finding: Finding, text: str | None) -> Change:
    return Change(
        finding.row or 0,
        finding.cell or "",
        finding.field or text or "",
        finding.value,
        text,
        finding.code,
    )

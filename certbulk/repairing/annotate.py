"""`annotate`: a copy of the person's workbook with every finding at its cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from certbulk.arguments import REPORT, Arguments
from certbulk.core.cleaning import clean
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.code import Severity
from certbulk.repairing.target_workbook import TargetWorkbook, write_target
from certbulk.validating.report import Report
from certbulk.workbook import LAST_COLUMN, LAST_ROW, FindingsTable, Mark, mark

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet

__all__ = ["HEADERS", "MOST_LISTED", "MOST_NOTES", "annotate", "left_out"]

MOST_NOTES = 1_000
"""Notes make a workbook slow to open and to scroll; further cells are coloured and listed."""

MOST_LISTED = 10_000
"""The most findings that are coloured and listed; nobody repairs more by hand."""

HEADERS = ("where", "severity", "column", "what it says", "what is wrong", "suggested", "code")
_WIDTHS = (9, 10, 24, 28, 70, 20, 24)
_A1 = re.compile(r"[A-Z]{1,3}\d{1,7}")
_LONGEST_VALUE, _LONGEST_MESSAGE = 120, 1000


def annotate(report: Report, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a copy of the workbook that was read, with every finding at its cell.

    A copy of an .xlsx or .xlsm file keeps every part: formats, formulas, other sheets, pictures,
    charts, macros. Faulty cells are coloured by conditional formatting, so that their own
    formatting comes back, and have the message as a note, after the person's own note. The sheet
    `findings` lists all findings, with links. You can repair the copy and read it again; if you
    annotate it again, the marks are replaced. Other sources become a new workbook with the same
    addresses.

    Args:
        report: What `validate` returned.
        path: Where to write. Its extension is that of the workbook, .xlsx for other sources.
        overwrite: Whether an existing file may be replaced. The file that was read never is.

    Returns:
        The path.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
        ArgumentError: An argument is of the wrong kind, such as a path instead of a report.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
        >>> cb.annotate(report, "look_here.xlsx").name  # the same workbook, notes on its cells
        'look_here.xlsx'
    """
    takes = Arguments("certbulk.annotate")
    takes.noun("report", report, Report, REPORT)
    takes.path("path", path)
    takes.flags(overwrite=overwrite)

    def change(target: TargetWorkbook) -> None:
        listed = report.all_findings[:MOST_LISTED]
        spots = [_spot_of(finding, report.sheet) for finding in listed]
        noted = _noted(listed, spots)
        marks = [
            Mark(*spot, str(finding.severity), _line(finding), noted=spot in noted)
            for finding, spot in zip(listed, spots, strict=True)
            if spot
        ]
        rows = [_row(f, spot) for f, spot in zip(listed, spots, strict=True)]
        mark(
            target.package,
            target.sheet,
            marks,
            FindingsTable(HEADERS, _WIDTHS, rows, left_out(report)),
        )

    return write_target(report.sheet, path, change, overwrite=overwrite)


def left_out(report: Report) -> str:
    """Return a remark on what an annotated copy does not show; blank if it shows everything."""
    found = report.all_findings
    remarks = []
    if len(found) > MOST_LISTED:
        remarks.append(
            f"Only the first {MOST_LISTED:,} of {len(found):,} findings are coloured and listed. "
            "Repair these and annotate again to see the others."
        )
    shown = found[:MOST_LISTED]
    cells = {_spot_of(finding, report.sheet) for finding in shown} - {None}
    if len(cells) > MOST_NOTES:
        remarks.append(
            f"Only {MOST_NOTES:,} of {len(cells):,} cells have notes, those with errors first."
        )
    return " ".join(remarks)


def _noted(
    listed: tuple[Finding, ...], spots: list[tuple[int, int] | None]
) -> set[tuple[int, int]]:
    """Return the cells that get a note, those with errors first."""
    pairs = list(zip(listed, spots, strict=True))
    pairs.sort(key=lambda pair: pair[0].severity is not Severity.ERROR)
    cells = dict.fromkeys(spot for _, spot in pairs if spot)
    return set(list(cells)[:MOST_NOTES])


def _spot_of(finding: Finding, sheet: Sheet) -> tuple[int, int] | None:
    """Return the row and column of the cell that shows a finding; None if no sheet has it.

    A finding without a cell is shown at the first known column, in its row or in the header.
    """
    if finding.cell and _A1.fullmatch(finding.cell):
        row, column = coordinate_to_tuple(finding.cell)
    else:
        row = finding.row or max(sheet.header_row, 1)
        known = [c.number for c in sheet.columns if c.number and c.field is not None]
        column = min(known or [c.number for c in sheet.columns if c.number] or [1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def _line(finding: Finding) -> str:
    """Return a finding as one line of a note."""
    line = clean(finding.message, _LONGEST_MESSAGE)
    hint = finding.suggestion
    return f'{line} Suggested: "{clean(hint)}".' if hint and hint not in line else line


def _row(finding: Finding, spot: tuple[int, int] | None) -> list[str]:
    """Return a finding as a row of the sheet `findings`."""
    field = BY_NAME.get(finding.field or "")
    hint = finding.suggestion or ""
    return [
        f"{get_column_letter(spot[1])}{spot[0]}" if spot else "",
        str(finding.severity),
        f"{field.label} · {field.name}" if field else "",  # must not read as a header
        clean(finding.value or "", _LONGEST_VALUE),
        clean(finding.message, _LONGEST_MESSAGE),
        "(nothing)" if finding.suggestion == "" else clean(hint, _LONGEST_VALUE),
        finding.code,
    ]

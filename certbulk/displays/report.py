"""A report: the sheet with coloured cells, and the findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.counting import counted
from certbulk.core.findings.code import Severity
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    ALL_UP_TO,
    chips,
    in_words,
    more_lines,
    note,
    page,
    signed,
    table,
    tone_class,
)
from certbulk.displays.sheet import MOST_COLUMNS, heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import SheetColumn
    from certbulk.validating import Report

__all__ = ["MOST_FINDINGS", "finding_lines", "html", "text"]

MOST_FINDINGS = 20

_FIRST = 5
_FEW_COLUMNS = 8
_NAMES_THE_ROW = ("id", "title")


def html(report: Report) -> Html:
    """Return counts, rows with coloured cells, and the findings."""
    sheet = report.sheet
    by_row = _by_row(report)
    positions = _positions(report, by_row)
    columns = _columns(report, positions, by_row)
    rows = ([*_cells(report, int(at), columns, by_row)] for at in positions)
    hidden = Counter({"more with findings": _with_findings(report, by_row, positions)})
    hidden["without any"] = len(report) - len(positions) - hidden.total()
    left_out = len(sheet.columns) - len(columns)
    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(report)}"),
        chips(_counts(report)),
        _codes(report),
        table(heads(columns), rows) if positions.size and columns else None,
        note(in_words(hidden, "report.sheet.frame")),
        note(f"{counted(left_out, 'column')} not shown." if left_out else None),
        _listed(report),
    )


def text(report: Report, more: str = "report.findings has them all") -> list[str]:
    """Return the report in words; `more` says where the other findings are."""
    return [repr(report), *finding_lines(report.all_findings, more)]


def finding_lines(findings: Sequence[Finding], more: str) -> list[str]:
    """Return findings in words, one line each, the first of many."""
    lines = [f"  {f.severity} {f.code}  {f}" for f in findings[:MOST_FINDINGS]]
    return [*lines, *more_lines(len(findings) - MOST_FINDINGS, more)]


def _size(report: Report) -> str:
    return f"{counted(len(report), 'row')}, dates without a time zone in {report.time_zone}"


def _counts(report: Report) -> dict[str, int]:
    bad = int(report.refused.sum())
    return {
        "valid": len(report) - bad,
        "invalid": bad,
        "error" if len(report.errors) == 1 else "errors": len(report.errors),
        "warning" if len(report.warnings) == 1 else "warnings": len(report.warnings),
    }


def _codes(report: Report) -> Html | None:
    counts = Counter(finding.code for finding in report.all_findings)
    if not counts:
        return None
    words = [f"{code} × {number:,}" for code, number in counts.most_common(12)]  # noqa: RUF001
    if len(counts) > len(words):
        words.append(f"and {counted(len(counts) - len(words), 'other code')}")
    return tag("p", ", ".join(words), class_="cb-muted")


def _by_row(report: Report) -> dict[int, list[Finding]]:
    """Return the findings by row, without those of the header and the rows above it."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in report.all_findings:
        if finding.row is not None and finding.row > report.sheet.header_row:
            found[finding.row].append(finding)
    return found


def _positions(report: Report, by_row: dict[int, list[Finding]]) -> np.ndarray:
    """Return the positions of the rows to show: all if they are few, else those with findings.

    Rows with errors come first. Of many rows without a finding, the first ones are shown.
    """
    if len(report) <= ALL_UP_TO or not by_row:
        return np.arange(len(report) if len(report) <= ALL_UP_TO else _FIRST)
    bad = np.flatnonzero(report.refused)[:ALL_UP_TO]
    noted = np.flatnonzero(np.isin(report.sheet.rows, list(by_row)) & ~report.refused)
    chosen = np.concatenate([bad, noted[: ALL_UP_TO - len(bad)]])
    return np.sort(chosen)


def _with_findings(report: Report, by_row: dict[int, list[Finding]], positions: np.ndarray) -> int:
    shown = {int(row) for row in report.sheet.rows[positions]}
    return len(by_row.keys() - shown)


def _columns(
    report: Report, positions: np.ndarray, by_row: dict[int, list[Finding]]
) -> list[SheetColumn]:
    """Return the columns to show: all if they are few, else id, title and those with findings."""
    columns = report.sheet.columns
    rows = [int(row) for row in report.sheet.rows[positions]]
    faulty = {finding.cell for row in rows for finding in by_row.get(row, ())}
    if len(columns) <= _FEW_COLUMNS or not faulty:
        return list(columns[:MOST_COLUMNS])
    chosen = [
        column
        for column in columns
        if column.field in _NAMES_THE_ROW or any(column.address(row) in faulty for row in rows)
    ]
    return chosen[:MOST_COLUMNS]


def _cells(
    report: Report, at: int, columns: Sequence[SheetColumn], by_row: dict[int, list[Finding]]
) -> Iterable[Html]:
    """Yield the cells of a row; a finding without a visible cell is at the row number."""
    row = int(report.sheet.rows[at])
    here: dict[str | None, list[Finding]] = defaultdict(list)
    shown = {column.address(row) for column in columns} - {None}
    for finding in by_row.get(row, ()):
        here[finding.cell if finding.cell in shown else None].append(finding)
    yield _cell(str(row), here[None], number=True)
    for column in columns:
        address = column.address(row)
        yield _cell(column.cells[at] or "", here[address] if address else [])


def _cell(shown: str, found: list[Finding], *, number: bool = False) -> Html:
    kind = "cb-number" if number else None
    if not found:
        return tag("td", shown, class_=kind)
    worst = Severity.ERROR if any(f.severity is Severity.ERROR for f in found) else Severity.WARNING
    return tag(
        "td",
        signed(worst, shown or "(blank)"),
        tag("span", " — ".join(finding.message for finding in found), class_="cb-tip"),
        class_=" ".join(filter(None, [tone_class(worst), kind])),
        tabindex="0",
    )


def _listed(report: Report) -> Html | None:
    """Return the findings as a list, for phones, paper and people without a mouse."""
    found = report.all_findings
    if not found:
        return None
    items = [
        tag("li", tag("strong", signed(f.severity, f.cell or _row_of(f))), f" {f.message}")
        for f in found[:MOST_FINDINGS]
    ]
    more = len(found) - len(items)
    return tag(
        "div",
        tag("ul", items),
        note(f"… and {counted(more, 'more finding')}. All: report.findings" if more else None),
    )


def _row_of(finding: Finding) -> str:
    return f"row {finding.row}" if finding.row is not None else "table"

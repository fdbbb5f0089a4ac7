"""A report: the sheet with coloured cells, and the findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.counting import counted
from certbulk.core.findings.code import Severity
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    ALL_UP_TO,
    MOST_LIVE,
    Choice,
    RowNames,
    chips,
    long_table,
    more_lines,
    note,
    page,
    text_cell,
    word_cell,
)
from certbulk.displays.sheet import MOST_COLUMNS, heads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.validating import Report

__all__ = ["MOST_FINDINGS", "finding_lines", "html", "text"]

MOST_FINDINGS = 20

_FIRST = 5
_FEW_COLUMNS = 8
_NAMES_THE_ROW = ("id", "title")


def html(report: Report) -> Html:
    """Return counts, rows with coloured cells, and the findings."""
    sheet = report.sheet
    found = _Found(report)
    choice = _choice(report, found)
    positions = _columns(report, choice.live, found)
    columns, names = [sheet.columns[at] for at in positions], RowNames(sheet)
    left_out = len(sheet.columns) - len(columns)

    def cells(at: int) -> Iterable[Html]:
        row = int(sheet.rows[at])
        here = found.by_column(row)
        first, *label = names.cells(row)
        elsewhere = [one for position in here.keys() - set(positions) for one in here[position]]
        yield _cell(str(row), elsewhere, number=True) if elsewhere else first
        yield from label
        for position, column in zip(positions, columns, strict=True):
            yield _cell(column.cells[at] or "", here.get(position, []))

    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(report)}"),
        chips(_counts(report)),
        _codes(report),
        long_table(
            heads(columns, names),
            range(len(report)),
            cells,
            choice,
            where="report.sheet.frame",
            stacks=False,
        )
        if columns
        else None,
        note(f"{counted(left_out, 'column')} not shown." if left_out else None),
        _listed(report),
    )


def text(
    report: Report,
    more: str = "report.findings has them all",
    column: Callable[[str], str] | None = None,
) -> list[str]:
    """Return the report in words.

    Args:
        report: The report.
        more: What has the other findings, if there are many.
        column: What columns are called; by default their canonical names.
    """
    return [repr(report), *finding_lines(report.all_findings, more, column)]


def finding_lines(
    findings: Sequence[Finding], more: str, column: Callable[[str], str] | None = None
) -> list[str]:
    """Return findings in words, one line each, the first of many."""
    first = findings[:MOST_FINDINGS]
    if column:
        first = [replace(f, field=column(f.field)) if f.field else f for f in first]
    lines = [f"  {f.severity} {f.code}  {f}" for f in first]
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


class _Found:
    """The findings of the rows, without those of the header and the rows above it."""

    def __init__(self, report: Report) -> None:
        columns = report.sheet.columns
        self._columns = columns
        self._of_field = {c.field: at for at, c in reversed([*enumerate(columns)]) if c.field}
        self.rows: dict[int, list[Finding]] = defaultdict(list)
        for finding in report.all_findings:
            if finding.row is not None and finding.row > report.sheet.header_row:
                self.rows[finding.row].append(finding)

    def column(self, finding: Finding) -> int | None:
        """Return the position of the column that a finding is about; None if about the row."""
        likely = self._of_field.get(finding.field or "")
        if finding.row is None or finding.cell is None or self._has(likely, finding):
            return likely
        positions = range(len(self._columns))
        return next((position for position in positions if self._has(position, finding)), likely)

    def _has(self, position: int | None, finding: Finding) -> bool:
        row = finding.row or 0
        return position is not None and self._columns[position].address(row) == finding.cell

    def by_column(self, row: int) -> dict[int | None, list[Finding]]:
        """Return a row's findings by the position of their column; None has those without one."""
        here: dict[int | None, list[Finding]] = defaultdict(list)
        for finding in self.rows.get(row, ()):
            here[self.column(finding)].append(finding)
        return here


def _choice(report: Report, found: _Found) -> Choice:
    """Choose the rows to show: all if they are few, else those with findings.

    Rows with errors come first. Of many rows without a finding, the first ones are shown.
    """
    if len(report) <= ALL_UP_TO:
        return Choice(range(len(report)), range(len(report)), {})
    if not found.rows:
        first = range(_FIRST)
        return Choice(first, first, {"without any findings": len(report) - _FIRST})
    bad = np.flatnonzero(report.refused)
    noted = np.flatnonzero(np.isin(report.sheet.rows, list(found.rows)) & ~report.refused)
    ranked = np.concatenate([bad, noted])
    shown, live = (np.sort(ranked[:most]).tolist() for most in (ALL_UP_TO, MOST_LIVE))
    hidden = {
        "more with findings": len(ranked) - len(shown),
        "without any": len(report) - len(ranked),
    }
    return Choice(shown, live, hidden)


def _columns(report: Report, positions: Sequence[int], found: _Found) -> list[int]:
    """Return the positions of the columns to show: all if they are few.

    Else id, title, and the columns with findings; the ones with the most findings.
    """
    columns = report.sheet.columns
    everything = list(range(len(columns)))
    rows = report.sheet.rows[list(positions)].tolist()
    faulty = Counter(found.column(finding) for row in rows for finding in found.rows.get(row, ()))
    faulty.pop(None, None)
    if len(columns) <= _FEW_COLUMNS or not faulty:
        return everything[:MOST_COLUMNS]
    names = [at for at in everything if columns[at].field in _NAMES_THE_ROW]
    worst = [at for at, _ in faulty.most_common(MOST_COLUMNS - len(names)) if at is not None]
    return sorted({*names, *worst})


def _cell(shown: str, found: list[Finding], *, number: bool = False) -> Html:
    if not found:
        return text_cell(shown)
    worst = Severity.ERROR if any(f.severity is Severity.ERROR for f in found) else Severity.WARNING
    why = " — ".join(finding.message for finding in found)
    return word_cell(worst, shown or "(blank)", title=why, number=number)


def _listed(report: Report) -> Html | None:
    """Return the findings as a table: what a pointer shows at a cell, everybody can read here."""
    findings = report.all_findings
    if not findings:
        return None

    def cells(finding: Finding) -> Iterable[Html]:
        place = finding.place.removesuffix(f', column "{finding.field}"')  # it is beside it
        yield word_cell(finding.severity, place or finding.cell or _row_of(finding))
        yield text_cell(finding.field or "")
        yield text_cell(finding.message, wide=True)
        yield text_cell(finding.code)

    hidden = len(findings) - MOST_FINDINGS
    return long_table(
        ["where", "column", "finding", "code"],
        findings,
        cells,
        Choice(
            range(min(len(findings), MOST_FINDINGS)),
            range(min(len(findings), MOST_LIVE)),
            {"more finding" if hidden == 1 else "more findings": max(0, hidden)},
        ),
        where="report.findings",
        filters="code",
    )


def _row_of(finding: Finding) -> str:
    return f"row {finding.row}" if finding.row is not None else "table"

"""The step in which cells are mended: problems with their counts, and the rows concerned."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.core.cleaning import clean
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair, Severity
from certbulk.core.findings.rules import RULES
from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.core.kinds import Text
from certbulk.page.mending.edits import group_of, is_certain, spot_of, texts_of
from certbulk.page.mending.rows_out import can_have_actions, emptied, rows_with_errors
from certbulk.page.texts.by_code import of_finding, own_header
from certbulk.page.texts.text import told
from certbulk.repairing.new_cells import problem_of
from certbulk.words.describe import options_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.page.mending.edits import Mend
    from certbulk.validating import Report

__all__ = ["MEND_ROWS", "MendTable"]

MEND_ROWS = 20
"""Rows of one page: each has several cells to look at."""

_LONGEST = 300
_LONGEST_CELL = 4000
"""Characters of a cell that can be edited on the page; a longer one is shown in part."""

_USED_WITH = {rule.code: rule.uses for rule in RULES}
"""The columns that a rule compares: where one is wrong, it may be the other that is mended."""


_ZONE = "time_zone_differs"


class Concerned(NamedTuple):
    """A row, and what was found in it."""

    row: int
    findings: tuple[Finding, ...]


class MendTable:
    """What the step shows of a report.

    Args:
        report: The report on the sheet with what was mended.
        mended: What was done.
        shown: The group that it is narrowed to; empty for all.
        find: The text that it is narrowed to; empty for all.

    Attributes:
        rows: The rows concerned, those with errors first.
    """

    def __init__(
        self, report: Report, mended: Sequence[Mend], shown: str = "", find: str = ""
    ) -> None:
        self._report = report
        self._sheet = report.sheet
        self._mended = mended
        self._texts = texts_of(mended)
        known = {group_of(finding) for finding in report.all_findings}
        self.shown = shown if shown in known else ""
        self._found = [f for f in report.all_findings if self.shown in ("", group_of(f))]
        self._alike = Counter((f.code, f.field, f.value) for f in report.all_findings if f.cell)
        self._columns = {
            column.number: column
            for column in self._sheet.columns
            if column.number is not None and not column.made
        }
        self._said: dict[tuple[str | None, str | None], tuple[str, ...]] = {}
        self.rows = self._rows(find)

    def _rows(self, find: str) -> list[Concerned]:
        by_row: dict[int, list[Finding]] = defaultdict(list)
        for finding in self._found:
            if finding.row is not None and finding.row > self._sheet.header_row:
                by_row[finding.row].append(finding)
        wanted = find.casefold().strip()
        rows = [
            Concerned(row, tuple(findings))
            for row, findings in by_row.items()
            if not wanted or self._has(row, wanted)
        ]
        return sorted(rows, key=lambda one: (not _has_error(one.findings), one.row))

    def _has(self, row: int, wanted: str) -> bool:
        if wanted == str(row):
            return True
        position = self._position(row)
        texts = (column.cells[position] for column in self._columns.values())
        return any(text is not None and wanted in str(text).casefold() for text in texts)

    def _position(self, row: int) -> int:
        return int(np.searchsorted(self._sheet.rows, row))

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The problems, errors first, then by how many there are of each."""
        counts = Counter(group_of(finding) for finding in self._report.all_findings)
        firsts = {group_of(f): f for f in reversed(self._report.all_findings)}
        groups = [
            {
                "key": key,
                "code": firsts[key].code,
                "field": firsts[key].field or "",
                "label": own_header(self._sheet, firsts[key].field or ""),
                "kind": str(firsts[key].severity),
                "count": count,
            }
            for key, count in counts.items()
        ]
        return sorted(groups, key=lambda one: (one["kind"] != Severity.ERROR, -one["count"]))

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What was found about the table as a whole, in what is shown."""
        header = self._sheet.header_row
        return [
            {
                **self._note(f),
                "asks_zone": f.code == _ZONE,
                "above": f.row if emptied(self._sheet, f) else None,
            }
            for f in self._found
            if f.row is None or f.row <= header
        ]

    @property
    def asks_zone(self) -> bool:
        """Whether its dates may be meant in another time zone."""
        return any(finding.code == _ZONE for finding in self._report.all_findings)

    @property
    def certain(self) -> int:
        """How many repairs are certain."""
        return sum(is_certain(f) and self._can_edit(f) for f in self._report.all_findings)

    @property
    def suggestions(self) -> int:
        """How many cells of the group that is shown have a suggestion that a person may take."""
        return sum(self._can_edit(f) for f in self.suggested) if self.shown else 0

    @property
    def can_leave_out(self) -> int:
        """How many rows of the group that is shown have an error and can be left out."""
        if not self.shown or not can_have_actions(self._sheet):
            return 0
        return len({row for row in rows_with_errors(self._found) if row > self._sheet.header_row})

    @property
    def suggested(self) -> list[Finding]:
        """The findings that are shown and have a suggestion."""
        return [
            f
            for f in self._found
            if f.suggestion is not None and CODES[f.code].repair is not Repair.STATED
        ]

    @property
    def ways(self) -> list[dict[str, Any]]:
        """The ways to read a whole column whose values can be read in two, with an example."""
        if not self.shown.startswith("ambiguous_value:"):
            return []
        counts: Counter[str] = Counter()
        example: dict[str, tuple[str, str]] = {}
        for finding in self._found:
            problem = problem_of(finding, self._report)
            for way, text in problem.readings if problem else ():
                counts[way] += 1
                example.setdefault(way, (finding.value or "", text))
        return [
            {"way": str(way), "count": counts[way], "old": clean(old, 60), "new": clean(new, 60)}
            for way, (old, new) in example.items()
        ]

    @property
    def printed(self) -> list[dict[str, Any]]:
        """All rows that are shown, on whichever page they are: what is printed."""
        return [
            {
                "row": concerned.row,
                "title": self._title(self._position(concerned.row)),
                "found": [
                    {
                        **self._note(finding),
                        "field": finding.field or "",
                        "label": own_header(self._sheet, finding.field or ""),
                    }
                    for finding in concerned.findings
                ],
            }
            for concerned in self.rows
        ]

    def _title(self, position: int) -> str:
        title = self._sheet.column("title")
        return clean((title.cells[position] if title else None) or "", 120)

    def row(self, concerned: Concerned) -> dict[str, Any]:
        """Return a row: the cells that something was found about, and the others."""
        position = self._position(concerned.row)
        at: dict[int, list[Finding]] = defaultdict(list)
        loose, beside = [], set()
        for finding in concerned.findings:
            spot = spot_of(finding, self._sheet)
            if spot is None or spot[0] != concerned.row or spot[1] not in self._columns:
                loose.append(finding)
            else:
                at[spot[1]].append(finding)
            beside |= {BY_NAME[name].name for name in _USED_WITH.get(finding.code, ())}
        near = [
            number
            for number, column in self._columns.items()
            if number not in at and column.field in beside
        ]
        others = [
            number
            for number, column in self._columns.items()
            if number not in at and number not in near and column.field
        ]
        return {
            "row": concerned.row,
            "title": self._title(position),
            "choice": self._choice(concerned),
            "notes": [self._note(finding) for finding in loose],
            "cells": [self._cell(position, number, at[number]) for number in sorted(at)],
            "near": [self._cell(position, number, []) for number in near],
            "others": [self._cell(position, number, []) for number in others],
        }

    def _choice(self, concerned: Concerned) -> str:
        """Return what can be done with the row as a whole: it can be left out, or sent."""
        if not can_have_actions(self._sheet):
            return ""
        seems = any(finding.code in LEFT_OUT for finding in concerned.findings)
        return "send" if seems else "skip"

    def _cell(self, position: int, number: int, findings: list[Finding]) -> dict[str, Any]:
        column, row = self._columns[number], int(self._sheet.rows[position])
        text = column.cells[position]
        whole = "" if text is None else str(text)
        field = BY_NAME.get(column.field or "")
        return {
            "column": number,
            "header": clean(column.header, 80),
            "field": column.field or "",
            "text": whole[:_LONGEST_CELL],
            "whole": len(whole) <= _LONGEST_CELL,
            "mended": (row, number) in self._texts,
            "kind": str(min((f.severity for f in findings), default="")),
            "options": options_of(field) if field and not field.refers_to else [],
            "lines": field is not None and isinstance(field.kind, Text),
            "findings": [self._finding(finding) for finding in findings],
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            **self._note(finding),
            "code": finding.code,
            "suggestion": finding.suggestion,
            "choices": [text for text in self._choices(finding) if text != finding.suggestion],
            "alike": self._alike[finding.code, finding.field, finding.value],
        }

    def _note(self, finding: Finding) -> dict[str, Any]:
        said = told(of_finding(finding, self._sheet), _LONGEST)
        return {"kind": str(finding.severity), "said": said}

    def _choices(self, finding: Finding) -> tuple[str, ...]:
        """Return texts of which one was probably meant."""
        key = finding.field, finding.value
        if key not in self._said:
            problem = problem_of(finding, self._report)
            readings = tuple(text for _, text in problem.readings) if problem else ()
            self._said[key] = (*readings, *problem.choices) if problem else ()
        return self._said[key] if CODES[finding.code].scope == "cell" else ()

    def _can_edit(self, finding: Finding) -> bool:
        spot = spot_of(finding, self._sheet)
        return spot is not None and spot[1] in self._columns


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)

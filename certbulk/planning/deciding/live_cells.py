"""Cells that repeat what is live: they ask for nothing, whatever a rule would say of them.

A live type may break the rules for sheets: a title that is too long, a location that no longer
exists, an online sale without a price. A frame of live types has such values in every row, also in
those that nobody edited. Such a cell is read like a blank one, which keeps the live value.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.distinct import BLANK, Column, positions
from certbulk.core.columns.field import UPDATE
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.kinds.numbers import RoundedAmount
from certbulk.core.payload import values_of
from certbulk.validating import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.validating import Report

__all__ = ["given_values", "without_repeats"]

Record = dict[str, Any]


def given_values(report: Report, position: int, record: Record) -> dict[str, Any]:
    """Return the values of the row at this position, without those that repeat the live record."""
    repeats = _repeats(report.sheet, position, record)
    return {name: v for name, v in report.values(position).items() if name not in repeats}


def without_repeats(report: Report, records: Mapping[int, Record]) -> Report:
    """Return a report in which no cell that repeats what is live refuses its row or is asked about.

    Args:
        report: The report.
        records: The live records by id.
    """
    ids = report.columns.get("id")
    if ids is None:
        return report
    report = _without_questions(report, ids, records)
    repeats = {
        position: repeated
        for position in positions(report.refused & (report.actions == UPDATE))
        if (record := records.get(ids[position])) is not None
        and (repeated := _repeats(report.sheet, position, record))
    }
    if not repeats:
        return report
    again = validate(
        _blanked(report.sheet, repeats),
        directory=report.directory,
        time_zone=report.asked_zone,
        now=report.now,
        progress=False,
    )
    return replace(again, sheet=report.sheet)


def _without_questions(report: Report, ids: Column, records: Mapping[int, Record]) -> Report:
    """Return the report without warnings about live dates and amounts, which are sent as they are.

    These are `midnight`, and `amounts_rounded` if all such amounts of a column are live.
    """
    sheet = report.sheet

    def is_live(position: int, name: str) -> bool:
        record = records.get(ids[position])
        return record is not None and name in _repeats(sheet, position, record)

    def answered(finding: Finding) -> bool:
        name = finding.field or ""
        if finding.code == "midnight":
            return is_live(int(np.searchsorted(sheet.rows, finding.row or 0)), name)
        if finding.code == "amounts_rounded":
            rounded = report.columns[name].where(lambda value: isinstance(value, RoundedAmount))
            return all(is_live(position, name) for position in positions(rounded))
        return False

    left = tuple(finding for finding in report.all_findings if not answered(finding))
    return report if left == report.all_findings else replace(report, all_findings=left)


def _blanked(sheet: Sheet, fields: Mapping[int, set[str]]) -> Sheet:
    """Return the sheet with these fields blank in the rows at these positions."""
    columns = []
    for column in sheet.columns:
        rows = [position for position, names in fields.items() if column.field in names]
        codes = column.cells.codes.copy()
        codes[rows] = BLANK
        columns.append(replace(column, cells=Column(codes, column.cells.values)))
    blank = {
        (int(sheet.rows[position]), name) for position, names in fields.items() for name in names
    }
    findings = tuple(f for f in sheet.findings if (f.row, f.field) not in blank)
    return replace(sheet, columns=tuple(columns), findings=findings)


def _repeats(sheet: Sheet, position: int, record: Record) -> set[str]:
    """Return the fields whose cells in this row have the very text of the live value."""
    live = values_of(record)
    return {
        field.name
        for field in PAYLOAD_FIELDS
        if field.name in live
        and (column := sheet.column(field.name)) is not None
        and (text := column.cells[position]) is not None
        and text == _text_of(live[field.name])
    }


def _text_of(value: Any) -> str | None:
    """Return the text that a live value has when a frame of live types is read."""
    from certbulk.reading.formats.tables.plain_sources import cell_text  # noqa: PLC0415 (it brings pandas)

    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return cell_text(value)

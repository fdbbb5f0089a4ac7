"""Lengths of time whose unit stands in the same cell: `6 months` is a length and a unit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.kinds import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.columns import Column
    from certbulk.core.findings import Finding
    from certbulk.core.kinds import Kind
    from certbulk.reading import Sheet

__all__ = ["with_units"]

_LENGTH, _UNIT = "expiration_timeout", "expiration_timeout_unit_id"
_BOTH = re.compile(r"\s*([1-9]\d{0,3})\s*([^\W\d_]+\.?)\s*")


def with_units(
    findings: list[Finding], sheet: Sheet, columns: Mapping[str, Column]
) -> list[Finding]:
    """Return the findings, those about lengths and units suggesting what the length's cell says.

    The bare number is suggested for a length only where its unit is not lost: the row has the
    same one in its own cell, or lacks it, and then that is suggested there.
    """
    unit = sheet.column(_UNIT)
    if unit is None or unit.number is None:
        return [replace(f, suggestion=None) if _is_length(f) else f for f in findings]
    lacking = {f.row for f in findings if f.field == _UNIT and f.code == "period_required"}
    kind = sheet.vocabulary.kinds[_UNIT]
    meant = {f.row: _meant(f.value, kind) for f in findings if _is_length(f)}
    rows = [row for row in meant if row is not None]
    places = dict(zip(rows, np.searchsorted(sheet.rows, rows).tolist(), strict=True))

    def changed(finding: Finding) -> Finding:
        number = meant.get(finding.row)
        if _is_length(finding):
            written = columns[_UNIT][places[finding.row or 0]]
            sure = number is not None and (written == number or finding.row in lacking)
            return finding if sure else replace(finding, suggestion=None)
        if finding.row in lacking and finding.field == _UNIT and number is not None:
            return replace(finding, suggestion=kind.show(number))
        return finding

    return [changed(finding) for finding in findings]


def _is_length(finding: Finding) -> bool:
    return finding.field == _LENGTH and finding.code == "not_an_integer"


def _meant(text: str | None, kind: Kind) -> Any:
    """Return the unit that is written behind a number; None where it is not that."""
    match = _BOTH.fullmatch(text or "")
    value = kind.parse(match[2], UTC) if match else None
    return None if isinstance(value, Problem) else value

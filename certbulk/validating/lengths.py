"""Lengths of time whose unit stands in the same cell: `6 months` is a length and a unit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.headers import How
from certbulk.core.kinds import Problem
from certbulk.core.kinds.normalise import plain_words
from certbulk.core.kinds.units import undecorated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["with_units"]

_LENGTH, _UNIT = "expiration_timeout", "expiration_timeout_unit_id"
_LONGEST = 200  # characters; what is longer is no length
_BOTH = re.compile(r"([1-9]\d{0,3})\s*([^\W\d]\S*)")


class _Span(NamedTuple):
    """A length and its unit: how many, the unit's number, and its label."""

    length: str
    unit: int
    label: str


def with_units(
    findings: list[Finding], sheet: Sheet, columns: Mapping[str, Column]
) -> list[Finding]:
    """Return the findings, those about lengths and units suggesting what the length's cell says.

    The bare number is suggested for a length only where its unit is not lost: the row has the
    same one in its own cell, or lacks it, and then that is suggested there.
    """
    spans = {f.row: _span(f.value, sheet.vocabulary) for f in findings if _is_length(f)}
    unit = sheet.column(_UNIT)
    own = unit is not None and unit.number is not None
    lacking = {f.row for f in findings if f.field == _UNIT and f.code == "period_required" and own}
    rows = [row for row in spans if row is not None]
    places = dict(zip(rows, np.searchsorted(sheet.rows, rows).tolist(), strict=True))
    show = sheet.vocabulary.kinds[_UNIT].show
    where = None if unit is None else "header" if unit.how is How.UNIT else "column Unit"

    def changed(finding: Finding) -> Finding:
        span = spans.get(finding.row)
        if span is None:
            return finding
        if finding.field == _UNIT and finding.row in lacking:
            return replace(finding, suggestion=span.label)
        if not _is_length(finding):
            return finding
        written = columns[_UNIT][places[finding.row or 0]] if own else None
        if written == span.unit or finding.row in lacking:
            says = f"{finding.message} It says {span.length}, and {span.label} as the unit."
            return replace(finding, message=says, suggestion=span.length)
        advice = _advice(span, where, None if written in {None, CLEAR} else show(written))
        return replace(finding, message=f"{finding.message} {advice}", suggestion=None)

    return [changed(finding) for finding in findings]


def _is_length(finding: Finding) -> bool:
    return finding.field == _LENGTH and finding.code == "not_an_integer"


def _advice(span: _Span, where: str | None, other: str | None) -> str:
    """Return what to do with a length and its unit in one cell.

    `where` says what has the unit of the row, if anything has, and `other` which one that is.
    """
    said = f"It says {span.length}, and {span.label} as the unit"
    if where is None:
        return f"{said}: add a column Unit for that."
    if other is None:
        return f"{said}, which belongs into the column Unit."
    return f"{said}, but the {where} says {other}: which one is meant?"


def _span(text: str | None, vocabulary: Vocabulary) -> _Span | None:
    """Return the length and the unit that a text stands for; None where it is not that."""
    bare = undecorated(text or "")
    if len(bare) > _LONGEST:
        return None
    bare = vocabulary.phrases("lengths.within").cut_before(bare) or bare
    bare = vocabulary.phrases("lengths.from_sale").cut_behind(bare) or bare
    match = _BOTH.fullmatch(bare)
    said: Any = vocabulary.spans.get(plain_words(bare)) or (match and match.groups())
    if not said:
        return None
    length, word = said
    kind = vocabulary.kinds[_UNIT]
    unit = kind.parse(word, UTC)
    return None if isinstance(unit, Problem) else _Span(length, unit, kind.show(unit))

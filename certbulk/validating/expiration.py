"""Expiration in the wrong cell: `6 months` as a length, or as the way to expire."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import plain_words
from certbulk.core.kinds.units import undecorated
from certbulk.reading.extension.cells import parts_of_term
from certbulk.reading.sheet import column_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["with_terms", "with_units"]

_WAY, _DATE = "expiration_type_id", "expiration_date"
_LENGTH, _UNIT = "expiration_timeout", "expiration_timeout_unit_id"
_INSTEAD = {
    _DATE: "the date, such as 2027-12-31,",
    _LENGTH: "a whole number",
    _UNIT: "day, week, month or year",
}
_LONGEST = 200  # characters; a longer text is not a length
_BOTH = re.compile(r"([1-9]\d{0,3})\s*([^\W\d]\S*)")


class _Span(NamedTuple):
    """A length of time.

    Attributes:
        length: How many units, as text.
        unit: The number of the unit.
        label: The word for the unit.
    """

    length: str
    unit: int
    label: str


def with_units(
    findings: list[Finding], sheet: Sheet, columns: Mapping[str, Column]
) -> list[Finding]:
    """Return the findings, with better advice on lengths that have a unit in the same cell.

    The number alone is suggested only if its unit is not lost: the row has the same unit in the
    column for units, or a blank there, for which the unit is then suggested.
    """
    spans = {f.row: _span(f.value, sheet.vocabulary) for f in findings if _is_length(f)}
    unit = sheet.column(_UNIT)
    own = unit is not None and unit.number is not None
    lacking = {f.row for f in findings if f.field == _UNIT and f.code == "period_required" and own}
    rows = [row for row in spans if row is not None]
    positions = dict(zip(rows, np.searchsorted(sheet.rows, rows).tolist(), strict=True))

    def changed(finding: Finding) -> Finding:
        span = spans.get(finding.row)
        if span is None:
            return finding
        if finding.field == _UNIT and finding.row in lacking:
            return replace(finding, suggestion=span.label)
        if not _is_length(finding):
            return finding
        written = columns[_UNIT][positions[finding.row or 0]] if own else None
        other = None if written == CLEAR else written
        keeps = other == span.unit or finding.row in lacking
        message = f"{finding.message} {_advice(span, sheet, other)}"
        return replace(finding, message=message, suggestion=span.length if keeps else None)

    return [changed(finding) for finding in findings]


def _is_length(finding: Finding) -> bool:
    return finding.field == _LENGTH and finding.code == "not_an_integer"


def _advice(span: _Span, sheet: Sheet, other: int | None) -> str:
    """Return what to do about a number and a unit in one cell.

    `other` is the unit that the row has in the column for units, or by the header; None for none.
    """
    unit = sheet.column(_UNIT)
    both = "This cell has both a number and a unit:"
    if unit is None:
        return f'{both} write {span.length} here and {span.label} in a new column "Unit".'
    by_header = unit.how is How.UNIT
    named = quoted(column_name(sheet, _LENGTH if by_header else _UNIT))
    where = f"{'header' if by_header else 'column'} {named}"
    if other is None:
        return f"{both} write {span.length} here and {span.label} in the {where}."
    if other == span.unit:
        return f"{both} write {span.length} here, since the {where} says {span.label}."
    shown = sheet.vocabulary.kinds[_UNIT].show(other)
    return (
        f"The {where} says {shown}, not {span.label}: write the number in that unit, or change "
        f"the {'header' if by_header else 'unit'}."
    )


def _span(text: str | None, vocabulary: Vocabulary) -> _Span | None:
    """Return the length and the unit that a text means; None if it does not mean both."""
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


def with_terms(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """Return the findings, with better advice on a date or length in the column for the way.

    The way alone is not suggested: the date or length would be lost.
    """

    def changed(finding: Finding) -> Finding:
        if finding.field != _WAY or finding.code != "not_a_choice":
            return finding
        parts = parts_of_term(finding.value or "", sheet.vocabulary)
        if len(parts) == 1:
            return finding
        way = BY_NAME[_WAY].kind.show(int(parts[_WAY]))
        others = [
            f"{_as_read(name, parts[name], sheet.vocabulary)} in the column "
            f"{quoted(column_name(sheet, name))}"
            for name in (_DATE, _LENGTH, _UNIT)
            if name in parts
        ]
        message = (
            f"{quoted(finding.value or '')} is more than the way to expire. Write {way} here, and "
            f"{', '.join(others)}."
        )
        return replace(finding, message=message, suggestion=None)

    return [changed(finding) for finding in findings]


def _as_read(name: str, text: str, vocabulary: Vocabulary) -> str:
    """Return a part of a term as its own column reads it, or what to write there instead."""
    value = vocabulary.kinds[name].parse(text, UTC)
    if not isinstance(value, Problem):
        return text
    return value.suggestion or _INSTEAD[name]

"""Terms in words where only the way to expire belongs: "6 months" beside columns of its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Problem
from certbulk.reading.extension.cells import parts_of_term

if TYPE_CHECKING:
    from certbulk.core.findings.finding import Finding
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["with_terms"]

_WAY, _DATE, _LENGTH, _UNIT = (
    BY_NAME[name]
    for name in (
        "expiration_type_id",
        "expiration_date",
        "expiration_timeout",
        "expiration_timeout_unit_id",
    )
)
_INSTEAD = {
    _DATE.name: "the date, such as 2027-12-31,",
    _LENGTH.name: "a whole number",
    _UNIT.name: "day, week, month or year",
}


def with_terms(findings: list[Finding], vocabulary: Vocabulary) -> list[Finding]:
    """Return the findings, those about a way to expire saying where a date or length belongs.

    No way alone is suggested: the date or the length would be lost.
    """

    def changed(finding: Finding) -> Finding:
        if finding.field != _WAY.name or finding.code != "not_a_choice":
            return finding
        parts = parts_of_term(finding.value or "", vocabulary)
        if len(parts) == 1:
            return finding
        way = _WAY.kind.show(int(parts[_WAY.name]))
        others = [
            f"{_as_read(field.name, parts[field.name], vocabulary)} into the column {field.label}"
            for field in (_DATE, _LENGTH, _UNIT)
            if field.name in parts
        ]
        message = (
            f"{quoted(finding.value or '')} is not a way to expire alone. Write {way} here, and "
            f"{', '.join(others)}."
        )
        return replace(finding, message=message, suggestion=None)

    return [changed(finding) for finding in findings]


def _as_read(name: str, text: str, vocabulary: Vocabulary) -> str:
    """Return a part of a term as its own column reads it: a date without "until"; else words."""
    value = vocabulary.kinds[name].parse(text, UTC)
    if not isinstance(value, Problem):
        return text
    return value.suggestion or _INSTEAD[name]

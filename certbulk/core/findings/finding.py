"""Findings: what is wrong, or worth a look, in a sheet. Values, not exceptions."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.core.columns.dtypes import DTYPES, Words, typed_frame
from certbulk.core.findings.catalogue import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from certbulk.core.findings.code import Severity

__all__ = ["COLUMNS", "Finding", "findings_frame", "found", "one_line", "quoted"]

_LONGEST_SHOWN = 60
_LONGEST_REPR = 120


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """One finding.

    Attributes:
        row: The row's number in the source; None for a finding about the whole table.
        cell: The A1 address; None if it is not about a cell of the source.
        field: The canonical name of the column; None if it has none.
        value: The cell's text as it was read; None for blank.
        code: Its name in the catalogue of codes, a contract.
        severity: `error` keeps the row from being sent, `warning` does not.
        message: What is wrong and what to do.
        suggestion: A text that would repair it, if one is obvious; the empty one empties the
            cell.
        place: What messages call the place in a frame, which has no addresses: the row by its
            label, the column by its name. Blank for files.
        parts: What the message names besides the value, by name, for faces that say it in another
            language; which names a code has is tested with those.

    Example:
        >>> import certbulk as cb
        >>> finding = cb.validate(cb.read("sample_data/with_errors.xlsx")).errors[4]
        >>> print(finding)
        P7 expiration_timeout_unit_id: "mnth" is not one of the choices for ... Did you mean month?
        >>> finding.row, finding.code, str(finding.severity), finding.suggestion
        (7, 'not_a_choice', 'error', 'month')
        >>> finding.as_dict()["value"]
        'mnth'
    """

    row: int | None
    cell: str | None
    field: str | None
    value: str | None
    code: str
    severity: Severity
    message: str
    suggestion: str | None = None
    place: str = ""
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict, compare=False)

    @property
    def message_with_place(self) -> str:
        """The message, with the place in a frame before it."""
        return f"{self.place}: {self.message}" if self.place else self.message

    def __repr__(self) -> str:
        return clean(f"Finding({self.severity} {self.code}, {self})", _LONGEST_REPR)

    def __str__(self) -> str:
        if self.place:
            return self.message_with_place
        place = self.cell or (f"row {self.row}" if self.row else None)
        where = " ".join(part for part in (place, self.field) if part)
        return f"{where}: {self.message}" if where else self.message

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values."""
        return {name: getattr(self, name) for name in COLUMNS} | {"severity": str(self.severity)}


COLUMNS = tuple(f.name for f in fields(Finding) if f.name not in ("place", "parts"))


def found(
    code: str,
    message: str,
    *,
    row: int | None = None,
    cell: str | None = None,
    field: str | None = None,
    value: str | None = None,
    suggestion: str | None = None,
    parts: Mapping[str, str] | None = None,
) -> Finding:
    """Return a finding with the severity that the catalogue gives `code`."""
    severity = CODES[code].severity
    given = parts or {}
    return Finding(row, cell, field, value, code, severity, message, suggestion, parts=given)


def one_line(text: str) -> str:
    """Return `text` with one space for each stretch of white space in it, and none at its ends."""
    if text.isprintable() and "  " not in text:  # no other white space than single spaces
        return text.strip()
    return " ".join(text.split())


def quoted(value: str) -> str:
    """Return a cell's text for use in a message: one line, cut if it is long."""
    line = one_line(value)
    return f'"{line[:_LONGEST_SHOWN]}…"' if len(line) > _LONGEST_SHOWN else f'"{line}"'


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a frame with the columns of `Finding`, missing if they are None."""
    rows = [finding.as_dict() for finding in findings]
    dtypes = {**DTYPES, "code": Words(tuple(CODES), only_used=True)}
    return typed_frame({name: [row[name] for row in rows] for name in COLUMNS}, dtypes=dtypes)

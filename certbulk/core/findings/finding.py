"""Findings: what is wrong, or worth a look, in a sheet. Values, not exceptions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from certbulk.core.findings.catalogue import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from certbulk.core.findings.code import Severity

__all__ = ["COLUMNS", "Finding", "findings_frame", "found", "one_line", "quoted"]

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
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

    def __str__(self) -> str:
        place = self.cell or (f"row {self.row}" if self.row else None)
        where = " ".join(part for part in (place, self.field) if part)
        return f"{where}: {self.message}" if where else self.message

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values."""
        return {name: getattr(self, name) for name in COLUMNS} | {"severity": str(self.severity)}


COLUMNS = tuple(f.name for f in fields(Finding))


def found(
    code: str,
    message: str,
    *,
    row: int | None = None,
    cell: str | None = None,
    field: str | None = None,
    value: str | None = None,
    suggestion: str | None = None,
) -> Finding:
    """Return a finding with the severity that the catalogue gives `code`."""
    return Finding(row, cell, field, value, code, CODES[code].severity, message, suggestion)


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
    """Return findings as a frame with the columns of `Finding`, blank if they are None."""
    import pandas as pd  # noqa: PLC0415 (only those who look at a frame wait for pandas)

    rows = [tuple(finding.as_dict().values()) for finding in findings]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.astype({"row": "Int64"})

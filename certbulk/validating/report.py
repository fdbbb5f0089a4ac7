"""`Report`: the typed values of a sheet, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.bodies import bodies_for_create
from certbulk.core.columns.field import CREATE
from certbulk.core.columns.fields import FIELDS, PAYLOAD_FIELDS
from certbulk.core.counting import counted
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import findings_frame
from certbulk.core.places.directory import NO_NAMES
from certbulk.displayable import Displayable
from certbulk.errors import InvalidRowsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo

    import pandas as pd
    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.core.places.directory import Directory
    from certbulk.reading import Sheet

__all__ = ["NOTHING_SENT", "Report"]

NOTHING_SENT = {"duplicate_column", "rows_above", "table_above"}
"""Codes for which no row is sent, since any row may have been misread."""


@dataclass(frozen=True, slots=True, repr=False)
class Report(Displayable):
    """The result of validating a sheet.

    Attributes:
        sheet: The sheet, as it was read.
        columns: Typed values by canonical name, one per row; None if blank or invalid.
        actions: Per row: 1 create, 2 update, 3 skip.
        refused: A mask of the rows with an error.
        all_findings: Every finding, in the order of the rows; those about the table come first.
        time_zone: The time zone of dates without an offset.
        directory: The lists in which names were looked up.
        now: The time that dates were compared with.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
        >>> report
        Report on with_errors.xlsx, sheet certificate_types: 49 rows, 15 valid, 34 invalid; ...
        >>> report.ok, len(report.valid), len(report.invalid)
        (False, 15, 34)
        >>> report.findings[["cell", "value", "code", "suggestion"]].iloc[8].to_list()
        ['P7', 'mnth', 'not_a_choice', 'month']
        >>> row, body = next(report.payloads())
        >>> row, body["title"], body["balance"]
        (2, 'Rosemary Card 40', 40)
    """

    sheet: Sheet
    columns: Mapping[str, Column]
    actions: NDArray[np.int8]
    refused: NDArray[np.bool_]
    all_findings: tuple[Finding, ...]
    time_zone: tzinfo
    directory: Directory = NO_NAMES
    now: datetime | None = None

    def __len__(self) -> int:
        return len(self.sheet)

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep rows from being sent."""
        return tuple(f for f in self.all_findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not keep rows from being sent."""
        return tuple(f for f in self.all_findings if f.severity is Severity.WARNING)

    @property
    def withheld(self) -> tuple[Finding, ...]:
        """The findings because of which no row of the sheet is sent."""
        return tuple(f for f in self.all_findings if f.code in NOTHING_SENT)

    @property
    def findings(self) -> pd.DataFrame:
        """Every finding.

        Columns: row, cell, field, value, code, severity, message, suggestion. If a frame was read,
        the index is that of its rows, missing for findings about the whole table.
        """
        frame, labels = findings_frame(self.all_findings), self.sheet.labels
        if labels is None:
            return frame
        return frame.set_axis(labels.where_known(f.row for f in self.all_findings), axis="index")

    @property
    def valid(self) -> pd.DataFrame:
        """The typed values of the rows without an error.

        The index is that of the frame that was read, with its levels that are columns; for a file,
        the true row numbers.
        """
        return self._typed(~self.refused)

    @property
    def invalid(self) -> pd.DataFrame:
        """The texts of the rows with an error, as they were read, with the index of `valid`."""
        return self.sheet.frame[self.refused]

    def _typed(self, rows: NDArray[np.bool_]) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415

        data = {
            field.name: list(self.columns[field.name].take(rows))
            for field in FIELDS
            if (column := self.sheet.column(field.name)) and not self.sheet.in_index(column)
        }
        return pd.DataFrame(data, index=self.sheet.index[rows], dtype=object)

    def values(self, place: int) -> dict[str, Any]:
        """Return the payload values of the row at this position, without blanks.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> report.values(0)["title"]  # the first row that was read
            'Gift Certificate 25'
        """
        return {
            field.name: value
            for field in PAYLOAD_FIELDS
            if (column := self.columns.get(field.name)) is not None
            and (value := column[place]) is not None
        }

    def payloads(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (true row number, nested request body) of the valid rows to create.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> row, body = next(report.payloads())
            >>> row, body["title"], body["expiration"]
            (2, 'Gift Certificate 25', {'type_id': 2, 'timeout': 6, 'timeout_unit_id': 3})
        """
        creates = np.asarray(~self.refused & (self.actions == CREATE))
        bodies = bodies_for_create(self.columns, creates)
        return zip(self.sheet.rows[creates].tolist(), bodies, strict=True)

    def raise_for_errors(self) -> None:
        """Raise InvalidRowsError if there are errors; the message lists the first ten.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> report.raise_for_errors()  # go on only if every row is valid
        """
        errors = self.errors
        if errors:
            shown = "\n".join(f"  {finding}" for finding in errors[:10])
            more = f"\n  … and {len(errors) - 10} more" if len(errors) > 10 else ""  # noqa: PLR2004
            raise InvalidRowsError(
                f"{counted(len(errors), 'error')} in {self.sheet.source}:\n{shown}{more}"
            )

    def __repr__(self) -> str:
        bad = int(self.refused.sum())
        return (
            f"Report on {self.sheet.origin}: {counted(len(self), 'row')}, {len(self) - bad} valid, "
            f"{bad} invalid; {counted(len(self.errors), 'error')}, "
            f"{counted(len(self.warnings), 'warning')}"
        )

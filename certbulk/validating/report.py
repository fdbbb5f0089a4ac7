"""`Report`: the typed values of a sheet, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.arguments import Arguments
from certbulk.core.bodies import bodies_for_create
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.dtypes import typed_frame
from certbulk.core.columns.field import CREATE
from certbulk.core.columns.fields import ACTION, FIELDS, PAYLOAD_FIELDS
from certbulk.core.counting import counted, first_ones
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import findings_frame
from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.core.references.directory import NO_NAMES
from certbulk.displayable import Displayable
from certbulk.errors import InvalidRowsError
from certbulk.reading.sheet import finding_document, row_label
from certbulk.validating.report_document import CheckedRow, decision_document, first_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.reading import Sheet
    from certbulk.reading.labels import Labels

__all__ = ["NOTHING_SENT", "Report", "labelled"]

NOTHING_SENT = {"duplicate_column", "encoding_unknown", "rows_above", "table_above"}
"""Codes for which no row is sent, since any row may have been misread."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
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
        zone_assumed: Whether nobody has named the time zone.

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
    now: datetime | None = field(default=None, compare=False)
    zone_assumed: bool = False

    @property
    def asked_zone(self) -> tzinfo | None:
        """The time zone that was named; None for none, to validate the same sheet again."""
        return None if self.zone_assumed else self.time_zone

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
    def counts(self) -> dict[str, int]:
        """The number of rows, of valid and invalid ones, of errors and of warnings."""
        bad = int(self.refused.sum())
        return {
            "rows": len(self),
            "valid": len(self) - bad,
            "invalid": bad,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
        }

    @property
    def withheld(self) -> tuple[Finding, ...]:
        """The findings because of which no row of the sheet is sent."""
        return tuple(f for f in self.all_findings if f.code in NOTHING_SENT)

    @property
    def findings(self) -> pd.DataFrame:
        """Every finding.

        Columns: row, cell, field, value, code, severity, message, suggestion. If a frame was read,
        the index is that of its rows, missing for findings about the whole table, and `cell` is
        missing throughout: a frame has no addresses.
        """
        return labelled(self.all_findings, self.sheet.labels)

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
        data = {
            field.name: self.columns[field.name].take(rows)
            for field in FIELDS
            if (column := self.sheet.column(field.name)) and not self.sheet.in_index(column)
        }
        if ACTION.name in data:
            data[ACTION.name] = data[ACTION.name].map(ACTION.kind.show)
        return typed_frame(data, self.sheet.index[rows])

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the valid rows as a workbook with one sheet, which is read back as the same values.

        Choices are words, such as "Fixed date". A date is a date if the report's time zone is UTC
        and it is the end of a day, else a text with its offset: a cell of a workbook has none.

        Returns:
            The path.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
            ArgumentError: An argument has the wrong type, such as a frame instead of a path.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
            >>> again = cb.validate(cb.read(report.to_excel("valid.xlsx")))
            >>> again.ok, again.values(0) == report.values(0)
            (True, True)
        """
        from certbulk.validating.valid_rows import valid_sheet  # noqa: PLC0415 (it is heavy)
        from certbulk.workbook import write_workbook  # noqa: PLC0415 (it is heavy)

        takes = Arguments("Report.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        sheet = valid_sheet(self.columns, ~self.refused, self.time_zone)
        return write_workbook(path, [sheet], overwrite=overwrite)

    def values(self, position: int) -> dict[str, Any]:
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
            and (value := column[position]) is not None
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

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready values; each row under `decisions`, then all findings.

        A row has the action that is asked for, or `invalid` with its first error. Its body is that
        of a new type; an update needs the live type first. `certbulk validate` prints it with
        `--json`; see the reference page JSON output.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
            >>> document = report.as_dict()
            >>> document["rows"], document["invalid"], document["decisions"][5]["code"]
            (49, 34, 'not_a_choice')
        """
        errors, bodies = first_errors(self.errors), dict(self.payloads())
        left_out = {one.row: one for one in self.warnings if one.code in LEFT_OUT}
        return {
            **self.counts,
            "decisions": [
                decision_document(row, errors, left_out, bodies.get(row.row))
                for row in self._rows()
            ],
            "findings": [finding_document(self.sheet, one) for one in self.all_findings],
        }

    def _rows(self) -> Iterator[CheckedRow]:
        blank = Column.blank(len(self))
        ids, titles = (self.columns.get(name, blank) for name in ("id", "title"))
        column = self.sheet.column("title")
        written = column.cells if column else blank
        rows = (self.sheet.rows.tolist(), self.actions.tolist(), self.refused.tolist())
        for position, (row, asked, refused) in enumerate(zip(*rows, strict=True)):
            title, label = titles[position] or written[position] or "", row_label(self.sheet, row)
            yield CheckedRow(row, asked, refused, ids[position], title, label)

    def raise_for_errors(self) -> None:
        """Raise InvalidRowsError if there are errors; the message lists the first ten.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> report.raise_for_errors()  # go on only if every row is valid
        """
        errors = self.errors
        if errors:
            raise InvalidRowsError(
                f"{counted(len(errors), 'error')} in {self.sheet.source}:\n{first_ones(errors)}"
            )

    def __repr__(self) -> str:
        bad = int(self.refused.sum())
        return (
            f"Report on {self.sheet.origin}: {counted(len(self), 'row')}, {len(self) - bad} valid, "
            f"{bad} invalid; {counted(len(self.errors), 'error')}, "
            f"{counted(len(self.warnings), 'warning')}"
        )


def labelled(findings: Sequence[Finding], labels: Labels | None) -> pd.DataFrame:
    """Return findings as a frame: those of a frame that was read have its labels, and no cells."""
    if labels is None:
        return findings_frame(findings)
    frame = findings_frame(replace(finding, cell=None) for finding in findings)
    return frame.set_axis(labels.where_known(f.row for f in findings), axis="index")

"""Values for all rows: columns that a sheet does not have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import Column
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds.kind import tidy
from certbulk.errors import ReadError
from certbulk.reading.headers.guides import wrong_for_every_row
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.reading.sheet import Sheet

__all__ = ["with_defaults"]


def with_defaults(sheet: Sheet, defaults: Mapping[str, object]) -> Sheet:
    """Return the sheet with a column for each default.

    Raises:
        ReadError: One is for a column that is unknown or in the sheet already, or is not a value of
            its column.
    """
    supplied: list[SheetColumn] = []
    for header, value in defaults.items():
        match = sheet.vocabulary.match(header)
        if match is None:
            near = sheet.vocabulary.nearest(header)
            hint = f" Did you mean {near.field}?" if near else ""
            raise ReadError(f"{quoted(header)} is not a known column.{hint}")
        name = match.field
        there = sheet.column(name)
        if there or any(name == column.field for column in supplied):
            cell = there.address(sheet.header_row) if there and not sheet.labels else None
            where = f" ({cell})" if cell else ""
            raise ReadError(
                f"{name} is in the sheet already{where}. A value for all rows can be given only "
                "for a column that is not in the sheet."
            )
        from certbulk.reading.formats.tables.plain_sources import cell_text  # noqa: PLC0415

        text = cell_text(value)
        if wrong := wrong_for_every_row(name, text, sheet.vocabulary):
            raise ReadError(
                f"The value for all rows of {name}: {wrong}",
                terminal=f"Correct it where it is set: --set {name}=VALUE.",
            )
        rows = len(sheet)
        cells = Column.constant(text, rows) if tidy(text) else Column.blank(rows)
        supplied.append(SheetColumn(name, None, name, cells))
    return replace(sheet, columns=(*sheet.columns, *supplied)) if supplied else sheet

"""The valid rows of a report as a sheet of a workbook, which is read back as the same values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import ACTION, FIELDS, ID
from certbulk.core.file_formats import TYPES
from certbulk.core.kinds import Choice, Flag, Ids, Instant
from certbulk.workbook import TableSheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    import numpy as np
    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.columns.field import Field

__all__ = ["valid_sheet"]

_FROZEN = (ACTION.name, ID.name, "title")


def valid_sheet(
    columns: Mapping[str, Column], rows: NDArray[np.bool_], time_zone: tzinfo
) -> TableSheet:
    """Return rows of typed columns, with the labels of the columns as headers.

    Choices are words, ids are lists with commas. A date is one if the time zone is UTC, in which
    files are read by default, and it is the end of a day; else it is a text with its offset.

    Args:
        columns: Typed values by canonical name.
        rows: A mask of the rows.
        time_zone: The time zone of dates without an offset.
    """
    fields = [field for field in FIELDS if field.name in columns]
    zone = time_zone if str(time_zone) == "UTC" else None
    cells = [_cells(field, columns[field.name].take(rows), zone) for field in fields]
    frozen = sum(field.name in _FROZEN for field in fields)
    lines = [list(line) for line in zip(*cells, strict=True)]
    return TableSheet(TYPES, [field.label for field in fields], lines, frozen=frozen)


def _cells(field: Field, column: Column, zone: tzinfo | None) -> list[Any]:
    """Return the cells of a column; each distinct value is converted once."""
    return list(column.map(lambda value: _cell(field, value, zone)))


def _cell(field: Field, value: Any, zone: tzinfo | None) -> Any:
    if value == CLEAR:
        return value
    if isinstance(value, datetime) and isinstance(field.kind, Instant):
        day = field.kind.clock_in(value, zone) if zone else None
        return day or field.kind.show(value.astimezone(UTC))
    if isinstance(field.kind, Choice | Flag | Ids):
        return field.kind.show(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value

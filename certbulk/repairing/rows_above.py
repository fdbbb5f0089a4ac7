"""The cells above the header of a sheet, for a new workbook that is written from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.headers import How
from certbulk.reading import SheetColumn
from certbulk.workbook import cell_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from certbulk.reading import Sheet

__all__ = ["cells_above", "with_rows_above"]


def cells_above(
    sheet: Sheet, number_in_copy: Callable[[int], int | None]
) -> dict[int, dict[int, Any]]:
    """Return the cells above the header of `sheet`, by row and by column number in the copy.

    `number_in_copy` maps a column number of `sheet` to one of the copy; None if that has no such
    column.
    """
    fields = {column.number: column.field for column in sheet.columns if not column.made}
    above: dict[int, dict[int, Any]] = {}
    for row, number, text in sheet.above:
        number_there = number_in_copy(number)
        if number_there is not None:
            above.setdefault(row, {})[number_there] = cell_for(fields.get(number), text)
    return above


def with_rows_above(
    sheet: Sheet, columns: Sequence[SheetColumn]
) -> tuple[list[SheetColumn], dict[int, dict[int, Any]]]:
    """Return the columns of a copy with these columns of `sheet`, and the cells above its header.

    Every cell stays in its row and above its column. A column that has only such cells is added
    without a header. Cells above a column that the copy leaves out are left out too. With a
    mapping, which may name columns by their letters, blank ones up to the last mapped one stay.
    """
    mapped = (c.number for c in sheet.columns if c.how is How.MAPPED and c.number)
    alone = {number for _, number, _ in sheet.above} | {*range(1, max(mapped, default=1))}
    alone -= {c.number for c in sheet.columns}
    copied = [*columns]
    for number in sorted(alone):
        before = (
            at for at, c in enumerate(copied) if c.number and c.number < number and not c.made
        )
        blank = SheetColumn("", number, None, Column.blank(len(sheet)))
        copied.insert(max(before, default=-1) + 1, blank)
    numbers: dict[int, int] = {}
    for number, column in enumerate(copied, start=1):
        if column.number:
            numbers.setdefault(column.number, number)
    return copied, cells_above(sheet, numbers.get)

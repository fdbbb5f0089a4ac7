"""Read a copy back and compare it with what was meant, before the file gets its name.

All other bytes of a copy are unchanged. Rewritten cells pass through the formats, escapes and
limits of several libraries, each of which has silently cut or changed a text.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from certbulk.core.findings.finding import quoted
from certbulk.core.kinds.kind import tidy
from certbulk.errors import OutputError
from certbulk.reading.workbook import Workbook
from certbulk.workbook import fits, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from certbulk.reading import Sheet
    from certbulk.workbook.editing.sheet_part import Coordinates

__all__ = ["cells_of", "check_written"]

_MIDNIGHT = " 00:00:00"
_LEFT_OUT = "#VALUE!"

Meant = tuple["Coordinates", str | None]


def cells_of(sheet: Sheet, last_column: int) -> Iterable[Meant]:
    """Yield the cells of a sheet's rows, by row and column from 1, with their texts."""
    rows = sheet.rows.tolist()
    for column in sheet.columns:
        if column.number is not None and column.number <= last_column and not column.made:
            number = column.number
            yield from (
                ((row, number), column.cells[position]) for position, row in enumerate(rows)
            )


def check_written(path: Path, name: str, meant: Iterable[Meant], shown: str) -> None:
    """Check that every cell of a sheet is read back as it was meant.

    Args:
        path: The workbook.
        name: The name of the sheet.
        meant: Cells with their texts; None for blank.
        shown: The final name of the workbook, for the message.

    Raises:
        OutputError: A cell is read back differently.
    """
    grid = Workbook(path.read_bytes(), shown).grid(name)
    columns = dict(zip(grid.numbers, grid.columns, strict=True))
    for (row, number), text in meant:
        column = columns.get(number)
        read = column[row - 1] if column is not None and row <= len(column) else None
        if text != read and not _is_same(text, read):
            spot = f"{get_column_letter(number)}{row}"
            raise OutputError(
                f"{shown} was not written: {spot} would be read as {quoted(read or '')} instead of "
                f"{quoted(text or '')}. This is a bug in certbulk. The original is unchanged."
            )


def _is_same(meant: str | None, read: str | None) -> bool:
    """Whether a text that was read back means the same as the one that was written."""
    if meant is not None and not fits(meant):
        return read == _LEFT_OUT
    one, other = (tidy(visible(text or "")) for text in (meant, read))
    if one == other or one.removesuffix(_MIDNIGHT) == other:
        return True
    try:
        return float(Decimal(one)) == float(Decimal(other))
    except InvalidOperation:
        return False

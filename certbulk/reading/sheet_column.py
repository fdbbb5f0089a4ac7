"""One column of a sheet: its header, what it means, and its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.core.addresses import letters_of

if TYPE_CHECKING:
    from certbulk.core.columns.distinct import Column
    from certbulk.core.columns.headers import How

__all__ = ["SheetColumn"]

_LAST_LETTERS = 18_278  # ZZZ; a text file can have more columns than a sheet


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet.

    Attributes:
        header: The header as it was read; blank if there is none.
        number: Its number in the source, from 1 for A; None for a value supplied for all rows.
        field: The canonical name that the header means; None for an unknown column.
        cells: The texts, one per row of the sheet.
        how: How it came to mean its field, or that a mapping uses or ignores it; None for unknown.
        made: Whether it is not in the source: a mapping or a format made it of other columns.
    """

    header: str
    number: int | None
    field: str | None
    cells: Column
    how: How | None = None
    made: bool = False

    @property
    def known(self) -> bool:
        """Whether it is a column of the table, or a mapping or format knows what to do with it."""
        return self.field is not None or self.how is not None

    @property
    def remedy(self) -> str:
        """Where to correct a value that every row has without a cell; blank for other columns."""
        if self.number is not None:
            return ""
        return " Every row has this value: correct it where it is given for all rows."

    def address(self, row: int) -> str | None:
        """Return the A1 address of this column's cell in the source's row `row`."""
        if self.number is None:
            return None
        letters = self.number <= _LAST_LETTERS
        return f"{letters_of(self.number)}{row}" if letters else f"R{row}C{self.number}"

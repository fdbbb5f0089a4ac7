"""Cells of a workbook of any format, as a careful reader has them: their kind, text and style."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.reading.formats.size_limits import Extent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.reading.formats.display_formats import Merge, Span

__all__ = ["ERRORS", "Cell", "Cells", "Kind"]

ERRORS = frozenset(
    ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA")
)
"""The errors that the fast reader knows; newer programs have others."""


class Kind:
    """What a cell holds."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    ERROR = "error"
    DAY = "day"
    FORMULA = "formula without a result"
    UNCLEAR = "unclear"


class Cell(NamedTuple):
    """A cell that holds something: its kind, its text as the file has it, its style."""

    kind: str
    text: str
    style: int


class Cells(NamedTuple):
    """What a sheet holds.

    Attributes:
        cells: By row and column, from 1; blank ones are left out.
        merges: Merged rectangles.
        hidden_rows: Rows that are hidden.
        hidden_columns: Columns that are hidden.
        has_data: Whether the sheet has a place for cells at all.
        unusual: Whether any of it is written as the fast reader does not know it.
    """

    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[Merge, ...]
    hidden_rows: tuple[Span, ...]
    hidden_columns: tuple[Span, ...]
    has_data: bool
    unusual: bool

    @property
    def extent(self) -> Extent:
        """The rectangle that the cells lie in, and how many there are."""
        rows, columns = [row for row, _ in self.cells], [column for _, column in self.cells]
        if not rows:
            return Extent(0, 0, 0)
        return Extent(max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, len(self.cells))

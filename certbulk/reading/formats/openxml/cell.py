"""Cells of a workbook of any format, from the careful readers: their kind, text and style."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.reading.formats.display_formats import DisplayFormats
from certbulk.reading.formats.size_limits import Extent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from certbulk.reading.formats.display_formats import Merge, Span

__all__ = ["ELSEWHERE", "ERRORS", "Cell", "Cells", "Kind"]

ERRORS = frozenset(
    ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA")
)
"""The error values that the fast reader knows. Newer programs have more."""

ELSEWHERE = "values in unexpected places"
"""What the careful reader says of a cell whose value is not, or not only, where it belongs."""


class Kind:
    """The kind of a cell's content."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    ERROR = "error"
    DAY = "day"
    FORMULA = "formula without a result"
    UNCLEAR = "unclear"


class Cell(NamedTuple):
    """A cell that is not blank: its kind, its text as in the file, and its style."""

    kind: str
    text: str
    style: int


class Cells(NamedTuple):
    """The cells and the display formats of a sheet.

    Attributes:
        cells: The cells by row and column, from 1, without blank ones.
        merges: Merged rectangles.
        hidden_rows: Rows that are hidden.
        hidden_columns: Columns that are hidden.
        has_data: Whether the sheet has an element for cells at all.
        unusual: Whether any of it has a spelling that the fast reader does not know.
    """

    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[Merge, ...]
    hidden_rows: tuple[Span, ...]
    hidden_columns: tuple[Span, ...]
    has_data: bool
    unusual: bool

    @property
    def extent(self) -> Extent:
        """The rectangle around the cells, and their number."""
        rows, columns = [row for row, _ in self.cells], [column for _, column in self.cells]
        if not rows:
            return Extent(0, 0, 0)
        return Extent(max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, len(self.cells))

    def display(
        self, percents: Collection[int], totals: Iterable[int], *, hidden: bool
    ) -> DisplayFormats:
        """Return how the sheet looks to people.

        Args:
            percents: The styles that show a number as a percentage.
            totals: The rows that the program marks as totals of a table.
            hidden: Whether the sheet is hidden.
        """
        return DisplayFormats(
            merges=self.merges,
            hidden_rows=self.hidden_rows,
            hidden_columns=self.hidden_columns,
            totals=tuple(totals),
            percents=tuple(
                spot
                for spot, cell in self.cells.items()
                if cell.style in percents and cell.kind == Kind.NUMBER
            ),
            hidden=hidden,
        )

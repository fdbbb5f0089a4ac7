"""How sheets print: what matters on one page width, at a size that can be read, the rest behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.print_settings import PrintArea
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["print_legibly", "print_on_one_width"]

# Characters across a page of A4 or Letter in landscape, at full size. Excel has room for 135;
# another program on a system without its fonts takes wider ones.
_ROOM = 104.0
_SMALLEST = 0.54  # of the full size: letters of 6 points
_MOST_REPEATED = 0.45  # of a page's width: else there would be no room for the other columns
_MARGIN = 0.4  # inches


def print_on_one_width(page: Any, header_row: int = 1) -> None:
    """Let a page print in landscape, as wide as one sheet of paper, each with the header."""
    page.page_setup.orientation = "landscape"
    page.page_margins.left = page.page_margins.right = _MARGIN
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{header_row}:{header_row}"


def print_legibly(
    page: Any,
    widths: Sequence[float],
    last_row: int,
    *,
    header_row: int = 1,
    kept: int = 0,
    matter: tuple[int, int] = (0, 0),
) -> None:
    """Let a table print so that it can be read.

    If all columns fit on one page width, they stand there. Otherwise the columns that matter stand
    there, beside those that are kept, and the others follow on pages of their own.

    Args:
        page: The sheet, as openpyxl has it.
        widths: The width of every column, in characters.
        last_row: The last row of the table, for columns that are printed out of their order.
        header_row: The row that every page begins with.
        kept: So many columns at the left are on every page, if they leave room for others; else
            the last of them alone is, and where it does not either, none.
        matter: The places of the first column that matters, from 0, and of the first behind them;
            of those as many count as fit. Without them it is the first columns.
    """
    print_on_one_width(page, header_row)
    most = _ROOM / _SMALLEST
    if sum(widths) <= most or not widths:
        return
    repeated = range(kept)
    if sum(widths[:kept]) > most * _MOST_REPEATED:
        repeated = range(kept - 1, kept) if widths[kept - 1] <= most * _MOST_REPEATED else range(0)
    start = matter[0] if matter[0] > kept else 0
    end = matter[1] or len(widths)
    used = sum(widths[place] for place in repeated) if start else 0.0
    stop = start
    while stop < end and (stop == start or used + widths[stop] <= most):
        used += widths[stop]
        stop += 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = None
    page.page_setup.scale = int(100 * max(_SMALLEST, min(1.0, _ROOM / used)))
    page.page_setup.pageOrder = "downThenOver"
    if repeated:
        first, last = (get_column_letter(place + 1) for place in (repeated[0], repeated[-1]))
        page.print_title_cols = f"{first}:{last}"
    if not start:  # no areas: rows that somebody adds are to be printed as well
        page.col_breaks.append(Break(id=stop))
        return
    behind = repeated.stop if repeated.start == 0 else 0
    areas = [(start, stop), (behind, start), (stop, len(widths))]
    page._print_area = _Areas(  # noqa: SLF001 (its setter puts areas into another order)
        [
            f"{get_column_letter(left + 1)}1:{get_column_letter(right)}{last_row}"
            for left, right in areas
            if left < right
        ]
    )


class _Areas(PrintArea):
    """Areas that are printed in this order."""

    def __init__(self, ranges: Sequence[str]) -> None:
        super().__init__(ranges)
        self._in_order = [CellRange(one) for one in ranges]

    def sorted(self) -> list[CellRange]:
        """Return the areas in the order that they were given in."""
        return self._in_order

"""How sheets print: the important columns on one page width in a legible size, then the rest."""

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

# Characters across a page of A4 or Letter in landscape, at full size. Excel fits 135; other
# programs on a system without its fonts use wider ones.
_ROOM = 104.0
_SMALLEST = 0.54  # of the full size: letters of 6 points
_MOST_REPEATED = 0.45  # of a page's width, so that there is room for the other columns
_MARGIN = 0.4  # inches


def print_on_one_width(page: Any, header_row: int = 1) -> None:
    """Print a sheet in landscape, one page wide, with the header on each page."""
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
    frozen: int = 0,
    important: tuple[int, int] = (0, 0),
) -> None:
    """Print a table in a legible size.

    If all columns fit on one page width, they are printed there. Otherwise the important columns
    are, next to the frozen ones, and the others follow on further pages.

    Args:
        page: The sheet of openpyxl.
        widths: The width of every column, in characters.
        last_row: The last row of the table, for columns that are printed out of order.
        header_row: The row at the top of every page.
        frozen: The number of columns at the left to print on every page, if they leave room for
            others; else only the last of them, or none.
        important: The index of the first important column, from 0, and of the first one after
            them; as many of them as fit count. By default the first columns.
    """
    print_on_one_width(page, header_row)
    most = _ROOM / _SMALLEST
    if sum(widths) <= most or not widths:
        return
    repeated = range(frozen)
    if sum(widths[:frozen]) > most * _MOST_REPEATED:
        repeated = (
            range(frozen - 1, frozen) if widths[frozen - 1] <= most * _MOST_REPEATED else range(0)
        )
    start = important[0] if important[0] > frozen else 0
    end = important[1] or len(widths)
    used = sum(widths[index] for index in repeated) if start else 0.0
    stop = start
    while stop < end and (stop == start or used + widths[stop] <= most):
        used += widths[stop]
        stop += 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = None
    page.page_setup.scale = int(100 * max(_SMALLEST, min(1.0, _ROOM / used)))
    page.page_setup.pageOrder = "downThenOver"
    if repeated:
        first, last = (get_column_letter(index + 1) for index in (repeated[0], repeated[-1]))
        page.print_title_cols = f"{first}:{last}"
    if not start:  # no areas, so that added rows are printed, too
        page.col_breaks.append(Break(id=stop))
        return
    behind = repeated.stop if repeated.start == 0 else 0
    areas = [(start, stop), (behind, start), (stop, len(widths))]
    page._print_area = _Areas(  # noqa: SLF001 (its setter changes the order)
        [
            f"{get_column_letter(left + 1)}1:{get_column_letter(right)}{last_row}"
            for left, right in areas
            if left < right
        ]
    )


class _Areas(PrintArea):
    """Print areas in this order."""

    def __init__(self, ranges: Sequence[str]) -> None:
        super().__init__(ranges)
        self._in_order = [CellRange(one) for one in ranges]

    def sorted(self) -> list[CellRange]:
        """Return the areas in their given order."""
        return self._in_order

"""Rows of a text file that have more cells than its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.counting import counted
from certbulk.core.findings.finding import found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn

__all__ = ["ragged_rows"]


def ragged_rows(
    columns: Sequence[SheetColumn], rows: NDArray[np.int64], header_row: int, widths: Sequence[int]
) -> Iterator[Finding]:
    """Yield a finding for every row that has something in a cell beyond the header's last.

    An amount such as 1,500 that stands without quotation marks is two cells, and what is behind it
    stands under the wrong header. Programs that write tables give each row as many cells.

    Args:
        columns: The columns of the source.
        rows: The true number of each row.
        header_row: The true number of the header's row; 0 for none.
        widths: How many cells each row of the source has; none where that is the same for all.
    """
    if not widths or not header_row:
        return
    width = widths[header_row - 1]
    beyond = [column for column in columns if (column.number or 0) > width]
    if not beyond:
        return
    spilled = np.logical_or.reduce([column.cells.filled for column in beyond])
    for row in rows[spilled].tolist():
        yield found(
            "ragged_row",
            f"The row has {counted(widths[row - 1], 'cell')}, and the header {width}: most likely "
            "a text such as 1,500 is parted into two, and what is behind it stands under the wrong "
            "header. Put quotation marks around it, or save the file as .xlsx.",
            row=row,
        )

"""Which sheet of a workbook is meant, where nobody has said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.errors import ReadError
from certbulk.reading.layout import find_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.core.vocabulary import Vocabulary
    from certbulk.reading.grid import Grid

__all__ = ["choose"]

_GENERAL = {"id", "title", "category_id"}
"""Columns that lists of locations, services and categories have as well."""

_FEWEST = 3  # columns that make a sheet look like certificate types

_PRICES = frozenset({"balance", "online_sale_price"})
"""Columns that beside an id or a title make a list of prices to change."""


def choose(grids: Sequence[Grid], source: str, vocabulary: Vocabulary) -> tuple[Grid, list[str]]:
    """Return the sheet whose headers match best, and the names of those that seem meant as well.

    Those are sheets with rows, hidden ones too, whose headers name some columns of certificate
    types, or an id or title and a price. Of sheets that match alike, one that can be
    seen goes before a hidden one, and one with rows before an empty one.

    Raises:
        ReadError: No sheet has cells in it, or several match alike.
    """
    found = [(grid, find_header(grid, vocabulary)) for grid in grids]
    if not found:
        raise ReadError(f"{source} has no sheet with cells in it.")

    def merit(grid: Grid, row: int, names: frozenset[str]) -> tuple[int, int, bool, bool]:
        has_rows = any(column.codes[row + 1 :].max(initial=-1) >= 0 for column in grid.columns)
        return len(names - _GENERAL), len(names), not grid.look.hidden, has_rows

    merits = [merit(grid, header.row, header.names) for grid, header in found]
    best = max(merits)
    chosen = [grid for (grid, _), its in zip(found, merits, strict=True) if its == best]
    if best[1] and len(chosen) > 1:
        names = [str(grid.name) for grid in chosen]
        raise ReadError(
            f"{source} has several sheets with the same headers: {', '.join(names)}. "
            "Say which one is meant.",
            sheets=names,
            terminal="Name it: --sheet NAME.",
        )
    others = [
        str(grid.name)
        for (grid, (_, _, _, names)), its in zip(found, merits, strict=True)
        if grid is not chosen[0]
        and its[0]
        and its[3]
        and (its[1] >= min(_FEWEST, best[1]) or (names & _PRICES and names & _GENERAL))
    ]
    return chosen[0], others

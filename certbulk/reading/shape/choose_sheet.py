"""Which sheet of a workbook is meant, where nobody has said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.findings.finding import quoted
from certbulk.errors import ReadError
from certbulk.reading.shape.find_header import find_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.shape.find_header import Header
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["choose"]

_GENERAL = {"id", "title", "category_id"}
"""Columns that lists of locations, services and categories have as well."""

_NAMING = {"id", "title"}
"""Columns one of which every sheet has whose rows can be sent."""

_PRICES = frozenset({"balance", "online_sale_price"})
"""Columns that beside a title make a list of prices to change."""

_SEVERAL = 3  # columns that make a sheet look like certificate types


class _Candidate(NamedTuple):
    """A sheet, and how well its headers match."""

    grid: Grid
    header: Header

    @property
    def name(self) -> str:
        return str(self.grid.name)

    @property
    def hidden(self) -> bool:
        return self.grid.look.hidden

    @property
    def merit(self) -> tuple[int, int, bool]:
        """The columns of certificate types, all known ones, and whether there are rows."""
        names = self.header.names
        return len(names - _GENERAL), len(names), self.has_rows

    @property
    def has_cells(self) -> bool:
        return any(column.filled.any() for column in self.grid.columns)

    @property
    def has_rows(self) -> bool:
        below = self.header.row + 1
        return any(column.filled[below:].any() for column in self.grid.columns)

    @property
    def can_be_sent(self) -> bool:
        """Whether it names an id or a title, and anything else: a list of new names will do."""
        names = self.header.names
        return bool(names & _NAMING) and len(names) > 1

    def seems_meant(self, fewest: int = _SEVERAL) -> bool:
        """Tell whether it names columns of types: so many in all, or beside an id, or prices."""
        names = self.header.names
        updates = "id" in names or bool(names & _PRICES and names & _GENERAL)
        return bool(names - _GENERAL) and (len(names) >= fewest or updates)


def choose(
    grids: Sequence[Grid], source: str, vocabulary: Vocabulary, *, headed: bool = True
) -> tuple[Grid, list[Grid]]:
    """Return the sheet whose headers match best, and those that seem meant as well.

    Those are sheets with rows, hidden ones too, whose headers name some columns of certificate
    types. A hidden sheet is never taken in place of one with cells that can be seen: where only
    hidden ones seem meant, nobody but a person knows. Of sheets that match alike, one with rows
    goes before an empty one.

    Args:
        grids: The sheets.
        source: What people call the workbook.
        vocabulary: The words for headers.
        headed: Whether the rows have headers at all; pasted ones are not known by them.

    Raises:
        ReadError: No sheet has cells in it, several match alike, or only hidden ones seem meant.
    """
    found = [_Candidate(grid, find_header(grid, vocabulary)) for grid in grids]
    if not found:
        raise ReadError(f"{source} has no sheet with cells in it.")
    hidden = [one for one in found if one.hidden and one.has_rows and one.seems_meant()]
    in_sight = [one for one in found if not one.hidden and one.has_cells]
    if in_sight and hidden and (headed or len(in_sight) > 1):
        _check_in_sight(in_sight, hidden, source)
    seen = in_sight or hidden or [one for one in found if not one.hidden] or found
    best = max(one.merit for one in seen)
    chosen = [one for one in seen if one.merit == best]
    if best[1] and len(chosen) > 1:
        names = [one.name for one in chosen]
        listed = ", ".join(names)
        raise _unsure(f"{source} has several sheets with the same headers: {listed}.", names)
    fewest = min(_SEVERAL, best[1])
    others = [
        one.grid
        for one in found
        if one is not chosen[0] and one.has_rows and one.seems_meant(fewest)
    ]
    return chosen[0].grid, others


def _check_in_sight(
    in_sight: Sequence[_Candidate], hidden: Sequence[_Candidate], source: str
) -> None:
    """Raise ReadError where hidden sheets seem meant, and none in sight can be."""
    if any(one.can_be_sent or one.seems_meant() for one in in_sight):
        return
    listed = ", ".join(quoted(one.name) for one in hidden)
    raise _unsure(
        f"{source} has no sheet in sight that looks like certificate types. Hidden ones "
        f"that do: {listed}.",
        [one.name for one in (*in_sight, *hidden)],
    )


def _unsure(says: str, names: Sequence[str]) -> ReadError:
    """Return the error after which a person chooses among sheets."""
    says += " Say which one is meant."
    return ReadError(says, sheets=names, terminal="Name it: --sheet NAME.")

"""Which sheet of a workbook is read if nobody has named one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.findings.finding import quoted
from certbulk.errors import ReadError
from certbulk.reading.shape.find_header import find_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.grid import Grid
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Chosen", "choose"]

_GENERAL = frozenset({"id", "title", "category_id"})
"""Columns that lists of locations, services and categories have as well."""

_NAMING = frozenset({"id", "title"})
"""Columns one of which every sheet has whose rows can be sent."""

_PRICES = frozenset({"balance", "online_sale_price"})
"""Columns that beside a title make a list of prices to change."""

_SEVERAL = 3  # columns that make a sheet look like certificate types


class Chosen(NamedTuple):
    """The sheet that is read, and others that may be meant.

    Attributes:
        grid: The sheet.
        others: Other sheets, with rows, that look like certificate types; if the sheet that is
            read cannot be sent, all with rows that are not hidden.
        sure: Whether the sheet that is read looks like one whose rows can be sent.
    """

    grid: Grid
    others: list[Grid]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet, the columns that its header names, whether it has cells, and rows below."""

    grid: Grid
    names: frozenset[str]
    has_cells: bool
    has_rows: bool

    @property
    def rank(self) -> tuple[int, int, bool]:
        """The columns of certificate types, all known ones, and whether there are rows."""
        return len(self.names - _GENERAL), len(self.names), self.has_rows

    @property
    def can_be_sent(self) -> bool:
        """Whether it names an id or a title, and anything else: a list of new names will do."""
        return bool(self.names & _NAMING) and len(self.names) > 1

    def seems_meant(self, fewest: int = _SEVERAL) -> bool:
        """Whether it names columns of types: as many as given, or beside an id, or prices."""
        updates = "id" in self.names or bool(self.names & _PRICES and self.names & _GENERAL)
        return bool(self.names - _GENERAL) and (len(self.names) >= fewest or updates)


def choose(
    grids: Sequence[Grid], source: str, vocabulary: Vocabulary, *, headed: bool = True
) -> Chosen:
    """Return the sheet whose headers match best, and others that may be meant.

    A hidden sheet is never taken in place of one with cells that can be seen: if only hidden ones
    seem meant, nobody but a person knows. Of sheets that match alike, one with rows goes before
    an empty one.

    Args:
        grids: The sheets.
        source: What people call the workbook.
        vocabulary: The words for headers.
        headed: Whether the rows have headers at all; pasted ones are not known by them.

    Raises:
        ReadError: No sheet has cells in it, several match alike, or only hidden ones seem meant.
    """
    if not grids:
        raise ReadError(f"{source} has no sheet with cells in it.", code="no_sheet")
    all_ = [_candidate(grid, vocabulary) for grid in grids]
    visible = [one for one in all_ if not one.grid.display.hidden]
    hidden = [one for one in all_ if one.grid.display.hidden and one.has_rows and one.seems_meant()]
    in_sight = [one for one in visible if one.has_cells]
    clear = any(one.can_be_sent or one.seems_meant() for one in in_sight)
    if in_sight and hidden and not clear and (headed or len(in_sight) > 1):
        listed = ", ".join(quoted(str(one.grid.name)) for one in hidden)
        raise _unsure(
            f"{source} has no visible sheet that looks like certificate types. Hidden ones that "
            f"do: {listed}.",
            [*in_sight, *hidden],
        )
    possible = in_sight or hidden or visible or all_
    best = max(possible, key=lambda one: one.rank)
    alike = [one for one in possible if one.rank == best.rank]
    if best.names and len(alike) > 1:
        listed = ", ".join(str(one.grid.name) for one in alike)
        raise _unsure(f"{source} has several sheets with the same headers: {listed}.", alike)
    sure, fewest = best.can_be_sent, min(_SEVERAL, len(best.names))
    others = [
        one.grid
        for one in all_
        if one is not best
        and one.has_rows
        and (one.seems_meant(fewest) or (headed and not sure and not one.grid.display.hidden))
    ]
    return Chosen(best.grid, others, sure)


def _candidate(grid: Grid, vocabulary: Vocabulary) -> _Candidate:
    header = find_header(grid, vocabulary)
    has_cells, has_rows = (
        any(column.filled[first:].any() for column in grid.columns) for first in (0, header.row + 1)
    )
    return _Candidate(grid, header.names, has_cells, has_rows)


def _unsure(says: str, sheets: Sequence[_Candidate]) -> ReadError:
    """Return the error after which a person chooses among sheets."""
    return ReadError(
        f"{says} Say which one is meant.",
        sheets=[str(one.grid.name) for one in sheets],
        terminal="Name it: --sheet NAME.",
    )

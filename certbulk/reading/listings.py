"""Sheets of a workbook that list locations, services and categories: names for their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.directory import LISTS, Directory, Entry, Listing, plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.core.columns import Column
    from certbulk.reading.grid import Grid

__all__ = ["directory_in", "is_listing", "may_list"]

_LISTS = {plain_name(name): name for name in LISTS}
"""The lists, by the plain name of the sheet that has one."""

_IDS = {"id", "ids"}
_NAMES = {"name", "title"}
_DETAILS = {"city", "category"}
_MOST_HEADERS = 6  # a sheet of certificate types that is called "services" has more columns
_ROWS_WITH_HEADER = 20


def may_list(name: str) -> bool:
    """Tell whether a sheet of this name may be such a list."""
    return plain_name(name) in _LISTS


def is_listing(grid: Grid) -> bool:
    """Tell whether a sheet is such a list: by its name, and the columns id and name."""
    return may_list(grid.name or "") and _header(grid) is not None


def directory_in(grids: Iterable[Grid]) -> Directory:
    """Return the names that the sheets among `grids` list."""
    return Directory(
        {
            _LISTS[plain_name(grid.name or "")]: Listing(written=tuple(_entries(grid)))
            for grid in grids
            if is_listing(grid)
        }
    )


def _header(grid: Grid) -> tuple[int, dict[str, Column]] | None:
    """Return the header row's position, and the columns of ids, names and details."""
    if len(grid.columns) > _MOST_HEADERS:
        return None
    for row in range(min(_ROWS_WITH_HEADER, grid.height)):
        known: dict[str, Column] = {}
        for column in grid.columns:
            header = plain_name(column[row] or "")
            for role, headers in (("id", _IDS), ("name", _NAMES), ("detail", _DETAILS)):
                if header in headers:
                    known.setdefault(role, column)
        if {"id", "name"} <= known.keys():
            return row, known
    return None


def _entries(grid: Grid) -> list[Entry]:
    """Return the rows that have an id and a name; the others name nothing."""
    header = _header(grid)
    if header is None:
        return []
    top, columns = header
    entries = []
    for row in range(top + 1, grid.height):
        number, name = columns["id"][row] or "", columns["name"][row]
        if name and number.isascii() and number.isdecimal() and int(number):
            detail = columns["detail"][row] if "detail" in columns else None
            entries.append(Entry(int(number), name, detail or ""))
    return entries

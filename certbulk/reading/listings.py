"""Sheets of a workbook that list locations, services and categories: names for their ids."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.addresses import letters_of
from certbulk.core.directory import LISTS, Directory, Entry, Listing, plain_name
from certbulk.core.findings import found, quoted
from certbulk.core.kinds import Id, Problem
from certbulk.core.kinds.kind import tidy
from certbulk.core.words import LIST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certbulk.core.columns import Column
    from certbulk.core.findings import Finding
    from certbulk.core.vocabulary import Vocabulary
    from certbulk.reading.grid import Grid

__all__ = ["is_listing", "lists_in", "may_list"]

_ALSO_IN_LISTS = {"id", "title", "category_id"}
_OF_TYPES = 3
"""Columns that make a sheet one of certificate types, though it is called "services"."""

_ROWS_WITH_HEADER = 20


def may_list(name: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a sheet of this name may be such a list."""
    return _list_called(name, vocabulary) in LISTS


def is_listing(grid: Grid, vocabulary: Vocabulary) -> bool:
    """Tell whether a sheet is such a list: by its name, and the columns id and name."""
    return may_list(grid.name or "", vocabulary) and _header(grid, vocabulary) is not None


def lists_in(grids: Iterable[Grid], vocabulary: Vocabulary) -> tuple[Directory, list[Finding]]:
    """Return the names that such sheets list, and what is to be said of their rows."""
    written: dict[str, list[Entry]] = {}
    findings: list[Finding] = []
    for grid in grids:
        entries = written.setdefault(_list_called(grid.name or "", vocabulary), [])
        for one in _rows(grid, vocabulary):
            if isinstance(one, Entry):
                entries.append(one)
            else:
                findings.append(one)
    lists = {name: Listing(written=tuple(entries)) for name, entries in written.items()}
    return Directory(lists), findings


def _list_called(name: str, vocabulary: Vocabulary) -> str:
    return vocabulary.lists_of_ids.get(plain_name(name), "")


def _header(grid: Grid, vocabulary: Vocabulary) -> tuple[int, dict[str, int]] | None:
    """Return the header row's position, and the places of the columns of ids, names, details."""
    for row in range(min(_ROWS_WITH_HEADER, grid.height)):
        texts = [column[row] or "" for column in grid.columns]
        known: dict[str, int] = {}
        for place, text in enumerate(texts):
            role = vocabulary.lists_of_ids.get(plain_name(text))
            if role in LIST_COLUMNS:
                known.setdefault(role, place)
        if {"id", "name"} <= known.keys():
            fields = {match.field for text in texts if (match := vocabulary.match(text))}
            return (row, known) if len(fields - _ALSO_IN_LISTS) < _OF_TYPES else None
    return None


def _rows(grid: Grid, vocabulary: Vocabulary) -> Iterator[Entry | Finding]:
    """Yield the rows that have an id and a name; the others name nothing.

    What has a name, and an id that cannot be read, is a finding: nobody sees that it is missing.
    """
    header = _header(grid, vocabulary)
    if header is None:
        return
    top, places = header
    ids, names = (grid.columns[places[role]] for role in ("id", "name"))
    details: Column | None = grid.columns[places["detail"]] if "detail" in places else None
    for row in range(top + 1, grid.height):
        text, name = ids[row] or "", names[row]
        if not name or not tidy(text):
            continue
        number = _id(text)
        if number is not None:
            yield Entry(number, name, (details[row] if details else "") or "")
            continue
        where = f"{grid.name}!{letters_of(grid.numbers[places['id']])}{row + 1}"
        yield found(
            "unread_list_row",
            f"{where}: {quoted(text)} is not an id, so {quoted(name)} names nothing. "
            "Write the digits of its id alone.",
            value=text,
        )


def _id(text: str) -> int | None:
    """Return the id of a row; spaces in its digits can only group them."""
    number = Id().parse(text, UTC)
    if isinstance(number, Problem):
        return int(number.suggestion) if number.suggestion else None
    return number

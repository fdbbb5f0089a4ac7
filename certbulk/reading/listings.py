"""Sheets of a workbook that list locations, services and categories: names for their ids."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.addresses import letters_of
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Id, Problem
from certbulk.core.references.directory import LISTS, Directory, Entry, Listing, plain_name
from certbulk.words.word_lists import LIST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Grid
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["is_listing", "lists_in", "may_list"]

_ALSO_IN_LISTS = {"id", "title", "category_id"}
_OF_TYPES = 3
"""With this many other columns, a sheet has certificate types, even if it is called "services"."""

_ROWS_WITH_HEADER = 20


def may_list(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a sheet of this name may be such a list."""
    return _list_called(name, vocabulary) in LISTS


def is_listing(grid: Grid, vocabulary: Vocabulary) -> bool:
    """Whether a sheet is such a list: by its name, and the columns id and name."""
    return may_list(grid.name or "", vocabulary) and _header(grid, vocabulary) is not None


def lists_in(grids: Iterable[Grid], vocabulary: Vocabulary) -> tuple[Directory, list[Finding]]:
    """Return the names in such sheets, and findings about their rows."""
    written: dict[str, list[_Listed]] = {}
    findings: list[Finding] = []
    for grid in grids:
        entries = written.setdefault(_list_called(grid.name or "", vocabulary), [])
        for one in _rows(grid, vocabulary):
            if isinstance(one, _Listed):
                entries.append(one)
            else:
                findings.append(one)
    for entries in written.values():
        findings += _shared(entries)
    lists = {
        name: Listing(written=tuple(listed.entry for listed in entries))
        for name, entries in written.items()
    }
    return Directory(lists), findings


def _list_called(name: str, vocabulary: Vocabulary) -> str:
    return vocabulary.lists_of_ids.get(plain_name(name), "")


def _header(grid: Grid, vocabulary: Vocabulary) -> tuple[int, dict[str, int]] | None:
    """Return the header row's position, and the positions of the columns of ids, names, details."""
    for row in range(min(_ROWS_WITH_HEADER, grid.height)):
        texts = [column[row] or "" for column in grid.columns]
        known: dict[str, int] = {}
        for position, text in enumerate(texts):
            role = vocabulary.lists_of_ids.get(plain_name(text))
            if role in LIST_COLUMNS:
                known.setdefault(role, position)
        if {"id", "name"} <= known.keys():
            fields = {match.field for text in texts if (match := vocabulary.match(text))}
            return (row, known) if len(fields - _ALSO_IN_LISTS) < _OF_TYPES else None
    return None


class _Listed(NamedTuple):
    """An entry, and the cell with its id."""

    entry: Entry
    cell: str


def _rows(grid: Grid, vocabulary: Vocabulary) -> Iterator[_Listed | Finding]:
    """Yield the rows that have an id and a name, and findings about those with one of them."""
    header = _header(grid, vocabulary)
    if header is None:
        return
    top, positions = header
    ids, names = (grid.columns[positions[role]] for role in ("id", "name"))
    details: Column | None = grid.columns[positions["detail"]] if "detail" in positions else None
    for row in range(top + 1, grid.height):
        text, name = ids[row], names[row]
        number = _id(text) if text else None
        where = f"{grid.name}!{letters_of(grid.numbers[positions['id']])}{row + 1}"
        if number is not None and name:
            yield _Listed(Entry(number, name, (details[row] if details else "") or ""), where)
        elif text or name:
            parts = {"where": where}
            message = f"{where}: {_why(text, name)}"
            yield found("unread_list_row", message, value=text or name, parts=parts)


def _why(text: str | None, name: str | None) -> str:
    """Return why a row of a list names nothing, and what to do."""
    if not text:
        return (
            f"there is no id beside {quoted(name or '')}, so the name cannot be used. "
            "Fill in its id."
        )
    if not name:
        return (
            f"there is no name beside {quoted(text)}, so it is not in the list. Fill in its name."
        )
    return (
        f"{quoted(text)} is not an id, so {quoted(name)} cannot be used. "
        "Write only the digits of its id."
    )


def _shared(entries: Iterable[_Listed]) -> Iterator[Finding]:
    """Yield findings about ids that several rows of a list have, each with another name."""
    first: dict[int, _Listed] = {}
    for entry, cell in entries:
        other, there = first.setdefault(entry.id, _Listed(entry, cell))
        if plain_name(entry.name) != plain_name(other.name):
            yield found(
                "list_id_shared",
                f"{cell}: {quoted(entry.name)} has the id of {quoted(other.name)} ({there}), "
                f"{entry.id}, so both names mean that id. Correct the id of one of them, or "
                "delete the name that is wrong.",
                value=str(entry.id),
                parts={"where": cell, "one": entry.name, "other": other.name},
            )


def _id(text: str) -> int | None:
    """Return the id of a row; spaces in its digits can only group them."""
    number = Id().parse(text, UTC)
    if isinstance(number, Problem):
        return int(number.suggestion) if number.suggestion else None
    return number

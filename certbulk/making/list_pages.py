"""The sheets `locations`, `services` and `categories`: names to pick, and what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.kinds import Id
from certbulk.core.places.directory import LISTS
from certbulk.core.places.references import REFERRING, written_references
from certbulk.making.styles import table_page
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from certbulk.core.places.directory import Directory, Entry

__all__ = ["add_lists"]

_DETAILS = {"locations": ("city",), "services": ("category",), "categories": ()}
_TO_PICK = "in the drop-down"
_ROOM = 500
"""Rows of an empty list that its drop-down looks at: for what people fill in by hand."""


def add_lists(book: Workbook, directory: Directory) -> dict[str, str]:
    """Add the sheets, and return the range of each from which its names are picked."""
    return {name: _add(book, name, directory) for name in LISTS}


def _add(book: Workbook, name: str, directory: Directory) -> str:
    listing = directory.listing(name)
    field = next(field for field in REFERRING if field.refers_to == name)
    everything = shipped().everything(field.name)
    entries = listing.entries or listing.written
    single = isinstance(field.kind, Id)
    values = [one.id if single else (one.id,) for one in entries]
    picks = [written_references(value, field, listing, everything) for value in values]
    alone = all(pick == one.name for pick, one in zip(picks, entries, strict=True))
    details = _DETAILS[name]
    headers = ("id", "name", *details, *(() if alone else (_TO_PICK,)))
    rows = [
        [*_cells(one)[: 2 + len(details)], *(() if alone else (pick,))]
        for one, pick in zip(entries, picks, strict=True)
    ]
    widths = (12, 44, 28, 44)[: len(headers)]
    table_page(book.create_sheet(name), headers, rows, widths)
    letter = "B" if alone else "ABCDE"[len(headers) - 1]
    return f"{name}!${letter}$2:${letter}${len(rows) + 1 if rows else _ROOM}"


def _cells(entry: Entry) -> list[int | str]:
    return [entry.id, entry.name, entry.detail]

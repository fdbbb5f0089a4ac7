"""The sheets with what may be chosen: `choices`, `locations`, `services` and `categories`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from certbulk.core.columns.fields import FIELDS
from certbulk.core.file_formats import CHOICES
from certbulk.core.kinds import Choice, Flag, Id
from certbulk.core.references.directory import LISTS
from certbulk.core.references.references import REFERRING, written_references
from certbulk.making.styles import table_page
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from certbulk.core.columns.field import Field
    from certbulk.core.references.directory import Directory

__all__ = ["Choices", "add_choices", "add_lists"]

_HEADERS = ("Column", "Choice", "Number", "Also understood")
_DETAILS = {"locations": ("city",), "services": ("category",), "categories": ()}
_TO_PICK = "in the drop-down"
_ROOM = 500
"""Rows of an empty list that are in its drop-down: for names that people fill in by hand."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The row of each choice, by the name of its field and its value; and the last column."""

    rows: dict[str, dict[Any, int]]
    last: str

    def drop_down(self, name: str) -> str:
        """Return the range of a field's choices."""
        rows = self.rows[name].values()
        return f"{CHOICES}!$B${min(rows)}:$B${max(rows)}"

    def matching(self, name: str, values: tuple[Any, ...], cell: str) -> str:
        """Return the formula that is above 0 if `cell` has one of the words for these values."""
        spans = (
            f"{CHOICES}!$B${row}:${self.last}${row}"
            for row in (self.rows[name][value] for value in values)
        )
        return "+".join(f'SUMPRODUCT(--({span}&""=TRIM({cell})))' for span in spans)


def add_choices(book: Workbook) -> Choices:
    """Add the sheet `choices`: a row for each choice of each column, with all words for it."""
    lines: list[list[Any]] = []
    rows: dict[str, dict[Any, int]] = {}
    for field in FIELDS:
        for value, label, number, words in _options(field):
            rows.setdefault(field.name, {})[value] = len(lines) + 2
            lines.append([field.label, label, number, *words])
    most = max(map(len, lines))
    headers = (*_HEADERS, *[""] * (most - len(_HEADERS)))
    widths = (28, 36, 9, *[24] * (most - 3))
    table_page(book.create_sheet(CHOICES), headers, lines, widths)
    return Choices(rows, get_column_letter(most))


def _options(field: Field) -> list[tuple[Any, str, int, tuple[str, ...]]]:
    """Return the value, label, number and words of each choice of a column."""
    kind = shipped().kinds[field.name]
    if isinstance(kind, Flag):
        words = {True: ("true", *kind.yes), False: ("false", *kind.no)}
        return [(value, kind.show(value), int(value), words[value]) for value in (True, False)]
    if isinstance(kind, Choice):
        return [(o.number, o.label, o.number, o.words) for o in kind.options]
    return []


def add_lists(book: Workbook, directory: Directory) -> dict[str, str]:
    """Add a sheet for each list of the chain, and return the range of its names in the sheet."""
    return {name: _add_list(book, name, directory) for name in LISTS}


def _add_list(book: Workbook, name: str, directory: Directory) -> str:
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
        [*(one.id, one.name, one.detail)[: 2 + len(details)], *(() if alone else (pick,))]
        for one, pick in zip(entries, picks, strict=True)
    ]
    widths = (12, 44, 28, 44)[: len(headers)]
    table_page(book.create_sheet(name), headers, rows, widths)
    letter = "B" if alone else "ABCDE"[len(headers) - 1]
    return f"{name}!${letter}$2:${letter}${len(rows) + 1 if rows else _ROOM}"

"""The sheet `choices`: what may be chosen, for drop-downs and for the colours of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from certbulk.core.columns.fields import FIELDS
from certbulk.core.kinds import Choice, Flag
from certbulk.core.sheets import CHOICES
from certbulk.making.styles import table_page
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from certbulk.core.columns.field import Field

__all__ = ["Choices", "add_choices"]

_HEADERS = ("Column", "Choice", "Number", "Also understood")


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the choices stand: the row of each, by the column's canonical name and the value."""

    rows: dict[str, dict[Any, int]]
    last: str

    def drop_down(self, name: str) -> str:
        """Return the range of a column's choices."""
        rows = self.rows[name].values()
        return f"{CHOICES}!$B${min(rows)}:$B${max(rows)}"

    def meant(self, name: str, values: tuple[Any, ...], cell: str) -> str:
        """Return the formula that is true when `cell` has one of the words for these values."""
        spans = (
            f"{CHOICES}!$B${row}:${self.last}${row}"
            for row in (self.rows[name][value] for value in values)
        )
        return "+".join(f'SUMPRODUCT(--({span}&""=TRIM({cell})))' for span in spans)


def add_choices(book: Workbook) -> Choices:
    """Add the sheet, a row for each choice of each column, with the words that are understood."""
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

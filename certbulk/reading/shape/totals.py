"""Rows of totals below a table: they look like data, and must never become a certificate type."""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Count, Money
from certbulk.core.kinds.kind import tidy
from certbulk.reading.formats.grid import NO_RESULT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn

__all__ = ["is_total", "totals_findings"]

_WORDS = (
    "totals?|grand totals?|sub[ -]?totals?|sum|"
    "итого|итог|всего|общий итог|промежуточный итог|сумма|разом|усього|всього|"
    "gesamt|gesamtsumme|summe|zwischensumme|totale|total général|suma|razem|ogółem|toplam|totaal"
)
# The word alone, or with what it is about: "Total:", "Total (5 types)", "Итого: 12 шт."
_LABEL = re.compile(rf"(?:{_WORDS})(?:\s*[:(].*|\s*\.)?", re.IGNORECASE | re.DOTALL)
_BEGINNINGS = frozenset(word[:3] for word in _WORDS.split("|"))
_LONGEST = 60
_SUM = re.compile(r"=(?:SUM|SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_OF_TYPES = {"id"} | {
    field.name
    for field in PAYLOAD_FIELDS
    if field.required and field.name != "title" and not isinstance(field.kind, Money)
}
"""Columns that a certificate type fills in and a row of totals does not."""

_SUMMED = 2  # rows that a sum is taken of, at least


def totals_findings(
    columns: Sequence[SheetColumn], rows: NDArray[np.int64], kept_by_program: Collection[int]
) -> Iterator[Finding]:
    """Yield a finding for every row of totals.

    Such a row is one that the program itself keeps below a table; one that begins with a word for
    it, in its first cell or in the first of a known column, whatever its position; or a last row
    that has nothing but the sums of the amounts above it.
    A row whose action says what to do with it is none, and neither is one that begins with such a
    word but has an id, or a choice that new types need: totals have amounts only.

    Args:
        columns: The columns of the sheet.
        rows: The true number of each row.
        kept_by_program: The true numbers of the rows of totals that the file itself speaks of.
    """
    labelled = cache(lambda place: _labelled(columns[place].cells))
    known = [place for place, column in enumerate(columns) if column.field]
    totals = np.zeros(len(rows), dtype=np.bool_)
    for places in (range(len(columns)), known):
        pending = np.ones(len(rows), dtype=np.bool_)
        for place in places:  # the first cell of a row that has anything in it
            if not pending.any():
                break
            totals |= pending & labelled(place)
            pending &= ~columns[place].cells.filled
    if totals.any():
        for place in known:
            if columns[place].field in _OF_TYPES:
                totals &= ~columns[place].cells.filled | labelled(place)
    totals |= np.isin(rows, list(kept_by_program))
    if len(rows) > _SUMMED and not totals[-1]:
        totals[-1] = _sums_alone(columns)
    action = next((column.cells for column in columns if column.field == "action"), None)
    if action is not None:
        totals &= ~action.filled | _labelled(action)
    for place in np.flatnonzero(totals).tolist():
        yield _finding(columns, int(rows[place]), place)


def is_total(text: str) -> bool:
    """Tell whether a text is a word for totals, alone or with what it is about."""
    # Three letters tell nearly all of a million titles apart from such a word.
    return (
        text.lstrip()[:3].lower() in _BEGINNINGS
        and len(text) <= _LONGEST
        and _LABEL.fullmatch(tidy(text)) is not None
    )


def _labelled(column: Column) -> NDArray[np.bool_]:
    """Return a mask of the rows whose cell is a word for totals."""
    alike = [code for code, text in enumerate(column.values) if is_total(text)]
    return np.isin(column.codes, alike)


def _sums_alone(columns: Sequence[SheetColumn]) -> bool:
    """Tell whether the last row has amounts only, each the sum of those above it."""
    filled = [column for column in columns if column.cells[-1] is not None]
    amounts = [
        column for column in filled if column.field and isinstance(_kind(column), Money | Count)
    ]
    return bool(filled) and filled == amounts and all(_is_sum(c.cells) for c in amounts)


def _kind(column: SheetColumn) -> object:
    return BY_NAME[column.field or ""].kind


def _is_sum(cells: Column) -> bool:
    last = cells[-1]
    if last.startswith(NO_RESULT):
        return _SUM.match(last.removeprefix(NO_RESULT)) is not None
    kind = Money(most=Decimal(10) ** 15)
    numbers = cells.map(lambda text: kind.parse(text, UTC))
    above = [number for number in list(numbers)[:-1] if isinstance(number, Decimal)]
    return len(above) >= _SUMMED and sum(above) == numbers[-1]


def _finding(columns: Sequence[SheetColumn], row: int, place: int) -> Finding:
    filled = [column for column in columns if column.cells[place] is not None]
    first = next((column for column in filled if column.field), filled[0])
    text = first.cells[place].removeprefix(NO_RESULT)
    return found(
        "totals_row",
        f"The row looks like totals ({quoted(text)}), so it is not sent. If it is a certificate "
        "type, write create or update in an action column.",
        row=row,
        cell=first.address(row),
        field=first.field,
        value=text,
    )

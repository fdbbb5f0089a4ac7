"""What can be seen of the rows below a header: totals, boxes, other headers, too many cells.

A sheet may have a million rows: each question is asked of the distinct texts of a column, and
answered with a mask of the rows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import filled_rows, positions
from certbulk.core.columns.field import SKIP
from certbulk.core.columns.fields import ACTION, BY_NAME, PAYLOAD_FIELDS
from certbulk.core.columns.headers import How
from certbulk.core.kinds import Count, Flag, Money, Problem, Text
from certbulk.core.kinds.kind import normal_header, plain_words
from certbulk.core.results.result_columns import PREFIX, is_result
from certbulk.reading.formats.grid import NO_RESULT
from certbulk.reading.shape.line_features import is_total, names_in, names_several
from certbulk.words.vocabulary import START

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.reading.shape.line_features import Line
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "checkbox_rows",
    "filled_lines",
    "headings",
    "is_same_header",
    "skipped",
    "totals",
    "without_skips",
]

_SUM = re.compile(r"=(?:SUM|SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_OF_TYPES = {"id"} | {
    field.name
    for field in PAYLOAD_FIELDS
    if field.required and field.name != "title" and not isinstance(field.kind, Money)
}
"""Columns that a certificate type fills in and a row of totals does not."""
_SUMMED = 2  # rows that a sum is taken of, at least

_UNTICKED = frozenset(("false", "ложь", "falsch", "faux", "falso"))
"""What programs write for an unticked box, in columns that do not say that they have boxes."""

_HEADERS = 2  # different columns that a header names, at least


def filled_lines(columns: Sequence[SheetColumn], lines: int) -> NDArray[np.bool_]:
    """Return a mask of the lines, as many as given: those with something in one of the columns."""
    return filled_rows([column.cells for column in columns], lines)


def totals(
    columns: Sequence[SheetColumn], filled: NDArray[np.bool_], kept_by_program: Sequence[int]
) -> NDArray[np.bool_]:
    """Return a mask of the lines of totals, which must never become certificate types.

    Such a line is one that the program itself keeps below a table; one that begins with a word for
    it, in its first cell or in the first of a known column; or a last one that has nothing but the
    sums of the amounts above it. A line whose action says what to do with it is not, nor one that
    begins with such a word but has an id, or a choice that new types need.

    Args:
        columns: The columns of the sheet.
        filled: Which lines are not blank.
        kept_by_program: The positions of the lines of totals that the file itself speaks of.
    """
    labelled = cache(lambda position: columns[position].cells.where(is_total))
    known = [position for position, column in enumerate(columns) if column.field]
    found = np.zeros(len(filled), dtype=np.bool_)
    for considered in (range(len(columns)), known):
        pending = filled.copy()
        for position in considered:  # the first cell of a line that has anything in it
            if not pending.any():
                break
            found |= pending & labelled(position)
            pending &= ~columns[position].cells.filled
    if found.any():
        for position in known:
            if columns[position].field in _OF_TYPES:
                found &= ~columns[position].cells.filled | labelled(position)
    found[[at for at in kept_by_program if 0 <= at < len(found)]] = True
    rows = np.flatnonzero(filled)
    if len(rows) > _SUMMED and not found[rows[-1]]:
        found[rows[-1]] = _sums_alone(columns, int(rows[-1]))
    for position in known:
        if columns[position].field == "action":
            found &= ~columns[position].cells.filled | labelled(position)
    return found


def _sums_alone(columns: Sequence[SheetColumn], last: int) -> bool:
    """Whether the last line has amounts only, each the sum of those above it."""
    return all(
        column.field
        and isinstance(BY_NAME[column.field].kind, Money | Count)
        and _is_sum(column.cells, last)
        for column in columns
        if column.cells[last] is not None
    )


def _is_sum(cells: Column, last: int) -> bool:
    if cells[last].startswith(NO_RESULT):
        return _SUM.match(cells[last].removeprefix(NO_RESULT)) is not None
    kind = Money(most=Decimal(10) ** 15)
    *above, total = cells.map(lambda text: kind.parse(text, UTC)).take(np.arange(last + 1))
    numbers = [number for number in above if isinstance(number, Decimal)]
    return len(numbers) >= _SUMMED and sum(numbers) == total


def checkbox_rows(
    columns: Sequence[SheetColumn], filled: NDArray[np.bool_], vocabulary: Vocabulary
) -> NDArray[np.bool_]:
    """Return a mask of the lines that hold nothing but unticked boxes, as they are dragged down.

    That is what means no in columns of yes and no, and FALSE in those that mean nothing here. A
    ticked box is something that somebody did, and so is any other text.
    """
    bare = filled.copy()
    for column in columns:  # nearly always there is a title or an id in every line
        if not _may_have_checkboxes(column):
            bare &= ~column.cells.filled
            if not bare.any():
                return bare
    for column in columns:
        if _may_have_checkboxes(column):
            box = column.cells.where(partial(_is_box, field=column.field, vocabulary=vocabulary))
            bare &= box | ~column.cells.filled
    return bare


def _may_have_checkboxes(column: SheetColumn) -> bool:
    if column.field is None:
        return column.how in {None, How.IGNORED}
    return isinstance(BY_NAME[column.field].kind, Flag)


def _is_box(text: str, *, field: str | None, vocabulary: Vocabulary) -> bool:
    if field is None:
        return plain_words(text) in _UNTICKED
    return vocabulary.kinds[field].parse(text, UTC) is False


def skipped(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return a mask of the lines whose action says that they are left out."""
    is_skip = _is_skip(vocabulary)
    mask = np.zeros(len(columns[0].cells) if columns else 0, dtype=np.bool_)
    for column in columns:
        if column.field == ACTION.name and not column.made:
            mask |= column.cells.where(is_skip)
    return mask


def _is_skip(vocabulary: Vocabulary) -> Callable[[str], bool]:
    action = vocabulary.kinds[ACTION.name]
    return lambda text: action.parse(text, UTC) == SKIP


def without_skips(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> list[SheetColumn]:
    """Return the columns without what says that a line is left out: it stays what it is."""
    is_skip = _is_skip(vocabulary)
    return [
        replace(column, cells=column.cells.map(lambda text: None if is_skip(text) else text))
        if column.field == ACTION.name
        else column
        for column in columns
    ]


def headings(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> list[int]:
    """Return the positions of the rows most of whose cells are headers, of different columns.

    At least half of their cells in known columns are headers, too: a row with a price under "Price"
    is not one of headers, whatever its notes begin with. At least one header is not a value of its
    column, as "services" is one of "Valid for".

    Known columns with few different texts are looked at first: then hardly a row is left in which
    the million titles or notes of another column could make a difference.
    """
    rows = len(columns[0].cells) if columns else 0
    filled, found = np.zeros(rows, dtype=np.int32), np.zeros(rows, dtype=np.int32)
    possible, sure = np.ones(rows, dtype=np.bool_), np.zeros(rows, dtype=np.bool_)
    for known, enough in ((True, _half), (False, _most)):
        group = [column for column in columns if (column.field is not None) is known]
        left = np.zeros_like(filled)
        for column in group:
            left += column.cells.filled
        filled += left
        for column in sorted(group, key=lambda column: len(column.cells.values)):
            possible &= enough(found + left, filled)
            if not possible.any():
                return []
            cells = column.cells
            left -= cells.filled
            names = _headers_among(possible, column, vocabulary)
            if names:
                found += np.isin(cells.codes, names)
                no_values = [n for n in names if not _is_value(cells.values[n], column, vocabulary)]
                sure |= np.isin(cells.codes, no_values)
        possible &= enough(found, filled)
        if not possible.any():
            return []
    lines = {row: _line(columns, row) for row in positions(possible & sure)}
    return [row for row, line in lines.items() if names_several(names_in(line, vocabulary), line)]


def _half(some: NDArray[np.int32], of_all: NDArray[np.int32]) -> NDArray[np.bool_]:
    return np.asarray(some * 2 >= of_all)


def _most(some: NDArray[np.int32], of_all: NDArray[np.int32]) -> NDArray[np.bool_]:
    return np.asarray((some * 2 > of_all) & (some >= _HEADERS))


def _line(columns: Sequence[SheetColumn], row: int) -> Line:
    return {
        position: text for position, column in enumerate(columns) if (text := column.cells[row])
    }


def _headers_among(
    rows: NDArray[np.bool_], column: SheetColumn, vocabulary: Vocabulary
) -> list[int]:
    """Return the codes of a column's texts in these rows that are headers: known ones, or its own.

    A million texts begin in a few ways, and hardly any of these is that of a header.
    """
    own, cells = normal_header(column.header), column.cells
    there = np.zeros(len(cells.values) + 1, dtype=np.bool_)
    there[cells.codes[rows]] = True
    texts = {code: cells.values[code] for code in positions(there[:-1])}  # BLANK is the last one
    possible = {
        start
        for start in {text[:START] for text in texts.values()}
        if vocabulary.may_begin(start)
        or start.casefold().startswith(PREFIX[:START])
        or (own and own.startswith(normal_header(start[:2])))
    }
    return [
        code
        for code, text in (texts if possible else {}).items()
        if text[:START] in possible
        and (
            (vocabulary.may_match(text) and vocabulary.match(text) is not None)
            or is_result(text)
            or (own and normal_header(text) == own)
        )
    ]


def _is_value(text: str, column: SheetColumn, vocabulary: Vocabulary) -> bool:
    """Whether a text is a value of its column; a title may be any text."""
    kind = vocabulary.kinds[column.field] if column.field else None
    if kind is None or isinstance(kind, Text):
        return False
    return not isinstance(kind.parse(text, UTC), Problem)


def is_same_header(columns: Sequence[SheetColumn], position: int, vocabulary: Vocabulary) -> bool:
    """Whether the row at a position has the headers of the table, each in its column.

    The column of actions may have been added since.
    """
    for column in columns:
        text = column.cells[position] or ""
        if column.field == ACTION.name and not text:
            continue
        match = vocabulary.match(text)
        same = match is not None and match.field == column.field
        if not same and normal_header(text) != normal_header(column.header):
            return False
    return True

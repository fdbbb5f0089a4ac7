"""Terms in words, in one column: "6 months", "31.12.2031", "never", as people keep them.

Such a column has the way to expire, the date, and the length with its unit in each cell. If no
other column has any of those, it is taken apart into them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.columns.headers import How
from certbulk.core.kinds import Problem
from certbulk.reading.extension.cells import TERM, parts_of_term
from certbulk.reading.extension.pasted_rows import parts_of, taken_apart
from certbulk.reading.formats.error_texts import error_code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["with_terms_apart"]

_WAY, *_OTHERS = parts_of(TERM)


def with_terms_apart(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> list[SheetColumn]:
    """Return the columns, one that holds terms in words with what it is taken apart into."""
    fields = {column.field for column in columns}
    ways = [column for column in columns if column.field == _WAY]
    if len(ways) != 1 or fields & {*_OTHERS} or not _has_terms(ways[0], vocabulary):
        return [*columns]
    apart = [replace(part, how=How.TERM) for part in taken_apart(TERM, ways[0], vocabulary)]
    whole = replace(ways[0], field=None, how=How.TERM)
    return [*(whole if column is ways[0] else column for column in columns), *apart]


def _has_terms(column: SheetColumn, vocabulary: Vocabulary) -> bool:
    """Whether a cell says more than the way to expire."""
    if column.made or column.number is None or column.how is How.MAPPED:
        return False
    kind = vocabulary.kinds[_WAY]

    def is_term(text: str) -> bool:
        says_more = not error_code_of(text) and isinstance(kind.parse(text, UTC), Problem)
        return says_more and len(parts_of_term(text, vocabulary)) > 1

    return bool(column.cells.where(is_term).any())

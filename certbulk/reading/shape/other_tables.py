"""Other tables on the sheet that is read: below its header, under another one."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import positions
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Problem, Text
from certbulk.core.kinds.normalise import normal_header
from certbulk.core.results.result_columns import is_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["header_rows", "tables_below"]

_HEADERS = 2  # different columns that a header names
_SHOWN = 3  # headers of the other table that are named


def tables_below(
    columns: Sequence[SheetColumn],
    rows: NDArray[np.int64],
    header_row: int,
    vocabulary: Vocabulary,
) -> Iterator[Finding]:
    """Yield a finding for every row that is a header itself, and for those below another one.

    A header that is the one of the table once more changes nothing for the rows below it. What
    stands below another is never read under the first.
    """
    headers = header_rows(columns, vocabulary)
    for place, behind in zip(headers, [*headers[1:], len(rows)], strict=False):
        row = int(rows[place])
        if _is_repeated(columns, place, vocabulary):
            yield found(
                "repeated_header",
                f"The row is the header of row {header_row} once more, and no certificate type. "
                "Delete it; the rows below it are read like every other.",
                row=row,
            )
            continue
        until = int(rows[behind - 1])
        these = f"Rows {row}-{until} are" if until > row else f"Row {row} is"
        texts = [text for column in columns if (text := column.cells[place])][:_SHOWN]
        yield found(
            "table_below",
            f"The row looks like the header of another table ({', '.join(map(quoted, texts))}), "
            f"with other columns than row {header_row}. {these} not sent: put that table on a "
            "sheet of its own.",
            row=row,
        )
        for below in rows[place + 1 : behind].tolist():
            yield found(
                "table_below",
                f"The row stands below another header, in row {row}, so it is not read under that "
                f"of row {header_row}. Put the table on a sheet of its own.",
                row=below,
            )


def header_rows(columns: Sequence[SheetColumn], vocabulary: Vocabulary) -> list[int]:
    """Return the positions of the rows most of whose cells are headers, of different columns.

    One of them at least is no value of its column, as "services" is one of "Valid for".

    Columns with few different texts are looked at first: then hardly a row is left in which the
    million titles of another column could make a difference.
    """
    left = np.zeros(len(columns[0].cells) if columns else 0, dtype=np.int16)
    for column in columns:
        left += column.cells.filled
    filled, known = left.copy(), np.zeros_like(left)
    sure = np.zeros(len(left), dtype=np.bool_)
    for column in sorted(columns, key=lambda column: len(column.cells.values)):
        cells = column.cells
        possible = cells.filled & ((known + left) * 2 > filled) & (known + left >= _HEADERS)
        left -= cells.filled
        is_header = _header_test(column, vocabulary)
        names = [
            code
            for code in np.unique(cells.codes[possible]).tolist()
            if is_header(cells.values[code])
        ]
        if names:
            known += np.isin(cells.codes, names)
            no_values = [n for n in names if not _is_value(cells.values[n], column, vocabulary)]
            sure |= np.isin(cells.codes, no_values)
    likely = sure & (known * 2 > filled) & (known >= _HEADERS)
    return [place for place in positions(likely) if _names_several(columns, place, vocabulary)]


def _header_test(column: SheetColumn, vocabulary: Vocabulary) -> Callable[[str], bool]:
    """Return whether a text is a header: one that is known, or that of its column."""
    own = normal_header(column.header)

    def is_header(text: str) -> bool:
        known = vocabulary.may_match(text) and vocabulary.match(text) is not None
        # Most texts begin with another letter: that is seen before they are made normal.
        alike = own and (not text[:1].isalpha() or text[0].casefold() in {own[0], "ё"})
        return known or is_result(text) or (bool(alike) and normal_header(text) == own)

    return is_header


def _is_value(text: str, column: SheetColumn, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is a value of its column; any text is one of a title."""
    kind = vocabulary.kinds[column.field] if column.field else None
    if kind is None or isinstance(kind, Text):
        return False
    return not isinstance(kind.parse(text, UTC), Problem)


def _names_several(columns: Sequence[SheetColumn], place: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a row names several columns, and has no numbers."""
    texts = [text for column in columns if (text := column.cells[place])]
    if any(text.strip().isdecimal() for text in texts):
        return False
    matches = (vocabulary.match(text) for text in texts)
    return len({match.field for match in matches if match}) >= _HEADERS


def _is_repeated(columns: Sequence[SheetColumn], place: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a row has the headers of the table, each in its column."""
    for column in columns:
        text = column.cells[place] or ""
        match = vocabulary.match(text)
        same = match is not None and match.field == column.field
        if not same and normal_header(text) != normal_header(column.header):
            return False
    return True

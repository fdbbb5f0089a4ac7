"""Columns as distinct values: what a spreadsheet repeats is looked at once.

A column of a million cells has a handful of different texts. A `Column` keeps each of them once,
and for every row a code that says which one it has. Parsing and rules look at the distinct
values and are spread over the rows by numpy.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["BLANK", "Column", "LateColumn", "filled_rows", "positions"]

BLANK = -1


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: `codes[row]` is the index of the row's value in `values`, or BLANK.

    Two columns are equal if their rows are, whatever their codes.
    """

    codes: NDArray[np.int32]
    values: tuple[Any, ...]

    @classmethod
    def of(cls, cells: Iterable[Any]) -> Self:
        """Encode `cells`, in which None and the empty text are blank."""
        listed = list(cells)
        index: dict[Any, int] = defaultdict(count().__next__)  # a value that is new gets a new code
        index[None] = index[""] = BLANK
        codes = np.fromiter(map(index.__getitem__, listed), np.int32, len(listed))
        del index[None], index[""]
        return cls(codes, tuple(index))

    @classmethod
    def constant(cls, value: Any, rows: int) -> Self:
        """Return a column that has `value` in every one of `rows` rows."""
        return cls(np.zeros(rows, dtype=np.int32), (value,))

    @classmethod
    def blank(cls, rows: int) -> Self:
        """Return a column without any value."""
        return cls(np.full(rows, BLANK, dtype=np.int32), ())

    def __len__(self) -> int:
        return len(self.codes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Column):
            return NotImplemented
        coded = self.values == other.values and np.array_equal(self.codes, other.codes)
        return coded or (len(self) == len(other) and list(self) == list(other))

    def __hash__(self) -> int:
        return hash((len(self), *(self[row] for row in range(min(len(self), 1)))))

    def __getitem__(self, row: int) -> Any:
        """Return the value of the row at this position; None for blank."""
        code = self.codes[row]
        return None if code == BLANK else self.values[code]

    def __iter__(self) -> Iterator[Any]:
        values = (*self.values, None)  # BLANK is -1: the last one
        return map(values.__getitem__, self.codes.tolist())

    def take(self, rows: NDArray[Any]) -> Column:
        """Return the column of only these rows (positions or a mask)."""
        return Column(self.codes[rows], self.values)

    def map(self, change: Callable[[Any], Any]) -> Column:
        """Return the column with every distinct value changed; None makes it blank."""
        return self.with_values(map(change, self.values))

    def with_values(self, values: Iterable[Any]) -> Column:
        """Return the column with these values, one for each that it has; None makes it blank."""
        changed = tuple(values)
        if None not in changed:
            return Column(self.codes, changed)
        kept = [i for i, value in enumerate(changed) if value is not None]
        recode = np.full(len(changed) + 1, BLANK, dtype=np.int32)
        recode[kept] = np.arange(len(kept), dtype=np.int32)
        return Column(recode[self.codes], tuple(changed[i] for i in kept))

    def where(self, test: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """Return a mask of the rows whose value passes `test`; blank rows never do."""
        truth = np.zeros(len(self.values) + 1, dtype=np.bool_)
        truth[:-1] = np.fromiter(map(test, self.values), np.bool_, len(self.values))
        return np.asarray(truth[self.codes])

    @property
    def filled(self) -> NDArray[np.bool_]:
        """A mask of the rows that have a value."""
        return np.asarray(self.codes != BLANK)

    def overlaid(self, other: Column, rows: NDArray[np.bool_]) -> Column:
        """Return this column with the values of `other` in `rows` (a mask)."""
        shifted = np.where(other.codes == BLANK, BLANK, other.codes + len(self.values))
        codes = np.where(rows, shifted, self.codes).astype(np.int32)
        return Column(codes, self.values + other.values)


class LateColumn(Column):
    """A column whose cells are encoded when they are first needed.

    A sheet may have many unknown columns full of different notes. Reading looks at a few of their
    cells only, and encoding all of them would take longer than everything else.
    """

    __slots__ = ("_cells", "_encode", "_encoded")
    _cells: Sequence[Any]
    _encode: Callable[[Sequence[Any]], Column]
    _encoded: Column | None

    def __init__(self, cells: Sequence[Any], encode: Callable[[Sequence[Any]], Column]) -> None:
        """Keep the cells.

        Args:
            cells: The cells as the source has them.
            encode: What makes a column of texts of any of them, cell by cell.
        """
        object.__setattr__(self, "_cells", cells)
        object.__setattr__(self, "_encode", encode)
        object.__setattr__(self, "_encoded", None)

    @property
    def _column(self) -> Column:
        column = self._encoded
        if column is None:
            column = self._encode(self._cells)
            object.__setattr__(self, "_encoded", column)
        return column

    @property
    def codes(self) -> NDArray[np.int32]:
        """The code of each row."""
        return self._column.codes

    @property
    def values(self) -> tuple[Any, ...]:
        """The distinct values."""
        return self._column.values

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, row: int) -> Any:
        """Return the value of the row at this position; None for blank."""
        if self._encoded is not None:
            return self._encoded[row]
        return self._encode([self._cells[row]])[0]

    def take(self, rows: NDArray[Any]) -> Column:
        """Return the column of only these rows (positions or a mask)."""
        if self._encoded is not None:
            return self._encoded.take(rows)
        indices = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        first, end = (int(indices[0]), int(indices[-1]) + 1) if len(indices) else (0, 0)
        if np.array_equal(indices, np.arange(first, end)):
            return LateColumn(self._cells[first:end], self._encode)
        return LateColumn([*map(self._cells.__getitem__, indices.tolist())], self._encode)

    def __reduce__(self) -> tuple[Any, ...]:
        return Column, (self.codes, self.values)


def filled_rows(columns: Iterable[Column], rows: int) -> NDArray[np.bool_]:
    """Return a mask of the rows, as many as given, that have a value in one of the columns."""
    filled = np.zeros(rows, dtype=np.bool_)
    for column in columns:
        if filled.all():
            break
        filled |= column.filled
    return filled


def positions(mask: NDArray[np.bool_]) -> list[int]:
    """Return the positions of the true rows of `mask`, ascending."""
    return np.flatnonzero(mask).tolist()

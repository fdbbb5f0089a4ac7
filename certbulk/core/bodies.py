"""Request bodies of whole columns of new types: the mapping of `payload.py`, column by column.

Each distinct value of a column is mapped once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.payload import LEFT_OUT, assembled, part_of, value_on_create

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from certbulk.core.columns.field import Field

__all__ = ["bodies_for_create"]

_ROWS_AT_ONCE = 10_000


def bodies_for_create(
    columns: Mapping[str, Column], rows: NDArray[np.bool_]
) -> Iterator[dict[str, Any]]:
    """Yield the request bodies of new types: those that each row has by itself.

    Args:
        columns: Typed values by canonical name.
        rows: A mask of the rows, each of which has a value for all that a new type needs.
    """
    parts = [_parts(field, columns, len(rows)) for field in PAYLOAD_FIELDS]
    positions = np.flatnonzero(rows)
    for start in range(0, len(positions), _ROWS_AT_ONCE):
        some = positions[start : start + _ROWS_AT_ONCE]
        yield from map(
            assembled, zip(*(of[codes[some]].tolist() for of, codes in parts), strict=True)
        )


def _parts(
    field: Field, columns: Mapping[str, Column], rows: int
) -> tuple[NDArray[np.object_], NDArray[np.int32]]:
    """Return the parts that bodies of new types can have of a field, and for each row which one."""
    blank = Column.blank(rows)
    column, when = columns.get(field.name, blank), field.used_when
    parts = [part_of(field, value_on_create(field, value)) for value in (*column.values, None)]
    parts.insert(-1, LEFT_OUT)  # the last one, whose code is BLANK, is that of blank rows
    codes = column.codes
    if when and field.left_out_when_unused:
        other, deciding = BY_NAME[when.field], columns.get(when.field, blank)
        values = (value_on_create(other, value) for value in (*deciding.values, None))
        used = np.array([field.used({when.field: value}) for value in values])
        codes = np.where(used[deciding.codes], codes, np.int32(len(column.values)))
    return np.fromiter(parts, dtype=object, count=len(parts)), codes

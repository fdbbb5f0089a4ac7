"""The pandas type of every column: frames of all nouns are made here, so that they agree.

A column of the table has the type of its kind; other columns of frames are in `OTHER_DTYPES`. What
is missing is <NA>, NaT or None, never a blank text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import ACTION, FIELDS
from certbulk.core.kinds import ListChange
from certbulk.core.kinds.kind import FLAG, IDS, MOMENT, MONEY, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

__all__ = [
    "CLEARED",
    "DTYPES",
    "MOMENTS",
    "Dtype",
    "Words",
    "typed_array",
    "typed_column",
    "typed_frame",
]


@dataclass(frozen=True, slots=True)
class Words:
    """An ordered category.

    Attributes:
        order: Its words, in the order in which they sort.
        only_used: Whether a frame has only the words that occur in it as categories: if there are
            many, `value_counts()` would list them all. Few words are all there, also those that
            count 0, because pandas concatenates and compares only equal categories as such.
    """

    order: tuple[str, ...]
    only_used: bool = False


Dtype: TypeAlias = str | Words
"""The type of a column of a frame: a name that pandas knows, `IDS`, or ordered words."""

CLEARED: MappingProxyType[str, Any] = MappingProxyType(
    {NUMBER: 0, MONEY: 0, MOMENT: datetime(1970, 1, 1, tzinfo=UTC), IDS: ()}
)
"""What `<clear>` is in a frame: the values that the service has for "unset".

They are read as `<clear>` again: 0, an empty list, the first moment of 1970. In texts it is itself.
"""

DTYPES: MappingProxyType[str, Dtype] = MappingProxyType(
    {
        **{field.name: field.kind.dtype for field in FIELDS},
        ACTION.name: Words(
            ("create", "update", "unchanged", "blocked", "invalid", "skip", "delete"),
        ),
        "status": Words(
            (
                *("created", "updated", "unchanged", "invalid", "blocked"),
                *("failed", "unknown", "skipped", "not_sent", "deleted"),
            )
        ),
        "verified": Words(("yes", "differs", "gone", "doubled", "not looked")),
        "severity": Words(("error", "warning")),
        "code": Words((), only_used=True),
        "state": Words(("running", "finished", "stopped", "interrupted", "refused", "unreadable")),
        "kind": Words(("apply", "undo", "settle")),
        **dict.fromkeys(("row", "http_status", "attempts", "chain_id"), NUMBER),
        **dict.fromkeys(("at", "started", "finished"), MOMENT),
    }
)
"""The types of columns by their names; other columns are texts."""


MOMENTS = "certbulk_moments"
"""The mark, in the `attrs` of our frames, that a midnight in them is a moment, and not a day."""


def typed_frame(
    columns: Mapping[str, Column | Iterable[Any]],
    index: pd.Index | None = None,
    dtypes: Mapping[str, Dtype] = DTYPES,
) -> pd.DataFrame:
    """Return a frame of these values by column, each column with its type.

    Args:
        columns: The values of each column; None, and a blank text where words or moments are
            meant, is missing.
        index: The index; by default, rows count from 0.
        dtypes: The types by column; what is not in it is a text.

    Example:
        >>> frame = typed_frame({"id": [5, None], "balance": [Decimal("9.5"), None]})
        >>> [str(dtype) for dtype in frame.dtypes]
        ['Int64', 'Float64']
    """
    import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

    series = {}
    for name, values in columns.items():
        array = typed_column(dtypes.get(name, TEXT), values)
        plain = isinstance(array, np.ndarray)  # objects: pandas shall not look for a type
        series[name] = pd.Series(array, dtype=object if plain else None, copy=False)
    frame = pd.DataFrame(series, columns=pd.Index(list(columns), dtype="str"), copy=False)
    frame.attrs[MOMENTS] = True
    return frame if index is None else frame.set_axis(index, axis="index")


def typed_column(dtype: Dtype, column: Column | Iterable[Any]) -> Any:
    """Return values as an array of this type; each distinct value of a `Column` is converted once.

    Values of a `Column` that none of its rows has make no difference.
    """
    if not isinstance(column, Column) or dtype == IDS:
        return typed_array(dtype, list(column))
    _, rows, codes = np.unique(column.codes, return_index=True, return_inverse=True)
    return typed_array(dtype, [column[row] for row in rows.tolist()]).take(codes)


def typed_array(dtype: Dtype, values: Sequence[Any]) -> Any:
    """Return values as an array of this type.

    A column with a value that its type cannot hold, such as a text that the service has for an
    amount, is an array of objects: nothing is lost, and nothing is changed.
    """
    if dtype == IDS:
        return _objects([_listed(value) for value in values])
    if not isinstance(dtype, Words) and dtype in CLEARED and CLEAR in values:
        values = [_unset(dtype, value) for value in values]
    try:
        if isinstance(dtype, Words):
            return _words(dtype, values)
        return _moments(values) if dtype == MOMENT else _array(dtype, values)
    except (TypeError, ValueError, OverflowError):
        return _objects(values)


def _listed(value: Any) -> Any:
    """Return ids as a list; a change of a list as its text, which is read back as the change."""
    if isinstance(value, ListChange):
        return str(value)
    return list(value) if isinstance(value, tuple) else _unset(IDS, value)


def _unset(dtype: str, value: Any) -> Any:
    """Return a value, or what stands for `<clear>` in a column of this type; lists are new ones."""
    if isinstance(value, str) and value == CLEAR:
        return [] if dtype == IDS else CLEARED[dtype]
    return value


_FITTING: MappingProxyType[str, tuple[type, ...]] = MappingProxyType(
    {NUMBER: (int, float), MONEY: (int, float, Decimal), FLAG: (bool,), TEXT: (str,)}
)
"""The types of values that become those of a column; pandas would take others for something."""


def _array(dtype: str, values: Sequence[Any]) -> Any:
    """Return an array of numbers, flags or texts; 15 digits of an amount are kept as they are.

    Raises:
        TypeError: A value is of another type. Others, if a value cannot be held.
    """
    import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

    types = {*map(type, values)} - {NoneType}
    fitting = _FITTING.get(dtype)
    if fitting and not all(
        issubclass(t, fitting) and (t is bool) <= (dtype == FLAG) for t in types
    ):
        raise TypeError
    if Decimal in types:
        values = [None if value is None else float(value) for value in values]
    return pd.array(list(values), dtype=dtype)  # type: ignore[call-overload]


def _moments(values: Sequence[Any]) -> Any:
    """Return moments, or texts in ISO 8601, in UTC; microseconds are kept."""
    import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

    if not all(isinstance(value, datetime | str | None) for value in values):
        raise TypeError
    given = [
        datetime.fromisoformat(value) if isinstance(value, str) else value
        for value in (value or None for value in values)
    ]
    utc = [value and value.astimezone(UTC).replace(tzinfo=None) for value in given]
    return pd.DatetimeIndex(np.array(utc, dtype="datetime64[us]")).tz_localize(UTC).array


def _words(dtype: Words, values: Sequence[Any]) -> Any:
    import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

    texts = [None if value in (None, "") else str(value) for value in values]
    used = set(texts) - {None}
    known = [word for word in dtype.order if word in used or not dtype.only_used]
    others = sorted(word for word in used if word is not None and word not in dtype.order)
    categories = pd.Index([*known, *others], dtype="str")
    return pd.Categorical(texts, categories=categories, ordered=True)


def _objects(values: Sequence[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values  # not np.array(values): lists of equal length would become a second dimension
    return array

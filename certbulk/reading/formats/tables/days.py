"""Days in frames: a column of midnights has days, whatever its time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import pandas as pd

from certbulk.core.columns.dtypes import MOMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["with_days"]

_UNSET = datetime(1970, 1, 1, tzinfo=UTC)
"""What services and typed frames have for a date that is not set."""


def with_days(frame: pd.DataFrame, attrs: Mapping[Any, Any]) -> pd.DataFrame:
    """Return a frame; columns in which all moments are midnights lose their time zone.

    `pandas.to_datetime(days, utc=True)` makes such a column of days. As moments they would end the
    day before, west of Greenwich. A column that has other times of day as well has moments, and so
    have certbulk's own frames.

    Args:
        frame: The frame.
        attrs: The `attrs` of the frame as it was given.
    """
    if attrs.get(MOMENTS):
        return frame
    days = {
        at: column
        for at, dtype in enumerate(frame.dtypes)
        if _may_have_zones(dtype)
        if (column := _days(frame.iloc[:, at].astype(object).tolist())) is not None
    }
    if days:
        frame = frame.copy(deep=False)
        for at, column in days.items():
            frame.isetitem(at, pd.Series(column, dtype=object).array)
    return frame


def _days(values: list[Any]) -> list[Any] | None:
    """Return the values of a column without their time zone; None if they are not days."""
    if not all(_is_moment(value) for value in values if not _is_missing(value)):
        return None
    given = [value for value in values if _is_moment(value) and value != _UNSET]
    if not given or any(value.time() != time.min for value in given):
        return None
    return [
        value.replace(tzinfo=None) if _is_moment(value) and value != _UNSET else value
        for value in values
    ]


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime) and value is not pd.NaT and value.tzinfo is not None


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 (that is NaN)


def _may_have_zones(dtype: Any) -> bool:
    """Whether a column of this type may have moments with a time zone."""
    if isinstance(dtype, pd.ArrowDtype):
        return getattr(dtype.pyarrow_dtype, "tz", None) is not None
    if isinstance(dtype, pd.StringDtype | pd.CategoricalDtype):
        return False
    return isinstance(dtype, pd.DatetimeTZDtype) or dtype.kind == "O"

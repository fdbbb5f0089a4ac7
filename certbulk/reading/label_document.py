"""An index as JSON, and back: so that the rows of a run are known in another process, too.

What pandas itself offers loses time zones, or the difference between 1 and "1"; pickles are code.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["index_document", "index_of", "kept_whole"]

_AS_JSON = (str, int, float, bool, type(None))

_TAGGED: tuple[tuple[str, type, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    ("timestamp", pd.Timestamp, lambda t: [t.isoformat(), _zone(t)], lambda v: _stamp(*v)),
    ("timedelta", timedelta, lambda t: pd.Timedelta(t).isoformat(), pd.Timedelta),
    ("datetime", datetime, lambda t: t.isoformat(), datetime.fromisoformat),
    ("date", date, lambda d: d.isoformat(), date.fromisoformat),
    ("time", time, lambda t: t.isoformat(), time.fromisoformat),
    ("period", pd.Period, lambda p: [str(p), p.freqstr], lambda v: pd.Period(str(v[0]), freq=v[1])),
    ("decimal", Decimal, str, Decimal),
    ("uuid", UUID, str, UUID),
    ("bytes", bytes, bytes.hex, bytes.fromhex),
    ("tuple", tuple, lambda t: [_written(v) for v in t], lambda v: tuple(map(_label, v))),
)
"""Labels that JSON does not know: their tag, type, and the way there and back."""

_KNOWN: tuple[type[Any], ...] = (
    *_AS_JSON,
    *(np.bool_, np.integer, np.floating, np.datetime64, np.timedelta64),
    *(type(pd.NA), type(pd.NaT)),
    *(kind for _, kind, _, _ in _TAGGED),
)


def index_document(index: pd.Index) -> dict[str, Any]:
    """Return an index, of one level or several, as JSON-ready values.

    A label of an unknown type is kept as its text: see `kept_whole`.
    """
    levels = [index.get_level_values(at) for at in range(index.nlevels)]
    return {
        "names": [_written(name) for name in index.names],
        "levels": [_level_document(level) for level in levels],
        "several": isinstance(index, pd.MultiIndex),
    }


def index_of(document: Mapping[str, Any]) -> pd.Index:
    """Return the index that `index_document` made the document from.

    Raises:
        ValueError: It is not such a document.
    """
    try:
        levels = [_level(level) for level in document["levels"]]
        names = [_label(name) for name in document["names"]]
        if document["several"]:
            index: pd.Index = pd.MultiIndex.from_arrays(levels, names=names)
        else:
            (level,) = levels
            index = level.rename(names[0])
        len(index)  # a range of any length can be made
    except (ArithmeticError, LookupError, TypeError, AttributeError, NotImplementedError) as error:
        raise ValueError(f"its index is damaged ({error!r})") from None
    return index


def kept_whole(index: pd.Index) -> bool:
    """Whether all labels come back from JSON as they are, and none as its text only."""
    levels = (index.get_level_values(at) for at in range(index.nlevels))
    return all(_is_known(label) for level in levels if level.dtype == object for label in level)


def _is_known(label: Any) -> bool:
    return all(map(_is_known, label)) if isinstance(label, tuple) else isinstance(label, _KNOWN)


def _level_document(level: pd.Index) -> dict[str, Any]:
    if isinstance(level, pd.RangeIndex):
        return {"range": [level.start, level.stop, level.step]}
    if isinstance(level, pd.DatetimeIndex | pd.TimedeltaIndex):
        units = level.asi8.tolist()
        return {"dtype": str(level.dtype), "units": units, "freq": level.freqstr}
    if isinstance(level, pd.PeriodIndex):
        return {"periods": [str(period) for period in level], "freq": level.freqstr}
    if isinstance(level, pd.CategoricalIndex):
        return {
            "categories": _level_document(level.categories),
            "codes": level.codes.tolist(),
            "ordered": bool(level.ordered),
        }
    if isinstance(level, pd.IntervalIndex):
        ends = {"left": _level_document(level.left), "right": _level_document(level.right)}
        return {**ends, "closed": level.closed}
    return {"dtype": str(level.dtype), "values": [_written(label) for label in level]}


def _level(document: Mapping[str, Any]) -> Any:  # noqa: PLR0911 (one for each way of writing it)
    if "range" in document:
        return pd.RangeIndex(*document["range"])
    if "units" in document:
        moments = _of_units(document["dtype"], np.array(document["units"], dtype=np.int64))
        if document["freq"]:
            moments.freq = document["freq"]
        return moments
    if "periods" in document:
        return pd.PeriodIndex([*map(str, document["periods"])], freq=document["freq"])
    if "codes" in document:
        categories, ordered = _level(document["categories"]), document["ordered"]
        codes = np.array(document["codes"], dtype=np.int64)
        return pd.CategoricalIndex(pd.Categorical.from_codes(codes, categories, ordered))
    if "closed" in document:
        left, right = _level(document["left"]), _level(document["right"])
        return pd.IntervalIndex.from_arrays(left, right, closed=document["closed"])
    labels = [_label(label) for label in document["values"]]
    try:
        return pd.Index(labels, dtype=document["dtype"], tupleize_cols=False)
    except (TypeError, ValueError, NotImplementedError):  # a type of another library
        return pd.Index(labels, tupleize_cols=False)


def _of_units(name: str, units: NDArray[np.int64]) -> Any:
    """Return an index of moments or spans from their numbers of units."""
    dtype: Any = pd.api.types.pandas_dtype(name)
    if isinstance(dtype, pd.DatetimeTZDtype):
        moments = pd.DatetimeIndex(units.view(f"M8[{dtype.unit}]"))
        return moments.tz_localize("UTC").tz_convert(dtype.tz)
    return pd.Index(units.view(dtype))


def _written(label: Any) -> Any:
    """Return a label as a JSON-ready value, with a tag if JSON does not know its type."""
    if isinstance(label, np.bool_ | np.integer | np.floating):
        label = label.item()
    if isinstance(label, np.datetime64):
        label = pd.Timestamp(label)
    if isinstance(label, np.timedelta64):
        label = pd.Timedelta(label)
    if label is pd.NA or label is pd.NaT:
        return {"missing": str(label)}
    if isinstance(label, float) and not math.isfinite(label):
        return {"float": str(label)}
    if isinstance(label, str):
        return str(label)
    if isinstance(label, _AS_JSON):
        return label
    for tag, kind, write, _ in _TAGGED:
        if isinstance(label, kind):
            return {tag: write(label)}
    return {"text": str(label)}


def _label(written: Any) -> Any:
    """Return the label that `_written` made this of."""
    if not isinstance(written, dict):
        return written
    ((tag, value),) = written.items()
    if tag == "missing":
        return pd.NaT if value == "NaT" else pd.NA
    if tag == "float":
        return float(value)
    if tag == "text":
        return str(value)
    return {name: read for name, _, _, read in _TAGGED}[tag](value)


def _zone(moment: pd.Timestamp) -> str | None:
    return None if moment.tz is None else str(moment.tz)


def _stamp(text: str, zone: str | None) -> pd.Timestamp:
    moment = pd.Timestamp(text)
    return moment if zone is None else moment.tz_convert(zone)

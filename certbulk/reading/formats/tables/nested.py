"""Records of the API, in its nested or flat shape, as frames with a column for each value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.columns.headers import field_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["flat", "records_frame"]

_PARENTS = frozenset(field.path[0] for field in PAYLOAD_FIELDS if len(field.path) > 1)
"""The objects in a request body: `expiration` and `online_sale` (fact:request_fields)."""

_DESCRIBED = {"item_type": "item_type_id"}
"""Objects in a record that describe one of its other values."""


def records_frame(records: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return request bodies, records of answers, or any flat dictionaries as a frame.

    A key that a record lacks is blank in its row.
    """
    return pd.DataFrame([dict(record) for record in records], dtype=object)


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the parts of its nested objects as columns: `expiration.type_id`.

    So `pandas.json_normalize` calls them. Other values in such a column stay where they are, and a
    missing value has no parts. What only describes another column is left out.
    """
    nested = [at for at, name in enumerate(frame.columns) if name in _PARENTS]
    nested = [at for at in nested if any(map(_is_object, frame.iloc[:, at]))]
    described = _describing(frame)
    if not nested and not described:
        return frame
    parts: list[pd.DataFrame] = []
    for at in range(frame.shape[1]):
        if at in described:
            continue
        own = frame.iloc[:, [at]]
        if at not in nested:
            parts.append(own)
            continue
        cells = own.iloc[:, 0]
        objects = cells.map(_is_object).to_numpy(dtype=bool)
        rest = cells.astype(object).where(~objects, None)
        if rest.notna().any():  # both mean the same column, which is reported
            parts.append(rest.to_frame())
        parts.append(_parts(cells, objects))
    return pd.concat(parts, axis="columns")


def _parts(cells: pd.Series[Any], objects: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.DataFrame:
    """Return a column for each key of the objects in a column."""
    inside = [cell if is_object else {} for cell, is_object in zip(cells, objects, strict=True)]
    keys = dict.fromkeys(key for one in inside for key in one)
    columns = {at: [one.get(key) for one in inside] for at, key in enumerate(keys)}
    frame = pd.DataFrame(columns, index=cells.index, dtype=object)
    frame.columns = pd.Index([f"{cells.name}.{key}" for key in keys], dtype=object)
    return frame


def _describing(frame: pd.DataFrame) -> set[int]:
    """Return the positions of columns that describe another one, as a record's item_type does."""
    names = [name if isinstance(name, str) else "" for name in frame.columns]
    meant = {field_of(name) for name in names if "." not in name}
    found: set[int] = set()
    for name, value in _DESCRIBED.items():
        if value not in meant:
            continue
        for at, header in enumerate(names):
            object_ = header == name and any(map(_is_object, frame.iloc[:, at]))
            if object_ or header.startswith(f"{name}."):
                found.add(at)
    return found


def _is_object(cell: object) -> bool:
    return isinstance(cell, Mapping)

"""Comparing values that contain arrays: == gives one answer, and hash agrees with it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dataclasses import Field

__all__ = ["Compared", "same"]

_PLAIN = (str, int, type(None))


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal: arrays and indexes as a whole, and everything else by ==.

    Example:
        >>> same(np.array([1, 2]), np.array([1, 2])), same(np.array([1]), [1])
        (True, False)
    """
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and np.array_equal(one, other)
    if hasattr(one, "equals"):  # an index of pandas, which is not imported here
        return bool(one.equals(other)) and list(one.names) == list(other.names)
    return bool(one == other)


class Compared:
    """A mixin for frozen dataclasses with `eq=False`: equal if all fields are.

    The hash is that of the plain fields: numbers and texts. Equal values have the same one.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(same(getattr(self, f.name), getattr(other, f.name)) for f in _fields(self))

    def __hash__(self) -> int:
        values = [getattr(self, field.name) for field in _fields(self)]
        return hash((type(self), *(value for value in values if isinstance(value, _PLAIN))))


def _fields(value: Any) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(value) if field.compare)

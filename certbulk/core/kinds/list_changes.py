"""A change of a list of ids: what is added to the live list and what is removed from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ADD", "REMOVE", "ListChange", "changed_list"]

ADD, REMOVE = "<add>", "<remove>"
"""What a person writes before the entries to add to a live list, or to remove from it."""


@dataclass(frozen=True, slots=True)
class ListChange:
    """A cell such as `<add> Airport; <remove> 720441`: no list, but a change of the live one.

    Attributes:
        added: The ids to add, in the order given.
        removed: The ids to remove.
    """

    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.written(lambda ids: ", ".join(map(str, ids)))

    def written(self, shown: Any) -> str:
        """Return the cell; `shown` is the function that makes a text of ids."""
        parts = ((ADD, self.added), (REMOVE, self.removed))
        return "; ".join(f"{tag} {shown(ids)}" for tag, ids in parts if ids)

    def applied_to(self, live: Iterable[Any]) -> tuple[Any, ...]:
        """Return the whole list after the change; its order is kept, and new ids come last."""
        kept = [number for number in live if number not in self.removed]
        return (*kept, *(number for number in self.added if number not in kept))

    @classmethod
    def between(cls, old: Any, new: Any) -> Self | None:
        """Return what makes one list of the other; None if that does not tell the change.

        It does not for a value that is not a list, for an empty list (which means something else
        than a short one), and for a list in another order.
        """
        if not (isinstance(old, tuple) and isinstance(new, tuple) and old and new):
            return None
        if {*old} == {*new}:
            return None
        return cls(
            tuple(number for number in new if number not in old),
            tuple(number for number in old if number not in new),
        )

    def already_there(self, live: Iterable[Any]) -> tuple[int, ...]:
        """Return the ids to add that the live list has already."""
        listed = {*live}
        return tuple(number for number in self.added if number in listed)

    def not_there(self, live: Iterable[Any]) -> tuple[int, ...]:
        """Return the ids to remove that the live list does not have."""
        listed = {*live}
        return tuple(number for number in self.removed if number not in listed)


def changed_list(change: ListChange, live: Any) -> Any:
    """Return the whole list after a change; a live value that is not a list stays as it is."""
    return change.applied_to(live) if isinstance(live, tuple) else live

"""Values of a plan in words: typed values as people write them, ids with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import ListChange
from certbulk.core.references.directory import NO_NAMES
from certbulk.core.references.reference_problems import shown_references
from certbulk.planning.sheet_words import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.references.directory import Directory

__all__ = ["changes_in_words", "shown"]


def shown(name: str, value: Any, directory: Directory = NO_NAMES) -> str:
    """Return a typed value of the field `name` as people write it; a blank is (none).

    Ids are shown with their names, if the directory has them. The text of a cell that is not
    understood is shown as it is.
    """
    listing = directory.listing(BY_NAME[name].refers_to)
    if listing and not isinstance(value, str) and value not in (None, ()):
        return shown_references(value, listing)
    return in_words(name, value)


def changes_in_words(
    changes: Mapping[str, tuple[Any, Any]], directory: Directory = NO_NAMES
) -> str:
    """Return changes, such as those of a decision, as `field: old → new`, separated by semicolons.

    Of a list that keeps some of its entries, what is added and what is removed is shown.
    """
    return "; ".join(
        f"{name}: {_change_in_words(name, old, new, directory)}"
        for name, (old, new) in changes.items()
    )


def _change_in_words(name: str, old: Any, new: Any, directory: Directory) -> str:
    change = ListChange.between(old, new)
    if change is None:
        return f"{shown(name, old, directory)} → {shown(name, new, directory)}"
    parts = (("added", change.added), ("removed", change.removed))
    return ", ".join(f"{what} {shown(name, ids, directory)}" for what, ids in parts if ids)

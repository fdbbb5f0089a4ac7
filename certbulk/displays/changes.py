"""Changes of a type as markup: what was struck out, then what is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.displays.markup import Html, tag
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.places.directory import Directory

__all__ = ["old_to_new"]


def old_to_new(changes: Mapping[str, tuple[Any, Any]], names: Directory) -> list[Html]:
    """Return a line for each field that changes, with the names of places that are known."""
    return [
        tag(
            "div",
            f"{field}: ",
            tag("del", shown(field, old, names)),
            " → ",
            tag("ins", shown(field, new, names)),
        )
        for field, (old, new) in changes.items()
    ]

"""Changes of a type, old → new; of a list, what is added and what is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.counting import counted
from certbulk.core.kinds import ListChange
from certbulk.displays.markup import Html, tag
from certbulk.planning.in_words import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.references.directory import Directory

__all__ = ["change_lines"]

_FEW = 12
"""The number of added and removed entries up to which all are shown."""


def change_lines(changes: Mapping[str, tuple[Any, Any]], names: Directory) -> list[Html]:
    """Return a line for each changed field, with names instead of ids if they are known.

    A list that had entries, and keeps some, shows those that are added and removed.
    """
    return [
        tag("div", f"{field}: ", _list_change(field, pair, names) or _both(field, pair, names))
        for field, pair in changes.items()
    ]


def _both(field: str, pair: tuple[Any, Any], names: Directory) -> list[object]:
    old, new = pair
    return [tag("del", shown(field, old, names)), " → ", tag("ins", shown(field, new, names))]


def _list_change(field: str, pair: tuple[Any, Any], names: Directory) -> list[object] | None:
    change = ListChange.between(*pair)
    if change is None:
        return None
    added, removed = change.added, change.removed
    parts = [_entry("ins", "+", field, one, names) for one in added]
    parts += [_entry("del", "−", field, one, names) for one in removed]  # noqa: RUF001
    lines = [part for one in parts for part in ("; ", one)][1:]
    stay = len(set(pair[1])) - len(added)
    rest = f"; {counted(stay, 'stays', 'stay')}" if stay else None
    if len(parts) <= _FEW:
        return [*lines, *filter(None, [rest])]
    counts = f"{len(added)} added, {len(removed)} removed{rest or ''}"
    return [tag("details", tag("summary", counts), Html("\n"), *lines)]


def _entry(element: str, sign: str, field: str, one: Any, names: Directory) -> Html:
    words = f"{sign} {shown(field, (one,), names)}"
    return tag(element, words, style="text-decoration:none")  # a line would hide the sign

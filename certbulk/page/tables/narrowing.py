"""What the tables have in common: a page of rows, the filters that there are, the search."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.page.state import State

__all__ = ["LONGEST", "PER_PAGE", "fits", "narrowed", "natural", "page_of"]

PER_PAGE = 50
"""Rows of one page of a table."""

LONGEST = 300
"""Letters of a message in a table."""

_Item = TypeVar("_Item")
_DIGITS = re.compile(r"(\d+)")


def page_of(
    state: State,
    items: Sequence[_Item],
    row_of: Callable[[_Item], dict[str, Any]],
    counts: Mapping[str, int],
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """Return one page of a table, with the filters that there are.

    Args:
        state: What the page knows.
        items: The rows that the table is narrowed to, in their order.
        row_of: Makes a row of an item; called for those on the page only.
        counts: The number of all rows by filter.
        per_page: Rows of one page.
    """
    pages = max(1, -(-len(items) // per_page))
    page = min(state.page, pages - 1)
    return {
        "rows": [row_of(item) for item in items[page * per_page : (page + 1) * per_page]],
        "count": len(items),
        "page": page,
        "pages": pages,
        "shown": state.shown,
        "find": state.find,
        "filters": {kind: n for kind, n in counts.items() if n},
    }


def narrowed(state: State, message: Mapping[str, Any]) -> State:
    """Return the state with its table narrowed, sorted or turned as a message asks.

    What it does not name stays; the first page is shown unless it names one.
    """
    wanted: dict[str, Any] = {
        name: str(message.get(name, getattr(state, name)))
        for name in ("shown", "find", "field", "size", "sort")
    }
    return replace(state, page=max(0, int(message.get("page", 0))), **wanted)


def fits(find: str, *texts: str) -> bool:
    """Return whether one of the texts has what is searched for, in any case of letters.

    Example:
        >>> fits("GIFT", "A gift", "288901"), fits("289", "A gift", "288901")
        (True, False)
    """
    return not find or any(find.casefold() in text.casefold() for text in texts)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return what a text is sorted by, as people do it: numbers in it by their amounts.

    Example:
        >>> sorted(["Gift 100", "gift 25", "Gift 3"], key=natural)
        ['Gift 3', 'gift 25', 'Gift 100']
    """
    parts = filter(None, _DIGITS.split(text.casefold()))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]

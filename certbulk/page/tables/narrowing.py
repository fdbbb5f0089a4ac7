"""What the page knows of its tables: the page that is shown, the filters, the search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from certbulk.page.tables.paging import PER_PAGE, one_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.page.state import State

__all__ = ["narrowed", "page_of"]

_Item = TypeVar("_Item")


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
    return {
        **one_page(state.page, items, row_of, per_page),
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

"""Pages of rows of any table, the search in their texts, and their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["LONGEST", "PER_PAGE", "fits", "natural", "one_page"]

PER_PAGE = 50
"""Rows of one page of a table."""

LONGEST = 300
"""Letters of a message in a table."""

_Item = TypeVar("_Item")
_DIGITS = re.compile(r"(\d+)")


def one_page(
    page: int,
    items: Sequence[_Item],
    row_of: Callable[[_Item], dict[str, Any]],
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """Return the rows of a page, from 0; of the last one if there are fewer pages by now.

    Example:
        >>> one_page(7, ["a", "b", "c"], lambda item: {"title": item}, per_page=2)
        {'rows': [{'title': 'c'}], 'count': 3, 'page': 1, 'pages': 2}
    """
    pages = max(1, -(-len(items) // per_page))
    page = min(page, pages - 1)
    return {
        "rows": [row_of(item) for item in items[page * per_page : (page + 1) * per_page]],
        "count": len(items),
        "page": page,
        "pages": pages,
    }


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

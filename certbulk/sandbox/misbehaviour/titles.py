"""How services of this kind store a title in another form than it was sent."""

import html
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["WAYS", "retitled"]

_LAST_OF_BMP: Final = "\uffff"


def _entities(title: str) -> str:
    # As PHP's htmlspecialchars: an apostrophe becomes a numeric entity.
    return html.escape(title, quote=False).replace('"', "&quot;").replace("'", "&#039;")


def _without_astral(title: str) -> str:
    # A column in MySQL's "utf8" stores at most three bytes per character.
    return "".join(sign for sign in title if sign <= _LAST_OF_BMP)


def _folded(title: str) -> str:
    return " ".join(title.split())


def _composed(title: str) -> str:
    return unicodedata.normalize("NFC", title)


WAYS: Final[Mapping[str, Callable[[str], str]]] = {
    "composed_titles": _composed,
    "dropped_astral": _without_astral,
    "folded_spaces": _folded,
    "entities": _entities,
}
"""The changes by their names in `Lies`, in the order in which they apply; a cut comes last."""


def retitled(body: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a checked body with its title and its online title changed."""
    sale = body["online_sale"]
    online = sale.get("title")
    if isinstance(online, str):
        sale = {**sale, "title": change(online)}
    return {**body, "title": change(body["title"]), "online_sale": sale}

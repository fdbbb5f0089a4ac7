"""How services of this kind store a title otherwise than it was sent."""

import html
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["WAYS", "retitled"]

_LAST_OF_BMP: Final = "\uffff"


def _entities(title: str) -> str:
    # As PHP's htmlspecialchars writes them, an apostrophe apart, which is a number there.
    return html.escape(title, quote=False).replace('"', "&quot;").replace("'", "&#039;")


def _without_astral(title: str) -> str:
    # A column in MySQL's "utf8" holds no more than three bytes a character.
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
"""The ways by their names in `Lies`, in the order in which several are taken; a cut comes last."""


def retitled(body: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a checked body with its title and its online title changed, if it has them."""
    sale = body["online_sale"]
    online = sale.get("title")
    if isinstance(online, str):
        sale = {**sale, "title": change(online)}
    return {**body, "title": change(body["title"]), "online_sale": sale}

"""HTML in which every text is escaped.

Only `tag` makes `Html`. A child that is `Html` stays as it is; every other one is text.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_TEXT", "Html", "tag"]

LONGEST_TEXT = 300
"""The maximum length of a text, in characters; a cell can have 32,767."""


class Html(str):
    """A piece of HTML with every text escaped."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: str | None) -> Html:
    """Return an element; a child or attribute that is None is left out.

    In an attribute's name, a final underscore is dropped (`class_`), others become hyphens.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{''.join(_parts(children))}</{name}>")


def _parts(children: Iterable[object]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Html):
            yield child
        elif isinstance(child, list | tuple):
            yield from _parts(child)
        elif child is not None:
            yield _text(child)


def _text(text: object) -> str:
    line = str(text)
    space = " " if line.endswith(" ") else ""  # between a word and the element after it
    return escape(clean(line, LONGEST_TEXT)) + space

"""HTML in which every text is escaped.

Only `tag` makes `Html`. A child that is `Html` stays as it is; every other one is text.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_TEXT", "Html", "on_lines", "tag"]

LONGEST_TEXT = 300
"""The maximum length of a text, in characters; a cell can have 32,767."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")


class Html(str):
    """A piece of HTML with every text escaped."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: str | None) -> Html:
    """Return an element; a child or attribute that is None is left out.

    In an attribute's name, a final underscore is dropped (`class_`), others become hyphens. An
    element with text in Arabic or Hebrew, for example, has the direction of its own text, so that
    it does not change the order of what is around it.
    """
    parts = list(_parts(children))
    if any(_is_right_to_left(part) for part in parts):
        attributes = {"dir": "auto", **attributes}
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{''.join(parts)}</{name}>")


def on_lines(parts: Iterable[object]) -> list[object]:
    """Return blocks or cells with a line break after each; None is left out.

    Pages do not show the breaks, but they separate words where all tags are taken away.
    """
    return [piece for part in parts if part is not None for piece in (part, Html("\n"))]


def _is_right_to_left(part: str) -> bool:
    ours = isinstance(part, Html) or part.isascii()
    return not ours and _RIGHT_TO_LEFT.search(part) is not None


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

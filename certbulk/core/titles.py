"""When two titles are the same: three grades, each for a question of its own.

- *Exact*: does an update change the title? That is `Text.same`, so that `A &amp; B` and double
  spaces can be repaired.
- *Strict*: **is** this type the row's? Services store a title otherwise than it was sent, `&` as
  `&amp;` for example, and it is the same title still (fact:stored_titles).
- *Loose*: could it be? Characters dropped, letters' case changed, the end cut off. Enough not to
  send a create again, never enough to take a type for the row's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["loosely_same", "strict", "strictly_same"]

_MANY = 1 << 16

# Of XML alone: in HTML, "Cut&times" would be a multiplication sign.
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)

# Controls, and what only directs others: joiners, marks of direction, soft hyphens.
_UNSEEN_KINDS = {"Cc", "Cf"}
# Selectors of variants, fillers and blanks, which are of other kinds and cannot be seen either.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)

_LAST_OF_BMP = 0xFFFF
_ESCAPED_AGAIN = 2
_CUT_FROM = 30
"""A title that was cut has at least this number of characters left."""


def strict(title: object) -> str:
    """Return a title in the form in which strictly equal ones are equal.

    Composed (NFC), without characters that cannot be seen, runs of white space as one space, the
    five entities of XML and numeric ones resolved once.
    """
    return "" if title is None else _strict(str(title))


@lru_cache(_MANY)
def _strict(text: str) -> str:
    if text.isascii() and "&" not in text and text.isprintable():
        return " ".join(text.split())
    text = _UNSEEN.sub("", _ENTITY.sub(_character, text))
    seen = (c if c.isspace() or unicodedata.category(c) not in _UNSEEN_KINDS else "" for c in text)
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def strictly_same(one: object, other: object) -> bool:
    """Return whether two titles are one title, however each is stored."""
    return strict(one) == strict(other)


def loosely_same(one: object, other: object) -> bool:
    """Return whether one title may be what a service made of the other."""
    first, second = strict(one), strict(other)
    if len(first) > len(second):
        first, second = second, first
    cut, whole = _loose(first), _loose(second)
    return cut == whole or (len(first) >= _CUT_FROM and whole.startswith(cut))


@lru_cache(_MANY)
def _loose(text: str) -> str:
    """Return what is left of a title: letters and digits that any database can store."""
    for _ in range(_ESCAPED_AGAIN):  # by a service that escapes what is escaped already
        text = _strict(text)
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in text if c.isalnum() and ord(c) <= _LAST_OF_BMP)


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    usable = 0 < number <= _LAST_CHARACTER and number not in _SURROGATES
    return chr(number) if usable else entity[0]

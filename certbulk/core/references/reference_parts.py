"""Texts that list names and ids, taken apart: at which marks, as names may contain marks too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.kinds.kind import tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.core.kinds import Problem

__all__ = [
    "SEPARATOR",
    "Part",
    "has_words",
    "ids_in",
    "readings_of",
    "strangers_in",
    "with_other_part",
]

SEPARATOR = re.compile(r"[,;\r\n]")
"""The marks at which a list may be taken apart."""

_STRONG = re.compile(r"[;\r\n]")
_EXPONENT = re.compile(r"(?<=\d)[eE](?=\+?\d)")  # of 7.20441E+05, which is not a name


def has_words(text: str) -> bool:
    """Return whether a text contains names: letters other than those of numbers."""
    return any(map(str.isalpha, _EXPONENT.sub("", text)))


def with_other_part(text: str, name: str, other: str) -> str:
    """Return a list with another text in the place of a part of it.

    Example:
        >>> with_other_part("Pine East; Pine", "Pine", "Pine West")
        'Pine East; Pine West'
    """
    words = r"\s+".join(map(re.escape, name.split()))
    part = re.compile(rf"(?:^|(?<=[,;\r\n]))(\s*){words}(?=\s*(?:$|[,;\r\n]))")
    changed, found = part.subn(lambda match: f"{match[1]}{other}", text, count=1)
    return changed if found else text.replace(name, other, 1)


@dataclass(slots=True)
class Part:
    """What one part of a list is: ids, or what is wrong with a name that is known.

    The choices of a problem stand for `name` alone.
    """

    ids: tuple[int, ...] = ()
    problem: Problem | None = None
    name: str = ""


def readings_of(
    parts: int,
    span: int,
    part_between: Callable[[int, int], Part | None],
    accepted: Callable[[Part], bool],
) -> list[list[Part]]:
    """Return the ways to take a text as a list of known parts: none, one, or two that differ.

    The parts between separators are put together by up to `span`, the longest first.
    """
    ways: list[list[_Way]] = [[_Way()], *([] for _ in range(parts))]
    for end in range(1, parts + 1):
        for start in range(max(0, end - span), end):
            part = part_between(start, end) if ways[start] else None
            if part is None or not accepted(part):
                continue
            for way in ways[start]:
                longer = way.with_part(part)
                if all(longer.ids != other.ids for other in ways[end]):
                    ways[end].append(longer)
        del ways[end][2:]
    return [way.parts() for way in ways[parts]]


class _Way(NamedTuple):
    """A way to take the beginning of a text, as its last part and the way before that.

    A list has tens of thousands of parts: none of them is copied for the next one.
    """

    before: _Way | None = None
    part: Part | None = None
    ids: frozenset[int] = frozenset()

    def with_part(self, part: Part) -> _Way:
        new = self.ids if self.ids.issuperset(part.ids) else self.ids.union(part.ids)
        return _Way(self, part, new)

    def parts(self) -> list[Part]:
        found: list[Part] = []
        way: _Way | None = self
        while way is not None and way.part is not None:
            found.append(way.part)
            way = way.before
        return found[::-1]


def strangers_in(
    text: str, marks: list[int], span: int, part_between: Callable[[int, int], Part | None]
) -> list[str]:
    """Return the texts in a list that are nothing known; commas alone do not part them."""
    strangers: list[list[int]] = []
    position, parts = 0, len(marks) - 1
    while position < parts:
        ends = range(min(parts, position + span), position, -1)
        known = next((end for end in ends if part_between(position, end)), None)
        if known is None:
            start, end = marks[position] + 1, marks[position + 1]
            if strangers and strangers[-1][1] == start - 1 and not _STRONG.match(text, start - 1):
                strangers[-1][1] = end
            else:
                strangers.append([start, end])
        position = known or position + 1
    return [tidy(text[start:end]) for start, end in strangers]


def ids_in(parts: list[Part]) -> tuple[int, ...]:
    """Return the ids of all parts, each once."""
    return tuple(dict.fromkeys(number for part in parts for number in part.ids))

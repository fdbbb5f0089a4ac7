"""What somebody may have meant: the word that is most like theirs."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest_word", "nearest_words", "slips_of"]

_NEAR = 65  # of 100; with less, most words would be near to some other
_LONGEST = 60  # what is longer is near to nothing
_MANY = 100  # words; no list of choices has more
_SHORTEST_SLIP = 4  # letters: of shorter words, most with one letter changed are words as well
_DENIAL = re.compile(
    r"\b(?:no|un|in|dis|without|cannot|cant\b|не|ни|без|бес)|n['\u2019]t\b",  # noqa: RUF001
    re.IGNORECASE,
)


def nearest_word(text: str, words: Iterable[str], near: int = _NEAR) -> str | None:
    """Return the one of `words` that is most like `text`, or None if none is near."""
    return next(iter(nearest_words(text, words, 1, near)), None)


def nearest_words(
    text: str, words: Iterable[str], most: int = 3, near: int = _NEAR
) -> dict[str, float]:
    """Return those of `words` that are like `text`, with how much of 100, the nearest first.

    `near` is what makes a word near at all. A word that denies is never near to one that does not.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only a mistake needs it)

    if not text or len(text) > _LONGEST:
        return {}
    distinct = list(dict.fromkeys(words))
    found = process.extract(text, distinct, scorer=fuzz.ratio, score_cutoff=near, limit=None)
    denials = _denials(text)
    alike = ((word, alike) for word, alike, _ in found if _denials(word) == denials)
    return dict(islice(alike, most))


def slips_of(text: str, words: Iterable[str], shortest: int = _SHORTEST_SLIP) -> list[str]:
    """Return those of `words` that `text` is with a slip of the keyboard, the nearest first.

    A slip is a letter too many, missing, changed or swapped with its neighbour, one in a word of
    `shortest` letters or more and never the first; or a space too many or missing. Anything else
    may be another word, and mean the opposite.
    """
    near = nearest_words(text, words, most=_MANY)
    return [word for word in near if _is_slip(text.split(), word.split(), shortest)]


def _is_slip(one: list[str], other: list[str], shortest: int) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 (only a mistake needs it)

    if "".join(one) == "".join(other):
        return True
    return len(one) == len(other) and all(
        a == b or (a[0] == b[0] and max(len(a), len(b)) >= shortest and OSA.distance(a, b) == 1)
        for a, b in zip(one, other, strict=True)
    )


def _denials(text: str) -> int:
    """Return how many words of a text may turn its meaning round: no, cannot, unlimited, без."""
    return len(_DENIAL.findall(text))

"""What somebody may have meant: the word that is most like theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest_word", "nearest_words"]

_NEAR = 65  # of 100; with less, most words would be near to some other
_LONGEST = 60  # what is longer is near to nothing


def nearest_word(text: str, words: Iterable[str], near: int = _NEAR) -> str | None:
    """Return the one of `words` that is most like `text`, or None where none is near."""
    return next(iter(nearest_words(text, words, 1, near)), None)


def nearest_words(
    text: str, words: Iterable[str], most: int = 3, near: int = _NEAR
) -> dict[str, float]:
    """Return those of `words` that are like `text`, with how much of 100, the nearest first.

    `near` is what makes a word near at all; where the words are short, it must be more.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only a mistake needs it)

    if not text or len(text) > _LONGEST:
        return {}
    found = process.extract(text, list(words), scorer=fuzz.ratio, score_cutoff=near, limit=most)
    return {word: alike for word, alike, _ in found}

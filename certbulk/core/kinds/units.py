"""Words beside a value: "until" before a date, "thousand" behind an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from certbulk.core.kinds.kind import plain_words, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["NO_PHRASES", "Phrases", "undecorated"]

_QUOTES = "\"'\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e"
_MARKS = " .,;:!"
_LONGEST = 500  # characters; a longer text is neither a value nor a header with words beside it


def undecorated(text: str, marks: str = "") -> str:
    """Return `text` without quotation marks around it, and without marks behind it.

    Those say nothing; `marks` are more of them, which may say something, such as * of a footnote.
    """
    return tidy(tidy(text).lstrip(_QUOTES).rstrip(_QUOTES + _MARKS + marks))


@dataclass(frozen=True)
class Phrases:
    """Words for one thing, plain, as they are looked for at the ends of a text."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Phrases:
        """Return words as `plain_words` has them, each once, the longest first."""
        plain = dict.fromkeys(plain_words(word) for word in words)
        return cls(tuple(sorted(plain, key=len, reverse=True)))

    def __contains__(self, text: str) -> bool:
        return plain_words(text) in self._all

    def cut_before(self, text: str) -> str | None:
        """Return what follows such a word; None if `text` does not begin with one."""
        match = self._before.match(text) if self._may_be_in(text) else None
        return text[match.end() :] if match else None

    def cut_behind(self, text: str) -> str | None:
        """Return what precedes such a word; None if `text` does not end with one."""
        match = self._behind.search(text) if self._may_be_in(text) else None
        return text[: match.start()] if match else None

    def within(self, text: str) -> frozenset[str]:
        """Return those of them that `text` contains as whole words."""
        there = self._may_be_in(text)
        return frozenset(self._anywhere.findall(plain_words(text)) if there else ())

    def _may_be_in(self, text: str) -> bool:
        return bool(self.words) and len(text) <= _LONGEST

    @cached_property
    def _all(self) -> Collection[str]:
        return frozenset(self.words)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return re.compile(rf"{_any_of(self.words)}(?![^\W\d])[\s.:\-]*", re.IGNORECASE)

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        before = r"(?<![\s,(])[\s,(]*(?<![^\W\d])"
        return re.compile(rf"{before}{_any_of(self.words)}[.)]*$", re.IGNORECASE)

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){_any_of(self.words)}(?!\w)")


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for plain words as they may be written: dots, ё, any space between."""
    spelled = (re.escape(word).replace("е", "[её]").replace(r"\ ", r"[\s.]+") for word in words)
    return f"(?:{'|'.join(spelled)})"


NO_PHRASES = Phrases(())

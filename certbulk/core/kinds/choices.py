"""One of a few: choices by number or by words, and yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from certbulk.core.kinds.kind import Kind, Problem, tidy

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["Choice", "Flag", "Option"]

_LONGEST_WORDS = 40  # what is longer is near to nothing

_YES = ("yes", "true", "1", "y", "on")
_NO = ("no", "false", "0", "n", "off")


def _plain_words(text: str) -> str:
    """Return `text` as words are compared: no case, one space between words, no dot at the end."""
    return re.sub(r"(?<=\w)[\s_\-]+(?=\w)", " ", tidy(text).casefold()).rstrip(".")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the service's number, our label for people, and other words for it."""

    number: int
    label: str
    words: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return everything that a person may write for this choice."""
        return (str(self.number), self.label, *self.words)


@cache
def _names(options: tuple[Option, ...]) -> dict[str, Option]:
    return {_plain_words(name): option for option in options for name in option.names()}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of `options`, written as its number, its label or another of its words.

    With `zero_is_none`, the service uses 0 for no choice.
    """

    noun: str
    options: tuple[Option, ...]
    zero_is_none: bool = False

    def parse(self, text: str, zone: tzinfo) -> int | Problem:  # noqa: ARG002
        """Return the option's number, or `not_a_choice` with the nearest label."""
        names = _names(self.options)
        wanted = _plain_words(text)
        if wanted in names:
            return names[wanted].number
        near = get_close_matches(wanted[:_LONGEST_WORDS], names, n=1)
        label = names[near[0]].label if near else None
        listed = ", ".join(f"{option.label} ({option.number})" for option in self.options)
        hint = f" Did you mean {label}?" if label else ""
        return Problem("not_a_choice", f"is not {self.noun}. Use one of: {listed}.{hint}", label)

    def show(self, value: int) -> str:
        """Return the option's label; the bare number where the service knows one that we do not."""
        return next((o.label for o in self.options if o.number == value), str(value))

    def load(self, raw: Any) -> Any:
        """Accept the number as a numeric string too."""
        digit = isinstance(raw, str) and raw.strip() in "0123456789" and raw.strip()
        value = int(raw) if digit else raw
        return None if self.zero_is_none and value == 0 else value


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no."""

    def parse(self, text: str, zone: tzinfo) -> bool | Problem:  # noqa: ARG002
        """Return the truth of `text`, or `not_a_flag`."""
        word = _plain_words(text)
        if word in _YES:
            return True
        if word in _NO:
            return False
        near = get_close_matches(word[:_LONGEST_WORDS], (*_YES, *_NO), n=1)
        suggestion = None if not near else "yes" if near[0] in _YES else "no"
        return Problem("not_a_flag", "is neither yes nor no. Write yes or no.", suggestion)

    def show(self, value: bool) -> str:  # noqa: FBT001 (the value is the flag)
        """Return yes or no."""
        return "yes" if value else "no"

    def load(self, raw: Any) -> Any:
        """Accept 1 and 0, as numbers and as strings, and null for no."""
        if raw is None:
            return False
        return {"0": False, "1": True, "false": False, "true": True}.get(str(raw).lower(), raw)

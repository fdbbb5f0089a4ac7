"""One of a few: choices by number or by words, and yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from certbulk.core.kinds.kind import FLAG, NUMBER, Kind, Problem, plain_words
from certbulk.core.kinds.units import undecorated
from certbulk.core.suggestions import slips_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

__all__ = ["Choice", "Flag", "Option"]

_Meaning = TypeVar("_Meaning")
_NUMBERED = re.compile(r"(\d)\s*[=\-\u2013\u2014:.)]\s*(\D.*)", re.DOTALL)
_AND = re.compile(r"[+&]")
_BETWEEN = re.compile(r"[()/\s\u00a0]+")
_WHOLE = re.compile(r"([0-9])\.0+")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the service's number, our label for people, and a vocabulary's words for it."""

    number: int
    label: str
    words: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return everything that a person may write for this choice."""
        return (str(self.number), self.label, *self.words)


@cache
def _names(options: tuple[Option, ...]) -> dict[str, Option]:
    return {plain_words(name): option for option in options for name in option.names()}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of `options`, written as its number, its label or another of its words.

    With `zero_is_none`, the service uses 0 for no choice. Shorter words than `shortest_slip` are
    never taken for a slip of another.
    """

    dtype: ClassVar[str] = NUMBER

    options: tuple[Option, ...]
    column: str = "this column"
    zero_is_none: bool = False
    shortest_slip: int = 4

    def parse(self, text: str, zone: tzinfo) -> int | Problem:  # noqa: ARG002
        """Return the option's number, or `not_a_choice` with the nearest label."""
        names = _names(self.options)
        numbered = _NUMBERED.fullmatch(text.strip())
        if numbered:  # 3 = month: the number and the words have to say the same
            option = _found(_plain(numbered[2]), names)
            if option is not None:
                if option.number == int(numbered[1]):
                    return option.number
                return Problem(
                    "not_a_choice",
                    f"has a number and words for different choices: {option.label} is "
                    f"{option.number}. Write only one of the two.",
                )
        wanted = _plain(text)
        option = _found(wanted, names)
        if option is not None:
            return option.number
        near, option = _meant(wanted, names, self.shortest_slip)
        label = option.label if option else None
        listed = ", ".join(f"{option.label} ({option.number})" for option in self.options)
        hint = _hint(near, label) or f" Choose from: {listed}."
        message = f"is not one of the choices for {self.column}.{hint}"
        return Problem("not_a_choice", message, label)

    def called(self, column: str) -> Choice:
        """Return the choice as one of a column that people call `column`."""
        return replace(self, column=column)

    def show(self, value: int) -> str:
        """Return the option's label; the bare number if the service knows one that we do not."""
        return next((o.label for o in self.options if o.number == value), str(value))

    def load(self, raw: Any) -> Any:
        """Accept the number as a numeric string too."""
        digit = isinstance(raw, str) and raw.strip() in "0123456789" and raw.strip()
        value = int(raw) if digit else raw
        return None if self.zero_is_none and value == 0 else value


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no, and a vocabulary's words for them.

    `likely` are plain texts that most likely mean yes, such as +, and those for no.
    """

    dtype: ClassVar[str] = FLAG

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    likely: tuple[tuple[str, ...], ...] = ((), ())

    def parse(self, text: str, zone: tzinfo) -> bool | Problem:  # noqa: ARG002
        """Return the truth of `text`, or `not_a_flag`."""
        words = _flags(self.yes, self.no)
        wanted = _plain(text)
        if wanted in words:
            return words[wanted]
        near, meant = _meant(wanted, words)
        if meant is None:
            meant = self._likely(wanted)
            near = None if meant is None else self.show(meant)
        suggestion = None if meant is None else self.show(meant)
        hint = _hint(near, suggestion)
        return Problem("not_a_flag", f"is neither yes nor no. Write yes or no.{hint}", suggestion)

    def _likely(self, wanted: str) -> bool | None:
        yes, no = self.likely
        return True if wanted in yes else False if wanted in no else None

    def show(self, value: bool) -> str:  # noqa: FBT001 (the value is the flag)
        """Return yes or no."""
        return "yes" if value else "no"

    def load(self, raw: Any) -> Any:
        """Accept 1 and 0, as numbers and as strings, and null for no."""
        if raw is None:
            return False
        return {"0": False, "1": True, "false": False, "true": True}.get(str(raw).lower(), raw)


def _found(wanted: str, names: Mapping[str, Option]) -> Option | None:
    """Return the option that plain words mean, also with + or & for "and", and brackets."""
    joined = " ".join(_AND.sub(" and ", wanted).split())
    ways = (wanted, joined, " ".join(_BETWEEN.sub(" ", joined).split()))
    return next((names[way] for way in ways if way in names), None)


def _plain(text: str) -> str:
    """Return a text as words are compared; 1.0 is 1, as frames write it beside blanks."""
    whole = _WHOLE.fullmatch(text.strip())
    return plain_words(whole[1] if whole else text)


@cache
def _flags(yes: tuple[str, ...], no: tuple[str, ...]) -> dict[str, bool]:
    """Return the truth of every plain word; those that programs write need no vocabulary."""
    words = {True: ("yes", "true", "1", *yes), False: ("no", "false", "0", *no)}
    return {plain_words(word): value for value, several in words.items() for word in several}


def _meant(
    text: str, words: Mapping[str, _Meaning], shortest: int = 4
) -> tuple[str | None, _Meaning | None]:
    """Return the word that `text` is a slip of, and what it means; nothing if it may be two.

    A word in quotation marks, or with marks behind it, is that word.
    """
    bare = undecorated(text.strip("()[]"), "*")
    near = [bare] if bare in words else slips_of(bare, words, shortest)
    meanings = {words[word] for word in near}
    return (near[0], meanings.pop()) if len(meanings) == 1 else (None, None)


def _hint(near: str | None, label: str | None) -> str:
    """Return the question whether `label` was meant, with the word for it that is near."""
    if near is None or label is None:
        return ""
    return (
        f" Did you mean {label}?"
        if plain_words(label) == near
        else (f" Did you mean {near} ({label})?")
    )

"""What every kind of value has in common."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = [
    "EDGES",
    "FLAG",
    "IDS",
    "INVISIBLE",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "TEXT",
    "FloatText",
    "Kind",
    "NumberText",
    "Problem",
    "Way",
    "normal_header",
    "plain_words",
    "seen",
    "tidy",
]

NUMBER, FLAG, TEXT, MONEY = "Int64", "boolean", "string", "Float64"
MOMENT, IDS = "datetime64[us, UTC]", "lists of ids"
"""The types that values have in frames; lists are objects for pandas."""


# A soft hyphen, spaces and joiners without width, marks that turn the direction of text, the mark
# of the byte order, and their like.
_MARKS = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
INVISIBLE = "\u00ad\u061c\ufeff" + "".join(map(chr, _MARKS))
"""Characters that nobody sees."""

_IGNORED_IN_HEADERS = re.compile(rf"[\s._*{INVISIBLE}]+")
_BETWEEN_WORDS = re.compile(r"(?<=\w)[\s_\-\u2010-\u2013]+(?=\w)")
_DOTS_OF_LETTERS = re.compile(r"(?<=[^\W\d_])\.")  # as in "мес."; never that of 1.5
_WITHOUT_INVISIBLE = str.maketrans("", "", INVISIBLE)
_WHITE = "".join(filter(str.isspace, map(chr, range(0x3001))))  # none lies beyond
EDGES = _WHITE + INVISIBLE
"""What does not count at the ends of a text."""


def tidy(text: str) -> str:
    """Return `text` without white space and invisible characters at its ends."""
    return text.strip(EDGES)


def seen(text: str) -> str:
    """Return `text` as people see it: tidy, and without invisible characters inside.

    In words they can have a meaning: two emoji are joined by one of them. In numbers they have
    none.
    """
    return tidy(text) if text.isascii() else tidy(text.translate(_WITHOUT_INVISIBLE))


class Way(StrEnum):
    """A way to read what can be read in two."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    COMMA = "comma"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell's text is not a value.

    Attributes:
        code: The finding's code.
        message: What is wrong and what to do, to follow the text itself.
        suggestion: A text that would repair it, if one is obvious.
        alone: Whether the message is a sentence of its own, not the end of one about the text.
        readings: If it can be read in two ways, what it means in each: (way, text).
        choices: Texts of which one was probably meant; one is as likely as the other.
    """

    code: str
    message: str
    suggestion: str | None = None
    alone: bool = False
    readings: tuple[tuple[Way, str], ...] = ()
    choices: tuple[str, ...] = ()

    def about(self, text: str) -> str:
        """Return the whole message about a cell's text, which is given as it is to be shown."""
        return self.message if self.alone else f"{text} {self.message}"


class NumberText(str):
    """The text of a cell that holds a number: its dot is a decimal point, beyond doubt."""

    __slots__ = ()


class FloatText(NumberText):
    """The text of a float of a frame: it may be the result of a calculation."""

    __slots__ = ()


class Kind(ABC):
    """A kind of value; see the package's docstring for what its functions promise.

    Attributes:
        dtype: The pandas type of its values in a frame; see `core.columns.dtypes`.
    """

    dtype: ClassVar[str] = TEXT

    @abstractmethod
    def parse(self, text: str, zone: tzinfo) -> Any:
        """Return the value that `text` means, or a `Problem`; `zone` is for dates without one."""

    @abstractmethod
    def show(self, value: Any) -> str:
        """Return the text that `parse` reads back as `value`."""

    def called(self, column: str) -> Self:  # noqa: ARG002 (for kinds whose messages need it)
        """Return the kind for a column that people call `column`, as messages name it."""
        return self

    def load(self, raw: Any) -> Any:
        """Return the value of `raw` JSON; what it cannot be is handed back as it is."""
        return raw

    def dump(self, value: Any) -> Any:
        """Return `value` as JSON."""
        return value

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two values mean the same to the service."""
        return bool(one == other)


def normal_header(header: str) -> str:
    """Return `header` without case, spaces, dots, underscores and the asterisk of a must.

    The letters ё and е are one.
    """
    return _IGNORED_IN_HEADERS.sub("", _normalised(header))


def plain_words(text: str) -> str:
    """Return `text` without case and dots, with one space between words.

    The letters ё and е are one.
    """
    spaced = _BETWEEN_WORDS.sub(" ", _DOTS_OF_LETTERS.sub(" ", _normalised(seen(text))))
    return spaced.rstrip(" .")


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")

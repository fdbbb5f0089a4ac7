"""Words: titles and descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from certbulk.core.kinds.kind import EDGES, Kind, Problem, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import tzinfo

__all__ = ["Text"]

# What no workbook can hold and no person can see; it is not sent either.
_LINE_BREAK = re.compile(r"\r\n|[\r\x0b\x0c]")  # the last two within cells of some databases
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _read(text: str) -> str:
    """Return a text with its line breaks as line feeds, and nothing that cannot be seen around."""
    if not text.isprintable():
        text = _NO_TEXT.sub("", _LINE_BREAK.sub("\n", text))
    return tidy(text)


def _cut(text: str, longest: int) -> str:
    """Return the beginning of `text`, up to the end of a word if one ends nearby."""
    short = text[: longest + 1]
    words = tidy(short[: short.rfind(" ")]) if " " in short else ""
    return words if 2 * len(words) > longest else tidy(text[:longest])


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Text of at most `longest` characters, without white space at its ends."""

    longest: int

    def parse(self, text: str, zone: tzinfo) -> str | Problem:  # noqa: ARG002 (the kinds' shape)
        """Return the text, its line breaks as line feeds, or `too_long`."""
        value = _read(text)
        if len(value) > self.longest:
            return Problem(
                "too_long",
                f"has {len(value)} characters; the limit is {self.longest}. Shorten it.",
                _cut(value, self.longest),
            )
        return value

    def parse_all(self, texts: Collection[str], zone: tzinfo) -> Iterable[str | Problem | None]:
        """Return what `parse` gives for each, None for no text; plain ones in far less time."""
        if "".join(texts).isprintable() and max(map(len, texts), default=0) <= self.longest:
            return map(str.strip, texts, repeat(EDGES))
        return [self.parse(text, zone) or None for text in texts]

    def show(self, value: str) -> str:
        """Return the text itself."""
        return value

    def same(self, one: Any, other: Any) -> bool:
        """Compare texts as `parse` reads them: cells do not keep more."""
        texts = isinstance(one, str) and isinstance(other, str)
        return _read(one) == _read(other) if texts else bool(one == other)

    def load(self, raw: Any) -> Any:
        """Return null as the empty text: the service uses both for no text."""
        return "" if raw is None else raw

"""The words of a condition or an assignment with their positions, and errors that point at them."""

from __future__ import annotations

import re
from typing import NamedTuple

from certbulk.errors import SettingsError

__all__ = ["LONGEST", "Word", "WordError", "kept_quotes", "words_of"]

LONGEST = 4000
"""The most characters of a condition or an assignment."""

_AROUND = 60  # characters of a long text that are shown at either side of a mistake
_QUOTES = {"'": "'", '"': '"', "\u2018": "\u2019", "\u201c": "\u201d", "\u00ab": "\u00bb"}
_MARKS = "(),="
_SPACE = re.compile(r"\s+")
_BARE = re.compile(r"[^\s(),=]+")


class WordError(SettingsError):
    """A condition or an assignment cannot be understood; it points at the word.

    Its `pointer` is the text, and below it a line with a mark under the word.

    Args:
        message: What is wrong, and what to do.
        text: The whole text.
        start: The position of the first wrong character.
        end: The position after the last one.
        terminal: The command that helps at a terminal.
    """

    def __init__(
        self, message: str, text: str, start: int, end: int, *, terminal: str = ""
    ) -> None:
        first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
        shown = "".join(c if c.isprintable() else " " for c in text[first:last])
        marks = "^" * max(1, min(end, last) - start)
        self.pointer = (f"  {shown}", f"  {' ' * (start - first)}{marks}")
        super().__init__(message, terminal=terminal)

    def __str__(self) -> str:
        return "\n".join((str(self.args[0]), *self.pointer))


class Word(NamedTuple):
    """A word, a quoted text, or one of the marks `( ) , =`.

    Attributes:
        text: Its text; of a quoted one, that between the quotes.
        start: The position of its first character.
        end: The position after its last one.
        quoted: Whether it stood in quotes.
    """

    text: str
    start: int
    end: int
    quoted: bool = False

    def is_one(self, *words: str) -> bool:
        """Whether it is one of these words or marks, in any case, without quotes."""
        return not self.quoted and self.text.lower() in words


def words_of(text: str) -> list[Word]:
    """Return the words of a text, in a time that grows with its length alone.

    Raises:
        WordError: It is too long, or a quote is not closed.
    """
    if len(text) > LONGEST:
        message = f"This is {len(text)} characters long; the limit is {LONGEST}."
        raise WordError(message, text, LONGEST, LONGEST + 1)
    words: list[Word] = []
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
        elif text[position] in _MARKS:
            words.append(Word(text[position], position, position + 1))
            position += 1
        elif text[position] in _QUOTES:
            words.append(_quoted(text, position))
            position = words[-1].end
        elif bare := _BARE.match(text, position):
            words.append(Word(bare[0], position, bare.end()))
            position = bare.end()
    return words


def kept_quotes(text: str, start: int, end: int) -> WordError:
    """Return that quotes are part of a text, as from a shell that does not take single quotes."""
    bare = text.strip().strip("'").strip()
    fits = '"' not in bare
    message = "The quotes around the whole are a part of it, and must not be. Leave them out."
    terminal = f'This shell keeps single quotes. Write "{bare}", in double quotes.' if fits else ""
    return WordError(message, text, start, end, terminal=terminal)


def _quoted(text: str, start: int) -> Word:
    """Return the quoted text at a position; a quote inside it is written twice."""
    closing = _QUOTES[text[start]]
    position, parts = start + 1, []
    while True:
        end = text.find(closing, position)
        if end < 0:
            message = f"This quote is not closed. Write {closing} after the name."
            raise WordError(message, text, start, start + 1)
        parts.append(text[position:end])
        if text[end : end + 2] != closing * 2:
            return Word(closing.join(parts), start, end + 1, quoted=True)
        position = end + 2

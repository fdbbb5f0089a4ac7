"""Text from outside, made fit for a terminal and a cell."""

from __future__ import annotations

import re

__all__ = ["clean", "escaped_controls", "without_controls"]

_LONGEST = 500
# Control characters, line and paragraph separators, marks that turn the direction of text, and
# what is no character at all.
_MARKS = r"\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(rf"[\x00-\x1f{_MARKS}\ud800-\udfff\ufffe\uffff]+")
_BUT_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_MARKS}]")


def clean(text: object, longest: int = _LONGEST) -> str:
    """Return `text` on one line of at most `longest` characters, without control characters."""
    line = _CONTROL.sub(" ", str(text)).rstrip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def without_controls(text: str) -> str:
    """Return `text` with a space for each control character but tabs and line feeds."""
    return text if text.isascii() and text.isprintable() else _BUT_LINES.sub(" ", text)


def escaped_controls(document: str) -> str:
    """Return a JSON document in which such characters are escaped: the same document."""
    return _BUT_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", document)

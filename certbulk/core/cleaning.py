"""Text from outside, made fit for a terminal and a cell."""

from __future__ import annotations

import re

__all__ = ["clean", "escaped_controls", "harmless_cell", "original_cell", "without_controls"]

_LONGEST = 500
# Control characters, line and paragraph separators, marks that turn the direction of text, and
# what is not a character at all.
_MARKS = r"\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(rf"[\x00-\x1f{_MARKS}\ud800-\udfff\ufffe\uffff]+")
_BUT_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_MARKS}]")

# What spreadsheet programs take for a formula, or pass over on the way to one: see "CSV Injection",
# owasp.org/www-community/attacks/CSV_Injection. Apostrophes before it are those of such a cell.
_FORMULA = re.compile(r"'*+[=+\-@\t\r]")


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


def harmless_cell(text: str) -> str:
    """Return a cell of a .csv file that no spreadsheet program takes for a formula.

    An apostrophe is put before what begins like one; `original_cell` takes it out again.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def original_cell(text: str) -> str:
    """Return the text that `harmless_cell` has made a cell of."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text

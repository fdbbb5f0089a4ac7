"""Texts that run from right to left, isolated so that they do not turn the rest of their line.

A terminal that knows right-to-left scripts orders a whole line by the letters in it: a Hebrew or
Arabic title would move the row's number and the id behind it. Unicode's isolates keep it in place.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from rich.text import Text

__all__ = ["are_isolated", "begun_again", "goes_on", "isolated"]

_BEGIN, _END = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_ANY = re.compile(f"[{_RIGHT_TO_LEFT}]")
# What is between two values, such as old → new, stays in the order of the line.
_BETWEEN = re.compile(r"( → | \| |; |(?<!\w)\"|\"(?!\w)|[“”«»])")
_PLAIN = {"dumb", "unknown", "linux"}


def are_isolated(stream: TextIO | None = None) -> bool:
    """Whether a stream (stdout) is a terminal that may know isolates; a file gets text alone."""
    is_terminal = (stream or sys.stdout).isatty()
    return is_terminal and os.environ.get("TERM", "").lower() not in _PLAIN


def isolated(text: str) -> str:
    """Return a text in which each right-to-left part is isolated; any other text as it is."""
    if text.isascii() or not _ANY.search(text):
        return text
    return "".join(
        f"{_BEGIN}{part}{_END}" if _ANY.search(part) else part for part in _BETWEEN.split(text)
    )


def begun_again(line: Text) -> Text:
    """Return a line of a text that was wrapped within an isolate, with the isolate."""
    return line.__class__(_BEGIN) + line


def goes_on(line: Text) -> bool:
    """Whether a line ends within an isolate; it is then ended there."""
    is_open = line.plain.count(_BEGIN) > line.plain.count(_END)
    if is_open:
        line.append(_END)
    return is_open

"""Text from outside, made fit for a terminal and a cell."""

from __future__ import annotations

import re

__all__ = ["clean"]

_LONGEST = 500
# Control characters, line and paragraph separators, marks that turn the direction of text, and
# what is no character at all.
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)


def clean(text: object, longest: int = _LONGEST) -> str:
    """Return `text` on one line of at most `longest` characters, without control characters."""
    line = _CONTROL.sub(" ", str(text)).rstrip()
    return line if len(line) <= longest else line[: longest - 1] + "…"

"""Texts of lists, as programs write them: `[1, 2]`, `(1, 2)`, `{1, 2}`, `['a', 'b']`.

A column of lists that was saved as .csv has such texts.
"""

from __future__ import annotations

import ast
import re

from certbulk.core.kinds.kind import tidy

__all__ = ["is_empty_list", "without_brackets"]

_PAIRS = {"[": "]", "(": ")", "{": "}"}
_LONGEST = 40_000  # characters; a cell of a workbook has 32,767 at most
_NUMPY = re.compile(r"\bnp\.[a-z]+\d*\(([^()]*)\)")  # as in [np.int64(720441)]
_CALLED = re.compile(r"(?:array|set|frozenset|list|tuple)\((.*?)(?:,\s*dtype=[\w.]+)?\)", re.DOTALL)
_EMPTY = frozenset({"[]", "()", "set()", "frozenset()", "array([])"})


def is_empty_list(text: str) -> bool:
    """Whether a text is a list without anything in it."""
    return "".join(text.split()) in _EMPTY


def without_brackets(text: str) -> str:
    """Return the parts of a list that is written with brackets, separated by semicolons.

    A text that is not such a list is returned as it is.
    """
    bare = tidy(text)
    if bare[-1:] not in {"]", ")", "}"} or len(bare) > _LONGEST:
        return text
    if called := _CALLED.fullmatch(bare):
        bare = tidy(called[1])
    bare = _NUMPY.sub(r"\1", bare)
    if _PAIRS.get(bare[:1]) != bare[-1:]:
        return text
    try:
        parts = ast.literal_eval(bare)
    except (ValueError, SyntaxError, MemoryError, RecursionError):  # [720441 720442], (A) and (B)
        inside = bare[1:-1]
        return text if any(mark in inside for mark in "[](){}") else inside
    if not isinstance(parts, list | tuple | set):  # (720441), or a dictionary
        return text if isinstance(parts, dict) else str(parts)
    return "; ".join(str(part) for part in parts)

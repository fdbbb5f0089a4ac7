"""Words as they are compared: without what people write now this way, now that."""

from __future__ import annotations

import re
import unicodedata

from certbulk.core.kinds.kind import INVISIBLE, seen

__all__ = ["normal_header", "plain_words"]

_IGNORED_IN_HEADERS = re.compile(rf"[\s._*{INVISIBLE}]+")
_BETWEEN_WORDS = re.compile(r"(?<=\w)[\s_\-\u2010-\u2013]+(?=\w)")
_DOTS_OF_LETTERS = re.compile(r"(?<=[^\W\d_])\.")  # as in "мес."; never that of 1.5


def normal_header(header: str) -> str:
    """Return `header` without case, spaces, dots, underscores and the asterisk of a must.

    The letters ё and е are one.
    """
    return _IGNORED_IN_HEADERS.sub("", _folded(header))


def plain_words(text: str) -> str:
    """Return `text` without case and dots, with one space between words.

    The letters ё and е are one.
    """
    spaced = _BETWEEN_WORDS.sub(" ", _DOTS_OF_LETTERS.sub(" ", _folded(seen(text))))
    return spaced.rstrip(" .")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")

"""The letters of a text file: which encoding its bytes are in."""

from __future__ import annotations

import re

from certbulk.errors import ReadError

__all__ = ["decoded"]

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CYRILLIC, _WESTERN = "cp1251", "cp1252"
_NAMES = {_CYRILLIC: "Windows-1251 (Cyrillic)", _WESTERN: "Windows-1252 (Western European)"}
_WORD = re.compile(rb"[A-Za-z\xa8\xb8\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xff]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # all but what ends lines and files
_PLAIN_LETTER = re.compile(rb"[A-Za-z]")
_TWO = 2


def decoded(data: bytes, source: str) -> tuple[str, str | None]:
    """Return the text of a file, and the name of its encoding where that had to be guessed.

    A file in UTF-8, or in UTF-16 with its mark, says what it is. Of the others, nearly all are
    what Windows writes in the country of their author.

    Raises:
        ReadError: It is no text.
    """
    try:
        return data.decode(_MARKS.get(data[:2], "utf-8-sig")), None
    except UnicodeDecodeError:
        pass
    if not _CONTROL.search(data):
        for encoding in _likely(data):
            try:
                return data.decode(encoding), _NAMES[encoding]
            except UnicodeDecodeError:  # a byte that this encoding has no letter for
                continue
    raise ReadError(f"{source} is not text. Save it as .xlsx, or as .csv in UTF-8.")


def _likely(data: bytes) -> tuple[str, str]:
    """Return both encodings, the likelier one first.

    A Cyrillic word has no Latin letters in it; a Western word has few others: Müller. That
    tells them apart in a file of one word, where a statistic of letters cannot.
    """
    cyrillic = western = 0
    for word in _WORD.findall(data):
        latin = len(_PLAIN_LETTER.findall(word))
        if latin == len(word):
            continue
        if latin:
            western += 1
        elif len(word) >= _TWO:
            cyrillic += 1
    return (_CYRILLIC, _WESTERN) if cyrillic > western else (_WESTERN, _CYRILLIC)

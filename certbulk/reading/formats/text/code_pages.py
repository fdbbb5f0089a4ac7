"""Code pages: in which of them the bytes of a text file are words of one language.

Nearly every byte is a letter in every code page. But a language uses only some of these letters,
and puts capitals, signs and Latin letters in certain places. Read in the wrong code page, words
soon have letters that no single language has. This works for the few words of a small table, which
are too few for statistics of letters.
"""

# ruff: noqa: RUF001 (letters that look alike are what this is about)
from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["ASIAN", "CODE_PAGES", "ESCAPED", "SEVEN_BITS", "Reading", "readings"]


class _Language(NamedTuple):
    """A language: its letters besides a to z, and the code pages for it."""

    letters: str
    pages: tuple[str, ...]

    @property
    def latin(self) -> bool:
        """Whether the language is written with Latin letters."""
        return all(letter < "\u0250" for letter in self.letters)


_WESTERN = ("cp1252", "mac-roman", "cp850")
_CENTRAL = ("cp1250", "cp852", "iso8859-2")
_RUSSIAN = ("cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5")
_UKRAINIAN = ("cp1251", "koi8-u", "mac-cyrillic", "iso8859-5")
_SERBIAN = ("cp1251", "mac-cyrillic", "iso8859-5")
_LANGUAGES = (
    _Language("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _RUSSIAN),
    _Language("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", _UKRAINIAN),
    _Language("абвгдеёжзійклмнопрстуўфхцчшыьэюя", _UKRAINIAN),
    _Language("абвгдежзийклмнопрстуфхцчшщъьюя", _RUSSIAN),
    _Language("абвгдђежзијклљмнњопрстћуфхцчџш", _SERBIAN),
    _Language("äöüß", _WESTERN),
    _Language("àâæçéèêëîïôœùûüÿ", _WESTERN),
    _Language("áéíñóúü", _WESTERN),
    _Language("áâãàçéêíóôõúü", _WESTERN),
    _Language("àéèìíòóù", _WESTERN),
    _Language("àçèéíïòóúü", _WESTERN),
    _Language("áèéëïóöü", _WESTERN),
    _Language("æøåéóô", _WESTERN),
    _Language("äöåé", _WESTERN),
    _Language("áðéíóúýþæö", _WESTERN),
    _Language("ąćęłńóśźż", _CENTRAL),
    _Language("áčďéěíňóřšťúůýž", _CENTRAL),
    _Language("áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    _Language("áéíóöőúüű", _CENTRAL),
    _Language("ăâîşţ", _CENTRAL),
    _Language("čćđšž", _CENTRAL),
    _Language("âçğıîöşüûİ", ("cp1254",)),
    _Language("ąčęėįšųūž", ("cp1257",)),
    _Language("āčēģīķļņšūž", ("cp1257",)),
    _Language("äõöüšž", ("cp1257",)),
    _Language("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", ("cp1253",)),
    _Language("אבגדהוזחטיךכלםמןנסעףפץצקרשת", ("cp1255",)),
    _Language("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", ("cp1256",)),
)

CODE_PAGES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "mac-cyrillic": "Mac OS Cyrillic",
    "mac-roman": "Mac OS Roman",
    "cp866": "DOS 866 (Cyrillic)",
    "koi8-r": "KOI8-R (Russian)",
    "koi8-u": "KOI8-U (Ukrainian)",
    "iso8859-2": "ISO 8859-2 (Central European)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "cp850": "DOS 850 (Western European)",
    "cp852": "DOS 852 (Central European)",
}
"""The known code pages with their common names, the most frequent first."""

ASIAN = ("gb18030", "shift_jis", "euc_jp", "big5", "euc_kr")
ESCAPED = ("iso2022_jp", "iso2022_kr")
SEVEN_BITS = ("utf-7", "hz")
"""Encodings that are never guessed, but can be named."""

_WORD = re.compile(rb"[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*+")  # with letters or signs of its own
_MOST_WORDS = 1000
_PIECES = re.compile(r"[^\W\d_]+|.", re.DOTALL)
_SIGNS = frozenset("«»„“”‚‘’‹›–—…•·°№€£§©®™½¼²³¿¡´×±\u00a0")
_BEFORE_A_WORD = frozenset("«„“”‚‘’‹»›–—•·№¿¡´\u00a0")
_IN_A_WORD = frozenset("’‘´·\u00a0")


class Reading(NamedTuple):
    """The words of a file, read in one code page.

    Attributes:
        page: The code page, by its name in Python.
        words: The words with letters or signs beyond ASCII.
        known: How many of them fit one language of the code page, and how many fit any.
    """

    page: str
    words: tuple[str, ...]
    known: tuple[int, int]


def readings(data: bytes) -> list[Reading]:
    """Return the readings of a text with the most known words.

    If all words are the same in several code pages, only the most frequent one is returned.
    """
    words: dict[bytes, None] = {}  # in their order
    for match in _WORD.finditer(data):
        words[match[0]] = None
        if len(words) == _MOST_WORDS:
            break
    every = bytes(set(data))
    found: dict[tuple[str, ...], Reading] = {}
    for page in CODE_PAGES:
        try:
            every.decode(page)
        except UnicodeDecodeError:  # a byte is invalid in this code page
            continue
        texts = tuple(word.decode(page) for word in words)
        one = Reading(page, texts, _known(page, texts))
        found[texts] = max(found.get(texts, one), one, key=lambda other: other.known)
    most = max((one.known for one in found.values()), default=(0, 0))
    return [one for one in found.values() if one.known == most]


def _known(page: str, words: Collection[str]) -> tuple[int, int]:
    """Return how many words fit one language of the code page, and how many fit any of them."""
    spoken = [language for language in _LANGUAGES if page in language.pages]
    by_language = []
    for language in spoken:
        of_it = {word for word in words if _is_of(word, language)}
        # A single letter proves little: the byte for à in French is й in another code page.
        telling = language.latin or any(len(word) > 1 for word in of_it)
        by_language.append(of_it if telling else frozenset())
    return max(map(len, by_language)), len(frozenset().union(*by_language))


def _is_of(text: str, language: _Language) -> bool:
    """Whether a text without spaces consists of words of a language, with signs beside them."""
    pieces = _PIECES.findall(text)
    for position, piece in enumerate(pieces):
        before = position > 0 and pieces[position - 1].isalpha()
        behind = position + 1 < len(pieces) and pieces[position + 1].isalpha()
        if piece.isalpha():
            if not piece.isascii() and not _is_word(piece, language):
                return False
        elif piece not in (
            _IN_A_WORD if before and behind else _BEFORE_A_WORD if behind else _SIGNS
        ):
            return False
    return True


def _is_word(word: str, language: _Language) -> bool:
    """Whether a word has only letters of a language, and capitals only at its start or throughout.

    A word of a Latin language has some letters from a to z; a word of another language has none.
    """
    foreign = [letter for letter in word if not letter.isascii()]
    if any(
        letter not in language.letters and letter.lower() not in language.letters
        for letter in foreign
    ):
        return False
    capitals = word.replace("ß", "")
    if capitals[1:] != capitals[1:].lower() and capitals != capitals.upper():
        return False
    if language.latin:
        return len(foreign) < len(word) or len(word) == 1
    return len(foreign) == len(word)

"""Alphabets: which bytes of a text file are words of a language, in one code page or another.

A code page alone tells little: nearly every byte is some letter in each of them. But a language
uses few of those letters, and puts capitals, signs and Latin letters where it does; of a wrong code
page there are soon letters that no one language has. That is enough for the few words of a small
table, where statistics of letters are not.
"""

# ruff: noqa: RUF001 (letters that look alike are what this is about)
from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["CODE_PAGES", "Reading", "readings"]


class _Language(NamedTuple):
    """A language: the letters that it has besides a to z, and the code pages it is written in."""

    letters: str
    pages: tuple[str, ...]

    @property
    def latin(self) -> bool:
        """Whether it has the letters a to z as well."""
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
"""What people call the code pages that are known here; what is met most often stands first."""

_WORD = re.compile(rb"[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*+")  # with letters or signs of its own
_MOST_WORDS = 1000
_PIECES = re.compile(r"[^\W\d_]+|.", re.DOTALL)
_SIGNS = frozenset("«»„“”‚‘’‹›–—…•·°№€£§©®™½¼²³¿¡´×±\u00a0")
_BEFORE_A_WORD = frozenset("«„“”‚‘’‹»›–—•·№¿¡´\u00a0")
_IN_A_WORD = frozenset("’‘´·\u00a0")


class Reading(NamedTuple):
    """What the words of a file are in a code page.

    Attributes:
        page: The code page, by its name in Python.
        words: Its words with letters or signs beyond ASCII.
        known: How many of them are words of one language of the page, and of any.
    """

    page: str
    words: tuple[str, ...]
    known: tuple[int, int]


def readings(data: bytes) -> list[Reading]:
    """Return how a text may be meant: the readings with the most known words, each but once.

    Of code pages in which all words read alike, it is the one that is met most often.
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
        except UnicodeDecodeError:  # a byte that this code page has no letter for
            continue
        texts = tuple(word.decode(page) for word in words)
        one = Reading(page, texts, _known(page, texts))
        found[texts] = max(found.get(texts, one), one, key=lambda other: other.known)
    most = max((one.known for one in found.values()), default=(0, 0))
    return [one for one in found.values() if one.known == most]


def _known(page: str, words: Collection[str]) -> tuple[int, int]:
    """Return how many words one language of the page has, and how many any of them."""
    spoken = [language for language in _LANGUAGES if page in language.pages]
    by_language = []
    for language in spoken:
        of_it = {word for word in words if _is_of(word, language)}
        # A single letter tells little: what is à in French is й somewhere.
        telling = language.latin or any(len(word) > 1 for word in of_it)
        by_language.append(of_it if telling else frozenset())
    return max(map(len, by_language)), len(frozenset().union(*by_language))


def _is_of(text: str, language: _Language) -> bool:
    """Tell whether a text without spaces is made of words of a language, and of signs at them."""
    pieces = _PIECES.findall(text)
    for place, piece in enumerate(pieces):
        before = place > 0 and pieces[place - 1].isalpha()
        behind = place + 1 < len(pieces) and pieces[place + 1].isalpha()
        if piece.isalpha():
            if not piece.isascii() and not _is_word(piece, language):
                return False
        elif piece not in (
            _IN_A_WORD if before and behind else _BEFORE_A_WORD if behind else _SIGNS
        ):
            return False
    return True


def _is_word(word: str, language: _Language) -> bool:
    """Tell whether a word has the letters of a language, and capitals only where they stand.

    A word of a language with Latin letters has some from a to z, a word of another has none.
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

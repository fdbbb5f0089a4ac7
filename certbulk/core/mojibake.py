"""Mojibake: letters that stand for the bytes of other letters, and what these were.

A program that opens UTF-8 as a code page shows "Café" as "CafÃ©", and saves it like that: now a
valid text, which customers would read. Its letters come in patterns that no language has, since
only some bytes follow others in UTF-8. https://ftfy.readthedocs.io knows more about such patterns
of Western letters, and few of Cyrillic ones, which are most of them here.
"""

# ruff: noqa: RUF001 (letters that look alike are what this is about)
from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Meant", "mojibake_in", "seven_bits"]

_PAGES = {
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "latin-1": "ISO 8859-1",
    "cp1250": "Windows-1250",
    "cp1254": "Windows-1254",
    "cp1257": "Windows-1257",
    "cp1253": "Windows-1253",
    "mac-roman": "Mac OS Roman",
    "cp866": "DOS 866",
    "cp437": "DOS 437",
    "cp850": "DOS 850",
    "koi8-r": "KOI8-R",
}
# The bytes that begin a letter in UTF-8, and those behind them.
_LEADS, _TAILS = range(0xC2, 0xF1), range(0x80, 0xC0)
_OF_SIGNS = 0xE0  # the first byte of letters of three bytes
_BEGIN_PAIRS = np.zeros(256, np.bool_)  # Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic
_BEGIN_PAIRS[[*range(0xC2, 0xC7), 0xC8, *range(0xCE, 0xDA)]] = True
_OF_DOS = {"cp866", "cp437", "cp850"}
_LAST = 0xFFFF  # the last code point that a code page may have
_AT_ONCE = 20_000  # texts, whose letters take memory while they are looked at
_MOST_TIMES = 3  # that a text was read and saved wrongly

# Alphabets of which two letters are rarely side by side by chance.
_ALPHABETS = re.compile(
    "[Ѐ-ӿ]{2}|[Ά-ώ]{2}|[א-ת]{2}|[ء-ي]{2}|[\u3040-\u30ff\u4e00-\u9fff]{2}|[\uac00-\ud7a3]{2}"
    "|[\u0e01-\u0e5b]{2}|[Ա-և]{2}|[ა-ჺ]{2}|[\u0900-\u097f]{2}"
)
_PLAUSIBLE = re.compile(
    "[\xa0-ſƠơƯưȘ-țЀ-ӿΆ-ώא-תء-يẠ-ỹԱ-ևა-ჺ\u0300-\u036f\u0900-\u097f\u0e01-\u0e5b"
    "\u2002-\u2044₽€₴₸₺₪№™−√≈≤≥\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e"
    "←-⇿☀-➿\ufe0f\U0001f000-\U0001faff]+"
)
_SIGN = re.compile("[‐-‟…€₽№™\U0001f000-\U0001faff]")  # which are rarely there by chance either
_LATIN = re.compile("[\xc0-ſẠ-ỹ«»°€]+")
_ENDS_WORDS = frozenset("\xa0’‘”“»…–—•™®©›‚„")  # which may follow a word in capitals
_NEVER_IN_TEXT = re.compile("[\x80-\x9f\u2500-\u259f]")  # controls, and lines of tables


class Meant(NamedTuple):
    """A text as it was meant.

    Attributes:
        text: The text.
        encoding: The encoding in which its UTF-8 was read, or in which it still is.
        is_read: Which of the two.
    """

    text: str
    encoding: str
    is_read: bool = True


class _Page:
    """A code page: the bytes of its letters, and which of them may be UTF-8."""

    def __init__(self, page: str) -> None:
        letters = [
            bytes([byte]).decode(page, "replace").replace("\ufffd", chr(byte))
            for byte in range(0x100)
        ]
        self.name = _PAGES[page]
        self._bytes = {letter: byte for byte, letter in enumerate(letters)}

        def some(first: int, last: int) -> str:
            return f"[{re.escape(''.join(letters[first : last + 1]))}]"

        two, tail = some(0xC2, 0xDF) + some(0x80, 0xBF), some(0x80, 0xBF)
        # In the pages of DOS, most Cyrillic letters may be any but the first of these bytes.
        self._second = (0x80, 0x84) if page in _OF_DOS else (0x80, 0xBF)
        three = some(*((0xE2, 0xE2) if page in _OF_DOS else (0xE0, 0xEF))) + some(*self._second)
        four = some(0xF0, 0xF0) + some(0x9F, 0x9F) + tail
        self._runs = re.compile(f"(?:{two}|{three}{tail}|{four}{tail})+")
        self._table = np.zeros(_LAST + 1, np.uint8)  # of other letters: 0
        for letter, byte in self._bytes.items():
            if ord(letter) < _LAST:
                self._table[ord(letter)] = byte
        self._leads = {*map(letters.__getitem__, _LEADS)}
        self._tails = {*map(letters.__getitem__, _TAILS)} - {"ё", "Ё"}

    def doubtful(self, points: NDArray[np.uint32], letters: set[str]) -> NDArray[np.intp]:
        """Return where letters of UTF-8 may begin in a text; fast for a million.

        Args:
            points: The code points of the text, with a line feed behind it.
            letters: Its letters.
        """
        if letters.isdisjoint(self._leads) or letters.isdisjoint(self._tails):
            return np.zeros(0, np.intp)
        octets = self._table[np.minimum(points, _LAST)]
        lead, second = octets[:-2], octets[1:-1]
        tails = (octets >= _TAILS[0]) & (octets <= _TAILS[-1])
        pairs = _BEGIN_PAIRS[lead] & tails[1:-1]
        first, last = self._second
        more = (lead >= _OF_SIGNS) & (second >= first) & (second <= last) & tails[2:]
        return np.flatnonzero(pairs | more)

    def meant(self, text: str, *, surely: bool = False) -> str | None:
        """Return the text as it was meant; None if it is not mojibake of this page.

        Args:
            text: The text.
            surely: Whether other texts of the column are; then less will do.
        """
        pieces: list[str] = []
        certain, at = False, 0
        for match in self._runs.finditer(text):
            try:
                meant = bytes(map(self._bytes.__getitem__, match[0])).decode()
            except UnicodeDecodeError:
                continue
            if _PLAUSIBLE.fullmatch(meant):
                certain = certain or _is_no_chance(text, match.start(), match.end(), meant)
                pieces += [text[at : match.start()], meant]
                at = match.end()
        pieces.append(text[at:])
        certain = certain or (surely and "".join(pieces[::2]).isascii())
        return "".join(pieces) if certain and at else None


def _is_no_chance(text: str, start: int, end: int, meant: str) -> bool:
    """Whether a run of letters is the bytes of others, and no part of a word of a language.

    Args:
        text: The text.
        start: Where the run begins in it.
        end: Where it ends.
        meant: What its bytes are in UTF-8.
    """
    run = text[start:end]
    if _ALPHABETS.search(meant):
        usual = run[1:] == run[1:].lower() or run == run.upper()
        return not (run.isalpha() and usual)
    if _SIGN.search(meant):
        return True
    if not _LATIN.search(meant):
        return False
    return len(meant) > 1 or _is_no_word(text[max(start - 1, 0) : start], run, text[end : end + 1])


def _is_no_word(before: str, run: str, behind: str) -> bool:
    """Whether no word has these letters in it, which may be the bytes of a Latin one.

    Args:
        before: The letter before them; blank for none.
        run: The letters.
        behind: The letter behind them; blank for none.
    """
    lead, tail = run[0], run[-1]
    letter_before, letter_behind = (one.isascii() and one.isalpha() for one in (before, behind))
    capital_inside = letter_before and before.islower() and not lead.islower()
    if capital_inside or (lead.isalpha() and _NEVER_IN_TEXT.match(tail)):
        return True
    if lead == "Â" and not before.isalpha():
        return tail != "\xa0" or before.isdecimal()
    if tail not in _ENDS_WORDS:
        mixed = lead > "\u036f" and lead.isalpha() and (letter_before or letter_behind)
        if mixed or lead in "Ã├√":
            return True
    if not letter_behind or tail in "\xa0’":
        return False
    odd = not tail.isalpha() or (run.isupper() and behind.islower())
    return odd if letter_before else not before.isalpha() and (odd or not lead.isalpha())


@cache
def _pages() -> tuple[_Page, ...]:
    return tuple(map(_Page, _PAGES))


def mojibake_in(texts: Iterable[str]) -> dict[str, Meant]:
    """Return the texts of one column that are mojibake, as they were meant; fast for a million.

    If some are, so is any text all of whose letters may be the bytes of others.
    """
    listed = [*texts]
    found = {
        text: meant
        for text in listed
        if ("+" in text or "~{" in text) and text.isascii() and (meant := seven_bits(text))
    }
    listed = [text for text in listed if not text.isascii()]
    doubtful: dict[_Page, list[str]] = {page: [] for page in _pages()}
    for start in range(0, len(listed), _AT_ONCE):
        _add_doubtful(doubtful, listed[start : start + _AT_ONCE])
    readings: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for page, several in doubtful.items():
        for text in several:
            if less := page.meant(text):
                readings[text].append((len(less), page.name, less))
    for text, ways in readings.items():
        _, name, less = min(ways, key=itemgetter(0))  # the one that explains most
        found[text] = Meant(_again(less), name)
    encodings = {meant.encoding for meant in found.values()}
    for page, several in doubtful.items():
        for text in several if page.name in encodings else ():
            if text not in found and (rest := page.meant(text, surely=True)):
                found[text] = Meant(rest, page.name)
    return found


def _add_doubtful(doubtful: dict[_Page, list[str]], texts: list[str]) -> None:
    """Add the texts, of some letters beyond ASCII, in which letters of UTF-8 may begin, by page."""
    together = "".join(f"{text}\n" for text in texts)
    points = np.frombuffer(f"{together}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([len(text) + 1 for text in texts])
    letters = {*together}
    for page, found in doubtful.items():
        lines = np.searchsorted(ends, page.doubtful(points, letters), side="right")
        found += [texts[line] for line in np.unique(lines).tolist()]


def _again(text: str, times: int = _MOST_TIMES) -> str:
    """Return a text that was meant as it was before, if it had been read wrongly several times."""
    for _ in range(times):
        ways = [meant for page in _pages() if (meant := page.meant(text))]
        if not ways:
            break
        text = min(ways, key=len)
    return text


_UTF_7 = re.compile(r"\+([A-Za-z0-9/+]{3,})(-|(?![A-Za-z0-9/+]))")
_HZ = re.compile(r"~\{((?:[!-w][!-~])+)~\}")


def seven_bits(text: str) -> Meant | None:
    """Return a text of the signs of ASCII that is UTF-7 or HZ in Unicode; None if it is not."""
    if "~{" in text and _HZ.search(text):
        try:
            return Meant(text.encode("ascii").decode("hz"), "HZ", is_read=False)
        except UnicodeError:
            pass
    plain = _UTF_7.sub(_letters, text) if "+" in text else text
    return Meant(plain, "UTF-7", is_read=False) if plain != text else None


def _letters(match: re.Match[str]) -> str:
    """Return the letters of a piece of UTF-7; the piece itself if they are of no one alphabet."""
    piece = match[1]
    try:
        octets = base64.b64decode(piece + "=" * (-len(piece) % 4), validate=True)
        letters = octets[: len(octets) // 2 * 2].decode("utf-16-be")
    except (UnicodeDecodeError, binascii.Error):
        return match[0]
    again = base64.b64encode(letters.encode("utf-16-be")).decode().rstrip("=")
    several = _ALPHABETS.search(letters) and _PLAUSIBLE.fullmatch(
        "".join(letter for letter in letters if not letter.isascii())
    )
    one = _LATIN.fullmatch(letters) or _SIGN.fullmatch(letters)
    single = one and (match[2] == "-" or not piece.isupper())
    is_word = piece.isalpha() and piece[1:] in {piece[1:].lower(), piece[1:].upper()}
    is_text = again == piece and ((several and not is_word) or single)
    return letters if is_text else match[0]

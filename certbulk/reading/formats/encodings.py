"""The letters of a text file: which encoding its bytes are in."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from certbulk.core.findings.finding import quoted
from certbulk.errors import ReadError
from certbulk.reading.formats.code_pages import CODE_PAGES, Reading, readings
from certbulk.reading.formats.unreadable import OLD, is_workbook

__all__ = ["Guess", "decoded"]

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # all but what ends lines and files
_UTF_8_MARK = b"\xef\xbb\xbf"
_BAD = re.compile("[\udc80-\udcff]{1,3}")  # what is left of a letter is up to three bytes
_NEARLY = 2  # so many letters of UTF-8 for each that is none
_ONE_SIDED = 4  # so many times as many zeros stand on one side of the pairs of UTF-16
_SEEN = 100_000  # bytes that are enough to tell by
_COMMON = {"cp1251", "cp1252"}
_MORE_COMMON = 1.2  # so much likelier is a file in one of these than its letters alone say


class Guess(NamedTuple):
    """An encoding that the file does not name, and a word of it as it is read.

    Attributes:
        name: What people call the encoding.
        word: A word that would be another in another encoding.
        other: The name of another encoding that it may be in; blank where none is as likely.
        other_word: What the word would be in that.
        damaged: The lines with bytes that are invalid in it; empty if there are none.
    """

    name: str
    word: str
    other: str = ""
    other_word: str = ""
    damaged: tuple[int, ...] = ()


def decoded(data: bytes, source: str, encoding: str | None = None) -> tuple[str, Guess | None]:
    """Return the text of a file, and what was guessed where it does not say its encoding.

    The mark that DOS puts at the end of a text is not a part of it.

    A file in UTF-8, or in UTF-16, shows what it is. Of the others, nearly all are what programs
    write in the country of their author.

    Raises:
        ReadError: It is no text, or none in the encoding that was named.
    """
    if encoding is not None:
        return _named(data, source, encoding), None
    mark = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    for name in (mark,) if mark else (*_utf_16(data), "utf-8"):
        try:
            return data.decode(name), None
        except UnicodeDecodeError:
            continue
    if mark in {None, "utf-8-sig"} and (nearly := _nearly_utf_8(data.removeprefix(_UTF_8_MARK))):
        return nearly
    text = None if mark else data.decode("latin-1")
    if text is None or _CONTROL.search(text) or not (likely := _likely(data)):
        raise ReadError(_no_text(data, source))
    return data.decode(likely[0].page), _guess(*likely[:2])


def _nearly_utf_8(data: bytes) -> tuple[str, Guess] | None:
    """Return a text in UTF-8 but for a few bytes, as one that was cut off; None for another.

    By chance, few letters of a code page stand side by side so that they are a letter of UTF-8. The
    bytes that are none become U+FFFD, which is an error wherever it would be sent.
    """
    text = data.decode("utf-8", "surrogateescape")
    good = sum(letter > "\x7f" and not _is_bad(letter) for letter in text)
    bad = len(_BAD.findall(text))
    if good < _NEARLY * bad or _CONTROL.search(text):
        return None
    lines = sorted({text.count("\n", 0, match.start()) + 1 for match in _BAD.finditer(text)})
    return _BAD.sub("\ufffd", text), Guess("UTF-8", "", damaged=tuple(lines))


def _is_bad(letter: str) -> bool:
    return "\udc80" <= letter <= "\udcff"


def _no_text(data: bytes, source: str) -> str:
    """Return what to say of bytes that are no text."""
    if not is_workbook(data):
        return f"{source} is not text. Save it as .xlsx, or as .csv in UTF-8."
    endings = ".xls" if data.startswith(OLD) else ".xlsx (or .ods, if it is one)"
    return (
        f"{source} is a workbook, not a text file, whatever its name says. Change the ending of "
        f"its name to {endings}, or open it in a spreadsheet program and save it as .xlsx."
    )


def _named(data: bytes, source: str, encoding: str) -> str:
    """Return the text of a file in the encoding that somebody has named."""
    try:
        text = data.decode(codecs.lookup(encoding).name)
    except (LookupError, ValueError) as error:
        if not isinstance(error, UnicodeDecodeError):
            raise ReadError(
                f"There is no encoding {quoted(encoding)}. "
                f"Some are: utf-8, utf-16, {', '.join(CODE_PAGES)}."
            ) from None
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"{source} is not in the encoding {encoding}: line {line} has bytes that are no letter "
            "in it. Name another, or none to have it found."
        ) from None
    return text.removeprefix("\ufeff")


def _utf_16(data: bytes) -> tuple[str, ...]:
    """Return the order of the bytes in UTF-16 that has no mark.

    Commas, digits and line ends have a zero beside them there, and no other text has zeros.
    """
    seen = data[:_SEEN]
    first, second = seen[::2].count(0), seen[1::2].count(0)
    if len(data) % 2 or not max(first, second) > _ONE_SIDED * min(first, second):
        return ()
    name = "utf-16-le" if second > first else "utf-16-be"
    return () if _CONTROL.search(data.decode(name, "replace")) else (name,)


def _likely(data: bytes) -> list[Reading]:
    """Return how the text may be meant, the likeliest first.

    Where several code pages make words of it, statistics of their languages decide.
    """
    possible = readings(data)
    if len(possible) < 2:  # noqa: PLR2004 (nothing to choose from)
        return possible
    import chardet  # noqa: PLC0415 (few files need it)

    ranked = chardet.detect_all(
        data[:_SEEN],
        ignore_threshold=True,
        include_encodings=[one.page for one in possible],
        compat_names=False,
    )
    merit = {
        codecs.lookup(name).name: float(one["confidence"] or 0)
        for one in ranked
        if (name := one["encoding"])
    }

    def how_likely(one: Reading) -> float:
        often = _MORE_COMMON if one.page in _COMMON else 1.0
        return often * merit.get(codecs.lookup(one.page).name, 0.0)

    return sorted(possible, key=how_likely, reverse=True)


def _guess(best: Reading, other: Reading | None = None) -> Guess:
    """Return what to say of a reading, and of another that is as good."""
    name = CODE_PAGES[best.page]
    if other is None:
        telling = (word for word in best.words if word.isalpha())
        return Guess(name, next(telling, best.words[0]))
    pairs = zip(best.words, other.words, strict=True)
    word, other_word = next((mine, its) for mine, its in pairs if mine != its)
    return Guess(name, word, CODE_PAGES[other.page], other_word)

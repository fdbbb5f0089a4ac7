"""The encoding of a text file, detected from its bytes."""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.addresses import row_ranges
from certbulk.core.findings.finding import found, quoted
from certbulk.core.mojibake import seven_bits
from certbulk.errors import ReadError
from certbulk.reading.formats.text.code_pages import ASIAN, CODE_PAGES, ESCAPED, Reading, readings
from certbulk.reading.formats.unreadable import OLD, is_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.core.findings.finding import Finding

__all__ = ["Guess", "decoded", "guessed_encoding"]

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # except those that end lines and files
_SHIFT = re.compile(r"\x1b(?:\$[@-Z()]|\([@-Z])")  # to another alphabet, as ISO 2022 has it
_CELL = re.compile(r"[^,;\t|\r\n\"]+")
_END_OF_SHIFT = re.compile(r"(?<=\x1b\(B)|(?<=\x0f)|[\t\r\n]")
_SEVERAL = 2
_UTF_8_MARK = b"\xef\xbb\xbf"
_BAD = re.compile("[\udc80-\udcff]{1,3}")  # a cut letter leaves up to three bytes
_NULS = re.compile("\0+")
_NEARLY = 2  # at least this many valid letters of UTF-8 for each invalid one
_ONE_SIDED = 4  # at least this many times more zeros in one byte of the pairs of UTF-16
_ZEROS = 0.1  # the least share of pairs with a zero: commas, digits and line ends
_SPEAKING = 0.5  # more than this share of words must be of a language
_SEEN = 100_000  # bytes that are looked at
_CHOICES = ("cp1251", "cp1252", "cp1250", "cp866", "koi8-r")
_COMMON = {"cp1251", "cp1252"}
_MORE_COMMON = 1.2  # how much likelier these are than the statistics of letters say


class Guess(NamedTuple):
    """A guessed encoding, with a word that shows the difference.

    Attributes:
        name: The common name of the encoding.
        word: A word that would be different in another encoding.
        other: The name of an equally likely encoding; blank if there is none.
        other_word: The word in the other encoding.
        damaged: The lines with bytes that are invalid in the encoding.
        is_unknown: Whether no encoding gives words, for the most part: this one does not, either.
        choices: What to name instead, and the word that it would give.
    """

    name: str
    word: str
    other: str = ""
    other_word: str = ""
    damaged: tuple[int, ...] = ()
    is_unknown: bool = False
    choices: tuple[tuple[str, str], ...] = ()


def decoded(data: bytes, source: str, encoding: str | None = None) -> tuple[str, Guess | None]:
    """Return the text of a file, and the guess if its encoding had to be guessed.

    UTF-8 and UTF-16 can be recognised. Nearly all other files are in the code page of their
    author's country, which is guessed.

    Args:
        data: The bytes of the file.
        source: The name of the file, for messages.
        encoding: The encoding, if the user named one.

    Raises:
        ReadError: The file is not text, or not in the given encoding.
    """
    if encoding is not None:
        return _without_nuls(_named(data, source, encoding), encoding, data, source)
    mark = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    for name in (mark,) if mark else (*_utf_16(data), "utf-8"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if name == "utf-8" and (shifted := _shifted(text)):
            return text, shifted
        return _without_nuls(text, name.upper(), data, source)
    if mark in {None, "utf-8-sig"} and (nearly := _nearly_utf_8(data.removeprefix(_UTF_8_MARK))):
        return nearly
    is_text = not mark and not _CONTROL.search(data.decode("latin-1"))
    if not (is_text and (likely := _likely(data))):
        raise _no_text(data, source)
    return data.decode(likely[0].page), _guess(likely, data)


def _shifted(text: str) -> Guess | None:
    """Return the guess for a text whose letters are written in the signs of ASCII; else None.

    No other text has escape sequences. Signs that are letters of UTF-7 or HZ by chance
    are not in several cells.
    """
    if shift := _SHIFT.search(text):
        cell = _END_OF_SHIFT.split(text[shift.start() :], maxsplit=1)[0]
        return Guess("UTF-8", cell, is_unknown=True, choices=_escaped(cell))
    if not text.isascii() or not ("+" in text or "~{" in text):
        return None
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for cell in dict.fromkeys(_CELL.findall(text[:_SEEN])):
        if meant := seven_bits(cell):
            found[meant.encoding].append((cell, meant.text))
    for encoding, cells in found.items():
        if len(cells) >= _SEVERAL:
            word, meant_word = cells[0]
            return Guess("UTF-8", word, is_unknown=True, choices=((encoding.lower(), meant_word),))
    return None


def _escaped(cell: str) -> tuple[tuple[str, str], ...]:
    """Return the encodings with escape sequences in which a cell is a text."""
    ways = []
    for encoding in ESCAPED:
        try:
            ways.append((encoding, cell.encode().decode(encoding)))
        except UnicodeError:
            continue
    return tuple((encoding, text) for encoding, text in ways if not text.isascii())


def _nearly_utf_8(data: bytes) -> tuple[str, Guess] | None:
    """Return a text that is UTF-8 except for a few bytes, such as one that was cut off; else None.

    Letters of a code page are rarely a letter of UTF-8 by chance. Invalid bytes become U+FFFD,
    which is an error in every cell that would be sent.
    """
    text = data.decode("utf-8", "surrogateescape")
    good = sum(letter > "\x7f" and not _is_bad(letter) for letter in text)
    bad = len(_BAD.findall(text))
    if good < _NEARLY * bad or _CONTROL.search(text):
        return None
    lines = sorted({text.count("\n", 0, match.start()) + 1 for match in _BAD.finditer(text)})
    return _BAD.sub("\ufffd", text), Guess("UTF-8", "", damaged=tuple(lines))


def _without_nuls(text: str, name: str, data: bytes, source: str) -> tuple[str, Guess | None]:
    """Return a text in which each run of NULs is U+FFFD, and the lines that have one.

    A disk that was full, or a machine that stopped, leaves them in place of what was to be written.
    """
    if "\0" not in text:
        return text, None
    if not text.strip("\0\ufeff"):
        raise _no_text(data, source)
    lines = sorted({text.count("\n", 0, match.start()) + 1 for match in _NULS.finditer(text)})
    return _NULS.sub("\ufffd", text), Guess(name, "", damaged=tuple(lines))


def _is_bad(letter: str) -> bool:
    return "\udc80" <= letter <= "\udcff"


def _no_text(data: bytes, source: str) -> ReadError:
    """Return the error for bytes that are not text."""
    if not is_workbook(data):
        return ReadError(
            f"{source} is not text. Save it as .xlsx, or as .csv in UTF-8.", code="another_format"
        )
    endings = ".xls" if data.startswith(OLD) else ".xlsx (or .ods, if it is one)"
    return ReadError(
        f"{source} is a workbook, not a text file. Change its file extension to {endings}, or "
        "open it in a spreadsheet program and save it as .xlsx.",
        code="workbook",
    )


def _named(data: bytes, source: str, encoding: str) -> str:
    """Return the text of a file in the encoding that the user named."""
    try:
        text = data.decode(codecs.lookup(encoding).name)
    except (LookupError, ValueError) as error:
        if not isinstance(error, UnicodeDecodeError):
            raise ReadError(
                f"There is no encoding {quoted(encoding)}. "
                f"Choose, for example, from: utf-8, utf-16, {', '.join(CODE_PAGES)}."
            ) from None
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"{source} is not in the encoding {encoding}: line {line} contains bytes that are "
            f"invalid in {encoding}. Name another encoding, or none to have it detected.",
            code="encoding",
        ) from None
    return text.removeprefix("\ufeff")


def _utf_16(data: bytes) -> tuple[str, ...]:
    """Return the name of the encoding if the bytes are UTF-16 without a byte order mark.

    In UTF-16, commas, digits and line ends have a zero byte beside them; other text has none, but
    for a few that a damaged file may have.
    """
    seen = data[:_SEEN]
    first, second = seen[::2].count(0), seen[1::2].count(0)
    most, least = max(first, second), min(first, second)
    if len(data) % 2 or most <= _ONE_SIDED * least or most < _ZEROS * len(seen) / 2:
        return ()
    name = "utf-16-le" if second > first else "utf-16-be"
    return () if _CONTROL.search(data.decode(name, "replace")) else (name,)


def _likely(data: bytes) -> list[Reading]:
    """Return the possible readings of a text, the likeliest first.

    If several code pages give known words, statistics of their languages decide.
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


def _guess(likely: Sequence[Reading], data: bytes) -> Guess:
    """Return the guess for the likeliest reading, and for another if it is as good."""
    best, other = likely[0], likely[1] if len(likely) > 1 else None
    name = CODE_PAGES[best.page]
    if best.known[1] <= _SPEAKING * len(best.words):
        choices = _choices(best.words[0].encode(best.page), data)
        return Guess(name, best.words[0], is_unknown=True, choices=choices)
    if other is None:
        telling = (word for word in best.words if word.isalpha())
        return Guess(name, next(telling, best.words[0]))
    pairs = zip(best.words, other.words, strict=True)
    word, other_word = next((mine, its) for mine, its in pairs if mine != its)
    return Guess(name, word, CODE_PAGES[other.page], other_word)


def _choices(word: bytes, data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the common encodings that a text may be in, and a word of it in each of them."""
    found: dict[str, str] = {}
    for encoding in (*_CHOICES, *ASIAN):
        try:
            data.decode(encoding)
            text = word.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            found.setdefault(text, encoding)
    return tuple((encoding, text) for text, encoding in found.items())


def guessed_encoding(guess: Guess) -> Finding:
    """Return the finding about a text file whose encoding had to be guessed, or that is damaged."""
    if guess.damaged:
        lines = row_ranges(list(guess.damaged))
        return found(
            "damaged_bytes",
            f"Line {lines} of the file contains bytes that are invalid in {guess.name}. Rows with "
            "such cells are not sent. The file may be cut off there: save it again.",
            value=lines,
        )
    if guess.is_unknown:
        ways = guess.choices or ((guess.name, guess.word),)
        choices = ", ".join(f"{name}: {quoted(word)}" for name, word in ways)
        return found(
            "encoding_unknown",
            f"The encoding of the file is not known. In {guess.name}, it has words such as "
            f"{quoted(guess.word)}, which are of no language. Nothing is sent. Name the encoding"
            f" ({choices}), or save the file as UTF-8 or .xlsx.",
            value=guess.name,
            parts={"word": guess.word, "choices": choices},
        )
    other = (
        f" It may be {guess.other} as well, which would give {quoted(guess.other_word)}."
        if guess.other
        else ""
    )
    return found(
        "encoding_guessed",
        "The encoding of the file had to be guessed. It is read as "
        f"{guess.name}: {quoted(guess.word)}.{other} If that is wrong, name the encoding, "
        "or save the file as UTF-8 or .xlsx.",
        value=guess.name,
        parts={"word": guess.word},
    )

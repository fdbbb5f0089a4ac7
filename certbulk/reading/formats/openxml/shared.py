"""The texts that the sheets of a workbook share."""

from __future__ import annotations

from typing import IO, NamedTuple
from xml.parsers import expat

from certbulk.reading.formats.grid import DIFFERENT
from certbulk.reading.formats.openxml.book import NAMESPACES
from certbulk.reading.formats.openxml.cell import ELSEWHERE

__all__ = ["SharedTexts", "read_shared"]

_CHUNK = 1 << 18  # bytes
_ITEM, _RUN, _TEXT, _PHONETIC = range(4)
_NAMES = {"si": _ITEM, "r": _RUN, "t": _TEXT, "rPh": _PHONETIC}
_ELEMENTS = {f"{space} {name}": known for space in NAMESPACES for name, known in _NAMES.items()}


class SharedTexts(NamedTuple):
    """The texts, and whether the spelling of any is unknown to the fast reader."""

    texts: tuple[str, ...] = ()
    unusual: bool = False


def read_shared(xml: IO[bytes]) -> SharedTexts:
    """Read the texts, without the phonetic readings of some of them.

    A text with pieces elsewhere, such as in an extension, is one that readers differ about.

    Raises:
        ExpatError: It is not XML.
        ValueError: The part has a document type declaration.
    """
    return _Pass().through(xml)


class _Pass:
    """Where a pass through the texts is, and what it has met so far."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: list[str] = []
        self._unusual = self._phonetic = self._inside = self._has_others = False
        self._foreign = 0  # elements around this one, in a text, of which nothing is known
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartCdataSectionHandler = self._note
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._note
        parser.StartDoctypeDeclHandler = self._refuse
        parser.XmlDeclHandler = self._declared

    def through(self, xml: IO[bytes]) -> SharedTexts:
        first = True
        while chunk := xml.read(_CHUNK):
            if first and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
                self._note()
            first = False
            self._parser.Parse(chunk)
        self._parser.Parse(b"", True)  # noqa: FBT003 (the end)
        return SharedTexts(tuple(self._texts), self._unusual)

    def _note(self, *_: object) -> None:
        self._unusual = True

    def _refuse(self, *_: object) -> None:
        raise ValueError("a part has a document type declaration, which workbooks never have")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.upper() not in {"UTF-8", "US-ASCII", "ASCII"}:
            self._note()

    def _start(self, element: str, _: dict[str, str]) -> None:
        known = _ELEMENTS.get(element)
        if known == _ITEM:
            self._pieces.clear()
            self._foreign, self._has_others = 0, False
        elif known == _TEXT and not self._phonetic:
            self._has_others = self._has_others or self._inside or self._foreign > 0
            self._inside, self._parser.CharacterDataHandler = True, self._pieces.append
        elif known == _PHONETIC:
            self._phonetic = True
        elif known is None:
            self._foreign += 1

    def _end(self, element: str) -> None:
        known = _ELEMENTS.get(element)
        if known == _ITEM:
            text = "".join(self._pieces)
            self._texts.append(f"{DIFFERENT}{text} | {ELSEWHERE}" if self._has_others else text)
            self._unusual = self._unusual or self._has_others
        elif known == _TEXT:
            self._inside, self._parser.CharacterDataHandler = False, None
        elif known == _PHONETIC:
            self._phonetic = False
        elif known is None:
            self._foreign -= 1

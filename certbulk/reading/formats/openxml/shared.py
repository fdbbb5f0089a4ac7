"""The texts that the sheets of a workbook share."""

from __future__ import annotations

from typing import IO, NamedTuple
from xml.parsers import expat

from certbulk.reading.formats.openxml.book import NAMESPACES

__all__ = ["SharedTexts", "read_shared"]

_CHUNK = 1 << 18  # bytes
_ITEM, _TEXT, _PHONETIC = range(3)
_NAMES = {"si": _ITEM, "t": _TEXT, "rPh": _PHONETIC}
_ELEMENTS = {f"{space} {name}": known for space in NAMESPACES for name, known in _NAMES.items()}


class SharedTexts(NamedTuple):
    """The texts, and whether any is written as the fast reader does not know it."""

    texts: tuple[str, ...] = ()
    unusual: bool = False


def read_shared(xml: IO[bytes]) -> SharedTexts:  # noqa: C901 (handlers of one parser)
    """Read the texts; how they sound, which stands beside some of them, is left out.

    Raises:
        ExpatError: It is not XML.
        ValueError: The part has a document type.
    """
    texts: list[str] = []
    pieces: list[str] = []
    unusual = phonetic = False
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(element: str, _: dict[str, str]) -> None:
        nonlocal phonetic
        known = _ELEMENTS.get(element)
        if known == _ITEM:
            pieces.clear()
        elif known == _TEXT and not phonetic:
            parser.CharacterDataHandler = pieces.append
        elif known == _PHONETIC:
            phonetic = True

    def end(element: str) -> None:
        nonlocal phonetic
        known = _ELEMENTS.get(element)
        if known == _ITEM:
            texts.append("".join(pieces))
        elif known == _TEXT:
            parser.CharacterDataHandler = None
        elif known == _PHONETIC:
            phonetic = False

    def note(*_: object) -> None:
        nonlocal unusual
        unusual = True

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.upper() not in {"UTF-8", "US-ASCII", "ASCII"}:
            note()

    def refuse(*_: object) -> None:
        raise ValueError("a part of it has a document type, which no workbook has")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartCdataSectionHandler = note
    parser.CommentHandler = parser.ProcessingInstructionHandler = note
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    first = True
    while chunk := xml.read(_CHUNK):
        if first and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            note()
        first = False
        parser.Parse(chunk)
    parser.Parse(b"", True)  # noqa: FBT003 (that was all)
    return SharedTexts(tuple(texts), unusual)

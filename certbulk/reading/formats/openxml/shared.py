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
    """The texts, and whether the spelling of any is unknown to the fast reader."""

    texts: tuple[str, ...] = ()
    unusual: bool = False


def read_shared(xml: IO[bytes]) -> SharedTexts:  # noqa: C901 (handlers of one parser)
    """Read the texts, without the phonetic readings of some of them.

    Raises:
        ExpatError: It is not XML.
        ValueError: The part has a document type declaration.
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
        raise ValueError("a part has a document type declaration, which workbooks never have")

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
    parser.Parse(b"", True)  # noqa: FBT003 (the end)
    return SharedTexts(tuple(texts), unusual)

"""What a workbook declares about the types of its parts: by their endings, and by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
    prefix_of,
    root_of,
    spliced,
)

if TYPE_CHECKING:
    from certbulk.workbook.editing.markup import Element

__all__ = ["declared", "key_of", "type_of", "undeclared"]

_OF_ALL_PARTS = ("rels", "vml")  # endings that are declared for all parts at once


def key_of(path: str) -> str:
    """Return what tells parts apart: some programs write backslashes, or names in another case."""
    return path.replace("\\", "/").lstrip("/").lower()


def type_of(xml: bytes, path: str) -> str:
    """Return the content type of the part at `path`; nothing where none is declared."""
    found = _found(xml, path)
    element = found.by_name or found.by_ending
    return (attribute(element.tag(xml), "ContentType") if element else None) or ""


def declared(xml: bytes, path: str, content_type: str) -> bytes:
    """Return the declarations with one for the part at `path`, unless it has this type already.

    Some programs declare all parts by their endings, some each by its name (LibreOffice up to 6.0,
    also relationships), and some files still declare parts that are long gone.
    """
    if type_of(xml, path) == content_type:
        return xml
    xml = undeclared(xml, path)
    ending = path.rpartition(".")[2].lower()
    piece = (
        f'Default Extension="{ending}" ContentType="{content_type}"/>'
        if ending in _OF_ALL_PARTS and _found(xml, path).by_ending is None
        else f'Override PartName="/{path}" ContentType="{content_type}"/>'
    )
    root = root_of(xml)
    return appended(xml, root, b"<" + prefix_of(root.tag(xml)) + piece.encode())


def undeclared(xml: bytes, path: str) -> bytes:
    """Return the declarations without that of the part at `path` by its name."""
    element = _found(xml, path).by_name
    return spliced(xml, [(element.start, element.end, b"")]) if element else xml


class _Found(NamedTuple):
    """The elements that say something of a part."""

    by_ending: Element | None
    by_name: Element | None


def _found(xml: bytes, path: str) -> _Found:
    ending = path.rpartition(".")[2].lower()
    by_ending = by_name = None
    for element in children(xml, root_of(xml)):
        tag = element.tag(xml)
        if element.name == "Default" and ending == (attribute(tag, "Extension") or "").lower():
            by_ending = element
        if element.name == "Override" and key_of(path) == key_of(attribute(tag, "PartName") or ""):
            by_name = element
    return _Found(by_ending, by_name)

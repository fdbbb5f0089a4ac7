"""The content types of a workbook's parts: declared by file extension or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

_BY_EXTENSION = ("rels", "vml")  # declared once for all parts with this extension


def key_of(path: str) -> str:
    """Return the key of a path: some programs write backslashes, or another case."""
    return path.replace("\\", "/").lstrip("/").lower()


def type_of(xml: bytes, path: str) -> str:
    """Return the content type of the part at `path`; nothing if none is declared."""
    by_extension, by_name = _declarations(xml, path)
    element = by_name or by_extension
    return (attribute(element.tag(xml), "ContentType") if element else None) or ""


def declared(xml: bytes, path: str, content_type: str) -> bytes:
    """Return the declarations with this type for the part at `path`.

    Some programs declare parts by extension, some each by its name (LibreOffice up to 6.0, also
    relationships), and some files still declare deleted parts.
    """
    if type_of(xml, path) == content_type:
        return xml
    xml = undeclared(xml, path)
    extension = path.rpartition(".")[2].lower()
    piece = (
        f'Default Extension="{extension}" ContentType="{content_type}"/>'
        if extension in _BY_EXTENSION and _declarations(xml, path)[0] is None
        else f'Override PartName="/{path}" ContentType="{content_type}"/>'
    )
    root = root_of(xml)
    return appended(xml, root, b"<" + prefix_of(root.tag(xml)) + piece.encode())


def undeclared(xml: bytes, path: str) -> bytes:
    """Return the declarations without the one by name for the part at `path`."""
    _, element = _declarations(xml, path)
    return spliced(xml, [(element.start, element.end, b"")]) if element else xml


def _declarations(xml: bytes, path: str) -> tuple[Element | None, Element | None]:
    """Return the declarations of a part: by its extension, and by its name."""
    extension = path.rpartition(".")[2].lower()
    by_extension = by_name = None
    for element in children(xml, root_of(xml)):
        tag = element.tag(xml)
        if element.name == "Default" and extension == (attribute(tag, "Extension") or "").lower():
            by_extension = element
        if element.name == "Override" and key_of(path) == key_of(attribute(tag, "PartName") or ""):
            by_name = element
    return by_extension, by_name

"""XML edited as bytes: everything else in a part stays as it was, byte for byte.

The parts of a workbook contain more than any library knows (extensions, other programs' notes).
To parse and write them again would lose some of it, so elements are located in the bytes, and
pieces are inserted between them.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Element",
    "appended",
    "attribute",
    "children",
    "children_of",
    "escaped",
    "found",
    "named",
    "placed",
    "prefix_of",
    "root_of",
    "spliced",
    "with_attribute",
]

_TAG = re.compile(
    rb"<(?:!--.*?(?:-->|\Z)|!\[CDATA\[.*?(?:\]\]>|\Z)|\?.*?(?:\?>|\Z)|(?P<close>/)?(?P<name>[\w:.\-]++)"
    rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?P<empty>/)?>)",
    re.DOTALL,
)


class Element(NamedTuple):
    """An element: its local name and its offsets in the bytes, with and without its own tags."""

    name: str
    start: int
    end: int
    inner_start: int
    inner_end: int

    def of(self, xml: bytes) -> bytes:
        """Return the element's bytes in `xml`."""
        return xml[self.start : self.end]

    def tag(self, xml: bytes) -> bytes:
        """Return the bytes of the element's opening tag."""
        return xml[self.start : self.inner_start]


def children(xml: bytes, inside: Element | None = None) -> list[Element]:
    """Return the elements directly in `inside`, by default those at the top of `xml`.

    A closing tag without an opening one ends the list: `xml` may be the rest of a longer part.
    """
    start = inside.inner_start if inside else 0
    end = inside.inner_end if inside else len(xml)
    elements: list[Element] = []
    opened: list[re.Match[bytes]] = []
    for match in _TAG.finditer(xml, start, end):
        if match["name"] is None:
            continue
        if match["close"]:
            if not opened:
                break
            first = opened.pop()
            if not opened:
                elements.append(_element(first, match.start(), match.end()))
        elif not match["empty"]:
            opened.append(match)
        elif not opened:
            elements.append(_element(match, match.end(), match.end()))
    return elements


def _element(opening: re.Match[bytes], inner_end: int, end: int) -> Element:
    name = opening["name"].rpartition(b":")[2].decode()
    return Element(name, opening.start(), end, opening.end(), inner_end)


def root_of(xml: bytes) -> Element:
    """Return the outermost element.

    Raises:
        ValueError: There is none.
    """
    elements = children(xml)
    if not elements:
        raise ValueError("a part is not XML, or is incomplete")
    return elements[0]


def found(xml: bytes, name: str) -> Element | None:
    """Return the element called `name` directly in the root of a part."""
    return named(children(xml, root_of(xml)), name)


def children_of(xml: bytes, name: str) -> list[Element]:
    """Return the elements in the one that `found` returns; none without it."""
    element = found(xml, name)
    return children(xml, element) if element else []


def named(elements: Sequence[Element], name: str) -> Element | None:
    """Return the first of `elements` that has this local name."""
    return next((element for element in elements if element.name == name), None)


def attribute(tag: bytes, name: str) -> str | None:
    """Return the value of an attribute of an opening tag, with any prefix."""
    match = re.search(
        rb"\s(?:[\w.\-]+:)?" + name.encode() + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag
    )
    if not match:
        return None
    return unescape((match[1] if match[1] is not None else match[2]).decode())


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Return an opening tag with this value of an attribute without a prefix."""
    written = f' {name}="{escaped(value).decode()}"'.encode()
    pattern = re.compile(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    if pattern.search(tag):
        return pattern.sub(lambda _: written, tag, count=1)
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end] + written + tag[end:]


def prefix_of(tag: bytes) -> bytes:
    """Return the prefix of an element's name with its colon; nothing if it has none."""
    match = re.match(rb"<([\w.\-]+:)?", tag)
    return (match[1] or b"") if match else b""


def escaped(text: str) -> bytes:
    """Return `text` as XML, for an element or an attribute."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;").encode()


def spliced(xml: bytes, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return `xml` with each piece from start to end replaced."""
    for start, end, piece in sorted(changes, reverse=True):
        xml = xml[:start] + piece + xml[end:]
    return xml


def appended(xml: bytes, element: Element, piece: bytes) -> bytes:
    """Return `xml` with a piece at the end of the contents of `element`."""
    if element.inner_end != element.end:  # it has a closing tag
        return spliced(xml, [(element.inner_end, element.inner_end, piece)])
    tag = element.tag(xml)
    name = re.match(rb"<([\w:.\-]+)", tag)
    closing = b"</" + (name[1] if name else b"") + b">"
    opening = tag.removesuffix(b"/>").rstrip() + b">"
    return spliced(xml, [(element.start, element.end, opening + piece + closing)])


def placed(
    xml: bytes,
    siblings: Sequence[Element],
    piece: bytes,
    name: str,
    order: Sequence[str],
    *,
    first: bool = False,
) -> bytes:
    """Return `xml` with a new element called `name` among its siblings, in this `order`.

    It comes after those of the same name, or before them if `first`.
    """
    before = order[: order.index(name) + (not first)]
    start = siblings[0].start if siblings else 0
    at = max((e.end for e in siblings if e.name in before), default=start)
    return spliced(xml, [(at, at, piece)])

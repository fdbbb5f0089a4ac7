"""What goes over the page's socket: JSON, and bytes behind it as they are."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_BYTES", "MOST_TEXT", "packed", "unpacked"]

MOST_TEXT = 64 << 10
"""Characters of what a page says, apart from the bytes of files."""

MOST_BYTES = 512 << 10
"""Bytes of a message; the parts of a file have half of that."""

_LENGTH = struct.Struct(">I")


def packed(content: dict[str, Any], buffers: Sequence[bytes] = ()) -> str | bytes:
    """Return a message for the page: a text, or bytes if it has buffers.

    The bytes are the length of the JSON (four bytes, the highest first), the JSON, and the buffers
    one behind the other; the JSON has their sizes.
    """
    if not buffers:
        return json.dumps({"content": content})
    head = json.dumps({"content": content, "sizes": [len(buffer) for buffer in buffers]}).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *buffers))


def unpacked(message: str | bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return what the page says, and its buffers.

    Raises:
        ValueError: It is not such a message.
    """
    if isinstance(message, str):
        return _read(message), []
    if len(message) < _LENGTH.size:
        raise ValueError("it is cut off")
    at = _LENGTH.size + _LENGTH.unpack_from(message)[0]
    said = _read(message[_LENGTH.size : at].decode())
    sizes = said.pop("sizes", None)
    if not isinstance(sizes, list) or not all(type(n) is int and n >= 0 for n in sizes):
        raise ValueError("it has no sizes")
    if at + sum(sizes) != len(message):
        raise ValueError("its sizes are not those of its bytes")
    buffers = []
    for size in sizes:
        buffers.append(message[at : at + size])
        at += size
    return said, buffers


def _read(text: str) -> dict[str, Any]:
    if len(text) > MOST_TEXT:
        raise ValueError("it is too long")
    try:
        said = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(said, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 (of what came, not of a type)
    return said

"""The parts of a workbook's archive: found by their relationships, and their XML as it varies."""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from certbulk.errors import ReadError
from certbulk.reading.formats.archive import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.reading.formats.archive import Archive

__all__ = [
    "CONTRADICTIONS",
    "Target",
    "book_part",
    "damaged",
    "targets",
    "without_gaps",
]


CONTRADICTIONS = (
    BadZipFile,
    zlib.error,
    ET.ParseError,
    ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)
"""What zipfile, expat and struct raise on an archive that is damaged or cut short."""

_MOST = 8 << 20  # bytes of a part that lists other parts
_GAP = re.compile(rb"(?:(?<!\s)\s++=\s*+|=\s++)(?=[\"'])")


class Target(NamedTuple):
    """The target of a relationship: its id, its kind, and its path."""

    id: str
    kind: str
    path: str


def damaged(source: str, error: BaseException | str) -> ReadError:
    """Return the error for a damaged or incomplete file."""
    return ReadError(
        f"{source} is damaged ({error}). Open it in a spreadsheet program and save it as .xlsx.",
        code="damaged",
    )


def book_part(archive: Archive) -> str:
    """Return the part of the archive that lists its sheets; blank if there is none."""
    found = next((t.path for t in targets(archive, "", "/officeDocument")), "")
    return archive.name_of(found) or found


def targets(archive: Archive, part: str, kind: str = "") -> Iterator[Target]:
    """Yield the targets of a part's relationships, only of this kind if one is given."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive:
        return
    for element in ET.fromstring(archive.read(path, _MOST)).iter():  # noqa: S314 (expat bounds entities)
        if element.get("Type", "").endswith(kind) and element.get("TargetMode") != "External":
            target = element.get("Target", "").replace("\\", "/")
            full = posixpath.normpath(posixpath.join("/", folder, target))
            yield Target(element.get("Id", ""), element.get("Type", ""), plain_name(full))


def without_gaps(xml: bytes) -> bytes:
    """Return a piece of XML without white space around the equals signs of its attributes.

    XML allows such white space, but few programs write it.
    """
    return _GAP.sub(b"=", xml)

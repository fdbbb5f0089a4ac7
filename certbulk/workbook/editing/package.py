"""A workbook's archive: its parts, the relations between them, and saving it again."""

from __future__ import annotations

import codecs
import posixpath
import re
import stat
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from certbulk.errors import OutputError
from certbulk.workbook.editing.content_types import declared, key_of, type_of, undeclared
from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
    children_of,
    escaped,
    found,
    prefix_of,
    root_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path


__all__ = ["Package", "Relation", "damaged", "relation_id", "relations_path"]

_CHUNK = 1 << 20
_TYPES = "[Content_Types].xml"
_RELATIONS = b"http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
# zipfile raises RuntimeError for entries with a password and for unknown compression methods.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, ValueError)
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_WITH_MACROS = "macroenabled"
_SIGNATURES = "_xmlsignatures/"
_DECLARED = re.compile(rb"(<\?xml[^>]*?encoding\s*=\s*[\"'])[^\"']*")


class Relation(NamedTuple):
    """A relation to another part: the last word of its kind, and the path of that part."""

    kind: str
    path: str


class Package:
    """An .xlsx or .xlsm file in memory whose parts can be read, changed, added and removed.

    Large parts are read, and rewritten while saving, piece by piece, not held in memory.
    """

    def __init__(self, data: bytes, source: str) -> None:
        self.source = source
        self._archive = zipfile.ZipFile(BytesIO(data))
        # Of several entries with one name, ignoring case, programs read the last.
        self._entries = {
            key_of(entry.filename): entry
            for entry in self._archive.infolist()
            if not entry.is_dir() and _is_inside(entry.filename)
        }
        self._changed: dict[str, bytes] = {}
        self._rewritten: dict[str, Callable[[Iterator[bytes]], Iterable[bytes]]] = {}
        self._new: dict[str, str] = {}
        self._removed: set[str] = set()
        self.book = next(
            (path for kind, path in self.relations("").values() if kind == "officeDocument"), ""
        )
        self.strict = bool(self.book) and _STRICT_MAIN.encode() in self.read(self.book)[:4096]

    @classmethod
    def opened(cls, data: bytes, source: str) -> Package | None:
        """Return the workbook in `data`; None if that is not a workbook in XML.

        Raises:
            OutputError: The archive is damaged.
        """
        if not zipfile.is_zipfile(BytesIO(data)):
            return None
        try:
            package = cls(data, source)
        except _BROKEN as error:
            raise damaged(source, error) from None
        return package if package.book.endswith(".xml") else None

    @property
    def extension(self) -> str:
        """The file extension that belongs to the type of the main part."""
        main = type_of(self.read(_TYPES), self.book).lower()
        return ".xlsm" if _WITH_MACROS in main else ".xlsx"

    @property
    def is_signed(self) -> bool:
        """Whether the workbook has a digital signature, which a change makes invalid."""
        return any(key.startswith(_SIGNATURES) for key in self._entries)

    @property
    def first_day(self) -> datetime:
        """The first day of the date system: in 1904 for workbooks of some programs."""
        xml = self.read(self.book)
        properties = found(xml, "workbookPr")
        since_1904 = attribute(properties.tag(xml), "date1904") if properties else None
        return CALENDAR_MAC_1904 if since_1904 in {"1", "true"} else CALENDAR_WINDOWS_1900

    @property
    def relations_namespace(self) -> str:
        """The namespace of the attributes that refer to other parts."""
        return (_STRICT_KINDS if self.strict else _KINDS).rstrip("/")

    @property
    def main_namespace(self) -> str:
        """The namespace of the elements of sheets, styles and comments."""
        return _STRICT_MAIN if self.strict else _MAIN

    def __contains__(self, path: str) -> bool:
        key = key_of(path)
        return key in self._new or (key in self._entries and key not in self._removed)

    def read(self, path: str) -> bytes:
        """Return a part as it is now, in UTF-8.

        Raises:
            OutputError: There is no such part, or it cannot be unpacked.
        """
        changed = self._changed.get(key_of(path))
        return b"".join(self.pieces(path)) if changed is None else changed

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield an original part, in UTF-8, piece by piece."""
        pieces = self._pieces(path)
        first = next(pieces, b"")
        if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield first
            yield from pieces
            return
        decoder = codecs.getincrementaldecoder("utf-16")()
        try:
            yield _DECLARED.sub(rb"\1UTF-8", decoder.decode(first).encode())
            for piece in pieces:
                yield decoder.decode(piece).encode()
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise damaged(self.source, error) from None

    def _pieces(self, path: str) -> Iterator[bytes]:
        """Yield an original part, in its own encoding."""
        try:
            with self._archive.open(self._entries[key_of(path)]) as part:
                while piece := part.read(_CHUNK):
                    yield piece
        except _BROKEN as error:
            raise damaged(self.source, error) from None

    def put(self, path: str, content: bytes, content_type: str = "") -> None:
        """Replace a part, or add one with this content type."""
        key, is_new = key_of(path), path not in self
        self._changed[key] = content
        if is_new:
            self._removed.discard(key)
            if key not in self._entries:
                self._new[key] = path
            if content_type:
                types = declared(self.read(_TYPES), path, content_type)
                self._changed[key_of(_TYPES)] = types

    def rewrite(self, path: str, change: Callable[[Iterator[bytes]], Iterable[bytes]]) -> None:
        """Change a large part piece by piece while the workbook is saved."""
        self._rewritten[key_of(path)] = change

    def remove(self, path: str) -> None:
        """Remove a part and its declaration."""
        if path not in self:
            return
        key = key_of(path)
        self._new.pop(key, None)
        self._changed.pop(key, None)
        self._removed.add(key)
        self._changed[key_of(_TYPES)] = undeclared(self.read(_TYPES), path)

    def free(self, pattern: str) -> str:
        """Return the first unused path of a pattern such as `xl/comments{}.xml`."""
        number = 1
        while pattern.format(number) in self or key_of(pattern.format(number)) in self._entries:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of `part` to other parts of the workbook, by id."""
        path = relations_path(part)
        if path not in self:
            return {}
        xml = self.read(path)
        folder = posixpath.dirname(part)
        relations = {}
        for element in children(xml, root_of(xml)):
            tag = element.tag(xml)
            if attribute(tag, "TargetMode") != "External":
                target = (attribute(tag, "Target") or "").replace("\\", "/")
                kind = (attribute(tag, "Type") or "").rpartition("/")[2]
                full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                there = full if full in self else unquote(full)  # a target is a URL
                relations[attribute(tag, "Id") or ""] = Relation(kind, there)
        return relations

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation from `part` to another part, and return its id."""
        path = relations_path(part)
        empty = b'<Relationships xmlns="%s"/>' % _RELATIONS
        xml = self.read(path) if path in self else empty
        root = root_of(xml)
        taken = {attribute(element.tag(xml), "Id") for element in children(xml, root)}
        number = 1
        while (new := f"rId{number}") in taken:
            number += 1
        prefix = prefix_of(root.tag(xml)).decode()
        # A relative target: exceljs finds parts by those only.
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        piece = (
            f'<{prefix}Relationship Id="{new}" Type="{self.relations_namespace}/{kind}" '
            f'Target="{escaped(relative).decode()}"/>'
        )
        self.put(path, appended(xml, root, piece.encode()), _RELATIONS_TYPE)
        return new

    def sheets(self) -> dict[str, str]:
        """Return the paths of the worksheets by their names, in the workbook's order."""
        xml = self.read(self.book)
        parts = self.relations(self.book)
        paths = {}
        for element in children_of(xml, "sheets"):
            tag = element.tag(xml)
            relation = parts.get(relation_id(tag))
            if relation and relation.kind == "worksheet" and relation.path in self:
                paths[attribute(tag, "name") or ""] = relation.path
        return paths

    def save(self, path: Path) -> None:
        """Write the workbook; unchanged parts are the same bytes.

        Entries with paths outside of the archive are left out.
        """
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as out:
            for key, entry in self._entries.items():
                if key in self._removed:
                    continue
                new = zipfile.ZipInfo(_inside(entry.filename), entry.date_time)
                new.compress_type = zipfile.ZIP_DEFLATED if entry.compress_type else 0
                link = stat.S_ISLNK(entry.external_attr >> 16)  # it could lead out of the archive
                new.external_attr = 0 if link else entry.external_attr
                new.file_size = entry.file_size  # so that a part of more than 4 GB can be written
                with out.open(new, "w") as part:
                    for piece in self._content(key):
                        part.write(piece)
            for key in sorted(self._new):
                out.writestr(self._new[key], self._changed[key])

    def _content(self, key: str) -> Iterable[bytes]:
        if key in self._rewritten:
            return self._rewritten[key](self.pieces(key))
        return [self._changed[key]] if key in self._changed else self._pieces(key)


def _inside(name: str) -> str:
    """Return the name of an entry as a path inside of the archive."""
    return name.replace("\\", "/").lstrip("/")


def _is_inside(name: str) -> bool:
    """Whether the path of an entry is inside of the archive."""
    path = _inside(name)
    return ".." not in path.split("/") and ":" not in path.partition("/")[0] and "\0" not in path


def relations_path(part: str) -> str:
    """Return the path of the relations of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relation_id(tag: bytes) -> str:
    """Return the id of the relation that a tag refers to: its attribute `id` with a prefix."""
    match = re.search(rb"\s[\w.\-]+:id\s*=\s*[\"']([^\"']*)[\"']", tag)
    return match[1].decode() if match else ""


def damaged(source: str, error: Exception) -> OutputError:
    """Return the error for a damaged archive."""
    return OutputError(
        f"{source} is damaged ({error}), so its formatting cannot be kept. Open it in a "
        "spreadsheet program and save it as .xlsx."
    )

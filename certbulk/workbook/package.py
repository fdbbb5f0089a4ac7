"""A workbook's archive: its parts, how they refer to one another, and the whole written again."""

from __future__ import annotations

import posixpath
import re
import stat
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from certbulk.errors import OutputError
from certbulk.workbook.markup import appended, attribute, children, escaped, named, root_of

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
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError)


class Relation(NamedTuple):
    """What a part refers to: the last word of the kind, and the path of the other part."""

    kind: str
    path: str


class Package:
    """An .xlsx or .xlsm file in memory, of which parts can be read, changed and added.

    Large parts are not held in memory: they are read, and rewritten on saving, piece by piece.
    """

    def __init__(self, data: bytes, source: str) -> None:
        self.source = source
        self._archive = zipfile.ZipFile(BytesIO(data))
        self._names = set(self._archive.namelist())
        self._changed: dict[str, bytes] = {}
        self._rewritten: dict[str, Callable[[Iterator[bytes]], Iterable[bytes]]] = {}
        self._removed: set[str] = set()
        self.book = next(
            (path for kind, path in self.relations("").values() if kind == "officeDocument"), ""
        )
        self.strict = bool(self.book) and _STRICT in self.read(self.book)[:4096]

    @classmethod
    def opened(cls, data: bytes, source: str) -> Package | None:
        """Return the workbook in `data`; None where it is none that is made of XML.

        Raises:
            OutputError: Its archive contradicts itself.
        """
        if not zipfile.is_zipfile(BytesIO(data)):
            return None
        try:
            package = cls(data, source)
        except _BROKEN as error:
            raise damaged(source, error) from None
        return package if package.book.endswith(".xml") else None

    @property
    def ending(self) -> str:
        """The ending that a file with this content must have."""
        types = self.read(_TYPES)
        return ".xlsm" if b"macroEnabled" in types else ".xlsx"

    @property
    def first_day(self) -> datetime:
        """The day that dates are counted from: in workbooks of some programs that of 1904."""
        xml = self.read(self.book)
        properties = named(children(xml, root_of(xml)), "workbookPr")
        since_1904 = attribute(properties.tag(xml), "date1904") if properties else None
        return CALENDAR_MAC_1904 if since_1904 in {"1", "true"} else CALENDAR_WINDOWS_1900

    @property
    def relations_namespace(self) -> str:
        """The namespace of the attributes that refer to other parts."""
        return (_STRICT_KINDS if self.strict else _KINDS).rstrip("/")

    def __contains__(self, path: str) -> bool:
        return path in self._names

    def read(self, path: str) -> bytes:
        """Return a part as it is now.

        Raises:
            OutputError: It is not there, or not in UTF-8 as all workbooks are.
        """
        if path in self._changed:
            return self._changed[path]
        return b"".join(self.pieces(path))

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield a part as it was, piece by piece."""
        try:
            with self._archive.open(path) as part:
                piece = part.read(_CHUNK)
                if piece[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                    raise damaged(self.source, ValueError(f"{path} is not in UTF-8"))
                while piece:
                    yield piece
                    piece = part.read(_CHUNK)
        except _BROKEN as error:
            raise damaged(self.source, error) from None

    def put(self, path: str, content: bytes, content_type: str = "") -> None:
        """Change a part, or add one of this content type."""
        new = path not in self._names
        self._changed[path] = content
        self._names.add(path)
        self._removed.discard(path)
        if new and content_type:
            self._declare(path, content_type)

    def rewrite(self, path: str, change: Callable[[Iterator[bytes]], Iterable[bytes]]) -> None:
        """Have a large part changed piece by piece when the workbook is saved."""
        self._rewritten[path] = change

    def remove(self, path: str) -> None:
        """Leave a part out."""
        self._names.discard(path)
        self._changed.pop(path, None)
        self._removed.add(path)

    def _declare(self, path: str, content_type: str) -> None:
        xml = self.read(_TYPES)
        ending = path.rpartition(".")[2]
        if ending == "vml":
            piece = f'<Default Extension="{ending}" ContentType="{content_type}"/>'
            if re.search(rb"Extension\s*=\s*[\"']vml[\"']", xml, re.IGNORECASE):
                return
        else:
            piece = f'<Override PartName="/{path}" ContentType="{content_type}"/>'
        root = root_of(xml)
        prefix = xml[root.start + 1 : root.inner_start].split(b"Types")[0]
        self._changed[_TYPES] = appended(xml, root, b"<" + prefix + piece.encode()[1:])

    def free(self, pattern: str) -> str:
        """Return the first path of this pattern, `xl/comments{}.xml`, that no part has."""
        taken = {name.lower() for name in self._names}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return what `part` refers to inside the workbook, by id."""
        path = relations_path(part)
        if path not in self._names:
            return {}
        xml = self.read(path)
        folder = posixpath.dirname(part)
        found = {}
        for element in children(xml, root_of(xml)):
            tag = element.tag(xml)
            if attribute(tag, "TargetMode") != "External":
                target = posixpath.join("/", folder, attribute(tag, "Target") or "")
                kind = (attribute(tag, "Type") or "").rpartition("/")[2]
                full = posixpath.normpath(target).lstrip("/")
                found[attribute(tag, "Id") or ""] = Relation(kind, full)
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let `part` refer to another part, and return the id that it does so by."""
        path = relations_path(part)
        empty = b'<Relationships xmlns="%s"/>' % _RELATIONS
        xml = self.read(path) if path in self._names else empty
        root = root_of(xml)
        taken = {attribute(element.tag(xml), "Id") for element in children(xml, root)}
        number = 1
        while (new := f"rId{number}") in taken:
            number += 1
        prefix = xml[root.start + 1 : root.inner_start].split(b"Relationships")[0].decode()
        piece = (
            f'<{prefix}Relationship Id="{new}" Type="{self.relations_namespace}/{kind}" '
            f'Target="/{escaped(target).decode()}"/>'
        )
        self.put(path, appended(xml, root, piece.encode()))
        return new

    def sheets(self) -> dict[str, str]:
        """Return the paths of the worksheets by their names, in the workbook's order."""
        xml = self.read(self.book)
        listed = named(children(xml, root_of(xml)), "sheets")
        parts = self.relations(self.book)
        found = {}
        for element in children(xml, listed) if listed else ():
            tag = element.tag(xml)
            relation = parts.get(relation_id(tag))
            if relation and relation.kind == "worksheet" and relation.path in self._names:
                found[attribute(tag, "name") or ""] = relation.path
        return found

    def save(self, path: Path) -> None:
        """Write the workbook; parts that were not changed are the same bytes."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as out:
            for entry in self._archive.infolist():
                if entry.filename in self._removed or entry.is_dir() or _leads_out(entry.filename):
                    continue
                new = zipfile.ZipInfo(entry.filename, entry.date_time)
                new.compress_type = zipfile.ZIP_DEFLATED if entry.compress_type else 0
                link = stat.S_ISLNK(entry.external_attr >> 16)  # it would lead out when unpacked
                new.external_attr = 0 if link else entry.external_attr
                new.file_size = entry.file_size  # so that a part beyond 4 GB gets room for it
                with out.open(new, "w") as part:
                    for piece in self._content(entry.filename):
                        part.write(piece)
            there = set(self._archive.namelist()) - self._removed
            for name in sorted(self._changed.keys() - there):
                out.writestr(name, self._changed[name])

    def _content(self, path: str) -> Iterable[bytes]:
        if path in self._rewritten:
            return self._rewritten[path](self.pieces(path))
        return [self._changed[path]] if path in self._changed else self.pieces(path)


def _leads_out(name: str) -> bool:
    """Whether an entry would be unpacked outside its folder: no part of a workbook is called so."""
    path = name.replace("\\", "/")
    return path.startswith("/") or ".." in path.split("/") or path[1:2] == ":" or "\0" in path


def relations_path(part: str) -> str:
    """Return where the relationships of a part are."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relation_id(tag: bytes) -> str:
    """Return the relationship that a tag refers to: its one attribute `id` that has a prefix."""
    match = re.search(rb"\s[\w.\-]+:id\s*=\s*[\"']([^\"']*)[\"']", tag)
    return match[1].decode() if match else ""


def damaged(source: str, error: Exception) -> OutputError:
    """Return what to raise of an archive that contradicts itself."""
    return OutputError(
        f"{source} is damaged inside ({error}), so its formatting cannot be kept. Open it in a "
        "spreadsheet program and save it as .xlsx."
    )

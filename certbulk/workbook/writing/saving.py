"""Workbooks of openpyxl, saved as other programs expect them.

exceljs finds notes only at Excel's own paths, by relative targets, and their texts only in runs;
openpyxl uses other paths, absolute targets, and no runs. Microsoft's validator (Open XML SDK)
requires the parts of a font in the order of the schema, which openpyxl does not keep.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from openpyxl import Workbook

__all__ = ["save_book"]

_STYLES = "xl/styles.xml"
_TYPES = "[Content_Types].xml"
_MOVED = (
    (re.compile(r"xl/comments/comment(\d+)\.xml"), r"xl/comments\1.xml"),
    (re.compile(r"xl/drawings/commentsDrawing(\d+)\.vml"), r"xl/drawings/vmlDrawing\1.vml"),
)
_TARGET = re.compile(r'(?<=Target=")/([^"]*)(?=")')
_BARE_TEXT = re.compile(r"(<text>)(<t\b[^>]*>[^<]*</t>)(</text>)")
_FONT = re.compile(r"(?<=<font>).*?(?=</font>)", re.DOTALL)
_PART_OF_FONT = re.compile(r"<(\w+)[^>]*/>")
_ORDER_OF_FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
    "name", "family", "charset", "scheme",
)  # fmt: skip


def save_book(book: Workbook, target: Path | IO[bytes]) -> None:
    """Save a workbook, write-only ones included, to a path or an open file."""
    with _Archive(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).write_data()


class _Archive(zipfile.ZipFile):
    """An archive that moves and corrects parts while they are written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        """Write a part."""
        if isinstance(zinfo_or_arcname, str):
            name = zinfo_or_arcname.lstrip("/")
            zinfo_or_arcname = _moved(name)
            if name.endswith(".rels") or name in {_STYLES, _TYPES} or name != zinfo_or_arcname:
                text = data if isinstance(data, str) else data.decode()
                data = _corrected(name, text).encode()
        super().writestr(zinfo_or_arcname, data, *args, **more)


def _moved(text: str) -> str:
    for pattern, path in _MOVED:
        text = pattern.sub(path, text)
    return text


def _corrected(name: str, text: str) -> str:
    if name == _STYLES:
        return _FONT.sub(lambda match: _in_order(match[0]), text)
    if name == _TYPES:
        return _moved(text)
    if not name.endswith(".rels"):
        return _BARE_TEXT.sub(r"\1<r>\2</r>\3", text)
    folder = posixpath.dirname(posixpath.dirname(name)) or "."
    return _TARGET.sub(lambda match: posixpath.relpath(match[1], folder), _moved(text))


def _in_order(font: str) -> str:
    """Return the parts of a font in the order of the schema."""
    parts = list(_PART_OF_FONT.finditer(font))
    if "".join(part[0] for part in parts) != font.strip():
        return font  # not written by openpyxl
    return "".join(part[0] for part in sorted(parts, key=lambda p: _ORDER_OF_FONT.index(p[1])))

"""Styles added to a workbook, each once, even if it is annotated again."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
    children_of,
    found,
    named,
    placed,
    prefix_of,
    root_of,
    spliced,
    with_attribute,
)

if TYPE_CHECKING:
    from certbulk.workbook.editing.package import Package

__all__ = ["Styles"]

_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_DATE, _DATE_AND_TIME = 14, 22  # formats that every spreadsheet program has
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_NEW = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="%s">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b"</styleSheet>"
)


class Styles:
    """The styles of a workbook; an added one is written into its package at once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        parts = package.relations(package.book).values()
        self._path = next((path for kind, path in parts if kind == "styles"), "")
        if self._path not in package:
            self._path = "xl/styles.xml"
            package.put(self._path, _NEW % package.main_namespace.encode(), _TYPE)
            package.relate(package.book, "styles", self._path)

    def font(self, content: bytes) -> int:
        """Return the number of a font, added if it is new; the same for the methods below."""
        return self._add("fonts", "font", content)

    def fill(self, colour: str) -> int:
        """Return the number of a solid fill."""
        return self._add("fills", "fill", _solid(colour))

    def cell(self, *, font: int = 0, fill: int = 0, alignment: bytes = b"") -> int:
        """Return the number of a cell style."""
        attributes = (
            f'numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
            'applyFont="1" applyFill="1" applyAlignment="1"'
        )
        return self._add("cellXfs", "xf", alignment, attributes.encode())

    def date(self, *, with_time: bool) -> int:
        """Return the number of a cell style for dates in the format of the reader's country."""
        shown = _DATE_AND_TIME if with_time else _DATE
        attributes = f'numFmtId="{shown}" fontId="0" fillId="0" borderId="0" xfId="0" '
        return self._add("cellXfs", "xf", b"", (attributes + 'applyNumberFormat="1"').encode())

    def difference(self, fill: str, font: str) -> int:
        """Return the number of a differential style, for conditional formats."""
        content = b'<font><color rgb="FF%s"/></font><fill>%s</fill>'
        return self._add("dxfs", "dxf", content % (font.encode(), _solid(fill)))

    @cached_property
    def dates(self) -> frozenset[int]:
        """The numbers of the cells' styles that show, and have read, a number as a date."""
        return frozenset(n for n, code in enumerate(self._formats) if is_date_format(code))

    @cached_property
    def percents(self) -> frozenset[int]:
        """The numbers of the cell styles that show 15 as 1500%."""
        return frozenset(n for n, code in enumerate(self._formats) if "%" in (code or ""))

    def without_format(self, style: int) -> int:
        """Return the number of a cell style like another, but with the general number format."""
        xml = self._package.read(self._path)
        known = children_of(xml, "cellXfs")
        if style >= len(known):
            return 0
        whole, tag = known[style].of(xml), known[style].tag(xml)
        return self._put("cellXfs", with_attribute(tag, "numFmtId", "0") + whole[len(tag) :])

    @cached_property
    def _formats(self) -> list[str | None]:
        """The number formats of the cell styles, by number."""
        xml = self._package.read(self._path)
        codes: dict[str, str | None] = {str(n): code for n, code in BUILTIN_FORMATS.items()}
        for element in children_of(xml, "numFmts"):
            tag = element.tag(xml)
            codes[attribute(tag, "numFmtId") or ""] = attribute(tag, "formatCode")
        ids = [attribute(element.tag(xml), "numFmtId") for element in children_of(xml, "cellXfs")]
        return [codes.get(number or "0") for number in ids]

    def _add(self, group: str, name: str, content: bytes, attributes: bytes = b"") -> int:
        """Return the number of an element in its group; add it if it is new."""
        root = root_of(xml := self._package.read(self._path))
        return self._put(group, _prefixed(name, content, attributes, prefix_of(root.tag(xml))))

    def _put(self, group: str, piece: bytes) -> int:
        """Return the number of an element, as bytes, in its group; add it if it is new."""
        xml = self._package.read(self._path)
        root = root_of(xml)
        prefix = prefix_of(root.tag(xml))
        sections = children(xml, root)
        if named(sections, group) is None:
            empty = b'<%s%s count="0"></%s%s>' % (prefix, group.encode(), prefix, group.encode())
            if sections:
                xml = placed(xml, sections, empty, group, _ORDER)
            else:
                xml = appended(xml, root, empty)
        section = found(xml, group)
        if section is None:  # it was just added
            raise ValueError(f"styles without {group}")
        known = children(xml, section)
        for number, element in enumerate(known):
            if element.of(xml) == piece:
                return number
        xml = appended(xml, section, piece)
        tag = section.tag(xml)
        counted = with_attribute(tag, "count", str(len(known) + 1))
        xml = spliced(xml, [(section.start, section.start + len(tag), counted)])
        self._package.put(self._path, xml)
        return len(known)


def _solid(colour: str) -> bytes:
    rgb = colour.encode()
    return (
        b'<patternFill patternType="solid"><fgColor rgb="FF%s"/><bgColor rgb="FF%s"/></patternFill>'
        % (rgb, rgb)
    )


def _prefixed(name: str, content: bytes, attributes: bytes, prefix: bytes) -> bytes:
    """Return an element with its content, every name with the workbook's prefix."""
    tag = name.encode() + (b" " + attributes if attributes else b"")
    whole = b"<%s>%s</%s>" % (tag, content, name.encode()) if content else b"<%s/>" % tag
    return (
        whole.replace(b"</", b"<\0")
        .replace(b"<", b"<" + prefix)
        .replace(b"<" + prefix + b"\0", b"</" + prefix)
    )

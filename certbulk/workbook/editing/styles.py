"""Styles added to a workbook's own: each once, however often a workbook is annotated."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
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
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
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
    """The styles of a workbook; what is added is written into its package at once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        parts = package.relations(package.book).values()
        self._path = next((path for kind, path in parts if kind == "styles"), "")
        if self._path not in package:
            self._path = "xl/styles.xml"
            main = _STRICT if package.strict else _MAIN
            package.put(self._path, _NEW % main, _TYPE)
            package.relate(package.book, "styles", self._path)

    def font(self, content: bytes) -> int:
        """Return the number of a font."""
        return self._add("fonts", "font", content)

    def fill(self, colour: str) -> int:
        """Return the number of a fill in one colour."""
        return self._add("fills", "fill", _solid(colour))

    def cell(self, *, font: int = 0, fill: int = 0, alignment: bytes = b"") -> int:
        """Return the number of a cell's style."""
        attributes = (
            f'numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
            'applyFont="1" applyFill="1" applyAlignment="1"'
        )
        return self._add("cellXfs", "xf", alignment, attributes.encode())

    def date(self, *, with_time: bool) -> int:
        """Return the number of a cell's style that shows a date as the reader's country does."""
        shown = _DATE_AND_TIME if with_time else _DATE
        attributes = f'numFmtId="{shown}" fontId="0" fillId="0" borderId="0" xfId="0" '
        return self._add("cellXfs", "xf", b"", (attributes + 'applyNumberFormat="1"').encode())

    def difference(self, fill: str, font: str) -> int:
        """Return the number of a difference in colours, for conditional formatting."""
        content = b'<font><color rgb="FF%s"/></font><fill>%s</fill>'
        return self._add("dxfs", "dxf", content % (font.encode(), _solid(fill)))

    @cached_property
    def dates(self) -> frozenset[int]:
        """The numbers of the cells' styles that show, and have read, a number as a date."""
        return frozenset(n for n, code in enumerate(self._formats) if is_date_format(code))

    @cached_property
    def percents(self) -> frozenset[int]:
        """The numbers of the cells' styles that show, and have read, 15 as 1500%."""
        return frozenset(n for n, code in enumerate(self._formats) if "%" in (code or ""))

    def without_format(self, style: int) -> int:
        """Return the number of a cell's style that is like another, but shows numbers as such."""
        xml = self._package.read(self._path)
        styles = named(children(xml, root_of(xml)), "cellXfs")
        known = children(xml, styles) if styles else []
        if style >= len(known):
            return 0
        whole, tag = known[style].of(xml), known[style].tag(xml)
        return self._put("cellXfs", with_attribute(tag, "numFmtId", "0") + whole[len(tag) :])

    @cached_property
    def _formats(self) -> list[str | None]:
        """The formats of the cells' styles, by their numbers."""
        xml = self._package.read(self._path)
        sections = children(xml, root_of(xml))
        codes: dict[str, str | None] = {str(n): code for n, code in BUILTIN_FORMATS.items()}
        formats = named(sections, "numFmts")
        for element in children(xml, formats) if formats else ():
            tag = element.tag(xml)
            codes[attribute(tag, "numFmtId") or ""] = attribute(tag, "formatCode")
        styles = named(sections, "cellXfs")
        ids = [attribute(e.tag(xml), "numFmtId") for e in (children(xml, styles) if styles else ())]
        return [codes.get(number or "0") for number in ids]

    def _add(self, group: str, name: str, content: bytes, attributes: bytes = b"") -> int:
        """Return the place of an element among those of its group, put there if it is not."""
        root = root_of(xml := self._package.read(self._path))
        return self._put(group, _prefixed(name, content, attributes, prefix_of(root.tag(xml))))

    def _put(self, group: str, piece: bytes) -> int:
        """Return the place of an element's bytes among those of its group, put there if need be."""
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
        section = named(children(xml, root_of(xml)), group)
        if section is None:  # it was put there just now
            raise ValueError(f"styles without {group}")
        known = children(xml, section)
        for place, element in enumerate(known):
            if element.of(xml) == piece:
                return place
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
    """Return an element with its content, every name in it with the workbook's own prefix."""
    tag = name.encode() + (b" " + attributes if attributes else b"")
    whole = b"<%s>%s</%s>" % (tag, content, name.encode()) if content else b"<%s/>" % tag
    return (
        whole.replace(b"</", b"<\0")
        .replace(b"<", b"<" + prefix)
        .replace(b"<" + prefix + b"\0", b"</" + prefix)
    )

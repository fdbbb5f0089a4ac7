"""The number formats of a workbook's cells, by the number of their style."""

from __future__ import annotations

from html import escape
from typing import NamedTuple
from xml.parsers import expat

from certbulk.reading.formats.display_formats import is_date, is_percent
from certbulk.reading.formats.openxml.book import MAIN, NAMESPACES

__all__ = ["Styles", "read_styles"]

_FORMATS = {f"{space} numFmt" for space in NAMESPACES}
_CELL_STYLES = {f"{space} cellXfs" for space in NAMESPACES}
_STYLES = {f"{space} xf" for space in NAMESPACES}
_LATER_DATES = {*range(27, 37), *range(50, 59), *range(71, 82)}
"""Built-in formats of East Asian and Thai editions, which the fast reader reads as numbers."""
_A_DATE = 14


class Styles(NamedTuple):
    """The number format of each cell style, and the codes of formats that are not built in."""

    formats: tuple[int, ...] = ()
    codes: dict[int, str] = {}  # noqa: RUF012 (never changed)

    @property
    def percents(self) -> frozenset[int]:
        """The styles that show a number as a percentage."""
        return frozenset(
            n for n, one in enumerate(self.formats) if is_percent(one, self.codes.get(one))
        )

    @property
    def dates(self) -> frozenset[int]:
        """The styles that show a date, a time or both."""
        return frozenset(
            n for n, one in enumerate(self.formats) if is_date(one, self.codes.get(one))
        )

    def as_part(self) -> bytes:
        """Return the styles as a minimal part."""
        codes = "".join(
            f'<numFmt numFmtId="{number}" formatCode="{escape(code)}"/>'
            for number, code in self.codes.items()
        )
        formats = "".join(f'<xf numFmtId="{self._told(one)}"/>' for one in self.formats)
        return (
            f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
            f"<cellXfs>{formats}</cellXfs></styleSheet>"
        ).encode()

    def _told(self, number: int) -> int:
        return _A_DATE if number in _LATER_DATES and number not in self.codes else number


def read_styles(part: bytes) -> Styles:
    """Return the styles in a part.

    Raises:
        ExpatError: It is not XML.
        ValueError: The number of a format is not a number.
    """
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element in _FORMATS:
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif element in _CELL_STYLES:
            inside = True
        elif inside and element in _STYLES:
            formats.append(int(attributes.get("numFmtId", "0")))

    def end(element: str) -> None:
        nonlocal inside
        inside = inside and element not in _CELL_STYLES

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(part, True)  # noqa: FBT003 (the end)
    return Styles(tuple(formats), codes)

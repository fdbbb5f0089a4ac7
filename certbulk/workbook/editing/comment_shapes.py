"""The boxes of notes: shapes in VML, a drawing language from before XML workbooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.workbook.editing.sheet_part import Coordinates

__all__ = ["EMPTY_DRAWING", "grown", "with_shapes", "without_shapes"]

_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
EMPTY_DRAWING = (
    f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    "</o:shapelayout></xml>"
).encode()
_SHAPE_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape {namespaces} id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:{height}pt;'
    'z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ANY_SHAPE = re.compile(rb"<(?:\w+:)?shape\b.*?</(?:\w+:)?shape\s*>", re.DOTALL)
_SHAPE_ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*<")
_SHAPE_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*<")
_ANCHOR = re.compile(rb"<(?:\w+:)?Anchor>\s*(\d+(?:\s*,\s*\d+){7})\s*<")
_A_LINE = 38  # characters


def without_shapes(xml: bytes, gone: set[Coordinates]) -> bytes:
    """Return a drawing without the boxes of deleted notes."""
    return _ANY_SHAPE.sub(lambda m: b"" if _cell_of(m[0]) in gone else m[0], xml) if gone else xml


def grown(xml: bytes, texts: Mapping[Coordinates, str]) -> bytes:
    """Return a drawing in which the boxes of these notes are high enough for their texts."""

    def higher(match: re.Match[bytes]) -> bytes:
        text = texts.get(_cell_of(match[0]) or (0, 0))
        anchor = _ANCHOR.search(match[0])
        if text is None or anchor is None:
            return match[0]
        numbers = [int(number) for number in anchor[1].split(b",")]
        numbers[6] = max(numbers[6], numbers[2] + _height(text))
        written = ", ".join(map(str, numbers)).encode()
        return match[0][: anchor.start(1)] + written + match[0][anchor.end(1) :]

    return _ANY_SHAPE.sub(higher, xml) if texts else xml


def _cell_of(shape: bytes) -> Coordinates | None:
    """Return the cell of the note in a box."""
    row, column = _SHAPE_ROW.search(shape), _SHAPE_COLUMN.search(shape)
    if b"Note" not in shape or not row or not column:
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def with_shapes(xml: bytes, texts: Mapping[Coordinates, str]) -> bytes:
    """Return a drawing with boxes for new notes."""
    highest = max((int(n) for n in re.findall(rb"_x0000_s(\d+)", xml)), default=1024)
    pieces = [_SHAPE_TYPE] if texts and b'id="_x0000_t202"' not in xml else []
    for number, (cell, text) in enumerate(sorted(texts.items()), start=highest + 1):
        pieces.append(_box(number, cell, text))
    # Old programs write drawings that are not valid XML: rely on the last tag only.
    end = xml.rindex(b"</")
    return xml[:end] + "".join(pieces).encode() + xml[end:]


def _box(number: int, cell: Coordinates, text: str) -> str:
    """Return the box of a note, to the right of its cell and as high as its text needs."""
    row, column = cell[0] - 1, cell[1] - 1
    top = max(row - 1, 0)
    anchor = f"{column + 1}, 15, {top}, 4, {column + 4}, 15, {top + _height(text)}, 4"
    return _SHAPE.format(
        namespaces=_NAMESPACES,
        number=number,
        height=_height(text) * 15,
        anchor=anchor,
        row=row,
        column=column,
    )


def _height(text: str) -> int:
    """Return the height of a note's text, in rows of the sheet."""
    return 2 + sum(1 + len(line) // _A_LINE for line in text.split("\n"))

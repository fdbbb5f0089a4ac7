"""Binary workbooks (.xlsb), their records written by hand: there is no open writer of them.

The records are those of Microsoft's open specification MS-XLSB. No spreadsheet program has saved
these files; LibreOffice, which reads the format, is the witness that they are what they should be.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import NamedTuple
from zipfile import ZipFile

from tests.reading.files import PACKAGE, RELATIONS
from tests.timeless import timeless

__all__ = ["MAKERS"]


class Cell(NamedTuple):
    """A cell: the number of its record, its content, and the number of its style."""

    kind: int
    content: bytes
    style: int = 0


_PLAIN, _PERCENT, _OWN_PERCENT, _DAY = range(4)


def _record(number: int, content: bytes = b"") -> bytes:
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), b""
    while size > 127:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return kind + length + bytes([size]) + content


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return pack("<I", len(raw) // 2) + raw


def _real(value: float, style: int = _PLAIN) -> Cell:
    return Cell(5, pack("<d", value), style)


def _text(text: str) -> Cell:
    return Cell(6, _wide(text))


def _shared(number: int) -> Cell:
    return Cell(7, pack("<I", number))


def _formula(tokens: bytes) -> bytes:
    return pack("<HI", 0, len(tokens)) + tokens + pack("<I", 0)


def _true_by_formula() -> Cell:
    return Cell(10, b"\1" + _formula(b"\x1d\1"))  # =TRUE


def _number_by_formula(value: int) -> Cell:
    return Cell(9, pack("<d", value) + _formula(b"\x1e" + pack("<H", value)))  # =300


def _error(code: int) -> Cell:
    return Cell(3, bytes([code]))


def _style(number_format: int) -> bytes:
    return _record(47, pack("<HHHHHBBHH", 0, number_format, 0, 0, 0, 0, 0, 0, 0))


def _styles() -> bytes:
    """Return plain, a percentage of the program, one of the person, and a day."""
    formats = (
        _record(615, pack("<I", 1)) + _record(44, pack("<H", 164) + _wide("0.0%")) + _record(616)
    )
    cells = b"".join(map(_style, (0, 9, 164, 14)))
    masters = _record(626, pack("<I", 1)) + _style(10) + _record(627)
    return (
        _record(278)
        + formats
        + masters
        + _record(617, pack("<I", 4))
        + cells
        + _record(618)
        + _record(279)
    )


def _sheet(
    rows: dict[int, dict[int, Cell]], hidden: set[int], merges: list[tuple[int, ...]]
) -> bytes:
    """Return a sheet; rows, columns and merges (first row, last row, first column, last) from 0."""
    width = max(max(cells) for cells in rows.values())
    sheet = _record(129) + _record(148, pack("<IIII", min(rows), max(rows), 0, width))
    sheet += (
        _record(390) + _record(60, pack("<IIIIH", 3, 3, 2304, 0, 1)) + _record(391) + _record(145)
    )
    for row, cells in rows.items():
        flags = 0x10 if row in hidden else 0
        sheet += _record(0, pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
        for column, cell in cells.items():
            sheet += _record(cell.kind, pack("<II", column, cell.style) + cell.content)
    sheet += _record(146) + _record(177, pack("<I", len(merges)))
    sheet += b"".join(_record(176, pack("<IIII", *merge)) for merge in merges) + _record(178)
    return sheet + _record(130)


def _content_types() -> str:
    kinds = {
        "workbook.bin": "sheet.binary.macroEnabled.main",
        "worksheets/sheet1.bin": "worksheet",
        "styles.bin": "styles",
        "sharedStrings.bin": "sharedStrings",
    }
    overrides = "".join(
        f'<Override PartName="/xl/{part}" ContentType="application/vnd.ms-excel.{kind}"/>'
        for part, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )


def _saved(path: Path, sheet: bytes, shared: list[str], *, since_1904: bool = False) -> None:
    bundle = pack("<II", 0, 1) + _wide("rId1") + _wide("Types")
    strings = _record(159, pack("<II", len(shared), len(shared)))
    strings += b"".join(_record(19, b"\0" + _wide(text)) for text in shared) + _record(160)
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [
                ("worksheet", "worksheets/sheet1.bin"),
                ("styles", "styles.bin"),
                ("sharedStrings", "sharedStrings.bin"),
            ],
            start=1,
        )
    )
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", _content_types())
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        )
        archive.writestr(
            "xl/workbook.bin",
            _record(131)
            + _record(153, pack("<III", int(since_1904), 0, 0))
            + _record(143)
            + _record(156, bundle)
            + _record(144)
            + _record(132),
        )
        archive.writestr("xl/styles.bin", _styles())
        archive.writestr("xl/sharedStrings.bin", strings)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    path.write_bytes(timeless(written.getvalue()))


def binary(path: Path) -> None:
    """Write a bit of everything: blank rows above, a merge, hidden rows, percentages, errors."""
    headers = ["id", "title", "balance", "is_multi", "salon_ids"]
    rows: dict[int, dict[int, Cell]] = {
        2: {position: _text(header) for position, header in enumerate(headers)},
        3: {
            0: _real(11),
            1: _shared(0),
            2: _real(100.5),
            3: _true_by_formula(),
            4: _text("720441"),
        },
        4: {0: _real(12), 1: _shared(1), 2: _real(0.15, _PERCENT)},
        5: {0: _real(13), 1: _text("Ash"), 2: _real(0.125, _OWN_PERCENT), 3: Cell(4, b"\0")},
        6: {0: _real(14), 2: _error(0x2A)},
        7: {0: _real(15), 2: _number_by_formula(300)},
    }
    _saved(path, _sheet(rows, {4, 7}, [(3, 4, 4, 4)]), ["Oak", "Елка 🎄"])


def binary_1904(path: Path) -> None:
    rows = {
        0: {0: _text("id"), 1: _text("expiration_date")},
        1: {0: _real(11), 1: _real(46751, _DAY)},
    }
    _saved(path, _sheet(rows, set(), []), [], since_1904=True)


MAKERS: dict[str, Callable[[Path], None]] = {"binary.xlsb": binary, "binary_1904.xlsb": binary_1904}

"""Workbooks to measure with: as many rows as are asked for, as Excel writes them.

The XML is written here, for no writer of workbooks makes a million rows with shared strings, as
Excel does, in a minute.
"""

from __future__ import annotations

import zipfile
from itertools import cycle, islice, product
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from certbulk.core.columns.fields import PAYLOAD_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["HEADERS", "rows_of", "write_workbook"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_SERIAL_2030 = 47484  # 2030-01-01 in days since 1900
_FAULTY_EVERY = 20
_ROWS_AT_ONCE = 2000


class _Raw(NamedTuple):
    """A cell as attributes and content."""

    attributes: str
    content: str


def _day(days: int) -> _Raw:
    return _Raw(' s="1"', f"<v>{_SERIAL_2030 + days}</v>")


HEADERS = ("action", *(field.name for field in PAYLOAD_FIELDS))

_WHERE = (
    "Downtown Airport Riverside Harbour Northgate Southgate Market Castle Garden Station Plaza "
    "Lakeside Hillside Old-Town Marina Central Eastside Westside Meadow Orchard Summit Valley "
    "Grove Bridge Abbey Arcade Boulevard Canal Cathedral Crescent Dockside Esplanade Fountain"
).split()
_WHAT = (
    "Massage Facial Manicure Pedicure Haircut Colouring Spa-Day Sauna Aromatherapy Peeling "
    "Barbering Styling Waxing Yoga Pilates Solarium Make-up Lashes Brows Wraps Hammam Reflexology "
    "Hot-Stones Acupressure Dry-Float Mud-Bath Salt-Room Scrub Shaving Braiding"
).split()
_WHOM = (
    "for her;for him;for two;for mother;for father;for friends;for colleagues;as a birthday gift;"
    "as a wedding gift;for the new year;for the first visit;for regulars;with tea;with champagne;"
    "with music;by candlelight;on weekdays;on weekends;in the morning;in the evening"
).split(";")
_COLOURS = (
    "Red Blue Green White Black Golden Silver Pink Violet Amber Ivory Pearl Ruby Coral Jade Opal "
    "Copper Bronze Crystal Velvet Emerald Sapphire Indigo Scarlet Olive Azure Lilac Maroon Navy "
    "Teal Beige Cream Mint Plum Sand Sky Rose Peach Honey Cocoa Berry Lemon Lime Mango Melon Umber "
    "Ochre Khaki Cyan Magenta Turquoise Lavender Burgundy Charcoal"
).split()
_AMOUNTS = (500, 1000, 1500, 2000, 2500, 3000, 5000, 7500, 10000, 15000, 20000, 49.9, 99.9, 149.5)
_LOCATIONS = range(720441, 720453)
_SERVICES = range(10001, 10061)


def rows_of(count: int, *, faulty: bool = False, seed: int = 1) -> Iterator[list[Any]]:
    """Yield rows of new types, all different; with `faulty`, every twentieth has an error."""
    dice = Random(seed)
    salons = _lists(dice, _LOCATIONS, most=5, count=300)
    services = _lists(dice, _SERVICES, most=8, count=600)
    descriptions = [
        f"Valid for {what.lower()} {whom}. Show the code at the desk, or give it as a present."
        for what, whom in product(_WHAT[:12], _WHOM)
    ]
    names = product(_COLOURS, _WHOM, _WHAT, _WHERE)
    faults = cycle(_FAULTS)
    for number, (colour, whom, what, where) in enumerate(islice(names, count)):
        amount = dice.choice(_AMOUNTS)
        title = f"{colour} {what} {where} {whom}, {amount}"
        items = dice.choices(range(5), (50, 15, 10, 20, 5))[0]
        expires = dice.choices(range(3), (20, 20, 60))[0]
        online = dice.random() < 0.4
        row = [
            "create",
            title,
            amount,
            dice.random() < 0.7,
            ("All services and products", "services", "products", "Specific services", 4)[items],
            dice.choice(("yes", "no")),
            None if dice.random() < 0.3 else 31 + number % 12,
            dice.choice(("Can be edited", "Cannot be edited")),
            dice.choice(services) if items >= 3 else None,
            dice.choice(salons),
            ("Never", "Fixed date", "Period from the sale")[expires],
            _day(dice.randrange(700)) if expires == 1 else None,
            dice.randrange(1, 25) if expires == 2 else None,
            dice.choice(("day", "week", "month", "year")) if expires == 2 else None,
            online,
            title if online and dice.random() < 0.6 else None,
            dice.choice(descriptions) if online else None,
            amount - 10 * dice.randrange(4) if online else None,
        ]
        if faulty and number % _FAULTY_EVERY == _FAULTY_EVERY - 1:
            for header, cell in next(faults).items():
                row[HEADERS.index(header)] = cell
        yield row


def _lists(dice: Random, ids: range, *, most: int, count: int) -> list[Any]:
    """Return lists of ids as people write them; a single one is a number."""
    found: list[Any] = []
    for _ in range(count):
        chosen = dice.sample(ids, dice.randrange(1, most + 1))
        found.append(chosen[0] if len(chosen) == 1 else ", ".join(map(str, chosen)))
    return found


_FAULTS: tuple[dict[str, Any], ...] = (
    {"item_type_id": "Specifc services"},
    {"salon_ids": None},
    {"balance": "12o0"},
    {"expiration_type_id": "Fixed date", "expiration_date": "31.02.2030"},
    {"expiration_type_id": "Period from the sale", "expiration_timeout_unit_id": "mnth"},
    {"balance": _Raw(' t="e"', "<v>#N/A</v>")},
    {"expiration_type_id": "Period from the sale", "expiration_timeout": None},
    {"online_sale_is_enabled": True, "online_sale_price": None},
    {"category_id": _Raw("", "<f>ROW()+30</f>")},
    {"item_type_id": "Specific services", "service_ids": "10001, massage"},
)
"""What is wrong with the faulty rows, in turn."""


def write_workbook(path: Path, count: int, *, faulty: bool = False, seed: int = 1) -> Path:
    """Write a workbook with a header and `count` rows, its texts shared as Excel shares them."""
    letters = [get_column_letter(number) for number in range(1, len(HEADERS) + 1)]
    shared: dict[str, int] = {}

    def cell(letter: str, row: int, value: Any) -> str:
        if isinstance(value, str):
            code = shared.setdefault(value, len(shared))
            return f'<c r="{letter}{row}" t="s"><v>{code}</v></c>'
        if isinstance(value, bool):
            return f'<c r="{letter}{row}" t="b"><v>{value:d}</v></c>'
        if isinstance(value, _Raw):
            return f'<c r="{letter}{row}"{value.attributes}>{value.content}</c>'
        return f'<c r="{letter}{row}"><v>{value}</v></c>'

    def row_of(number: int, values: list[Any] | tuple[Any, ...]) -> str:
        cells = "".join(
            cell(letter, number, value)
            for letter, value in zip(letters, values, strict=True)
            if value is not None
        )
        return f'<row r="{number}" spans="1:{len(HEADERS)}">{cells}</row>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts().items():
            archive.writestr(name, _XML + content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as xml:
            last = f"{letters[-1]}{count + 1}"
            head = f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="A1:{last}"/><sheetData>'
            xml.write((head + row_of(1, HEADERS)).encode())
            rows = enumerate(rows_of(count, faulty=faulty, seed=seed), start=2)
            while piece := "".join(row_of(*row) for row in islice(rows, _ROWS_AT_ONCE)):
                xml.write(piece.encode())
            xml.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as xml:
            xml.write(f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(shared)}">'.encode())
            texts = iter(shared)
            while piece := "".join(
                f"<si><t>{escape(text)}</t></si>" for text in islice(texts, _ROWS_AT_ONCE)
            ):
                xml.write(piece.encode())
            xml.write(b"</sst>")
    return path


def _parts() -> dict[str, str]:
    """Return the parts around the sheet and its texts."""
    relations = {"rId1": "worksheet", "rId2": "styles", "rId3": "sharedStrings"}
    targets = {
        "rId1": "worksheets/sheet1.xml",
        "rId2": "styles.xml",
        "rId3": "sharedStrings.xml",
    }
    book = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{targets[key]}"/>'
        for key, kind in relations.items()
    )
    kinds = {
        "workbook.xml": "sheet.main",
        "worksheets/sheet1.xml": "worksheet",
        "styles.xml": "styles",
        "sharedStrings.xml": "sharedStrings",
    }
    overrides = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_SPREADSHEET}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{overrides}</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="certificate_types" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{book}</Relationships>',
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/></border></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
            '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        ),
    }

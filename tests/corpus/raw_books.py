"""Workbooks whose XML is written by hand: what other systems write, and what is rare."""

from collections.abc import Callable
from html import escape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from tests.reading.files import header, raw_parts
from tests.timeless import timeless

__all__ = ["MAKERS"]


def _saved(path: Path, parts: dict[str, str | bytes]) -> None:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(timeless(written.getvalue()))


def _cell(address: str, text: str) -> str:
    kept = escape(text, quote=False).replace("\r", "_x000D_")
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def strange_characters(path: Path) -> None:
    titles = {
        2: "  Oak  ",
        3: "\u200bElm\ufeff",
        4: "“Ash” – d’hiver",
        5: "Gift 🎁👩\u200d🦰",
        6: "شهادة هدية ١٠٠",
        7: "two\r\nlines",
        8: "Ro\u00adwan\u00a0A",
        9: "Elm",
        10: "\u202bתעודת מתנה\u202c",
    }
    rows = header("\ufeffid\u200b", " Title\u00a0", "“Is multi”".strip("“”"), "Salon\u200c IDs")
    for row, title in titles.items():
        cells = f'<c r="A{row}"><v>{row + 9}</v></c>{_cell(f"B{row}", title)}'
        cells += _cell(f"C{row}", " yes\u200f ") + _cell(
            f"D{row}", "\u200e720441\u200e, 720442\u00a0"
        )
        rows += f'<row r="{row}">{cells}</row>'
    _saved(path, raw_parts(rows))


def rounded_ids(path: Path) -> None:
    """Write ids that a program before had rounded, and some that are only written so."""
    numbers = ["1.23457E+15", "1.23457E+14", "7.20441E5", "720441.00", "1.2345678901234501E+17"]
    rows = header("category_id", "title", "id")
    for row, number in enumerate(numbers, start=2):
        cells = f'<c r="A{row}"><v>{number}</v></c>' + _cell(f"B{row}", f"Card {chr(64 + row)}")
        rows += f'<row r="{row}">{cells}<c r="C{row}"><v>{row + 9}</v></c></row>'
    rows += (
        f'<row r="7">{_cell("A7", "1.23457E+15")}{_cell("B7", "Card G")}'
        f'<c r="C7"><v>16</v></c></row>'
    )
    _saved(path, raw_parts(rows))


def duplicate_headers(path: Path) -> None:
    rows = header("ID", "Title", "Face value", "balance", "Title ")
    rows += f'<row r="2"><c r="A2"><v>11</v></c>{_cell("B2", "Oak")}'
    rows += f'<c r="C2"><v>100</v></c><c r="D2"><v>200</v></c>{_cell("E2", "Elm")}</row>'
    _saved(path, raw_parts(rows))


def no_addresses(path: Path) -> None:
    """Write rows and cells that do not say where they are, one of them hidden."""
    lines = [["id", "title"], ["11", "Oak"], ["12", "Elm"], ["13", "Ash"]]
    rows = ""
    for position, (number, title) in enumerate(lines):
        hidden = ' hidden="1"' if position == 2 else ""
        first = f"<c><v>{number}</v></c>" if number.isdigit() else _plain(number)
        rows += f"<row{hidden}>{first}{_plain(title)}</row>"
    _saved(path, raw_parts(rows))


def _plain(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


MAKERS: dict[str, Callable[[Path], None]] = {
    f"{make.__name__}.xlsx": make
    for make in (strange_characters, rounded_ids, duplicate_headers, no_addresses)
}

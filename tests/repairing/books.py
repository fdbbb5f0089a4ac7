"""Workbooks as people have them, with everything in them that a copy must keep."""

import base64
import re
import zipfile
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

import certbulk as cb

GOOD = {
    "title": "Rosemary Card",
    "balance": 1000,
    "is_multi": "yes",
    "item_type_id": "All services and products",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Cannot be edited",
    "salon_ids": 720441,
    "expiration_type_id": "Period from the sale",
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": "month",
}
SHEET = "Anna's <prices>"
_DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="  # noqa: E501 (a picture)


def rich(path: Path) -> Path:
    """Write a workbook with a title, formats, notes, drop-downs, rules, a picture and a chart.

    The header is in row 3; B6, C7 and J5 are faulty, and so is D7:D8, which is merged.
    """
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#00AA55"})
    look = book.add_format({"italic": True, "bg_color": "#DDEEFF", "num_format": "#,##0.00"})
    page.merge_range("A1:C1", "Prices of spring", head)
    for column, (name, value) in enumerate(GOOD.items()):
        page.write(2, column, name, head)
        for row in range(3, 9):
            page.write(row, column, f"{value} {row}0 min" if not column else value, look)
    page.write("J5", "mnth", look)
    page.write("B6", "1,000", look)
    page.write("C7", "maybe", look)
    page.merge_range("D7:D8", "All services and prodcts", look)
    page.write("K3", "Twice", head)
    page.write_formula("K4", "=B4*2", look, 2000)
    page.write_comment("J5", "My own note\nin two lines", {"author": "Anna"})
    page.write_comment("A4", "Another of mine", {"author": "Anna"})
    page.data_validation("J4:J9", {"validate": "list", "source": ["day", "week", "month"]})
    page.conditional_format("B4:B9", {"type": "data_bar", "data_bar_2010": True})
    page.conditional_format(
        "B4:B9", {"type": "cell", "criteria": ">", "value": 500, "format": head}
    )
    picture = path.with_suffix(".png")
    picture.write_bytes(base64.b64decode(_DOT))
    page.insert_image("M2", str(picture))
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Anna''s <prices>'!$B$4:$B$9"})
    page.insert_chart("M10", chart)
    page.insert_textbox("M30", "A text box")
    page.insert_button("M40", {"caption": "Go"})
    page.set_column("A:A", 33)
    page.freeze_panes(3, 1)
    page.autofilter("A3:J9")
    book.add_worksheet("findings").write("A1", "a sheet of mine")
    book.close()
    return path


def parts(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook by their names."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells(xml: bytes) -> bytes:
    """Return what a sheet's XML has up to the end of its cells."""
    return xml[: xml.index(b"</sheetData>")]


def element(name: str, xml: bytes) -> list[str]:
    """Return the elements of this name in a part."""
    return re.findall(rf"<{name}\b.*?(?:</{name}>|(?<=/)>)", xml.decode(), re.DOTALL)


def spots(report: cb.Report) -> list[tuple[str | None, str, str]]:
    """Return what a report finds, and where."""
    return [(finding.cell, finding.code, finding.message) for finding in report.all_findings]


def checked(path: Path) -> cb.Report:
    """Read and validate a file."""
    return cb.validate(cb.read(path))

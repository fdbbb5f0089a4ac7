"""What typed cells are as text: as people see the value, not as it is formatted."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from certbulk import read, validate
from certbulk.core.kinds import NumberText

from .files import one_sheet, texts

VALUES: list[tuple[Any, str, str]] = [
    (1000, "General", "1000"),
    (1000.0, "General", "1000"),
    (1000.5, "General", "1000.5"),
    (-5, "General", "-5"),
    (0, "General", "0"),
    (1000, '#,##0.00 "€"', "1000"),
    (1234.5, "$#,##0.00", "1234.5"),
    (1234567, "#,##0", "1234567"),
    (0.15, "0%", "15%"),
    (1, "0.00", "1"),
    (1100.0000000000002, "General", "1100"),
    (0.1 + 0.2, "General", "0.3"),
    (99.99, "0", "99.99"),
    (720441, "@", "720441"),
    (123456789012345, "0", "123456789012345"),
    (0.0000001, "General", "0.0000001"),
    (True, "General", "true"),
    (False, "General", "false"),
    ("00123", "@", "00123"),
    ("TRUE", "@", "TRUE"),
    (date(2031, 12, 31), "yyyy-mm-dd", "2031-12-31"),
    (date(2031, 12, 31), "dd.mm.yyyy", "2031-12-31"),
    (date(2031, 12, 31), "mmm yyyy", "2031-12-31"),
    (date(2031, 12, 31), "[$-419]d mmmm yyyy;@", "2031-12-31"),
    (date(2031, 12, 31), 'yyyy"г."', "2031-12-31"),
    (date(2031, 12, 31), "m/d/yy", "2031-12-31"),
    (datetime(2031, 12, 31), "yyyy-mm-dd hh:mm", "2031-12-31"),  # noqa: DTZ001
    (datetime(2031, 12, 31, 18), "yyyy-mm-dd", "2031-12-31 18:00:00"),  # noqa: DTZ001
    (datetime(2031, 12, 31, 10, 20), "hh:mm", "2031-12-31 10:20:00"),  # noqa: DTZ001
    (48213, "General", "48213"),
]


@pytest.mark.parametrize(("value", "shape", "text"), VALUES)
def test_cells_as_text(value: Any, shape: str, text: str, tmp_path: Path) -> None:
    """Numbers and dates are what they are, however many digits or parts of them are shown.

    A percentage is the text that people see: as the number behind it, it would be a price.
    """
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"], page["A2"] = "title", value
    page["A2"].number_format = shape
    book.save(tmp_path / "a.xlsx")
    (read_text,) = texts(read(tmp_path / "a.xlsx"), "title")
    assert read_text == text


TOO_LONG: list[tuple[Any, str]] = [
    (1234567890123456, "0"),
    (12345678901234567, "0"),
    (12345678901234567890, "General"),
    (1e20, "General"),
]


@pytest.mark.parametrize(("value", "shape"), TOO_LONG)
def test_numbers_that_the_spreadsheet_has_rounded_are_findings(
    value: Any, shape: str, tmp_path: Path
) -> None:
    """Of an id with more than 15 digits in a number cell the last ones are lost."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"], page["A2"] = "category_id", value
    page["B1"], page["B2"] = "id", 5
    page["A2"].number_format = shape
    book.save(tmp_path / "a.xlsx")
    findings = validate(read(tmp_path / "a.xlsx")).all_findings
    assert [(f.cell, f.code) for f in findings] == [("A2", "number_too_long")]


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_dates_count_from_the_epoch_of_their_workbook(epoch: int, tmp_path: Path) -> None:
    """Workbooks of old Macs count days from 1904."""
    book = openpyxl.Workbook()
    if epoch == 1904:
        book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    page["A1"], page["A2"] = "expiration_date", date(2031, 12, 31)
    book.save(tmp_path / "a.xlsx")
    assert texts(read(tmp_path / "a.xlsx"), "expiration_date") == ["2031-12-31"]


@pytest.mark.parametrize("old", [False, True])
def test_dates_of_xlsxwriter(old: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Another writer, both epochs."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": old}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "expiration_date")
        shape = book.add_format({"num_format": "dd/mm/yy"})
        page.write_datetime(1, 0, datetime(2031, 4, 3), shape)  # noqa: DTZ001
        page.write_datetime(2, 0, datetime(2031, 4, 3, 10, 20, 30), shape)  # noqa: DTZ001
    assert texts(read(tmp_path / "a.xlsx"), "expiration_date") == [
        "2031-04-03",
        "2031-04-03 10:20:30",
    ]


def test_dates_written_in_iso_format(tmp_path: Path) -> None:
    """Some writers put the date itself into the cell, and no number of days."""
    book = openpyxl.Workbook()
    book.iso_dates = True
    page = book.worksheets[0]
    page["A1"], page["A2"] = "expiration_date", date(2031, 12, 31)
    book.save(tmp_path / "a.xlsx")
    assert texts(read(tmp_path / "a.xlsx"), "expiration_date") == ["2031-12-31"]


@pytest.mark.parametrize("value", [time(18, 0), timedelta(hours=30), timedelta(days=400)])
def test_times_without_a_day_are_no_dates(value: Any, tmp_path: Path) -> None:
    """A time of the day and a length of time are findings at their cell, not dates long ago."""
    cells = {"A1": "id", "B1": "expiration_date", "A2": 5, "B2": value}
    findings = validate(read(one_sheet(tmp_path / "a.xlsx", cells))).all_findings
    assert [f.cell for f in findings] == ["B2"]
    assert findings[0].code in {"not_a_date", "out_of_range"}


def test_three_decimals_in_number_cells_and_as_text(tmp_path: Path) -> None:
    """1.234 in a number cell is one and some; typed as text it may be a thousand."""
    rows = [1.234, "1.234", -1.234, "-1.234", 12.345, "12.345", 1.234, 1234, "1,234"]
    cells: dict[str, Any] = {"A1": "balance"}
    cells |= {f"A{row}": value for row, value in enumerate(rows, start=2)}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert [isinstance(text, NumberText) for text in texts(sheet, "balance")] == [
        isinstance(value, float) for value in rows
    ]
    codes = {f.cell: f.code for f in validate(sheet).all_findings if f.field == "balance"}
    assert codes == {
        "A2": "too_many_decimals",
        "A3": "ambiguous_value",
        "A4": "out_of_range",
        "A5": "ambiguous_value",
        "A6": "too_many_decimals",
        "A7": "ambiguous_value",
        "A8": "too_many_decimals",
        "A10": "ambiguous_value",
    }


def test_carriage_returns_of_workbooks(tmp_path: Path) -> None:
    """Workbooks write a carriage return as _x000D_; the title has a line feed."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_column(0, 0, ["online_sale_description", "one\r\ntwo"])
        page.write_column(0, 1, ["id", "5"])
    report = validate(read(tmp_path / "a.xlsx"))
    assert report.values(0)["online_sale_description"] == "one\ntwo"

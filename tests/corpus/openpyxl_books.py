"""Workbooks that openpyxl writes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.timeless import timeless

__all__ = ["MAKERS"]

_HEADERS = ["id", "title", "balance"]


def _saved(book: Workbook, path: Path) -> None:
    written = BytesIO()
    book.save(written)
    path.write_bytes(timeless(written.getvalue()))


def _page(*rows: Sequence[Any], title: str = "Types") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(list(row))
    return book, page


def leading_blanks(path: Path) -> None:
    book, page = _page()
    for position, header in enumerate(_HEADERS):
        page.cell(5, 4 + position, header)
    for row, number, title, balance in ((6, 11, "Oak", 100), (9, 12, "Elm", 200)):
        page.cell(row, 4, number)
        page.cell(row, 5, title)
        page.cell(row, 6, balance)
    _saved(book, path)


def title_lines(path: Path) -> None:
    book, page = _page(
        ["Harbour & Pine Spa"],
        ["Certificates, spring 2027", None, "draft"],
        ["prepared by", "Ines", datetime(2026, 10, 1)],  # noqa: DTZ001 (cells have no time zone)
        [],
        ["ID", "Title", "Face value", "Remarks"],
        [11, "Oak", 100, "as last year"],
        [12, "Elm", 200],
    )
    page.merge_cells("A1:D1")
    page.merge_cells("A2:B2")
    _saved(book, path)


def merged_cells(path: Path) -> None:
    book, page = _page(
        ["Certificates", None, None, "Sold online", None],
        ["ID", "Title", "Locations", "Sold online", "Online price"],
        [11, "Oak", "720441, 720442", "yes", 90],
        [12, "Elm", None, None, 180],
        [13, "Ash", 720443, "no", None],
    )
    page.merge_cells("A1:C1")
    page.merge_cells("D1:E1")
    page.merge_cells("C3:C4")
    page.merge_cells("D3:D4")
    _saved(book, path)


def header_of_two_rows(path: Path) -> None:
    book, page = _page(
        ["ID", "Title", "Face value", "Online", None],
        [None, None, None, "Sold online", "Online price"],
        [11, "Oak", 100, "yes", 90],
    )
    for letter in "ABC":
        page.merge_cells(f"{letter}1:{letter}2")
    page.merge_cells("D1:E1")
    _saved(book, path)


def hidden_rows(path: Path) -> None:
    book, page = _page(
        ["id", "title", "balance", "salon_ids", "note"],
        *([number, f"Card {chr(54 + number)}", 100, 720441, "x"] for number in range(11, 18)),
    )
    page.auto_filter.ref = "A1:E8"
    page.auto_filter.add_filter_column(0, ["11", "14", "15", "16"])
    for row in (3, 4, 8):
        page.row_dimensions[row].hidden = True
    page.row_dimensions[20].hidden = True  # nothing is there
    for letter in "DE":
        page.column_dimensions[letter].hidden = True
    _saved(book, path)


def two_sheets_alike(path: Path) -> None:
    book, _ = _page(_HEADERS, [11, "Oak", 100], title="Spring")
    autumn = book.create_sheet("Autumn")
    autumn.append(_HEADERS)
    autumn.append([12, "Elm", 200])
    _saved(book, path)


def several_sheets(path: Path) -> None:
    book, notes = _page(["Ask Ines before you change anything."], title="Read me")
    notes.append(["Title", "of the list"])
    old = book.create_sheet("2026")
    new = book.create_sheet("2027")
    places = book.create_sheet("Locations")
    empty = book.create_sheet("Sheet5")
    old.append([*_HEADERS, "salon_ids"])
    old.append([11, "Oak", 90, 720441])
    new.append([*_HEADERS, "salon_ids", "is_multi"])
    new.append([11, "Oak", 100, 720441, "yes"])
    places.append(["ID", "Name", "City"])
    places.append([720441, "Downtown", "Lisbon"])
    empty.append([])
    _saved(book, path)


def hidden_sheet(path: Path) -> None:
    book, _ = _page(_HEADERS, [11, "Oak", 100], title="Types")
    backup = book.create_sheet("Backup", 0)
    backup.append([*_HEADERS, "category_id"])
    backup.append([11, "Oak", 80, 5])
    backup.sheet_state = "hidden"
    book.active = 1
    _saved(book, path)


def hidden_alone(path: Path) -> None:
    book, _ = _page(["Customer", "Phone"], ["Ines", "+381 11 123456"], title="Customers")
    archive = book.create_sheet("Archive 2019")
    archive.append(_HEADERS)
    archive.append([11, "Oak", 80])
    archive.sheet_state = "veryHidden"
    _saved(book, path)


def prices_beside(path: Path) -> None:
    book, page = _page(title="New")
    page.append(["Title", "Face value", "Locations", "Sold online", "Online price", "Expires"])
    page.append(["Oak", 100, 720441, "no", None, "Never"])
    prices = book.create_sheet("New prices")
    prices.append(["Type ID", "Face value"])
    prices.append([12, 210])
    staff = book.create_sheet("Staff")
    staff.append(["ID", "Title"])
    staff.append([7, "Ines"])
    _saved(book, path)


def half_filled_lists(path: Path) -> None:
    book, _ = _page([*_HEADERS, "salon_ids", "service_ids"], title="Types")
    book["Types"].append([11, "Oak", 100, "Downtown; Harbour", "Massage"])
    places = book.create_sheet("Locations")
    for row in (["ID", "Name", "City"], [720441, "Downtown"], [None, "Airport", "Porto"]):
        places.append(row)
    places.append([720441, "Harbour"])
    services = book.create_sheet("services")
    for line in (["Name", "ID"], ["Massage", "501"], ["Sauna", "n/a"], [None, 503]):
        services.append(line)
    _saved(book, path)


def dates_1904(path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    page.append(["id", "expiration_date"])
    page.append([11, datetime(2031, 12, 31)])  # noqa: DTZ001
    page.append([12, datetime(2031, 12, 31, 18, 30)])  # noqa: DTZ001
    _saved(book, path)


def dates_as_text(path: Path) -> None:
    book, _ = _page(
        ["id", "expiration_date"],
        [11, "2031-12-31"],
        [12, "31.12.2031"],
        [13, "12/31/2031"],
        [14, "31/12/2031 18:30"],
        [15, "31 December 2031"],
        [16, "Dec 31, 2031"],
        [17, "31-Dec-2031"],
        [18, "31 декабря 2031 г."],
        [19, "03/04/2031"],
        [20, "31.12.31"],
        [21, 48213],
        [22, "2031-02-30"],
        [23, "\u200e31.12.2031\u200e"],
    )
    _saved(book, path)


def numbers_as_text(path: Path) -> None:
    book, page = _page(
        ["id", "balance", "salon_ids"],
        ["11", "1000", "720441"],
        ["'12", "'1000", "'720441, '720442"],
        ["\u00a013\u00a0", "1\u00a0000,50", "720441;\u00a0720442"],
        ["14 ", "1\u202f000.50", "720441\u2007720442"],
        ["15", "1'000.50", "720441"],
        ["16", "1\u2019000", "720441"],
        ["\u201917", "10\u200b00", "720\u200b441"],
        ["18", "1.000,50", "720441"],
        ["19", "1,000", "720,441"],
        ["20", "1000 руб.", "720441"],
        ["21", "USD 1,000.00", "720441"],
    )
    for cells in page["A2:C12"]:
        for cell in cells:
            cell.quotePrefix = True
    _saved(book, path)


def formulas_without_value(path: Path) -> None:
    book, _ = _page(
        _HEADERS,
        [11, "Oak", 100],
        [12, '="El"&"m"', "=C2*2"],
        [13, "Ash", "=NA()"],
        [14, None, None],
    )
    _saved(book, path)


def totals_row(path: Path) -> None:
    book, page = _page(
        ["Title", "Face value"],
        ["Oak", 100],
        ["Elm", 200],
        ["Subtotal", 300],
        ["Total Rest 60 min", 300],
        ["Total:", 600],
    )
    page.append(["Total (types)", 3])
    _saved(book, path)


def totals_by_formula(path: Path) -> None:
    book, _ = _page(
        ["№", "Title", "Face value", "Online price"],
        [1, "Oak", 100, 90],
        [2, "Elm", 200, 180],
        [None, None, "=SUM(C2:C3)", "=SUM(D2:D3)"],
    )
    _saved(book, path)


def totals_that_are_no_totals(path: Path) -> None:
    book, _ = _page(
        ["action", "title", "balance"],
        ["create", "Total", 100],
        [None, "Oak", 200],
        [None, "Elm", 200],
        [None, None, 999],
    )
    _saved(book, path)


def types_called_total(path: Path) -> None:
    book, _ = _page(
        ["ID", "Название", "Номинал", "Филиалы"],
        [None, "Total (full body)", 500, 720441],
        [None, "Итого: подарок", 300, 720441],
        [13, "Сумма", 200, None],
        [None, "Итого", 1000, None],
    )
    _saved(book, path)


def totals_in_the_id_column(path: Path) -> None:
    book, _ = _page(
        _HEADERS,
        [11, "Oak", 100],
        [12, "Elm", 200],
        ["ИТОГО:", None, 300],
    )
    _saved(book, path)


def boxes_dragged_down(path: Path) -> None:
    """Write check boxes as Google Sheets saves them, far below the data and between it."""
    book, _ = _page(
        ["ID", "Title", "Face value", "Sold online", "Multiple use"],
        [11, "Oak", 100, False, True],
        [None, None, None, False, False],
        [12, None, None, False, None],
        [None, None, None, True, False],
        [None, "x", None, False, False],
        *([None, None, None, False, False] for _ in range(7, 40)),
        [None, None, None, False, None],
        [None, None, 0, False, None],
    )
    _saved(book, path)


def table_above(path: Path) -> None:
    book, _ = _page(
        ["Prices to change:"],
        _HEADERS,
        [11, "Oak", 110],
        [12, "Elm", 210],
        [],
        ["New ones:"],
        ["Title", "Face value", "Locations", "Sold online"],
        ["Ash", 300, 720441, "no"],
    )
    _saved(book, path)


def sorted_with_header(path: Path) -> None:
    book, page = _page(
        ["Gift cards, prices in RSD"],
        [],
        [12, "Elm", 200, "да", "Downtown"],
        [13, "Ash", "300,50", "нет", "Airport"],
        ["ID", "Название", "Номинал", "Многоразовый", "Заметки"],
        [11, "Oak", 100, "да"],
    )
    page.merge_cells("A1:D1")
    _saved(book, path)


def legend_above(path: Path) -> None:
    book, _ = _page(
        ["Spring 2027"],
        ["Place", "Title"],
        ["Downtown", "Oak"],
        ["Airport", "Elm"],
        [],
        [*_HEADERS, "Locations"],
        [11, "Oak", 100, 720441],
    )
    _saved(book, path)


def notes_above(path: Path) -> None:
    book, page = _page(
        ["Locations", 720441, "Category", 5],
        ["Period", 6, "Unit", "month"],
        ["as agreed with", "Ines", "on Friday"],
        ["ID", "Title", "Online", None],
        [None, None, "Prices in", "EUR"],
        [None, None, "Sold online", "Online price"],
        [11, "Oak", "yes", 90],
    )
    for area in ("A4:A6", "B4:B6", "C4:D4"):
        page.merge_cells(area)
    _saved(book, path)


def table_below(path: Path) -> None:
    book, _ = _page(
        ["id", "title", "balance", "expiration_timeout"],
        [11, "Oak", 100, 6],
        [],
        ["id", "title", "expiration_timeout", "balance"],
        [12, "Elm", 12, 24],
        [None, "Total", None, 24],
        [],
        ["id", "title", "balance", "expiration_timeout"],
        [13, "Ash", 300, 6],
    )
    _saved(book, path)


def header_once_more(path: Path) -> None:
    book, _ = _page(
        ["ID", "Title", "Face value", "Remarks"],
        [11, "Oak", 100],
        ["id", "Title *", "balance", "remarks"],
        [12, "Elm", 200, "Title"],
    )
    _saved(book, path)


def hints_below_the_header(path: Path) -> None:
    book, _ = _page(
        ["ID", "Title", "Face value", "Expires", "expiration_timeout"],
        ["leave blank for new", "required", "number", "never, fixed date or period", "number"],
        [None, None, "RSD", None, "months"],
        [11, "Oak", 100, "never"],
        [12, "Number 7", "sixty", "never"],
        [None, "required", "number", None, "number"],
    )
    _saved(book, path)


def header_without_rows(path: Path) -> None:
    book, _ = _page(
        ["Код", "Название", "Цена"],
        [11, "Дуб", 100],
        [12, "Вяз", 200],
        ["Сумма", "Услуги"],
    )
    _saved(book, path)


MAKERS: dict[str, Callable[[Path], None]] = {
    f"{make.__name__}.xlsx": make
    for make in (
        leading_blanks,
        title_lines,
        merged_cells,
        header_of_two_rows,
        hidden_rows,
        two_sheets_alike,
        several_sheets,
        hidden_sheet,
        hidden_alone,
        prices_beside,
        half_filled_lists,
        dates_1904,
        dates_as_text,
        numbers_as_text,
        formulas_without_value,
        totals_row,
        totals_by_formula,
        totals_that_are_no_totals,
        types_called_total,
        totals_in_the_id_column,
        boxes_dragged_down,
        sorted_with_header,
        table_above,
        legend_above,
        notes_above,
        table_below,
        header_once_more,
        hints_below_the_header,
        header_without_rows,
    )
}

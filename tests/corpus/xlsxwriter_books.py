"""Workbooks that XlsxWriter writes; it keeps the results of formulas that it is given."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from tests.timeless import timeless

__all__ = ["MAKERS"]


def _book(path: Path, fill: Callable[[Any, Any], None], **options: Any) -> None:
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("Types"))
    path.write_bytes(timeless(written.getvalue()))


def percent_and_currency(path: Path) -> None:
    formats = [
        "General",
        "0%",
        "0.00%",
        '0"%"',
        '#,##0.00\\ "€"',
        "[$$-409]#,##0.00",
        "#,##0\\ [$₽-419]",
    ]

    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "title", "balance"])
        for row, shape in enumerate(formats, start=1):
            style = book.add_format({"num_format": shape})
            value = 0.15 if "%" in shape else 1000.5
            page.write_row(row, 0, [10 + row, f"Card {chr(64 + row)}"])
            page.write_number(row, 2, value, style)
        half = book.add_format({"num_format": 10})
        page.write(8, 0, 18)
        page.write(8, 1, 0.125, half)

    _book(path, fill)


def boolean_formulas(path: Path) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "is_multi", "is_allow_empty_code"])
        for row, (one, other) in enumerate([(True, False), (False, True)], start=1):
            page.write(row, 0, 10 + row)
            page.write_formula(row, 1, f"={one}()".upper(), None, one)
            page.write_boolean(row, 2, other)
        page.write(3, 0, 13)
        page.write_formula(3, 1, '=IF(1=1,"yes","no")', None, "yes")
        page.write_formula(3, 2, "=1=2")

    _book(path, fill)


def formulas_with_value(path: Path) -> None:
    def fill(book: Any, page: Any) -> None:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        page.write_row(0, 0, ["id", "title", "balance", "expiration_date"])
        page.write_formula(1, 0, "=ROW()+9", None, 11)
        page.write_formula(1, 1, '="Oak "&C2', None, "Oak 100")
        page.write_formula(1, 2, "=50*2", None, 100)
        page.write_formula(1, 3, "=DATE(2031,12,31)", day, 48213)
        page.write_formula(2, 0, "=A2+1", None, 12)
        page.write_formula(2, 2, "=1/3*3000.03", None, 1000.0100000000001)
        page.write_formula(3, 0, "=A3+1", None, 13)
        page.write_formula(3, 2, "=VLOOKUP(9,A:B,2)", None, "#N/A")

    _book(path, fill)


def error_cells(path: Path) -> None:
    errors = {
        "#N/A": "=NA()",
        "#REF!": "=#REF!",
        "#DIV/0!": "=1/0",
        "#VALUE!": '="a"+1',
        "#NAME?": "=nobody()",
        "#NUM!": "=SQRT(-1)",
    }

    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "title", "balance", "remark"])
        for row, (error, formula) in enumerate(errors.items(), start=1):
            page.write_row(row, 0, [10 + row, f"Card {chr(64 + row)}"])
            page.write_formula(row, 2, formula, None, error)
            page.write_formula(row, 3, formula, None, error)

    _book(path, fill)


def long_cells(path: Path) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "title", "online_sale_description"])
        page.write_row(1, 0, [11, "Oak", "ж" * 32_767])
        page.write_row(2, 0, [12, "x" * 300])

    _book(path, fill)


def table_with_totals(path: Path) -> None:
    def fill(_book: Any, page: Any) -> None:
        columns = [
            {"header": "ID", "total_function": "count", "total_value": 2},
            {"header": "Title"},
            {"header": "Face value", "total_function": "sum", "total_value": 300},
        ]
        rows = [[11, "Oak", 100], [12, "Elm", 200]]
        page.add_table("B2:D5", {"data": rows, "columns": columns, "total_row": True})

    _book(path, fill)


def filtered(path: Path) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "title", "balance"])
        for row in range(1, 6):
            page.write_row(row, 0, [10 + row, f"Card {chr(64 + row)}", 100 * row])
        page.autofilter(0, 0, 5, 2)
        page.filter_column(2, "x > 300")
        for row in (1, 2, 3):
            page.set_row(row, options={"hidden": True})

    _book(path, fill)


def dates_1904_of_a_mac(path: Path) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "expiration_date"])
        day = book.add_format({"num_format": "d mmm yyyy"})
        page.write(1, 0, 11)
        page.write_datetime(1, 1, datetime(2031, 12, 31), day)  # noqa: DTZ001

    _book(path, fill, date_1904=True)


MAKERS: dict[str, Callable[[Path], None]] = {
    f"{make.__name__}.xlsx": make
    for make in (
        percent_and_currency,
        boolean_formulas,
        formulas_with_value,
        error_cells,
        long_cells,
        table_with_totals,
        filtered,
        dates_1904_of_a_mac,
    )
}

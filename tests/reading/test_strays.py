"""Rows of a table above its own header: never lost without a word, and notes are none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.fields import PAYLOAD_FIELDS
from certbulk.planning.files import load_plan, save_plan

HEADERS = [
    "Title",
    "Face value",
    "Can be spent in parts",
    "Valid for",
    "May be sold without a code",
    "Face value at sale",
    "Locations",
    "Expires",
]
IN_RUSSIAN = ["ID", "Название", "Номинал", "Многоразовый", "Филиалы", "Срок действия"]
PRICES = ["ID", "Title", "Face value"]
WIDE = ["id", *(field.name for field in PAYLOAD_FIELDS)]
Rows = Sequence[Sequence[object]]


def gift(number: int, *, locations: object = 720441) -> list[object]:
    """Return a row that is whole."""
    return [f"Gift {number}", number, "yes", "all", "no", "Cannot be edited", locations, "Never"]


def report_on(above: Rows, header: Sequence[str], below: Rows, **options: Any) -> cb.Report:
    """Validate a frame without headers of its own, as where a file is loaded with `header=None`."""
    rows = [[*map(_text, row)] for row in (*above, header, *below)]
    width = max(map(len, rows))
    frame = pd.DataFrame([row + [None] * (width - len(row)) for row in rows], dtype=object)
    frame.columns = pd.Index([f"Unnamed: {number}" for number in range(width)])
    return cb.validate(cb.read(frame, **options))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def said(report: cb.Report) -> list[tuple[str, str]]:
    """Return what is said of rows above the header: the code, and the rows in the message."""
    return [
        (f.code, f.message.partition(" look")[0].partition(" may")[0])
        for f in report.all_findings
        if f.code.endswith("_above")
    ]


LOST: Mapping[str, tuple[Rows, Sequence[str], Rows, str]] = {
    "sorted with the header": ([gift(50), gift(60)], HEADERS, [gift(70)], "Rows 2-3"),
    "all of them": ([gift(50), gift(60)], HEADERS, [], "Rows 2-3"),
    "one put in at the top": ([gift(50)], HEADERS, [gift(60), gift(70)], "Row 2"),
    "names of locations": (
        [gift(50, locations="Downtown")],
        HEADERS,
        [gift(60)],
        "Row 2",
    ),
    "ids and prices": ([[11, "Oak", 100], [12, "Elm", 200]], PRICES, [], "Rows 2-3"),
    "ids and prices alone": ([[11, 100]], ["ID", "Face value"], [[12, 200]], "Row 2"),
    "a price in a wide sheet": ([[11, None, 120]], WIDE, [[12, "Elm", 200]], "Row 2"),
    "in Russian": (
        [[None, "Подарок", "1 000 руб.", "да", "Центр", "никогда"]],
        IN_RUSSIAN,
        [[11, "Ёлка", "500", "нет", "Центр", "никогда"]],
        "Row 2",
    ),
    "a faulty row among them": (
        [gift(50), ["Gift 60", "sixty", "maybe", "all", "no"], gift(70)],
        HEADERS,
        [],
        "Rows 2-4",
    ),
    "below a title and a blank row": (
        [["Gift cards, spring 2027"], [], gift(50)],
        HEADERS,
        [gift(60)],
        "Row 4",
    ),
    "choices that are called like columns": (
        [["Gift", "50 EUR", "yes", "services", "no", "Can be edited", "Downtown", "period"]] * 2,
        HEADERS,
        [],
        "Rows 2-3",
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_rows_of_the_table_above_its_header_are_an_error(name: str) -> None:
    """It names them, and nothing of the sheet is sent; that there are no rows is not said."""
    above, header, below, rows = LOST[name]
    report = report_on(above, header, below)
    assert said(report) == [("rows_above", rows)]
    assert not {"no_rows", "table_above"} & {f.code for f in report.all_findings}
    assert report.refused.all()
    assert not report.ok


NOTES: Mapping[str, Rows] = {
    "a title": [["Gift certificates, spring 2027"], ["Harbour & Pine Spa", None, "draft"]],
    "a date": [["Updated", "2026-11-01"], ["Updated 2026-11-01"]],
    "a currency": [["Prices in", "RSD"], ["Prices in RSD"]],
    "counts": [["Total 5 types"], ["Total", 5, 12], ["Total:", 5]],
    "pairs": [["Author", "Ines"], ["Year", 2027], ["Version", 2]],
    "hints": [["text", "number", "yes/no", "all, services or products", "yes/no", "", "ids"]],
    "what is needed": [["required"] * 8],
    "needed or not": [["yes", "yes", "yes", "yes", "no", "no", "yes", "no"]],
    "numbers of columns": [[1, 2, 3, 4, 5, 6, 7, 8]],
    "letters of columns": [[*"ABCDEFGH"]],
    "headings of groups": [["General", None, None, "Services", "Sale", None, "Places", "Period"]],
    "an example that says so": [["Example:", 1000, "yes", "all", "no", "Cannot be edited", 1, 0]],
    "addresses": [["Harbour & Pine Spa", "Quay 5", "+381 11 123456", "www.harbour.example"]],
    "a setting": [["Locations", 720441, "Category", 5]],
    "a legend": [[0, "all"], [1, "services"], [2, "products"]],
}


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("header", [HEADERS, WIDE, IN_RUSSIAN], ids=["new", "wide", "Russian"])
def test_titles_notes_and_headings_above_are_no_rows(name: str, header: Sequence[str]) -> None:
    """Whatever columns they happen to stand above."""
    assert said(report_on(NOTES[name], header, [])) == []


def test_sums_above_the_header_are_no_row() -> None:
    """They have amounts in the columns for them, and neither an id nor a title."""
    header = ["Title", "Face value", "Online price", "Expiration value"]
    assert said(report_on([[None, 1500, 1300, 18]], header, [["Oak", 1500, 1300, 18]])) == []


MAYBE: Mapping[str, tuple[Sequence[object], Sequence[str]]] = {
    "a title and an amount": (["Oak", 100], ["Title", "Face value"]),
    "an id and a title": ([11, "Oak"], ["ID", "Title"]),
}


@pytest.mark.parametrize("name", MAYBE)
def test_a_line_that_may_be_a_row_is_said(name: str) -> None:
    """With one number it may as well be a note, such as "Year", 2027: a warning."""
    row, header = MAYBE[name]
    report = report_on([row], header, [row])
    assert said(report) == [("lines_above", "Row 2")]
    assert report_on([["Total", 5], ["Season:", 2027]], header, [row]).all_findings == tuple(
        f for f in report.all_findings if f.code != "lines_above"
    )


def test_headers_of_a_mapping_count() -> None:
    """Their rows are known by what the mapping makes of the columns."""
    mapping = {"rename": {"id": "Nr", "balance": "Wert"}, "ignore": ["Bezeichnung"]}
    report = report_on(
        [[11, "Eiche", 100]], ["Nr", "Bezeichnung", "Wert"], [[12, "Ulme", 200]], mapping=mapping
    )
    assert said(report) == [("rows_above", "Row 2")]


def test_copies_keep_what_stands_above(tmp_path: Path) -> None:
    """Of a text file they are new workbooks, and the rows are where they were, and marked."""
    lines: Rows = [["Spring"], gift(50), gift(60), HEADERS, gift(70)]
    source = tmp_path / "a.csv"
    texts = [",".join(str(cell) for cell in line) for line in lines]
    source.write_text("\n".join(texts), encoding="utf-8")
    report = cb.validate(cb.read(source))
    annotated = report.annotate(tmp_path / "annotated.xlsx")
    fixed = report.fix().to_excel(tmp_path / "fixed.xlsx")
    for copy in (annotated, fixed):
        again = cb.validate(cb.read(copy))
        assert said(again) == said(report) == [("rows_above", "Rows 2-3")]
        page = openpyxl.load_workbook(copy).worksheets[0]
        assert [page["A1"].value, *(cell.value for cell in page[3])] == ["Spring", *gift(60)]
    marked = openpyxl.load_workbook(annotated).worksheets[0]["A2"].comment
    assert marked is not None
    assert "Rows 2-3" in str(marked.text)


def test_a_saved_plan_keeps_what_stands_above(client: cb.Client, tmp_path: Path) -> None:
    """So that copies of what it was made from are whole."""
    report = report_on([["Spring"]], HEADERS, [gift(50)])
    path = save_plan(cb.plan(report, client), tmp_path / "plan.json")
    assert load_plan(path).report.sheet.above == report.sheet.above != ()

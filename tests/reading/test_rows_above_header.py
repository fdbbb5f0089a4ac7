"""Rows of a table above its own header: never lost without a word, and notes are none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.planning.saving.files import load_plan, save_plan

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
ID = 288901
WIDE = ["id", *(field.name for field in PAYLOAD_FIELDS)]
Rows = Sequence[Sequence[object]]


def gift(number: int, *, locations: object = 720441) -> list[object]:
    """Return a row that is whole."""
    return [f"Gift {number}", number, "yes", "all", "no", "Cannot be edited", locations, "Never"]


def report_on(above: Rows, header: Sequence[str], below: Rows, **options: Any) -> cb.Report:
    """Validate a frame without headers, for example of a file loaded with `header=None`."""
    rows = [[*map(_text, row)] for row in (*above, header, *below)]
    width = max(map(len, rows))
    frame = pd.DataFrame([row + [None] * (width - len(row)) for row in rows], dtype=object)
    frame.columns = pd.Index([f"Unnamed: {number}" for number in range(width)])
    return cb.validate(cb.read(frame, **options))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def said(report: cb.Report) -> list[tuple[str, str]]:
    """Return the findings about rows above the header: the code, and the rows in the message."""
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
    "a row that has little but an id among them": (
        [[*gift(50), ID], ["?", "??", "???", "?", "?", None, None, None, ID], [*gift(70), ID]],
        [*HEADERS, "ID"],
        [],
        "Rows 2-4",
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
    """It names them, and nothing of the sheet is sent; that there are no rows is not reported."""
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
    """Whatever columns they happen to be above."""
    assert said(report_on(NOTES[name], header, [])) == []


def test_sums_above_the_header_are_no_row() -> None:
    """They have amounts in the columns for them, and neither an id nor a title."""
    header = ["Title", "Face value", "Online price", "Expiration value"]
    assert said(report_on([[None, 1500, 1300, 18]], header, [["Oak", 1500, 1300, 18]])) == []


NARROW = ["Title", "Face value", "Locations"]
DATED = ["Name", "Amount", "Expiry date", "Locations"]
CASES = ["Name", "Amount", "Multi-use", "Locations", "Valid until", "Price online"]
HINTED = ["Title", "Face value", "Can be spent in parts", "Locations", "Expires on"]

MAYBE: Mapping[str, tuple[Sequence[object], Sequence[str]]] = {
    "a title and an amount": (["Oak", 100], ["Title", "Face value"]),
    "an id and a title": ([11, "Oak"], ["ID", "Title"]),
    "an id and a title among eight columns": ([ID, "Gift"], ["ID", *HEADERS]),
    "an id and a title among all": ([ID, "Gift"], WIDE),
    "an id and an online description": ([ID, *[None] * (len(WIDE) - 3), "An hour"], WIDE[:-1]),
    "an id and names of locations": ([ID, "Downtown; Airport"], ["ID", "Locations", *HEADERS[:3]]),
    "an id and names of services": (
        [ID, "Massage", "Downtown"],
        ["ID", "Services", "Locations", *HEADERS[:3]],
    ),
    "a title and two equal prices": (
        ["Oak", 100, 100],
        ["Title", "Face value", "Online price", "Unit"],
    ),
    "a faulty id": (["x11", "Oak", 100], PRICES),
    "another faulty id": (["11a", "Elm", 200], PRICES),
    "a faulty id among all": (["x11", "Oak", 100], WIDE),
    "all but the title": ([None, *gift(50)[1:]], HEADERS),
    "a choice without a title": ([None, 50, "yes"], HEADERS),
    "a date without a title": ([None, 1500, "2027-12-31"], DATED),
    "an invoice": (["Invoice 1042", 1500, "2026-12-05"], DATED),
    "a budget": (["Budget 2027", 15000, "2027-12-31"], [*DATED, "Online"]),
    "hours": (["Mon-Fri", 9, 21], NARROW),
    "a company": (["ООО Ромашка", 7701234567, 770101001], NARROW),
    "telephones": (["Downtown", 381111234567, "+381 11 765432"], NARROW),
    "a number of a location": (["Oak", 100, 720441], NARROW),
    "defaults": (["Default", 1000, "yes", "all", None, None, None, "never"], HEADERS),
    "hints in the words of a row": (
        ["Name", "RSD", "yes", "all", "yes", "editable", "all locations", "never"],
        HEADERS,
    ),
    "hints that are half values": (["Название", 100, "да/нет", "1;2", "31.12.2027"], HINTED),
    "an average with a choice": (["Average", 5500, "yes"], HEADERS),
}


@pytest.mark.parametrize("name", MAYBE)
def test_a_line_that_may_be_a_row_is_said(name: str) -> None:
    """It may be a note as well: a warning."""
    row, header = MAYBE[name]
    assert said(report_on([row], header, [row])) == [("lines_above", "Row 2")]


SILENT: Mapping[str, tuple[Rows, Sequence[str]]] = {
    "counts and seasons": ([["Total", 5], ["Season:", 2027]], ["Title", "Face value"]),
    "counts beside ids": ([["Total", 5], ["Season:", 2027]], ["ID", "Title"]),
    "totals": (
        [["Итого:", 1500, 1300, 18]],
        ["Название", "Номинал", "Онлайн-цена", "Длительность"],
    ),
    "averages": (
        [[None, word, 5500, 4500] for word in ("Average", "Min", "Max", "Среднее:")],
        ["ID", "Title", "Face value", "Online price"],
    ),
    "numbers of cells": ([[40, 40, 38, 40]], ["Title", "Face value", "Online price", "Locations"]),
    "longest values": ([[255, 10, 3]], ["Title", "Face value", "Online price"]),
    "longest values beside ids": ([[255, 10, 3]], PRICES),
    "numbered lines": ([[1, "Fill in the title"], [2, "Send it"]], ["ID", "Title"]),
    "examples": (
        [
            [word, 1000, "yes", "Downtown", "2027-12-31", 900]
            for word in (
                "e.g. Gift 1000",
                "Sample",
                "Example: Gift 1000",
                "Образец",
                "Например: Подарок",
                "Sample (do not send)",
            )
        ],
        CASES,
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_sums_examples_and_numbers_alone_are_no_rows(name: str) -> None:
    """Nothing is reported about them, whatever their columns."""
    above, header = SILENT[name]
    assert said(report_on(above, header, [])) == []


SURE: Mapping[str, tuple[Sequence[object], Sequence[str]]] = {
    "a title, an amount and a choice": (["Oak", 100, "yes"], HEADERS),
    "a date in a whole row": (["Oak", 100, "2027-12-31", "Downtown"], DATED),
    "the numbers of choices": (["Oak", 50, 1, 0, 0, 2, 720441, 0], HEADERS),
    "an id and what is emptied": ([ID, *[None] * (len(WIDE) - 2), "<clear>"], WIDE),
    "an id and a number for a title": ([ID, 1000, 100], PRICES),
    "a total with an id": ([ID, "Total", 100], PRICES),
    "a title of an example": (["Sample massage", 100, "yes"], HEADERS),
    "another such title": (["Example - massage", 100, "yes"], HEADERS),
}


@pytest.mark.parametrize("name", SURE)
def test_little_is_enough_where_notes_have_none_of_it(name: str) -> None:
    """An id, a choice or a date, each in its column beside something else: an error."""
    row, header = SURE[name]
    assert said(report_on([row], header, [row])) == [("rows_above", "Row 2")]


@pytest.mark.parametrize(
    ("above", "says"),
    [
        ([gift(50)], "If it is not data, delete it, or put it on another sheet."),
        ([gift(50), gift(60)], "If they are not data, delete them, or put them on"),
    ],
)
def test_the_way_on_for_notes_is_named(above: Rows, says: str) -> None:
    """What is not data, though it looks like it, must not block the sheet for ever."""
    (finding,) = (f for f in report_on(above, HEADERS, []).all_findings if f.code == "rows_above")
    assert says in finding.message


def test_what_may_be_a_row_is_said_beside_what_is_one() -> None:
    """Each block is judged by itself."""
    report = report_on([[None, 50, "yes"], [], gift(60)], HEADERS, [])
    assert said(report) == [("lines_above", "Row 2"), ("rows_above", "Row 4")]


def test_words_for_examples_can_be_added() -> None:
    """In another language, as all words."""
    above = [["Muster", *gift(50)[1:]], ["z. B. Massage", *gift(60)[1:]]]
    vocabulary = {"notes": {"examples": ["Muster"], "such_as": ["z. B."]}}
    assert said(report_on(above, HEADERS, [])) == [("rows_above", "Rows 2-3")]
    assert said(report_on(above, HEADERS, [], vocabulary=vocabulary)) == []


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
    annotated = cb.annotate(report, tmp_path / "annotated.xlsx")
    fixed = cb.fix(report).to_excel(tmp_path / "fixed.xlsx")
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

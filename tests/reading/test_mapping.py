"""Mappings: foreign layouts, read as they are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import certbulk as cb
from certbulk.core.columns.headers import How
from certbulk.core.kinds.kind import tidy
from tests.core.strategies import BRIEF

from .files import one_sheet

FOREIGN = """
ignore = ["Comment", "Name"]

[rename]
balance = "Amount"
online_sale_price = "amount"
Locations = "Shops"

[constant]
is_multi = true
item_type_id = "All services and products"
is_allow_empty_code = "no"
balance_edit_type_id = 2
expiration_type_id = "Fixed date"
expiration_date = 2031-12-31
online_sale_is_enabled = "yes"

[template]
title = "{Brand} {{gift}} {Amount}"
"""
HEADERS = {"B4": "Amount", "C4": "Brand", "D4": "Comment", "E4": "Shops", "F4": "Name"}
ROW = {"B5": 50, "C5": " Spa ", "D5": "x", "E5": "720441, 720442", "F5": "Ann"}
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """The mapping of a foreign layout, in a file."""
    path = tmp_path / "map.toml"
    path.write_text(FOREIGN, encoding="utf-8")
    return path


def test_a_foreign_layout_becomes_rows(tmp_path: Path, mapping: Path) -> None:
    """Renamed, constant, put together of several; what is ignored is not a finding."""
    book = one_sheet(tmp_path / "foreign.xlsx", {"A1": "Our cards", **HEADERS, **ROW})

    report = cb.validate(cb.read(book, mapping=mapping), now=NOW)

    assert [str(finding) for finding in report.all_findings] == []
    values = report.values(0)
    assert values["title"] == "Spa {gift} 50"
    assert values["balance"] == values["online_sale_price"] == 50
    assert values["salon_ids"] == (720441, 720442)
    assert values["is_multi"] is True
    assert values["expiration_date"].isoformat() == "2031-12-31T23:59:59+00:00"


def test_findings_stand_at_the_cells_that_were_read(tmp_path: Path, mapping: Path) -> None:
    """True rows and addresses; of a cell made of several, at the one that is wrong."""
    rows = {
        "B5": "many", "C5": "Spa", "E5": 720441,
        "B7": 70, "E7": 720441,
        "B8": "#N/A", "C8": "Spa", "E8": 720441,
        "B9": 90, "C9": "x" * 255, "E9": 720441,
        "E10": 720441,
    }  # fmt: skip
    book = one_sheet(tmp_path / "foreign.xlsx", {**HEADERS, **rows})

    report = cb.validate(cb.read(book, mapping=mapping), now=NOW)

    assert [(f.row, f.cell, f.field, f.code) for f in report.errors] == [
        (5, "B5", "balance", "not_a_number"),
        (5, "B5", "online_sale_price", "not_a_number"),
        (7, "C7", "title", "blank_in_template"),
        (8, "B8", "title", "error_cell"),
        (8, "B8", "balance", "error_cell"),
        (8, "B8", "online_sale_price", "error_cell"),
        (9, "C9", "title", "too_long"),
        (10, "C10", "title", "required"),
        (10, "B10", "balance", "required"),
        (10, "B10", "online_sale_price", "online_price_required"),
    ]


def test_results_show_the_input_as_it_was(tmp_path: Path, mapping: Path, client: cb.Client) -> None:
    """Its columns in its order, none that was made; with the mapping they can be read again."""
    book = one_sheet(tmp_path / "foreign.xlsx", {**HEADERS, **ROW})
    plan = cb.plan(cb.validate(cb.read(book, mapping=mapping)), client)

    results = cb.apply(plan, client).to_excel(tmp_path / "results.xlsx")

    page = openpyxl.load_workbook(results)["results"]
    headers, first = ([cell.value for cell in row] for row in page.iter_rows(max_row=2))
    assert headers[:8] == [None, "Amount", "Brand", "Comment", "Shops", "Name", "id", "result_row"]
    assert first[:6] == [None, 50, " Spa ", "x", "720441, 720442", "Ann"]
    again = cb.plan(cb.validate(cb.read(results, mapping=mapping)), client)
    assert again.counts["unchanged"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        ["title", "", "?"],  # a blank column between
        ["", "title", "?"],  # a table that begins at column B
        ["title", "Sum", "Sum"],  # two headers that are alike
    ],
)
def test_results_keep_the_letters_of_columns(
    headers: list[str], tmp_path: Path, client: cb.Client
) -> None:
    """A mapping that names a column by its letter means the same column in the results."""
    book = openpyxl.Workbook()
    others = {
        "is_multi": "yes",
        "item_type_id": 0,
        "is_allow_empty_code": "no",
        "balance_edit_type_id": 1,
        "salon_ids": "720441",
        "expiration_type_id": 0,
    }
    page = book.create_sheet("types", 0)
    page.append([*(header or None for header in headers), *others])
    first = ["Gift" if header == "title" else 7 if header else None for header in headers]
    page.append([*first, *others.values()])
    book.save(tmp_path / "types.xlsx")
    mapping = {"rename": {"balance": {"column": "C"}}}

    plan = cb.plan(cb.read(tmp_path / "types.xlsx", mapping=mapping), client)
    assert plan.counts["create"] == 1
    results = cb.apply(plan, client).to_excel(tmp_path / "results.xlsx")

    again = cb.plan(cb.read(results, mapping=mapping), client)
    assert again.counts["unchanged"] == 1


def frame(*headers: str) -> pd.DataFrame:
    return pd.DataFrame([["1"] * len(headers)], columns=list(headers))


def test_a_number_keeps_its_kind() -> None:
    """1.234 in a number cell has one reading, also below a header that was renamed or copied."""
    cells = pd.DataFrame([[1.234]], columns=["Sum"])
    mapping = {"rename": {"balance": "Sum"}, "template": {"online_sale_price": "{Sum}"}}
    report = cb.validate(cb.read(cells, mapping=mapping))
    assert {f.code for f in report.all_findings} & {"ambiguous_value"} == set()


def test_what_goes_into_a_template_keeps_its_own_meaning() -> None:
    """Amount is the face value as well as a part of the title; Name is only a part of it."""
    sheet = cb.read(frame("Name", "Amount"), mapping={"template": {"title": "{Name} {Amount}"}})
    fields = [(column.header, column.field, column.made) for column in sheet.columns]
    assert fields == [("Name", None, False), ("Amount", "balance", False), ("title", "title", True)]
    assert sheet.columns[0].how == How.MAPPED
    assert sheet.findings == ()


def test_a_column_may_be_named_by_its_letter(tmp_path: Path) -> None:
    """Where headers are alike, or there is none; findings and the plan's cells stay in place."""
    cells = {"A1": "Sum", "B1": "Sum", "A2": 50, "B2": "x", "C2": "Spa", "D1": "Title", "D2": "no"}
    said = {
        "rename": {"title": {"column": "C"}, "balance": {"column": "b"}},
        "ignore": [{"column": "D"}],
    }
    sheet = cb.read(one_sheet(tmp_path / "x.xlsx", cells), mapping=said)
    assert [column.field for column in sheet.columns] == [None, "balance", "title", None]
    found = {(f.code, f.cell) for f in cb.validate(sheet).all_findings}
    assert {("unknown_column", "A1"), ("not_a_number", "B2")} <= found
    assert not {cell for _, cell in found} & {"C1", "C2", "D1", "D2"}


def test_the_header_row_is_found_by_the_mapping(tmp_path: Path) -> None:
    """Below title lines, also where no header is known without it."""
    book = one_sheet(tmp_path / "x.xlsx", {"A1": "Cards", "A3": "Marke", "B3": "Wert", "A4": "a"})
    sheet = cb.read(book, mapping={"rename": {"title": "Marke", "balance": "Wert"}})
    assert (sheet.header_row, sheet.rows.tolist()) == (3, [4])


UNFIT: list[tuple[list[str], dict[str, Any], str]] = [
    (["Amounts"], {"rename": {"balance": "Amount"}}, 'no column "Amount". Did you mean "Amounts"'),
    (["A", "A "], {"rename": {"balance": "a"}}, 'several columns "a" (A1, B1)'),
    (["A"], {"rename": {"balance": {"column": "b"}}}, "no values in column B"),
    (
        ["Title", "Marke"],
        {"rename": {"title": "Marke"}},
        'fills title, and the sheet has a column for it: "Title" (A1)',
    ),
    (["Face value"], {"constant": {"balance": 5}}, "fills balance, and the sheet has a column"),
]


@pytest.mark.parametrize(("headers", "mapping", "message"), UNFIT)
def test_a_mapping_for_another_sheet_is_refused(
    headers: list[str], mapping: dict[str, Any], message: str
) -> None:
    """A header that is not there or there twice, a column that is there already: one line."""
    with pytest.raises(cb.ReadError) as caught:
        cb.read(frame(*headers), mapping=mapping)
    assert str(caught.value).startswith("the given mapping: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"renam": {}}, "[renam] is not part of a mapping. Use ignore, [rename]"),
    ({"rename": []}, "rename must be a table"),
    ({"rename": {"titlle": "x"}}, 'There is no column "titlle". Did you mean title?'),
    ({"rename": {"title": 5}}, "rename.title must be a header"),
    ({"rename": {"title": {"column": "4"}}}, "rename.title must be a header"),
    ({"rename": {"title": "x", "Title": "y"}}, "title is in [rename] twice"),
    ({"rename": {"title": "x"}, "constant": {"title": "y"}}, "in both [rename] and [constant]"),
    ({"constant": {"title": {"a": 1}}}, "constant.title must be a text, a number"),
    ({"template": {"title": "{A"}}, "an unmatched brace"),
    ({"template": {"title": "A}"}}, "an unmatched brace"),
    ({"template": {"title": "{}"}}, "an unmatched brace"),
    ({"template": {"title": "always"}}, "same in every row to [constant]"),
    ({"ignore": [1]}, "Each entry in the list under ignore must be a header"),
]


@pytest.mark.parametrize(("mapping", "message"), WRONG)
def test_what_is_wrong_with_a_mapping_is_said_in_a_line(
    mapping: dict[str, Any], message: str
) -> None:
    """Which table and column, and what to write."""
    with pytest.raises(cb.SettingsError, match="the given mapping: ") as caught:
        cb.read(frame("Title"), mapping=mapping)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_saved_plan_keeps_what_the_mapping_made(
    tmp_path: Path, mapping: Path, client: cb.Client
) -> None:
    """It is carried out and its results are written without the mapping."""
    from certbulk.planning.saving.files import load_plan, save_plan

    book = one_sheet(tmp_path / "foreign.xlsx", {**HEADERS, **ROW})
    plan = cb.plan(cb.validate(cb.read(book, mapping=mapping)), client)
    loaded = load_plan(save_plan(plan, tmp_path / "plan.json"))
    mapping.unlink()

    run = cb.apply(loaded, client)

    assert run.counts["created"] == 1
    page = openpyxl.load_workbook(run.to_excel(tmp_path / "results.xlsx"))["results"]
    assert [cell.value for cell in page[1]][1:6] == ["Amount", "Brand", "Comment", "Shops", "Name"]


PIECES = st.sampled_from(["a", "b", " ", "-"]) | st.none()


@BRIEF
@given(st.lists(st.tuples(PIECES, PIECES, PIECES), min_size=1, max_size=12))
def test_every_row_is_made_of_its_own_cells(rows: list[tuple[str | None, ...]]) -> None:
    """Whatever repeats, whatever is blank: no row has a part of another one's."""
    cells = pd.DataFrame([[*row, "1"] for row in rows], columns=["A", "B", "C", "balance"])

    sheet = cb.read(cells.astype(object), mapping={"template": {"title": "{A}+{B}+{C}+{A}"}})

    made = sheet.column("title")
    assert made
    texts = [[tidy(cell or "") for cell in row] for row in rows]
    assert list(made.cells) == [f"{a}+{b}+{c}+{a}" if a and b and c else None for a, b, c in texts]
    gaps = {f.row for f in sheet.findings if f.code == "blank_in_template"}
    assert gaps == {position for position, row in enumerate(texts, 2) if any(row) and not all(row)}


def test_many_columns_of_many_values() -> None:
    """Of six columns with a thousand values each, every row is its own: no two are mixed up."""
    rng = np.random.default_rng(5)
    cells = pd.DataFrame({c: rng.permutation(1000).astype(str) for c in "ABCDEF"}, dtype=object)
    sheet = cb.read(cells, mapping={"template": {"title": "{A} {B} {C} {D} {E} {F}"}})
    made = sheet.column("title")
    assert made
    assert list(made.cells) == [" ".join(row) for row in cells.itertuples(index=False)]


def test_a_wrong_constant_is_said_once() -> None:
    """With the mapping's name and the constant's, before any row is looked at."""
    mapping = {"constant": {"is_multi": "maybe"}}
    with pytest.raises(cb.SettingsError) as caught:
        cb.read(frame("Title"), mapping=mapping)
    assert str(caught.value) == (
        'the given mapping: constant.is_multi: "maybe" is neither yes nor no. Write yes or no.'
    )


def test_what_the_rows_tell_of_a_constant_names_the_mapping() -> None:
    """A name is looked up when rows are judged: no cell stands for it."""
    mapping = {"constant": {"salon_ids": "Dwntown"}}
    findings = cb.validate(cb.read(frame("id", "title"), mapping=mapping)).errors
    (finding,) = (f for f in findings if f.field == "salon_ids")
    assert (finding.row, finding.cell, finding.code) == (2, None, "not_an_id_list")
    assert finding.message.endswith("correct it where it is given for all rows.")


@pytest.mark.parametrize(("there", "hint"), [("Notes", ' Did you mean "Notes"?'), ("Title", "")])
def test_a_header_to_pass_over_that_is_not_there_is_said(there: str, hint: str) -> None:
    """It may be misspelt: what was meant is read like any other column then."""
    sheet = cb.read(frame("id", there, " coMMent"), mapping={"ignore": ["Nots", "Comment"]})
    (finding,) = (f for f in sheet.findings if f.code == "ignored_column_missing")
    assert (finding.row, finding.value, finding.severity) == (None, "Nots", "warning")
    assert finding.message == (
        f'the given mapping ignores "Nots", which is not a header of the sheet.{hint} '
        "Correct it, or remove it from ignore."
    )

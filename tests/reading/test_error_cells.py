"""Cells that look blank to a reader and are not: a blank would mean "keep the live value"."""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from certbulk import read, validate

from .files import found, header, inline, one_sheet, open_document, raw_parts, texts, zipped

ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
FULL = '<calcPr calcId="1" fullCalcOnLoad="1"/>'


@pytest.mark.parametrize("error", ERRORS)
def test_error_cells_are_findings(error: str, tmp_path: Path) -> None:
    """Each error of a spreadsheet is found at its cell and named as people see it."""
    cells = f'{inline("A2", "A")}<c r="B2" t="e"><v>{error}</v></c>'
    rows = header("title", "balance") + f'<row r="2">{cells}</row>'
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert found(sheet) == [("B2", "error_cell")]
    assert sheet.findings[0].value == error
    assert error in sheet.findings[0].message
    assert texts(sheet, "balance") != [None]


@pytest.mark.parametrize("error", [*ERRORS, "#SPILL!", "#CALC!", "Err:502", " #N/A "])
def test_errors_written_as_text_are_findings_too(error: str, tmp_path: Path) -> None:
    """A text file and a frame have no other way to say so."""
    (tmp_path / "a.csv").write_text(f"title;id\nA;{error}\n", encoding="utf-8")
    assert found(read(tmp_path / "a.csv")) == [("B2", "error_cell")]
    assert found(read(pd.DataFrame({"title": ["A"], "id": [error]}))) == [("B2", "error_cell")]


def test_formulas_that_end_in_an_error_are_error_cells(tmp_path: Path) -> None:
    """Their result is there: it is an error."""
    cells = '<c r="A2" t="e"><f>B2+1</f><v>#REF!</v></c>' + inline("B2", "5")
    rows = header("title", "balance") + f'<row r="2">{cells}</row>'
    assert found(read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))) == [("A2", "error_cell")]


def test_an_error_in_a_column_that_is_not_sent_is_no_finding(tmp_path: Path) -> None:
    """What is below an unknown header or a result of an earlier run does not matter."""
    (tmp_path / "a.csv").write_text("title;note;result_id\nA;#N/A;#N/A\n", encoding="utf-8")
    assert found(read(tmp_path / "a.csv")) == [("B1", "unknown_column")]


def test_a_row_of_errors_alone_is_not_blank(tmp_path: Path) -> None:
    """It is a row, below the last that has values and left of the first column of values."""
    page = {"B1": "title", "B2": "A", "A1": "id", "A7": "#N/A"}
    sheet = read(one_sheet(tmp_path / "a.xlsx", page))
    assert sheet.rows.tolist() == [2, 7]
    assert found(sheet) == [("A7", "error_cell")]


FORMULAS: dict[str, tuple[str, str, bool]] = {
    "no value": ('<c r="B2"><f>A2</f></c>', "", True),
    "empty value": ('<c r="B2"><f>A2</f><v></v></c>', "", True),
    "closed value": ('<c r="B2"><f>A2</f><v/></c>', "", True),
    "text without value": ('<c r="B2" t="str"><f>A2</f></c>', "", True),
    "shared formula": ('<c r="B2"><f t="shared" ref="B2:B3" si="0">A2</f></c>', "", True),
    "reference to a shared formula": ('<c r="B2"><f t="shared" si="0"/></c>', "", True),
    "array formula": ('<c r="B2"><f t="array" ref="B2">SUM(A2)</f></c>', "", True),
    "styled": ('<c r="B2" s="0" t="n"><f ca="1">A2</f></c>', "", True),
    "spread over lines": ('<c r="B2">\n  <f>A2</f>\n  <v>\n</v>\n</c>', "", True),
    "quotes": ("<c r='B2'><f>A2</f></c>", "", True),
    "operators": ('<c r="B2"><f>IF(A2&gt;1,"&lt;c&gt;",A2)</f></c>', "", True),
    "0 of a writer that calculates": ('<c r="B2"><f>A2</f><v>0</v></c>', "", False),
    "0 of one that does not": ('<c r="B2"><f>A2</f><v>0</v></c>', FULL, True),
    "0 of one that does not, in words": (
        '<c r="B2"><f>A2</f><v>0</v></c>',
        '<calcPr fullCalcOnLoad="true"/>',
        True,
    ),
    "a number": ('<c r="B2"><f>A2</f><v>1000</v></c>', FULL, False),
    "a text": ('<c r="B2" t="str"><f>A2</f><v>1000</v></c>', "", False),
    "the empty text": ('<c r="B2" t="str"><f>""</f><v></v></c>', "", False),
    "the empty text, closed": ('<c r="B2" t="str"><f>""</f><v/></c>', "", False),
    "no formula": ('<c r="B2"/>', FULL, False),
    "a blank cell before a formula": (
        '<c r="B2" s="0"/><c r="C2"><f>A2</f><v>1</v></c>',
        "",
        False,
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_without_value(name: str, tmp_path: Path) -> None:
    """A formula that was never calculated is found; one that gives the empty text is blank."""
    cell, calculation, error_cell = FORMULAS[name]
    rows = header("title", "balance") + f'<row r="2">{inline("A2", "A")}{cell}</row>'
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows, calculation=calculation)))
    assert [f for f in found(sheet) if f[0] != "C1"] == (
        [("B2", "formula_without_value")] if error_cell else []
    )


def test_a_formula_is_named_as_it_was_written(tmp_path: Path) -> None:
    """The finding's value is the formula, and its message says what to do."""
    sheet = read(one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": '=IF(B2>1,"A","B")'}))
    (finding,) = sheet.findings
    assert finding.value == '=IF(B2>1,"A","B")'
    assert "save it" in finding.message


def test_formulas_are_found_wherever_a_long_sheet_is_cut(tmp_path: Path) -> None:
    """It is looked through in pieces that end with a row, not with a formula that says `row>`."""
    rows = "".join(
        f'<row r="{row}">{inline(f"A{row}", f"{row}" + "x" * 300)}'
        f'<c r="B{row}"><f>IF(tomorrow>1,5,6)</f></c></row>'
        for row in range(2, 700)
    )
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(header("title", "balance") + rows)))
    assert found(sheet) == [(f"B{row}", "formula_without_value") for row in range(2, 700)]


def test_openpyxl_saves_no_results(tmp_path: Path) -> None:
    """Whole columns of formulas, rows of formulas alone and formulas far away are found."""
    cells = {"A1": "title", "B1": "balance", "A2": "A"}
    cells |= {f"B{row}": f"=C{row}*2" for row in (2, 3, 9)}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert found(sheet) == [(f"B{row}", "formula_without_value") for row in (2, 3, 9)]
    assert sheet.rows.tolist() == [2, 3, 9]


def test_xlsxwriter_saves_zeros(tmp_path: Path) -> None:
    """The 0 that it writes for every formula is not a result; a value that it was given is."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["title", "balance"])
        for row, value in enumerate([0, 1000, "1000", True], start=1):
            page.write(row, 0, f"A{row}")
            page.write_formula(row, 1, "=500*2", None, value)
        page.write_array_formula(5, 1, 5, 1, "{=SUM(1)}")
        page.write_number(6, 1, 0)
    sheet = read(tmp_path / "a.xlsx")
    assert found(sheet) == [("B2", "formula_without_value"), ("B6", "formula_without_value")]
    assert texts(sheet, "balance")[1:4] == ["1000", "1000", "true"]
    assert texts(sheet, "balance")[5] == "0"


def test_formulas_are_found_in_the_sheet_that_is_read(tmp_path: Path) -> None:
    """Each sheet has its own, whatever their order in the file."""
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    second = book.create_sheet("Second")
    for page, address in ((first, "A3"), (second, "A5")):
        page["A1"] = "title"
        page[address] = "=1+1"
    book.move_sheet("Second", -1)
    book.save(tmp_path / "a.xlsx")
    assert found(read(tmp_path / "a.xlsx", sheet="Sheet")) == [("A3", "formula_without_value")]
    assert found(read(tmp_path / "a.xlsx", sheet="Second")) == [("A5", "formula_without_value")]


def test_no_formula_of_a_long_sheet_is_missed(tmp_path: Path) -> None:
    """A sheet is looked through in pieces: what is where two of them meet counts too."""
    rows = header("title", "balance") + "".join(
        f'<row r="{n}">{inline(f"A{n}", f"Certificate {n}")}<c r="B{n}"><f>A{n}*2</f></c></row>'
        for n in range(2, 20_002)
    )
    assert len(rows) > 2 << 20
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert found(sheet) == [(f"B{n}", "formula_without_value") for n in range(2, 20_002)]


A_TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
BROKEN = (
    '<table:table-cell table:number-columns-repeated="{}" table:formula="of:=NA()" '
    'office:value-type="string" office:string-value="" calcext:value-type="error">'
    "<text:p>#N/A</text:p></table:table-cell>"
)
FORMULA = '<table:table-cell table:formula="of:=500*2"{}</table:table-cell>'
COMMENT = "<office:annotation><text:p>Check this</text:p></office:annotation>"


def table_row(*cells: str, times: int = 1) -> str:
    """Return a row of an .ods file, said once for as many rows as there are of it."""
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(cells)}</table:table-row>"


OPEN_DOCUMENTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "error": (table_row(A_TEXT, BROKEN.format(1)), [("B2", "error_cell")]),
    "errors side by side": (
        table_row(BROKEN.format(2)),
        [("A2", "error_cell"), ("B2", "error_cell")],
    ),
    "errors below one another": (
        table_row(A_TEXT, BROKEN.format(1), times=3),
        [("B2", "error_cell"), ("B3", "error_cell"), ("B4", "error_cell")],
    ),
    "formula": (table_row(A_TEXT, FORMULA.format(">")), [("B2", "formula_without_value")]),
    "formulas below one another": (
        table_row(A_TEXT, FORMULA.format(">"), times=2),
        [("B2", "formula_without_value"), ("B3", "formula_without_value")],
    ),
    "result": (
        table_row(
            A_TEXT,
            FORMULA.format(' office:value-type="float" office:value="7"><text:p>7</text:p>'),
        ),
        [],
    ),
    "empty text": (
        table_row(
            A_TEXT,
            FORMULA.format(' office:value-type="string" office:string-value=""><text:p/>'),
        ),
        [],
    ),
    "error with a comment": (
        table_row(A_TEXT, BROKEN.format(1).replace("<text:p>", f"{COMMENT}<text:p>")),
        [("B2", "error_cell")],
    ),
    "formula with a comment": (
        table_row(A_TEXT, FORMULA.format(f">{COMMENT}")),
        [("B2", "formula_without_value")],
    ),
    "empty text of LibreOffice": (table_row(A_TEXT, FORMULA.format("><text:p/>")), []),
}
HEAD = table_row(A_TEXT.format("title"), A_TEXT.format("balance"))


@pytest.mark.parametrize("name", OPEN_DOCUMENTS)
def test_error_cells_of_open_documents(name: str, tmp_path: Path) -> None:
    """An .ods says once what is in several cells; each of them is found."""
    rows, expected = OPEN_DOCUMENTS[name]
    sheet = read(zipped(tmp_path / "a.ods", open_document(HEAD + rows)))
    assert sorted(found(sheet)) == expected
    assert {f.value for f in sheet.findings} <= {"#N/A", "=500*2"}


def test_a_broken_cell_silences_what_depends_on_it(tmp_path: Path) -> None:
    """One finding at the cell: nothing is reported to be missing that is only broken."""
    cells: dict[str, Any] = {"A1": "id", "B1": "expiration_type_id", "C1": "expiration_date"}
    cells |= {"A2": 5, "B2": "Fixed date", "C2": "#N/A", "A3": 6, "B3": "#N/A", "C3": "<clear>"}
    report = validate(read(one_sheet(tmp_path / "a.xlsx", cells)))
    assert [(f.cell, f.code) for f in report.all_findings] == [
        ("C2", "error_cell"),
        ("B3", "error_cell"),
    ]

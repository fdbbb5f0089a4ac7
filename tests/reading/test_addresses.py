"""Every cell keeps its true address, wherever the table is on its sheet."""

from pathlib import Path

import pandas as pd
import pytest

from certbulk import read, validate

from .files import (
    binary_workbook,
    header,
    inline,
    one_sheet,
    open_document,
    raw_parts,
    texts,
    zipped,
)


def test_leading_blank_rows_and_columns_count(tmp_path: Path) -> None:
    """A table that starts at C6 has its header in row 6, and its first column is C."""
    cells = {"C6": "title", "D6": "balance", "C7": "A", "D7": 5, "C9": "B", "D9": "x"}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert sheet.header_row == 6
    assert sheet.rows.tolist() == [7, 9]
    assert [sheet.address(field, 9) for field in ("title", "balance")] == ["C9", "D9"]
    assert texts(sheet, "title") == ["A", "B"]


def test_blank_rows_are_skipped_and_not_renumbered(tmp_path: Path) -> None:
    """Rows of nothing, of spaces and of characters that nobody sees are blank."""
    cells = {"A1": "title", "A2": "A", "A4": "B", "A5": "  ", "A6": "\u00a0\u200b", "A9": "C"}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert sheet.rows.tolist() == [2, 4, 9]
    assert texts(sheet, "title") == ["A", "B", "C"]


def test_lines_above_the_header_are_left_out(tmp_path: Path) -> None:
    """The header is the row that names the most columns, not the first that is not blank."""
    cells = {
        "A1": "Certificates of our chain, spring",
        "A2": "Title and balance are needed",
        "B3": "Services",
        "A5": "title",
        "B5": "Face value",
        "C5": "Locations",
        "A6": "A",
        "B6": 5,
        "C6": 720441,
    }
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert sheet.header_row == 5
    assert sheet.rows.tolist() == [6]
    assert sheet.findings == ()


def test_a_row_of_data_is_no_header(tmp_path: Path) -> None:
    """Titles that are words of headers do not make their row one."""
    cells = {"A1": "title", "B1": "balance", "A2": "Services", "B2": "Amount", "A3": "Unit"}
    assert read(one_sheet(tmp_path / "a.xlsx", cells)).header_row == 1


def test_blank_columns_between_others_keep_their_letters(tmp_path: Path) -> None:
    """A column of nothing takes up its letter, and is not a column."""
    cells = {"B1": "title", "D1": "balance", "AA1": "id", "B2": "A", "D2": 5, "AA2": 7}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    assert [column.number for column in sheet.columns] == [2, 4, 27]
    assert sheet.address("id", 2) == "AA2"
    assert sheet.findings == ()


FORMS = {
    "a.xlsx": raw_parts(
        f'<row r="3">{inline("C3", "title")}{inline("D3", "balance")}</row>'
        f'<row r="6">{inline("C6", "A")}<c r="D6"><v>1.234</v></c></row>'
        '<row r="7"><c r="D7" t="e"><v>#REF!</v></c></row>'
        '<row r="9"><c r="D9" s="0"/></row>'
        f'<row r="10">{inline("D10", "1.234")}</row>'
    ),
    "a.xlsb": binary_workbook(
        {
            2: {2: "title", 3: "balance"},
            5: {2: "A", 3: 1.234},
            6: {3: b"\x17"},
            9: {3: "1.234"},
        }
    ),
    "a.ods": open_document(
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string"><text:p>title</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>balance</text:p></table:table-cell>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string"><text:p>A</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1.234"><text:p>1.23</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row><table:table-cell table:number-columns-repeated="3"/>'
        '<table:table-cell table:formula="of:=[.#REF!]" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#REF!</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="3"/>'
        '<table:table-cell office:value-type="string"><text:p>1.234</text:p></table:table-cell>'
        "</table:table-row>"
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_findings_stand_at_true_addresses(name: str, tmp_path: Path) -> None:
    """In every format an error and a doubtful text are found where people see them.

    A number cell of 1.234 has too many decimals; as text it could also be a thousand.
    """
    report = validate(read(zipped(tmp_path / name, FORMS[name])))
    balance = [
        (finding.row, finding.cell, finding.code)
        for finding in report.all_findings
        if finding.field == "balance"
    ]
    assert balance == [
        (6, "D6", "too_many_decimals"),
        (7, "D7", "error_cell"),
        (10, "D10", "ambiguous_value"),
    ]


def test_a_frame_is_addressed_as_if_it_stood_on_a_sheet() -> None:
    """Its column names are row 1 whatever its index says, and its blank rows are skipped."""
    frame = pd.DataFrame(
        {"title": ["A", None, "B"], "balance": [5, None, "x"]}, index=[100, 200, 300]
    )
    sheet = read(frame)
    assert sheet.rows.tolist() == [2, 4]
    assert sheet.address("balance", 4) == "B4"


def test_a_text_file_is_counted_in_records(tmp_path: Path) -> None:
    """As spreadsheet programs show it: a line break inside quotation marks starts no row."""
    text = '\n\ntitle;balance\n"two\nlines";5\n;\n   ;\n\nB;6\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = read(tmp_path / "a.csv")
    assert sheet.header_row == 3
    assert sheet.rows.tolist() == [4, 8]
    assert texts(sheet, "title") == ["two\nlines", "B"]


def test_the_frame_of_a_sheet_has_its_row_numbers_and_headers(tmp_path: Path) -> None:
    """Headers as they were read, blank cells as empty text, also where two headers are alike."""
    cells = {"A2": "Title", "B2": "note", "C2": "note", "A4": "A", "C4": "x"}
    frame = read(one_sheet(tmp_path / "a.xlsx", cells)).frame
    assert list(frame.columns) == ["Title", "note", "note"]
    assert frame.index.tolist() == [4]
    assert frame.to_numpy().tolist() == [["A", "", "x"]]


def test_a_sheet_shows_what_it_is(tmp_path: Path) -> None:
    """Its repr counts rows and columns; its HTML escapes what is in the cells."""
    path = one_sheet(tmp_path / "a.xlsx", {"A1": "title", "B1": "colour", "A2": "<b>A</b>"})
    sheet = read(path)
    assert (
        repr(sheet) == "Sheet of a.xlsx, sheet Types: 1 row, 2 columns (1 known), header in row 1"
    )
    assert "&lt;b&gt;A&lt;/b&gt;" in sheet._repr_html_()
    assert "<b>A" not in sheet._repr_html_()
    assert len(sheet) == 1


@pytest.mark.parametrize("rows", ["", '<row r="1"/>', header("title", "balance")])
def test_a_sheet_without_rows_is_a_finding(rows: str, tmp_path: Path) -> None:
    """Nothing below a header, or nothing at all."""
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert [finding.code for finding in sheet.findings] == ["no_rows"]
    assert len(sheet) == 0
    assert not validate(sheet).ok


@pytest.mark.parametrize(
    "text", ["", "\n", "\n\n\n", "title,balance", "title,balance\n\n,\n", "\ufeff"]
)
def test_a_text_file_without_rows_is_a_finding(text: str, tmp_path: Path) -> None:
    """Also one of blank lines alone."""
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = read(tmp_path / "a.csv")
    assert [finding.code for finding in sheet.findings] == ["no_rows"]
    assert not validate(sheet).ok


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(), pd.DataFrame(columns=["title"]), pd.DataFrame({"title": [None]})]
)
def test_a_frame_without_rows_is_a_finding(frame: pd.DataFrame) -> None:
    """Also one without columns."""
    sheet = read(frame)
    assert [finding.code for finding in sheet.findings] == ["no_rows"]
    assert not validate(sheet).ok

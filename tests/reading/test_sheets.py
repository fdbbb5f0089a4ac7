"""Which sheet of a workbook is read."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart

from certbulk import ReadError, read

from .files import header, raw_parts, texts, workbook, zipped

TYPES: dict[str, Any] = {
    "A1": "title",
    "B1": "Face value",
    "C1": "Locations",
    "A2": "A",
    "B2": 5,
    "C2": 1,
}
NOTES = {"A1": "How to fill this in", "A2": "Title: the name"}
FEW = {"A1": "title", "B1": "count", "A2": "x", "B2": 7}


def test_the_sheet_whose_headers_match_best_is_read(tmp_path: Path) -> None:
    """Wherever it stands among the others."""
    path = workbook(tmp_path / "a.xlsx", ("Notes", NOTES), ("Few", FEW), ("Types", TYPES))
    sheet = read(path)
    assert sheet.name == "Types"
    assert texts(sheet, "title") == ["A"]


def test_a_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    """Also one that matches less well, and one whose name is not plain."""
    path = workbook(tmp_path / "a.xlsx", ("Types", TYPES), ("Übersicht & <mehr>", FEW))
    sheet = read(path, sheet="Übersicht & <mehr>")
    assert sheet.name == "Übersicht & <mehr>"
    assert texts(sheet, "title") == ["x"]


def test_two_sheets_that_match_alike_are_not_chosen_between(tmp_path: Path) -> None:
    """The error names them and how to say which is meant."""
    path = workbook(tmp_path / "a.xlsx", ("May", TYPES), ("Notes", NOTES), ("June", TYPES))
    with pytest.raises(ReadError, match=r"May, June.*which one is meant") as caught:
        read(path)
    assert (caught.value.sheets, "--sheet" in caught.value.terminal) == (("May", "June"), True)
    assert read(path, sheet="June").name == "June"


def hidden(path: Path, name: str, state: Any = "hidden") -> Path:
    """Hide a sheet of a workbook."""
    book = openpyxl.load_workbook(path)
    book[name].sheet_state = state
    book.save(path)
    return path


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_read_in_place_of_one_in_sight(tmp_path: Path, state: str) -> None:
    """Though it matches better; it is named, and that it is hidden."""
    more = TYPES | {"D1": "Sold online", "D2": "yes"}
    path = workbook(tmp_path / "a.xlsx", ("Old", more), ("New", TYPES))
    sheet = read(hidden(path, "Old", state))
    assert sheet.name == "New"
    (finding,) = sheet.findings
    assert (finding.code, '"Old" (hidden)' in finding.message) == ("other_sheets", True)


def test_where_only_a_hidden_sheet_matches_a_person_decides(tmp_path: Path) -> None:
    """It is read where it is named, and that it is hidden is reported."""
    path = hidden(workbook(tmp_path / "a.xlsx", ("Notes", NOTES), ("Old", TYPES)), "Old")
    with pytest.raises(ReadError, match=r'no visible sheet.*"Old".*which one is meant') as caught:
        read(path)
    assert (caught.value.sheets, "--sheet" in caught.value.terminal) == (("Notes", "Old"), True)
    sheet = read(path, sheet="Old")
    assert [(f.code, f.value) for f in sheet.findings] == [("hidden_sheet", "Old")]
    assert texts(sheet, "title") == ["A"]


UPDATES: dict[str, Any] = {
    "places": {"A1": "ID", "B1": "Locations", "A2": 288901, "B2": 720441},
    "names": {"A1": "ID", "B1": "Title", "A2": 288901, "B2": "Oak"},
    "prices": {"A1": "Title", "B1": "Face value", "A2": "Oak", "B2": 100},
}


@pytest.mark.parametrize("name", UPDATES)
def test_a_sheet_in_sight_with_little_is_read_beside_a_hidden_one(
    tmp_path: Path, name: str
) -> None:
    """An id or a title and one more column are a common list of changes; the other is named."""
    path = workbook(tmp_path / "a.xlsx", ("Changes", UPDATES[name]), ("Backup", TYPES))
    sheet = read(hidden(path, "Backup"))
    assert sheet.name == "Changes"
    assert [(f.code, f.value) for f in sheet.findings] == [("other_sheets", '"Backup" (hidden)')]


def test_a_short_list_of_changes_in_sight_is_named(tmp_path: Path) -> None:
    """Ids and one column of types, beside a sheet that matches better."""
    path = workbook(tmp_path / "a.xlsx", ("Backup", TYPES), ("Add", UPDATES["places"]))
    sheet = read(path)
    assert sheet.name == "Backup"
    assert [(f.code, f.value) for f in sheet.findings] == [("other_sheets", '"Add"')]


def test_where_all_in_sight_is_empty_the_hidden_sheet_is_read(tmp_path: Path) -> None:
    """There is nothing to choose between, and that it is hidden is reported."""
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Data", TYPES))
    sheet = read(hidden(path, "Data"))
    assert (sheet.name, [f.code for f in sheet.findings]) == ("Data", ["hidden_sheet"])


def test_an_empty_sheet_is_no_choice(tmp_path: Path) -> None:
    """A person is asked about those that have something in them."""
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Notes", NOTES), ("Old", TYPES))
    with pytest.raises(ReadError) as caught:
        read(hidden(path, "Old"))
    assert caught.value.sheets == ("Notes", "Old")


def test_of_two_hidden_sheets_alike_a_person_decides(tmp_path: Path) -> None:
    """Also if all that is visible is empty."""
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("May", TYPES), ("June", TYPES))
    with pytest.raises(ReadError) as caught:
        read(hidden(hidden(path, "May"), "June"))
    assert caught.value.sheets == ("May", "June")


def test_an_empty_sheet_goes_before_a_hidden_one_of_other_things(tmp_path: Path) -> None:
    """It has no rows, and that is reported."""
    path = hidden(workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Staff", FEW)), "Staff")
    sheet = read(path)
    assert (sheet.name, [f.code for f in sheet.findings]) == ("Sheet1", ["no_rows"])


def test_sheets_with_rows_beside_one_that_cannot_be_sent_are_named(tmp_path: Path) -> None:
    """A cover page may name a column, and the table beside it none that is known."""
    cover = {"A1": "Gift certificates", "A2": "Title", "B2": "Spring", "A3": "By", "B3": "Ines"}
    foreign = {"A1": "Naam", "B1": "Bedrag", "A2": "Oak", "B2": 100}
    path = workbook(tmp_path / "a.xlsx", ("Cover", cover), ("Table", foreign), ("Empty", {}))
    sheet = read(path)
    (finding,) = (f for f in sheet.findings if f.code == "other_sheets")
    assert (sheet.name, finding.value) == ("Cover", '"Table"')
    assert "does not look like certificate types" in finding.message


def test_hidden_sheets_of_other_things_do_no_harm(tmp_path: Path) -> None:
    """Staff beside a sheet whose headers nobody knows: it is read, and says that it knows none."""
    unknown = {"A1": "foo", "A2": "bar"}
    path = hidden(workbook(tmp_path / "a.xlsx", ("Sheet", unknown), ("Staff", FEW)), "Staff")
    assert read(path).name == "Sheet"


def test_a_workbook_of_one_hidden_sheet_is_read(tmp_path: Path) -> None:
    """Programs can write one; that it is hidden is reported."""
    parts = raw_parts(header("title"))
    book = str(parts["xl/workbook.xml"]).replace(' sheetId="1"', ' sheetId="1" state="hidden"')
    sheet = read(zipped(tmp_path / "a.xlsx", parts | {"xl/workbook.xml": book}))
    assert {finding.code for finding in sheet.findings} == {"hidden_sheet", "no_rows"}


def test_an_unknown_sheet_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    """The error lists the names to choose from."""
    path = workbook(tmp_path / "a.xlsx", ("Types", TYPES), ("Notes", NOTES))
    with pytest.raises(ReadError, match=r"no sheet called Tpyes.*Types, Notes"):
        read(path, sheet="Tpyes")


def test_empty_sheets_beside_do_no_harm(tmp_path: Path) -> None:
    """Spreadsheet programs used to make three sheets at once."""
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Sheet2", TYPES), ("Sheet3", {}))
    assert read(path).name == "Sheet2"


def test_a_sheet_of_notes_before_unknown_headers_is_a_finding(tmp_path: Path) -> None:
    """If no sheet names a column, one is read and says that it knows none."""
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Sheet2", {"A1": "foo", "A2": "bar"}))
    sheet = read(path)
    assert {finding.code for finding in sheet.findings} <= {"no_rows", "unknown_column"}
    assert sheet.findings


def test_a_workbook_of_empty_sheets_has_no_rows(tmp_path: Path) -> None:
    """Several sheets without a cell."""
    sheet = read(workbook(tmp_path / "a.xlsx", ("Sheet1", {}), ("Sheet2", {})))
    assert [finding.code for finding in sheet.findings] == ["no_rows"]


def test_sheets_that_are_charts_are_passed_over(tmp_path: Path) -> None:
    """A chart has no cells."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for address, value in TYPES.items():
        page[address] = value
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    book.save(tmp_path / "a.xlsx")
    assert texts(read(tmp_path / "a.xlsx"), "title") == ["A"]


def test_the_results_of_a_run_are_found_among_their_sheets(tmp_path: Path) -> None:
    """A summary and findings beside the results do not hide them."""
    results = TYPES | {"D1": "result_row", "E1": "result_id", "D2": 2, "E2": 289056}
    summary = {"A1": "what", "B1": "count", "A2": "created", "B2": 1}
    findings = {"A1": "row", "B1": "field", "C1": "value", "D1": "code", "A2": 2}
    path = workbook(
        tmp_path / "a.xlsx", ("results", results), ("summary", summary), ("findings", findings)
    )
    sheet = read(path)
    assert sheet.name == "results"
    assert sheet.findings == ()


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_files_without_sheets_have_none_of_any_name(name: str, tmp_path: Path) -> None:
    """A name for a sheet is refused, not ignored."""
    (tmp_path / name).write_text("title\nA\n", encoding="utf-8")
    with pytest.raises(ReadError, match="has no sheets"):
        read(tmp_path / name, sheet="Types")

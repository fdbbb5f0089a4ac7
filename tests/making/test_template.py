"""The workbook to fill in."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import certbulk as cb
from certbulk.core.columns.example_rows import EXAMPLES
from certbulk.core.columns.field import Field
from certbulk.core.columns.fields import FIELDS, PAYLOAD_FIELDS
from certbulk.core.kinds import Count, Id, Instant, Money, Text
from certbulk.core.references.directory import LISTS, Directory, Entry, Listing
from certbulk.words.describe import options_of
from tests.core.chain import CHAIN
from tests.planning.sheets import NOW, report_on
from tests.validating.rows import create, report_of

NUMBERS = {field.name: i for i, field in enumerate(FIELDS, start=1)}


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return openpyxl.load_workbook(cb.template(tmp_path / "new.xlsx"))


@pytest.fixture
def page(book: Workbook) -> Worksheet:
    return book.worksheets[0]


def checks(page: Worksheet) -> dict[str, Any]:
    """Return the checks of a page, by the canonical name of their column."""
    names = {get_column_letter(number): name for name, number in NUMBERS.items()}
    rules = page.data_validations.dataValidation
    return {names[str(rule.sqref).partition("2")[0]]: rule for rule in rules}


def offered(book: Workbook, name: str) -> list[str]:
    """Return what the drop-down of a column offers: the cells that it refers to."""
    sheet, _, cells = str(checks(book.worksheets[0])[name].formula1).partition("!")
    left, top, right, bottom = range_boundaries(cells)
    assert (left, top) == (right, 2) or sheet == "choices"
    rows = book[sheet].iter_rows(top, bottom, left, right, values_only=True)
    return [str(value) for (value,) in rows if value is not None]


def test_the_sheets(book: Workbook) -> None:
    """The types come first; the others help."""
    assert book.sheetnames == ["certificate_types", "how_to", "choices", *LISTS]


def test_it_is_a_valid_input(tmp_path: Path, sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Its examples are left out, and nothing is reported about the sheets that help."""
    sheet = cb.read(cb.template(tmp_path / "new.xlsx"))
    report = cb.validate(sheet)
    assert sheet.name == "certificate_types"
    assert (len(report), report.ok, report.all_findings) == (len(EXAMPLES), True, ())
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert run.counts["skipped"] == len(EXAMPLES)
    assert len(sandbox.types()) == 9


@pytest.mark.parametrize("position", range(len(EXAMPLES)))
def test_the_examples_would_be_good_rows(position: int) -> None:
    """Without their mark, and with names that are there, nothing is wrong with them."""
    report = report_of({**EXAMPLES[position], "action": ""}, now=NOW)
    services = [Entry(1, "Classic massage"), Entry(2, "Hot stone massage")]
    lists = {**CHAIN.lists, "services": Listing(tuple(services), complete=True)}
    names = Directory(lists, live=True)
    assert cb.validate(report.sheet, directory=names, now=NOW).all_findings == ()


CHANGES: list[Any] = [
    pytest.param({"title": "Mine 1000"}, id="another title"),
    pytest.param({"balance": "2000", "title": "Gift Certificate 2000"}, id="another amount"),
    pytest.param({"salon_ids": "720441"}, id="another location"),
    pytest.param({"category_id": "5"}, id="something more"),
    pytest.param({"expiration_timeout": ""}, id="something less"),
    pytest.param({"id": "288901"}, id="an id"),
]


@pytest.mark.parametrize("changes", CHANGES)
def test_a_changed_example_is_asked_about(changes: dict[str, str]) -> None:
    """It is neither left out in silence, nor created by mistake."""
    report = report_of(create(**{**EXAMPLES[0], **changes}))
    assert [(f.code, f.field) for f in report.errors if f.field == "action"] == [
        ("example_changed", "action")
    ]


def test_an_example_in_a_spreadsheets_spelling_is_unchanged() -> None:
    """Saved by another program, a date is written its way."""
    rows = [{**EXAMPLES[1], "expiration_date": "31.12.2031", "balance": "80.00"}]
    assert report_on(*rows).all_findings == ()


def test_headers_and_notes(page: Worksheet) -> None:
    """Every column has its label, a note with its name and help, and whether it is needed."""
    for cell, field in zip(page[1], FIELDS, strict=True):
        assert cell.value == (f"{field.label} *" if field.required else field.label)
        assert cell.comment is not None
        assert cell.comment.text.startswith(field.name)
        assert field.help in cell.comment.text
        assert ("A new type needs this." in cell.comment.text) is field.required
        assert ("needed then" in cell.comment.text) is field.needed_when_used
        assert ("<clear> empties" in cell.comment.text) is field.clearable
    assert page.freeze_panes == "D2"


@pytest.mark.parametrize("field", [f for f in FIELDS if options_of(f)], ids=lambda f: f.name)
def test_drop_downs_have_every_choice(book: Workbook, tmp_path: Path, field: Field) -> None:
    """Each choice is in the list, and is read again as a choice of its own."""
    choices = offered(book, field.name)
    assert choices == options_of(field)
    for number, choice in enumerate(choices, start=2):
        book.worksheets[0].cell(number, NUMBERS[field.name], choice)
    book.save(tmp_path / "filled.xlsx")
    report = cb.validate(cb.read(tmp_path / "filled.xlsx"))
    wrong = [f for f in report.all_findings if f.code.startswith("not_a") and f.field == field.name]
    assert wrong == []
    assert len({report.columns[field.name][i] for i in range(len(choices))}) == len(choices)


def test_every_column_is_checked_while_typing(page: Worksheet) -> None:
    """Choices and names by a list, the others by their kind; what may be cleared only warns."""
    found = checks(page)
    kinds = {name: rule.type for name, rule in found.items()}
    lists = {field.name for field in FIELDS if options_of(field) or field.refers_to}
    assert {name for name, kind in kinds.items() if kind == "list"} == lists
    checked = {Id: "whole", Count: "whole", Money: "decimal", Text: "textLength", Instant: "date"}
    assert {name: kind for name, kind in kinds.items() if kind != "list"} == {
        field.name: checked[type(field.kind)] for field in FIELDS if field.name not in lists
    }
    for field in FIELDS:
        if field.refers_to:  # several names may be in one cell
            assert not found[field.name].showErrorMessage
        else:
            more = field.clearable or field.name in lists  # <clear>, and other words for a choice
            assert found[field.name].errorStyle == ("warning" if more else "stop")
            assert len(found[field.name].error) <= 225


@pytest.mark.parametrize("field", PAYLOAD_FIELDS, ids=lambda field: field.name)
def test_what_the_table_calls_needed_is_what_the_rules_need(field: Field) -> None:
    """Red cells and rules say the same: blank if it is used, it is a finding, or it is not."""
    when = field.used_when
    if when is None:
        assert not field.needed_when_used
        return
    for value in when.values:
        kind = next(one.kind for one in FIELDS if one.name == when.field)
        report = report_of(create(**{when.field: kind.show(value), field.name: ""}))
        assert (field.name in {f.field for f in report.errors}) is field.needed_when_used


def test_names_to_pick(tmp_path: Path) -> None:
    """Each list has its sheet; a name that two share is picked with its id."""
    book = openpyxl.load_workbook(cb.template(tmp_path / "new.xlsx", directory=CHAIN))
    rows = [[cell.value for cell in row] for row in book["locations"].iter_rows()]
    assert rows[0] == ["id", "name", "city", "in the drop-down"]
    assert rows[1] == [720441, "Downtown", "Riga", "Downtown"]
    assert rows[3] == [720443, "Old Town", "Tallinn", "Old Town (720443)"]
    assert [cell.value for cell in book["categories"][1]] == ["id", "name"]
    assert offered(book, "salon_ids") == [row[3] for row in rows[1:]]
    assert offered(book, "service_ids") == [entry.name for entry in CHAIN.services.entries]
    assert offered(book, "category_id") == ["Massage", "Face care"]


def test_what_is_picked_is_understood(tmp_path: Path) -> None:
    """Every name of a drop-down, read from the workbook's own sheets, is the id it stands for."""
    path = cb.template(tmp_path / "new.xlsx", directory=CHAIN)
    book = openpyxl.load_workbook(path)
    for name, entries in (
        ("salon_ids", CHAIN.locations.entries),
        ("service_ids", CHAIN.services.entries),
    ):
        for number, pick in enumerate(offered(book, name), start=5):
            book.worksheets[0].cell(number, NUMBERS[name], pick)
        book.save(path)
        column = cb.validate(cb.read(path)).columns[name]
        ids = [column[position] for position in range(3, 3 + len(entries))]
        assert ids == [(entry.id,) for entry in entries]


def test_names_that_people_add_to_an_empty_list(book: Workbook, tmp_path: Path) -> None:
    """Without an account the lists are empty; what somebody writes there is understood."""
    book["locations"].append([720441, "Downtown"])
    book.worksheets[0].cell(5, NUMBERS["id"], 1)
    book.worksheets[0].cell(5, NUMBERS["salon_ids"], "downtown")
    book.save(tmp_path / "filled.xlsx")
    report = cb.validate(cb.read(tmp_path / "filled.xlsx"))
    assert report.columns["salon_ids"][3] == (720441,)
    assert offered(book, "salon_ids") == ["Downtown"]


def test_names_that_look_like_something_else(tmp_path: Path) -> None:
    """A name that begins like a formula is text; what no cell can hold is left out."""
    entries = (Entry(1, "=1+1"), Entry(2, "a\x00b"), Entry(3, "720441"), Entry(4, " "))
    directory = Directory({"locations": Listing(entries, complete=True)}, live=True)
    path = cb.template(tmp_path / "new.xlsx", directory=directory)
    book = openpyxl.load_workbook(path)
    assert book["locations"]["B2"].data_type == "s"
    assert offered(book, "salon_ids") == ["=1+1", "ab", "720441 (3)", "4"]
    assert cb.read(path).directory.locations.called("=1+1")[0].id == 1


def test_the_page_that_explains(book: Workbook) -> None:
    """A good row with what it means, and a bad one with what certbulk really says of it."""
    texts = [[cell.value for cell in row] for row in book["how_to"].iter_rows(max_col=3)]
    flat = [row[0] for row in texts]
    good, bad = texts[flat.index("A good row") :], texts[flat.index("A bad row") :]
    assert good[2][:2] == ["Title", "Gift Certificate 1000"]
    said = {row[0]: row[2] for row in bad[2:]}
    assert '"1,000" can be read as 1000 or as 1' in str(said["Face value"])
    assert "A new type needs" in str(said["Locations"])


def test_days_are_days(page: Worksheet) -> None:
    """A date in an example is a date to the spreadsheet, shown as people are asked to write it."""
    cell: Any = page.cell(3, NUMBERS["expiration_date"])
    assert cell.is_date
    assert cell.value.date() == date(2031, 12, 31)
    assert cell.number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("name", ["new.csv", "new", "missing/new.xlsx"])
def test_places_that_are_refused(tmp_path: Path, name: str) -> None:
    """It is a workbook, in a folder that is there."""
    with pytest.raises(cb.OutputError):
        cb.template(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_never_over_another_file(tmp_path: Path) -> None:
    """Unless it is told to."""
    path = tmp_path / "new.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(cb.OutputError, match="exists"):
        cb.template(path)
    assert path.read_bytes() == b"mine"
    assert cb.template(path, overwrite=True) == path
    assert cb.validate(cb.read(path)).ok

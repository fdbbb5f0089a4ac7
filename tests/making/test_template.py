"""The workbook to fill in."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import certbulk as cb
from certbulk.core.describe import options_of
from certbulk.core.fields import FIELDS


@pytest.fixture
def page(tmp_path: Path) -> Worksheet:
    book = openpyxl.load_workbook(cb.template(tmp_path / "new.xlsx"))
    return book.worksheets[0]


def drop_downs(page: Worksheet) -> dict[str, list[str]]:
    """Return the choices that the drop-downs of a page offer, by the letter of their column."""
    found: dict[str, list[str]] = {}
    for rule in page.data_validations.dataValidation:
        if rule.type == "list":
            letter = str(rule.sqref).partition("2")[0]
            found[letter] = str(rule.formula1).strip('"').split(",")
    return found


def test_it_is_a_valid_input(tmp_path: Path, sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Its example row says skip: nobody creates it by leaving it in."""
    report = cb.validate(cb.read(cb.template(tmp_path / "new.xlsx")))
    assert (len(report), report.ok, report.warnings) == (1, True, ())
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert run.counts["skipped"] == 1
    assert len(sandbox.types()) == 9


def test_headers_and_notes(page: Worksheet) -> None:
    """Every column has its label, a note with its name and help, and whether it is needed."""
    for cell, field in zip(page[1], FIELDS, strict=True):
        assert cell.value == field.label
        assert cell.comment is not None
        assert cell.comment.text.startswith(field.name)
        assert field.help in cell.comment.text
        assert ("Needed" in cell.comment.text) is field.required
        assert ("<clear> empties" in cell.comment.text) is field.clearable
    assert page.freeze_panes is not None


@pytest.mark.parametrize("field", [f for f in FIELDS if options_of(f)], ids=lambda f: f.name)
def test_drop_downs_have_every_choice(page: Worksheet, tmp_path: Path, field: object) -> None:
    """Each choice is in the list, fits into what a workbook can hold, and is read again."""
    place = next(i for i, one in enumerate(FIELDS) if one is field)
    letter = get_column_letter(place + 1)
    offered = drop_downs(page)[letter]
    assert offered == options_of(FIELDS[place])
    assert len(",".join(offered)) <= 255
    name = FIELDS[place].name
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    for number, choice in enumerate(offered, start=2):
        book.worksheets[0].cell(number, place + 1, choice)
    book.save(tmp_path / "filled.xlsx")
    report = cb.validate(cb.read(tmp_path / "filled.xlsx"))
    assert not [f for f in report.all_findings if f.code.startswith("not_a") and f.field == name]
    assert len({report.columns[name][i] for i in range(len(offered))}) == len(offered)


def test_only_choices_have_drop_downs(page: Worksheet) -> None:
    """Free input is not held back by a list."""
    chosen = {get_column_letter(i + 1) for i, f in enumerate(FIELDS) if options_of(f)}
    assert drop_downs(page).keys() == chosen


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

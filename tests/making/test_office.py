"""The workbook in another spreadsheet program: opened, saved again, and still what it was."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

import certbulk as cb
from certbulk.core.columns.example_rows import EXAMPLES
from certbulk.core.columns.fields import FIELDS
from certbulk.core.references.directory import LISTS
from tests.api.service import Catalogue, Service
from tests.core.chain import CHAIN
from tests.making.test_export import ENDING, date_cells
from tests.planning.sheets import NOW

PROGRAM = shutil.which("soffice")
Books = tuple[Workbook, Workbook, Path]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The template as it is written, and as LibreOffice saves it."""
    if PROGRAM is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    path = cb.template(folder / "new.xlsx", directory=CHAIN)
    with Service(by=Catalogue(*ENDING)) as service:
        live = cb.export(folder / "live.xlsx", service.client())
    done = subprocess.run(
        [
            PROGRAM,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder / "saved"),
            str(path),
            str(live),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Error" not in done.stderr
    saved = folder / "saved" / "new.xlsx"
    return openpyxl.load_workbook(path), openpyxl.load_workbook(saved), saved


def test_the_drop_downs_survive(books: Books) -> None:
    """Every check of every column, with the range or the limits that it had."""

    def checks(book: Workbook) -> set[tuple[str, str, str]]:
        return {
            (str(rule.sqref).partition("2")[0], rule.type, str(rule.formula1).replace("'", ""))
            for rule in book.worksheets[0].data_validations.dataValidation
        }

    written, saved, _ = books
    assert len(checks(written)) == len(FIELDS)
    assert checks(saved) == checks(written)


def test_the_colours_survive(books: Books) -> None:
    """Every rule by which a cell colours itself, and the notes on the headers."""

    def rules(book: Workbook) -> int:
        return sum(len(area.rules) for area in book.worksheets[0].conditional_formatting)

    written, saved, _ = books
    assert rules(saved) == rules(written) > 0
    assert all(cell.comment for cell in saved.worksheets[0][1])


def test_it_is_read_alike(books: Books) -> None:
    """The rows, and the names of the lists."""
    _, saved, path = books
    sheet = cb.read(path)
    report = cb.validate(sheet)
    assert saved.sheetnames == ["certificate_types", "how_to", "choices", *LISTS]
    assert (len(sheet), report.all_findings) == (len(EXAMPLES), ())
    assert sheet.directory.locations.ids == CHAIN.locations.ids


def test_dates_survive(books: Books) -> None:
    """An export that was opened and saved has the same dates, and changes nothing."""
    *_, saved = books
    live = saved.with_name("live.xlsx")
    assert date_cells(live) == date_cells(saved.parents[1] / "live.xlsx")
    with Service(by=Catalogue(*ENDING)) as service:
        plan = cb.plan(cb.validate(cb.read(live), now=NOW), service.client(), now=NOW)
    assert plan.counts["unchanged"] == len(ENDING)

"""What is written, judged by others: no new complaint, and the same cells and notes in each."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.making.undo_workbook import undo_workbook
from tests.conftest import FAST, ROOT, UNLIMITED, FakeClock
from tests.corpus import FILES
from tests.repairing.books import GOOD, checked, rich

from . import complaints, readings, why_not

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "node"),
    pytest.mark.filterwarnings("ignore:.*xtension is not supported"),  # what openpyxl loses
]

CORPUS = sorted(path.name for path in FILES.glob("*.xlsx"))
SAMPLES = ROOT / "sample_data"
MADE = (
    "template",
    "named",
    "export",
    "plan",
    "results",
    "results_of_errors",
    "undo",
    "of_frame",
    "fixed_frame",
    "long",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One of each workbook that is made anew, by its name."""
    folder = tmp_path_factory.mktemp("made")
    paths = {name: folder / f"{name}.xlsx" for name in MADE}
    sandbox = cb.Sandbox(limits=UNLIMITED)
    with pytest.MonkeyPatch.context() as patch, sandbox:
        patch.setenv("CERTBULK_STATE_DIR", str(folder / "state"))
        client = sandbox.client(**FAST, clock=FakeClock(), jitter=lambda: 1.0)
        good, bad = (
            cb.validate(cb.read(SAMPLES / name, progress=False))
            for name in ("certificate_types.xlsx", "with_errors.xlsx")
        )
        cb.template(paths["template"])
        cb.template(paths["named"], directory=cb.directory(client))
        cb.export(paths["export"], client)
        plan = cb.plan(good, client)
        plan.to_excel(paths["plan"])
        run = cb.apply(plan, client, progress=False, settle_pause=0.0)
        run.to_excel(paths["results"])
        cb.apply(cb.plan(bad, client), client, progress=False, settle_pause=0.0).to_excel(
            paths["results_of_errors"]
        )
        undo_workbook(cb.undo(run.id, client), paths["undo"])
        frame = cb.validate(cb.read(bad.sheet.frame))
        cb.annotate(frame, paths["of_frame"])
        cb.fix(frame).to_excel(paths["fixed_frame"])
        long = pd.DataFrame([{**GOOD, "online_sale_description": "x" * 40_000, "title": "=1+1"}])
        cb.annotate(cb.validate(cb.read(long)), paths["long"])
    return paths


@pytest.fixture(scope="module")
def read_by_others(made: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What the second readers find in the workbooks that are made anew, by their names."""
    found = readings(list(made.values()))
    return {name: found[str(path)] for name, path in made.items()}


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_wrong_in_a_new_workbook(made: dict[str, Path], name: str) -> None:
    """By the validator of Microsoft's Open XML SDK."""
    assert complaints(made[name]) == set()


@pytest.mark.parametrize("reader", ["exceljs", "sheetjs"])
@pytest.mark.parametrize("name", MADE)
def test_others_read_what_was_written(
    made: dict[str, Path], read_by_others: dict[str, dict[str, Any]], name: str, reader: str
) -> None:
    """Every cell and every note, by two readers of another language."""
    theirs = read_by_others[name][reader]
    assert not isinstance(theirs, str), theirs
    book = openpyxl.load_workbook(made[name])
    assert list(theirs) == book.sheetnames
    for page in book.worksheets:
        cells = {c.coordinate: c for row in page.iter_rows() for c in row}
        texts = {spot: c.value for spot, c in cells.items() if isinstance(c.value, str)}
        their_texts = {spot: theirs[page.title]["cells"].get(spot) for spot in texts}
        assert {s: (t or "").strip() for s, t in their_texts.items()} == {
            spot: text.strip() for spot, text in texts.items()
        }
        notes = {spot: c.comment.text for spot, c in cells.items() if c.comment and c.value}
        their_notes = theirs[page.title]["notes"]
        assert {spot: their_notes.get(spot) for spot in notes} == notes


@pytest.mark.parametrize("name", CORPUS)
def test_a_copy_has_no_fault_that_its_original_has_not(tmp_path: Path, name: str) -> None:
    """Annotated and repaired, of workbooks of several writers."""
    _no_new_complaints(FILES / name, tmp_path)


@pytest.mark.parametrize("name", ["rich", "strict", "sample"])
def test_a_copy_of_a_rich_workbook_has_no_new_fault(tmp_path: Path, name: str) -> None:
    """With pictures, charts, controls, notes, rules; in the strict dialect, too."""
    path = rich(tmp_path / "rich.xlsx") if name == "rich" else SAMPLES / "with_errors.xlsx"
    if name == "strict":
        path = _strict(path, tmp_path / "strict.xlsx")
    _no_new_complaints(path, tmp_path)


def _no_new_complaints(path: Path, folder: Path) -> None:
    try:
        report = checked(path)
    except cb.ReadError:
        pytest.skip("it is not read at all")
    before = {description for _, description in complaints(path)}
    for copy in (
        cb.annotate(report, folder / "annotated.xlsx"),
        cb.fix(report).to_excel(folder / "fixed.xlsx"),
    ):
        assert {told for told in complaints(copy) if told[1] not in before} == set()


def _strict(path: Path, target: Path) -> Path:
    """Write a workbook in the strict dialect: its namespaces are others."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith((".xml", ".rels")):
                text = text.replace(
                    main.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
                ).replace(
                    office.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
                )
            new.writestr(name, text)
    return target

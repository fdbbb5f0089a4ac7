"""Repairs of cells that are not alone: filled by a formula elsewhere, merged, or in odd formats."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

import certbulk as cb
from tests.repairing.books import GOOD, checked

NAMES = list(GOOD)
UNIT = "ABCDEFGHIJKL"[NAMES.index("expiration_timeout_unit_id")]
LENGTH = "ABCDEFGHIJKL"[NAMES.index("expiration_timeout")]


def book_of(path: Path, *rows: dict[str, object]) -> openpyxl.Workbook:
    """Return a workbook with a header and rows, to be changed and saved at `path`."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    names = list(dict.fromkeys(name for row in rows for name in row))
    page.append(names)
    for row in rows:
        page.append([row.get(name) for name in names])
    book.save(path)
    return openpyxl.load_workbook(path)


def changed_cells(before: cb.Sheet, after: cb.Sheet) -> set[str]:
    """Return the cells whose texts differ between two sheets with the same columns."""
    return {
        str(old.address(row))
        for old, new in zip(before.columns, after.columns, strict=True)
        for position, row in enumerate(before.rows.tolist())
        if old.cells[position] != new.cells[position]
    }


@pytest.mark.parametrize("kind", ["array", "spill", "table of data"])
def test_what_a_formula_elsewhere_fills_is_left_alone(tmp_path: Path, kind: str) -> None:
    """Excel would call the file damaged, or write its result over the repair."""
    path = tmp_path / "prices.xlsx"
    rows = [{**GOOD, "title": f"Card {n}0", "expiration_timeout_unit_id": "mnth"} for n in (1, 2)]
    book = book_of(path, *rows)
    page = book.worksheets[0]
    area = f"{UNIT}1:{UNIT}2" if kind == "array" else f"{UNIT}1:{UNIT}3"
    if kind == "table of data":
        page["Z1"] = DataTableFormula(ref=area, r1="Z2", dt2D=False)
    else:
        page["Z1"] = ArrayFormula(area, "=Y1:Y3")
    book.save(path)
    report = checked(path)
    fixed = cb.fix(report, ["not_a_choice"])
    kept = {"array": [f"{UNIT}3"], "spill": [], "table of data": []}[kind]
    assert [change.cell for change in fixed.changes] == kept
    assert {n.finding.cell for n in fixed.not_made} == {f"{UNIT}2", f"{UNIT}3"} - set(kept)
    assert all(f"fills this one ({UNIT}1)" in n.why for n in fixed.not_made)
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert changed_cells(report.sheet, again.sheet) == set(kept)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_merge_over_several_columns_is_repaired_only_if_all_of_it_wants_that(
    tmp_path: Path, columns: int
) -> None:
    """One text is read in each of the cells, and a repair of one would change the others."""
    path = tmp_path / "prices.xlsx"
    row = {**GOOD, "expiration_type_id": "No expiration", "expiration_timeout": "no"}
    book = book_of(
        path, {**row, "expiration_timeout_unit_id": None, "online_sale_is_enabled": None}
    )
    last = chr(ord(LENGTH) + columns - 1)
    book.worksheets[0].merge_cells(f"{LENGTH}2:{last}2")
    book.save(path)
    report = checked(path)
    fixed = cb.fix(report)
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert {change.cell for change in fixed.changes} == changed_cells(report.sheet, again.sheet)
    assert again.all_findings == fixed.report.all_findings
    if columns == 3:  # the third one says that there is no online sale
        assert not fixed.changes
        assert all("merged with others" in n.why for n in fixed.not_made)


def test_a_merge_over_rows_is_repaired_only_if_all_of_them_want_that(tmp_path: Path) -> None:
    """A row that is skipped asks for nothing, so what it shares with another row stays."""
    path = tmp_path / "prices.xlsx"
    row = {"action": "create", **GOOD, "item_type_id": "All services and prodcts"}
    book = book_of(path, row, {**row, "action": "skip"})
    letter = "ABCDEFGHIJKL"[list(row).index("item_type_id")]
    book.worksheets[0].merge_cells(f"{letter}2:{letter}3")
    book.save(path)
    report = checked(path)
    fixed = cb.fix(report, ["not_a_choice"])
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert {change.cell for change in fixed.changes} == changed_cells(report.sheet, again.sheet)
    assert again.all_findings == fixed.report.all_findings


def test_a_number_in_a_cell_that_shows_percentages_is_shown_as_it_is(tmp_path: Path) -> None:
    """6 would be read as 600%; the cell keeps all else of its look."""
    path = tmp_path / "prices.xlsx"
    book = book_of(path, {**GOOD, "expiration_timeout": "6 months"})
    cell = book.worksheets[0][f"{LENGTH}2"]
    cell.number_format, cell.font = "0%", Font(bold=True)
    book.save(path)
    fixed = cb.fix(checked(path))
    assert [(change.cell, change.new) for change in fixed.changes] == [(f"{LENGTH}2", "6")]
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert again.all_findings == fixed.report.all_findings == ()
    cell = openpyxl.load_workbook(tmp_path / "fixed.xlsx").worksheets[0][f"{LENGTH}2"]
    assert (cell.value, cell.number_format, cell.font.b) == (6, "General", True)

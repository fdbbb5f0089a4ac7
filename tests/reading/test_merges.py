"""Merged cells."""

from pathlib import Path

import openpyxl

from certbulk import read


def test_a_merge_has_its_value_in_each_of_its_cells(tmp_path: Path) -> None:
    """What people see in every row of a merge is read in every row; titles above are left alone."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"] = "Spring prices"
    page.merge_cells("A1:B1")
    for row in (["id", "balance"], [1, 4321], [2, None], [3, 7]):
        page.append(row)
    page.merge_cells("B3:B4")
    book.save(tmp_path / "a.xlsx")

    sheet = read(tmp_path / "a.xlsx")

    assert sheet.rows.tolist() == [3, 4, 5]
    assert list(sheet.frame["balance"]) == ["4321", "4321", "7"]


def test_a_merged_header_without_rows(tmp_path: Path) -> None:
    """It may reach further down than the last cell with a text."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["title", "balance"])
    book.worksheets[0].merge_cells("A1:A3")
    book.save(tmp_path / "a.xlsx")
    sheet = read(tmp_path / "a.xlsx")
    assert (len(sheet), [finding.code for finding in sheet.findings]) == (0, ["no_rows"])

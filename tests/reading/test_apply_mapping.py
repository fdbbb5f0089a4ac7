"""Columns that were made of others, when the others change."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd

import certbulk as cb
from certbulk.core.columns.distinct import Column
from certbulk.making.moved_workbook import write_rebound
from certbulk.reading.headers.apply_mapping import remade

MAPPING = {
    "rename": {"balance": "Wert", "online_sale_price": "Wert"},
    "template": {"title": "{Marke} {Wert}"},
    "constant": {"is_multi": "yes"},
}
PASTED = "Card\tмного\t10\tуслуги\tсрок-6м\tнет"


def changed(sheet: cb.Sheet, number: int, text: str) -> cb.Sheet:
    """Return the sheet with another text in every cell of a column."""
    columns = tuple(
        replace(c, cells=Column.constant(text, len(sheet))) if c.number == number else c
        for c in sheet.columns
    )
    return replace(sheet, columns=columns)


def texts(sheet: cb.Sheet, field: str) -> list[str | None]:
    column = sheet.column(field)
    assert column
    return list(column.cells)


def test_what_a_mapping_makes_is_made_again() -> None:
    """Titles, copies and constants, next to what was supplied."""
    frame = pd.DataFrame([["Spa", "5O"]], columns=["Marke", "Wert"])
    sheet = cb.read(frame, mapping=MAPPING, defaults={"salon_ids": 720441})
    again = remade(changed(sheet, 2, "50"))
    assert [c.field for c in again.columns if not c.made] == [None, "balance", "salon_ids"]
    for field, text in {
        "title": "Spa 50", "balance": "50", "online_sale_price": "50", "is_multi": "yes",
        "salon_ids": "720441",
    }.items():  # fmt: skip
        assert texts(again, field) == [text]
    assert len(again.columns) == len(sheet.columns)


def test_what_the_pasted_format_makes_is_made_again() -> None:
    """The parts of the term and of the restriction."""
    sheet = cb.read(PASTED, format="booster")
    again = remade(changed(changed(sheet, 5, "дата-31.12.2031"), 4, "услуги(7)"))
    assert texts(again, "expiration_type_id") == ["1"]
    assert texts(again, "expiration_timeout") == [None]
    assert texts(again, "service_ids") == ["7"]
    assert len(again.columns) == len(sheet.columns)


def test_a_sheet_without_made_columns_stays() -> None:
    """There is nothing to make."""
    sheet = cb.read(pd.DataFrame([["Spa"]], columns=["Title"]))
    assert remade(sheet) == sheet


def test_an_annotated_copy_shows_what_was_read(tmp_path: Path) -> None:
    """Not what was made of it, where a copy is a new workbook."""
    (tmp_path / "foreign.csv").write_text("Marke,Wert\nSpa,many\n", encoding="utf-8")
    report = cb.validate(cb.read(tmp_path / "foreign.csv", mapping=MAPPING))
    page = openpyxl.load_workbook(cb.annotate(report, tmp_path / "copy.xlsx")).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows(max_row=2)] == [
        ["Marke", "Wert"],
        ["Spa", "many"],
    ]


def test_a_repair_reaches_what_is_made_of_its_cell(tmp_path: Path) -> None:
    """The title is put together again from the repaired cell, and no repair is put into parts."""
    (tmp_path / "foreign.csv").write_text('Marke,Wert\nSpa,\'50\nSpa,"1,000"\n', encoding="utf-8")
    report = cb.validate(cb.read(tmp_path / "foreign.csv", mapping=MAPPING))

    fixed = cb.fix(report, ["ambiguous_value"], decimal="point")

    assert {change.cell for change in fixed.changes} == {"B3"}
    assert texts(fixed.sheet, "title") == ["Spa '50", "Spa 1000"]
    assert texts(fixed.sheet, "online_sale_price") == ["'50", "1000"]
    page = openpyxl.load_workbook(fixed.to_excel(tmp_path / "fixed.xlsx")).worksheets[0]
    assert [cell.value for cell in page[3]] == ["Spa", 1000]


def test_a_part_of_a_pasted_cell_is_not_repaired_in_its_place() -> None:
    """03/04/2031 inside of a term is for the person to write anew."""
    report = cb.validate(cb.read(PASTED.replace("срок-6м", "дата-03/04/2031"), format="booster"))
    assert "ambiguous_value" in {finding.code for finding in report.errors}
    fixed = cb.fix(report, ["ambiguous_value"], dates="day-first")
    assert fixed.changes == ()
    assert texts(fixed.sheet, "expiration_date") == ["03/04/2031"]


def test_rows_for_another_chain_need_no_mapping(tmp_path: Path) -> None:
    """What is written for it has the names of the columns, and what was made is in it."""
    sheet = cb.read(PASTED.replace("услуги", "услуги(610101)") + "\t" * 7 + "1", format="booster")
    moved = cb.rebind(cb.validate(sheet), {"services": {610101: 7}, "locations": {1: 2}})
    again = cb.read(write_rebound(moved, tmp_path / "there.xlsx"))
    assert texts(again, "service_ids") == ["7"]
    assert texts(again, "salon_ids") == ["2"]
    assert texts(again, "expiration_timeout_unit_id") == ["м"]
    assert again.findings == ()

"""Fixed workbooks: only the repaired cells are others, and they are valid inputs."""

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

import certbulk as cb
from certbulk.core.findings.catalogue import CODES
from certbulk.repairing.fix import ACCEPTABLE, STATED
from tests.reading.files import raw_parts, zipped
from tests.repairing.books import GOOD, SHEET, checked, parts, rich, spots

ALL = {"accept": [*ACCEPTABLE], "dates": "day-first", "decimal": "comma"}
SHEET_PART = "xl/worksheets/sheet1.xml"


def cell(xml: bytes, address: str) -> str:
    """Return a cell's XML."""
    found = re.search(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)'.encode(), xml)
    assert found, address
    return found[0].decode()


def test_only_the_repaired_cells_are_changed(tmp_path: Path) -> None:
    """Every other cell and part is the same bytes; their formats are kept; text is text."""
    report = checked(rich(tmp_path / "prices.xlsx"))
    fixed = cb.fix(report, **ALL)  # type: ignore[arg-type]
    path = fixed.to_excel(tmp_path / "fixed.xlsx")
    before, after = parts(tmp_path / "prices.xlsx"), parts(path)
    assert {n for n in after if before.get(n) != after[n]} == {SHEET_PART}
    changed = after[SHEET_PART]
    for change in fixed.changes:
        old, new = cell(before[SHEET_PART], change.cell), cell(changed, change.cell)
        style = re.search(r's="\d+"', old)
        assert style
        assert style[0] in new
        changed = changed.replace(new.encode(), old.encode())
    assert changed == before[SHEET_PART]
    assert cell(after[SHEET_PART], "J5").endswith(">month</t></is></c>")
    assert cell(after[SHEET_PART], "B6").endswith("><v>1</v></c>")
    assert spots(checked(path)) == spots(fixed.report)


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    """And what is written then is the same again."""
    report = checked(rich(tmp_path / "prices.xlsx"))
    first = cb.fix(report, **ALL).to_excel(tmp_path / "first.xlsx")  # type: ignore[arg-type]
    again = cb.fix(checked(first), **ALL)  # type: ignore[arg-type]
    assert not again.changes
    assert parts(again.to_excel(tmp_path / "second.xlsx")) == parts(first)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_sample_with_errors(kind: str, tmp_path: Path) -> None:
    """What the changes promise is what a reader finds in the file; their findings are gone."""
    root = Path(__file__).parents[2]
    report = checked(root / "sample_data" / f"with_errors.{kind}")
    fixed = cb.fix(report, **ALL)  # type: ignore[arg-type]
    assert len(fixed) >= 8
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert spots(again) == spots(fixed.report)
    gone = {(change.cell, change.code) for change in fixed.changes}
    assert not gone & {(cell, code) for cell, code, _ in spots(again)}
    repairable = {name for name in ACCEPTABLE if name not in STATED}
    left = [f for f in again.all_findings if f.code in repairable and f.suggestion is not None]
    assert not left
    assert CODES.keys() >= repairable


def test_formulas_tables_and_dates_are_left_alone(tmp_path: Path) -> None:
    """A formula is not replaced by its result, nor a table's header; no number becomes a date."""
    path = tmp_path / "prices.xlsx"
    names = list(GOOD)
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Types")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        rows = [[*GOOD.values(), "x"], [*GOOD.values(), "x"]]
        page.add_table(
            "A1:K3", {"data": rows, "columns": [{"header": h} for h in [*names, "acton"]]}
        )
        page.write_string("I2", "6 months", day)
        page.write_formula("B3", '="5"&"k"', None, "5k")
        page.write("K2", "")
        page.write("K3", "")
    fixed = cb.fix(checked(path), ["unknown_column", "not_a_number"])
    assert [(c.cell, c.new) for c in fixed.changes] == [("I2", "6")]
    reasons = {n.finding.cell: n.why for n in fixed.not_made}
    assert reasons["B3"].startswith("The cell holds a formula")
    assert reasons["K1"].startswith("The header belongs to a table")
    after = parts(fixed.to_excel(tmp_path / "fixed.xlsx"))[SHEET_PART]
    assert "inlineStr" in cell(after, "I2")
    assert 'n" in' not in cell(after, "I2")
    again = checked(tmp_path / "fixed.xlsx")
    assert "not_an_integer" not in {code for _, code, _ in spots(again)}
    assert ("B3", "not_a_number") in {(address, code) for address, code, _ in spots(again)}


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_repaired_date_is_a_date(*, since_1904: bool, tmp_path: Path) -> None:
    """Where its cell shows dates, or has no format; in one of another format it is a text."""
    path = tmp_path / "prices.xlsx"
    row = {**GOOD, "expiration_type_id": "Fixed date", "expiration_timeout": "",
           "expiration_timeout_unit_id": "", "expiration_date": ""}  # fmt: skip
    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
        page = book.add_worksheet("Types")
        page.write_row("A1", list(row))
        day, text = (book.add_format({"num_format": form}) for form in ("dd.mm.yyyy", "@"))
        for number, look in enumerate([None, day, text], start=1):
            page.write_row(number, 0, [*row.values()])
            page.write_string(number, 0, f"Card {number}0")
            page.write_string(number, 10, "31.12.31", look)
    fixed = cb.fix(checked(path), ["not_a_date"])
    written = openpyxl.load_workbook(fixed.to_excel(tmp_path / "fixed.xlsx")).worksheets[0]
    cells = [written.cell(number, 11) for number in (2, 3, 4)]
    day_itself = datetime(2031, 12, 31)  # noqa: DTZ001 (cells have no time zone)
    assert [c.value for c in cells] == [day_itself, day_itself, "2031-12-31"]
    assert [c.number_format for c in cells] == ["mm-dd-yy", "dd.mm.yyyy", "@"]
    again = checked(tmp_path / "fixed.xlsx")
    assert [*again.columns["expiration_date"]] == [*fixed.report.columns["expiration_date"]]


@pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # what openpyxl loses
def test_a_merged_cell_is_repaired_where_its_text_stands(tmp_path: Path) -> None:
    """Once for all of its rows."""
    report = checked(rich(tmp_path / "prices.xlsx"))
    fixed = cb.fix(report, ["not_a_choice"])
    assert [c.cell for c in fixed.changes if c.field == "item_type_id"] == ["D7", "D8"]
    book = openpyxl.load_workbook(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert book[SHEET]["D7"].value == fixed.changes[-1].new
    assert str(book[SHEET].merged_cells).count(":") == 2


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_cells_of_odd_writers(prefix: str, tmp_path: Path) -> None:
    """Rows and cells without addresses, a unit put in where there was no cell, words like row>."""

    def text(words: str) -> str:
        return f'<c t="inlineStr"><is><t>{words}</t></is></c>'

    names = [*(n for n in GOOD if n != "expiration_timeout_unit_id"), "online_sale_title"]
    head = "".join(map(text, names)) + text("expiration_timeout_unit_id") + text("note")
    values = {**GOOD, "expiration_timeout": "6 months", "online_sale_title": "row> and </row"}
    cells = "".join(text(str(values[n]).replace("<", "&lt;")) for n in names)
    last = '<c r="L2" t="inlineStr"><is><t>kept</t></is></c>'
    content = raw_parts(f"<row>{head}</row><row>{cells}{last}</row>")
    if prefix:
        marked = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", str(content[SHEET_PART]))
        content[SHEET_PART] = marked.replace("xmlns=", "xmlns:x=")
    report = checked(zipped(tmp_path / "prices.xlsx", content))
    fixed = cb.fix(report)
    assert {(c.cell, c.new) for c in fixed.changes} == {("I2", "6"), ("K2", "month")}
    again = checked(fixed.to_excel(tmp_path / "fixed.xlsx"))
    assert spots(again) == spots(fixed.report)
    assert not again.errors
    assert list(again.sheet.frame.iloc[0])[-1] == "kept"


def test_fixed_and_annotated_go_together(tmp_path: Path) -> None:
    """An annotated copy can be fixed; annotated again it shows what is left."""
    copy = cb.annotate(checked(rich(tmp_path / "prices.xlsx")), tmp_path / "copy.xlsx")
    fixed = cb.fix(checked(copy), ["not_a_choice"])
    path = fixed.to_excel(tmp_path / "fixed.xlsx")
    notes = parts(cb.annotate(checked(path), tmp_path / "again.xlsx"))["xl/comments1.xml"].decode()
    assert "mnth" not in notes
    assert "My own note" in notes
    assert "maybe" in notes


def test_the_original_is_never_written_over(tmp_path: Path) -> None:
    """Not even where files may be replaced."""
    path = rich(tmp_path / "prices.xlsx")
    with pytest.raises(cb.OutputError, match="is the file that was read"):
        cb.fix(checked(path)).to_excel(path, overwrite=True)

"""Texts that no cell can hold: never a part of one for the whole, in any workbook that is made.

A cell of Excel holds 32,767 characters, those beyond the BMP counted twice (Microsoft's
"Excel specifications and limits"); the libraries below cut what is longer, without a word.
"""

from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import certbulk as cb
from certbulk.core.kinds.kind import tidy
from certbulk.core.payload import body_of, for_update, values_of
from certbulk.making.undo_workbook import undo_workbook
from certbulk.reading.workbook import Workbook
from certbulk.workbook import TableSheet, cell_for, fits, write_workbook

from .books import GOOD, checked, rich, spots

MOST = 32_767
ONLINE = {"online_sale_is_enabled": "yes", "online_sale_price": 5, "online_sale_title": "Card"}


def file_with(path: Path, text: str, field: str = "online_sale_description") -> Path:
    """Write a text file whose last column has a text."""
    pd.DataFrame([{**GOOD, **ONLINE, field: text}]).to_csv(path, index=False)
    return path


def read_back(path: Path, name: str) -> list[str | None]:
    """Return the cells of the second row of a sheet, as they are read."""
    grid = Workbook(path.read_bytes(), path.name).grid(name)
    return [column[1] for column in grid.columns]


@pytest.mark.parametrize("text", ["x" * 36_000, "😀" * 16_384 + "x" * 20_000, "_x0041_" * 5_000])
@pytest.mark.parametrize("verb", ["annotate", "fix", "results"])
def test_an_error_stays_an_error(tmp_path: Path, text: str, verb: str, client: cb.Client) -> None:
    """Cut, it would be a shorter description: valid, and somebody else's sentence."""
    report = checked(file_with(tmp_path / "prices.csv", text))
    assert [finding.code for finding in report.errors] == ["too_long"]
    where = report.errors[0].cell
    if verb == "results":
        copy = cb.apply(cb.plan(report, client), client).to_excel(tmp_path / "copy.xlsx")
    elif verb == "fix":
        copy = cb.fix(report).to_excel(tmp_path / "copy.xlsx")
    else:
        copy = cb.annotate(report, tmp_path / "copy.xlsx")
    again = checked(copy)
    assert [finding.field for finding in again.errors] == ["online_sale_description"]
    if verb != "results":
        assert [finding.cell for finding in again.errors] == [where]
    book = openpyxl.load_workbook(copy)
    notes = [c.comment.text for row in book.worksheets[0] for c in row if c.comment]
    assert sum(f"a cell can hold at most {MOST:,}" in note for note in notes) == 1


@pytest.mark.parametrize(
    "text", ["x" * MOST, "_x0041_" * 4_681, "_x000D_" * 3_000 + "\n" * 50, "😀" * 16_383 + "x"]
)
def test_what_fits_is_written_whole(tmp_path: Path, text: str) -> None:
    """Also where escapes, that nobody sees, make it longer in the file."""
    report = checked(file_with(tmp_path / "prices.csv", text.strip()))
    assert report.ok
    copy = cb.annotate(report, tmp_path / "copy.xlsx")
    assert spots(checked(copy)) == []
    assert read_back(copy, report.sheet.name or "certificate_types")[-1] == text.strip()


def test_what_fits_is_counted_as_programs_do() -> None:
    """In units of UTF-16."""
    assert fits("x" * MOST)
    assert not fits("x" * (MOST + 1))
    assert fits("😀" * (MOST // 2))
    assert not fits("😀" * (MOST // 2 + 1))


def test_a_list_of_ids_that_does_not_fit_is_no_shorter_list(tmp_path: Path) -> None:
    """It is valid, and cut it would be valid, too: with fewer services, or half an id."""
    ids = "; ".join(str(900_000 + n) for n in range(5_000))
    report = checked(file_with(tmp_path / "prices.csv", ids, "service_ids"))
    again = checked(cb.annotate(report, tmp_path / "copy.xlsx"))
    assert [finding.field for finding in again.errors] == ["service_ids"]


def test_an_undo_with_a_text_that_does_not_fit(tmp_path: Path, client: cb.Client) -> None:
    """The workbook has an error there, and never a part of the text to put back."""
    report = cb.validate(cb.read(pd.DataFrame([{**GOOD, **ONLINE}])))
    made = cb.apply(cb.plan(report, client), client).outcomes[0].id
    record = client.get(made or 0)
    longer = for_update(values_of(record), {"online_sale_description": "😀" * 20_000})
    client.update(made or 0, body_of(longer))
    frame = pd.DataFrame([{"id": made, "online_sale_description": "short"}])
    run = cb.apply(cb.plan(cb.validate(cb.read(frame)), client), client)
    path = undo_workbook(cb.undo(run.id, client), tmp_path / "undo.xlsx")
    assert [(f.code, f.field) for f in checked(path).errors] == [
        ("error_cell", "online_sale_description")
    ]


NUMBERS = st.from_regex(r"-?\d{1,16}(\.\d{1,10})?", fullmatch=True)
TEXTS = st.text(min_size=1).filter(str.strip)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=20))
def test_what_is_read_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Texts by their letters, and numbers by their value, of the shape that they had."""
    path = tmp_path_factory.mktemp("written") / "book.xlsx"
    cells = [[cell_for("balance", number), cell_for("title", text)] for number, text in rows]
    write_workbook(path, [TableSheet("x", ["balance", "title"], cells)])
    numbers, texts = Workbook(path.read_bytes(), "x").grid("x").columns
    for position, (number, text) in enumerate(rows, start=1):
        assert float(numbers[position] or "nan") == float(number)
        assert tidy(texts[position] or "") == tidy(_visible(text))


def _visible(text: str) -> str:
    """Return a text without what no workbook can hold."""
    kept = (letter for letter in text if letter in "\t\n\r" or letter >= " ")
    return "".join(
        letter
        for letter in kept
        if not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
    )


@pytest.mark.parametrize("verb", ["annotate", "fix"])
def test_a_writer_that_changes_a_text_is_caught(
    tmp_path: Path, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is read back before it gets its name: no copy rather than a wrong one."""
    report = checked(file_with(tmp_path / "prices.csv", "All of it"))
    monkeypatch.setattr("certbulk.workbook.writing.cells.writable", lambda text: text[:6])
    write = partial(cb.annotate, report) if verb == "annotate" else cb.fix(report).to_excel
    with pytest.raises(cb.OutputError, match='would be read as "Rosema" instead of "Ros'):
        write(tmp_path / "copy.xlsx")
    assert [path.name for path in tmp_path.glob("*.xlsx")] == []


def test_a_repair_that_is_not_read_back_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the person's own workbook the cells that are changed are read back."""
    source = rich(tmp_path / "prices.xlsx")
    fixed = cb.fix(checked(source), ["not_a_choice"])
    monkeypatch.setattr("certbulk.workbook.editing.cell_edits.writable", lambda text: text[:3])
    with pytest.raises(cb.OutputError, match="would be read as"):
        fixed.to_excel(tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()

"""Several files as one sheet: every row and finding is known by its file and its row there."""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.kinds import NumberText
from tests.planning.sheets import new

ROW = {**new(title="N 10"), "action": ""}


def files(folder: Path) -> list[Path]:
    """Write a .csv with an error in row 3, and a workbook with a title above its header."""
    one = folder / "one.csv"
    one.write_text("id,balance\n288901,60\n288902,abc\n", encoding="utf-8")
    two = folder / "two.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["Prices of the south"])
    page.append(["Face value", "Note", "ID"])
    page.append([75.5, "check", 288904])
    book.save(two)
    return [one, two]


def test_rows_of_several_files(tmp_path: Path) -> None:
    """Columns with one meaning are one, others stay."""
    sheet = cb.read(files(tmp_path))
    assert sheet.index.tolist() == [("one.csv", 2), ("one.csv", 3), ("two.xlsx", 3)]
    assert sheet.index.names == ["file", "row"]
    assert sheet.frame.columns.tolist() == ["id", "balance", "Note"]
    assert sheet.frame["balance"].tolist() == ["60", "abc", "75.5"]


def test_a_number_stays_a_number(tmp_path: Path) -> None:
    """The same digits as text in another file may be a thousand."""
    one, two = tmp_path / "one.csv", tmp_path / "two.parquet"
    one.write_text('id,balance\n288901,"1.234"\n', encoding="utf-8")
    pd.DataFrame({"id": [288902], "balance": [1.234]}).to_parquet(two)
    balance = cb.read([one, two]).column("balance")
    assert balance is not None
    assert [isinstance(cell, NumberText) for cell in balance.cells] == [False, True]


def test_every_finding_names_its_file_and_row(tmp_path: Path) -> None:
    """Those about a row, and those about a whole file."""
    report = cb.validate(files(tmp_path))
    (error,) = report.errors
    assert str(error).startswith('row 3 of one.csv, column "balance": "abc" is not a number')
    assert report.findings.index[report.findings["code"] == "not_a_number"].tolist() == [
        ("one.csv", 3)
    ]
    (unknown,) = (finding for finding in report.warnings if finding.code == "unknown_column")
    assert unknown.message.startswith('two.xlsx, B2: "Note" is not a known column')


def test_results_tell_each_row_its_outcome(client: cb.Client, tmp_path: Path) -> None:
    """The workbook begins with the file and the row; frames have them as their index."""
    plan = cb.plan(files(tmp_path), client)
    run = cb.apply(plan, client, progress=False)
    done = pd.read_excel(run.to_excel(tmp_path / "done.xlsx"), engine="openpyxl")
    shown = done[["file", "row", "result_status"]].itertuples(index=False, name=None)
    assert list(shown) == [
        ("one.csv", 2, "updated"),
        ("one.csv", 3, "invalid"),
        ("two.xlsx", 3, "updated"),
    ]
    assert run.frame.index.tolist() == plan.frame.index.tolist() == list(plan.report.sheet.index)
    assert client.get(288904)["balance"] == 75.5


def test_a_plan_of_several_files_is_kept(client: cb.Client, tmp_path: Path) -> None:
    """In the journal and back, the rows are those of their files."""
    run = cb.apply(cb.plan(files(tmp_path), client), client, progress=False)
    assert cb.attach(run.id).frame.index.tolist() == run.frame.index.tolist()


def test_a_marked_copy_has_all_rows(tmp_path: Path) -> None:
    """It is a new workbook, with the file and the row in front."""
    copy = cb.annotate(cb.validate(files(tmp_path)), tmp_path / "marked.xlsx")
    rows = list(openpyxl.load_workbook(copy).worksheets[0].iter_rows(values_only=True))
    assert [row[:2] for row in rows] == [
        ("file", "row"), ("one.csv", "2"), ("one.csv", "3"), ("two.xlsx", "3"),
    ]  # fmt: skip


def test_files_with_one_name(tmp_path: Path) -> None:
    """They are told apart by their folders; the same file twice would send each row twice."""
    paths = [tmp_path / region / "types.csv" for region in ("north", "south")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("id\n288901\n", encoding="utf-8")
    sheet = cb.read(paths)
    assert [file for file, _ in sheet.index] == ["north/types.csv", "south/types.csv"]
    with pytest.raises(cb.ReadError, match=r"types\.csv is in the list twice"):
        cb.read([paths[0], tmp_path / "south/../north/types.csv"])


def test_a_value_for_all_rows_of_all_files(tmp_path: Path) -> None:
    """It is given once, and refused if any of the files has the column."""
    sheet = cb.read(iter(files(tmp_path)), defaults={"salon_ids": 720441})
    column = sheet.column("salon_ids")
    assert column is not None
    assert list(column.cells) == ["720441"] * 3
    with pytest.raises(cb.ReadError, match="balance is in the sheet already"):
        cb.read(files(tmp_path), defaults={"balance": 5})


def test_lists_of_names_of_several_files(tmp_path: Path) -> None:
    """A name that means another id in each file is not guessed."""
    paths = []
    for name, number in (("a", 1), ("b", 2)):
        book = openpyxl.Workbook()
        book.worksheets[0].append(["id", "salon_ids"])
        book.worksheets[0].append([288900 + number, "Downtown"])
        page = book.create_sheet("locations")
        page.append(["id", "name"])
        page.append([number, "Downtown"])
        paths.append(tmp_path / f"{name}.xlsx")
        book.save(paths[-1])
    alone, both = cb.validate(paths[0]), cb.validate(paths)
    assert alone.columns["salon_ids"][0] == (1,)
    assert {finding.code for finding in both.errors} == {"ambiguous_reference"}


@pytest.mark.parametrize("bad", [["a.csv", 5], [b"id"], [["a.csv"]]])
def test_lists_of_other_things(bad: Any) -> None:
    """They are refused with what is taken."""
    with pytest.raises(cb.ArgumentError, match="a list of paths"):
        cb.read(bad)

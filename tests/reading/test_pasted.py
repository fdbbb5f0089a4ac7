"""Rows as they are pasted into the browser extension."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.reading.extension.cells import COLUMNS

from .files import workbook

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANYTHING = [
    "Сертификат 1000", "много", "1000", "товары+услуги", "срок-6м", "нет", "нет",
    "нет", "", "", "", "", "720441,720442",
]  # fmt: skip
MASSAGE = [
    "Массаж", "один", "2500", "услуги(610101,610102)", "дата-31.12.2031", "да", "везде",
    "да", "Массаж онлайн", "2400", "Час отдыха", "", "720441",
]  # fmt: skip
FAULTY = [
    "Плохой", "одинн", "тысяча", "товар", "срок-6q", "да", "гдепродан",
    "нет", "", "", "", "https://example.org/x.png", "720441",
]  # fmt: skip
TEXT = "\n".join("\t".join(row) for row in (ANYTHING, [], MASSAGE)) + "\n"


def pasted(source: object) -> cb.Report:
    return cb.validate(cb.read(source, format="booster"), now=NOW)  # type: ignore[arg-type]


def test_rows_are_read_as_they_are_pasted() -> None:
    """Thirteen columns without headers, words as the extension takes them, blank lines between."""
    report = pasted(TEXT)

    assert [str(finding) for finding in report.all_findings] == []
    assert report.sheet.rows.tolist() == [1, 3]
    first, second = report.values(0), report.values(1)
    assert (first["title"], first["balance"], first["is_multi"]) == ("Сертификат 1000", 1000, True)
    assert (first["item_type_id"], first["salon_ids"]) == (0, (720441, 720442))
    assert (first["expiration_type_id"], first["expiration_timeout"]) == (2, 6)
    assert first["expiration_timeout_unit_id"] == 3
    assert first["balance_edit_type_id"] == 2
    assert (second["item_type_id"], second["service_ids"]) == (3, (610101, 610102))
    assert second["expiration_date"].isoformat() == "2031-12-31T23:59:59+00:00"
    assert (second["balance_edit_type_id"], second["online_sale_price"]) == (1, 2400)


def test_the_sheet_in_sight_is_read_beside_a_hidden_one(tmp_path: Path) -> None:
    """Pasted rows have no headers to know them by: of one visible sheet there is no doubt."""
    book = openpyxl.Workbook()
    for row in (ANYTHING, MASSAGE):
        book.worksheets[0].append(row)
    hidden = book.create_sheet("Backup")
    for row in (["ID", "Title", "Face value", "Locations"], ["288901", "Oak", "100", "720441"]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    sheet = pasted(tmp_path / "a.xlsx").sheet
    assert (sheet.name, len(sheet)) == ("Sheet", 2)
    assert [(f.code, f.value) for f in sheet.findings] == [("other_sheets", '"Backup" (hidden)')]


@pytest.mark.parametrize("name", ["rows.txt", "rows.tsv", "rows.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
def test_files_of_pasted_rows(tmp_path: Path, name: str, encoding: str) -> None:
    """Saved from an editor, in any of its encodings: the tab is what is between cells."""
    file = tmp_path / name
    file.write_bytes(TEXT.encode(encoding))
    assert [pasted(file).values(i) for i in (0, 1)] == [pasted(TEXT).values(i) for i in (0, 1)]


def test_a_workbook_and_a_frame_of_such_rows(tmp_path: Path) -> None:
    """The sheet from which they are copied can be read itself, at its own addresses."""
    letters = "BCDEFGHIJKLMN"
    cells = {f"{letter}3": text for letter, text in zip(letters, FAULTY, strict=True) if text}
    report = pasted(workbook(tmp_path / "rows.xlsx", ("Rows", cells)))
    assert {(f.row, f.cell) for f in report.errors} >= {(3, "C3"), (3, "D3"), (3, "E3")}

    frame = pd.DataFrame([ANYTHING, MASSAGE])
    assert pasted(frame).sheet.rows.tolist() == [2, 3]
    assert pasted(frame).values(1) == pasted(TEXT).values(1)


def test_findings_stand_at_the_pasted_cells() -> None:
    """Also what is wrong with a part of a cell; no repair of a part is offered for the whole."""
    report = pasted("\n".join("\t".join(row) for row in (ANYTHING, FAULTY)))
    assert [(f.row, f.cell, f.field, f.code, f.suggestion) for f in report.all_findings] == [
        (None, None, None, "unknown_column", None),
        (2, "C2", "balance", "not_a_number", None),
        (2, "B2", "is_multi", "not_a_flag", "один"),
        (2, "D2", "item_type_id", "not_a_choice", None),
        (2, "E2", "expiration_timeout_unit_id", "not_a_choice", None),
    ]
    assert "Images are not sent" in report.all_findings[0].message


def test_a_header_alone_is_no_image() -> None:
    """Nothing is lost where the column of images is blank in every row."""
    headers = "Название,Тип,Номинал,Ограничение,Срок,Без кода,Изменение,Онлайн,,,,Фото,Филиалы"
    report = pasted("\n".join("\t".join(row) for row in (headers.split(","), ANYTHING)))
    assert report.all_findings == ()


def test_quotation_marks() -> None:
    """Around a cell with a line break they belong to the copying, elsewhere to the text."""
    two_lines = [*MASSAGE[:10], '"Час\nотдыха"', *MASSAGE[11:]]
    assert pasted("\t".join(two_lines)).values(0)["online_sale_description"] == "Час\nотдыха"
    named = ['"Весна" 1000', *ANYTHING[1:]]
    report = pasted("\n".join(["\t".join(named), "\t".join(ANYTHING)]))
    assert report.values(0)["title"] == '"Весна" 1000'
    assert len(report) == 2


def test_results_can_be_read_again(client: cb.Client, tmp_path: Path) -> None:
    """They show the thirteen columns as they were pasted, and ids: nothing is sent twice."""
    run = cb.apply(cb.plan(pasted(TEXT), client), client)
    assert run.counts["created"] == 2

    results = run.to_excel(tmp_path / "results.xlsx")

    page = openpyxl.load_workbook(results)["results"]
    headers, first = ([cell.value for cell in row] for row in page.iter_rows(max_row=2))
    assert headers[:15] == ["id", *COLUMNS, "result_row"]
    assert first[4:6] == ["товары+услуги", "срок-6м"]
    again = cb.plan(pasted(results), client)
    assert again.counts["unchanged"] == 2


def test_rows_of_another_width() -> None:
    """Of fewer columns, what is missing is reported; of more, what is not sent."""
    short = pasted("\t".join(ANYTHING[:12]))
    assert "missing_column" in {f.code for f in short.errors}
    long = pasted("\t".join([*ANYTHING, "more"]))
    assert ["beyond the 13" in f.message for f in long.all_findings] == [True]
    assert [f.code for f in pasted("\t\n").all_findings][:1] == ["no_rows"]


HEADED = [*COLUMNS, "Remarks"]


@pytest.mark.parametrize("rows", [[ANYTHING, MASSAGE], [MASSAGE], [HEADED, [*ANYTHING, ""]]])
@pytest.mark.parametrize("kind", ["text", "workbook", "frame"])
def test_rows_that_were_not_said_to_be_pasted(
    tmp_path: Path, rows: list[list[str]], kind: str
) -> None:
    """Read as a table, one line says how to read them, and no value is reported to be a header."""
    source: object = tmp_path / "rows.txt"
    if kind == "text":
        (tmp_path / "rows.txt").write_text("\n".join("\t".join(row) for row in rows))
    elif kind == "frame":
        headed = rows[0][0] == "Title"
        source = pd.DataFrame(rows[1:], columns=rows[0]) if headed else pd.DataFrame(rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        source = tmp_path / "rows.xlsx"
        book.save(tmp_path / "rows.xlsx")
    report = cb.validate(cb.read(source), now=NOW)  # type: ignore[arg-type]
    (said,) = [f for f in report.all_findings if f.code == "pasted_rows"]
    assert "browser extension" in said.message
    assert {finding.code for finding in report.errors} & {"missing_column", "no_rows"}


def test_a_mapping_may_have_the_same_headers() -> None:
    """Columns that a mapping knows are not reported as pasted; others are reported as unknown."""
    frame = pd.DataFrame([["A 10", "0", "0", "x"]], columns=["Name", "Restriction", "Term", "?"])
    renamed = {"item_type_id": "Restriction", "expiration_type_id": "Term"}
    (said,) = cb.read(frame, mapping={"rename": renamed}).findings
    assert (said.code, said.value) == ("unknown_column", "?")


@pytest.mark.parametrize(
    "row", [["a", "yes", "1", "x", "y"], ["a", "b"], ["a", "one", "1", "0", "x"], ["a"] * 13]
)
def test_other_rows_without_headers(row: list[str]) -> None:
    """What only has as many columns is not reported to be pasted."""
    sheet = cb.read(pd.DataFrame([row]))
    assert not any("booster" in finding.message for finding in sheet.findings)


def test_options_that_do_not_go_together() -> None:
    """The format knows its columns; an unknown format is refused."""
    with pytest.raises(cb.SettingsError, match="leave the mapping out"):
        cb.read(TEXT, format="booster", mapping={})
    with pytest.raises(cb.SettingsError, match='takes "table" or "booster", not "csv"'):
        cb.read(TEXT, format="csv")  # type: ignore[arg-type]


_REST = "\tмного\t1000\tтовары+услуги\tсрок-6м\tда\tнет\tнет\t\t\t\t\t720441\n"


def test_quotes_in_titles_beside_a_cell_with_a_line_break() -> None:
    """A quoted cell keeps its line break though other titles begin with quotation marks."""
    sheet = cb.read(f'"Oak\n1000"{_REST}\n"Elm" 1000{_REST}Towel 5"{_REST}', format="booster")

    titles = sheet.column("title")
    assert titles is not None
    assert list(titles.cells) == ["Oak\n1000", '"Elm" 1000', 'Towel 5"']
    assert sheet.rows.tolist() == [1, 3, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'Oak{_REST}"Elm 1000{_REST}Ash{_REST}', 2),
        (f'Oak{_REST}"Elm 1000{_REST}Towel 5"{_REST}', 2),
        (f'"Oak\n1000"{_REST}"Elm\n1000" more{_REST}', 3),
    ],
    ids=["never closed", "closed in another row", "closed before the end of its cell"],
)
def test_a_quotation_mark_that_nothing_closes(text: str, line: int) -> None:
    """Where a cell ends would be a guess: the file is refused, with the line."""
    with pytest.raises(cb.ReadError, match=f"line {line}: the quotation mark before"):
        cb.read(text, format="booster")


def test_a_slip_is_repaired_with_a_word_of_the_format() -> None:
    """What is written can be read again as pasted rows."""
    row = [*ANYTHING]
    row[1] = "многа"
    report = pasted("\t".join(row))
    (finding,) = report.errors
    assert (finding.cell, finding.suggestion) == ("B1", "много")
    fixed = cb.fix(report, ["not_a_flag"])
    assert fixed.report.ok
    assert fixed.report.values(0)["is_multi"] is True
    assert cb.fix(report).left == (finding,)

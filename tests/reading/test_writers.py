"""The same table from every kind of source is read as the same texts."""

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from certbulk import read

from .files import binary_workbook, found, header, inline, raw_parts, texts, zipped

HEADERS = ["title", "Face value", "salon_ids", "online_sale.description"]
ROWS = [
    ["Подарочный сертификат 🎁", "1 000,50", "720441, 720442", "line one\nline two"],
    ["NA", "null", "00123", '"quoted", and; more'],
    ["=1+1", "-", "1e5", "+7 (900) 000-00-00"],
    ["  spaced  ", "TRUE", "None", "@name"],
    ["<b> & 'x'", "nan", "N/A", "tab\there"],
]


def _openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADERS, *ROWS):
        book.worksheets[0].append(row)
    for cells in book.worksheets[0].iter_rows():
        for cell in cells:
            cell.data_type = "s"
    book.save(path)


def _write_only(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Types")
    for row in (HEADERS, *ROWS):
        cells = [openpyxl.cell.WriteOnlyCell(page, text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        page.append(cells)
    book.save(path)


def _xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for number, row in enumerate((HEADERS, *ROWS)):
            for position, text in enumerate(row):
                page.write_string(number, position, text)


def _constant_memory(path: Path) -> None:
    """Write strings into the cells themselves instead of a table of shared ones."""
    options = {"strings_to_formulas": False, "constant_memory": True}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        for number, row in enumerate((HEADERS, *ROWS)):
            for position, text in enumerate(row):
                page.write_string(number, position, text)


def _pandas(path: Path) -> None:
    options = {"options": {"strings_to_formulas": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as writer:
        pd.DataFrame(ROWS, columns=HEADERS).to_excel(writer, index=False)


def _by_hand(path: Path) -> None:
    rows = header(*HEADERS)
    for number, row in enumerate(ROWS, start=2):
        cells = "".join(
            inline(f"{'ABCD'[position]}{number}", _escaped(text)).replace(
                "<t>", '<t xml:space="preserve">'
            )
            for position, text in enumerate(row)
        )
        rows += f'<row r="{number}">{cells}</row>'
    zipped(path, raw_parts(rows))


def _strict(path: Path) -> None:
    """Write shared strings in the strict namespace, some of them in several runs."""
    table = [text for row in (HEADERS, *ROWS) for text in row]
    shared = "".join(
        f'<si><r><t xml:space="preserve">{_escaped(text[:1])}</t></r>'
        f'<r><rPr><b/></rPr><t xml:space="preserve">{_escaped(text[1:])}</t></r></si>'
        for text in table
    )
    rows = ""
    for number in range(1, len(ROWS) + 2):
        cells = "".join(
            f'<c r="{letter}{number}" t="s"><v>{(number - 1) * 4 + position}</v></c>'
            for position, letter in enumerate("ABCD")
        )
        rows += f'<row r="{number}">{cells}</row>'
    zipped(path, raw_parts(rows, shared=shared, strict=True))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _binary(path: Path) -> None:
    rows = {number: dict(enumerate(row)) for number, row in enumerate([HEADERS, *ROWS])}
    zipped(path, binary_workbook(rows))


def _csv(path: Path, mark: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=mark).writerows([HEADERS, *ROWS])


def _parquet(path: Path) -> None:
    pd.DataFrame(ROWS, columns=HEADERS).to_parquet(path)


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "openpyxl": ("a.xlsx", _openpyxl),
    "openpyxl write-only": ("a.xlsx", _write_only),
    "xlsxwriter": ("a.xlsx", _xlsxwriter),
    "xlsxwriter in constant memory": ("a.xlsx", _constant_memory),
    "pandas": ("a.xlsx", _pandas),
    "upper case": ("A.XLSX", _openpyxl),
    "macros": ("a.xlsm", _openpyxl),
    "inline strings": ("a.xlsx", _by_hand),
    "strict, rich text": ("a.xlsx", _strict),
    "binary": ("a.xlsb", _binary),
    "csv": ("a.csv", _csv),
    "csv with a mark": ("a.csv", lambda path: _csv(path, encoding="utf-8-sig")),
    "csv with semicolons": ("a.csv", lambda path: _csv(path, ";")),
    "csv with bars": ("a.csv", lambda path: _csv(path, "|")),
    "csv in UTF-16": ("a.csv", lambda path: _csv(path, encoding="utf-16")),
    "tsv": ("a.tsv", lambda path: _csv(path, "\t")),
    "txt": ("a.txt", lambda path: _csv(path, "\t", "utf-16")),
    "parquet": ("a.parquet", _parquet),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_format_gives_the_same_texts(writer: str, tmp_path: Path) -> None:
    """No text is taken for a number, a blank or a formula, whoever wrote the file."""
    name, write = WRITERS[writer]
    write(tmp_path / name)
    sheet = read(tmp_path / name)
    assert [list(column.cells) for column in sheet.columns] == [
        list(c) for c in zip(*ROWS, strict=True)
    ]
    assert [column.field for column in sheet.columns] == [
        "title",
        "balance",
        "salon_ids",
        "online_sale_description",
    ]
    assert [column.header for column in sheet.columns] == HEADERS
    assert sheet.rows.tolist() == [2, 3, 4, 5, 6]
    assert sheet.header_row == 1
    assert found(sheet) == []
    assert sheet.source == name


def test_a_frame_gives_the_same_texts() -> None:
    """Its column names count as row 1, so that addresses are those of the frame on a sheet."""
    sheet = read(pd.DataFrame(ROWS, columns=HEADERS))
    assert [list(column.cells) for column in sheet.columns] == [
        list(c) for c in zip(*ROWS, strict=True)
    ]
    assert sheet.rows.tolist() == [2, 3, 4, 5, 6]
    assert sheet.address("balance", 6) == "B6"
    assert sheet.source == "DataFrame"
    assert sheet.name is None


def test_text_around_foreign_letters_is_left_out(tmp_path: Path) -> None:
    """How a word is pronounced is beside it in some workbooks, and is not part of it."""
    shared = "<si><t>title</t></si><si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    )
    assert texts(read(zipped(tmp_path / "a.xlsx", raw_parts(rows, shared=shared))), "title") == [
        "東京"
    ]


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    """The same bytes have the same hash under any name; another cell makes another hash."""
    _csv(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    assert read(tmp_path / "a.csv").sha256 == read(tmp_path / "b.csv").sha256
    frame = pd.DataFrame(ROWS, columns=HEADERS)
    other = frame.replace("NA", "N A")
    assert read(frame).sha256 == read(frame.copy()).sha256
    assert read(frame).sha256 != read(other).sha256
    assert len(read(frame).sha256) == 64


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    """Both str and Path are paths."""
    _csv(tmp_path / "a.csv")
    assert read(str(tmp_path / "a.csv")).sha256 == read(tmp_path / "a.csv").sha256


def test_reading_leaves_the_source_alone(tmp_path: Path) -> None:
    """Neither the file nor the frame is changed."""
    _openpyxl(tmp_path / "a.xlsx")
    before = (tmp_path / "a.xlsx").read_bytes()
    read(tmp_path / "a.xlsx", defaults={"id": 5})
    assert (tmp_path / "a.xlsx").read_bytes() == before
    frame = pd.DataFrame(ROWS, columns=HEADERS)
    read(frame, defaults={"id": 5})
    pd.testing.assert_frame_equal(frame, pd.DataFrame(ROWS, columns=HEADERS))

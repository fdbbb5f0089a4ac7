"""What cannot be read is a ReadError that says why and what to do, and never anything else."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from certbulk import ReadError, read

from .files import (
    archive_of,
    compound_file,
    header,
    inline,
    one_sheet,
    open_document,
    raw_parts,
    zipped,
)


def _locked_document() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<file-entry><encryption-data/></file-entry>")
    return data.getvalue()


def _locked_workbook() -> bytes:
    """Return an .xls whose stream has a second record that says that the others are encrypted."""
    records = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x06\x00" + bytes(6)
    data, start = compound_file("Workbook"), 3 * 512
    return data[:start] + records + data[start + len(records) :]


SAVE = "save it as .xlsx"
NO_WORKBOOKS: dict[str, tuple[bytes, str]] = {
    "0 bytes": (b"", "is empty"),
    "one byte": (b"P", SAVE),
    "text": (b"title,balance\nA,5\n", SAVE),
    "a page": (b"<html><table><tr><td>title</td></tr></table></html>", "web page"),
    "a page with a head": (b"\n  <!DOCTYPE html>\n<html></html>", "web page"),
    "a table": (b"<table><tr><td>title</td></tr></table>", "web page"),
    "XML": (b'<?xml version="1.0"?><Workbook/>', "XML"),
    "the start of an archive": (b"PK\x03\x04", SAVE),
    "zeros": (bytes(5000), SAVE),
    "a password": (compound_file("EncryptionInfo", "EncryptedPackage"), "password"),
    "a document's password": (_locked_document(), "password"),
    "an old password": (_locked_workbook(), "password"),
    "an old document": (compound_file("WordDocument"), SAVE),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "is a picture"),
    "a photograph": (b"\xff\xd8\xff\xe0" + bytes(1000), "is a picture"),
    "a document": (b"%PDF-1.7\n" + bytes(1000), "is a PDF document"),
}


@pytest.mark.parametrize("ending", [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"])
@pytest.mark.parametrize("name", NO_WORKBOOKS)
def test_what_is_no_workbook(name: str, ending: str, tmp_path: Path) -> None:
    """Whatever its name says; the message names the file and what to do about it."""
    content, hint = NO_WORKBOOKS[name]
    path = tmp_path / f"types{ending}"
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert f"types{ending}" in str(caught.value)
    assert hint in str(caught.value)


def _parquet(path: Path) -> bytes:
    pd.DataFrame({"title": ["A"] * 9}).to_parquet(path)
    return path.read_bytes()


PIECES: dict[str, Callable[[Path], bytes]] = {
    "a.xlsx": lambda path: one_sheet(path, {"A1": "title", "A2": "A"}).read_bytes(),
    "a.ods": lambda path: zipped(path, open_document("")).read_bytes(),
    "a.xls": lambda _: compound_file("Workbook", "SummaryInformation"),
    "a.parquet": _parquet,
}


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("name", PIECES)
def test_a_file_that_ends_too_soon(name: str, part: float, tmp_path: Path) -> None:
    """A download that broke off."""
    whole = PIECES[name](tmp_path / name)
    (tmp_path / name).write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ReadError, match=name):
        read(tmp_path / name)


@pytest.mark.parametrize("size", [8, 511, 513, 595, 1023, 1025, 1500])
def test_an_old_workbook_that_ends_anywhere(size: int, tmp_path: Path) -> None:
    """Also in the middle of a number, where a reader may fall over it."""
    (tmp_path / "a.xls").write_bytes(compound_file("Workbook")[:size])
    with pytest.raises(ReadError, match=r"a\.xls"):
        read(tmp_path / "a.xls")


PANDAS = [
    b"{",
    b"[]",
    b'{"index_columns": [], "columns": [{"name": "title"}]}',
    b'{"index_columns": ["nothing"], "columns": [], "column_indexes": [{}]}',
    b'{"index_columns": [], "columns": [{"name": "title", "pandas_type": "x", "numpy_type": "x"}]}',
]


@pytest.mark.parametrize("said", PANDAS)
def test_a_parquet_file_whose_notes_are_wrong(said: bytes, tmp_path: Path) -> None:
    """What a program noted for pandas in the file may be nonsense; the table need not be."""
    table = pa.table({"title": ["A"]}).replace_schema_metadata({b"pandas": said})
    pq.write_table(table, tmp_path / "a.parquet")
    _read_or_refuse(tmp_path / "a.parquet")


PARTS = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "_rels/.rels"]
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "zeros": lambda content: bytes(len(content)),
    "half": lambda content: content[: len(content) // 2],
    "not XML": lambda _: b"\xff\x00 <garbage",
    "another document": lambda _: b"<html><p>No &nbsp; entity</html>",
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_workbook_with_a_damaged_part(part: str, damage: str, tmp_path: Path) -> None:
    """It is refused, or what can be read of it is; nothing else happens."""
    parts = archive_of(one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "=1+1"}))
    zipped(tmp_path / "a.xlsx", parts | {part: DAMAGE[damage](parts[part])})
    _read_or_refuse(tmp_path / "a.xlsx")


@pytest.mark.parametrize("part", PARTS)
def test_a_workbook_without_one_of_its_parts(part: str, tmp_path: Path) -> None:
    """The same where a part is missing altogether."""
    parts = archive_of(one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "=1+1"}))
    del parts[part]
    _read_or_refuse(zipped(tmp_path / "a.xlsx", parts))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("field", ["checksum", "name", "version", "method"])
def test_an_archive_that_contradicts_itself(part: str, field: str, tmp_path: Path) -> None:
    """Readers differ in what they check of an archive; none of their errors gets through."""
    path = one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "=1+1"})
    data = bytearray(path.read_bytes())
    entry = data.rindex(part.encode(), 0, data.rindex(b"PK\x05\x06")) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(part).header_offset
    offsets = {
        "checksum": entry + 16,
        "name": local + 30,
        "version": entry + 6,
        "method": entry + 10,
    }
    data[offsets[field]] ^= 0x7F
    path.write_bytes(data)
    _read_or_refuse(path)


def _read_or_refuse(path: Path) -> None:
    try:
        sheet = read(path)
    except ReadError as error:
        assert path.name in str(error)  # noqa: PT017 (either outcome is right)
    else:
        assert sheet.source == path.name


PATHS: list[tuple[str, str]] = [
    ("nothing.xlsx", "There is no file"),
    ("no/folder.xlsx", "There is no file"),
    ("types.pdf", r"is a \.pdf file.*\.xlsx"),
    ("types.docx", r"is a \.docx file"),
    ("types", "has no file extension"),
    ("", r"is a folder\. Give the path of a file in it, or a list"),
    (".", "is a folder"),
    ("folder.xlsx", "is a folder"),
    ("x" * 300 + ".csv", "cannot be opened"),
    ("a\0b.xlsx", "There is no file|cannot be opened"),
]


@pytest.mark.parametrize(("name", "hint"), PATHS, ids=lambda value: repr(value)[:20])
def test_a_path_that_leads_to_no_file(name: str, hint: str, tmp_path: Path) -> None:
    """Missing files, folders, other endings: the message says which."""
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(ReadError, match=hint):
        read(tmp_path / name if name not in {"", "."} else name)


def test_formulas_without_addresses_are_found_at_their_places(tmp_path: Path) -> None:
    """Cells without addresses stand one after another, so that each has its place all the same."""
    rows = header("title", "balance")
    rows += '<row><c t="inlineStr"><is><t>A</t></is></c><c><f>1+1</f></c></row>'
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert [(f.cell, f.code) for f in sheet.findings] == [("B2", "formula_without_value")]


def test_cells_without_addresses_are_read(tmp_path: Path) -> None:
    """An address may be left out where the cells stand one after another."""
    rows = '<row><c t="inlineStr"><is><t>title</t></is></c></row><row><c><v>5</v></c></row>'
    sheet = read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert [list(column.cells) for column in sheet.columns] == [["5"]]


def test_entities_do_not_grow(tmp_path: Path) -> None:
    """A billion laughs in a workbook's XML are refused or read without them."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    rows = header("title") + f'<row r="2">{inline("A2", "&l11;")}</row>'
    parts = raw_parts(rows)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        text = str(parts[name]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
        parts[name] = f"<!DOCTYPE x [{laughs}]>{text}"
    _read_or_refuse(zipped(tmp_path / "a.xlsx", parts))


def test_a_sheet_whose_cells_are_lost_is_no_blank_sheet(tmp_path: Path) -> None:
    """What a reader shows of it has no rows; it is refused, as what it is."""
    parts = archive_of(one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "A"}))
    lost = parts["xl/worksheets/sheet1.xml"].replace(b"sheetData", b"sheetDota")
    path = zipped(tmp_path / "a.xlsx", parts | {"xl/worksheets/sheet1.xml": lost})
    with pytest.raises(ReadError, match=r"a\.xlsx is damaged \(sheet Types has no cells"):
        read(path)

"""Archives as other programs make them: a copy has every part as it was, and declares what is new.

The shapes are those of real files: LibreOffice 3.3 to 6.0 declares each part by its name, Power
Query and data models keep parts in UTF-16, Excel packs an .xlsm into a workbook without macros.
"""

import re
import warnings
import zipfile
from pathlib import Path

import pytest

import certbulk as cb
from tests.reading.files import zipped

from .books import checked, parts, rich, spots

RELS = "application/vnd.openxmlformats-package.relationships+xml"
TYPES = "[Content_Types].xml"


def remade(path: Path, **changes: bytes) -> Path:
    """Write a workbook again in which parts are others, or there are more of them."""
    content = {**parts(path), **changes}
    path.unlink()
    return zipped(path, dict(content))


def undeclared(path: Path) -> set[str]:
    """Return the parts of a workbook whose content type is declared nowhere, or twice."""
    content = parts(path)
    text = content[TYPES].decode()
    endings = re.findall(r'<Default[^>]*Extension="(\w+)"', text)
    names = re.findall(r'<Override[^>]*PartName="/([^"]+)"', text)
    assert len(set(endings)) == len(endings)
    assert len(set(names)) == len(names)
    assert set(names) <= content.keys()
    return {
        name
        for name in content
        if name != TYPES and name not in names and name.rpartition(".")[2] not in endings
    }


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A workbook with a faulty cell and without notes."""
    frame = "title,balance,is_multi\nRosemary Card,1000,maybe\n"
    (tmp_path / "prices.csv").write_text(frame, encoding="utf-8")
    return cb.fix(checked(tmp_path / "prices.csv")).to_excel(tmp_path / "prices.xlsx")


def by_names(types: bytes, names: list[str]) -> bytes:
    """Return content types in which relationships are declared each by its name."""
    text = re.sub(rb'<Default[^>]*Extension="rels"[^>]*/>', b"", types)
    pieces = "".join(f'<Override PartName="/{name}" ContentType="{RELS}"/>' for name in names)
    return text.replace(b"</Types>", f"{pieces}</Types>".encode())


def test_what_is_added_is_declared_also_part_by_part(plain: Path, tmp_path: Path) -> None:
    """Relationships are new for a sheet without notes: without a type Excel calls it damaged."""
    content = parts(plain)
    rels = [name for name in content if name.endswith(".rels")]
    source = remade(plain, **{TYPES: by_names(content[TYPES], rels)})
    assert not undeclared(source)
    copy = cb.annotate(checked(source), tmp_path / "copy.xlsx")
    assert {"xl/worksheets/_rels/sheet1.xml.rels", "xl/comments1.xml"} <= parts(copy).keys()
    assert not undeclared(copy)
    again = cb.annotate(checked(copy), tmp_path / "again.xlsx")
    assert parts(again) == parts(copy)


def test_what_is_still_declared_of_a_part_that_is_gone(plain: Path, tmp_path: Path) -> None:
    """The name is given to a new part of ours: its type is the new one, declared once."""
    stale = b'<Override PartName="/xl/Comments1.xml" ContentType="application/xml"/></Types>'
    types = parts(plain)[TYPES].replace(b"</Types>", stale)
    copy = cb.annotate(checked(remade(plain, **{TYPES: types})), tmp_path / "copy.xlsx")
    text = parts(copy)[TYPES].decode()
    assert re.findall(r'(?i)"/xl/comments1\.xml" ContentType="([^"]+)"', text) == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    ]


def test_parts_that_are_not_edited_are_copied_whatever_is_in_them(
    plain: Path, tmp_path: Path
) -> None:
    """In UTF-16, as Power Query has them, in no encoding at all, or empty."""
    odd = {
        "customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode(
            "utf-16"
        ),
        "xl/model/item.data": bytes(range(256)) * 9,
        "xl/queryTables/queryTable1.xml": "<a/>".encode("utf-16-be"),
        "docProps/custom.xml": b"\xfe\xff\xd8",
        "xl/printerSettings/printerSettings1.bin": b"",
    }
    report = checked(remade(plain, **odd))
    for copy in (
        cb.annotate(report, tmp_path / "copy.xlsx"),
        cb.fix(report).to_excel(tmp_path / "fixed.xlsx"),
    ):
        assert {name: parts(copy)[name] for name in odd} == odd


def test_a_part_in_utf_16_can_be_edited(plain: Path, tmp_path: Path) -> None:
    """It comes back in UTF-8, and says so."""
    text = parts(plain)[TYPES].decode().partition("?>")[2] or parts(plain)[TYPES].decode()
    wide = f'<?xml version="1.0" encoding="UTF-16" standalone="yes"?>{text}'.encode("utf-16")
    copy = cb.annotate(checked(remade(plain, **{TYPES: wide})), tmp_path / "copy.xlsx")
    assert parts(copy)[TYPES].startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
    assert not undeclared(copy)


def test_the_ending_is_that_of_the_main_part(plain: Path, tmp_path: Path) -> None:
    """Not that of a workbook with macros that is embedded in it."""
    more = (
        b'<Default Extension="xlsm" ContentType="application/vnd.ms-excel.sheet.macroEnabled.12"/>'
        b"</Types>"
    )
    types = parts(plain)[TYPES].replace(b"</Types>", more)
    inner = "xl/embeddings/Microsoft_Excel_Macro-Enabled_Worksheet.xlsm"
    report = checked(remade(plain, **{TYPES: types, inner: b"x"}))
    assert cb.annotate(report, tmp_path / "copy.xlsx").exists()
    assert cb.fix(report).to_excel(tmp_path / "fixed.xlsx").exists()
    with pytest.raises(cb.OutputError, match=r"must end in \.xlsx"):
        cb.annotate(report, tmp_path / "copy.xlsm")


def test_new_parts_are_referred_to_from_where_they_are(plain: Path, tmp_path: Path) -> None:
    """`../comments1.xml`: exceljs knows notes by such targets only."""
    copy = cb.annotate(checked(plain), tmp_path / "copy.xlsx")
    rels = parts(copy)["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    assert sorted(re.findall(r'Target="([^"]+)"', rels)) == [
        "../comments1.xml",
        "../drawings/vmlDrawing1.vml",
    ]


def test_nothing_outside_of_the_archive_is_carried_along(plain: Path, tmp_path: Path) -> None:
    """Who unpacks the copy gets no file into another folder."""
    with zipfile.ZipFile(plain, "a") as archive:
        for name in ("../../evil.txt", "xl/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"):
            archive.writestr(name, "x")
        archive.writestr("/xl/rooted.txt", "y")
    copy = cb.annotate(checked(plain), tmp_path / "copy.xlsx")
    assert not [name for name in parts(copy) if "evil" in name]
    assert parts(copy)["xl/rooted.txt"] == b"y"


def test_an_archive_with_an_entry_twice_is_refused(plain: Path) -> None:
    """Which of the two a program reads is its own choice: two readers might see two workbooks."""
    with warnings.catch_warnings(), zipfile.ZipFile(plain, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile warns of what is wanted here
        archive.writestr("xl/twice.xml", "<one/>")
        archive.writestr("xl/twice.xml", "<two/>")
    with pytest.raises(cb.ReadError, match="cannot be read as a workbook"):
        cb.read(plain)


def test_a_workbook_with_an_odd_archive_keeps_its_findings(tmp_path: Path) -> None:
    """All of it at once, in a workbook with pictures, charts and notes."""
    source = rich(tmp_path / "prices.xlsx")
    content = parts(source)
    rels = [name for name in content if name.endswith(".rels")]
    report = checked(remade(source, **{TYPES: by_names(content[TYPES], rels)}))
    copy = cb.annotate(report, tmp_path / "copy.xlsx")
    assert not undeclared(copy)
    assert spots(checked(copy)) == spots(report)

"""An annotated copy is the person's own workbook: what they had in it is in it."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from tests.reading.files import raw_parts, zipped

from .books import SHEET, cells, checked, element, parts, rich, spots


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return rich(tmp_path / "prices.xlsx")


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return cb.annotate(checked(original), tmp_path / "copy.xlsx")


def test_every_other_part_is_the_same_bytes(original: Path, copy: Path) -> None:
    """Pictures, charts, other sheets, shared texts, themes: nothing is written anew."""
    before, after = parts(original), parts(copy)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet3.xml",
        "xl/styles.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert not before.keys() - after.keys()


def test_the_cells_are_the_same_bytes(original: Path, copy: Path) -> None:
    """Formulas, their results, formats, widths: what is coloured keeps its own formatting."""
    name = "xl/worksheets/sheet1.xml"
    assert cells(parts(original)[name]) == cells(parts(copy)[name])


def test_rules_and_drop_downs_of_the_person_stay(original: Path, copy: Path) -> None:
    """Data bars with their extensions, conditions, lists: only their order of priority moves."""
    before, after = (parts(path)["xl/worksheets/sheet1.xml"] for path in (original, copy))
    for name in ("dataValidation", "drawing", "mergeCell", "autoFilter", "ext"):
        assert element(name, before) == element(name, after), name
    theirs = element("cfRule", before)
    moved = [rule.replace('priority="2"', 'priority="4"') for rule in theirs]
    moved = [rule.replace('priority="1"', 'priority="3"') for rule in moved]
    assert element("cfRule", after)[-len(theirs) :] == moved


def test_the_copy_is_read_as_the_original_was(original: Path, copy: Path) -> None:
    """The true sheet is chosen, with the same findings at the same cells."""
    again = checked(copy)
    assert again.sheet.name == SHEET
    assert spots(again) == spots(checked(original))


@pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # what openpyxl loses
def test_what_is_repaired_in_the_copy_can_be_uploaded(copy: Path, tmp_path: Path) -> None:
    """With the faulty cells typed anew there is no error; marks and listing do not matter."""
    book = openpyxl.load_workbook(copy)
    page = book[SHEET]
    for address, value in {"J5": "month", "B6": "1000", "C7": "no", "D7": "Any services"}.items():
        page[address] = value
    book.save(tmp_path / "repaired.xlsx")
    report = checked(tmp_path / "repaired.xlsx")
    assert not report.errors
    assert len(report) == 6


def test_macros_stay(tmp_path: Path) -> None:
    """An .xlsm file comes back as one, its macros untouched; another ending is refused."""
    content = raw_parts('<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>')
    types = str(content["[Content_Types].xml"])
    content["[Content_Types].xml"] = types.replace(
        "officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macros"
    report = checked(zipped(tmp_path / "prices.xlsm", content))
    with pytest.raises(cb.OutputError, match=r"must end in \.xlsm"):
        cb.annotate(report, tmp_path / "copy.xlsx")
    copy = cb.annotate(report, tmp_path / "copy.xlsm")
    assert parts(copy)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 macros"


def test_nothing_leads_out_of_the_copy(tmp_path: Path) -> None:
    """Entries that a program would unpack elsewhere, or as links to there, stay behind."""
    content = raw_parts('<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>')
    path = zipped(tmp_path / "prices.xlsx", content)
    hostile = ["../../evil.sh", "xl/../../evil", "..\\..\\evil.bat", "/etc/evil", "C:\\evil", ".."]
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        for name in hostile:
            archive.writestr(name, "evil")
        archive.writestr("xl/media/kept..png", "kept")
        archive.writestr(link, "/etc/passwd")
    copy = cb.annotate(checked(path), tmp_path / "copy.xlsx")
    assert not set(hostile) & set(parts(copy))
    assert not [name for name in parts(copy) if ".." in name.replace("\\", "/").split("/")]
    assert parts(copy)["xl/media/kept..png"] == b"kept"
    with zipfile.ZipFile(copy) as archive:
        assert archive.getinfo("xl/link").external_attr >> 28 != 0o12, "no link"


def test_the_original_is_never_written_over(original: Path) -> None:
    """Not even where files may be replaced, nor by another name of the same file."""
    before = original.read_bytes()
    other = original.with_name("link.xlsx")
    other.symlink_to(original)
    for path in (original, other):
        with pytest.raises(cb.OutputError, match="is the file that was read"):
            cb.annotate(checked(original), path, overwrite=True)
    assert original.read_bytes() == before


def test_a_file_that_changed_meanwhile_is_not_annotated(original: Path, tmp_path: Path) -> None:
    """The findings are about what was read."""
    report = checked(original)
    with zipfile.ZipFile(original, "a") as archive:
        archive.writestr("more", "x")
    with pytest.raises(cb.ReadError, match="was changed since it was read"):
        cb.annotate(report, tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()

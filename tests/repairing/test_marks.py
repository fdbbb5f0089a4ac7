"""What an annotated copy shows: colours, notes, and a sheet that lists all findings."""

import re
import shutil
import subprocess
import zipfile
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

import certbulk as cb
from certbulk.core.columns.headers import field_of
from certbulk.repairing import annotate as annotating
from certbulk.repairing.annotate import HEADERS
from certbulk.workbook.editing.comment_shapes import EMPTY_DRAWING
from tests.reading.files import (
    MAIN,
    PACKAGE,
    STRICT_MAIN,
    STRICT_RELATIONS,
    header,
    inline,
    open_document,
    raw_parts,
    zipped,
)

from .books import GOOD, SHEET, checked, element, parts, rich, spots

OFFICE = shutil.which("soffice")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return cb.annotate(checked(rich(tmp_path / "prices.xlsx")), tmp_path / "copy.xlsx")


def coloured(path: Path) -> dict[str, str]:
    """Return where our rules lie, by severity."""
    page = openpyxl.load_workbook(path)[checked(path).sheet.name or ""]
    found: dict[str, str] = {}
    for area in page.conditional_formatting:
        for rule in area.rules:
            sign = re.match(r'"certbulk (\w+)"<>""', (rule.formula or [""])[0])
            if sign:
                assert rule.dxf.fill.bgColor.rgb in {"FFF8D0D0", "FFFFF2CC"}
                found[sign[1]] = str(area.sqref)
    return found


def noted(path: Path) -> dict[str, str]:
    """Return the notes of the sheet by their cells."""
    page = openpyxl.load_workbook(path)[checked(path).sheet.name or ""]
    return {c.coordinate: c.comment.text for row in page for c in row if c.comment}


pytestmark = [
    pytest.mark.filterwarnings("ignore:.*xtension is not supported"),  # what openpyxl loses
    pytest.mark.filterwarnings("ignore:Workbook contains no default style"),
]


def test_cells_are_coloured_by_severity(copy: Path) -> None:
    """Errors in one colour, warnings in another; a merged cell as a whole."""
    assert coloured(copy) == {"error": "B6 C7 D7:D8 J5", "warning": "K3"}


def test_notes_say_what_is_wrong_after_the_persons_own(copy: Path) -> None:
    """Each line of ours says that it is; theirs stand first, unchanged."""
    notes = noted(copy)
    assert notes.keys() >= {"A4", "J5", "B6", "C7", "D7"}
    assert notes["J5"].startswith(
        'My own note\nin two lines\ncertbulk error: "mnth" is not one of the choices for '
    )
    assert notes["B6"].startswith('certbulk error: "1,000" can be read as')
    assert notes["A4"].startswith("Another of mine")
    assert "D8" not in notes


_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_THREAD = (
    f'<ThreadedComments xmlns="{_THREADS}"><threadedComment ref="C2" dT="2026-01-01T00:00:00.00" '
    'personId="{2}" id="{1}"><text>Is this right?</text></threadedComment></ThreadedComments>'
)
_SAID = {
    "English": "[Threaded comment]\n\nComment:\n    Is this right?",
    "German": "[Kommentarthread]\n\nKommentar:\n    Is this right?",
}


def _talked_on(path: Path, said: str, thread: str) -> Path:
    """Write a workbook in which C2 and D2 are faulty, and C2 has a note and a conversation."""
    row = {**GOOD, "is_multi": "maybe", "item_type_id": "nothing"}
    pd.DataFrame([row]).to_excel(path, index=False)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["C2"].comment = Comment(said, "tc={1}")
    book.save(path)
    content: dict[str, str | bytes] = dict(parts(path))
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="{{}}"/></Relationships>'
    if thread:
        content["xl/threadedComments/threadedComment1.xml"] = thread
        to = relation.format("../threadedComments/threadedComment1.xml")
        content[name] = parts(path)[name].decode().replace("</Relationships>", to)
    path.unlink()
    return zipped(path, content)


@pytest.mark.parametrize("language", _SAID)
def test_a_conversation_in_place_of_a_note_is_left_alone(tmp_path: Path, language: str) -> None:
    """Programs show it instead of the note, so nobody would see a line in the note.

    It is known by its part, in every language; the listing says that there is no note.
    """
    path = _talked_on(tmp_path / "prices.xlsx", _SAID[language], _THREAD)
    copy = cb.annotate(checked(path), tmp_path / "copy.xlsx")
    notes = noted(copy)
    assert notes["C2"] == _SAID[language]
    assert notes["D2"].startswith("certbulk error")
    assert coloured(copy) == {"error": "C2 D2"}
    page = openpyxl.load_workbook(copy)["findings"]
    assert page.cell(page.max_row, 1).value == (
        "There are no notes on C2: programs show the conversations there instead."
    )
    assert parts(cb.annotate(checked(copy), tmp_path / "again.xlsx")) == parts(copy)


def test_a_note_that_only_reads_like_a_conversation_is_a_note(tmp_path: Path) -> None:
    """Without the part of a conversation programs show it, and our line in it."""
    path = _talked_on(tmp_path / "prices.xlsx", _SAID["English"], "")
    notes = noted(cb.annotate(checked(path), tmp_path / "copy.xlsx"))
    assert notes["C2"].startswith(_SAID["English"])
    assert 'certbulk error: "maybe"' in notes["C2"]


def test_a_signature_that_is_broken_is_reported(tmp_path: Path) -> None:
    """On the page of findings: the copy is not what was signed."""
    pd.DataFrame([{**GOOD, "is_multi": "maybe"}]).to_excel(tmp_path / "prices.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "prices.xlsx", "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    copy = cb.annotate(checked(tmp_path / "prices.xlsx"), tmp_path / "copy.xlsx")
    page = openpyxl.load_workbook(copy)["findings"]
    assert "signature is not valid for this copy" in str(page.cell(page.max_row, 1).value)


def test_notes_of_a_workbook_of_excel_in_the_strict_dialect(tmp_path: Path) -> None:
    """Excel refers to their boxes in alternatives: those are found, and none are made beside."""
    content = raw_parts(
        header("id", "is_multi") + f'<row r="2">{inline("A2", "5")}{inline("B2", "maybe")}</row>',
        strict=True,
    )
    sheet = "xl/worksheets/sheet1.xml"
    refers = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        '2006"><mc:Choice xmlns:v="urn:schemas-microsoft-com:vml" Requires="v">'
        f'<legacyDrawing xmlns:r="{STRICT_RELATIONS}" r:id="rId2"/></mc:Choice>'
        "</mc:AlternateContent></worksheet>"
    )
    content[sheet] = str(content[sheet]).replace("</worksheet>", refers)
    relation = f'<Relationship Id="{{}}" Type="{STRICT_RELATIONS}/{{}}" Target="../{{}}"/>'
    content["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}">'
        + relation.format("rId1", "comments", "comments1.xml")
        + relation.format("rId2", "vmlDrawing", "drawings/vmlDrawing1.vml")
        + "</Relationships>"
    )
    content["xl/comments1.xml"] = (
        f'<comments xmlns="{STRICT_MAIN}"><authors><author>Anna</author></authors><commentList>'
        '<comment ref="A1" authorId="0"><text><r><t>Mine</t></r></text></comment></commentList>'
        "</comments>"
    )
    content["xl/drawings/vmlDrawing1.vml"] = EMPTY_DRAWING
    copy = cb.annotate(checked(zipped(tmp_path / "prices.xlsx", content)), tmp_path / "copy.xlsx")
    after = parts(copy)
    assert after[sheet].count(b"legacyDrawing") == 1
    assert [name for name in after if "vml" in name] == ["xl/drawings/vmlDrawing1.vml"]
    assert after["xl/drawings/vmlDrawing1.vml"].count(b"<v:shape ") == 1
    assert after["xl/comments1.xml"].count(b"<comment ref") == 2


def test_colours_stand_before_the_persons_own(tmp_path: Path) -> None:
    """Programs go by priorities, LibreOffice by the order in the part: ours win by both."""
    pd.DataFrame([{**GOOD, "is_multi": "maybe"}]).to_excel(tmp_path / "prices.xlsx", index=False)
    book = openpyxl.load_workbook(tmp_path / "prices.xlsx")
    green = PatternFill("solid", bgColor="00FF00")
    rule = FormulaRule(formula=["TRUE"], fill=green, stopIfTrue=True)  # type: ignore[no-untyped-call]
    book.worksheets[0].conditional_formatting.add("A1:Z20", rule)
    book.save(tmp_path / "prices.xlsx")
    copy = cb.annotate(checked(tmp_path / "prices.xlsx"), tmp_path / "copy.xlsx")
    rules = element("cfRule", parts(copy)["xl/worksheets/sheet1.xml"])
    assert ["certbulk" in one for one in rules] == [True, False]
    priorities = [int(re.findall(r'priority="(\d+)"', one)[0]) for one in rules]
    assert priorities == sorted(priorities)


def test_the_listing_leads_to_the_cells(copy: Path) -> None:
    """A sheet of its own, beside one of that name, with each finding and a link."""
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == [SHEET, "findings", "findings 2"]
    page = book["findings 2"]
    assert tuple(cell.value for cell in page[1]) == HEADERS
    listed = {(row[0].value, row[6].value): row for row in page.iter_rows(min_row=2)}
    assert listed.keys() == {(cell, code) for cell, code, _ in spots(checked(copy))}
    where = listed["J5", "not_a_choice"]
    assert where[0].hyperlink
    assert where[0].hyperlink.location == "'Anna''s <prices>'!J5"
    assert [cell.value for cell in where][1:4] == [
        "error",
        "Unit · expiration_timeout_unit_id",
        "mnth",
    ]
    assert where[5].value == "month"


def test_the_headers_of_the_listing_mean_no_column() -> None:
    """Or the listing could be taken for the sheet of types."""
    assert not [header for header in HEADERS if field_of(header)]


def test_annotated_again_nothing_piles_up(copy: Path, tmp_path: Path) -> None:
    """Every part of the second copy is the same."""
    again = cb.annotate(checked(copy), tmp_path / "again.xlsx")
    assert parts(again) == parts(copy)


def test_what_was_repaired_loses_its_marks(copy: Path, tmp_path: Path) -> None:
    """The colour goes, our line goes, a note that was ours alone goes; theirs stay."""
    repaired = tmp_path / "repaired.xlsx"
    content = parts(copy)
    sheet = "xl/worksheets/sheet1.xml"
    for address in ("J5", "B6"):  # the faulty cells are shared texts: type a number over them
        pattern = rf'<c r="{address}" s="(\d+)" t="s"><v>\d+</v></c>'.encode()
        value = b"3" if address == "J5" else b"1000"
        assert re.search(pattern, content[sheet])
        content[sheet] = re.sub(
            pattern, rb'<c r="%s" s="\1"><v>%s</v></c>' % (address.encode(), value), content[sheet]
        )
    zipped(repaired, content)
    again = cb.annotate(checked(repaired), tmp_path / "again.xlsx")
    notes = noted(again)
    assert notes["J5"].rstrip() == "My own note\nin two lines"
    assert "B6" not in notes
    assert "C7" in notes
    assert "B6" not in coloured(again)["error"].split()


def test_a_table_without_a_column_says_so_at_its_header(tmp_path: Path) -> None:
    """A finding without a cell of its own is at the first known column."""
    frame = pd.DataFrame([{**GOOD, "balance": None}]).drop(columns="balance")
    frame.to_excel(tmp_path / "prices.xlsx", index=False)
    notes = noted(cb.annotate(checked(tmp_path / "prices.xlsx"), tmp_path / "copy.xlsx"))
    assert 'There is no column "Face value"' in notes["A1"]


def _text(text: object) -> str:
    opening = '<table:table-cell office:value-type="string">'
    return f"{opening}<text:p>{escape(str(text))}</text:p></table:table-cell>"


@pytest.mark.parametrize("kind", ["csv", "frame", "ods"])
def test_other_sources_become_a_workbook_with_the_same_addresses(kind: str, tmp_path: Path) -> None:
    """Text stays text, also with = before it; the findings are the same after it."""
    frame = pd.DataFrame([GOOD, {**GOOD, "title": "=1+1", "balance": "1,000"}], dtype=object)
    path = tmp_path / f"prices.{kind}"
    if kind == "csv":
        path.write_text("\n\n" + frame.to_csv(index=False), encoding="utf-8")
    elif kind == "ods":
        rows = [list(GOOD), *frame.to_numpy().tolist()]
        lines = ("<table:table-row>" + "".join(map(_text, row)) for row in rows)
        zipped(path, open_document("".join(f"{line}</table:table-row>" for line in lines)))
    report = cb.validate(cb.read(frame)) if kind == "frame" else checked(path)
    copy = cb.annotate(report, tmp_path / "copy.xlsx")
    assert "ambiguous_value" in {code for _, code, _ in spots(report)}
    assert spots(checked(copy)) == spots(report)
    titles = checked(copy).sheet.column("title")
    assert titles
    assert list(titles.cells)[1] == "=1+1"


def _converted(path: Path, kind: str, folder: Path) -> Path:
    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation={(folder / 'office').as_uri()}",
            "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )  # fmt: skip
    return folder / "out" / f"{path.stem}.{kind}"


@pytest.mark.campaign
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not there")
def test_after_another_program_has_saved_it_nothing_piles_up(copy: Path, tmp_path: Path) -> None:
    """LibreOffice opens the copy, saves it its own way, and the marks are still known as ours."""
    saved = _converted(copy, "xlsx", tmp_path)
    again = cb.annotate(checked(saved), tmp_path / "again.xlsx")
    assert coloured(again) == coloured(copy)
    assert noted(again).keys() == noted(copy).keys()
    assert noted(again)["J5"].count("certbulk") == noted(copy)["J5"].count("certbulk")
    assert openpyxl.load_workbook(again).sheetnames == [SHEET, "findings", "findings 2"]


def test_many_findings_are_cut_and_the_copy_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many are listed, so many have notes, errors first; the listing tells what is hidden."""
    monkeypatch.setattr(annotating, "MOST_LISTED", 5)
    monkeypatch.setattr(annotating, "MOST_NOTES", 2)
    rows = [{**GOOD, "title": f"Card {5000 + n}", "is_multi": "maybe"} for n in range(7)]
    pd.DataFrame(rows).to_excel(tmp_path / "prices.xlsx", index=False)
    copy = cb.annotate(checked(tmp_path / "prices.xlsx"), tmp_path / "copy.xlsx")
    assert len(noted(copy)) == 2
    page = openpyxl.load_workbook(copy)["findings"]
    remark = page.cell(page.max_row, 1).value
    assert page.max_row == 7
    assert "the first 5 of 14 findings" in str(remark)
    assert "Only 2 of 5 cells have notes" in str(remark)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_workbooks_of_odd_writers(tmp_path: Path, *, strict: bool, prefix: str) -> None:
    """Without styles, with prefixes, in the strict dialect: the copy is read, marks and all."""
    cell = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    head = cell.format("A1", "id") + cell.format("B1", "is_multi")
    faulty = cell.format("A2", 5) + cell.format("B2", "maybe")
    rows = f'<row r="1">{head}</row><row r="2">{faulty}</row>'
    content = raw_parts(rows, strict=strict)
    if prefix:
        for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
            text = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", str(content[name]))
            content[name] = text.replace("xmlns=", "xmlns:x=")
    report = checked(zipped(tmp_path / "prices.xlsx", content))
    assert [finding.cell for finding in report.errors] == ["B2"]
    copy = cb.annotate(report, tmp_path / "copy.xlsx")
    assert spots(checked(copy)) == spots(report)
    sheet = parts(copy)["xl/worksheets/sheet1.xml"]
    assert element(f"{prefix}conditionalFormatting", sheet)
    assert parts(cb.annotate(checked(copy), tmp_path / "again.xlsx")) == parts(copy)
    if not strict:
        assert MAIN.encode() in parts(copy)["xl/styles.xml"]
        assert noted(copy)["B2"].startswith("certbulk error: ")

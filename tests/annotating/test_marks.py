"""What an annotated copy shows: colours, notes, and a sheet that lists all findings."""

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

import certbulk as cb
from certbulk.core.headers import field_of
from certbulk.validating import annotating
from certbulk.validating.annotating import HEADERS
from tests.reading.files import MAIN, open_document, raw_parts, zipped

from .books import GOOD, SHEET, checked, element, parts, rich, spots

OFFICE = shutil.which("soffice")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return checked(rich(tmp_path / "prices.xlsx")).annotate(tmp_path / "copy.xlsx")


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
        'My own note\nin two lines\ncertbulk error: "mnth" is not a unit.'
    )
    assert notes["B6"].startswith('certbulk error: "1,000" can be read as')
    assert notes["A4"].startswith("Another of mine")
    assert "D8" not in notes


def test_a_conversation_in_place_of_a_note_is_left_alone(tmp_path: Path) -> None:
    """Programs show it instead of the note, so a line in the note would be seen by nobody."""
    pd.DataFrame([{**GOOD, "is_multi": "maybe"}]).to_excel(tmp_path / "prices.xlsx", index=False)
    book = openpyxl.load_workbook(tmp_path / "prices.xlsx")
    said = "[Threaded comment]\n\nComment:\n    Is this right?"
    book.worksheets[0]["C2"].comment = Comment(said, "tc={1}")
    book.save(tmp_path / "prices.xlsx")
    copy = checked(tmp_path / "prices.xlsx").annotate(tmp_path / "copy.xlsx")
    assert noted(copy) == {"C2": said}
    assert coloured(copy) == {"error": "C2"}
    assert "C2" in {cell for cell, _, _ in spots(checked(copy))}


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
    again = checked(copy).annotate(tmp_path / "again.xlsx")
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
    again = checked(repaired).annotate(tmp_path / "again.xlsx")
    notes = noted(again)
    assert notes["J5"].rstrip() == "My own note\nin two lines"
    assert "B6" not in notes
    assert "C7" in notes
    assert "B6" not in coloured(again)["error"].split()


def test_a_table_without_a_column_says_so_at_its_header(tmp_path: Path) -> None:
    """A finding without a cell of its own stands at the first known column."""
    frame = pd.DataFrame([{**GOOD, "balance": None}]).drop(columns="balance")
    frame.to_excel(tmp_path / "prices.xlsx", index=False)
    notes = noted(checked(tmp_path / "prices.xlsx").annotate(tmp_path / "copy.xlsx"))
    assert "There is no column balance" in notes["A1"]


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
    copy = report.annotate(tmp_path / "copy.xlsx")
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


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not there")
def test_after_another_program_has_saved_it_nothing_piles_up(copy: Path, tmp_path: Path) -> None:
    """LibreOffice opens the copy, saves it its own way, and the marks are still known as ours."""
    saved = _converted(copy, "xlsx", tmp_path)
    again = checked(saved).annotate(tmp_path / "again.xlsx")
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
    copy = checked(tmp_path / "prices.xlsx").annotate(tmp_path / "copy.xlsx")
    assert len(noted(copy)) == 2
    page = openpyxl.load_workbook(copy)["findings"]
    remark = page.cell(page.max_row, 1).value
    assert page.max_row == 7
    assert "the first 5 of 14 findings" in str(remark)
    assert "Notes stand on 2 of 5 cells" in str(remark)


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
    copy = report.annotate(tmp_path / "copy.xlsx")
    assert spots(checked(copy)) == spots(report)
    sheet = parts(copy)["xl/worksheets/sheet1.xml"]
    assert element(f"{prefix}conditionalFormatting", sheet)
    assert parts(checked(copy).annotate(tmp_path / "again.xlsx")) == parts(copy)
    if not strict:
        assert MAIN.encode() in parts(copy)["xl/styles.xml"]
        assert noted(copy)["B2"].startswith("certbulk error: ")

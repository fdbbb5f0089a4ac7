"""The pass over large sheets sees what the careful reader of small ones sees."""

import zipfile
from io import BytesIO

import pytest

from certbulk.reading.formats.archive import Archive
from certbulk.reading.formats.openxml.book import Book, open_book
from certbulk.reading.formats.openxml.cell import Cells, Kind
from certbulk.reading.formats.openxml.cells import read_cells
from certbulk.reading.formats.openxml.scan import Scan, scan_sheet
from certbulk.reading.formats.openxml.shared import read_shared
from certbulk.reading.formats.openxml.styles import Styles, read_styles
from certbulk.reading.formats.parts import book_part
from tests.corpus import FILES

from .files import MAIN, header, inline, raw_parts
from .test_error_cells import FORMULAS
from .test_two_readers import SPELLINGS

SHEET = "xl/worksheets/sheet1.xml"
HEAD = header("title", "balance", "is_multi")
BOOKS = sorted(
    path.name for path in FILES.glob("*.xls[xm]") if zipfile.is_zipfile(path)
)  # two are workbooks by name alone


def _both(archive: Archive, book: Book, path: str, styles: Styles) -> tuple[Cells, Scan | None]:
    shared: tuple[str, ...] = ()
    if book.shared:
        with archive.opened(book.shared) as xml:
            shared = read_shared(xml).texts
    with archive.opened(path) as xml:
        cells = read_cells(xml, shared, uncalculated=book.uncalculated)
    return cells, scan_sheet(archive, path, styles.percents, uncalculated=book.uncalculated)


def _scanned(cells: str, calculation: str = "") -> Scan | None:
    """Return what is seen of a sheet whose second row has these cells."""
    return _seen(raw_parts(f'{HEAD}<row r="2">{cells}</row>', calculation=calculation))


def _seen(parts: dict[str, str | bytes], percents: tuple[int, ...] = ()) -> Scan | None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    archive = Archive(written.getvalue())
    book = open_book(archive, book_part(archive))
    return scan_sheet(archive, SHEET, percents, uncalculated=book.uncalculated)


@pytest.mark.parametrize("name", BOOKS)
def test_both_see_the_same(name: str) -> None:
    """In every sheet of the corpus, or the pass leaves the sheet to the careful reader."""
    archive = Archive((FILES / name).read_bytes())
    book = open_book(archive, book_part(archive))
    styles = read_styles(archive.read(book.styles)) if book.styles else Styles()
    for sheet in book.sheets:
        cells, scan = _both(archive, book, sheet.path, styles)
        if scan is None:
            continue
        assert not cells.unusual
        formulas = [
            (*spot, cell.text)
            for spot, cell in sorted(cells.cells.items())
            if cell.kind == Kind.FORMULA
        ]
        assert sorted(map(tuple, scan.formulas)) == formulas
        assert scan.display.merges == cells.merges
        assert scan.display.hidden_columns == cells.hidden_columns
        assert scan.display.hidden_rows == cells.hidden_rows
        numbers = {
            spot
            for spot, cell in cells.cells.items()
            if cell.kind == Kind.NUMBER and cell.style in styles.percents
        }
        assert numbers <= {*scan.display.percents}


@pytest.mark.parametrize("name", sorted({*SPELLINGS} - {"white space"}))
def test_what_the_fast_reader_may_not_know_is_left_to_the_careful_one(name: str) -> None:
    """Numbers with white space around them are refused by the fast reader itself."""
    assert _scanned(SPELLINGS[name][0]) is None


UNUSUAL = {
    "a kind that nobody knows": '<c r="B2" t="x"><v>5</v></c>',
    "a kind with white space": '<c r="B2" t=" b "><v>1</v></c>',
    "a day in ISO's way": '<c r="B2" t="d"><v>2030-01-01</v></c>',
    "a truth behind a formula": '<c r="B2" t="b"><f>A2</f><v>TRUE</v></c>',
    "a truth behind a shared formula": '<c r="B2" t="b"><f t="shared" si="0"/><v>TRUE</v></c>',
    "an error that is new": '<c r="B2" t="e"><f>A2</f><v>#CALC!</v></c>',
    "another prefix": f'<y:c xmlns:y="{MAIN}" r="B2"><y:v>5</y:v></y:c>',
    "gaps": '<c r = "B2" t\n=\n"b"><v>TRUE</v></c>',
    "single quotes": "<c r='B2' t='b'><v>TRUE</v></c>",
    "an address twice": '<c r="B2"><v>5</v></c><c r="B2"><v>6</v></c>',
    "an address again": '<c r="B2"><v>5</v></c><c r="A2"><v>6</v></c>',
    "an address of another row": '<c r="B3"><v>5</v></c>',
    "an address of a longer row": '<c r="B21"><v>5</v></c>',
    "a row twice": '</row><row r="2"><c r="B2"><v>5</v></c>',
    "a row before": '<c r="B2"><v>5</v></c></row><row r="1"><c r="C1"><v>5</v></c>',
    "no address": '<c r="B2"><v>5</v></c><c><v>6</v></c>',
    "no number of a row": '</row><row><c r="B3"><v>5</v></c>',
    "small letters": '<c r="b2"><v>5</v></c>',
    "two texts": '<c r="B2" t="inlineStr"><is><t>x</t></is><is><t>y</t></is></c>',
    "two values": '<c r="B2"><v>5</v><v>6</v></c>',
    "a value and none": '<c r="B2"><v/><v>6</v></c>',
    "a text and a value": '<c r="B2" t="inlineStr"><is><t>x</t></is><v>5</v></c>',
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_no_writer_of_the_corpus_does(name: str) -> None:
    """What is usual is listed, and nothing else is."""
    assert _scanned(inline("A2", "A") + UNUSUAL[name]) is None


USUAL = {
    "kinds": '<c r="B2" t="b"><f>A2</f><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c>'
    '<c r="D2" t="n"><f t="shared" ref="D2:D3" si="0">1</f><v>5</v></c><c r="E2" t="b"/>'
    '<c r="F2" t="str"><f t="array" ref="F2">A2</f><v>x</v></c><c r="G2" t="b"></c>',
    "single quotes": "<c r='B2' t='b'><v>1</v></c><c r='C2' t='s'><v>0</v></c>",
    "gaps": '<c r = "B2" t\n=\n"b"><v>0</v></c><c r="C2"\tt="str"><v>x = "y"</v></c>',
    "rows without cells": '</row><row r="3"/><row r="10"><c r="A10"/><c r="AA10"><v>1</v></c>'
    '<c r="AZ10"><v>1</v></c></row><row r="123456"><c r="A123456"><v>5</v></c>',
    "styles of texts": '<c r="B2" t="inlineStr"><is><r><rPr><b/><i/><vertAlign val="superscript"/>'
    "</rPr><t>x</t></r></is></c>",
}


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_stays_fast(name: str) -> None:
    """These spellings are all written by programs, and known to the fast reader."""
    scan = _scanned(inline("A2", "A") + USUAL[name])
    assert scan is not None
    assert (list(scan.formulas), scan.far) == ([], False)


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_without_a_result(name: str) -> None:
    """The pass finds the same as the careful reader, in whichever spelling."""
    cell, calculation, error_cell = FORMULAS[name]
    scan = _scanned(inline("A2", "A") + cell, calculation=calculation)
    assert scan is not None
    assert [(h.row, h.column) for h in scan.formulas] == ([(2, 2)] if error_cell else [])


def test_a_prefix_before_every_element_is_left_out() -> None:
    """As programs write it that are made with Microsoft's library for the format."""
    cells = '<c r="B2" s="3"><v>0.5</v></c><c r="BA2" s="12"><f>A2</f></c>'
    end = '</sheetData><mergeCells count="1"><mergeCell ref="A3:B4"/></mergeCells></worksheet>'
    parts = raw_parts(f'{HEAD}<row r="2" hidden="1">{cells}</row>')
    xml = str(parts[SHEET]).replace("</sheetData></worksheet>", end)
    declared = xml.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    parts[SHEET] = declared.replace("xmlns=", "xmlns:x=")
    scan = _seen(parts, percents=(3, 12))
    assert scan is not None
    assert scan.far
    assert scan.display.percents == ((2, 2), (2, 53))
    assert [merge.last_row for merge in scan.display.merges] == [4]
    assert [span.first for span in scan.display.hidden_rows] == [2]
    assert [error_cell.column for error_cell in scan.formulas] == [53]

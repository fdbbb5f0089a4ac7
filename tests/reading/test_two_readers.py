"""No value on one reader's word: what is spelled unusually is read, what differs is a finding."""

from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.reading.formats.openxml.cell import Cells
from certbulk.reading.formats.openxml.cells import read_cells

from .files import MAIN, archive_of, found, header, inline, open_document, raw_parts, texts, zipped

HEAD = header("title", "balance", "is_multi")
SHEET = "xl/worksheets/sheet1.xml"


def read_row(path: Path, *cells: str, shared: str = "") -> cb.Sheet:
    """Read a workbook whose second row has these cells."""
    rows = f'{HEAD}<row r="2">{"".join(cells)}</row>'
    return cb.read(zipped(path / "a.xlsx", raw_parts(rows, shared=shared)))


CARD = inline("A2", "Card")
SPELLINGS = {
    "CDATA in a text": ('<c r="A2" t="str"><v>Ca<![CDATA[rd]]></v></c>', "A2", "Card"),
    "a comment in a number": (CARD + '<c r="B2"><v>10<!-- ! -->0</v></c>', "B2", "100"),
    "an instruction in a number": (CARD + '<c r="B2"><v>10<?a b?>0</v></c>', "B2", "100"),
    "the formula behind": (CARD + '<c r="B2"><v>100</v><f>50*2</f></c>', "B2", "100"),
    "an inline text as a value": ('<c r="A2" t="inlineStr"><v>Card</v></c>', "A2", "Card"),
    "an attribute": (CARD + '<c r="B2"><v xml:space="preserve">100</v></c>', "B2", "100"),
    "white space": (CARD + '<c r="B2"><v>\n 100 </v></c>', "B2", "100"),
    "true as a word": (CARD + '<c r="C2" t="b"><v>true</v></c>', "C2", "true"),
    "false in capitals": (CARD + '<c r="C2" t="b"><v>FALSE</v></c>', "C2", "false"),
    "false with white space": (CARD + '<c r="C2" t="b"><v> 0 </v></c>', "C2", "false"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_what_xml_allows_is_read(name: str, tmp_path: Path) -> None:
    """XML has many spellings for one thing; the value is the same in each."""
    cells, address, value = SPELLINGS[name]
    sheet = read_row(tmp_path, cells)
    field = {"A2": "title", "B2": "balance", "C2": "is_multi"}[address]
    assert (found(sheet), texts(sheet, field)) == ([], [value])


@pytest.mark.parametrize("name", SPELLINGS)
def test_what_xml_allows_is_read_in_a_sheet_of_many_cells(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a number of cells the careful reader is for what is spelled unusually."""
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", 3)
    cells, address, value = SPELLINGS[name]
    sheet = read_row(tmp_path, cells)
    field = {"A2": "title", "B2": "balance", "C2": "is_multi"}[address]
    assert (found(sheet), [str(text).strip() for text in texts(sheet, field)]) == ([], [value])


EXTENSION = '<extLst><ext uri="{5}"><v>6</v></ext></extLst>'
UNCLEAR = {
    "a boolean that is neither": '<c r="C2" t="b"><v>nein</v></c>',
    "a number that is none": '<c r="B2"><v>5,5</v></c>',
    "a kind that nobody knows": '<c r="B2" t="x"><v>5</v></c>',
    "one address twice": '<c r="B2"><v>5</v></c><c r="B2"><v>6</v></c>',
    "two values": '<c r="B2"><v>5</v><v>6</v></c>',
    "a value in a value": '<c r="B2"><v>5<v>6</v></v></c>',
    "a value in an extension": f'<c r="B2"><v>5</v>{EXTENSION}</c>',
    "an extension before the value": f'<c r="B2">{EXTENSION}<v>5</v></c>',
    "only in an extension": f'<c r="B2">{EXTENSION}</c>',
    "two inline texts": '<c r="B2" t="inlineStr"><is><t>5</t></is><is><t>6</t></is></c>',
}


IN_MANY = {name for name in UNCLEAR if "value" in name or "extension" in name}


@pytest.mark.parametrize(
    ("name", "few"), [*((name, 10) for name in UNCLEAR), *((name, 3) for name in sorted(IN_MANY))]
)
def test_what_can_mean_two_things_is_a_finding(
    name: str, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error at its cell, much of it also in a sheet of many cells: the row is not sent."""
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", few)
    (finding,) = read_row(tmp_path, CARD, UNCLEAR[name]).findings
    assert (finding.code, finding.cell) == ("readers_differ", UNCLEAR[name][6:8])
    assert "save it as .xlsx" in finding.message


@pytest.mark.parametrize("few", [10, 3])
@pytest.mark.parametrize("cell", ["<v/>", "<v></v>", "<v> </v>", ""])
def test_an_error_without_a_name_is_an_error(
    cell: str, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blank would keep the live value."""
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", few)
    sheet = read_row(tmp_path, CARD, f'<c r="B2" t="e">{cell}</c>')
    assert found(sheet) == [("B2", "error_cell")]


@pytest.mark.parametrize("few", [20, 3])
@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_a_member_of_an_array_formula_without_a_value_is_no_blank(
    kind: str, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula is in the first cell, and the others of its range have results of it."""
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", few)
    formula = f'<c r="B2"><f t="{kind}" ref="B2:B4">A2:A4</f><v>5</v></c>'
    rows = (
        f'{HEAD}<row r="2">{CARD}{formula}</row>'
        f'<row r="3">{inline("A3", "Oak")}<c r="B3"/></row>'
        f'<row r="4">{inline("A4", "Elm")}<c r="B4"><v>6</v></c></row>'
    )
    sheet = cb.read(zipped(tmp_path / "a.xlsx", raw_parts(rows)))
    assert found(sheet) == [("B3", "formula_without_value")]


@pytest.mark.parametrize("error", ["#CALC!", "#SPILL!", "#BUSY!", "#FIELD!", "#WEIRD!"])
def test_an_error_that_no_reader_knows_is_an_error(error: str, tmp_path: Path) -> None:
    """What a cell calls an error is one, and refuses nothing but its row."""
    sheet = read_row(tmp_path, CARD, f'<c r="B2" t="e"><f>X()</f><v>{error}</v></c>')
    assert found(sheet) == [("B2", "error_cell")]
    assert error in sheet.findings[0].message


def test_shared_texts_in_any_spelling(tmp_path: Path) -> None:
    """CDATA in them is a part of the text; how a word sounds is not."""
    shared = '<si><t><![CDATA[Oak]]> &amp; elm</t><rPh sb="0" eb="1"><t>oh</t></rPh></si>'
    sheet = read_row(tmp_path, '<c r="A2" t="s"><v>0</v></c>', shared=shared)
    assert texts(sheet, "title") == ["Oak & elm"]


STRAY_TEXTS = {
    "in an extension": '<t>Card</t><extLst><ext uri="{5}"><t>6</t></ext></extLst>',
    "in an alternative": '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="z"><t>6</t>'
    "</mc:Choice><mc:Fallback><t>Card</t></mc:Fallback></mc:AlternateContent>",
    "in a text": "<t>Ca<t>6</t>rd</t>",
}


@pytest.mark.parametrize(
    ("name", "few"),
    [*((name, 10) for name in STRAY_TEXTS), ("in an extension", 3), ("in an alternative", 3)],
)
def test_a_shared_text_with_pieces_elsewhere_is_a_finding(
    name: str, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of them people see is not known, so that the row is not sent."""
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", few)
    cell = '<c r="A2" t="s"><v>0</v></c><c r="B2"><v>5</v></c>'
    sheet = read_row(tmp_path, cell, shared=f"<si>{STRAY_TEXTS[name]}</si>")
    assert found(sheet) == [("A2", "readers_differ")]


@pytest.mark.parametrize("dimension", ["1:2", "A0", "A:C", "", "A1:XFD1048576"])
def test_the_rectangle_of_a_sheet_is_not_believed(dimension: str, tmp_path: Path) -> None:
    """The cells say where they are."""
    parts = raw_parts(f'{HEAD}<row r="2">{CARD}</row>')
    parts[SHEET] = str(parts[SHEET]).replace(
        "<sheetData>", f'<dimension ref="{dimension}"/><sheetData>'
    )
    assert texts(cb.read(zipped(tmp_path / "a.xlsx", parts)), "title") == ["Card"]


def test_parts_are_found_in_any_case_and_with_any_slash(tmp_path: Path) -> None:
    """As spreadsheet programs find them."""
    parts = raw_parts(f'{HEAD}<row r="2">{CARD}</row>')
    ways = (
        {name.replace("/", "\\"): content for name, content in parts.items()},
        {name.replace("sheet1", "SHEET1"): content for name, content in parts.items()},
    )
    for way in ways:
        assert texts(cb.read(zipped(tmp_path / "a.xlsx", way)), "title") == ["Card"]


def test_a_sheet_in_another_encoding(tmp_path: Path) -> None:
    """XML may be in UTF-16."""
    parts = raw_parts(f'{HEAD}<row r="2">{inline("A2", "Ёлка")}</row>')
    parts[SHEET] = str(parts[SHEET]).replace("UTF-8", "UTF-16").encode("utf-16")
    assert texts(cb.read(zipped(tmp_path / "a.xlsx", parts)), "title") == ["Ёлка"]


@pytest.mark.parametrize("number", [*range(27, 37), *range(50, 59), *range(71, 82)])
def test_the_dates_of_east_asian_and_thai_editions(number: int, tmp_path: Path) -> None:
    """Their built-in formats have no code in the file (ECMA-376, part 1, 18.8.30)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = (
        header("id", "expiration_date")
        + '<row r="2"><c r="A2"><v>5</v></c><c r="B2" s="1"><v>48213</v></c></row>'
    )
    parts = raw_parts(rows)
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/>'
        "</cellXfs></styleSheet>"
    )
    sheet = cb.read(zipped(tmp_path / "a.xlsx", parts))
    assert texts(sheet, "expiration_date") == ["2031-12-31"]


@pytest.mark.parametrize("word", ["1", "true", "on", "TRUE", "True", " true "])
def test_days_since_1904_in_every_word_for_it(word: str, tmp_path: Path) -> None:
    """Python and Visual Basic write a capital, and every date would be four years off."""
    properties = f'<workbookPr date1904="{word}"/>'
    day = f'<row r="2">{CARD}<c r="B2" s="1"><v>46751</v></c></row>'
    rows = header("title", "expiration_date") + day
    parts = raw_parts(rows, calculation=properties)
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>"
    )
    sheet = cb.read(zipped(tmp_path / "a.xlsx", parts))
    assert texts(sheet, "expiration_date") == ["2031-12-31"]


@pytest.mark.parametrize("rows", [2, 30_000])
def test_long_sheets_are_read_as_short_ones(rows: int, tmp_path: Path) -> None:
    """What is unusual is seen in a sheet that is too long for two readers, too."""
    filler = "".join(
        f'<row r="{n}">{inline(f"A{n}", "Card " + "x" * 600)}<c r="B{n}"><v>5</v></c></row>'
        for n in range(3, rows)
    )
    odd = f'<row r="2">{CARD}<c r="B2"><v>7</v><f>1</f></c><c r="C2" t="b"><v>false</v></c></row>'
    sheet = cb.read(zipped(tmp_path / "a.xlsx", raw_parts(HEAD + odd + filler)), progress=False)
    assert (texts(sheet, "balance")[0], texts(sheet, "is_multi")[0]) == ("7", "false")


CELL = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
STRING = 'office:value-type="string"'
DOCUMENTS = {
    "an error as the number 0": (
        CELL.format('table:formula="of:=A" office:value-type="float" office:value="0"', "#HIBA!"),
        "error_cell",
    ),
    "a boolean that is neither": (
        CELL.format('office:value-type="boolean" office:boolean-value="nein"', "nein"),
        "readers_differ",
    ),
    "a text without a type": (CELL.format("", "5"), "readers_differ"),
    "how a text is pronounced": (
        CELL.format(
            STRING,
            "<text:ruby><text:ruby-base>yes</text:ruby-base><text:ruby-text>no</text:ruby-text>"
            "</text:ruby>",
        ),
        "readers_differ",
    ),
    "a footnote": (
        CELL.format(STRING, "yes<text:note><text:note-citation>1</text:note-citation></text:note>"),
        "readers_differ",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_cells_of_documents_that_no_reader_vouches_for(name: str, tmp_path: Path) -> None:
    """None of them is blank, 0 or yes."""
    cell, code = DOCUMENTS[name]
    rows = "".join(
        f"<table:table-row>{each}</table:table-row>"
        for each in (
            CELL.format(STRING, "title") + CELL.format(STRING, "is_multi"),
            CELL.format(STRING, "A") + cell,
        )
    )
    assert found(cb.read(zipped(tmp_path / "a.ods", open_document(rows)))) == [("B2", code)]


def test_a_member_of_a_matrix_formula_of_a_document_is_no_blank(tmp_path: Path) -> None:
    """If nobody has calculated the formula, no cell of it has a result, wherever it is."""
    matrix = (
        'table:formula="of:={1|2}" table:number-matrix-columns-spanned="1" '
        'table:number-matrix-rows-spanned="2"'
    )
    rows = "".join(
        f"<table:table-row>{each}</table:table-row>"
        for each in (
            CELL.format(STRING, "title") + CELL.format(STRING, "balance"),
            CELL.format(STRING, "A") + f"<table:table-cell {matrix}/>",
            CELL.format(STRING, "B") + "<table:table-cell/>",
            CELL.format(STRING, "C") + "<table:table-cell/>",
        )
    )
    sheet = cb.read(zipped(tmp_path / "a.ods", open_document(rows)))
    assert found(sheet) == [("B2", "formula_without_value"), ("B3", "formula_without_value")]


def test_words_of_a_document_do_not_run_together(tmp_path: Path) -> None:
    """The fast reader leaves tabs and line breaks out."""
    rows = "".join(
        f"<table:table-row>{CELL.format(STRING, each)}</table:table-row>"
        for each in ("title", "Spa<text:tab/>day<text:line-break/>for two")
    )
    sheet = cb.read(zipped(tmp_path / "a.ods", open_document(rows)))
    assert (found(sheet), texts(sheet, "title")) == ([], ["Spa\tday\nfor two"])


def test_a_comment_within_a_text_is_no_part_of_it(tmp_path: Path) -> None:
    """Nor is anything in the comment, whatever elements it has."""
    comment = "<office:annotation><office:x/><text:p>2</text:p></office:annotation>"
    rows = "".join(
        f"<table:table-row>{CELL.format(STRING, each)}</table:table-row>"
        for each in ("title", f"A{comment}B")
    )
    sheet = cb.read(zipped(tmp_path / "a.ods", open_document(rows)))
    assert (found(sheet), texts(sheet, "title")) == ([], ["AB"])


def test_an_archive_that_claims_less_than_it_has_is_refused(tmp_path: Path) -> None:
    """What a part unpacks to is counted while it is unpacked."""
    path = zipped(tmp_path / "a.xlsx", raw_parts(f'{HEAD}<row r="2">{CARD}</row>'))
    size = len(archive_of(path)[SHEET]).to_bytes(4, "little")
    data = path.read_bytes()
    at = data.rindex(size)
    path.write_bytes(data[:at] + (10).to_bytes(4, "little") + data[at + 4 :])
    with pytest.raises(cb.ReadError, match="damaged"):
        cb.read(path)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("33.333333333333336", "33.333333333333336"),
        ("0.30000000000000004", "0.3"),
        ("7.0248472999999997E-4", "0.00070248473"),
        ("-15.7929464439101", "-15.7929464439101"),
        ("0.000000000001", "0.000000000001"),
    ],
)
def test_a_number_of_many_decimals_is_no_difference(number: str, text: str, tmp_path: Path) -> None:
    """The fast reader rounds to nine of them; the number stands with all that it has."""
    sheet = read_row(tmp_path, CARD, f'<c r="B2"><f>A1/3</f><v>{number}</v></c>')
    assert (found(sheet), texts(sheet, "balance")) == ([], [text])


TWICE = {
    "a kind that nobody knows": '<c r="B2" t="x"><v>2</v></c>',
    "one address, a number and a text": '<c r="B2"><v>2</v></c><c r="B2" t="str"><v>2</v></c>',
}


@pytest.mark.parametrize("name", TWICE)
def test_a_difference_never_shows_one_text_twice(name: str, tmp_path: Path) -> None:
    """What differs is named where the texts are the same."""
    (finding,) = read_row(tmp_path, CARD, TWICE[name]).findings
    assert finding.code == "readers_differ"
    one, other = str(finding.value).split(" | ")
    assert one != other


def test_many_cells_of_notes_do_not_need_the_careful_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads up to a number of cells, and its time grows with each of them."""
    read_by_both = []

    def noted(*given: Any, **named: Any) -> Cells:
        read_by_both.append(given)
        return read_cells(*given, **named)

    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook.read_cells", noted)
    monkeypatch.setattr("certbulk.reading.formats.openxml.workbook._FEW", 7)
    notes = [f'<c r="{letter}2"><v>1</v></c>' for letter in "DEFG"]
    few, many = (read_row(tmp_path, CARD, *notes[:size]) for size in (3, 4))
    assert (len(few.columns), len(many.columns), len(read_by_both)) == (6, 7, 1)
    assert texts(few, "title") == texts(many, "title") == ["Card"]

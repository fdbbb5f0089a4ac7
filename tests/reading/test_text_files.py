"""Text files: marks between cells, encodings, quotation marks, rows of any length."""

from collections.abc import Callable
from pathlib import Path

import pytest

from certbulk import ReadError, read, validate
from certbulk.reading import Sheet
from tests.steps import steps_of

from .files import found, lines, texts


def write(path: Path, content: str | bytes) -> Sheet:
    """Write the file and read it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


TABLES: dict[str, str] = {
    "commas": lines(["title", "balance"], ['"A, b"', '"1,50"'], ["B", "2"]),
    "semicolons": lines(["title", "balance"], ["A, b", "1,50"], ["B", "2"], mark=";"),
    "tabs": lines(["title", "balance"], ["A, b", "1,50"], ["B", "2"], mark="\t"),
    "bars": lines(["title", "balance"], ["A, b", "1,50"], ["B", "2"], mark="|"),
    "one row": lines(["title", "balance"], ["A, b", "1,50"], ["B", "2"], mark=";"),
    "windows line breaks": 'title,balance\r\n"A, b","1,50"\r\nB,2\r\n',
    "old mac line breaks": 'title,balance\r"A, b","1,50"\rB,2\r',
    "no line break at the end": 'title,balance\n"A, b","1,50"\nB,2',
    "a mark of the byte order": '\ufefftitle,balance\n"A, b","1,50"\nB,2\n',
    "everything quoted": '"title","balance"\n"A, b","1,50"\n"B","2"\n',
    "a line that names the mark": "sep=;\ntitle;balance\nA, b;1,50\nB;2\n",
    "a title line": "Price list\n\ntitle;balance\nA, b;1,50\nB;2\n",
    "a title line with a comma": "Price list, spring\ntitle;balance\nA, b;1,50\nB;2\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_the_mark_between_cells_is_found(name: str, tmp_path: Path) -> None:
    """Comma, semicolon, tab or bar, also where cells have decimal commas and title lines above."""
    sheet = write(tmp_path / "a.csv", TABLES[name])
    assert texts(sheet, "title") == ["A, b", "B"]
    assert texts(sheet, "balance") == ["1,50", "2"]
    assert found(sheet) == []


def test_decimal_commas_in_every_row_are_no_marks(tmp_path: Path) -> None:
    """Semicolons are in the header too, commas only in the rows."""
    rows = [["A", "1 000,50"], ["B", "2 000,50"], ["C", "3\u00a0000,50"]]
    sheet = write(tmp_path / "a.csv", lines(["title", "balance"], *rows, mark=";"))
    assert texts(sheet, "balance") == [row[1] for row in rows]


def test_the_mark_is_the_one_that_makes_headers(tmp_path: Path) -> None:
    """A comma in each row and in the line above the header splits nothing that has a name."""
    rows = [["A", "1 000,50"], ["B", "2 000,50"]]
    text = "Price list, spring\n" + lines(["title", "balance"], *rows, mark=";")
    sheet = write(tmp_path / "a.csv", text)
    assert [column.field for column in sheet.columns] == ["title", "balance"]
    assert texts(sheet, "balance") == [row[1] for row in rows]


def test_lists_of_ids_are_no_marks(tmp_path: Path) -> None:
    """In a file of tabs the commas belong to the cells, even where each row has as many."""
    rows = [["A", "720441, 720442"], ["B", "720441, 720442"]]
    sheet = write(tmp_path / "a.tsv", lines(["title", "salon_ids"], *rows, mark="\t"))
    assert texts(sheet, "salon_ids") == ["720441, 720442", "720441, 720442"]


@pytest.mark.parametrize("text", ["title\nA\nB\n", 'title\n"A"\n"B"\n', "title\n\nA\n\nB"])
def test_a_file_of_one_column(text: str, tmp_path: Path) -> None:
    """There is no mark to find."""
    assert texts(write(tmp_path / "a.csv", text), "title") == ["A", "B"]


def test_quotation_marks_and_line_breaks_in_cells(tmp_path: Path) -> None:
    """Doubled marks are one, line breaks inside them are kept, inside a word they are letters."""
    text = 'title,balance\r\n"two\r\nlines ""quoted""",5\r\nGift "Premium" 5,6\r\n'
    sheet = write(tmp_path / "a.csv", text)
    assert texts(sheet, "title") == ['two\r\nlines "quoted"', 'Gift "Premium" 5']
    assert sheet.rows.tolist() == [2, 3]


def test_quotation_marks_behind_spaces(tmp_path: Path) -> None:
    """They are those of a cell if all of them are, as some programs write them."""
    text = 'title, balance, id\n"Oak, big", "5", 1\nElm, "6", "2"\n'
    sheet = write(tmp_path / "a.csv", text)
    assert (texts(sheet, "balance"), texts(sheet, "id")) == (["5", "6"], ["1", "2"])
    sheet = write(tmp_path / "a.csv", 'id,title\n1, "Big" oak\n2, "Elm"\n')
    assert texts(sheet, "title") == [' "Big" oak', ' "Elm"']


def test_tabs_beside_the_marks_are_white_space(tmp_path: Path) -> None:
    """A header that begins with a mark was not split at it."""
    sheet = write(tmp_path / "a.csv", "id\t;title\t;balance\t\n1\t;Oak\t;5\t\n")
    assert [str(text).strip() for text in texts(sheet, "title")] == ["Oak"]


def test_rows_of_different_length(tmp_path: Path) -> None:
    """What a row lacks is blank; what it has too much of has no header, and the row is refused."""
    sheet = write(tmp_path / "a.csv", "title,balance,id\nA,1\nB,1,2,3\nC\n\n,,,\nD,1,2\n")
    assert texts(sheet, "balance") == ["1", "1", None, "1"]
    assert texts(sheet, "id") == [None, "2", None, "2"]
    assert found(sheet) == [("D1", "unknown_column"), (None, "ragged_row")]
    assert sheet.rows.tolist() == [2, 3, 4, 7]


def test_a_line_of_very_many_cells(tmp_path: Path) -> None:
    """More columns than any spreadsheet has are read, or refused with a reason."""
    path = tmp_path / "a.csv"
    path.write_text("title\nA\nB" + "," * 20_000 + "x\n", encoding="utf-8")
    try:
        sheet = read(path)
    except ReadError as error:
        assert "a.csv" in str(error)  # noqa: PT017 (either outcome is right)
    else:
        assert texts(sheet, "title") == ["A", "B"]
        assert [f.code for f in sheet.findings] == ["unknown_column", "ragged_row"]


CYRILLIC = "title;Face value;Описание\n" + "".join(
    f"Подарочный сертификат {n};1 000,50;Прекрасный подарок к любому празднику\n" for n in range(3)
)
GERMAN = "title;Face value;Beschreibung\n" + "".join(
    f"Geschenkgutschein für Müller {n};1 000,50;Schöne Grüße, höchste Qualität für 50 €\n"
    for n in range(3)
)
ENCODINGS = [
    (CYRILLIC, "utf-8"),
    (CYRILLIC, "utf-8-sig"),
    (CYRILLIC, "utf-16"),
    (CYRILLIC, "cp1251"),
    (GERMAN, "cp1252"),
    (GERMAN, "utf-8"),
]


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
def test_letters_of_any_country(text: str, encoding: str, tmp_path: Path) -> None:
    """What spreadsheet programs of a country write as text is read in its letters."""
    sheet = write(tmp_path / "a.csv", text.encode(encoding))
    rows = [line.split(";") for line in text.splitlines()]
    assert [column.header for column in sheet.columns] == rows[0]
    assert [list(column.cells) for column in sheet.columns] == [
        list(c) for c in zip(*rows[1:], strict=True)
    ]


BROKEN: dict[str, str | bytes] = {
    "a mark that never ends": 'title,balance\n"A,5\nB,6\n',
    "letters behind a mark": 'title,balance\n"A" and,5\n',
    "all bytes": bytes(range(256)),
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(200)),
    "half of UTF-16": b"\xff\xfet\0i",
    "a cell without end": "title\n" + '"' + "x" * (2 << 20) + '"',
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_table_is_an_error_that_helps(name: str, tmp_path: Path) -> None:
    """The error names the file and what to do."""
    with pytest.raises(ReadError, match=r"a\.csv.*[Ss]ave|a\.csv.*Check"):
        write(tmp_path / "a.csv", BROKEN[name])


def test_the_line_of_a_broken_quotation_is_named(tmp_path: Path) -> None:
    """People find it in a file of thousands of lines."""
    with pytest.raises(ReadError, match="line 3"):
        write(tmp_path / "a.csv", 'title,balance\nA,5\n"B" x,6\nC,7\n')


RAGGED: dict[str, tuple[str, list[int]]] = {
    "an amount with a comma": ("id,balance,title\n1,1,500,A\n2,700,B\n", [2]),
    "below a title line": ("Prices\nid,balance\n1,1,500\n", [3]),
    "an amount in quotation marks": ('id,balance\n1,"1,500.00"\n', []),
    "a mark at the end of every row": ("id,balance\n1,1500,\n2,700,\n", []),
    "a short row": ("id,balance,title\n1,1500\n", []),
    "a note that a program has written": ("id,balance,\n1,1500,\n2,700,for Ines\n", []),
}


@pytest.mark.parametrize("name", RAGGED)
def test_a_row_with_more_cells_than_the_header_is_refused(name: str, tmp_path: Path) -> None:
    """1,500 without quotation marks is a 1 and a 500: which cells are meant cannot be told."""
    content, rows = RAGGED[name]
    sheet = write(tmp_path / "a.csv", content)
    refused = [f.row for f in sheet.findings if f.code == "ragged_row"]
    assert refused == rows
    assert [int(row) for row in sheet.rows[validate(sheet).refused]] == rows


WIDE: dict[str, Callable[[int], str]] = {
    "headers": lambda many: ",".join(f"h{n}" for n in range(many)) + "\nA\n",
    "commas": lambda many: "title,balance\nA,10" + "," * many + "\n",
    "semicolons": lambda many: "title;balance\n" + ";" * many,
    "tabs": lambda many: "title\tbalance\nA\t10\n" + "x\t" * many,
    "titles": lambda many: "title," * many + "\nA\n",
}


@pytest.mark.parametrize("name", WIDE)
def test_a_million_columns_are_refused_at_once(tmp_path: Path, name: str) -> None:
    """In a line that has their number, before anything is done for each of them."""
    path = tmp_path / "wide.csv"
    path.write_text(WIDE[name](1_000_000))

    def refuse() -> None:
        with pytest.raises(ReadError, match=r"line \d: the row has 1,000,00\d columns"):
            read(path)

    assert steps_of(refuse) < 100_000

"""Text files that do not name their encoding: how they are read, and what is reported."""

from pathlib import Path

import pytest

import certbulk as cb

from .files import lines, one_sheet, texts

TITLES = {
    "Russian": "Ёлка|Подарочный сертификат|Массаж спины 60 мин|Стрижка и укладка|«Новый год»",
    "Ukrainian": "Подарунок|Їжачок|Зачіска|Стрижка і укладка|Львів, вул. Шевченка",
    "Bulgarian": "Подарък|Масаж|Процедура за лице|подаръчен ваучер",
    "Serbian": "Масажа леђа|Шишање|Поклон картица|Женско фенирање",
    "German": "Müller|Gutschein für Sie|Schöne Grüße|Öl",
    "French": "à Noël|Épilation|Forfait découverte|Coiffure à domicile|Hélène",
    "Spanish": "Masaje de niños|Peluquería|Cupón de año nuevo|Depilación láser",
    "Portuguese": "Cartão presente|Promoção de verão|São João|Mãe",
    "Swedish": "Födelsedag|Ansiktsbehandling på lördag|Åre",
    "Polish": "Bon podarunkowy|Paznokcie żelowe|Łódź|Masaż pleców|Święta|Gdańsk",
    "Czech": "Dárkový poukaz|Kadeřnictví|Příbram|Žena|Péče o pleť",
    "Hungarian": "Ajándékutalvány|Szőke|Győr|Tűz|Masszázs",
    "Romanian": "Masaj pentru două persoane|Card cadou Crăciun|Înfrumuseţare",
    "Croatian": "Masaža leđa|Šišanje|Čakovec|Poklon bon – žene",
    "Turkish": "Hediye kartı|Saç kesimi|Masaj – yağ|İzmir|Doğum günü|Şişli",
    "Lithuanian": "Dovanų kuponas|Nugaros masažas|Šiauliai|Grožio procedūra|Kirpėja",
    "Latvian": "Dāvanu karte|Muguras masāža|Rīga|Skaistumkopšana",
    "Estonian": "Kinkekaart|Näohooldus|Põltsamaa|Jõulud|Juuksuri lõikus",
    "Greek": "Δωροκάρτα|Μασάζ|Κούρεμα|Αθήνα|Περιποίηση προσώπου",
    "Hebrew": "שובר מתנה|עיסוי|תספורת",
    "Arabic": "بطاقة هدية|تدليك|قص شعر",
}
PAGES = {
    "cp1251": "Russian Ukrainian Bulgarian Serbian",
    "mac-cyrillic": "Russian Ukrainian Bulgarian Serbian",
    "iso8859-5": "Russian Ukrainian Serbian",
    "koi8-r": "Russian",
    "koi8-u": "Ukrainian",
    "cp866": "Russian",
    "cp1252": "German French Spanish Portuguese Swedish",
    "mac-roman": "German French Spanish Portuguese Swedish",
    "cp850": "German French Spanish Portuguese Swedish",
    "cp1250": "Polish Czech Hungarian Romanian Croatian",
    "cp852": "Polish Czech Hungarian Romanian",
    "iso8859-2": "Polish Czech Hungarian Romanian",
    "cp1254": "Turkish",
    "cp1257": "Lithuanian Latvian Estonian",
    "cp1253": "Greek",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "utf-16-le": " ".join(TITLES),
    "utf-16-be": " ".join(TITLES),
}
TABLES = [(language, page) for page, several in PAGES.items() for language in several.split()]


def table(path: Path, titles: list[str], encoding: str) -> Path:
    """Write a table of types; what is in the code page is all that tells which one it is."""
    rows = [[str(number), title, "1000"] for number, title in enumerate(titles, start=11)]
    path.write_bytes(lines(["id", "title", "balance"], *rows, mark=";").encode(encoding))
    return path


@pytest.mark.parametrize(("language", "encoding"), TABLES)
def test_a_table_of_a_few_words(language: str, encoding: str, tmp_path: Path) -> None:
    """It is read in the code page in which all of them are words of one language."""
    titles = [title for title in TITLES[language].split("|") if _possible(title, encoding)]
    sheet = cb.read(table(tmp_path / "a.csv", titles, encoding))
    assert texts(sheet, "title") == titles
    guessed = [finding.code for finding in sheet.findings]
    assert guessed == ([] if encoding.startswith("utf") else ["encoding_guessed"])


def _possible(title: str, encoding: str) -> bool:
    try:
        title.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_headers_are_words_too(tmp_path: Path) -> None:
    """A table of which only the headers tell what it is in."""
    (tmp_path / "a.csv").write_bytes("Название;Номинал;Действует до\nOak;5;\n".encode("koi8-r"))
    (finding,) = cb.read(tmp_path / "a.csv").findings
    assert finding.value == "KOI8-R (Russian)"


def test_what_can_be_read_in_two_ways_is_said_in_both(tmp_path: Path) -> None:
    """One word may be too little; then the other reading is beside the one that is taken."""
    (finding,) = cb.read(table(tmp_path / "a.csv", ["Gdańsk"], "cp1250")).findings
    assert 'Windows-1252 (Western European): "Gdañsk".' in finding.message
    assert "Windows-1250 (Central European) as well" in finding.message
    assert 'which would give "Gdańsk"' in finding.message
    assert "name the encoding" in finding.message


@pytest.mark.parametrize("title", ["Öl", "50 €", "Mother’s day"])
def test_signs_and_letters_that_mean_the_same(title: str, tmp_path: Path) -> None:
    """If code pages do not differ in a file, there is no doubt to speak of."""
    sheet = cb.read(table(tmp_path / "a.csv", [title], "cp1252"))
    assert texts(sheet, "title") == [title]
    (finding,) = sheet.findings
    assert finding.value == "Windows-1252 (Western European)"


@pytest.mark.parametrize(
    ("titles", "encoding"),
    [
        ("礼品券五十元|背部按摩", "gb18030"),
        ("ギフト券|マッサージ六十分", "shift_jis"),
        ("ギフト券|マッサージ六十分", "euc_jp"),
        ("ギフト券|マッサージ六十分", "iso2022_jp"),
        ("상품권|등 마사지", "iso2022_kr"),
        ("禮券五十元|背部按摩", "big5"),
        ("상품권|등 마사지", "euc_kr"),
        ("Подарок|Массаж спины", "utf-7"),
        ("礼品券五十元|背部按摩", "hz"),
        ("Gift \ud83c\udf81|Spa \ud83d\udc86", "utf-8"),
    ],
)
def test_words_of_no_language_are_not_sent(titles: str, encoding: str, tmp_path: Path) -> None:
    """In an encoding that is not known, a title would be sold as letters that nobody can read."""
    rows = [[str(number), title] for number, title in enumerate(titles.split("|"), start=11)]
    path = tmp_path / "a.csv"
    path.write_bytes(lines(["id", "title"], *rows).encode(encoding, "surrogatepass"))
    report = cb.validate(cb.read(path))
    assert report.valid.empty
    (finding,) = (f for f in report.all_findings if f.severity == "error" and f.row is None)
    assert finding.code == "encoding_unknown"
    assert "Name the encoding" in finding.message
    if encoding != "utf-8":
        assert f'{encoding}: "{titles.split("|", maxsplit=1)[0]}"' in finding.message
        assert texts(cb.read(path, encoding=encoding), "title") == titles.split("|")


def test_words_of_two_alphabets_are_shown_in_every_encoding(tmp_path: Path) -> None:
    """Brand names of one word mix them, so that no language has them; a person chooses."""
    (finding,) = cb.read(table(tmp_path / "a.csv", ["СПАsalon"], "cp1251")).findings
    assert finding.code == "encoding_unknown"
    assert 'cp1251: "СПАsalon", cp1252: "ÑÏÀsalon"' in finding.message
    assert texts(cb.read(tmp_path / "a.csv", encoding="cp1251"), "title") == ["СПАsalon"]


@pytest.mark.parametrize("nuls", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("before", ["", "x"])
def test_a_few_nuls_are_not_utf_16(before: str, nuls: int, tmp_path: Path) -> None:
    """They are damage in their cells, wherever they stand; the other rows are read."""
    path = tmp_path / "a.csv"
    table = lines(["title", "balance"], [f"{before}Oak\0", "10"], ["Elm", "20"])
    marked = table.replace("\0", "\0  \0" if nuls == 2 else nuls * "\0")
    path.write_bytes((marked + " " * (len(marked) % 2)).encode())
    sheet = cb.read(path)
    assert texts(sheet, "balance") == ["10", "20"]
    assert [f.cell for f in cb.validate(sheet).all_findings if f.code == "letters_lost"] == ["A2"]


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    """Then it is that one, and nothing is guessed."""
    path = table(tmp_path / "a.csv", ["Gdańsk"], "cp1250")
    sheet = cb.read(path, encoding="cp1250")
    assert texts(sheet, "title") == ["Gdańsk"]
    assert not sheet.findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-8-sig"])
def test_a_mark_of_the_byte_order_is_no_letter(encoding: str, tmp_path: Path) -> None:
    """Whether it is found or named."""
    (tmp_path / "a.csv").write_bytes("\ufefftitle\nЁлка\n".encode(encoding.replace("-sig", "")))
    for sheet in (cb.read(tmp_path / "a.csv"), cb.read(tmp_path / "a.csv", encoding=encoding)):
        assert texts(sheet, "title") == ["Ёлка"]


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("cp12", r'no encoding "cp12"\. Choose, for example, from: utf-8, utf-16, cp1252'),
        ("hex", 'no encoding "hex"'),
        ("utf-8", r"a\.csv is not in the encoding utf-8: line 2 contains bytes"),
    ],
)
def test_an_encoding_that_it_is_not(encoding: str, says: str, tmp_path: Path) -> None:
    """The message says where, or which there are."""
    with pytest.raises(cb.ReadError, match=says):
        cb.read(table(tmp_path / "a.csv", ["Gdańsk"], "cp1250"), encoding=encoding)


def test_a_workbook_has_no_encoding_to_choose(tmp_path: Path) -> None:
    """The file itself has its encoding."""
    path = one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "A"})
    with pytest.raises(cb.ReadError, match="not a text file"):
        cb.read(path, encoding="cp1250")


@pytest.mark.parametrize("named", [None, "utf-8", "cp1252"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_a_full_disk_left_is_damage(encoding: str, named: str | None, tmp_path: Path) -> None:
    """NULs in place of rows are an error where they are, and a file of nothing else is not text."""
    path = tmp_path / "a.csv"
    cut = "title,price\nOak,10\n" + 600 * "\0"
    path.write_bytes(cut.encode(encoding))
    if encoding == "utf-8" or named is None:
        report = cb.validate(cb.read(path, encoding=named))
        assert [f.value for f in report.all_findings if f.code == "damaged_bytes"] == ["3"]
        assert [f.cell for f in report.all_findings if f.code == "letters_lost"] == ["A3"]
    path.write_bytes(600 * b"\0")
    with pytest.raises(cb.ReadError, match="is not text"):
        cb.read(path, encoding=named)

"""Text files: what spreadsheet programs and other systems export."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["MAKERS"]


def _text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content.encode(encoding))

    return make


_OF_EXCEL_IN_RUSSIAN = (
    "ID;Название;Номинал;Многоразовый;Действует до\r\n"
    "11;Сертификат «Ёлка»;1 000,50;ИСТИНА;31.12.2031\r\n"
    "12;Подарок № 2;1 000,00 ₽;ЛОЖЬ;#Н/Д\r\n"
    "13;Спа;#ЗНАЧ!;ИСТИНА;\r\n"
)

_NOT_IN_KOI8 = str.maketrans({"«": "", "»": "", "₽": "р."})

MAKERS: dict[str, Callable[[Path], None]] = {
    "bom_and_semicolons.csv": _text(
        'ID;Title;Face value\r\n11;"Oak; large";"1 000,50"\r\n12;Elm;"2.000,00"\r\n', "utf-8-sig"
    ),
    "cyrillic.csv": _text(_OF_EXCEL_IN_RUSSIAN.replace("₽", "р."), "cp1251"),
    "cyrillic_utf8.csv": _text(_OF_EXCEL_IN_RUSSIAN, "utf-8"),
    "one_umlaut.csv": _text("id;title\r\n11;Müller\r\n", "cp1252"),
    "one_cyrillic_word.csv": _text("id;title\r\n11;Ёлка\r\n", "cp1251"),
    "french.csv": _text("id;title;balance\r\n11;à Noël;100\r\n12;50 €;50\r\n", "cp1252"),
    "quotes_and_newlines.csv": _text(
        "id,title,online_sale_description\r\n"
        '11,"Oak ""Royal""","First line\r\nsecond line, with a comma\r\n"\r\n'
        "12,Elm \"Small\",'quoted'\r\n"
        "\r\n"
        '13,"",""\r\n'
    ),
    "koi8.csv": _text(
        _OF_EXCEL_IN_RUSSIAN.replace("№ 2", "маме").translate(_NOT_IN_KOI8), "koi8-r"
    ),
    "dos_cyrillic.csv": _text("id;title\r\n11;Елка\r\n12;Массаж спины\r\n", "cp866"),
    "mac_cyrillic.csv": _text(
        "id;title\r11;Ёлка\r12;Массаж спины\r13;SPA для двоих\r", "mac-cyrillic"
    ),
    "polish.csv": _text("id;title\r\n11;Łódź – święta\r\n12;Paznokcie żelowe\r\n", "cp1250"),
    "turkish.csv": _text("id;title\r\n11;Saç kesimi\r\n12;Doğum günü\r\n13;İzmir\r\n", "cp1254"),
    "one_word_in_doubt.csv": _text("id;title\r\n11;Gdańsk\r\n", "cp1250"),
    "one_word_named.csv": _text("id;title\r\n11;Gdańsk\r\n", "cp1250"),
    "utf16_without_mark.csv": _text("id;title\r\n11;Ёлка\r\n12;Müller\r\n", "utf-16-le"),
    "utf16_big_end.csv": _text("id;title\r\n11;Ёлка\r\n12;Müller\r\n", "utf-16-be"),
    "utf16.txt": _text("id\ttitle\n11\tЁлка\n12\tMüller\n", "utf-16"),
    "scientific_ids.csv": _text(
        "id,title,category_id,salon_ids\n"
        "11,Oak,1.23457E+15,720441\n"
        '12,Elm,7.20441E+05,"720441,1.23457E+15"\n'
        "13,Ash,1.2E+05,720441\n"
        "1.23457E+15,Fir,,\n"
    ),
    "text_forced_by_formula.csv": _text(
        'id,title,salon_ids\n="11","=""00123""","=""720441"""\n12,="Elm",720441\n'
    ),
    "currency.csv": _text(
        "id;title;balance;online_sale_price\n"
        "11;Oak;1 000,50 ₽;900,00 р.\n"
        "12;Elm;€1,000.50;$ 900.00\n"
        "13;Ash;1.000,50 EUR;CHF 900.00\n"
        "14;Fir;15%;(100,00)\n"
        "15;Yew;1000 zł;1000 лв\n"
        "16;Box;100 points;1000 тенге\n"
    ),
    "totals.csv": _text("Title,Face value\nOak,100\nElm,200\n,300\n"),
    "notes_below.csv": _text(
        "Title,Face value\nOak,100\nElm,200\n\n* Prices include VAT\nPrepared by Ines\n"
    ),
    "boxes_dragged_down.csv": _text(
        "ID,Название,Многоразовый,Готово\n11,Oak,TRUE,FALSE\n"
        + ",,FALSE,FALSE\n" * 40
        + ",,ЛОЖЬ,ЛОЖЬ\n,,,0\n"
    ),
    "tabs_and_blanks.tsv": _text(
        "\n\n\tid\ttitle \t\tbalance\n\n\t11\t Oak\t\t100 \n\t12\tElm\t\t\u00a0\n"
    ),
}
"""Who writes which file."""

"""Mojibake: which texts are taken for the bytes of others, and which are not."""

import pytest

from certbulk.core.mojibake import mojibake_in, seven_bits

TEXTS = {
    "Russian": "Подарок|Подарочный сертификат|на 5000 ₽|Стрижка №1 «Новый год»|Да|Ёлка — 50 €|СПА",
    "Ukrainian": "Подарунок|Їжачок|Ні|Зачіска",
    "Kazakh": "Сыйлық картасы|Қызмет|Ұлттық",
    "German": "Müller|Grüße|Öl|Ärzte",
    "French": "Café|à Noël|Épilation|Forfait découverte|L’été|œuf",
    "Portuguese": "Promoção de verão|São João|AMANHÃ",
    "Swedish": "Åre|på lördag",
    "Polish": "męża|Święta|Łódź|Żel",
    "Czech": "Dárkový poukaz|Kadeřnictví|Žena|Příbram",
    "Romanian": "Crăciun|Înfrumusețare",
    "Turkish": "Saç kesimi|İzmir|Doğum günü|Hediye kartı",
    "Vietnamese": "Thẻ quà tặng|Chăm sóc da mặt|Gội đầu",
    "Greek": "Δωροκάρτα|Μασάζ",
    "Hebrew": "שובר מתנה",
    "Arabic": "بطاقة هدية",
    "Chinese": "礼品券|背部按摩",
    "Korean": "상품권",
    "signs": "Mother’s day|50 €|Gift – 60 min|«VIP»|100 ₽|Spa™|No. №5|“Royal”|Gift 🎁",
}
PAGES = ["cp1252", "latin-1", "cp1251", "cp1250", "cp1254", "cp1257", "cp1253"]
RARE = ["mac-roman", "cp866", "cp437", "koi8-r"]

NONE = """
CAFÉ»|CAFÉ™|«CAFÉ»|FORÊT»|été…|«café…»|café\u00a0»|AMANHÃ\u00a0|AMANHÃ\u00a0de|MANHÃ»|IRMÃ™|À\u00a0partir
PÅ\u00a0tilbud|PÅ…|BLÅ’s|KUN\u00a0PÅ|JÄ‰|Ä’s|DAĞ’ın|İŞ’te|BEYOĞLU’nda|GÜMÜŞ™|ÖZEL®|TÜRKİŞ”
Ні|Її|Её|Всё|Мої|Ці|Ті|Сі|Сё|Рё|Рік|Сјај|Ђорђе|Љубав|САХАР»|РС…|С…|Р»|«В»|“С”|А°|12В°|С°|+5С°…
Қазақ|ҚЫЗМЕТ»|Ұлт|Ғ…|Ўзбек|Ґанок|Надії»|дії…|чаечка|шагшаг|хлебцеха|Ёё|«Азбука»…|«Клуб»™|«Клуб»®
50Â|Âge|pâté|naïveté©|RÉSUMÉ®|JÕUD»|PÃES|MÃE|Ã…|NÃO!|ÀÉÈ|Thẻ quà tặng|CHĂM SÓC|ĐẶC BIỆT|NHÀ»
BŁ…|ŚĆ™|„Łąka”|«Żółw»|Žena™|ŠKODA®|Č…|ΔΩΡΟ»|Ώρα…|«Ώρα»…|Ν΄|Ξ«|ש״ח|בע״מ|בית"|بطاقة…|هدية، شكرا
groß…|STRAẞE|€50|5£…|±5|100°C|20°…|№5|3×4|½…|¼-½|¿Qué?|¡Olé!|PERÚ»|BOGOTÁ”|CORÉ€|ÑANDÚ’|ŒUF»|π–meson
√2|∂x|5≥|├─|└──|═══|║ x ║|░▒▓|Москва–Питер|l’école «école»|»öffnen«|–à–|Sommer‘Äpfel‘|ГОСТ°|ВИП™|РФ…
礼品券…|ギフト券|상품권»|Gift 🎁|👩‍💻|e\u0301te\u0301|+7-900|1+1=3-2|a+b-c|C++|+380|~{a}
+SPA-день|2+1-free|+Bonus-|Spa+Massage-50|A+B+Spa-|+Luxe-Pack|Spa+manicure|Spa+pedicure-60|+waxing|Spa+ANA|+ABC-|Gift+Card-
"""


def as_read(text: str, page: str) -> str:
    """Return a text whose UTF-8 is read in a code page, in which all bytes are some letter."""
    octets = (bytes([byte]) for byte in text.encode())
    return "".join(o.decode(page, "replace").replace("\ufffd", chr(o[0])) for o in octets)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_a_text_that_was_read_wrongly_is_known_with_what_it_was(texts: str, page: str) -> None:
    """One text is enough to tell, in the pages of Windows."""
    for text in texts.split("|"):
        (meant,) = mojibake_in([as_read(text, page)]).values()
        assert meant.text == text


@pytest.mark.parametrize("page", RARE)
@pytest.mark.parametrize("language", ["Russian", "Ukrainian", "Kazakh", "German"])
def test_pages_of_dos_and_of_macs_too(language: str, page: str) -> None:
    """Whose letters are lines of tables and Greek ones."""
    texts = TEXTS[language].split("|")
    found = mojibake_in(as_read(text, page) for text in texts)
    assert {as_read(text, page): text for text in texts} == {
        read: meant.text for read, meant in found.items()
    }


def test_a_text_that_was_read_wrongly_twice() -> None:
    """It is shown as it was at first."""
    twice = as_read(as_read("Café crème", "cp1252"), "cp1252")
    (meant,) = mojibake_in([twice]).values()
    assert meant.text == "Café crème"


def test_a_text_of_a_real_language_is_none() -> None:
    """Signs behind words in capitals, and lone letters, make letters of UTF-8 by chance."""
    texts = NONE.strip("\n").replace("\n", "|").split("|")
    assert len(texts) > 150
    assert mojibake_in([*texts, *"|".join(TEXTS.values()).split("|")]) == {}


def test_what_alone_may_be_a_word_is_none_beside_others() -> None:
    """In a column with mojibake, a text of nothing but such letters is some, too."""
    assert mojibake_in(["Р°"]) == {}
    assert mojibake_in(["Р°", as_read("Подарок", "cp1251")])["Р°"].text == "а"


@pytest.mark.parametrize("text", ["Подарок", "Café", "Массаж спины №1", "礼品券", "50 €", "Œuf"])
def test_utf_7_is_known(text: str) -> None:
    """Its letters are a plus sign, letters and digits."""
    meant = seven_bits(text.encode("utf-7").decode())
    assert (meant and meant.text, meant and meant.encoding) == (text, "UTF-7")


def test_hz_is_known() -> None:
    """Its letters are between braces."""
    meant = seven_bits("VIP 礼品券".encode("hz").decode())
    assert (meant and meant.text, meant and meant.encoding) == ("VIP 礼品券", "HZ")

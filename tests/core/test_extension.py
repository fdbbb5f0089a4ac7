"""The cells of the pasted format that hold several things each."""

import pytest

from certbulk.core.columns.fields import BY_NAME
from certbulk.reading.extension.cells import COLUMNS, parts_of_restriction, parts_of_term, refusal
from certbulk.words.vocabulary_files import shipped

WORDS = shipped()

RESTRICTIONS: list[tuple[str, tuple[str, ...]]] = [
    ("товары+услуги", ("0",)),
    ("товары + услуги", ("0",)),
    ("Услуги и товары", ("0",)),
    ("без ограничений", ("0",)),
    ("услуги", ("1",)),
    ("товары", ("2",)),
    ("услуги(501,502)", ("3", "501; 502")),
    ("услуги (501, 502)", ("3", "501; 502")),
    ("Услуги: 501; 502", ("3", "501; 502")),
    ("выбранные услуги (501)", ("3", "501")),
    ("товары+услуги(1,2,3)", ("4", "1; 2; 3")),
    ("выбранные услуги + товары (7)", ("4", "7")),
    ("services+products(7)", ("4", "7")),
    # Not sent as something that it may not mean: found wrong where it stands.
    ("товары(501)", ("2", "501")),
    ("выбранные услуги", ("3",)),
    ("услуги()", ("3",)),
    ("товары+услуги()", ("4",)),
    ("услуги[501,502]", ("3", "501; 502")),
    ("услуги(501;502)+товары", ("4", "501; 502")),
    ("товары, услуги", ("0",)),
    ("услуги / товары", ("0",)),
    ("товар", ("товар",)),
    ("услуги(501", ("услуги(501",)),
    ("услуги+работы", ("услуги+работы",)),
    ("услуги(Массаж, 60 мин)", ("3", "Массаж, 60 мин")),
    ("услуги(501,,502,)", ("3", "501; 502")),
    ("услуги(610 101, 610 102)", ("3", "610 101; 610 102")),
]


@pytest.mark.parametrize(("text", "parts"), RESTRICTIONS)
def test_restrictions(text: str, parts: tuple[str, ...]) -> None:
    """Goods, services or both, and the services in brackets."""
    expected = dict(zip(("item_type_id", "service_ids"), parts, strict=False))
    assert parts_of_restriction(text, WORDS) == expected


TERMS: list[tuple[str, tuple[str, str, str, str]]] = [
    ("нет", ("0", "", "", "")),
    ("Бессрочный", ("0", "", "", "")),
    ("срок-неогр", ("0", "", "", "")),
    ("дата-31.12.2031", ("1", "31.12.2031", "", "")),
    ("Дата 31.12.2031", ("1", "31.12.2031", "", "")),
    ("до даты 31.12.2031", ("1", "31.12.2031", "", "")),
    ("31.12.2031", ("1", "31.12.2031", "", "")),
    ("2031-12-31", ("1", "2031-12-31", "", "")),
    ("дата", ("1", "", "", "")),
    ("срок-6м", ("2", "", "6", "м")),
    ("срок-2н", ("2", "", "2", "н")),
    ("Срок - 10 дней", ("2", "", "10", "дней")),
    ("6 месяцев", ("2", "", "6", "месяцев")),
    ("1г", ("2", "", "1", "г")),
    ("срок-6", ("2", "", "6", "")),
    ("срок6м", ("2", "", "6", "м")),
    ("срок_6м", ("2", "", "6", "м")),
    ("срок=6м", ("2", "", "6", "м")),
    ("срок–6 мес.", ("2", "", "6", "мес.")),
    ("срок-полгода", ("2", "", "6", "month")),
    ("Год", ("2", "", "1", "year")),
    ("1,5 года", ("2", "", "18", "month")),
    ("31.12.2031 г.", ("1", "31.12.2031 г.", "", "")),
    ("до 31.12.2031", ("1", "до 31.12.2031", "", "")),
    ("03/04/2031", ("1", "03/04/2031", "", "")),
    # What says two things, or half of one, is not a term.
    ("нет-6м", ("нет-6м", "", "", "")),
    ("нет 6м", ("нет 6м", "", "", "")),
    ("6м-нет", ("6м-нет", "", "", "")),
    ("бессрочно-31.12.2031", ("бессрочно-31.12.2031", "", "", "")),
    ("срок-31.12.2031", ("срок-31.12.2031", "", "", "")),
    ("срок-6м-12м", ("срок-6м-12м", "", "", "")),
    ("срок-1,5г", ("срок-1,5г", "", "", "")),
    ("срок-м", ("срок-м", "", "", "")),
    ("срок-", ("срок-", "", "", "")),
    ("дата-", ("дата-", "", "", "")),
    ("-", ("-", "", "", "")),
    ("46752", ("46752", "", "", "")),
    ("срок-6q", ("2", "", "6", "q")),
    ("дата-завтра", ("1", "завтра", "", "")),
    ("когда-нибудь", ("когда-нибудь", "", "", "")),
    ("6", ("6", "", "", "")),
]


@pytest.mark.parametrize(("text", "parts"), TERMS)
def test_terms(text: str, parts: tuple[str, str, str, str]) -> None:
    """None, a date, or a length with its unit; what is not a term is an error at its cell."""
    names = (
        "expiration_type_id", "expiration_date", "expiration_timeout", "expiration_timeout_unit_id",
    )  # fmt: skip
    expected = {name: part for name, part in zip(names, parts, strict=True) if part}
    assert parts_of_term(text, WORDS) == expected


REFUSED: list[tuple[str, str, str]] = [
    ("Term", "нет-6м", "expiration_type_id"),
    ("Term", "2", "expiration_type_id"),
    ("Term", "-", "expiration_type_id"),
    ("Restriction", "товар", "item_type_id"),
    ("Restriction", "услуги(501", "item_type_id"),
    ("Restriction", "1", "item_type_id"),
    ("One or many", "1", "is_multi"),
    ("One or many", "да", "is_multi"),
    ("One or many", "один/много", "is_multi"),
    ("Balance edit", "2", "balance_edit_type_id"),
    ("Balance edit", "иногда", "balance_edit_type_id"),
]


@pytest.mark.parametrize(("name", "text", "field"), REFUSED)
def test_what_is_not_in_the_words_of_the_format(name: str, text: str, field: str) -> None:
    """A number is not a word here: 1 may be one visit, and the service's 1 is many."""
    refused = refusal(name, text, WORDS)
    assert refused
    assert refused.field == field
    assert refused.suggestion is None
    assert "Write " in refused.message


def test_a_slip_of_a_word_has_the_word() -> None:
    """Not yes or no, which this column does not take."""
    refused = refusal("One or many", "многа", WORDS)
    assert refused
    assert refused.suggestion == "много"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("One or many", "Один."),
        ("Balance edit", "где продан"),
        ("Term", "дата-завтра"),  # its date is found wrong, with a message about dates
        ("Restriction", "товары(501)"),  # and its services, with one about them
        ("Sale without code", "1"),
        ("Title", "1"),
    ],
)
def test_what_is_understood_or_found_wrong_elsewhere(name: str, text: str) -> None:
    """Nothing is refused that the columns themselves can judge."""
    assert refusal(name, text, WORDS) is None


def test_the_columns_are_thirteen_of_the_table() -> None:
    """All but the restriction, the term and the image are columns of the table as they are."""
    assert len(COLUMNS) == 13
    assert {field for field in COLUMNS.values() if field} <= BY_NAME.keys()
    assert [n for n, f in COLUMNS.items() if f is None] == ["Restriction", "Term", "Online image"]

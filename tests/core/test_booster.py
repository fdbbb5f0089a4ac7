"""The cells of the pasted format that hold several things each."""

import pytest

from certbulk.core.booster import COLUMNS, parts_of_restriction, parts_of_term
from certbulk.core.fields import BY_NAME
from certbulk.words import shipped

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
    ("услуги()", ("1",)),
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
    ("срок-м", ("2", "", "м", "")),
    ("срок-6q", ("2", "", "6", "q")),
    ("дата-завтра", ("1", "завтра", "", "")),
    ("когда-нибудь", ("когда-нибудь", "", "", "")),
    ("6", ("6", "", "", "")),
]


@pytest.mark.parametrize(("text", "parts"), TERMS)
def test_terms(text: str, parts: tuple[str, str, str, str]) -> None:
    """None, a date, or a length with its unit; what is no term is found wrong where it stands."""
    names = (
        "expiration_type_id", "expiration_date", "expiration_timeout", "expiration_timeout_unit_id",
    )  # fmt: skip
    expected = {name: part for name, part in zip(names, parts, strict=True) if part}
    assert parts_of_term(text, WORDS) == expected


def test_the_columns_are_thirteen_of_the_table() -> None:
    """All but the restriction, the term and the image are columns of the table as they are."""
    assert len(COLUMNS) == 13
    assert {field for field in COLUMNS.values() if field} <= BY_NAME.keys()
    assert [n for n, f in COLUMNS.items() if f is None] == ["Restriction", "Term", "Online image"]

from decimal import Decimal

import pytest

from certbulk.core.amounts import amounts_beside, amounts_in

TITLES: list[tuple[str, list[str]]] = [
    ("Gift Certificate 1000", ["1000"]),
    ("Gift Certificate 150 000", ["150000"]),
    ("Gift Certificate 150\u00a0000 ₽", ["150000"]),
    ("Gift Certificate 1 000 000", ["1000000"]),
    ("Certificate 150.000", ["150000"]),
    ("Certificate 1,000.50", ["1000.50"]),
    ("Certificate 1.000,50", ["1000.50"]),
    ("Certificate 1'000", ["1000"]),
    ("Certificate 99.90", ["99.90"]),
    ("Certificate 99,9", ["99.9"]),
    ("$1000", ["1000"]),
    ("1000₽", ["1000"]),
    ("1000руб.", ["1000"]),
    ("1000 EUR", ["1000"]),
    ("Сертификат на 5000 рублей", ["5000"]),
    ("(5000)", ["5000"]),
    ("Подарок № 2", []),
    ("Gift #2 for 5000", ["5000"]),
    ("5k", ["5000"]),
    ("5 k", ["5000"]),
    ("1.5k", ["1500"]),
    ("5к", ["5000"]),
    ("3 тыс. руб", ["3000"]),
    ("3 т.р.", ["3000"]),
    ("2 thousand", ["2000"]),
    ("3 товара", ["3"]),
    ("500-1000", ["500", "1000"]),
    ("3000, SPA 60 min", ["3000"]),
    ("Gift", []),
    ("", []),
    ("Massage 60 min", []),
    ("Massage 60min", []),
    ("Massage 60 minutes", []),
    ("60-minute massage", []),
    ("60-min massage", []),
    ("Массаж 60 мин", []),
    ("Массаж 90 минут", []),
    ("Massage 2 hours", []),
    ("Massage 1.5 hours", []),
    ("Массаж 1,5 часа", []),
    ("Massage 2h", []),
    ("3 visits", []),
    ("10 сеансов", []),
    ("For 2 persons", []),
    ("10%", []),
    ("10 %", []),
    ("12.5% off", []),
    ("2nd visit", []),
    ("2x massage", []),
    ("2 in 1", []),
    ("New Year 2027", []),
    ("Summer 2026 Gift 3000", ["3000"]),
    ("100 000 минут", []),
    ("A1000", []),
    ("v1.2.3", []),
]


@pytest.mark.parametrize(("title", "amounts"), TITLES)
def test_amounts_in_titles(title: str, amounts: list[str]) -> None:
    """Numbers that can be amounts; not times, counts, percentages, ordinals, years, model names."""
    assert amounts_in(title) == [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize("title", ["1 " * 20_000, "1 000" * 20_000, "9" * 100_000, "1," * 50_000])
def test_long_titles_take_no_time(title: str) -> None:
    """Looking at a long title costs no more than looking at many short ones: it ends."""
    assert len(amounts_in(title)) <= len(title)


BESIDE: list[tuple[str, str, list[str]]] = [
    ("Gift 1000", "1000", []),
    ("Gift 1000", "2000", ["1000"]),
    ("Gift 3 тыс.", "3000", []),
    ("Gift 3 тыс.", "3", ["3000"]),
    ("Сертификат на 8 Марта", "50", []),
    ("14 февраля", "3000", []),
    ("March 8", "50", []),
    ("Gift 50 until 31.12.2027", "60", ["50"]),
    ("2027-03-08", "50", []),
    ("Valid till 31/12/27", "50", []),
    ("Massage for 2", "3000", []),
    ("2 for 1", "300", []),
    ("VIP 10", "100", ["10"]),
    ("Gift 50", "500", ["50"]),
    ("Gift 50", "5000", ["50"]),
    ("Gift 150", "150000", ["150"]),
    ("8 marks", "50", ["8"]),
    ("May 500", "50", ["500"]),
    ("Gift 1000\u0660", "1000", ["10000"]),
    ("Gift 1000\uff10", "1000", ["10000"]),
]


@pytest.mark.parametrize(("title", "amount", "others"), BESIDE)
def test_amounts_that_are_not_the_face_value(title: str, amount: str, others: list[str]) -> None:
    """A day of a date is none, and neither is a small number beside a large face value."""
    expected = tuple(Decimal(other) for other in others)
    assert amounts_beside(title, amount) == expected

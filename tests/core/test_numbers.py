from datetime import UTC
from decimal import Decimal

import pytest

from certbulk.core.kinds import Count, Money, NumberText, Problem

AMOUNTS: list[tuple[str, str]] = [
    ("0", "0"),
    ("1000", "1000"),
    ("0001000", "1000"),
    ("1000.5", "1000.5"),
    ("1000,50", "1000.5"),
    ("1000.00", "1000"),
    ("1000,00", "1000"),
    ("1 000", "1000"),
    ("1 000,50", "1000.5"),
    ("1\u00a0000,50", "1000.5"),
    ("1\u202f000,50", "1000.5"),
    ("1\u2009000.50", "1000.5"),
    ("1'000.50", "1000.5"),
    ("1\u2019000.50", "1000.5"),
    ("1,000.50", "1000.5"),
    ("1.000,50", "1000.5"),
    ("1,000,000", "1000000"),
    ("1.000.000", "1000000"),
    ("1 000 000", "1000000"),
    ("1,000,000.5", "1000000.5"),
    ("1.000.000,5", "1000000.5"),
    ("10,000.000", "10000"),
    ("0,500", "0.5"),
    ("0.500", "0.5"),
    ("1000,000", "1000"),
    (".5", "0.5"),
    (",5", "0.5"),
    ("+5", "5"),
    ("'1000", "1000"),
    ("  1000\u200b ", "1000"),
    ("\ufeff1000", "1000"),
    ("$1000", "1000"),
    ("1000$", "1000"),
    ("€ 1.000,50", "1000.5"),
    ("1 000,50 ₽", "1000.5"),
    ("£1,000.50", "1000.5"),
    ("1000\u00a0€", "1000"),
    ("1000 USD", "1000"),
    ("EUR1,000.50", "1000.5"),
    ("1 000,50 руб.", "1000.5"),
    ("1000р", "1000"),
    ("R$ 1.000,50", "1000.5"),
    ("1000 zł", "1000"),
    ("CHF 1'000.-", "1000"),
    ("10\u200b00\u200f", "1000"),
    ("1100.0000000000002", "1100"),
    ("1099.9999999999998", "1100"),
    ("0.30000000000000004", "0.3"),
    ("999999999999.99", "999999999999.99"),
]


@pytest.mark.parametrize(("text", "amount"), AMOUNTS)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    """Either decimal mark, groups of three, currency signs and a formula's noise are understood."""
    assert Money().parse(text, UTC) == Decimal(amount)


NO_AMOUNTS: list[tuple[str, str]] = [
    ("a thousand", "not_a_number"),
    ("1000 or so", "not_a_number"),
    ("15%", "not_a_number"),
    ("1000 points", "not_a_number"),
    ("USD", "not_a_number"),
    ("(1000)", "out_of_range"),
    ("1o00", "not_a_number"),
    ("10 00", "not_a_number"),
    ("100\n200", "not_a_number"),
    ("100\r\n200", "not_a_number"),
    ("100\t200", "not_a_number"),
    ("1 0000", "not_a_number"),
    ("1,00,000", "not_a_number"),
    ("1.000,000.5", "not_a_number"),
    ("1,000.000,5", "not_a_number"),
    ("1 000.000,5", "not_a_number"),
    ("1..5", "not_a_number"),
    ("1000.", "not_a_number"),
    (".", "not_a_number"),
    (",", "not_a_number"),
    ("-", "not_a_number"),
    ("+", "not_a_number"),
    ("- -", "not_a_number"),
    ("€", "not_a_number"),
    ("-€", "not_a_number"),
    ("'", "not_a_number"),
    ("--5", "not_a_number"),
    ("1-5", "not_a_number"),
    ("5%", "not_a_number"),
    ("1/2", "not_a_number"),
    ("½", "not_a_number"),
    ("²", "not_a_number"),
    ("0x10", "not_a_number"),
    ("\u0661\u0660\u0660\u0660", "not_a_number"),
    ("inf", "not_a_number"),
    ("nan", "not_a_number"),
    ("Infinity", "not_a_number"),
    ("true", "not_a_number"),
    ("yes", "not_a_number"),
    ("=500*2", "not_a_number"),
    ("31.12.2027", "not_a_number"),
    ("1,000", "ambiguous_value"),
    ("1.000", "ambiguous_value"),
    ("12,345", "ambiguous_value"),
    ("999.999", "ambiguous_value"),
    ("€1,000", "ambiguous_value"),
    ("1.234 €", "ambiguous_value"),
    ("-1,000", "ambiguous_value"),
    ("-5", "out_of_range"),
    ("\u22125", "out_of_range"),
    ("-€5", "out_of_range"),
    ("€-5", "out_of_range"),
    ("-0.01", "out_of_range"),
    ("1000000000000", "out_of_range"),
    ("999999999999999", "out_of_range"),
    ("9999999999999999", "number_too_long"),
    ("1234567890123456789", "number_too_long"),
    ("1,234,567,890,123,456", "number_too_long"),
    ("1234567890123456.78", "number_too_long"),
    ("1e5", "number_too_long"),
    ("1.23E+18", "number_too_long"),
    ("1,23E+18", "number_too_long"),
    ("-1E-7", "number_too_long"),
    ("999.9999", "too_many_decimals"),
    ("0.001", "too_many_decimals"),
    ("0,005", "too_many_decimals"),
    ("1 000.005", "too_many_decimals"),
    ("1000.0001", "too_many_decimals"),
]


@pytest.mark.parametrize(("text", "code"), NO_AMOUNTS)
def test_what_is_no_amount_has_a_code(text: str, code: str) -> None:
    """Nothing that cannot be one amount for sure is taken for one: a lone dash is not a zero."""
    outcome = Money().parse(text, UTC)
    assert isinstance(outcome, Problem), outcome
    assert outcome.code == code


AMBIGUOUS: list[tuple[str, str, str]] = [
    ("1,000", "1000", "1"),
    ("1.000", "1000", "1"),
    ("1,500", "1500", "1.5"),
    ("12.345", "12345", "12.345"),
    ("-1,250", "-1250", "-1.25"),
    ("1,234 €", "1234", "1.234"),
]


@pytest.mark.parametrize(("text", "one", "other"), AMBIGUOUS)
def test_an_ambiguous_number_shows_both_readings(text: str, one: str, other: str) -> None:
    """The message names both numbers that the text may be."""
    outcome = Money().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.code == "ambiguous_value"
    assert f"can be read as {one} or as {other}." in outcome.message


@pytest.mark.parametrize("kind", [Money(), Count()])
def test_the_dot_of_a_number_cell_is_a_decimal_point(kind: Money | Count) -> None:
    """What is ambiguous as typed text is not where the cell holds a number."""
    typed, number = kind.parse("1.234", UTC), kind.parse(NumberText("1.234"), UTC)
    assert isinstance(typed, Problem)
    assert isinstance(number, Problem)
    assert typed.code == "ambiguous_value"
    assert number.code in {"too_many_decimals", "not_an_integer"}


TOO_FINE: list[tuple[str, str]] = [("999.9999", "1000"), ("12.3456", "12.35"), ("0.004", "0")]


@pytest.mark.parametrize(("text", "rounded"), TOO_FINE)
def test_too_many_decimals_suggests_the_rounded_amount(text: str, rounded: str) -> None:
    """The suggestion has two decimals at most."""
    outcome = Money().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == rounded


SHOWN: list[tuple[str, str]] = [
    ("1000", "1000"),
    ("1000.50", "1000.50"),
    ("1E+3", "1000"),
    ("0.10", "0.10"),
    ("100", "100"),
    ("0", "0"),
    ("0.125", "0.125"),
]


@pytest.mark.parametrize(("amount", "text"), SHOWN)
def test_amounts_are_shown_as_plain_digits(amount: str, text: str) -> None:
    """No exponent; no decimals, or both."""
    assert Money().show(Decimal(amount)) == text


def test_zero_has_no_sign() -> None:
    """-0 is an amount of 0, and shown so."""
    value = Money().parse("-0", UTC)
    assert value == 0
    assert Money().show(value) == "0"


JSON_NUMBERS: list[tuple[object, object]] = [
    (1000, Decimal(1000)),
    (1000.0, Decimal(1000)),
    (1000.1, Decimal("1000.1")),
    ("1000.00", Decimal(1000)),
    (" 1000 ", Decimal(1000)),
    (None, Decimal(0)),
    ("abc", "abc"),
    ("", ""),
    (True, True),
    ([], []),
]


@pytest.mark.parametrize(("raw", "value"), JSON_NUMBERS)
def test_amounts_are_loaded_from_numbers_and_numeric_strings(raw: object, value: object) -> None:
    """Older endpoints answer strings; null is 0; what is not an amount is handed back."""
    assert Money().load(raw) == value


@pytest.mark.parametrize(
    ("amount", "raw"), [("1000", 1000), ("1000.00", 1000), ("99.99", 99.99), ("0", 0)]
)
def test_amounts_are_sent_as_numbers(amount: str, raw: float) -> None:
    """An int where the amount is whole, else a float."""
    sent = Money().dump(Decimal(amount))
    assert sent == raw
    assert type(sent) is type(raw)


COUNTS: list[tuple[str, int | str]] = [
    ("1", 1),
    ("6", 6),
    ("06", 6),
    ("6.0", 6),
    ("6,00", 6),
    (" 6 ", 6),
    ("9999", 9999),
    ("9 999", 9999),
    ("6.0000000000000002", 6),
    ("0", "out_of_range"),
    ("-6", "out_of_range"),
    ("10000", "out_of_range"),
    ("6.5", "not_an_integer"),
    ("6 months", "not_an_integer"),
    ("six", "not_an_integer"),
    ("6m", "not_an_integer"),
    ("-", "not_an_integer"),
    ("€", "not_an_integer"),
    ("true", "not_an_integer"),
    ("\u0666", "not_an_integer"),
    ("1,000", "ambiguous_value"),
    ("1e3", "number_too_long"),
    ("1234567890123456", "number_too_long"),
]


@pytest.mark.parametrize(("text", "expected"), COUNTS)
def test_counts_are_whole_numbers_from_1(text: str, expected: int | str) -> None:
    """Decimals of 0 do no harm; everything else that is not a whole number from 1 has a code."""
    outcome = Count().parse(text, UTC)
    assert (outcome.code if isinstance(outcome, Problem) else outcome) == expected


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("6.", "6"), ("6,", "6"), ('"6"', "6"), ("6*", None), ("6?", None), ("6 months", None)],
)
def test_a_count_with_a_mark_that_says_nothing(text: str, suggestion: str | None) -> None:
    """A dot behind it is beyond doubt; a footnote may say that it is another number."""
    outcome = Count().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == suggestion


@pytest.mark.parametrize(
    ("raw", "value"), [(6, 6), ("6", 6), (6.0, 6), (0, None), ("0", None), (None, None), ("x", "x")]
)
def test_no_count_is_loaded_from_zero_and_null(raw: object, value: object) -> None:
    """The service answers 0 where no length of time was set."""
    assert Count().load(raw) == value

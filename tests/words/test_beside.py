"""What people write beside a value or for one: read where that is sure, or suggested."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.kinds import Problem
from certbulk.words.vocabulary_files import shipped
from tests.validating.rows import Row, create, report_of, update

KINDS = shipped().kinds


def suggested(field: str, text: str) -> str | None:
    """Return what is suggested for a text that the column does not take."""
    outcome = KINDS[field].parse(text, UTC)
    assert isinstance(outcome, Problem), outcome
    return outcome.suggestion


@pytest.mark.parametrize(
    "text", ["31.12.2027 г.", "31.12.2027г", "31.12.2027 Года", "31/12/2027 г.", "31.12.2027 год"]
)
def test_the_word_for_a_year_says_nothing_more(text: str) -> None:
    """A date with it is that date."""
    moment = KINDS["expiration_date"].parse(text, UTC)
    assert isinstance(moment, datetime)
    assert moment.date() == date(2027, 12, 31)


DATES: list[tuple[str, str | None]] = [
    ("до 31.12.2027", "2027-12-31"),
    ("До: 31.12.2027 г.", "2027-12-31"),
    ("по 31.12.2027", "2027-12-31"),
    ("действует до 31 декабря 2027 года", "2027-12-31"),
    ("до 31.12.2027 включительно", "2027-12-31"),
    ("31.12.2027 (вкл.)", "2027-12-31"),
    ("until 31.12.2027", "2027-12-31"),
    ("Valid until 2027-12-31", "2027-12-31"),
    ("by Dec 31, 2027", "2027-12-31"),
    ("до 31.12.27", "2027-12-31"),
    ("до 05.03.2027", "2027-03-05"),
    ("до 31.12.2027 18:00", "31.12.2027 18:00"),
    # Both readings of the date are open, or it is not the last day, or there is no day.
    ("до 03/04/2027", None),
    ("03/04/2027*", None),
    ("с 01.01.2027", None),
    ("с 01.01.2027 по 31.12.2027", None),
    ("01.01.2027-31.12.2027", None),
    ("до 31.12.2199", None),
    ("до конца года", None),
    ("декабрь 2027", None),
    ("не до 31.12.2027", None),
    ("31.12.2027?", None),
]


@pytest.mark.parametrize(("text", "suggestion"), DATES)
def test_words_beside_a_date(text: str, suggestion: str | None) -> None:
    """Until a day is a fixed date; whether that day counts is for the person to accept."""
    assert suggested("expiration_date", text) == suggestion


AMOUNTS: list[tuple[str, str | None]] = [
    ("1000.", "1000"),
    ("1000,", "1000"),
    ("1 000.", "1000"),
    ("1000*", "1000"),
    ("1000=", "1000"),
    ("1000=00", "1000"),
    ("1000=50", "1000.50"),
    ("1000-00", "1000"),
    ("1000/-", "1000"),
    ("«1000»", "1000"),
    ("1000 p", "1000"),
    ("5k", "5000"),
    ("$5k", "5000"),
    ("5k$", "5000"),
    ("5тыс руб", "5000"),
    ("5 тыс. руб.", "5000"),
    ("5 ТЫС.РУБ", "5000"),
    ("5 т.р.", "5000"),
    ("5 тыс. ₽", "5000"),
    ("1,5 тыс", "1500"),
    ("1.55k", "1550"),
    ("0,5 тыс", "500"),
    ("1,5 млн руб.", "1500000"),
    ("1OOO", "1000"),
    ("1 ООО", "1000"),
    ("l000", "1000"),
    # More than one amount, none that is exact, or one that can be read in two ways.
    ("1000-2000", None),
    ("1000-20", None),
    ("от 1000", None),
    ("до 1000", None),
    ("~1000", None),
    ("1000+", None),
    ("1000?", None),
    ("1000 или 2000", None),
    ("1.000,", None),
    ("1.500k", None),
    ("5,000 тыс", None),
    ("5 000 тыс", None),
    ("-5 тыс", None),
    ("5 тыс штук", None),
    ("1000 штук", None),
    ("50 kg", None),
    ("тысяча", None),
    ("k", None),
    ("OOO", None),
    ("1000 (минимум)", None),
]


@pytest.mark.parametrize(("text", "suggestion"), AMOUNTS)
def test_words_and_marks_beside_an_amount(text: str, suggestion: str | None) -> None:
    """What most likely is one amount is suggested, and nothing is where there may be two."""
    assert suggested("balance", text) == suggestion
    if suggestion:
        assert KINDS["balance"].parse(suggestion, UTC) == Decimal(suggestion)


@pytest.mark.parametrize("text", ["1000-2000", "100\n200", "from 1 000 to 2 000"])
def test_several_amounts_are_called_so(text: str) -> None:
    """It is not a slip of the keyboard, but two types in one row."""
    outcome = KINDS["balance"].parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert "more than one number" in outcome.message


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("balance", "2026-05-01", "a number such as 1.5"),
        ("balance", "01.05.2026", "a number such as 1.5"),
        ("balance", "2026-05-01 00:00:00", "a number such as 1.5"),
        ("balance", "01.май", "a number such as 1.5"),
        ("balance", "1-May", "a number such as 1.5"),
        ("balance", "May-26", "a number such as 1.5"),
        ("balance", "1902-09-26", "most likely the cell holds a number and is formatted as a date"),
        ("balance", "9/26/1902", "most likely the cell holds a number and is formatted as a date"),
        (
            "balance",
            "12:00:00 PM",
            "most likely the cell holds a number and is formatted as a time",
        ),
        (
            "balance",
            "PT12H00M00S",
            "most likely the cell holds a number and is formatted as a time",
        ),
        ("expiration_timeout", "2026-06-01", "a number such as 1.5"),
        (
            "category_id",
            "2039-08-19",
            "is a date. Either the cell holds a number and is formatted as a date",
        ),
        ("salon_ids", "3872-06-30", 'contains "3872-06-30", which is a date. Either'),
    ],
)
def test_a_date_where_a_number_should_be(field: str, text: str, says: str) -> None:
    """What probably happened in the spreadsheet, and what to do.

    Which number it was is not reported: programs count their days from different ones.
    """
    outcome = KINDS[field].parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert says in outcome.message
    assert "Format the cell as a number" in outcome.message
    assert outcome.suggestion is None


FLAGS: list[tuple[str, str | None]] = [
    ("+", "yes"),
    ("V", "yes"),
    ("✓", "yes"),
    ("галочка", "yes"),
    ("Да!", "yes"),
    ("«да»", "yes"),
    ("(да)", "yes"),
    ("да*", "yes"),
    ("д", "yes"),
    ("-", "no"),
    ("—", "no"),
    ("❌", "no"),
    ("нет,", "no"),
    # In one country a cross means yes, in another one no.
    ("x", None),
    ("х", None),
    ("да/нет", None),
    ("не да", None),
    ("да?", None),
    ("?", None),
]


@pytest.mark.parametrize(("text", "suggestion"), FLAGS)
def test_signs_for_yes_and_no(text: str, suggestion: str | None) -> None:
    """Ticks, plus and minus are suggested, and not read: a cross is neither."""
    assert suggested("is_multi", text) == suggestion


LENGTHS: list[tuple[str, str, str | None]] = [
    ("6 мес.", "month", "6"),
    ("6 month(s)", "month", "6"),
    ("полгода", "month", "6"),
    ("Half a year", "month", "6"),
    ("полтора года", "month", "18"),
    ("1,5 года", "month", "18"),
    ("год", "year", "1"),
    ("1 год с даты продажи", "year", "1"),
    ("в течение 6 месяцев", "month", "6"),
    ("6 months from the sale", "month", "6"),
    ("6 мес.*", "month", None),
    ("6 мес.?", "month", None),
    ("полгода", "year", None),
    ("год", "month", None),
    ("6-12 мес", "month", None),
    ("до 6 месяцев", "month", None),
    ("не 6 месяцев", "month", None),
    ("6 мес или 1 год", "month", None),
]


@pytest.mark.parametrize(("text", "unit", "suggestion"), LENGTHS)
def test_a_length_and_its_unit_in_one_cell(text: str, unit: str, suggestion: str | None) -> None:
    """It is certain where the unit's own cell says the same, and never where it says another."""
    row = create(expiration_timeout=text, expiration_timeout_unit_id=unit)
    (finding,) = (f for f in report_of(row).errors if f.code == "not_an_integer")
    assert finding.suggestion == suggestion


def test_a_unit_that_contradicts_its_cell_is_shown() -> None:
    """Both are named, for the person to say which one is meant."""
    row = create(expiration_timeout="1 год", expiration_timeout_unit_id="month")
    (finding,) = report_of(row).errors
    assert finding.message.endswith(
        'The column "expiration_timeout_unit_id" says month, not year: write the number in that '
        "unit, or change the unit."
    )


NOTHING: list[tuple[Row, str, str | None]] = [
    ({"category_id": "-"}, "category_id", ""),
    ({"category_id": "Нет"}, "category_id", ""),
    ({"online_sale_price": "n/a"}, "online_sale_price", ""),
    ({"service_ids": "—"}, "service_ids", ""),
    (
        {
            "expiration_type_id": "Never",
            "expiration_timeout": "бессрочно",
            "expiration_timeout_unit_id": "",
        },
        "expiration_timeout",
        "",
    ),
    # A blank would be wrong as well.
    ({"expiration_timeout": "бессрочно"}, "expiration_timeout", None),
    ({"online_sale_is_enabled": "yes", "online_sale_price": "-"}, "online_sale_price", None),
    ({"balance": "-"}, "balance", None),
    ({"salon_ids": "нет"}, "salon_ids", None),
]


@pytest.mark.parametrize(("changes", "field", "suggestion"), NOTHING)
def test_a_word_for_nothing(changes: Row, field: str, suggestion: str | None) -> None:
    """On a new type it is a blank, where the column can be blank and the row does not need it."""
    findings = [f for f in report_of(create(**changes)).errors if f.field == field]
    assert [f.suggestion for f in findings] == [suggestion]


@pytest.mark.parametrize("way", ["", "Period from the sale"])
def test_never_in_the_cell_of_a_length_is_not_thrown_away(way: str) -> None:
    """The row says it nowhere else: a blank would lose it, so the column for it is named."""
    row = create(expiration_type_id=way, expiration_timeout="бессрочно")
    (finding,) = [f for f in report_of(row).errors if f.code == "not_an_integer"]
    assert finding.suggestion is None
    assert finding.message.endswith(
        'Write Never in the column "expiration_type_id", and leave this cell blank.'
    )


def test_a_word_for_nothing_on_an_update_is_asked_about() -> None:
    """A blank keeps what is live and <clear> empties it: a dash does not say which."""
    (finding,) = report_of(update(category_id="-")).errors
    assert finding.suggestion is None
    assert "keep the live value, or write <clear>" in finding.message
    (finding,) = report_of(create(id="-")).errors
    assert finding.suggestion is None
    assert "blank for a new type" in finding.message


CITY = pd.DataFrame([[1, "Центр"], [2, "Север"], [3, "Чай и Ко"]], columns=["id", "name"])


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Центр и Север", "Центр; Север"),
        ("Центр / Север", "Центр; Север"),
        ("Центр and Север", "Центр; Север"),
        ("Центр & Чай и Ко", None),
        ("Центр и Юг", None),
    ],
)
def test_names_that_are_joined(text: str, suggestion: str | None, tmp_path: Path) -> None:
    """They are suggested as a list where all are known; a name may have such a word in it."""
    path = tmp_path / "types.xlsx"
    with pd.ExcelWriter(path) as book:
        rows = [create(salon_ids=text), create(title="Tea 1000", salon_ids="Чай и Ко")]
        pd.DataFrame(rows).to_excel(book, sheet_name="types", index=False)
        CITY.to_excel(book, sheet_name="locations", index=False)
    (finding,) = cb.validate(cb.read(path)).errors
    assert (finding.code, finding.suggestion) == ("unknown_location", suggestion)


def test_a_name_that_is_like_none_is_answered_with_the_names_of_a_short_list(
    tmp_path: Path,
) -> None:
    """People call a place by its street, too."""
    path = tmp_path / "types.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame([create(salon_ids="Юг")]).to_excel(book, sheet_name="types", index=False)
        CITY.to_excel(book, sheet_name="locations", index=False)
    (finding,) = cb.validate(cb.read(path)).errors
    assert finding.message.endswith("There are: Центр, Север, Чай и Ко.")


def test_words_beside_values_can_be_added() -> None:
    """By a vocabulary of one's own, in the tables of those that come with certbulk."""
    words = {
        "dates": {"until": ["bis"]},
        "amounts": {"thousand": ["Tsd"]},
        "spans": {"6 month": ["Halbjahr"]},
        "nothing": {"words": ["entfällt"]},
        "likely_flags": {"yes": ["jup"]},
    }
    row = create(
        balance="5 Tsd.", is_multi="jup", expiration_timeout="Halbjahr", category_id="entfällt"
    )
    report = cb.validate(cb.read(pd.DataFrame([row]), vocabulary=words))
    assert {f.field: f.suggestion for f in report.errors} == {
        "balance": "5000",
        "is_multi": "yes",
        "expiration_timeout": "6",
        "category_id": "",
    }
    date_kind = report.sheet.vocabulary.kinds["expiration_date"].parse("bis 31.12.2027", UTC)
    assert isinstance(date_kind, Problem)
    assert date_kind.suggestion == "2027-12-31"

"""Headers with something around their name: what says nothing is left out, the rest is not."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.core.columns.headers import How
from certbulk.words.header_notes import decorated
from certbulk.words.vocabulary import START
from certbulk.words.vocabulary_files import shipped
from tests.steps import steps_of

VOCABULARY = shipped()
EXAMPLE = {field.name: field.example for field in FIELDS}
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

LEFT_OUT: list[tuple[str, str, str | None]] = [
    ("Title (required)", "title", "(required)"),
    ("Название (обязательно)", "title", "(обязательно)"),
    ("Название\n(обязательно)", "title", "(обязательно)"),
    ("Название\r\nобязательное поле", "title", "обязательное поле"),
    ("Название сертификата:", "title", ""),
    ("1. Title", "title", "1"),
    ("2) Номинал", "balance", "2)"),
    ("«Название»", "title", "« »"),
    ("Sold online?", "online_sale_is_enabled", ""),
    ("Face value, $", "balance", ", $"),
    ("Номинал - руб.", "balance", "- руб"),
    ("Face value USD", "balance", "USD"),
    ("Online price (EUR), required", "online_sale_price", "(EUR) , required"),
    ("Цена (онлайн)", "online_sale_price", ""),
    ("Title (online)", "online_sale_title", ""),
    ("Sold online (yes/no)", "online_sale_is_enabled", "(yes/no)"),
    ("Тип списания: один/много", "is_multi", "один/много"),
    ("Единица (день, неделя, месяц или год)", "expiration_timeout_unit_id", None),
    ("Expires on (YYYY-MM-DD)", "expiration_date", "(YYYY-MM-DD)"),
    ("Дата окончания, ДД.ММ.ГГГГ", "expiration_date", ", ДД.ММ.ГГГГ"),
    ("Филиалы (ID)", "salon_ids", "(ID)"),
    ("ID (не заполнять)", "id", "(не заполнять)"),
    ("Title / Название", "title", "/ Название"),
    ("Название [title]", "title", "[title]"),
]


@pytest.mark.parametrize(("header", "field", "left_out"), LEFT_OUT)
def test_what_says_nothing_is_left_out(header: str, field: str, left_out: str | None) -> None:
    """A number, a mark, a word such as required, a currency, the choices, another name."""
    match = VOCABULARY.match(header)
    assert match
    assert (match.field, match.unit) == (field, "")
    assert left_out is None or match.left_out == left_out


UNITS: list[tuple[str, str]] = [
    ("Период (мес.)", "month"),
    ("Период, мес", "month"),
    ("Срок действия (мес.)", "month"),
    ("Срок действия, дней", "day"),
    ("Срок в месяцах", "month"),
    ("Срок (лет)", "year"),
    ("Valid for (months)", "month"),
    ("Valid for how long, days", "day"),
    ("Period in weeks (required)", "week"),
    ("1. Период (мес.)*", "month"),
]


@pytest.mark.parametrize(("header", "unit"), UNITS)
def test_a_unit_of_time_makes_a_column_of_lengths(header: str, unit: str) -> None:
    """What is below `Срок действия (мес.)` is not a way to expire, but a number of months."""
    match = VOCABULARY.match(header)
    assert match
    assert (match.field, match.unit) == ("expiration_timeout", unit)


@pytest.mark.parametrize(
    "header",
    [
        "Номинал, тыс. руб.", "Номинал в тысячах", "Номинал (старый)", "Face value (max)",
        "Title 2", "Название 2", "Certificate (ID)", "Срок действия (дата)",
        "Действует до (год)", "Название услуги", "Цена, руб.", "Sold online (yes)",
        "Единица (день/час)", "Face value (title)", "Expires on (months)", "(required)", "1.",
        "Период (мес.) (год)", "Title " * 30, "Services, number", "Услуги (число)",
        "Location amount", "Certificate text", "Title number", "Amount number",
    ],
)  # fmt: skip
def test_what_may_say_something_is_not_left_out(header: str) -> None:
    """Thousands, old amounts, second titles, how many services there are: it means no column."""
    assert VOCABULARY.match(header) is None


@pytest.mark.parametrize(
    "text",
    ["required, " * 11, "да/нет " * 15, "a, b - c (d) / e: f " * 5, "(id) " * 20, "руб " * 25],
)
def test_no_text_takes_long(text: str) -> None:
    """The cells of the first rows are all looked at as headers."""
    assert steps_of(lambda: decorated(text, VOCABULARY)) < 5_000


def sheet_of(headers: dict[str, str], **changes: str) -> cb.Report:
    """Return the report on a row of examples, some of whose columns have another header."""
    row = {**EXAMPLE, **changes}
    for field, header in headers.items():
        row[header] = row.pop(field)
    for field in [field for field, text in row.items() if text == "no column"]:
        del row[field]
    return cb.validate(cb.read(pd.DataFrame([row])), now=NOW)


def test_a_unit_in_a_header_is_the_unit_of_every_length() -> None:
    """Where no column has units; it is shown as made of that header."""
    report = sheet_of(
        {"expiration_timeout": "Период (мес.)"}, expiration_timeout_unit_id="no column"
    )
    assert report.all_findings == ()
    assert report.values(0)["expiration_timeout_unit_id"] == 3
    (made,) = (match for match in report.sheet.matches.itertuples() if match.how == How.UNIT)
    assert made.note == "made of Период (мес.)"


@pytest.mark.parametrize(
    ("length", "unit"), [("", None), ("-", None), ("<clear>", "<clear>"), ("9", 3)]
)
def test_a_row_without_a_length_has_no_unit(length: str, unit: object) -> None:
    """A dash is not a length either; what is emptied is emptied with its unit."""
    report = sheet_of(
        {"expiration_timeout": "Период (мес.)"},
        expiration_timeout=length,
        expiration_timeout_unit_id="no column",
        expiration_type_id="Never",
    )
    assert report.columns["expiration_timeout_unit_id"][0] == unit


@pytest.mark.parametrize(
    ("unit", "codes"), [("month", []), ("мес.", []), ("year", ["duplicate_column"])]
)
def test_a_unit_in_a_header_and_in_a_column(unit: str, codes: list[str]) -> None:
    """They may say the same; where they do not, nothing of the sheet is sent."""
    report = sheet_of({"expiration_timeout": "Период (мес.)"}, expiration_timeout_unit_id=unit)
    assert [f.code for f in report.errors] == codes
    assert report.ok or report.refused.all()


def test_a_blank_unit_beside_a_unit_in_the_header_is_asked_about() -> None:
    """The sheet does not say whether the column of units counts."""
    report = sheet_of({"expiration_timeout": "Period (months)"}, expiration_timeout_unit_id="")
    assert "duplicate_column" in {f.code for f in report.errors}


@pytest.mark.parametrize(
    ("length", "suggestion"), [("6 мес", "6"), ("полгода", "6"), ("1 год", None)]
)
def test_a_length_that_says_its_unit_too(length: str, suggestion: str | None) -> None:
    """The same unit as the header's is certain; another one is shown."""
    report = sheet_of(
        {"expiration_timeout": "Период (мес.)"},
        expiration_timeout=length,
        expiration_timeout_unit_id="no column",
    )
    (finding,) = report.errors
    assert finding.suggestion == suggestion
    assert suggestion or 'The header "Период (мес.)" says month, not year' in finding.message


@pytest.mark.parametrize(
    "header",
    [
        "Номинал, тыс. руб.",
        "Номинал тыс руб",
        "Номинал в тысячах",
        "Face value, k",
        "Номинал (млн)",
    ],
)
def test_thousands_are_not_renamed_to_amounts(header: str) -> None:
    """The finding says what is in the way, and no repair takes it away."""
    report = sheet_of({"balance": header})
    finding = next(f for f in report.all_findings if f.code == "unknown_column")
    assert finding.suggestion is None
    assert "in it may make it another column than " in finding.message


def test_a_mapping_goes_before_a_unit_in_a_header() -> None:
    """Who says what a column is, and in which unit, is not asked again."""
    row = {**EXAMPLE, "Период (мес.)": "2"}
    del row["expiration_timeout"], row["expiration_timeout_unit_id"]
    mapping = {
        "rename": {"expiration_timeout": "Период (мес.)"},
        "constant": {"expiration_timeout_unit_id": "year"},
    }
    report = cb.validate(cb.read(pd.DataFrame([row]), mapping=mapping), now=NOW)
    assert report.errors == ()
    assert report.values(0)["expiration_timeout_unit_id"] == 4


def test_a_repaired_sheet_keeps_the_unit_of_its_header(tmp_path: Path) -> None:
    """In the fixed workbook the header is as it was, and the unit is made of it again."""
    row = {**EXAMPLE, "expiration_timeout": "полгода"}
    del row["expiration_timeout_unit_id"]
    book = openpyxl.Workbook()
    page = book.active
    assert page
    page.append(["Срок действия (мес.)" if n == "expiration_timeout" else n for n in row])
    page.append([text or None for text in row.values()])
    book.save(tmp_path / "types.xlsx")

    fixed = cb.fix(cb.validate(cb.read(tmp_path / "types.xlsx"), now=NOW))

    assert [(c.old, c.new) for c in fixed.changes] == [("полгода", "6")]
    assert fixed.report.ok
    assert fixed.report.values(0)["expiration_timeout_unit_id"] == 3
    again = cb.validate(cb.read(fixed.to_excel(tmp_path / "fixed.xlsx")), now=NOW)
    assert again.values(0) == fixed.report.values(0)


def test_results_keep_the_header_as_it_was(tmp_path: Path, client: cb.Client) -> None:
    """They are read again with the same unit: everything is unchanged."""
    report = sheet_of(
        {"expiration_timeout": "Период, мес.", "title": "1. Название (обязательно)"},
        expiration_timeout_unit_id="no column",
    )
    path = cb.apply(cb.plan(report, client), client).to_excel(tmp_path / "results.xlsx")
    plan = cb.plan(cb.validate(cb.read(path)), client)
    assert plan.counts["unchanged"] == 1


AROUND = [
    "{}",
    "  {} ",
    "1. {}",
    "{}*",
    "{} (required)",
    "{}, months",
    "{} / id",
    "({})",
    "\u200b{}",
]


@pytest.mark.parametrize("around", AROUND)
def test_what_may_be_a_header_is_never_passed_over(around: str) -> None:
    """The quick look that spares a million notes the long one finds all that the long one does."""
    vocabulary = shipped()
    words = [
        word for each in vocabulary.lists for several in each.headers.values() for word in several
    ]
    said = [around.format(way) for word in words for way in (word, word.upper(), word.title())]
    passed = [text for text in said if vocabulary.match(text) and not vocabulary.may_match(text)]
    assert passed == []
    begun = {text[:START] for text in said if vocabulary.match(text)}
    assert [start for start in begun if not vocabulary.may_begin(start)] == []
    assert not vocabulary.may_match("note 5 of 7 by Ines")
    notes = ("note 5 of 7", "Note-5", "note5", "Заметка 5", "заметка", "memo", "Überweisung")
    assert [vocabulary.may_begin(note[:START]) for note in notes] == [*[False] * 6, True]

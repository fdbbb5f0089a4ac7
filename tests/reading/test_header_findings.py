"""What is reported about headers."""

from pathlib import Path

import pandas as pd
import pytest

from certbulk import read
from certbulk.core.columns.headers import field_of
from certbulk.reading import Sheet

from .files import found, one_sheet


def sheet_of(*headers: str) -> Sheet:
    """Return a sheet of one row with these headers."""
    return read(pd.DataFrame([["x"] * len(headers)], columns=list(headers)))


UNKNOWN: list[tuple[str, str | None]] = [
    ("titlle", "title"),
    ("balanse", "balance"),
    ("expiration date type", None),
    ("salon_idz", "salon_ids"),
    ("Validly", None),
    ("What for", None),
    ("colour", None),
    ("Комментарий", None),
    ("heft", None),
]


@pytest.mark.parametrize(("header", "suggestion"), UNKNOWN)
def test_an_unknown_header_is_a_warning_with_the_nearest_column(
    header: str, suggestion: str | None
) -> None:
    """It is never dropped in silence."""
    sheet = sheet_of("id", header)
    (finding,) = sheet.findings
    assert (finding.code, finding.severity) == ("unknown_column", "warning")
    assert (finding.row, finding.cell, finding.value) == (1, "B1", header)
    assert finding.suggestion == suggestion
    assert f'"{header}"' in finding.message
    assert sheet.columns[1].field is None
    assert list(sheet.columns[1].cells) == ["x"]


@pytest.mark.parametrize("header", [header for header, _ in UNKNOWN if _])
def test_the_suggested_header_is_known(header: str) -> None:
    """Whoever follows the suggestion is done."""
    assert field_of(str(sheet_of("id", header).findings[0].suggestion))


OPPOSITES = [
    "Одноразовый", "Однократное использование", "Single use", "Not reusable", "Offline", "Off-line",
    "Офлайн", "Офлайн-продажа", "Excluded services", "Services excluded", "Услуги кроме",
    "Sale with code", "sale_with_code", "Продажа с кодом", "Where not valid", "Valid from",
    "Begin date", "Дата начала действия", "Действителен от", "Запрет изменения номинала",
]  # fmt: skip


@pytest.mark.parametrize("header", OPPOSITES)
def test_an_opposite_is_never_suggested(header: str) -> None:
    """Few letters turn a header into its opposite; renamed to it, every row would be wrong."""
    (finding,) = sheet_of("id", header).findings
    assert (finding.code, finding.suggestion) == ("unknown_column", None)
    assert finding.message.endswith("is not a known column, so it is not sent.")


def test_a_slip_beside_a_word_that_turns_the_meaning_is_suggested() -> None:
    """What has the same word has the same meaning."""
    for header in ("Продажа без коода", "Sale without coode"):
        (finding,) = sheet_of("id", header).findings
        assert finding.suggestion == "is_allow_empty_code"


DOUBTFUL = {
    "Price": "Face value or Online price",
    "Новая цена": "Face value or Online price",
    "Цена со скидкой, руб.": "Face value or Online price",
    "Описание": "Online description",
}


@pytest.mark.parametrize("header", DOUBTFUL)
def test_a_word_for_two_columns_is_asked_about(header: str) -> None:
    """A price may be the face value or that in the online shop, the old one or the new one."""
    sheet = sheet_of("id", header)
    (finding,) = sheet.findings
    assert (finding.code, finding.suggestion) == ("unknown_column", None)
    assert finding.message.endswith(f" Did you mean {DOUBTFUL[header]}?")
    assert f"({DOUBTFUL[header].partition(' or ')[0]})" in sheet.matches["note"][1]


RESULTS = [
    "result_row",
    "result_action",
    "result_status",
    "result_id",
    "result_code",
    "result_message",
    "result_http_status",
    "result_attempts",
    "result_at",
    "result_run",
]


def test_columns_of_an_earlier_run_are_passed_over() -> None:
    """A results workbook is a valid input: its own columns are not news."""
    sheet = sheet_of("id", *RESULTS)
    assert sheet.findings == ()
    assert [column.field for column in sheet.columns] == ["id", *[None] * len(RESULTS)]


@pytest.mark.parametrize("header", ["Results", "Resulting price", "Resultat", "result"])
def test_a_header_that_only_looks_like_a_result_is_unknown(header: str) -> None:
    """People's own columns are never dropped in silence."""
    assert found(sheet_of("id", header)) == [("B1", "unknown_column")]


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        ("title", "Title", "title"),
        ("Face value", "balance", "balance"),
        ("salon_ids", "location_ids", "salon_ids"),
        ("expiration_date", "Expires on", "expiration_date"),
        ("expiration_date", "expiration.date", "expiration_date"),
    ],
)
@pytest.mark.parametrize("from_file", [True, False])
def test_two_headers_for_one_column_are_an_error(
    one: str, other: str, field: str, tmp_path: Path, *, from_file: bool
) -> None:
    """The finding is at the second of them and names both; of a file, with the address."""
    sheet = sheet_of("id", one, other)
    if from_file:
        sheet.frame.to_csv(tmp_path / "a.csv", index=False)
        sheet = read(tmp_path / "a.csv")
    (finding,) = sheet.findings
    assert (finding.code, finding.severity) == ("duplicate_column", "error")
    assert (finding.cell, finding.field, finding.value) == ("C1", field, other)
    assert f'"{one}"' in finding.message
    assert ("B1" in finding.message) is from_file
    assert str(finding).startswith(f"C1 {field}" if from_file else f'column "{other}": ')


def test_a_third_header_is_an_error_too() -> None:
    """Each one too many is reported."""
    assert found(sheet_of("title", "Title", "name")) == [
        ("B1", "duplicate_column"),
        ("C1", "duplicate_column"),
    ]


def test_a_header_that_is_a_formula_without_its_result(tmp_path: Path) -> None:
    """It is reported with the formula as it was written, and nothing of ours around it."""
    cells = {"A1": "id", "B1": '="bal"&"ance"', "A2": 5, "B2": 1000}
    sheet = read(one_sheet(tmp_path / "a.xlsx", cells))
    (finding,) = sheet.findings
    assert (finding.cell, finding.value) == ("B1", '="bal"&"ance"')
    assert sheet.columns[1].header == '="bal"&"ance"'


def test_values_without_a_header_are_a_warning() -> None:
    """A column that somebody filled in and nobody named."""
    assert found(sheet_of("id", "")) == [("B1", "unknown_column")]
    assert found(read(pd.DataFrame([["5", None]], columns=["id", " "]))) == []

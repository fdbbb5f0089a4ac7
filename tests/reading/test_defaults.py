"""Values for columns that a sheet does not have."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from certbulk import ReadError, read, validate
from certbulk.core.columns.fields import FIELDS

from .files import one_sheet, texts

EXAMPLE = {field.name: field.example for field in FIELDS if field.example}
FIXED = {"expiration_type_id": "Fixed date", "expiration_date": "2031-12-31"}
FRAME = pd.DataFrame({"title": ["A", "B"]})

SUPPLIED: list[tuple[str, Any, str, str]] = [
    ("salon_ids", 720441, "salon_ids", "720441"),
    ("salon_ids", [720441, 720442], "salon_ids", "720441, 720442"),
    ("location_ids", "720441", "salon_ids", "720441"),
    ("Face value", 1000.0, "balance", "1000"),
    ("expiration.type_id", "Never", "expiration_type_id", "Never"),
    ("is_multi", True, "is_multi", "yes"),
    ("expiration_date", date(2031, 12, 31), "expiration_date", "2031-12-31"),
]


@pytest.mark.parametrize(("header", "value", "field", "text"), SUPPLIED)
def test_a_value_is_supplied_for_all_rows(header: str, value: Any, field: str, text: str) -> None:
    """By any header, of any type; the column has no place on the sheet."""
    sheet = read(FRAME, defaults={header: value})
    assert texts(sheet, field) == [text, text]
    assert sheet.address(field, 2) is None
    assert sheet.findings == ()
    assert [column.field for column in sheet.columns] == ["title", field]


def test_a_supplied_column_makes_a_sheet_complete() -> None:
    """What a create needs may be supplied."""
    row = {name: text for name, text in EXAMPLE.items() if name != "salon_ids"}
    assert not validate(read(pd.DataFrame([row]))).ok
    report = validate(read(pd.DataFrame([row]), defaults={"salon_ids": 720441}))
    assert report.ok
    assert next(report.payloads())[1]["salon_ids"] == [720441]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("balance", "a lot", '"a lot" is not a number'),
        ("balance", "1,000", '"1,000" can be read as 1000 or as 1'),
        ("is_multi", "maybe", '"maybe" is neither yes nor no. Write yes or no.'),
        ("Unit", "mnth", "Did you mean month"),
        ("title", "x" * 256, "characters"),
    ],
)
def test_a_value_that_is_none_of_its_column_is_said_once(field: str, value: str, says: str) -> None:
    """It is a mistake in what was given, and not one of every row."""
    with pytest.raises(ReadError) as caught:
        read(FRAME.drop(columns="title").assign(id=5), defaults={field: value})
    assert str(caught.value).startswith("The value for all rows of ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("salon_ids", "Dwntown", "not_an_id_list"),
        ("balance", "<clear>", "not_clearable"),
        ("expiration_date", "2020-12-31", "date_in_past"),
    ],
)
def test_what_only_the_rows_tell_is_found_in_every_row(field: str, value: str, code: str) -> None:
    """The finding has the row and the column, no cell, and where it is to be corrected."""
    row = {name: text for name, text in (EXAMPLE | FIXED).items() if name != field}
    findings = validate(read(pd.DataFrame([row] * 2), defaults={field: value})).errors
    assert [(f.row, f.cell, f.field, f.value, f.code) for f in findings] == [
        (2, None, field, value, code),
        (3, None, field, value, code),
    ]
    assert all("correct it where it is given for all rows." in f.message for f in findings)


@pytest.mark.parametrize("value", ["", "  ", None, float("nan")])
def test_a_blank_value_is_blank(value: object) -> None:
    """Nothing supplied is nothing: a create still needs its title, and no category is none."""
    row = {name: text for name, text in EXAMPLE.items() if name != "title"}
    report = validate(read(pd.DataFrame([row]), defaults={"title": value, "category_id": value}))
    assert [(f.field, f.code) for f in report.all_findings] in (
        [("title", "required")],
        [("title", "missing_column")],
    )


def test_a_column_that_the_sheet_has_cannot_be_supplied(tmp_path: Path) -> None:
    """Neither under its name nor under another; the error says where it is."""
    path = one_sheet(tmp_path / "a.xlsx", {"B3": "Face value", "B4": 5, "C3": "title", "C4": "A"})
    for header in ("balance", "Face value", "amount"):
        with pytest.raises(ReadError, match=r"balance is in the sheet already.*B3"):
            read(path, defaults={header: 5})


def test_one_column_cannot_be_supplied_twice() -> None:
    """Two headers of one column are a contradiction."""
    with pytest.raises(ReadError, match="salon_ids"):
        read(FRAME, defaults={"salon_ids": 1, "location_ids": 2})


@pytest.mark.parametrize(
    ("header", "hint"), [("balanse", "balance"), ("xyzzy", "xyzzy"), ("result_id", "result_id")]
)
def test_an_unknown_column_cannot_be_supplied(header: str, hint: str) -> None:
    """The error names the nearest column if there is one."""
    with pytest.raises(ReadError, match=f"not a known column.*{hint}|{hint}.*not a known column"):
        read(FRAME, defaults={header: 5})


def test_a_supplied_column_adds_no_rows() -> None:
    """A sheet without rows has none with it."""
    sheet = read(FRAME.head(0), defaults={"salon_ids": 720441})
    assert len(sheet) == 0
    assert [finding.code for finding in sheet.findings] == ["no_rows"]

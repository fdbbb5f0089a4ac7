"""What can be asked of a report."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certbulk import InvalidRowsError, Report, SettingsError, read, validate
from certbulk.core.columns.fields import FIELDS

from .rows import EXAMPLE, FIXED, NOW, create, report_of, update


@pytest.fixture
def report() -> Report:
    """Two valid creates, a broken one, a valid update, a broken one, one to skip, a warning."""
    return report_of(
        create(title="A 1000"),
        create(title="B 1000", balance="x", is_multi="maybe"),
        create(title="C 999", category_id="51001", **FIXED),
        update(id="5", balance="10,50"),
        update(id="6", item_type_id="9"),
        create(title="", action="skip"),
    )


def test_valid_and_invalid_rows(report: Report) -> None:
    """Each row is in one of them, under the frame's label; warnings make no row invalid."""
    assert report.valid.index.tolist() == [0, 2, 3, 5]
    assert report.invalid.index.tolist() == [1, 4]
    assert len(report) == 6


def test_rows_of_a_file_are_known_by_their_numbers(tmp_path: Path) -> None:
    """A file has no labels: the index is called row."""
    pd.DataFrame([create(title="A 1000"), create(balance="x")]).to_csv(tmp_path / "a.csv")
    report = validate(read(tmp_path / "a.csv"), now=NOW)
    assert (report.valid.index.tolist(), report.invalid.index.tolist()) == ([2], [3])
    assert report.valid.index.name == report.invalid.index.name == "row"


def test_valid_rows_are_typed(report: Report) -> None:
    """Amounts, flags, numbers of choices, ids and moments; missing if blank."""
    valid = report.valid
    assert list(valid.columns) == [field.name for field in FIELDS]
    assert valid.loc[0, "balance"] == 1000
    assert valid.loc[0, "is_multi"] == True  # noqa: E712 (pandas has flags of its own)
    assert valid.loc[0, "salon_ids"] == [720441]
    assert valid.loc[0, "expiration_timeout_unit_id"] == 3
    assert valid.loc[0, "category_id"] is pd.NA
    assert valid.loc[2, "category_id"] == 51001
    assert valid.loc[2, "expiration_date"] == datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert valid.loc[3, "balance"] == 10.5
    assert valid.loc[3, "title"] is pd.NA


def test_invalid_rows_are_texts(report: Report) -> None:
    """As they were read, with the headers of the sheet."""
    assert list(report.invalid.columns) == list(EXAMPLE)
    assert report.invalid.loc[1, "balance"] == "x"
    assert report.invalid.loc[4, "item_type_id"] == "9"
    assert report.invalid.loc[4, "title"] == ""


def test_payloads_are_those_of_the_valid_rows_to_create(report: Report) -> None:
    """With their true row numbers, in the nested shape of the request, ready for JSON."""
    payloads = dict(report.payloads())
    assert list(payloads) == [2, 4]
    expected = {
        "title": "C 999",
        "balance": 1000,
        "is_multi": True,
        "item_type_id": 0,
        "is_allow_empty_code": False,
        "category_id": 51001,
        "balance_edit_type_id": 2,
        "service_ids": [],
        "salon_ids": [720441],
        "expiration": {"type_id": 1, "date": "2031-12-31T23:59:59+00:00"},
        "online_sale": {"is_enabled": False},
    }
    assert json.loads(json.dumps(payloads[4])).items() >= expected.items()
    assert payloads[2]["expiration"] == {"type_id": 2, "timeout": 6, "timeout_unit_id": 3}


def test_findings_are_a_frame(report: Report) -> None:
    """With the columns that programs rely on."""
    frame = report.findings
    assert list(frame.columns) == [
        "row",
        "cell",
        "field",
        "value",
        "code",
        "severity",
        "message",
        "suggestion",
    ]
    assert frame["row"].tolist() == [3, 3, 4, 6]
    assert frame["cell"].isna().all()  # a frame has no addresses
    assert [f.cell for f in report.all_findings] == ["D3", "E3", "C4", "F6"]
    assert frame["value"].tolist() == ["x", "maybe", "C 999", "9"]
    assert frame["severity"].tolist() == ["error", "error", "warning", "error"]
    assert frame["message"].str.startswith('"').all()


def test_a_good_sheet_has_a_frame_of_no_findings() -> None:
    """The columns are there all the same."""
    frame = report_of(create()).findings
    assert len(frame) == 0
    assert len(frame.columns) == 8


def test_errors_and_warnings_add_up(report: Report) -> None:
    """Every finding is one or the other."""
    assert len(report.errors) == 3
    assert len(report.warnings) == 1
    assert {*report.errors, *report.warnings} == set(report.all_findings)
    assert not report.ok


def test_raise_for_errors_says_what_is_wrong(report: Report) -> None:
    """The message counts the errors and shows the first of them with their places."""
    first = r'^3 errors in DataFrame:\n  row 1, column "balance": "x" '
    with pytest.raises(InvalidRowsError, match=first) as caught:
        report.raise_for_errors()
    assert isinstance(caught.value, ValueError)
    many = report_of(*(update(id=str(n), balance="x") for n in range(5, 30)))
    with pytest.raises(InvalidRowsError, match="and 15 more"):
        many.raise_for_errors()
    with pytest.raises(InvalidRowsError):
        report_of(update(id="5"), {"name": "x", "title": "y"}).raise_for_errors()


def test_warnings_raise_nothing() -> None:
    """A sheet with warnings alone is good to go."""
    report = report_of(create(title="C 999", colour="red"))
    assert len(report.warnings) == 2
    assert report.ok
    report.raise_for_errors()


def test_a_report_names_its_sheet(tmp_path: Path) -> None:
    """Nobody has to guess which of several was read."""
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"note": ["x"]}).to_excel(book, sheet_name="Notes", index=False)
        pd.DataFrame([EXAMPLE]).to_excel(book, sheet_name="Spring", index=False)
    report = validate(read(tmp_path / "a.xlsx"), now=NOW)
    assert repr(report).startswith("Report on a.xlsx, sheet Spring: 1 row, ")


def test_a_report_shows_itself(report: Report) -> None:
    """Its repr counts; its HTML escapes what is in the cells."""
    assert repr(report) == ("Report on DataFrame: 6 rows, 4 valid, 2 invalid; 3 errors, 1 warning")
    html = report_of(create(balance="<script>alert(1)</script>"))._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_the_time_zone_may_be_a_name_or_a_zone() -> None:
    """It is kept, so that a plan can show it."""
    frame = pd.DataFrame([{"id": "5", "expiration_date": "2031-12-31"}])
    east = timezone(timedelta(hours=3))
    for zone, moment in (
        ("Europe/Moscow", datetime(2031, 12, 31, 20, 59, 59, tzinfo=UTC)),
        (east, datetime(2031, 12, 31, 20, 59, 59, tzinfo=UTC)),
        ("UTC", datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ):
        report = validate(read(frame), time_zone=zone, now=NOW)
        assert report.values(0)["expiration_date"] == moment
        assert str(report.time_zone) == str(zone)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "utc+3", "a\0b"])
def test_a_time_zone_that_there_is_not(name: str) -> None:
    """The error names it and how to write one."""
    with pytest.raises(SettingsError, match="is not a time zone"):
        validate(read(pd.DataFrame({"id": ["5"]})), time_zone=name, now=NOW)


def test_a_supplied_value_counts_like_a_cell() -> None:
    """For required columns, for rules, and for payloads."""
    row = {name: text for name, text in EXAMPLE.items() if name not in {"is_multi", "action"}}
    sheet = read(pd.DataFrame([row]), defaults={"is_multi": "no", "action": "create"})
    report = validate(sheet, now=NOW)
    assert report.ok
    assert next(report.payloads())[1]["is_multi"] is False


TEXTS = ["", "-", "0", "1", "2", "3", "5", "5.5", "1,000", "1000", "yes", "no", "<clear>", "#N/A"]
TEXTS += ["<add> 501", "<remove> 501; 502", "<add> 1; <remove> 2", "5; <add> 6", "<add>"]
TEXTS += ["2031-12-31", "update", "create", "skip", "501, 502", "Gift 1000", "x" * 300]
CELLS = st.none() | st.sampled_from(TEXTS)
ROWS = st.lists(st.fixed_dictionaries({field.name: CELLS for field in FIELDS}), max_size=6)


@settings(deadline=None, max_examples=40)
@given(rows=ROWS, dropped=st.sets(st.sampled_from([field.name for field in FIELDS])))
def test_whatever_stands_in_a_sheet_it_is_judged(
    rows: list[dict[str, str | None]], dropped: set[str]
) -> None:
    """Every row is valid or invalid, findings point at rows and cells that there are.

    A row is invalid when it has an error of its own, or when the table has one that concerns it.
    """
    names = [field.name for field in FIELDS if field.name not in dropped]
    cells = [[row[name] for name in names] for row in rows]
    frame = pd.DataFrame(cells, columns=names, dtype=object)
    report = validate(read(frame), now=NOW)
    valid, invalid = ({label + 2 for label in f.index} for f in (report.valid, report.invalid))
    assert valid | invalid == set(report.sheet.rows.tolist())
    assert not valid & invalid
    with_errors = {f.row for f in report.errors}
    assert invalid >= with_errors - {None, 1}
    assert not valid & with_errors
    skipped = {int(r) for r, a in zip(report.sheet.rows, report.actions, strict=True) if a == 3}
    assert not skipped & {f.row for f in report.all_findings}
    for finding in report.all_findings:
        if finding.field and finding.row:
            assert finding.cell == report.sheet.address(finding.field, finding.row)
    for row, body in report.payloads():
        assert row in valid
        assert None not in (body["title"], body["balance"])
        json.dumps(body, allow_nan=False)

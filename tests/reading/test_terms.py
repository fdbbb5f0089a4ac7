"""A column that has the way to expire, the date and the length in words, as people keep it."""

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.core.columns.headers import How

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PARTS = (
    "expiration_type_id", "expiration_date", "expiration_timeout", "expiration_timeout_unit_id",
)  # fmt: skip
EXAMPLE = {f.name: f.example for f in FIELDS if f.name not in PARTS}


def report_on(*terms: object, header: str = "Срок действия", **more: str) -> cb.Report:
    """Return the report on rows with these terms."""
    rows = [
        {**EXAMPLE, "title": f"T{position}", header: term, **more}
        for position, term in enumerate(terms)
    ]
    return cb.validate(cb.read(pd.DataFrame(rows, dtype=object)), now=NOW)


def test_terms_are_taken_apart() -> None:
    """Never, a date, a length with its unit; the column is shown with what it goes into."""
    report = report_on(
        "6 месяцев", "Бессрочно", "31.12.2027", date(2027, 12, 31), "1 год с даты продажи",
        "полгода", "for 2 weeks",
    )  # fmt: skip
    assert report.all_findings == ()
    kept = [tuple(report.values(position).get(name) for name in PARTS) for position in range(7)]
    day = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert kept == [
        (2, None, 6, 3),
        (0, None, None, None),
        (1, day, None, None),
        (1, day, None, None),
        (2, None, 1, 4),
        (2, None, 6, 3),
        (2, None, 2, 2),
    ]
    whole = next(m for m in report.sheet.matches.itertuples() if m.header == "Срок действия")
    assert (whole.column, whole.how) == ("", How.TERM)
    assert whole.note == f"goes into {', '.join(PARTS)}"


@pytest.mark.parametrize("header", ["Expires", "Validity", "Срок", "Тип срока действия:"])
def test_any_header_of_the_way_to_expire(header: str) -> None:
    """Its cells say what it is."""
    assert report_on("6 months", header=header).ok


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("когда-нибудь", "not_a_choice"),
        ("нет-6м", "not_a_choice"),
        ("6", "not_a_choice"),
        ("6 или 12 месяцев", "not_a_choice"),
        ("до 31.12.2027", "not_a_date"),
        ("03/04/2027", "ambiguous_value"),
        ("дата", "date_required"),
        ("", "required"),
        ("#REF!", "error_cell"),
    ],
)
def test_what_is_no_term_is_found_at_its_cell(term: str, code: str) -> None:
    """No repair of a part is offered for the whole."""
    findings = report_on("6 months", term).errors
    cells = {(finding.cell, finding.code, finding.suggestion) for finding in findings}
    assert cells == {(f"{chr(65 + len(EXAMPLE))}3", code, None)}


def test_choices_alone_are_not_taken_apart() -> None:
    """A column with nothing but ways to expire stays what it is."""
    report = report_on("Never", "Бессрочно", "0")
    assert report.ok
    assert not any(column.made for column in report.sheet.columns)


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (
            "12 months",
            (
                'here, and 12 in the column "expiration_timeout", '
                'months in the column "expiration_timeout_unit_id".'
            ),
        ),
        ("31.12.2027", 'Write Fixed date here, and 31.12.2027 in the column "Expires on".'),
        (
            "until 31.12.2027",
            'Write Fixed date here, and 2027-12-31 in the column "Expires on".',
        ),
        ("03/04/2027", 'and the date, such as 2027-12-31, in the column "Expires on".'),
    ],
)
def test_beside_columns_of_its_parts_a_term_is_explained(term: str, says: str) -> None:
    """Which one counts would be a guess, and the way alone would lose the rest."""
    report = report_on(term, expiration_timeout="", expiration_timeout_unit_id="")
    (finding,) = report.errors
    assert (finding.code, finding.suggestion) == ("not_a_choice", None)
    assert finding.message.endswith(says)


def test_a_mapping_goes_before_terms() -> None:
    """Who gives the date by a mapping has said that the column is something else."""
    row = {**EXAMPLE, "Срок": "6 месяцев"}
    mapping = {"rename": {"expiration_type_id": "Срок"}}
    sheet = cb.read(pd.DataFrame([row]), mapping=mapping)
    assert not any(column.made for column in sheet.columns)


def test_repairs_and_results_keep_terms(tmp_path: Path, client: cb.Client) -> None:
    """A repaired workbook and a results workbook have the column as it was, and are read again."""
    row = {**EXAMPLE, "category_id": "51 001", "Срок действия": "6 месяцев"}
    book = openpyxl.Workbook()
    page = book.active
    assert page
    page.append([*row])
    page.append([text or None for text in row.values()])
    book.save(tmp_path / "types.xlsx")

    fixed = cb.fix(cb.validate(cb.read(tmp_path / "types.xlsx"), now=NOW))
    assert [change.field for change in fixed.changes] == ["category_id"]
    assert fixed.report.ok
    assert fixed.report.values(0)["expiration_timeout"] == 6

    again = cb.validate(cb.read(fixed.to_excel(tmp_path / "fixed.xlsx")), now=NOW)
    run = cb.apply(cb.plan(again, client), client)
    results = cb.validate(cb.read(run.to_excel(tmp_path / "results.xlsx")), now=NOW)
    assert cb.plan(results, client).counts["unchanged"] == 1


def test_a_term_above_the_table_takes_nothing_apart() -> None:
    """Only the cells of the rows say whether a column has terms."""
    rows = pd.DataFrame([["6 months", ""], ["Expires", "ID"], ["Never", "11"]])
    path_free = cb.read(rows.rename(columns={0: "Note", 1: "x"}))
    assert [column.how for column in path_free.columns] == [How.LABEL, How.NAME]

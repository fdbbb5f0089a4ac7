"""What is found about the table as a whole, about rows to skip, and about rows together."""

import pandas as pd
import pytest

from certbulk import Report, read, validate

from .rows import EXAMPLE, NOW, Row, codes, create, found, report_of, update


def without(row: Row, *fields: str) -> Row:
    """Return the row without these columns."""
    return {name: text for name, text in row.items() if name not in fields}


def test_a_missing_column_is_reported_once() -> None:
    """Not on every row; all rows to create are refused. Without ids, updates may be meant."""
    report = report_of(
        *(without(create(title=title), "balance", "id") for title in ("A 1000", "B 1000"))
    )
    assert found(report) == [(None, "balance", "missing_column")]
    assert report.refused.tolist() == [True, True]
    message = "which new types need. Add it; or, to change live types, add a column with their ids."
    assert report.errors[0].message.endswith(message)
    lacking = report_of({"id": "5", "balance": "10"}, {"id": "", "balance": "10"})
    assert lacking.errors[0].message.endswith("which new types need. Add it.")


def test_every_missing_column_is_reported() -> None:
    """What a create needs, and nothing that it does not."""
    report = report_of({"title": "A"})
    assert {f.field for f in report.errors if f.code == "missing_column"} == {
        "balance",
        "is_multi",
        "item_type_id",
        "is_allow_empty_code",
        "balance_edit_type_id",
        "salon_ids",
        "expiration_type_id",
    }
    assert {f.code for f in report.all_findings} == {"missing_column"}


def test_updates_need_no_columns() -> None:
    """A sheet of an id and what is to change is enough; only a row to create needs the rest."""
    assert report_of({"id": "5", "balance": "10"}, {"id": "6", "balance": ""}).ok
    mixed = report_of({"id": "5", "balance": "10"}, {"id": "", "balance": "10"})
    assert mixed.refused.tolist() == [False, True]
    assert {f.code for f in mixed.all_findings} == {"missing_column"}


def test_a_column_that_a_rule_needs_may_be_missing() -> None:
    """A finding about a column that the sheet lacks has a row and no cell."""
    row = without(
        create(item_type_id="3", expiration_type_id="1"), "service_ids", "expiration_date"
    )
    report = report_of(without(row, "expiration_timeout", "expiration_timeout_unit_id"))
    assert [(f.row, f.cell, f.field, f.code) for f in report.all_findings] == [
        (2, None, "service_ids", "services_required"),
        (2, None, "expiration_date", "date_required"),
    ]


def test_two_headers_for_one_column_refuse_every_row() -> None:
    """Which of them counts would be a guess, on updates too; rows to skip stay skipped."""
    frame = pd.DataFrame(
        [["5", "A", "B", ""], ["6", "A", "B", "skip"]], columns=["id", "title", "name", "action"]
    )
    report = validate(read(frame), now=NOW)
    assert [(f.cell, f.code) for f in report.all_findings] == [("C1", "duplicate_column")]
    assert report.refused.tolist() == [True, False]
    assert not report.ok


def test_an_unknown_column_refuses_nothing() -> None:
    """It is a warning."""
    report = report_of(create(colour="red"))
    assert [(f.code, f.severity) for f in report.all_findings] == [("unknown_column", "warning")]
    assert report.ok


@pytest.mark.parametrize("fields", [[], ["title"], [*EXAMPLE]])
def test_a_table_without_rows(fields: list[str]) -> None:
    """There is one error, and nothing is refused, valid or sent."""
    report = validate(read(pd.DataFrame(columns=fields, dtype=object)), now=NOW)
    assert [f.code for f in report.all_findings] == ["no_rows"]
    assert (len(report), len(report.valid), len(report.invalid)) == (0, 0, 0)
    assert list(report.payloads()) == []
    assert not report.ok


def test_rows_to_skip_have_no_findings() -> None:
    """Whatever is in them; they are nobody's duplicate either."""
    report = report_of(
        update(title="A 1000", balance="1000"),
        {**dict.fromkeys(EXAMPLE), "action": "skip"},
        update(action="Skip", id="289001", title="A 1000", balance="x", salon_ids="#N/A"),
        create(action="3", title="", expiration_type_id="1", service_ids="501"),
        update(action="skip", id="spa"),
    )
    assert found(report) == []
    assert report.actions.tolist() == [2, 3, 3, 3, 3]
    assert report.refused.tolist() == [False] * 5


def test_what_to_do_with_each_row() -> None:
    """An id makes an update, also one that cannot be read; an action overrules."""
    report = report_of(
        create(title="A 1000"),
        update(),
        update(id="spa"),
        update(id="5", action="create"),
        create(title="B 1000", action="update"),
        create(title="C 1000", action="skip"),
        create(title="D 1000", action="what"),
        update(id="7", action="what"),
    )
    assert report.actions.tolist() == [1, 2, 2, 1, 2, 3, 1, 2]


def test_one_id_on_several_rows() -> None:
    """Each of the rows has the error, and it names the others, by their labels in a frame."""
    report = report_of(update(id="5"), update(id="6"), update(id="005"), update(id="5"))
    assert found(report) == [
        (2, "id", "duplicate_id"),
        (4, "id", "duplicate_id"),
        (5, "id", "duplicate_id"),
    ]
    assert all("rows 0, 2, 3" in finding.message for finding in report.errors)


def test_an_id_beside_one_that_cannot_be_emptied() -> None:
    """One broken id does not keep the others from being compared."""
    report = report_of(update(id="<clear>"), update(id="5"), update(id="5"), update(id="x"))
    assert found(report) == [
        (2, "id", "not_clearable"),
        (3, "id", "duplicate_id"),
        (4, "id", "duplicate_id"),
        (5, "id", "not_an_id"),
    ]


SAME_TITLES: list[tuple[list[str | None], list[int]]] = [
    (["A", "B"], []),
    (["A", "A"], [2, 3]),
    (["A", "B", "A", "A"], [2, 4, 5]),
    (["Gift card", "gift  CARD "], [2, 3]),
    (["Straße", "STRASSE"], [2, 3]),
    (["Gift\u00a0card", "Gift card"], [2, 3]),
    (["A", None, None], []),
    (["A" * 300, "A" * 300], []),
]


@pytest.mark.parametrize(("titles", "rows"), SAME_TITLES)
def test_one_title_on_several_rows(titles: list[str | None], rows: list[int]) -> None:
    """A warning on each, without regard to case and spaces; blanks and errors are not titles."""
    report = report_of(*(update(id=str(5 + n), title=title) for n, title in enumerate(titles)))
    findings = [f for f in report.all_findings if f.code == "duplicate_title"]
    assert [f.row for f in findings] == rows
    assert all(f.severity == "warning" for f in findings)
    labels = ", ".join(str(row - 2) for row in rows)
    assert all(f"rows {labels}." in f.message for f in findings)


def test_many_rows_of_one_title_are_counted() -> None:
    """A message names the first of them and how many there are besides."""
    report = report_of(*(update(id=str(n), title="A") for n in range(5, 15)))
    assert "rows 0, 1, 2, 3, 4 and 5 more" in report.warnings[-1].message
    assert len(report.warnings) == 10


AMOUNTS: list[tuple[str, str, bool]] = [
    ("Gift 150 000", "140000", True),
    ("Gift 150 000", "150000", False),
    ("Gift 150.000", "150 000,00", False),
    ("Gift 1,000.50", "1000.50", False),
    ("Gift 5k", "5000", False),
    ("Gift 500", "5000", True),
    ("From 500 to 1000", "1000", False),
    ("From 500 to 1000", "700", True),
    ("Gift", "5000", False),
    ("Massage 60 min", "5000", False),
    ("Massage 60-minute", "5000", False),
    ("Massage 1.5 hours", "5000", False),
    ("5 visits, 20% off, 2027", "5000", False),
    ("Gift 0", "5000", False),
]


@pytest.mark.parametrize(("title", "balance", "mismatch"), AMOUNTS)
def test_an_amount_in_the_title_that_is_not_the_face_value(
    title: str,
    balance: str,
    mismatch: bool,  # noqa: FBT001
) -> None:
    """A warning at the title, with both amounts; times, counts and years are not amounts."""
    report = report_of(create(title=title, balance=balance))
    assert codes(report) == ({("title", "title_balance_mismatch")} if mismatch else set())
    assert report.ok


def test_a_mismatch_names_both_amounts() -> None:
    """The reader sees at once which one is wrong; amounts are written as in lists of changes."""
    message = report_of(create(title="Gift 150 000", balance="140000.5")).warnings[0].message
    assert message.startswith('"Gift 150 000" names 150000, but "balance" is 140000.50.')


@pytest.mark.parametrize(
    "row",
    [
        update(title="Gift 150 000"),
        update(balance="140000"),
        update(title="Gift 150 000", balance="x"),
        create(title="Gift 150 000", balance="140000", action="skip"),
    ],
)
def test_half_of_a_mismatch_is_none(row: Row) -> None:
    """If the row does not say both, or is skipped, there is nothing to compare."""
    assert "title_balance_mismatch" not in {f.code for f in report_of(row).all_findings}


def test_findings_come_in_the_order_of_the_sheet() -> None:
    """Those about the table first, then row by row, in a row from its first column."""
    report: Report = report_of(
        update(id="6", balance="x", title="x" * 300),
        update(id="5", titel="x"),
        update(id="5", is_multi="x"),
        update(id="9", balance="y"),
    )
    assert [(f.row, f.field) for f in report.all_findings] == [
        (1, None),
        (2, "title"),
        (2, "balance"),
        (3, "id"),
        (4, "id"),
        (4, "is_multi"),
        (5, "balance"),
    ]

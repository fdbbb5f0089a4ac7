"""Repairs are values: put into the cell, they take the finding away."""

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import certbulk as cb
from certbulk.core.addresses import letters_of
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from tests.core.strategies import CELLS, UNHURRIED
from tests.validating.rows import NOW, Row, codes, create, report_of, update

CERTAIN = {"not_an_id", "not_an_integer", "period_required"}
STATED = {"ambiguous_value"}
LIKELY = {
    "list_change",
    "not_a_number",
    "unknown_column",
    "not_a_flag",
    "not_a_choice",
    "not_a_date",
    "not_an_id_list",
    "too_long",
    "too_many_decimals",
    "not_clearable",
    "expiration_ignored",
    "midnight",
    "apostrophe_before_text",
    "mojibake",
    "unknown_location",
    "unknown_service",
    "unknown_category",
}
PERIOD = {"expiration_timeout": "6 months"}


def test_how_sure_the_repair_of_each_code_is() -> None:
    """A contract: what is made without being asked for is not to grow by chance."""
    sure: dict[Repair, set[str]] = {}
    for code in CODES.values():
        sure.setdefault(code.repair, set()).add(code.name)
    assert sure[Repair.CERTAIN] == CERTAIN
    assert sure[Repair.STATED] == STATED
    assert sure[Repair.LIKELY] == LIKELY


# Texts that are nearly right: what people type, and what repairs are made for.
_NEARLY = st.sampled_from(
    [
        "720 441", "720441.0", "720441.720442", "a 720441", "1000 руб.", "EUR 1 000,50", "5k",
        "6 months", "6 мес.", "6 moons", "mnth", "yess", "Fixd date", "31.12.27", "46387", "9.999",
        "999.9999", "<clear>", "до 31.12.2031", "31.12.2031 г.", "1000=", "1OOO", "5 т.р.",
        "полгода", "год", "-", "н/д", "бессрочно", "+", "«да»", "2031-05-01", "01.май", "6*",
        "<ad> 501", "<delete> 720441", "<add> 720 441", "<add> 5, x; <remove> 6",
        "x" * 300, "word " * 80, "03/04/2031", "1,000", "-1", "2031-12-31",
    ]
)  # fmt: skip


@UNHURRIED
@given(
    st.lists(
        st.dictionaries(st.sampled_from([f.name for f in FIELDS]), _NEARLY | CELLS, min_size=1),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_a_suggestion_takes_its_finding_away(rows: list[dict[str, str]], new: bool) -> None:  # noqa: FBT001
    """Of any finding with a suggestion whose code says that it is a repair."""
    row = create if new else update
    before = [row(**changes) for changes in rows]
    for finding in report_of(*before).all_findings:
        if finding.suggestion is None or CODES[finding.code].repair is Repair.NONE:
            continue
        assert finding.row
        assert finding.field
        after = [dict(row) for row in before]
        after[finding.row - 2][finding.field] = finding.suggestion
        if finding.code == "not_an_integer":  # its unit is repaired with it
            for other in report_of(*before).all_findings:
                if other.row == finding.row and other.code == "period_required" and other.field:
                    after[finding.row - 2][other.field] = other.suggestion
        left = {(f.row, f.field, f.code) for f in report_of(*after).all_findings}
        assert (finding.row, finding.field, finding.code) not in left


@pytest.mark.parametrize(
    ("changes", "field", "suggestion"),
    [
        ({"balance": "5k"}, "balance", "5000"),
        ({"balance": "1,5 тыс."}, "balance", "1500"),
        ({"balance": "50 boxes"}, "balance", None),
        ({"balance": "5,0001k"}, "balance", None),
        ({"category_id": "720 441"}, "category_id", "720441"),
        ({"title": "word " * 80}, "title", ("word " * 51).strip()),
        ({"title": "x" * 300}, "title", "x" * 255),
        ({**PERIOD, "expiration_timeout_unit_id": "month"}, "expiration_timeout", "6"),
        ({**PERIOD, "expiration_timeout_unit_id": "week"}, "expiration_timeout", None),
        ({"expiration_timeout": "6 or 7"}, "expiration_timeout", None),
        ({**PERIOD, "expiration_timeout_unit_id": ""}, "expiration_timeout_unit_id", "month"),
        (
            {**PERIOD, "expiration_type_id": "Never", "expiration_timeout_unit_id": ""},
            "expiration_timeout",
            None,
        ),
    ],
)
def test_what_is_suggested(changes: Row, field: str, suggestion: str | None) -> None:
    """The thousands of a k, the length whose unit is not lost, the first words."""
    findings = [f for f in report_of(create(**changes)).errors if f.field == field]
    assert [finding.suggestion for finding in findings] == [suggestion]


def test_a_length_keeps_its_unit_where_there_is_no_column_for_it() -> None:
    """The number alone would lose what the cell says."""
    row = create(**PERIOD)
    del row["expiration_timeout_unit_id"]
    (finding,) = (f for f in report_of(row).errors if f.code == "not_an_integer")
    assert finding.suggestion is None


@pytest.mark.parametrize(
    ("text", "ways", "new"),
    [
        ("1,000", {"decimal": "comma"}, "1"),
        ("1,000", {"decimal": "point"}, "1000"),
        ("1.500", {"decimal": "comma"}, "1500"),
        ("1.500", {"decimal": "point"}, "1.5"),
    ],
)
def test_an_amount_is_read_the_way_that_is_stated(
    text: str, ways: dict[str, Any], new: str
) -> None:
    """Which sign the decimals are behind, only a person knows."""
    fixed = cb.fix(report_of(create(balance=text)), ["ambiguous_value"], **ways)
    assert [(change.old, change.new) for change in fixed.changes] == [(text, new)]
    assert fixed.report.ok


@pytest.mark.parametrize(
    ("text", "way", "new"),
    [
        ("03/04/2031", "day-first", "2031-04-03"),
        ("03/04/2031", "month-first", "2031-03-04"),
        ("03/04/2031 18:30", "month-first", "2031-03-04 18:30"),
    ],
)
def test_a_date_is_read_the_way_that_is_stated(text: str, way: Any, new: str) -> None:
    """Its time of day is kept."""
    row = create(expiration_type_id="Fixed date", expiration_date=text)
    row |= {"expiration_timeout": "", "expiration_timeout_unit_id": ""}
    fixed = cb.fix(report_of(row), ["ambiguous_value"], dates=way)
    assert [change.new for change in fixed.changes] == [new]
    assert not fixed.report.errors


def test_two_readings_are_never_chosen_without_a_word() -> None:
    """Neither by themselves nor by the other way; they are named as left."""
    report = report_of(create(balance="1,000"))
    assert [finding.suggestion for finding in report.errors] == [None]
    assert [f.code for f in cb.fix(report).left] == ["ambiguous_value"]
    fixed = cb.fix(report, ["ambiguous_value"], dates="day-first")
    assert not fixed.changes
    assert [f.code for f in fixed.left] == ["ambiguous_value"]


@pytest.mark.parametrize(
    ("accept", "ways", "words"),
    [
        (["ambiguous_value"], {}, "State which one is meant"),
        ([], {"dates": "day-first"}, "has an effect only if ambiguous_value is accepted"),
        (["ambiguous_value"], {"dates": "us"}, '(dates=...) takes "day-first" or "month-first"'),
        (["ambiguous_value"], {"decimal": "dot"}, '(decimal=...) takes "comma" or "point"'),
        (["required"], {}, 'There is no repair for "required"'),
        (["nonsense"], {}, "Choose from: "),
        (["not_a_chioce"], {}, "Did you mean not_a_choice?"),
    ],
)
def test_what_cannot_be_asked_for(accept: list[str], ways: dict[str, Any], words: str) -> None:
    """The message lists what can be asked for."""
    with pytest.raises(cb.SettingsError, match=re.escape(words)):
        cb.fix(report_of(create()), accept, **ways)


def test_what_is_certain_is_repaired_and_the_rest_is_left() -> None:
    """Each change says where, what was there, what is there now, and for which finding."""
    report = report_of(
        create(expiration_timeout="6 months", is_multi="yess"), create(category_id="720 441")
    )
    fixed = cb.fix(report)
    assert fixed.frame.to_numpy().tolist() == [
        [2, "N2", "expiration_timeout", "6 months", "6", "not_an_integer"],
        [3, "H3", "category_id", "720 441", "720441", "not_an_id"],
    ]
    assert [finding.code for finding in fixed.left] == ["not_a_flag"]
    assert codes(fixed.report) >= {("is_multi", "not_a_flag")}
    assert len(fixed) == 2


def test_what_a_repair_brings_to_light_is_repaired_as_well() -> None:
    """So that a second time there is nothing to do."""
    row = create(expiration_type_id="Nevr", expiration_timeout="6")
    fixed = cb.fix(report_of(row), ["not_a_choice", "expiration_ignored"])
    assert {(c.field, c.new) for c in fixed.changes} == {
        ("expiration_type_id", "Never"),
        ("expiration_timeout", None),
        ("expiration_timeout_unit_id", None),
    }
    assert not fixed.report.all_findings
    assert not cb.fix(fixed.report, ["not_a_choice", "expiration_ignored"]).changes


def test_a_header_is_renamed_where_no_other_column_is_meant() -> None:
    """Two that are near to one, or one that is there already, stay as they are."""

    def suggested(*headers: str) -> list[str | None]:
        sheet = cb.read(pd.DataFrame([["x"] * len(headers)], columns=list(headers)))
        return [f.suggestion for f in sheet.findings if f.code == "unknown_column"]

    assert suggested("titel") == ["title"]
    assert suggested("titel", "title") == [None]
    assert suggested("titel", "tittle") == [None, None]
    row = create()
    row["blance"] = row.pop("balance")
    fixed = cb.fix(report_of(row), ["unknown_column"])
    cell = f"{letters_of(len(row))}1"
    assert [(c.cell, c.old, c.new) for c in fixed.changes] == [(cell, "blance", "balance")]
    assert fixed.report.ok


def test_a_value_for_all_rows_is_in_no_cell() -> None:
    """It is reported why it is not repaired."""
    row = create()
    del row["category_id"]
    sheet = cb.read(pd.DataFrame([row]), defaults={"category_id": "720 441"})
    fixed = cb.fix(cb.validate(sheet, now=NOW))
    assert [n.why[:30] for n in fixed.not_made] == ["The value has no cell of its o"]
    assert not fixed.changes


def test_the_words_of_the_repairs() -> None:
    """Printed: how many, each with old and new, and how to have those that are left."""
    report = report_of(create(category_id="720 441", is_multi="yess"), create(balance="1,000"))
    shown = str(cb.fix(report))
    assert shown.splitlines()[0].startswith("DataFrame: 1 repair, 3 errors before and 2 after")
    assert '  row 0 category_id: "720 441" → "720441"  (not_an_id)' in shown
    assert "Not repaired, as less certain: 1 not_a_flag." in shown
    assert "Not repaired, as ambiguous: 1 ambiguous_value." in shown
    assert "(fix(accept=[code]))" in shown, "spelled for Python; for a terminal by the command"
    assert "720 441" in cb.fix(report)._repr_html_()


def test_a_report_that_was_fixed_keeps_to_its_texts() -> None:
    """Its hash is another one: a plan made of it is not one of the file."""
    report = report_of(create(category_id="720 441"))
    fixed = cb.fix(report)
    assert fixed.sheet.sha256 != report.sheet.sha256
    assert list(fixed.sheet.frame["category_id"]) == ["720441"]
    assert replace(fixed.sheet, sha256="", columns=()).folder is None


def test_a_mark_before_a_text_goes_where_it_is_accepted() -> None:
    """An apostrophe may belong to a name, so that nothing is taken away unasked."""
    report = report_of(create(title="'Gift Certificate 1000"))
    assert report.ok
    assert not cb.fix(report).changes
    fixed = cb.fix(report, ["apostrophe_before_text"])
    assert [(c.old, c.new) for c in fixed.changes] == [
        ("'Gift Certificate 1000", "Gift Certificate 1000")
    ]
    assert fixed.report.all_findings == ()

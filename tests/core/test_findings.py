import json

import pandas as pd
import pytest

from certbulk.core.cleaning import clean
from certbulk.core.findings.finding import COLUMNS, Finding, findings_frame, found, quoted

FINDING = found(
    "not_a_number",
    '"x" is not a number.',
    row=12,
    cell="F12",
    field="balance",
    value="x",
    suggestion=None,
)


def test_the_columns_of_findings() -> None:
    """They are a contract."""
    assert list(COLUMNS) == [
        "row",
        "cell",
        "field",
        "value",
        "code",
        "severity",
        "message",
        "suggestion",
    ]


def test_a_finding_takes_its_severity_from_the_catalogue() -> None:
    """Whoever finds something does not decide how bad it is."""
    assert found("not_a_number", "").severity == "error"
    assert found("unknown_column", "").severity == "warning"
    with pytest.raises(KeyError):
        found("no_such_code", "")


def test_a_finding_says_where_and_what() -> None:
    """Its text has the cell, the column and the message."""
    assert str(FINDING) == 'F12 balance: "x" is not a number.'
    assert str(found("no_rows", "There are none.")) == "There are none."


def test_a_finding_is_json() -> None:
    """As a dict it has plain values under the names of the columns."""
    assert json.loads(json.dumps(FINDING.as_dict())) == {
        "row": 12,
        "cell": "F12",
        "field": "balance",
        "value": "x",
        "code": "not_a_number",
        "severity": "error",
        "message": '"x" is not a number.',
        "suggestion": None,
    }


@pytest.mark.parametrize("findings", [[], [FINDING], [FINDING, found("no_rows", "None.")]])
def test_findings_are_a_frame(findings: list[Finding]) -> None:
    """The columns are there without findings too; rows are whole numbers, missing ones blank."""
    frame = findings_frame(findings)
    assert list(frame.columns) == list(COLUMNS)
    assert frame["row"].dtype == pd.Int64Dtype()
    assert len(frame) == len(findings)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", '"x"'),
        ("a\nb  c", '"a b c"'),
        ("x" * 60, '"' + "x" * 60 + '"'),
        ("x" * 61, '"' + "x" * 60 + '…"'),
    ],
)
def test_values_are_quoted_on_one_line(value: str, text: str) -> None:
    """Line breaks become spaces, and what is long is cut."""
    assert quoted(value) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred\x1b[0m", " [31mred [0m"),
        ("turned \u202e round", "turned   round"),
        ("x" * 501, "x" * 499 + "…"),
        (404, "404"),
    ],
)
def test_text_from_outside_is_fit_for_a_terminal(text: object, line: str) -> None:
    """One line, without control characters and marks that turn the text, and not too long."""
    assert clean(text) == line

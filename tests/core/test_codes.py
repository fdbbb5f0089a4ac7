"""The catalogue of codes is a contract, and what it says of each code is true."""

import ast
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk import read, validate
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Code, Scope, Severity
from certbulk.core.references.reference_problems import UNKNOWN
from certbulk.reading.error_cells import ERROR_CELLS
from tests.project.sources import PACKAGE, calls

from .code_examples import CHAINS, NOW, OF_FILES, example_sheet

CONTRACT = {
    "table": {
        "no_rows": "error",
        "unknown_column": "warning",
        "duplicate_column": "error",
        "rows_above": "error",
        "table_above": "error",
        "encoding_unknown": "error",
        "lines_above": "warning",
        "missing_column": "error",
        "hidden_sheet": "warning",
        "hidden_rows": "warning",
        "hidden_column": "warning",
        "unticked_rows": "warning",
        "other_sheets": "warning",
        "unread_list_row": "warning",
        "list_id_shared": "warning",
        "repeated_index": "warning",
        "amounts_rounded": "warning",
        "labels_as_text": "warning",
        "encoding_guessed": "warning",
        "damaged_bytes": "warning",
        "pasted_rows": "warning",
        "ignored_column_missing": "warning",
        "list_unavailable": "warning",
        "time_zone_differs": "warning",
    },
    "cell": {
        "required": "error",
        "not_a_number": "error",
        "not_an_integer": "error",
        "not_a_flag": "error",
        "not_a_choice": "error",
        "not_a_date": "error",
        "no_such_time": "error",
        "not_an_id": "error",
        "not_an_id_list": "error",
        "ambiguous_value": "error",
        "too_long": "error",
        "out_of_range": "error",
        "too_many_decimals": "error",
        "error_cell": "error",
        "formula_without_value": "error",
        "letters_lost": "error",
        "object_in_cell": "error",
        "readers_differ": "error",
        "number_too_long": "error",
        "blank_in_template": "error",
        "not_clearable": "error",
        "unknown_location": "error",
        "unknown_service": "error",
        "unknown_category": "error",
        "ambiguous_reference": "error",
        "list_change": "error",
        "list_change_on_create": "error",
    },
    "row": {
        "date_required": "error",
        "date_in_past": "error",
        "midnight": "warning",
        "period_required": "error",
        "expiration_ignored": "warning",
        "nothing_as_text": "warning",
        "formula_as_text": "warning",
        "apostrophe_before_text": "warning",
        "mojibake": "warning",
        "title_is_date": "warning",
        "services_required": "error",
        "services_not_allowed": "error",
        "locations_required": "error",
        "online_price_required": "error",
        "zero_face_value": "warning",
        "online_price_above_face_value": "warning",
        "action_needs_id": "error",
        "action_has_id": "error",
        "example_changed": "error",
        "repeated_header": "error",
        "ragged_row": "error",
        "table_below": "error",
        "totals_row": "warning",
        "hint_row": "warning",
        "service_not_at_location": "warning",
    },
    "sheet": {
        "duplicate_id": "error",
        "duplicate_title": "warning",
        "title_balance_mismatch": "warning",
    },
    "plan": {
        "already_listed": "warning",
        "not_listed": "warning",
        "title_keeps_amount": "warning",
        "price_jump": "warning",
    },
}
BY_CODE = pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)


def test_the_codes_and_their_severities() -> None:
    """Programs and people rely on them: they are added to, not changed."""
    catalogue: dict[str, dict[str, str]] = {}
    for name, code in CODES.items():
        assert code.name == name
        catalogue.setdefault(str(code.scope), {})[name] = str(code.severity)
    assert catalogue == CONTRACT


@BY_CODE
def test_every_code_explains_itself(code: Code) -> None:
    """A title, an explanation in sentences, its basis, and rows as an example."""
    assert code.title
    assert not code.title.endswith(".")
    assert code.explanation.endswith(".")
    assert str(code.basis)
    assert code.example or code.name in {"no_rows", *OF_FILES}
    for row in code.example:
        assert all(isinstance(text, str) or text is None for text in row.values())


@pytest.mark.parametrize(
    "code",
    [code for name, code in CODES.items() if name not in OF_FILES and code.scope != Scope.PLAN],
    ids=lambda c: c.name,
)
def test_the_example_of_a_code_yields_it(code: Code, tmp_path: Path) -> None:
    """Laid on a row of the columns' examples it is found, and no other error is."""
    report = validate(example_sheet(code, tmp_path), now=NOW, directory=CHAINS.get(code.name))
    assert code.name in {finding.code for finding in report.all_findings}
    errors = {code.name} if code.severity is Severity.ERROR else set()
    assert {finding.code for finding in report.errors} == errors
    if code.scope is Scope.CELL:
        assert [finding.field for finding in report.errors] == list(code.example[0])[-1:]


@pytest.mark.parametrize(
    "code", [code for code in CODES.values() if code.scope is Scope.PLAN], ids=lambda c: c.name
)
def test_the_example_of_a_code_of_plans_yields_it(code: Code, client: cb.Client) -> None:
    """Planned against the live types of the sandbox it is found, and nothing else is."""
    plan = cb.plan(validate(read(pd.DataFrame(code.example)), now=NOW), client, now=NOW)
    assert {finding.code for finding in plan.all_findings} == {code.name}


def _codes_in_source() -> set[str]:
    """Return every code that is named where findings are made."""
    makers = {"Problem", "found", "Rule", "_Unique", "_add", "cell_finding", "_Told"}
    codes = set()
    for part in ("core", "reading", "validating", "planning"):
        for path in sorted((PACKAGE / part).rglob("*.py")):
            for name, node in calls(path):
                if name not in makers:
                    continue
                words = [
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                ]
                codes |= {word for word in words[:2] if word in CODES or name == "Problem"}
    codes |= {"already_listed", "not_listed"}  # made in one place, from a table
    codes |= {field.required_code for field in FIELDS if field.required}
    return codes | {*ERROR_CELLS} | {*UNKNOWN.values()}  # made in one place each, from a table


def test_what_is_found_is_in_the_catalogue_and_the_other_way_round() -> None:
    """No kind, rule or reader finds what the catalogue lacks, and nothing in it is never found."""
    texts = {text for text in _codes_in_source() if "_" in text or text in CODES}
    assert texts == set(CODES)

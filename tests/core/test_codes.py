"""The catalogue of codes is a contract, and what it says of each code is true."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import certbulk
from certbulk import Sheet, read, validate
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Code, Scope, Severity
from certbulk.core.findings.reference_codes import REFERENCE_CODES
from certbulk.core.places.reference_problems import UNKNOWN

from .chain import CHAIN, SILENT_CHAIN

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLE = {field.name: field.example for field in FIELDS}
_CHAINS = {code.name: CHAIN for code in REFERENCE_CODES} | {"list_unavailable": SILENT_CHAIN}

CONTRACT = {
    "table": {
        "no_rows": "error",
        "unknown_column": "warning",
        "duplicate_column": "error",
        "rows_above": "error",
        "table_above": "error",
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
        "labels_as_text": "warning",
        "encoding_guessed": "warning",
        "damaged_bytes": "warning",
        "pasted_rows": "warning",
        "ignored_column_missing": "warning",
        "list_unavailable": "warning",
    },
    "cell": {
        "required": "error",
        "not_a_number": "error",
        "not_an_integer": "error",
        "not_a_flag": "error",
        "not_a_choice": "error",
        "not_a_date": "error",
        "not_an_id": "error",
        "not_an_id_list": "error",
        "ambiguous_value": "error",
        "too_long": "error",
        "out_of_range": "error",
        "too_many_decimals": "error",
        "error_cell": "error",
        "formula_without_value": "error",
        "letters_lost": "error",
        "readers_differ": "error",
        "number_too_long": "error",
        "blank_in_template": "error",
        "not_clearable": "error",
        "unknown_location": "error",
        "unknown_service": "error",
        "unknown_category": "error",
        "ambiguous_reference": "error",
    },
    "row": {
        "date_required": "error",
        "date_in_past": "error",
        "period_required": "error",
        "expiration_ignored": "warning",
        "nothing_as_text": "warning",
        "formula_as_text": "warning",
        "apostrophe_before_text": "warning",
        "title_is_date": "warning",
        "services_required": "error",
        "services_not_allowed": "error",
        "locations_required": "error",
        "online_price_required": "error",
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
}
OF_FILES = {
    "hidden_sheet",
    "hidden_rows",
    "hidden_column",
    "unticked_rows",
    "other_sheets",
    "unread_list_row",
    "list_id_shared",
    "repeated_index",
    "labels_as_text",
    "encoding_guessed",
    "damaged_bytes",
    "pasted_rows",
    "rows_above",
    "table_above",
    "lines_above",
    "repeated_header",
    "ragged_row",
    "hint_row",
    "ignored_column_missing",
    "table_below",
}
"""Codes about how a file was made, of which no row can be an example: tests/corpus has files."""

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


def _example_sheet(code: Code, folder: Path) -> Sheet:
    """Return the sheet of a code's example: its rows on top of the columns' own examples."""
    rows = [{**EXAMPLE, **row} for row in code.example]
    dropped = {name for row in code.example for name, text in row.items() if text is None}
    headers = list(dict.fromkeys([*EXAMPLE, *(n for r in rows for n in r)]))
    headers = [header for header in headers if header not in dropped]
    cells = [[row.get(header) or None for header in headers] for row in rows]
    frame = pd.DataFrame(cells, columns=headers, dtype=object)
    if code.name == "blank_in_template":
        template = {"title": "{balance} {online_sale_title}"}
        return read(frame, mapping={"template": template, "ignore": ["title"]})
    if code.name != "formula_without_value":
        return read(frame)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(headers)
    for line in cells:
        page.append(line)
    book.save(folder / "example.xlsx")
    return read(folder / "example.xlsx")


@pytest.mark.parametrize(
    "code", [code for name, code in CODES.items() if name not in OF_FILES], ids=lambda c: c.name
)
def test_the_example_of_a_code_yields_it(code: Code, tmp_path: Path) -> None:
    """Laid on a row of the columns' examples it is found, and no other error is."""
    report = validate(_example_sheet(code, tmp_path), now=NOW, directory=_CHAINS.get(code.name))
    assert code.name in {finding.code for finding in report.all_findings}
    errors = {code.name} if code.severity is Severity.ERROR else set()
    assert {finding.code for finding in report.errors} == errors
    if code.scope is Scope.CELL:
        assert [finding.field for finding in report.errors] == list(code.example[0])[-1:]


def _codes_in_source() -> set[str]:
    """Return every code that is named where findings are made."""
    makers = {"Problem", "found", "Rule", "_Unique", "_add", "_finding", "_Told"}
    codes = set()
    for part in ("core", "reading", "validating"):
        for path in (Path(certbulk.__file__).parent / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name not in makers:
                    continue
                words = [
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                ]
                codes |= {word for word in words[:2] if word in CODES or name == "Problem"}
    codes |= {field.required_code for field in FIELDS if field.required}
    # made in one place each, from a table
    of_cells = {"error_cell", "formula_without_value", "letters_lost", "readers_differ"}
    return codes | of_cells | {*UNKNOWN.values()}


def test_what_is_found_is_in_the_catalogue_and_the_other_way_round() -> None:
    """No kind, rule or reader finds what the catalogue lacks, and nothing in it is never found."""
    texts = {text for text in _codes_in_source() if "_" in text or text in CODES}
    assert texts == set(CODES)

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Scope
from certbulk.core.findings.live_codes import LIST_CODES, LIVE_CODES
from certbulk.core.findings.reference_codes import REFERENCE_CODES
from certbulk.core.kinds import Choice, Flag
from certbulk.validating import Report

from .samples import FAULTY_ROWS, NAMES, Formula, write_samples

SAMPLES = Path(__file__).parents[1] / "sample_data"
FORMATS = ("xlsx", "csv")

PLANNED = {"create": 33, "update": 4, "unchanged": 3, "blocked": 0, "invalid": 0, "skip": 2}
NOTHING_TO_DO = {**dict.fromkeys(PLANNED, 0), "unchanged": 40, "skip": 2}

each_format = pytest.mark.parametrize("ending", FORMATS)


def types(ending: str = "xlsx") -> Report:
    return cb.validate(cb.read(SAMPLES / f"certificate_types.{ending}"))


def with_errors(ending: str = "xlsx", sheet: str | None = None) -> Report:
    return cb.validate(cb.read(SAMPLES / f"with_errors.{ending}", sheet))


def typed(report: Report) -> dict[str, list[Any]]:
    return {name: list(column) for name, column in report.columns.items()}


def cells(path: Path) -> dict[str, list[Any]]:
    """Return every cell of a file with all that a person sees of it, by sheet."""
    if path.suffix in {".csv", ".txt"}:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {"": list(csv.reader(file))}
    return {
        sheet.title: [
            (c.coordinate, c.value, c.number_format, c.fill.fgColor.rgb)
            for row in sheet.iter_rows()
            for c in row
        ]
        for sheet in load_workbook(path)
    }


def findings(report: Report) -> Iterator[tuple[int, str, str]]:
    """Yield row, code and column of the findings about rows."""
    for finding in report.all_findings:
        if finding.row and CODES[finding.code].scope is not Scope.TABLE:
            yield finding.row, finding.code, finding.field or ""


# --- the files


@pytest.mark.parametrize("name", NAMES)
def test_is_what_its_rows_say(name: str, tmp_path: Path) -> None:
    """A file in sample_data/ is what `python -m tests.samples` writes."""
    write_samples(tmp_path)

    assert cells(SAMPLES / name) == cells(tmp_path / name)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """The files are the same bytes whenever they are written: no workbook knows the moment."""
    first = {path.name: path.read_bytes() for path in write_samples(tmp_path)}
    again = {path.name: path.read_bytes() for path in write_samples(tmp_path)}

    assert first == again
    assert set(first) == set(NAMES)
    for path in tmp_path.glob("*.xlsx"):
        moments = {datetime(*part.date_time, tzinfo=UTC) for part in ZipFile(path).infolist()}
        properties = load_workbook(path).properties
        moments |= {m.replace(tzinfo=UTC) for m in (properties.created, properties.modified) if m}
        assert len(moments) == 1


# --- certificate_types


@each_format
def test_types_have_nothing_wrong_with_them(ending: str) -> None:
    """Every row is valid, without even a warning."""
    report = types(ending)

    assert report.all_findings == ()
    assert not report.refused.any()
    assert len(report) == 42


def test_types_fill_every_column() -> None:
    """Every column of the table has a value in some row, under the label that people read."""
    sheet = types().sheet

    assert [column.header for column in sheet.columns] == [field.label for field in FIELDS]
    assert all(column.cells.filled.any() for column in sheet.columns)


@pytest.mark.parametrize(
    "field", [f for f in FIELDS if isinstance(f.kind, Choice)], ids=lambda field: field.name
)
def test_types_make_every_choice(field: Any) -> None:
    """All item types, ways to expire, units, actions: each choice is made in some row."""
    chosen = set(typed(types())[field.name])

    assert chosen >= {option.number for option in field.kind.options}


def test_types_say_yes_and_no() -> None:
    """In every column of flags there are both."""
    values = typed(types())

    for field in FIELDS:
        if isinstance(field.kind, Flag):
            assert {True, False} <= set(values[field.name])


def test_types_are_written_in_the_ways_of_people() -> None:
    """Numbers, dates and truths are there as cells of their own type and as texts."""
    sheet = load_workbook(SAMPLES / "certificate_types.xlsx")["certificate_types"]
    columns = zip(*sheet.values, strict=True)
    by_label = {column[0]: column[1:] for column in columns}

    def are(label: str, *kinds: type) -> bool:
        return all(any(isinstance(cell, kind) for cell in by_label[label]) for kind in kinds)

    assert are("Face value", int, float, str)
    assert are("Expires on", date, str)
    assert are("Can be spent in parts", bool, int, str)
    assert are("Unit", int, str)
    assert are("Locations", int, str)
    assert {"1 000,50", "1,500.00", "200 €"} <= set(by_label["Face value"])
    assert {"31.12.2031", "2031-03-08T20:00:00+04:00"} <= set(by_label["Expires on"])
    assert any("\n" in str(cell) for cell in by_label["Locations"])
    assert any(str(title).startswith("+") for title in by_label["Title"])


def test_types_mean_the_same_in_both_formats() -> None:
    """The .csv gives the same typed values as the workbook, row by row."""
    assert typed(types("csv")) == typed(types("xlsx"))


@each_format
def test_types_plan_on_a_fresh_server(ending: str, client: cb.Client) -> None:
    """Some rows create, some update, some find what they say live already; none is refused."""
    assert cb.plan(types(ending), client).counts == PLANNED


def test_types_leave_the_issued_and_the_archived_type_alone(client: cb.Client) -> None:
    """A type that was issued and one that is archived are there, and are skipped."""
    fixed = {r["id"] for r in client.list() if r["released_total"] or r["is_archived"]}
    report = types()
    actions = {
        number: str(decision.action)
        for number, decision in zip(
            typed(report)["id"], cb.plan(report, client).decisions, strict=True
        )
        if number
    }

    assert fixed == {288903, 288907}
    assert {actions[number] for number in fixed} == {"skip"}


def test_types_can_be_applied_again_and_again(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """Everything is sent once and stored as it was sent; after that there is nothing to do.

    Neither the workbook, nor the .csv, nor the results workbook leads to a second write.
    """
    plan = cb.plan(types(), client)
    run = cb.apply(plan, client, progress=False)
    results = run.to_excel(tmp_path / "results.xlsx")
    before = sandbox.types()

    assert run.ok
    assert run.warnings == 0
    assert writes(sandbox) == {"POST": PLANNED["create"], "PUT": PLANNED["update"]}
    for report in (types("xlsx"), types("csv"), cb.validate(cb.read(results))):
        assert report.all_findings == ()
        again = cb.plan(report, client)
        assert again.counts == NOTHING_TO_DO
        assert cb.apply(again, client, progress=False).ok
    assert writes(sandbox) == {"POST": PLANNED["create"], "PUT": PLANNED["update"]}
    assert sandbox.types() == before


def writes(sandbox: cb.Sandbox) -> Counter[str]:
    return Counter(seen.method for seen in sandbox.requests if seen.method != "GET")


# --- with_errors


def test_errors_are_on_the_sheet_that_is_read() -> None:
    """Of three sheets `read` takes the one with the rows by itself."""
    assert with_errors().sheet.name == "certificate_types"
    assert len(with_errors()) == len(FAULTY_ROWS)


@pytest.mark.parametrize(
    "position", range(len(FAULTY_ROWS)), ids=lambda p: FAULTY_ROWS[p].note[:40]
)
def test_each_row_has_the_findings_that_it_names(position: int) -> None:
    """A row leads to the findings that its note speaks of, in those columns, and to no others."""
    report = with_errors()
    row = int(report.sheet.rows[position])

    found = {(code, column) for number, code, column in findings(report) if number == row}

    assert found == set(FAULTY_ROWS[position].findings)


def test_every_code_has_its_example() -> None:
    """All codes of the catalogue occur on the three sheets, and those about tables where told.

    Some cannot: a workbook says what its letters are and where its cells end, a template is in a
    mapping beside it, and several tables on one sheet hide each other's mistakes; tests/corpus has
    files of those. The workbook has no list of locations with a faulty row; there are some in
    tests/corpus too. A change of a list needs a live one: see tests/planning.
    """
    main = {f.code for f in with_errors().all_findings}
    headers = {f.code for f in with_errors(sheet="table_errors").all_findings}
    empty = {f.code for f in with_errors(sheet="no_rows").all_findings}

    assert headers == {"duplicate_column", "missing_column"}
    assert empty == {"no_rows"}
    live = {code.name for code in REFERENCE_CODES}
    tables = {"rows_above", "table_above", "lines_above", "table_below", "repeated_header"}
    lists = {"unread_list_row", "list_id_shared"}
    elsewhere = {
        "amounts_rounded",
        "damaged_bytes",
        "encoding_guessed",
        "encoding_unknown",
        "formula_as_text",
        "letters_lost",
        "labels_as_text",
        "midnight",
        "mojibake",
        "object_in_cell",
        "no_such_time",
        "online_price_above_face_value",
        "readers_differ",
        "repeated_index",
        "time_zone_differs",
        "zero_face_value",
        "hidden_sheet",
        "unticked_rows",
        "ragged_row",
        "hint_row",
        "blank_in_template",
        "ignored_column_missing",
        "pasted_rows",
        *(code.name for code in (*LIST_CODES, *LIVE_CODES)),
        *lists,
        *tables,
    }
    assert main == CODES.keys() - headers - empty - live - elsewhere


def test_what_only_an_account_tells(client: cb.Client) -> None:
    """Looked up live, the rows have the findings that they name for that, and no others."""
    sheet = cb.read(SAMPLES / "with_errors.xlsx")
    report = cb.validate(sheet, directory=cb.directory(client, sheet=sheet))
    expected = set()
    for row, faulty in zip(report.sheet.rows.tolist(), FAULTY_ROWS, strict=True):
        found = faulty.findings if faulty.live is None else faulty.live
        expected |= {(row, code, column) for code, column in found}
    assert {found for found in findings(report) if found[1] != "unknown_column"} == expected
    named = {code for _, code, _ in expected}
    assert named >= {code.name for code in REFERENCE_CODES} - {"list_unavailable"}


def test_notes_stand_in_an_unknown_column() -> None:
    """The column of the notes is itself the example of a column that certbulk does not know."""
    (finding,) = (f for f in with_errors().all_findings if f.code == "unknown_column")

    assert (finding.cell, finding.value) == ("A1", "Note")


def test_broken_cells_are_broken_as_spreadsheets_break_them() -> None:
    """The error is a cell of the type error, the formula one that was saved without a result."""
    sheet = load_workbook(SAMPLES / "with_errors.xlsx")["certificate_types"]
    results = load_workbook(SAMPLES / "with_errors.xlsx", data_only=True)["certificate_types"]
    broken = {c.data_type: c.coordinate for row in sheet for c in row if c.data_type in "ef"}

    assert broken.keys() == {"e", "f"}
    assert results[broken["f"]].value is None


def test_errors_are_the_same_as_csv_but_for_the_formula() -> None:
    """A .csv has no formulas but their results; all other findings are those of the workbook."""
    formulas = {
        (row, code, column)
        for row, code, column in findings(with_errors("xlsx"))
        if code == "formula_without_value"
    }

    assert len(formulas) == sum(
        isinstance(cell, Formula) for faulty in FAULTY_ROWS for cell in faulty.cells.values()
    )
    assert set(findings(with_errors("csv"))) == set(findings(with_errors("xlsx"))) - formulas


# --- pasted_rows


def test_pasted_rows_can_be_sent(client: cb.Client) -> None:
    """As they are, with --format booster: all nine rows are created, and then unchanged."""
    report = cb.validate(cb.read(SAMPLES / "pasted_rows.txt", format="booster"))
    assert report.all_findings == ()

    run = cb.apply(cb.plan(report, client), client)

    assert run.counts["created"] == len(report) == 9
    assert run.ok
    assert cb.plan(report, client).counts["unchanged"] == 9

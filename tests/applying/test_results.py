"""The results workbook: what was read, what came of it, and nothing turned into something else."""

import gc
import hashlib
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

import certbulk as cb
from tests.api.service import answer
from tests.planning.sheets import LIVE, change, new, plan_of

from .rows import ROWS, applied, writes_answered

RESULT_COLUMNS = [
    "result_row",
    "result_action",
    "result_status",
    "result_verified",
    "result_id",
    "result_code",
    "result_message",
    "result_http_status",
    "result_attempts",
    "result_at",
    "result_run",
    "result_replaces",
]


def run_of(client: cb.Client, frame: pd.DataFrame | Path, **options: Any) -> cb.Run:
    report = cb.validate(cb.read(frame, **options))
    return cb.apply(cb.plan(report, client), client, progress=False)


def table(path: Path, sheet: str = "results", header_row: int = 1) -> list[dict[str, Any]]:
    """Return a sheet's rows by header, as openpyxl reads them."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(header_row, values_only=True)
    headers = [str(header) for header in next(rows)]
    return [dict(zip(headers, row, strict=True)) for row in rows]


@pytest.fixture
def results(client: cb.Client, tmp_path: Path) -> Path:
    return applied(client).to_excel(tmp_path / "rows.results.xlsx")


def test_columns_and_rows(results: Path, sandbox: cb.Sandbox) -> None:
    """All input columns in their order, then the result columns; a row for each row read."""
    page = openpyxl.load_workbook(results)["results"]
    headers = [cell.value for cell in page[1]]
    inputs = list(dict.fromkeys(name for row in ROWS for name in row))
    assert headers == [*inputs, *RESULT_COLUMNS]
    rows = table(results)
    assert [row["result_row"] for row in rows] == list(range(2, 13))
    assert [row["result_status"] for row in rows] == [
        "created", "created", "unchanged", "updated", "invalid", "blocked", "created", "skipped",
        "updated", "blocked", "created",
    ]  # fmt: skip
    assert [row["result_action"] for row in rows] == [
        "create", "create", "create", "update", "create", "update", "create", "skip", "update",
        "update", "create",
    ]  # fmt: skip
    ids = {record["title"]: record["id"] for record in sandbox.types()}
    assert [row["result_id"] for row in rows] == [
        ids["A 10"], ids["B 10"], 288902, 288901, None, 288903, ids["D 10"], None, 288904, 999999,
        ids["F 10"],
    ]  # fmt: skip
    assert [row["result_code"] or "" for row in rows] == [
        "", "", "", "", "not_a_number", "already_issued", "", "", "", "not_found", "",
    ]  # fmt: skip
    assert [row["result_http_status"] for row in rows] == [
        200, 200, None, 200, None, None, 200, None, 200, None, 200,
    ]  # fmt: skip
    assert [row["result_attempts"] for row in rows] == [1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1]
    assert len({row["result_run"] for row in rows}) == 1
    assert all(datetime.fromisoformat(row["result_at"]).tzinfo for row in rows)
    assert len(sandbox.types()) == 9 + 4


def test_ids_are_filled_in(results: Path) -> None:
    """Created rows get their id and unchanged ones that of their type; the others stay as read."""
    rows = table(results)
    assert [row["id"] for row in rows] == [row["result_id"] for row in rows]
    assert sum(row["id"] is None for row in rows) == 2


def test_without_an_id_column_one_is_added(client: cb.Client, tmp_path: Path) -> None:
    """A sheet of creates has no ids; its results have a column for them."""
    path = applied(client, new()).to_excel(tmp_path / "r.xlsx")
    (row,) = table(path)
    assert list(row) == ["id", *new(), *RESULT_COLUMNS]
    assert row["id"] == row["result_id"] == 289056


@pytest.mark.parametrize("word", ["create", "CREATE", "1"])
def test_an_action_that_was_carried_out_does_not_stay(
    client: cb.Client, tmp_path: Path, word: str
) -> None:
    """Beside its new id, "create" would be an error: the results are a valid input."""
    path = applied(client, {**new(), "action": word}).to_excel(tmp_path / "r.xlsx")
    report = cb.validate(cb.read(path))
    assert report.ok
    assert [str(d.action) for d in cb.plan(report, client).decisions] == ["unchanged"]


def test_the_other_sheets(results: Path) -> None:
    """A summary with the counts, and every finding; a frame has no cells."""
    book = openpyxl.load_workbook(results)
    assert book.sheetnames == ["results", "summary", "findings"]
    summary = {row["what"]: row["value"] for row in table(results, "summary")}
    assert summary["rows read"] == 11
    assert (summary["created"], summary["updated"], summary["blocked"]) == (4, 2, 2)
    assert summary["chain"] == 706028
    assert summary["run"] == table(results)[0]["result_run"]
    findings = table(results, "findings")
    assert list(findings[0]) == [
        "row", "cell", "field", "value", "code", "severity", "message", "suggestion",
    ]  # fmt: skip
    assert ("not_a_number", 6, None) in {(f["code"], f["row"], f["cell"]) for f in findings}


def test_it_is_easy_to_look_at(results: Path) -> None:
    """Header frozen, filters on, columns wide enough, rows coloured by their status."""
    for page in openpyxl.load_workbook(results).worksheets:
        assert page.sheet_view.pane is not None
        assert page.sheet_view.pane.ySplit == 1
        assert (
            page.auto_filter.ref
            == f"A1:{page.cell(1, page.max_column).coordinate[:-1]}{page.max_row}"
        )
        letters = [get_column_letter(position) for position in range(1, page.max_column + 1)]
        widths = [page.column_dimensions[letter].width for letter in letters]
        assert all(8 <= width <= 100 for width in widths)
    page = openpyxl.load_workbook(results)["results"]
    coloured = [rule.formula[0] for rules in page.conditional_formatting for rule in rules.rules]
    assert {'"created"', '"updated"', '"invalid"', '"blocked"'} <= {
        formula.partition("=")[2] for formula in coloured
    }


def test_it_opens_at_the_outcomes(client: cb.Client, tmp_path: Path) -> None:
    """Of a wide sheet: the title stays visible, and beside it stands what came of the row."""
    path = run_of(client, cb.export(tmp_path / "live.xlsx", client)).to_excel(tmp_path / "r.xlsx")
    page = openpyxl.load_workbook(path)["results"]
    headers = [cell.value for cell in page[1]]
    pane = page.sheet_view.pane
    assert pane is not None
    assert (page["C1"].value, pane.xSplit, pane.ySplit) == ("Title *", 3, 1)
    status = get_column_letter(headers.index("result_status") + 1)
    assert pane.topLeftCell == f"{status}2"


def test_a_wide_title_leaves_room(client: cb.Client, tmp_path: Path) -> None:
    """What stays visible takes no more than a part of the screen, else nothing does."""
    rows = [{"note": "n" * 99, "more": "m" * 99, **new(title="t" * 200)}]
    pages = [
        openpyxl.load_workbook(run_of(client, frame).to_excel(path))["results"]
        for frame, path in (
            (pd.DataFrame(rows), tmp_path / "wide.xlsx"),
            (pd.DataFrame([new(title="t" * 200)]), tmp_path / "narrow.xlsx"),
        )
    ]
    assert pages[0].freeze_panes == "A2"
    kept = pages[1].sheet_view.pane
    assert kept is not None
    widths = [pages[1].column_dimensions[get_column_letter(n)].width for n in range(1, 3)]
    assert (kept.xSplit, max(widths)) == (2, 40)


TEXTS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+49 30 1234",
    "-10 %",
    "@SUM(1)",
    "=",
    "'=1+1",
    "#N/A",
    "#REF!",
    "TRUE",
    "1e5",
    "007",
    "2027-12-31",
    "1,5",
    "10 \u20ac",
    "line one\nline two",
    "\u0421\u0435\u0440\u0442\u0438\u0444\u0438\u043a\u0430\u0442",
    "\U0001f381 gift",
    "<b>&amp;</b>",
    "x" * 255,
]
# What XML has no place for, and what it takes for something else.
NO_XML = ["a\u0000b\u0007c", "\x1b[31mred", "a\uffffb\ufffec", "_x0041_"]


@pytest.mark.parametrize(
    "titles",
    [TEXTS, *([title] for title in NO_XML)],
    ids=["texts", *(ascii(title) for title in NO_XML)],
)
def test_text_is_written_as_text(client: cb.Client, tmp_path: Path, titles: list[str]) -> None:
    """A title stays the text it was, whatever it looks like, here and in a spreadsheet program."""
    frame = pd.DataFrame([{**new(), "title": title, "note": title} for title in titles])
    path = run_of(client, frame).to_excel(tmp_path / "r.xlsx")
    page = openpyxl.load_workbook(path)["results"]
    headers = {cell.value: position for position, cell in enumerate(page[1], start=1)}
    again = cb.read(path).frame["title"]
    for position, title in enumerate(titles):
        legal = "".join(c for c in title if c == "\n" or (c >= " " and c not in "\uffff\ufffe"))
        for name in ("title", "note"):
            cell = page.cell(position + 2, headers[name])
            # In the file, what reads as a character's number is escaped; programs undo it.
            written = legal.replace("_x0041_", "_x005F_x0041_")
            assert (cell.data_type, cell.value) == ("s", written)
        assert str(again.iloc[position]).strip() == legal.strip()


def test_formulas_stay_texts_when_they_are_edited(client: cb.Client, tmp_path: Path) -> None:
    """Such cells are marked as text, so that leaving the cell does not make a formula of it."""
    titles = ["=1+1", "+1", "-1", "@a"]
    path = applied(client, *(new(title=title) for title in titles)).to_excel(tmp_path / "r.xlsx")
    page = openpyxl.load_workbook(path)["results"]
    column = [cell.value for cell in page[1]].index("title") + 1
    assert [page.cell(row, column).quotePrefix for row in range(2, 6)] == [True] * 4


def test_what_the_service_says_is_text(tmp_path: Path) -> None:
    """A message that begins like a formula, or has no place in XML, does no harm."""
    message = "=cmd|'/c calc'!A1 \uffff\x00\x1b[2J"
    refusal = answer(400, {"success": False, "meta": {"message": message}})
    with writes_answered(refusal) as service:
        run = applied(service.client(), new())
    path = run.to_excel(tmp_path / "r.xlsx")
    (row,) = table(path)
    assert "calc" in row["result_message"]
    page = openpyxl.load_workbook(path)["results"]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


def test_cells_come_back_as_they_were_read(client: cb.Client, tmp_path: Path) -> None:
    """Numbers stay numbers and dates dates; every text of the input is read again the same."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    headers = [*new(), "expiration_date", "Comment", "Comment 2", "Result of talks", "Resultat", ""]
    page.append(headers)
    values = {**new(), "balance": 10.5, "salon_ids": 720441, "expiration_date": date(2031, 5, 1)}
    values |= {"Comment": "001", "Comment 2": 3.25, "Result of talks": "good", "Resultat": "gut"}
    page.append([values.get(header) for header in headers])
    late = datetime(2031, 5, 1, 18, 30)  # noqa: DTZ001 (a workbook knows no zones)
    values |= {"title": "Other 10", "balance": "1 000,50", "expiration_date": late, "Comment": None}
    page.append([values.get(header) for header in headers])
    page["N3"] = "below no header"
    book.save(tmp_path / "in.xlsx")
    before = hashlib.sha256((tmp_path / "in.xlsx").read_bytes()).hexdigest()
    read = cb.read(tmp_path / "in.xlsx")
    run = run_of(client, tmp_path / "in.xlsx")
    path = run.to_excel(tmp_path / "out.xlsx")
    assert run.counts["created"] == 2
    again = cb.read(path)
    written = table(path)
    for position, header in enumerate(headers):
        if header:
            assert header in written[0], header
            assert list(again.frame[header]) == list(read.frame[header]), header
        else:
            assert read.frame.iloc[1, position] == "below no header"
            assert "below no header" in again.frame.iloc[1].tolist()
    assert (written[0]["balance"], written[0]["Comment"]) == (10.5, "001")
    assert written[0]["expiration_date"] == late.replace(hour=0, minute=0)
    assert written[1]["expiration_date"] == late
    assert hashlib.sha256((tmp_path / "in.xlsx").read_bytes()).hexdigest() == before


MESSY: list[tuple[str, str]] = [
    ("balance", "1.234"),
    ("balance", "1,000.50"),
    ("balance", "010"),
    ("balance", "10.0"),
    ("balance", "1e3"),
    ("balance", "#REF!"),
    ("id", "00288901"),
    ("id", "288902.0"),
    ("salon_ids", "720441.720442"),
    ("salon_ids", "720441, 720442"),
    ("salon_ids", "12345678901234567"),
    ("expiration_date", "01.02.2031"),
    ("expiration_date", "2031-02-30"),
    ("expiration_date", "2031-02-01 10:00:00"),
    ("expiration_date", "0001-01-01"),
    ("expiration_date", "1850-01-01"),
    ("is_multi", "TRUE"),
    ("is_multi", " yes "),
]


def test_rows_are_judged_the_same_in_their_results(client: cb.Client, tmp_path: Path) -> None:
    """A cell that was wrong, or right, is so again when the results are fed back."""
    rows = [{**new(title=f"N{n}"), name: text} for n, (name, text) in enumerate(MESSY)]
    run = applied(client, *rows, settle=False)
    again = cb.validate(cb.read(run.to_excel(tmp_path / "r.xlsx")))
    first = run.plan.report
    judged = [
        sorted(
            (f.row, f.field, f.code) for f in report.all_findings if f.row and f.field != "title"
        )
        for report in (first, again)
    ]
    assert judged[0] == judged[1]
    wrong = {row for row, _, _ in judged[0]}
    assert len(wrong) > 5
    for position, (name, text) in enumerate(MESSY):
        if position + 2 in wrong:
            assert again.sheet.frame[name].iloc[position] == text


def test_true_row_numbers(client: cb.Client, tmp_path: Path) -> None:
    """A title above the table and blank rows in it: result_row is where the row stands."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["C2"] = "Price list"
    for position, name in enumerate(new(), start=3):
        page.cell(4, position, name)
        page.cell(6, position, new()[name])
        page.cell(9, position, new(title="Other 10")[name])
    book.save(tmp_path / "in.xlsx")
    path = run_of(client, tmp_path / "in.xlsx").to_excel(tmp_path / "r.xlsx")
    assert [row["result_row"] for row in table(path, header_row=4)] == [6, 9]
    assert openpyxl.load_workbook(path)["results"]["B2"].value == "Price list"


def test_results_of_results_have_one_set_of_result_columns(
    client: cb.Client, tmp_path: Path
) -> None:
    """What a former run says of a row gives way to what this one says."""
    path = applied(client).to_excel(tmp_path / "r1.xlsx")
    run = run_of(client, path)
    second = run.to_excel(tmp_path / "r2.xlsx")
    headers = list(table(second)[0])
    assert headers == list(table(path)[0])
    assert {row["result_run"] for row in table(second)} == {run.id}
    assert not [f for f in run.plan.report.all_findings if f.code == "unknown_column"]


def test_values_for_all_rows_are_written_too(client: cb.Client, tmp_path: Path) -> None:
    """A value that was given for all rows is in the results, which are on their own."""
    cells = {name: [text] for name, text in new().items() if name != "salon_ids"}
    run = run_of(client, pd.DataFrame(cells), defaults={"salon_ids": 720441})
    path = run.to_excel(tmp_path / "r.xlsx")
    assert [str(d.action) for d in cb.plan(cb.validate(cb.read(path)), client).decisions] == [
        "unchanged"
    ]


def test_nothing_is_overwritten_unless_told(client: cb.Client, tmp_path: Path) -> None:
    """A file that is there stays as it is, byte for byte."""
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"mine")
    run = applied(client, new())
    with pytest.raises(cb.OutputError, match="exists"):
        run.to_excel(path)
    gc.collect()  # a workbook begun and given up would complain now
    assert path.read_bytes() == b"mine"
    assert run.to_excel(path, overwrite=True) == path
    assert len(table(path)) == 1


def test_a_write_that_fails_leaves_nothing(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the disk full, the old file is whole and no half of a new one lies about."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "r.xlsx"
    path.write_bytes(b"mine")
    run = applied(client, new())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(cb.OutputError, match="No space left"):
        run.to_excel(path, overwrite=True)
    assert [child.name for child in folder.iterdir()] == ["r.xlsx"]
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["missing/r.xlsx", "folder.xlsx"])
def test_a_path_that_cannot_be_written(client: cb.Client, tmp_path: Path, name: str) -> None:
    """No folder, or a folder of that name: a clear error."""
    (tmp_path / "folder.xlsx").mkdir()
    run = applied(client, new())
    with pytest.raises(cb.OutputError, match=name.partition("/")[0]):
        run.to_excel(tmp_path / name)
    gc.collect()


def test_no_rows_at_all(client: cb.Client, tmp_path: Path) -> None:
    """The results of an empty sheet are an empty sheet."""
    run = run_of(client, pd.DataFrame(columns=list(new())))
    path = run.to_excel(tmp_path / "r.xlsx")
    assert table(path) == []


def test_stopped_and_unknown_rows(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """Rows that were not sent, and rows nobody knows about, are there with what to do."""
    from certbulk.sandbox import Faults

    plan = plan_of(client, new(), change(288901, balance="51"), LIVE)
    sandbox.faults = Faults(script=("lost_answer", "html_forbidden"), methods=("POST", "PUT"))
    run = cb.apply(plan, client, progress=False, settle=False, batch_size=1)
    rows = table(run.to_excel(tmp_path / "r.xlsx"))
    assert [row["result_status"] for row in rows] == ["unknown", "failed", "unchanged"]
    assert [row["id"] for row in rows] == [None, 288901, 288902]
    sandbox.faults = Faults()
    again = run_of(client, tmp_path / "r.xlsx")
    assert [str(o.status) for o in again.outcomes] == ["unchanged", "updated", "unchanged"]
    assert len(sandbox.types()) == 10

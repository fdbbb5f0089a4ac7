"""A plan as an object: its counts, its price, what it looks like."""

import gc
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.counting import counted
from certbulk.core.results.row_document import ROW_KEYS
from certbulk.sandbox import Faults, Quirks

from .sheets import LIVE, change, new, plan_of, report_on

ROWS = (
    new(),
    change(288902, balance="101"),
    LIVE,
    change(999999, balance="1"),
    new(balance="x"),
    {**new(title="Skipped"), "action": "skip"},
    new(title="=cmd()|'/c calc'!A1"),
)


@pytest.fixture
def plan(client: cb.Client) -> cb.Plan:
    return plan_of(client, *ROWS)


def test_what_is_no_report_or_no_client_is_refused_in_words(sandbox: cb.Sandbox) -> None:
    """A step that was left out is named, not an attribute that something else lacks."""
    report: Any = report_on(new())
    wrong: Any = sandbox
    with sandbox.client() as client:
        with pytest.raises(TypeError, match=r"a Sheet, not a Report.*certbulk\.read"):
            cb.validate(report)
        with pytest.raises(TypeError, match=r"a Report or a Sheet, not a Sandbox.*\.validate"):
            cb.plan(wrong, client)
        with pytest.raises(TypeError, match=r"a Client, not a Sandbox.*Sandbox\(\)\.client"):
            cb.plan(report, wrong)
        with pytest.raises(TypeError, match=r"a Plan, not a Report.*certbulk\.plan"):
            cb.apply(report, client)


def test_counts_add_up(plan: cb.Plan) -> None:
    """Every row of the sheet has one decision, in the order of the sheet."""
    assert plan.counts == {
        "create": 2, "update": 1, "unchanged": 0, "blocked": 2, "invalid": 1, "skip": 1,
    }  # fmt: skip
    assert sum(plan.counts.values()) == len(plan.decisions) == len(ROWS)
    assert [decision.row for decision in plan.decisions] == list(range(2, 9))
    assert (plan.writes, plan.requests) == (3, 7)  # and two looks at two pages


def test_rows_keep_their_true_numbers(client: cb.Client, tmp_path: Path) -> None:
    """Blank rows above and between are counted where they stand."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for position, name in enumerate(new(), start=2):
        page.cell(3, position, name)
        page.cell(4, position, new()[name])
        page.cell(9, position, new(title="Other")[name])
    book.save(tmp_path / "rows.xlsx")
    plan = cb.plan(cb.validate(cb.read(tmp_path / "rows.xlsx")), client)
    assert [decision.row for decision in plan.decisions] == [4, 9]
    assert list(plan.frame["row"]) == [4, 9]


def test_no_writes_are_sent(sandbox: cb.Sandbox, plan: cb.Plan) -> None:
    """Planning only reads: the locations and one list, beside what is not in it."""
    assert plan.requests
    seen = [(one.method, one.path.rpartition("/")[2]) for one in sandbox.requests]
    pages = ["certificate_types"] * 2
    assert seen == [("GET", path) for path in ("companies", *pages, "999999")]


PRICES = [
    (0, 0, 0, 0.0),
    (1, 0, 5, 1.0),
    (0, 1, 5, 1.0),
    (2, 0, 6, 1.25 + 0.5),
    (0, 5, 9, 2.0),
    (41, 0, 41 + 2 + 1 + 2, 11.25 + 0.5),
    (0, 41, 41 + 2 + 1 + 2, 11.25),
    (0, 181, 181 + 3 * 3 + 1 + 3, 60.0 + 13 / 4),
]


@pytest.mark.parametrize(("creates", "updates", "requests", "seconds"), PRICES)
def test_the_price_of_a_run(
    sandbox: cb.Sandbox, creates: int, updates: int, requests: int, seconds: float
) -> None:
    """All requests after the plan are counted: rows, looks, and the read of the first row."""
    ids = [sandbox.server.add({"title": f"T{n}"})["id"] for n in range(updates)]
    rows = [new(title=f"New {n}") for n in range(creates)]
    rows += [change(type_id, balance="5") for type_id in ids]
    plan = plan_of(sandbox.client(per_second=4.0, per_minute=180), *rows or [change(288901)])
    assert (plan.writes, plan.requests) == (creates + updates, requests)
    assert plan.seconds == pytest.approx(seconds, abs=0.01)
    assert counted(plan.requests, "request") in repr(plan)


def test_the_frame(plan: cb.Plan) -> None:
    """A row per decision, with the ids as whole numbers and the changes in words."""
    frame = plan.frame
    assert list(frame.columns) == ["row", "action", "id", "title", "code", "message", "changes"]
    assert list(frame["action"]) == [str(decision.action) for decision in plan.decisions]
    assert frame["id"].dtype == "Int64"
    assert frame.loc[1, "changes"] == "balance: 100 → 101"
    assert frame.loc[3, "code"] == "not_found"
    assert frame["id"].isna().tolist()[0] is True


def test_in_a_notebook(plan: cb.Plan) -> None:
    """It shows the counts and a table; texts from cells are escaped."""
    html = plan._repr_html_()
    assert "2 create" in html
    assert "balance: <del>100</del> → <ins>101</ins>" in html
    hostile = plan_of_title(plan, "<img src=x onerror=alert(1)>")
    assert "<img" not in hostile._repr_html_()


def plan_of_title(plan: cb.Plan, title: str) -> cb.Plan:
    import dataclasses

    changed = dataclasses.replace(plan.decisions[0], title=title, message=title)
    return dataclasses.replace(plan, decisions=(changed, *plan.decisions[1:]))


def test_as_json(plan: cb.Plan) -> None:
    """The JSON has exactly what was promised, and nothing that JSON does not know."""
    document = json.loads(json.dumps(plan.as_dict()))
    assert list(document) == [
        "chain_id", "rows", "create", "update", "unchanged", "blocked", "invalid", "skip",
        "requests", "seconds", "policy", "needs_approval", "decisions", "cautions",
    ]  # fmt: skip
    assert document["chain_id"] == 706028
    assert document["rows"] == len(ROWS)
    assert [tuple(decision) for decision in document["decisions"]] == [
        (*ROW_KEYS, "row_label")
    ] * len(ROWS)
    known = {"row": 3, "action": "update", "id": 288902, "changes": {"balance": [100, 101]}}
    assert known.items() <= document["decisions"][1].items()
    assert document["decisions"][1]["body"]["balance"] == 101


def test_as_a_workbook(plan: cb.Plan, tmp_path: Path) -> None:
    """The plan's rows and its summary; a title that looks like a formula is text."""
    path = plan.to_excel(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["plan", "summary"]
    page = book["plan"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == ("row", "action", "id", "title", "code", "message", "changes")
    assert len(rows) == len(ROWS) + 1
    assert rows[2][:3] == (3, "update", 288902)
    assert page["D8"].value == ROWS[-1]["title"]
    assert page["D8"].data_type == "s"
    summary = {row[0]: row[1] for row in book["summary"].iter_rows(values_only=True)}
    assert summary["chain"] == 706028
    assert summary["requests"] == 7
    assert summary["dates without a time zone"] == "UTC"
    before = path.read_bytes()
    with pytest.raises(cb.OutputError, match="exists"):
        plan.to_excel(path)
    gc.collect()  # a workbook begun and given up would complain now
    assert path.read_bytes() == before
    assert plan.to_excel(path, overwrite=True) == path
    assert [child.name for child in tmp_path.iterdir() if child.is_file()] == ["plan.xlsx"]


def test_the_time_zone_is_shown(client: cb.Client) -> None:
    """Whoever reads a plan sees in which zone its dates were taken."""
    from .sheets import report_on

    row = new(expiration_type_id="1", expiration_date="2030-01-01")
    plan = cb.plan(report_on(row, time_zone="Asia/Tbilisi"), client)
    assert "Asia/Tbilisi" in repr(plan)
    assert plan.decisions[0].body is not None
    assert plan.decisions[0].body["expiration"]["date"] == "2030-01-01T23:59:59+04:00"


QUIRKS = [
    pytest.param(Quirks(page_size_cap=2, overlap=1), id="small pages"),
    pytest.param(Quirks(dates="offset"), id="dates with an offset"),
    pytest.param(Quirks(dates="epoch"), id="dates in seconds"),
    pytest.param(Quirks(balance_as_text=True), id="balances as text"),
]


@pytest.mark.parametrize("quirks", QUIRKS)
def test_quirks_of_the_service_change_no_decision(
    sandbox: cb.Sandbox, client: cb.Client, quirks: Quirks
) -> None:
    """However the service shows a record, the same rows get the same decisions."""
    rows = (*ROWS, change(288905, expiration_date="2031-12-31"), change(288904, balance="250"))
    plain = plan_of(client, *rows)
    sandbox.server.quirks = quirks
    odd = plan_of(client, *rows)
    assert [(d.action, d.id, d.code) for d in odd.decisions] == [
        (d.action, d.id, d.code) for d in plain.decisions
    ]
    assert [d.body for d in odd.decisions] == [d.body for d in plain.decisions]


def test_without_a_list_there_is_no_plan(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A list that contradicts itself, or does not come, ends in an error before any decision."""
    for record in sandbox.types():
        sandbox.server.remove(record["id"])
    sandbox.server.quirks = Quirks(lying_total=1)
    with pytest.raises(cb.ListingError):
        plan_of(client, *ROWS)
    sandbox.server.quirks = Quirks()
    sandbox.faults = Faults(server_error=1.0)
    with pytest.raises(cb.UnavailableError):
        plan_of(client, *ROWS)


def test_a_sheet_without_rows(client: cb.Client) -> None:
    """Nothing to do is a plan too."""
    plan = cb.plan(cb.validate(cb.read(pd.DataFrame(columns=list(new())))), client)
    assert (plan.requests, plan.seconds, plan.decisions) == (0, 0.0, ())
    assert len(plan.frame) == 0

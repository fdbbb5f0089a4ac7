"""What a chain calls its locations, services and categories, and what rows make of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from tests.api.service import Answer, Asked, Catalogue, Service, answer, ok
from tests.planning.sheets import NOW, change, new

Row = dict[str, str]
SPECIFIC = {"item_type_id": "Specific services"}
BAIXA, RIBEIRA, OLD_TOWN, VERA = (
    f"Harbour & Pine {name}" for name in ("Baixa", "Ribeira", "Old Town", "Vera")
)


def sheet_of(*rows: Row) -> cb.Sheet:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(header) for header in headers] for row in rows]
    return cb.read(pd.DataFrame(cells, columns=headers, dtype=object))


def live_report(client: cb.Client, *rows: Row) -> cb.Report:
    sheet = sheet_of(*rows)
    return cb.validate(sheet, directory=cb.directory(client, sheet=sheet), now=NOW)


def asked_for(sandbox: cb.Sandbox) -> list[str]:
    return [seen.path.removeprefix("/api/v1/") for seen in sandbox.requests]


def test_names_become_ids(client: cb.Client) -> None:
    """Of locations, services and the category, in a row that is sent with the ids."""
    names = {
        "salon_ids": f"{BAIXA}; {OLD_TOWN} (720443)",
        "service_ids": "Classic massage, 60 min, Hot stone massage, 90 min",
        "category_id": "massage",
    }
    report = live_report(client, new(**SPECIFIC, **names))
    assert report.all_findings == ()
    ((_, body),) = report.payloads()
    assert body["salon_ids"] == [720441, 720443]
    assert body["service_ids"] == [610101, 610102]
    assert body["category_id"] == 51001


def test_all_locations_are_those_of_today(client: cb.Client) -> None:
    """Those that the chain has when it is asked."""
    report = live_report(client, new(salon_ids="all locations"))
    assert report.columns["salon_ids"][0] == (720441, 720442, 720443, 720450)


FOUND: list[Any] = [
    pytest.param({"salon_ids": "999"}, "salon_ids", "unknown_location", id="a location's id"),
    pytest.param({"salon_ids": "Baixo"}, "salon_ids", "unknown_location", id="its name"),
    pytest.param(
        {**SPECIFIC, "service_ids": "1"}, "service_ids", "unknown_service", id="a service's id"
    ),
    pytest.param({"category_id": "7"}, "category_id", "unknown_category", id="a category's id"),
    pytest.param(
        {**SPECIFIC, "service_ids": "610104", "salon_ids": "720441, 720450"},
        "service_ids",
        "service_not_at_location",
        id="a service elsewhere",
    ),
]


@pytest.mark.parametrize(("cells", "field", "code"), FOUND)
def test_ids_and_names_are_checked(
    client: cb.Client, cells: dict[str, str], field: str, code: str
) -> None:
    """What the chain does not have is found, at its cell; and planning finds it too."""
    (finding,) = live_report(client, new(**cells)).all_findings
    assert (finding.field, finding.code) == (field, code)
    assert finding.cell is not None
    plan = cb.plan(cb.validate(sheet_of(new(**cells)), now=NOW), client, now=NOW)
    assert [f.code for f in plan.report.all_findings] == [code]
    assert plan.counts["invalid"] == (code != "service_not_at_location")


def test_a_service_elsewhere_says_what_and_where(client: cb.Client) -> None:
    """By name and id; the row can be sent all the same."""
    report = live_report(client, new(**SPECIFIC, service_ids="610103", salon_ids="720442, 720450"))
    (finding,) = report.warnings
    assert "Couples massage, 60 min (610103) at Harbour & Pine Ribeira (720442)" in finding.message
    assert report.ok


def test_what_live_types_carry_is_known(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A location that was closed, and a category that is not among services: nothing is held up."""
    carried = {"salon_ids": [719000], "service_ids": [600000], "category_id": 9}
    sandbox.server.add({"id": 700001, "title": "Old", **carried})
    row = new(**SPECIFIC, salon_ids="719000", service_ids="600000", category_id="9")
    assert live_report(client, row).ok
    assert not live_report(client, new(salon_ids="719001")).ok


ASKED: list[Any] = [
    pytest.param([change(288901, balance="1")], [], id="nothing"),
    pytest.param([new()], ["companies"], id="locations"),
    pytest.param(
        [new(category_id="51001")],
        ["companies", "chain/706028/service_categories"],
        id="a category",
    ),
    pytest.param(
        [new(**SPECIFIC, service_ids="610101", salon_ids=RIBEIRA), new(salon_ids="720441")],
        ["companies", "chain/706028/service_categories", "company/720442/services/"],
        id="services at a location",
    ),
]


@pytest.mark.parametrize(("rows", "paths"), ASKED)
def test_only_what_the_sheet_refers_to_is_asked(
    sandbox: cb.Sandbox, client: cb.Client, rows: Sequence[Row], paths: list[str]
) -> None:
    """One look at each list; services at those locations only that rows with services name."""
    cb.directory(client, sheet=sheet_of(*rows))
    assert asked_for(sandbox) == paths


def test_all_of_a_chain(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Without a sheet everything is read: for templates."""
    directory = cb.directory(client)
    assert repr(directory) == "Directory of 4 locations, 7 services, 3 categories, live"
    assert {entry.detail for entry in directory.locations.entries} == {
        "Lisbon", "Porto", "Tallinn", "Tbilisi",
    }  # fmt: skip
    gone = directory.services.entry(610104)
    assert gone is not None
    assert gone.detail == "Massage, no longer offered"
    assert directory.offers[720450] == {610101, 610103, 610201}
    assert len(sandbox.requests) == 2 + 4


def test_one_look_serves_validation_and_plan(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A report that was made with the live directory is not made again."""
    report = live_report(client, new(salon_ids=BAIXA))
    plan = cb.plan(report, client, now=NOW)
    assert plan.report is report
    assert asked_for(sandbox).count("companies") == 1


def test_a_plan_has_ids_and_shows_names(client: cb.Client, tmp_path: Path) -> None:
    """Bodies and JSON have ids; people see the names; a saved plan is the same plan."""
    report = cb.validate(sheet_of(change(288904, salon_ids=f"{BAIXA}; {VERA}")), now=NOW)
    plan = cb.plan(report, client, now=NOW)
    (decision,) = plan.decisions
    assert decision.body is not None
    assert decision.body["salon_ids"] == [720441, 720450]
    assert plan.as_dict()["decisions"][0]["changes"]["salon_ids"][1] == [720441, 720450]
    assert plan.frame["changes"][0] == (
        f"salon_ids: added {VERA} (720450), removed {OLD_TOWN} (720443)"
    )
    loaded = load_plan(save_plan(plan, tmp_path / "plan.json"))
    assert loaded.frame.equals(plan.frame)
    assert loaded.report.columns["salon_ids"][0] == (720441, 720450)


REFUSALS: list[Any] = [
    pytest.param(answer(403, {"success": False}), id="403"),
    pytest.param(answer(404, {"success": False, "meta": []}), id="404"),
    pytest.param(ok([{"id": 1, "title": "A"}], {"total_count": 2}), id="not the whole list"),
    pytest.param(answer(500, {"success": False}), id="500"),
    pytest.param(ok([]), id="an empty list"),
]


@pytest.mark.parametrize("said", REFUSALS)
def test_a_list_that_the_service_refuses(said: Answer) -> None:
    """Ids are sent unchecked, and that is reported; a name cannot be looked up."""
    catalogue = Catalogue()

    def by(asked: Asked) -> Answer:
        return said if "/companies" in asked.target else catalogue(asked)

    with Service(by=by) as service:
        client = service.client()
        with_ids, with_names = live_report(client, new()), live_report(client, new(salon_ids="A"))
    assert [f.code for f in with_ids.all_findings] == ["list_unavailable"]
    assert with_ids.ok
    assert [f.code for f in with_names.all_findings] == ["list_unavailable", "not_an_id_list"]


def test_a_location_without_services() -> None:
    """It offers none yet, and what others offer is checked as ever."""
    service = {"id": 501, "title": "Cut", "category_id": 51}
    answers = {
        "companies": ok([{"id": n, "title": f"Salon {n}"} for n in (1, 2)], {"total_count": 2}),
        "service_categories": ok([{"id": 51, "title": "Hair", "services": [service]}]),
        "certificate_types": ok([]),
        "company/1/": ok([service]),
        "company/2/": ok([]),
    }

    def by(asked: Asked) -> Answer:
        return next(said for part, said in answers.items() if part in asked.target)

    rows = [
        new(**SPECIFIC, salon_ids="Salon 1", service_ids="99; Cut"),
        new(**SPECIFIC, salon_ids="Salon 2", service_ids="Cut", title="B"),
    ]
    with Service(by=by) as there:
        report = live_report(there.client(), *rows)
    found = [(f.row, f.code) for f in report.all_findings]
    assert found == [(2, "unknown_service"), (3, "service_not_at_location")]


def test_refused_tokens_are_no_finding() -> None:
    """Nothing else would be answered either."""
    with Service(answer(401, {"success": False})) as service, pytest.raises(cb.AccessError):
        cb.directory(service.client())


def test_categories_with_and_without_an_envelope() -> None:
    """The documentation shows a bare list; both are taken."""
    categories = [{"id": 51, "title": "Massage", "services": [{"id": 501, "title": "Classic"}]}]
    for said in (answer(200, categories), ok(categories)):
        with Service(said) as service:
            found = cb.directory(service.client(), sheet=sheet_of(change(1, category_id="Massage")))
        assert found.categories.entry(51) is not None


def book_with_lists(path: Path, **cells: str) -> Path:
    """Write a workbook as people keep it: a sheet of rows, and lists of names beside it."""
    book = openpyxl.Workbook()
    lists = {
        "Locations": [["Our places"], [], ["ID", "Name", "City"], [720441, "Downtown", "Riga"]],
        "services": [["id", "title", "category"], [501, "Massage, 60 min", "Massage"]],
    }
    for name, lines in lists.items():
        page = book.create_sheet(name, 0)
        for line in lines:
            page.append(line)
    row = {**new(), **cells}
    book.worksheets[2].append(list(row))
    book.worksheets[2].append(list(row.values()))
    book.save(path)
    return path


def test_the_workbooks_own_sheets(tmp_path: Path) -> None:
    """They are looked up in without an account, and are not taken for the rows."""
    names = {"salon_ids": "downtown", "service_ids": "Massage, 60 min", **SPECIFIC}
    sheet = cb.read(book_with_lists(tmp_path / "a.xlsx", **names))
    report = cb.validate(sheet, now=NOW)
    assert sheet.name == "Sheet"
    assert report.all_findings == ()
    assert report.columns["salon_ids"][0] == (720441,)
    assert report.columns["service_ids"][0] == (501,)


def test_own_sheets_judge_no_ids_but_the_chain_does(client: cb.Client, tmp_path: Path) -> None:
    """What an old sheet calls 999 is 999, and unknown to the chain."""
    path = book_with_lists(tmp_path / "a.xlsx", salon_ids="Downtown; 999")
    sheet = cb.read(path)
    assert cb.validate(sheet, now=NOW).ok
    report = cb.validate(sheet, directory=cb.directory(client, sheet=sheet), now=NOW)
    (finding,) = report.errors
    assert (finding.code, "999" in finding.message) == ("unknown_location", True)


def test_results_have_the_names_that_they_were_read_by(client: cb.Client, tmp_path: Path) -> None:
    """What only the workbook calls Downtown is the same place in the results, and unchanged."""
    path = book_with_lists(tmp_path / "a.xlsx", salon_ids="Downtown")
    run = cb.apply(cb.plan(cb.validate(cb.read(path), now=NOW), client), client, progress=False)
    assert run.counts["created"] == 1
    results = cb.read(run.to_excel(tmp_path / "results.xlsx"))
    assert results.name == "results"
    assert cb.validate(results, now=NOW).ok
    assert cb.plan(cb.validate(results, now=NOW), client).counts["unchanged"] == 1


def test_a_sheet_of_rows_may_have_such_a_name(tmp_path: Path) -> None:
    """What has more columns than a list of names is not a list."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "services"
    for line in (list(new()), list(new().values())):
        book.worksheets[0].append(line)
    book.create_sheet("Notes").append(["Title"])
    book.save(tmp_path / "a.xlsx")
    assert cb.read(tmp_path / "a.xlsx").name == "services"


def test_many_rows_are_looked_up_once_each(client: cb.Client) -> None:
    """However many rows: a name is read once, and what is wrong with it is reported in each."""
    rows = [new(title=f"Card {n}", salon_ids="Harbour & Pine Vara") for n in range(300)]
    report = live_report(client, *rows)
    assert {f.suggestion for f in report.errors} == {VERA}
    assert len(report.errors) == 300


def test_what_was_looked_up_in_another_chain_is_looked_up_again(
    sandbox: cb.Sandbox, client: cb.Client
) -> None:
    """Names mean other ids there: a plan has those of its own chain, or none."""
    there = sandbox.client(chain_id=706555)
    report = live_report(client, new(salon_ids=OLD_TOWN))
    assert report.columns["salon_ids"][0] == (720443,)
    (decision,) = cb.plan(report, there, now=NOW).decisions
    assert (str(decision.action), (decision.body or {})["salon_ids"]) == ("create", [731003])
    elsewhere = cb.plan(live_report(client, new(salon_ids=BAIXA)), there, now=NOW)
    assert [d.code for d in elsewhere.decisions] == ["unknown_location"]

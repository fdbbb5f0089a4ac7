"""What is live as a workbook: applied as it is, it changes nothing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.sandbox import Quirks
from tests.api.service import Answer, Asked, Catalogue, Service, ok
from tests.applying.truth import writes
from tests.planning.sheets import NOW
from tests.sandbox.talk import EXAMPLE_RECORD

WHOLE = {
    **EXAMPLE_RECORD,
    "id": 1,
    "expiration_type_id": 2,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "online_sale_is_enabled": True,
    "online_sale_title": "Online",
    "online_sale_description": "A day.",
    "online_sale_price": 5,
}


def plan_of_export(client: cb.Client, path: Path) -> cb.Plan:
    return cb.plan(cb.validate(cb.read(cb.export(path, client)), now=NOW), client, now=NOW)


def test_all_is_unchanged(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """Each type that is not archived is a row, and each row is unchanged."""
    plan = plan_of_export(client, tmp_path / "live.xlsx")
    live = [record["id"] for record in sandbox.types() if not record["is_archived"]]
    assert [decision.id for decision in plan.decisions] == live
    assert plan.counts["unchanged"] == len(live) == 8
    assert writes(sandbox.requests) == []


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"title": "spa"}, [288904]),
        ({"issued": True}, [288903]),
        ({"archived": True}, [288907]),
        ({"location": 720450, "title": "300"}, [288909]),
        ({"ids": pd.Index([288901, 288907, 5])}, [288901]),
        ({"ids": []}, []),
    ],
)
def test_types_can_be_chosen(
    client: cb.Client, tmp_path: Path, wanted: dict[str, Any], ids: list[int]
) -> None:
    """By title, location, certificates issued, archive and id; all that is asked for holds."""
    report = cb.validate(cb.export(tmp_path / "some.xlsx", client, **wanted))
    assert list(report.columns["id"]) == ids


def test_it_is_there_to_be_edited(sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path) -> None:
    """A changed cell is an update, a row without an id a create; the rest stays as it is."""
    path = cb.export(tmp_path / "live.xlsx", client)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    numbers = {field.name: i for i, field in enumerate(FIELDS, start=1)}
    page.cell(2, numbers["balance"], 55)
    page.cell(3, numbers["id"]).value = None
    page.cell(3, numbers["title"], "A copy 100")
    book.save(path)
    plan = cb.plan(cb.validate(cb.read(path)), client)
    assert [str(d.action) for d in plan.decisions] == ["update", "create"] + ["unchanged"] * 6
    run = cb.apply(plan, client, progress=False)
    assert run.ok
    copies = [r for r in sandbox.types() if r["title"] in {"A copy 100", "Gift Certificate 100"}]
    differ = {"id", "title", "weight", "online_sale_title"}
    kept = [{k: v for k, v in copy.items() if k not in differ} for copy in copies]
    assert kept[0] == kept[1]


QUIRKS = [
    pytest.param(Quirks(dates="offset"), id="dates with an offset"),
    pytest.param(Quirks(dates="epoch"), id="dates in seconds"),
    pytest.param(Quirks(balance_as_text=True), id="balances as text"),
    pytest.param(Quirks(page_size_cap=2, overlap=1), id="small pages"),
]


@pytest.mark.parametrize("quirks", QUIRKS)
def test_quirks_make_no_difference(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path, quirks: Quirks
) -> None:
    """However the service spells its records, an export changes nothing."""
    sandbox.server.quirks = quirks
    assert plan_of_export(client, tmp_path / "live.xlsx").counts["unchanged"] == 8


# Live values, plausible ones first, then those that only a broken service has.
LIVE: list[Any] = [
    pytest.param({"title": " Gift 10 "}, id="title with spaces"),
    pytest.param({"title": "Gift\u00a010"}, id="title with a hard space"),
    pytest.param({"title": "=1+1"}, id="title like a formula"),
    pytest.param({"title": "-10 %"}, id="title like a number"),
    pytest.param({"title": "007"}, id="title of digits"),
    pytest.param({"title": "'quoted"}, id="title with an apostrophe"),
    pytest.param({"title": "<clear>"}, id="title clear"),
    pytest.param({"title": "a" * 300}, id="long title"),
    pytest.param({"title": "\x1b[31mred\x00"}, id="control characters"),
    pytest.param({"title": "\ud800"}, id="half a character"),
    pytest.param({"title": "a\uffffb"}, id="no character"),
    pytest.param({"online_sale_description": "line\r\nline\r\n"}, id="line breaks"),
    pytest.param({"online_sale_description": "x" * 40_000}, id="long description"),
    pytest.param({"online_sale_description": None}, id="no description"),
    pytest.param({"online_sale_title": "", "online_sale_description": ""}, id="empty texts"),
    pytest.param({"online_sale_price": 0}, id="sold online without a price"),
    pytest.param({"balance": 0}, id="no balance"),
    pytest.param({"balance": "1000.50"}, id="balance as text"),
    pytest.param({"balance": 1.234}, id="three decimals"),
    pytest.param({"balance": 10**16}, id="a large balance"),
    pytest.param({"balance": -5}, id="negative"),
    pytest.param({"balance": None}, id="no balance at all"),
    pytest.param({"is_multi": 1, "is_allow_empty_code": "0"}, id="flags as numbers"),
    pytest.param({"is_multi": "maybe"}, id="unknown flag"),
    pytest.param({"item_type_id": 7}, id="unknown items"),
    pytest.param({"item_type_id": 0, "service_ids": [610101]}, id="needless services"),
    pytest.param({"item_type_id": 3, "service_ids": []}, id="services missing"),
    pytest.param({"balance_edit_type_id": 0}, id="another numbering"),
    pytest.param({"salon_ids": []}, id="no location"),
    pytest.param({"salon_ids": [720441, 720441, 720442]}, id="a location twice"),
    pytest.param({"salon_ids": list(range(1, 400))}, id="many locations"),
    pytest.param({"salon_ids": None}, id="locations null"),
    pytest.param({"expiration_type_id": 2, "expiration_timeout": 0}, id="no period"),
    pytest.param({"expiration_timeout": 20_000}, id="a long period"),
    pytest.param({"expiration_timeout_unit_id": 9}, id="unknown unit"),
    pytest.param({"expiration_type_id": 7}, id="unknown expiration"),
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "2020-01-01T00:00:00+00:00"}, id="past date"
    ),
    pytest.param({"expiration_type_id": 1, "expiration_date": None}, id="date missing"),
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "0000-00-00 00:00:00"}, id="date of zeros"
    ),
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "1999-12-31T00:00:00+00:00"}, id="old date"
    ),
    pytest.param({"expiration_type_id": 1, "expiration_date": 10**20}, id="late date"),
    pytest.param({"category_id": "51001"}, id="category as text"),
    pytest.param({"category_id": 0}, id="category 0"),
    pytest.param({"category_id": {"id": 1}}, id="category as a map"),
    pytest.param({"is_archived": "0"}, id="not archived, as text"),
    pytest.param({"is_archived": None}, id="not archived, as null"),
]


@pytest.mark.parametrize("values", LIVE)
def test_live_values_of_all_kinds(tmp_path: Path, values: dict[str, Any]) -> None:
    """Whatever a live type holds: its row comes out, is a valid input, and changes nothing."""
    record = {**WHOLE, **values}
    with Service(by=Catalogue(record)) as service:
        plan = plan_of_export(service.client(), tmp_path / "live.xlsx")
    (decision,) = plan.decisions
    assert (str(decision.action), decision.id) == ("unchanged", 1), decision.message


@pytest.mark.parametrize("archived", [True, 1, "1", "true"])
def test_archived_types_are_left_out(tmp_path: Path, archived: object) -> None:
    """However the service says it; what planning takes for archived, exporting does too."""
    records = [{**WHOLE, "is_archived": archived}, {**WHOLE, "id": 2, "title": "Other"}]
    with Service(by=Catalogue(*records)) as service:
        plan = plan_of_export(service.client(), tmp_path / "live.xlsx")
    assert [decision.id for decision in plan.decisions] == [2]


DAY = datetime(2031, 12, 31)  # noqa: DTZ001 (cells have no time zone)
TIME = DAY.replace(hour=10, minute=20, second=30)
MOMENTS = {
    "2031-12-31T23:59:59+00:00": DAY,
    "2031-12-31T10:20:30+00:00": TIME,
    1956527999: DAY,
    # What a date would not be read as stays a text with its offset.
    "2031-12-31T00:00:00+00:00": "2031-12-31T00:00:00+00:00",
    "2031-12-31T23:59:59-05:00": "2031-12-31T23:59:59-05:00",
    "2031-12-31T23:59:59.500+00:00": "2031-12-31T23:59:59.500000+00:00",
}
ENDING = [
    {**WHOLE, "id": number, "title": f"Card {number}", "expiration_type_id": 1,
     "expiration_date": moment}
    for number, moment in enumerate(MOMENTS, start=1)
]  # fmt: skip
HAS_DATE = [field.name for field in FIELDS].index("expiration_date")


def date_cells(path: Path) -> list[tuple[object, bool]]:
    """Return what the cells of the expiration dates hold, and whether they show a time."""
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2)
    cells = [row[HAS_DATE] for row in rows if any(cell.value is not None for cell in row)]
    return [(cell.value, "hh:mm" in cell.number_format) for cell in cells]


def test_dates_are_dates(tmp_path: Path) -> None:
    """A date is a date in the cell, shown whole, where it is read as what is live; else a text.

    Applied as it is the workbook changes nothing, as a frame of pandas neither.
    """
    path = tmp_path / "live.xlsx"
    with Service(by=Catalogue(*ENDING)) as service:
        client = service.client()
        plan = plan_of_export(client, path)
        frame = pd.read_excel(path, engine="openpyxl")
        of_frame = cb.plan(cb.validate(cb.read(frame), now=NOW), client, now=NOW)
    assert date_cells(path) == [(value, value == TIME) for value in MOMENTS.values()]
    assert plan.counts["unchanged"] == of_frame.counts["unchanged"] == len(ENDING)


def test_dates_of_another_zone(tmp_path: Path) -> None:
    """They are dates in the zone that is asked for, and the plan in that zone changes nothing."""
    path = tmp_path / "live.xlsx"
    with Service(by=Catalogue(*ENDING)) as service:
        client = service.client()
        cb.export(path, client, time_zone="America/Bogota")
        report = cb.validate(cb.read(path), time_zone="America/Bogota", now=NOW)
        plan = cb.plan(report, client, now=NOW)
    dates = [value for value, _ in date_cells(path) if isinstance(value, datetime)]
    assert dates == [DAY]
    assert plan.counts["unchanged"] == len(ENDING)


def test_a_date_in_results_is_a_date(client: cb.Client, tmp_path: Path) -> None:
    """The results of an exported workbook have dates where it has, so that they are its like."""
    plan = plan_of_export(client, tmp_path / "live.xlsx")
    path = cb.apply(plan, client, progress=False).to_excel(tmp_path / "live.results.xlsx")
    page = openpyxl.load_workbook(path).worksheets[0]
    position = next(n for n, cell in enumerate(page[1]) if cell.value == "Expires on")
    dates = [row[position].value for row in page.iter_rows(min_row=2) if row[position].value]
    assert dates == [DAY]
    again = cb.plan(cb.validate(cb.read(path), now=NOW), client, now=NOW)
    assert again.counts["unchanged"] == 8


def test_types_that_the_list_gives_in_part(tmp_path: Path) -> None:
    """What the list leaves out of a record is read singly."""
    short = {name: value for name, value in WHOLE.items() if name != "salon_ids"}
    with Service(by=Catalogue(short, whole=[WHOLE])) as service:
        path = cb.export(tmp_path / "live.xlsx", service.client())
    frame = cb.read(path).frame
    assert frame["Locations *"].iloc[0] == "720441"


def test_an_empty_chain(tmp_path: Path) -> None:
    """A chain without types is a workbook with headers only."""
    with Service(by=Catalogue()) as service:
        path = cb.export(tmp_path / "live.xlsx", service.client())
    assert len(cb.read(path)) == 0


def test_never_over_another_file(client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """Nor does it begin to read what is live before it knows that it can write."""
    path = tmp_path / "live.xlsx"
    path.write_bytes(b"mine")
    for target in (path, tmp_path / "missing" / "live.xlsx", tmp_path / "live.csv"):
        with pytest.raises(cb.OutputError):
            cb.export(target, client)
    assert path.read_bytes() == b"mine"
    assert cb.export(path, client, overwrite=True) == path
    assert sandbox.requests


def test_ids_are_written_as_names(client: cb.Client, tmp_path: Path) -> None:
    """Locations, services and the category, from the lists that are beside them."""
    path = cb.export(tmp_path / "live.xlsx", client)
    row = cb.read(path).frame.set_index("ID").loc["288906"]
    assert row["Locations *"] == (
        "Harbour & Pine Baixa; Harbour & Pine Ribeira; Harbour & Pine Old Town"
    )
    assert row["Services"] == "Classic massage, 60 min; Hot stone massage, 90 min"
    assert row["Category"] == "Massage"
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["locations"][2]] == [
        720441, "Harbour & Pine Baixa", "Lisbon",
    ]  # fmt: skip


def test_a_name_that_is_typed_is_an_update(client: cb.Client, tmp_path: Path) -> None:
    """One more location, by its name, in the workbook that was exported."""
    path = cb.export(tmp_path / "live.xlsx", client)
    book = openpyxl.load_workbook(path)
    number = next(i for i, field in enumerate(FIELDS, start=1) if field.name == "salon_ids")
    cell = book.worksheets[0].cell(7, number)
    cell.value = f"{cell.value}; Harbour & Pine Vera"
    book.save(path)
    plan = cb.plan(cb.validate(cb.read(path), now=NOW), client, now=NOW)
    (update,) = (decision for decision in plan.decisions if decision.action == "update")
    assert (update.id, list(update.changes)) == (288906, ["salon_ids"])
    assert update.body is not None
    assert update.body["salon_ids"] == [720441, 720442, 720443, 720450]


NAMED: list[Any] = [
    pytest.param(["Old Town", "Old Town"], id="a name twice"),
    pytest.param(["A", "B", "A; B", "A, B"], id="names with marks"),
    pytest.param(["1", "2", "3"], id="names that are ids"),
    pytest.param(["All", "all locations", "<clear>"], id="names that are words"),
    pytest.param(["Salon (2)", "Salon", "Salon (1)"], id="names with ids in them"),
    pytest.param([" A", "a", "A\u00a0", "\u0410"], id="names that look alike"),
    pytest.param(["", "\x00", "\ud800", "=1+1", "#N/A"], id="names that cells do not hold"),
    pytest.param(["x" * 40_000, "y"], id="a name that no cell holds"),
]


@pytest.mark.parametrize("names", NAMED)
def test_whatever_locations_are_called(tmp_path: Path, names: list[str]) -> None:
    """Each type, valid at one of them, at all, or at a closed one, comes back unchanged."""
    locations = [{"id": i, "title": name} for i, name in enumerate(names, start=1)]
    ids = [
        *([location["id"]] for location in locations),
        [one["id"] for one in locations],
        [1, 999],
    ]
    types = [
        {**WHOLE, "id": 100 + i, "title": f"Card {i}", "salon_ids": salons}
        for i, salons in enumerate(ids)
    ]
    catalogue = Catalogue(*types)

    def by(asked: Asked) -> Answer:
        return ok(locations) if "/companies" in asked.target else catalogue(asked)

    with Service(by=by) as service:
        plan = plan_of_export(service.client(), tmp_path / "live.xlsx")
    assert plan.counts["unchanged"] == len(types)

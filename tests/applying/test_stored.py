"""What the service stored and said, compared with what was sent."""

from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from tests.api.service import Answer, Asked, Catalogue, Service, answer, ok
from tests.planning.sheets import change, new
from tests.sandbox.talk import EXAMPLE_RECORD

from .rows import applied, writes_answered
from .truth import assert_true


def stored(
    differs: dict[str, Any], cells: dict[str, str] | None = None, *, status: int = 200
) -> cb.Outcome:
    """Return the outcome of a create of which the service stores something else."""
    plain = {**EXAMPLE_RECORD, "id": 77, "title": "Fresh 10", "balance": 10, "salon_ids": [720441]}
    record = {**plain, "expiration_type_id": 0, "expiration_timeout": 0, **differs}
    with writes_answered(ok(record, status=status)) as service:
        run = applied(service.client(), new(**cells or {}), settle=False, verify=False)
    assert run.state == "finished"
    return run.outcomes[0]


DIFFERENT: list[Any] = [
    pytest.param({"balance": 9}, {}, ("Face value", "10", "9"), id="balance"),
    pytest.param({"title": "FRESH 10"}, {}, ("Title", "Fresh 10", "FRESH 10"), id="title"),
    pytest.param({"salon_ids": []}, {}, ("Locations", "720441", "(none)"), id="locations"),
    pytest.param({"is_multi": False}, {}, ("Can be spent in parts", "yes", "no"), id="flag"),
    pytest.param(
        {"item_type_id": 9}, {}, ("Valid for", "All services and products", "9"), id="unknown"
    ),
    pytest.param({"category_id": 5}, {}, ("Category", "5"), id="category"),
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "2030-01-02T00:00:00+00:00"},
        {"expiration_type_id": "1", "expiration_date": "2030-01-01"},
        ("Expires on", "2030-01-01", "2030-01-02"),
        id="date",
    ),
]


@pytest.mark.parametrize(("differs", "cells", "says"), DIFFERENT)
def test_a_real_difference_is_a_warning(
    differs: dict[str, Any], cells: dict[str, str], says: tuple[str, ...]
) -> None:
    """The row is created and carries stored_differs: which field, what was sent, what is stored."""
    outcome = stored(differs, cells)
    assert (str(outcome.status), outcome.code, outcome.id) == ("created", "stored_differs", 77)
    assert all(word in outcome.message for word in says)


SAME: list[Any] = [
    pytest.param({}, {}, id="the same"),
    pytest.param({"balance": "10.00"}, {}, id="a number as text"),
    pytest.param({"is_multi": 1, "is_allow_empty_code": "0"}, {}, id="flags as numbers"),
    pytest.param({"online_sale_title": "x", "online_sale_price": 3}, {}, id="online sale off"),
    pytest.param(
        {"expiration_timeout": 3, "expiration_date": "2030-01-01"}, {}, id="expiration not used"
    ),
    pytest.param(
        {"salon_ids": ["720442", 720441]}, {"salon_ids": "720441, 720442"}, id="another order"
    ),
    pytest.param(
        {"expiration_type_id": 1, "expiration_date": "2030-01-02T00:59:59.000+01:00"},
        {"expiration_type_id": "1", "expiration_date": "2030-01-01"},
        id="the same instant",
    ),
    pytest.param({"surprise": 1, "weight": 9}, {}, id="other fields"),
]


@pytest.mark.parametrize(("differs", "cells"), SAME)
def test_what_makes_no_difference_is_none(differs: dict[str, Any], cells: dict[str, str]) -> None:
    """The service's own spellings, and fields that are not used, are not a warning."""
    outcome = stored(differs, cells)
    assert (str(outcome.status), outcome.code, outcome.message) == ("created", "", "")


@pytest.mark.parametrize("field", ["weight", "is_serial_number_limited", "is_archived"])
def test_an_update_that_loses_what_it_does_not_send(field: str) -> None:
    """What no request can set should stay: if it does not, the row and the exit code say so."""
    live = {**EXAMPLE_RECORD, "id": 1, "weight": 9, "is_serial_number_limited": True}
    after = {**live, "title": "Renamed", field: 1 if field == "weight" else not live[field]}
    with writes_answered(ok(after), live) as service:
        run = applied(service.client(), change(1, title="Renamed"), verify=False)
    assert (run.outcomes[0].code, run.warnings, run.ok) == ("stored_differs", 1, False)
    assert field in run.outcomes[0].message


@pytest.mark.parametrize("status", [200, 201])
def test_the_status_is_the_one_that_came(status: int) -> None:
    """The HTTP status of a good row is that of its answer."""
    assert stored({}, status=status).http_status == status


HOSTILE: list[Any] = [
    pytest.param({"title": "\ud800"}, id="half a character"),
    pytest.param({"title": "\x1b[31m\x00\uffff"}, id="control characters"),
    pytest.param({"expiration_type_id": 1, "expiration_date": 10**20}, id="a late date"),
    pytest.param({"expiration_type_id": [], "item_type_id": {}}, id="lists and maps"),
    pytest.param({"salon_ids": [[1], {}], "balance": []}, id="more of them"),
    pytest.param({"id": 10**30}, id="a long id"),
    pytest.param({"balance": 1e308, "surprise": 10**400}, id="long numbers"),
]


@pytest.mark.parametrize("differs", HOSTILE)
def test_a_strange_record_stops_no_run(differs: dict[str, Any], tmp_path: Path) -> None:
    """However strange the record that came back: both rows are sent, and results are written."""
    record = {**EXAMPLE_RECORD, "id": 77, "salon_ids": [720441], **differs}
    with writes_answered(ok(record)) as service:
        run = applied(service.client(), new(title="A 10"), new(title="B 10"), settle=False)
        assert service.count("POST") == 2
    assert {str(outcome.status) for outcome in run.outcomes} <= {"created", "unknown"}
    results = run.to_excel(tmp_path / "results.xlsx")
    assert len(cb.read(results)) == 2
    assert run._repr_html_()
    assert len(run.frame) == 2


@pytest.mark.parametrize("depth", [900, 5000])
def test_a_record_of_any_depth(depth: int) -> None:
    """A record with something deep in it ends its row as created, or as unknown: never the run."""
    head = b'{"success": true, "data": {"id": 77, "deep": '
    said = answer(200, raw=head + b"[" * depth + b"]" * depth + b"}}")
    with writes_answered(said) as service:
        run = applied(service.client(), new(title="A 10"), new(title="B 10"), settle=False)
    assert {str(outcome.status) for outcome in run.outcomes} <= {"created", "unknown"}


def test_a_rejection_in_strange_words(tmp_path: Path) -> None:
    """Words that are not text reach the outcome, the journal and the workbook as something sane."""
    errors = {"title\ud800": ["\ud800\uffff\x00 is wrong"]}
    refusal = answer(400, {"success": False, "meta": {"message": "\udfff", "errors": errors}})
    with writes_answered(refusal) as service:
        run = applied(service.client(), new(), new(title="B 10"))
    assert run.counts["failed"] == 2
    assert len(cb.read(run.to_excel(tmp_path / "results.xlsx"))) == 2


REJECTIONS: list[Any] = [
    pytest.param({"salon_ids": "720441, 731001"}, "salon_ids", "731001", id="a location"),
    pytest.param(
        {"item_type_id": "3", "service_ids": "1"}, "service_ids", "services", id="a service"
    ),
    pytest.param({"category_id": "7"}, "category_id", "category", id="a category"),
]


@pytest.mark.parametrize(("cells", "field", "words"), REJECTIONS)
def test_a_rejection_stands_against_its_cell(
    sandbox: cb.Sandbox, client: cb.Client, cells: dict[str, str], field: str, words: str
) -> None:
    """What the service says of a field is shown at the cell it came from, in its own words."""
    carried = {"salon_ids": [731001], "service_ids": [1], "category_id": 7}
    sandbox.server.add({"id": 700001, "title": "Old", **carried})  # so certbulk knows the ids
    before = sandbox.types()
    run = applied(client, new(title="Good 10"), new(title="Bad 10", **cells))
    assert_true(sandbox, before, run)
    outcome = run.outcomes[1]
    assert (str(outcome.status), outcome.code, outcome.http_status) == ("failed", "rejected", 400)
    assert outcome.message.startswith(f"{field}: ")  # a frame has no addresses
    assert words in outcome.message


SPELLINGS = {
    "salon_ids": "salon_ids",
    "salon_ids.0": "salon_ids",
    "salon_ids[1]": "salon_ids",
    "salon_ids.1.id": "salon_ids",
    "expiration.date": "expiration_date",
    "expiration[date]": "expiration_date",
    "expiration_date": "expiration_date",
    "expiration.type_id": "expiration_type_id",
    "online_sale.price": "online_sale_price",
    "online_sale[price]": "online_sale_price",
    "Title": "title",
}


def as_list(name: str) -> object:
    return [{"field_name": name, "field_value": 1, "error_message": "is not right"}]


def as_nested(name: str) -> object:
    outer, _, inner = name.partition(".")
    return {outer: {inner: ["is not right"]}} if inner else {outer: "is not right"}


FORMS = {"map": lambda name: {name: ["is not right"]}, "list": as_list, "nested": as_nested}


@pytest.mark.parametrize("form", FORMS)
def test_the_services_names_of_fields(form: str) -> None:
    """However the service spells a field, its message stands against the right column."""
    catalogue = Catalogue()

    def by(asked: Asked) -> Answer:
        if asked.method == "GET":
            return catalogue(asked)
        errors = FORMS[form](asked.json["title"])  # each row's title is a spelling
        return answer(422, {"success": False, "meta": {"message": "Wrong.", "errors": errors}})

    date = {"expiration_type_id": "1", "expiration_date": "2030-01-01"}
    sale = {"online_sale_is_enabled": "yes", "online_sale_price": "5"}
    rows = [new(**date, **sale, title=spelling) for spelling in SPELLINGS]
    with Service(by=by) as service:
        run = applied(service.client(), *rows, most_failures=1000)
    assert {(o.code, o.http_status) for o in run.outcomes} == {("rejected", 422)}
    missed = [
        name
        for (name, field), outcome in zip(SPELLINGS.items(), run.outcomes, strict=True)
        if f"{field}: is not right" not in outcome.message
    ]
    assert missed == []
    assert all("Wrong." in outcome.message for outcome in run.outcomes)


def test_a_field_without_a_cell(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A value that was given for all rows has no cell; its field is named all the same."""
    import pandas as pd

    sandbox.server.add({"id": 700001, "title": "Old", "salon_ids": [731001]})

    cells = {name: [text] for name, text in new().items() if name != "salon_ids"}
    sheet = cb.read(pd.DataFrame(cells), defaults={"salon_ids": 731001})
    run = cb.apply(cb.plan(cb.validate(sheet), client), client, progress=False)
    assert run.outcomes[0].code == "rejected"
    assert "salon_ids: No such locations" in run.outcomes[0].message
    assert len(sandbox.types()) == 10

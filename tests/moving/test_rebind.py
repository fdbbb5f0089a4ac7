"""Rows of one chain rewritten for another: what is bound by name, and what is left to a person."""

from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.references.directory import Directory, Entry, Listing
from tests.conftest import FAST, FakeClock
from tests.planning.sheets import change, new, report_on

NORTH = 706555


@pytest.fixture
def north(sandbox: cb.Sandbox, clock: FakeClock) -> cb.Client:
    """A client of the sandbox's second chain."""
    return sandbox.client(chain_id=NORTH, clock=clock, **FAST)


def directory(**lists: tuple[Entry, ...]) -> Directory:
    return Directory({n: Listing(e, complete=True) for n, e in lists.items()}, live=True)


HERE = directory(
    locations=(
        Entry(1, "Old Town", "Riga"),
        Entry(2, "Airport", "Riga"),
        Entry(3, "Harbour", "Riga"),
        Entry(4, "Market", "Riga"),
    ),
    services=(Entry(11, "Massage, 60 min", "Massage"),),
)
THERE = directory(
    locations=(
        Entry(91, "old  town", "Riga"),
        Entry(92, "Airport", "Riga"),
        Entry(93, "Airport", "Oslo"),
        Entry(94, "Harbour", "Oslo"),
        Entry(95, "Harbour", "Bergen"),
        Entry(96, "Market", "Oslo"),
    ),
    services=(Entry(81, "Massage, 90 min", "Massage"),),
)


def how(found: cb.Bindings) -> dict[int, tuple[int | None, str]]:
    return {row.entry.id: (row.to, row.how) for row in found.rows}


def test_what_is_bound_by_name_and_what_is_open() -> None:
    """Exactly one namesake, else the one whose city is the same, else a person decides."""
    report = report_on(
        new(salon_ids="1, 2, 3, 4, 5"), new(salon_ids="2", item_type_id="3", service_ids="11")
    )
    found = cb.bindings(report, HERE, THERE)
    assert how(found) == {
        1: (91, "same name"),
        2: (92, "same name and detail"),
        3: (None, "several"),
        4: (96, "same name, other detail"),
        5: (None, "none"),
        11: (None, "none"),
    }
    assert found.counts == {"bound": 3, "left out": 0, "several": 1, "none": 2}
    candidates = {row.entry.id: [one.id for one in row.candidates] for row in found.open}
    assert candidates == {3: [94, 95], 5: [], 11: [81]}
    shown = found._repr_html_()
    assert "Harbour 94 (Oslo); Harbour 95 (Bergen)" in shown
    assert "Harbour 94 (Oslo); Harbour 95 (Bergen)" in str(found)


def test_what_is_open_is_an_error_at_its_cell() -> None:
    """Nothing is sent to a place that nobody chose: it stays as a name that is not known there."""
    report = report_on(new(salon_ids="1, 3"), new(title="B 10", salon_ids="1"))
    moved = cb.rebind(report, cb.bindings(report, HERE, THERE))
    (error,) = moved.errors
    assert (error.code, error.row, error.field) == ("ambiguous_reference", 2, "salon_ids")
    assert "94" in error.message
    assert moved.columns["salon_ids"][1] == (91,)


def test_a_person_decides() -> None:
    """An id of the other chain, or None to leave it out; the rest stays as it was bound."""
    report = report_on(new(salon_ids="1, 3, 5"))
    found = cb.bindings(report, HERE, THERE).choose(locations={3: 95, 5: None})
    assert found.open == ()
    assert found.mapping["locations"] == {1: 91, 3: 95, 5: None}
    moved = cb.rebind(report, found)
    assert moved.ok
    assert moved.columns["salon_ids"][0] == (91, 95)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"locations": {3: 4711}}, "other chain does not have 4711"),
        ({"locations": {77: 91}}, "No row refers to 77"),
    ],
)
def test_decisions_that_cannot_be(chosen: dict[str, dict[int, int | None]], words: str) -> None:
    """They are refused at once, not when rows are sent."""
    with pytest.raises(cb.PlanError, match=words):
        cb.bindings(report_on(new(salon_ids="3")), HERE, THERE).choose(**chosen)


def test_decisions_in_a_table() -> None:
    """The frame can be edited, written, read and given back."""
    report = report_on(new(salon_ids="1, 3, 5"))
    found = cb.bindings(report, HERE, THERE)
    table = found.frame.set_index("id")
    table.loc[3, "to"] = "94"
    table.loc[5, "to"] = "left out"
    decided = found.chosen_in(table.reset_index())
    assert how(decided) == {1: (91, "chosen"), 3: (94, "chosen"), 5: (None, "left out")}
    assert how(found.chosen_in(found.frame.assign(to=None))) == how(found)
    with pytest.raises(cb.PlanError, match='"x" in the column to is not an id'):
        found.chosen_in(found.frame.assign(to="x"))
    with pytest.raises(cb.PlanError, match="no column to"):
        found.chosen_in(found.frame.drop(columns="to"))


def test_every_row_becomes_a_new_type() -> None:
    """Ids of types mean others there, so they are emptied; what is skipped stays skipped."""
    rows = [
        {**new(salon_ids="1"), "id": "288901", "action": "update"},
        {**new(title="B 10", salon_ids="1"), "action": "skip"},
        {**new(title="C 10", salon_ids="<clear>"), "id": "5"},
    ]
    moved = cb.rebind(report_on(*rows), {"locations": {1: 91}})
    assert moved.actions.tolist() == [1, 3, 1]
    assert list(moved.sheet.frame["id"]) == ["", "", ""]
    assert moved.sheet.frame["salon_ids"].tolist() == ["91", "91", "<clear>"]


def test_a_plain_mapping_leaves_the_rest_alone() -> None:
    """Without names, ids that it says nothing of stay, and the plan judges them."""
    moved = cb.rebind(report_on(new(salon_ids="1, 2")), {"locations": {1: 91}})
    assert moved.columns["salon_ids"][0] == (91, 2)


def test_cells_that_could_not_be_read_stay_as_they_are() -> None:
    """Their findings stay, too, at the same addresses."""
    report = report_on(new(balance="x", salon_ids="1; ???"), change(7, balance="y"))
    moved = cb.rebind(report, {"locations": {1: 91}})
    assert moved.sheet.frame["salon_ids"].tolist() == ["1; ???", ""]
    cells = {f.cell for f in report.errors if f.code == "not_a_number"}
    assert cells <= {f.cell for f in moved.errors}


def test_from_chain_to_chain(client: cb.Client, north: cb.Client, tmp_path: Path) -> None:
    """What is live in one is created in the other, and is what it was."""
    report = cb.validate(cb.read(cb.export(tmp_path / "here.xlsx", client)))
    found = cb.bindings(report, client, north)
    (ambiguous,) = (row for row in found.open if row.how == "several")
    assert [str(one) for one in ambiguous.candidates] == ["620201 (Skin care)", "620302 (Sauna)"]
    decided = found.choose(
        locations={720441: 731001, 720442: 731002, 720450: 731001},
        services={ambiguous.entry.id: 620201},
    )
    assert decided.open == ()
    run = cb.apply(cb.plan(cb.rebind(report, decided), north), north, progress=False)
    assert run.counts["created"] == 6
    assert [t["service_ids"] for t in north.list() if t["title"] == "Face and Body 120"] == [
        [620201]
    ]
    assert len(cb.drift(run, north)) == 0
    source = {t["title"]: t for t in client.list()}
    for record in north.list():
        if record["id"] in {o.id for o in run.outcomes if o.status == "created"}:
            assert record["balance"] == source[record["title"]]["balance"]
            assert set(record["salon_ids"]) <= {731001, 731002, 731003}


def test_a_frame_without_places_has_nothing_to_bind() -> None:
    """And says so."""
    report = cb.validate(cb.read(pd.DataFrame([{"title": "A"}])))
    assert len(cb.bindings(report, HERE, THERE)) == 0
    assert "0 places" in cb.bindings(report, HERE, THERE)._repr_html_()

"""What is live, as a frame: planned as it is, it is unchanged; edited, it is updates."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.api.live_frame import live_frame
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.columns.read_only import IN_LIVE_FRAMES
from certbulk.core.references.directory import Directory, Entry, Listing
from certbulk.planning.saving.files import load_plan, save_plan
from tests.api.service import Catalogue, Service

from .test_merging import HOSTILE, READ, WHOLE

Frames = dict[str, pd.DataFrame]


def planned(source: "pd.DataFrame | Path", client: cb.Client) -> cb.Plan:
    """Return the plan for a frame or a file."""
    return cb.plan(cb.validate(cb.read(source)), client)


def raw(client: cb.Client) -> pd.DataFrame:
    """Return the records as people put them into a frame themselves."""
    return pd.DataFrame(client.list())


FRAMES: dict[str, Any] = {
    "live": cb.live,
    "live with labels": lambda client: cb.live(client, labels=True),
    "from the client": lambda client: client.frame(),
    "from the client with labels": lambda client: client.frame(labels=True),
    "id as a column": lambda client: client.frame().reset_index(),
    "sorted": lambda client: client.frame().sort_values("balance", ascending=False),
    "some": lambda client: client.frame()[lambda live: live["is_multi"]],
    "raw records": raw,
    "raw records by id": lambda client: raw(client).set_index("id"),
    "normalised records": lambda client: pd.json_normalize(client.list()),
    "objects": lambda client: client.frame().astype(object),
}


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_live_is_unchanged(client: cb.Client, name: str) -> None:
    """As a frame in any shape, and after a trip through a file."""
    frame = FRAMES[name](client)
    plan = planned(frame, client)
    assert plan.counts["unchanged"] == len(frame) > 0
    assert {finding.code for finding in plan.all_findings} <= {"title_balance_mismatch"}


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("suffix", ["csv", "csv without index", "parquet"])
def test_what_is_live_is_unchanged_after_a_file(
    client: cb.Client, tmp_path: Path, name: str, suffix: str
) -> None:
    """Lists, flags, dates and blanks mean the same in a file that pandas has written."""
    frame = FRAMES[name](client)
    frame = frame if suffix != "csv without index" else frame.reset_index()
    path = tmp_path / f"live.{suffix.split(maxsplit=1)[0]}"
    if name == "objects" and suffix == "parquet":
        frame = frame.convert_dtypes()
    if suffix == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=suffix == "csv")
    assert planned(path, client).counts["unchanged"] == len(frame)
    read = pd.read_parquet(path) if suffix == "parquet" else pd.read_csv(path)
    assert planned(read, client).counts["unchanged"] == len(frame)


def test_its_types_and_columns(client: cb.Client) -> None:
    """The columns of the table, then those that nobody can set; ids are the index."""
    live = client.frame()
    names = [field.name for field in PAYLOAD_FIELDS] + [column.name for column in IN_LIVE_FRAMES]
    assert list(live.columns) == names
    assert (live.index.name, str(live.index.dtype)) == ("id", "int64")
    assert live.index.tolist() == [record["id"] for record in client.list()]
    types = live.dtypes.astype(str)
    assert types["balance"] == "Float64"
    assert types["is_archived"] == types["is_multi"] == "boolean"
    assert types["released_total"] == types["weight"] == types["item_type_id"] == "Int64"
    assert types["date_archived"] == types["expiration_date"] == "datetime64[us, UTC]"
    assert types["online_sale_image"] == types["title"] == "string"
    assert live.loc[288903, "released_total"] == 12
    assert live.loc[288907, "date_archived"] == datetime(2024, 10, 1, 9, tzinfo=UTC)
    assert live.loc[288901, "expiration_timeout"] is pd.NA
    assert live.loc[288906, "service_ids"] == [610101, 610102]


def test_labels_are_ordered_words(client: cb.Client) -> None:
    """They sort as the service numbers them, and not by the alphabet."""
    live = client.frame(labels=True)
    assert live["expiration_type_id"].dtype == "category"
    assert live["expiration_type_id"].cat.categories.tolist() == [
        "Never",
        "Fixed date",
        "Period from the sale",
    ]
    assert live.loc[288905, "expiration_type_id"] == "Fixed date"
    assert live.loc[288906, "expiration_timeout_unit_id"] == "week"
    assert live["expiration_timeout_unit_id"].isna()[288901]


def test_labels_are_names_of_places(client: cb.Client) -> None:
    """Lists stay lists, so that they can be exploded; what has no name stays as digits."""
    live = client.frame(labels=True)
    assert live.loc[288904, "salon_ids"] == ["Harbour & Pine Baixa", "Harbour & Pine Old Town"]
    assert live.loc[288906, "service_ids"] == [
        "Classic massage, 60 min",
        "Hot stone massage, 90 min",
    ]
    assert live["category_id"].dtype == "string"
    towns = live.explode("salon_ids")["salon_ids"].value_counts()
    assert towns["Harbour & Pine Baixa"] > 5


NAMES = (
    *("Spa", "Spa", "Spa, Spa", "North; South", "North", "South", "12", "0", "#N/A", " "),
    *("all locations", "<clear>", "[1]", "A & B", "Spa (3)", "Spa (Lisbon)", "(2)", "é"),
)


def test_whatever_places_are_called_their_names_are_read_as_their_ids() -> None:
    """Alone and in lists, with either sign between them; if not as names, as digits."""
    entries = tuple(Entry(n, name, "Lisbon") for n, name in enumerate(NAMES, start=1))
    names = Directory({"locations": Listing(entries, complete=True)}, live=True)
    ids: list[tuple[int, ...]] = [(n,) for n in range(1, len(entries) + 2)]
    ids += [(1, 2), (3, 4), (5, 6, 4), (7, 8, 9), (10, 11, 12, 13), (14, 15, 16, 17, 18, 19)]
    records = [{**WHOLE, "id": n, "salon_ids": list(one)} for n, one in enumerate(ids)]
    live = live_frame(records, names)
    known = replace(names, lists={"locations": replace(names.locations, carried=frozenset({19}))})
    for frame in (live, live.assign(salon_ids=live["salon_ids"].map("; ".join))):
        read = cb.validate(frame, directory=known).columns["salon_ids"]
        assert list(read) == ids
    assert live["salon_ids"].to_list()[5] == ["South"]


def test_an_edited_column_is_updates(client: cb.Client) -> None:
    """To the cent, of those rows alone; what was read is not rounded."""
    live = client.frame().loc[[288901, 288902, 288904]]
    live["balance"] = (live["balance"] * 1.0707).where(live.index != 288904, live["balance"])
    plan = planned(live, client)
    assert plan.frame["changes"].tolist() == [
        "balance: 50 → 53.54",
        "balance: 100 → 107.07",
        pd.NA,
    ]
    assert [d.body and d.body["balance"] for d in plan.decisions] == [53.54, 107.07, None]


@pytest.mark.parametrize(
    ("column", "value", "changes"),
    [
        ("salon_ids", [720441, 720442], "salon_ids"),
        ("title", "Other", "title"),
        ("is_multi", False, "is_multi"),
        ("category_id", 51001, "category_id"),
        ("category_id", 0, None),
        ("expiration_timeout", 6, "expiration_timeout"),
        ("is_serial_number_limited", True, None),
        ("released_total", 99, None),
        ("title", None, None),
    ],
)
def test_one_cell(client: cb.Client, column: str, value: Any, changes: str | None) -> None:
    """A blank keeps what is live; what nobody can set is not sent."""
    live = client.frame().loc[[288902]]
    live[column] = pd.Series([value], index=live.index, dtype=object)
    (decision,) = planned(live, client).decisions
    assert list(decision.changes) == ([changes] if changes else [])
    assert decision.action == ("update" if changes else "unchanged")


@pytest.mark.parametrize("name", READ)
def test_strange_live_values_are_unchanged(name: str) -> None:
    """Whatever a record has: a frame of it asks for nothing, and breaks no rule for sheets."""
    strange = [
        {**WHOLE, "id": position, "title": f"Strange {position}", name: value}
        for position, value in enumerate([*HOSTILE, 12.125, "A\r\nB", "x" * 300, 0], start=10)
    ]
    with Service(by=Catalogue(*strange)) as service:
        client = service.client()
        for live in (client.frame(), client.frame(labels=True)):
            plan = planned(live, client)
            assert len(live) == len(strange)
            assert plan.frame["action"].tolist() == ["unchanged"] * len(strange)


def test_a_live_type_that_breaks_a_rule_can_be_updated(tmp_path: Path) -> None:
    """Its other columns go back as they are, also when the plan was saved."""
    odd = {
        **WHOLE,
        "title": "x" * 300,
        "balance": 12.125,
        "online_sale_is_enabled": True,
        "online_sale_price": 0,
        "salon_ids": [1, 2],
    }
    with Service(by=Catalogue(odd)) as service:
        client = service.client()
        live = client.frame()
        live["is_allow_empty_code"] = ~live["is_allow_empty_code"]
        plan = planned(live, client)
        again = load_plan(save_plan(plan, tmp_path / "plan.json"))
    (decision,) = again.decisions
    assert list(decision.changes) == ["is_allow_empty_code"]
    assert decision.body is not None
    assert decision.body["balance"] == 12.125
    assert decision.body["title"] == odd["title"]


def test_what_the_list_gives_in_part_is_read_whole() -> None:
    """A list may give less than a single read; a type that is gone by then is not in the frame."""
    short = {name: value for name, value in WHOLE.items() if name != "salon_ids"}
    gone = {**short, "id": 2}
    with Service(by=Catalogue(short, gone, whole=[WHOLE])) as service:
        live = service.client().frame()
    assert live.index.tolist() == [1]
    assert live.loc[1, "salon_ids"] == WHOLE["salon_ids"]


def test_a_chain_without_types() -> None:
    """The frame has its columns and their types, and no rows."""
    with Service(by=Catalogue()) as service:
        live = service.client().frame()
    assert len(live) == 0
    assert str(live.dtypes["balance"]) == "Float64"

"""Plans as documents: nothing is lost on the way, and what is damaged is refused."""

import copy
import json
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import certbulk as cb
from certbulk.planning.saving.document import document_of, plan_of
from certbulk.planning.saving.files import load_plan, save_plan
from tests.planning.sheets import LIVE, NEW, change, new, report_on
from tests.planning.sheets import plan_of as planned

from .scenes import go, posts

ROWS = [
    new(title="A 10"),
    new(title="B 10", balance="x"),
    LIVE,
    change(288901, balance="51", title="=1+1"),
    change(288903, balance="1"),
    change(288905, expiration_date="2032-01-31 12:00:00"),
    {**new(title="C 10"), "action": "skip"},
    change(999999, balance="1"),
    new(title="D 12.5", balance="12.5", salon_ids="720441; 720442"),
]

anything = settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def through_json(plan: cb.Plan) -> cb.Plan:
    return plan_of(json.loads(json.dumps(document_of(plan), ensure_ascii=False)))


def assert_equal(back: cb.Plan, plan: cb.Plan) -> None:
    """Fail unless two plans are equal in all that a run and its results are made from."""
    assert back.decisions == plan.decisions
    assert back.summary() == plan.summary()
    assert back.as_dict() == plan.as_dict()
    assert (back.id, back.made_at, back.live_ids) == (plan.id, plan.made_at, plan.live_ids)
    assert back.undoes == plan.undoes
    assert back.allow_duplicate_titles == plan.allow_duplicate_titles
    there, here = back.report, plan.report
    assert there.all_findings == here.all_findings
    assert there.actions.tolist() == here.actions.tolist()
    assert there.refused.tolist() == here.refused.tolist()
    assert there.sheet.rows.tolist() == here.sheet.rows.tolist()
    assert len(there.sheet.columns) == len(here.sheet.columns)
    for one, other in zip(there.sheet.columns, here.sheet.columns, strict=True):
        assert (one.header, one.number, one.field) == (other.header, other.number, other.field)
        texts = [one.cells[n] for n in range(len(here))]
        assert texts == [other.cells[n] for n in range(len(here))]
        assert [type(text) for text in texts] == [type(other.cells[n]) for n in range(len(here))]
    for name, column in here.columns.items():
        for row in range(len(here)):
            if not here.refused[row]:
                assert there.columns[name][row] == column[row], name


def test_every_kind_of_row(client: cb.Client) -> None:
    """A plan with rows of every kind comes back from JSON as it was."""
    plan = planned(client, *ROWS)
    assert len({decision.action for decision in plan.decisions}) >= 5
    assert_equal(through_json(plan), plan)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
cells = st.one_of(
    texts,
    st.sampled_from(["", "10", "12.50", "yes", "1e3", "2032-01-31", "=1+1", "month", "288901"]),
    st.integers(-5, 400_000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.none(),
)
names = st.sampled_from([*NEW, "id", "action", "expiration_date", "Remarks", "category_id"])


@anything
@given(st.lists(st.dictionaries(names, cells, max_size=8), min_size=1, max_size=5))
def test_any_frame(client: cb.Client, rows: list[dict[str, Any]]) -> None:
    """Whatever is in the cells, the plan comes back in decisions, findings and texts."""
    frame = pd.DataFrame([{**NEW, "title": f"T{n} 10", **row} for n, row in enumerate(rows)])
    plan = cb.plan(cb.validate(cb.read(frame)), client)
    assert_equal(through_json(plan), plan)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", timezone(timedelta(hours=5, minutes=30)), UTC]
)
def test_any_time_zone(client: cb.Client, zone: Any) -> None:
    """A zone that `validate` takes, by name or as an offset, is one that a plan comes back with."""
    row = change(288905, expiration_date="2032-01-31 12:00:00")
    plan = cb.plan(report_on(row, time_zone=zone), client)
    assert plan.counts["update"] == 1
    assert_equal(through_json(plan), plan)


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=5, minutes=30))])
def test_a_run_with_an_offset_for_a_zone_can_be_looked_at(client: cb.Client, zone: Any) -> None:
    """The journal of a run whose dates are in a fixed offset can be read again."""
    plan = cb.plan(report_on(change(288901, balance="51"), time_zone=zone), client)
    run = go(plan, client)
    assert cb.attach(run.id).counts == run.counts


def test_the_text_of_a_lone_surrogate(client: cb.Client, tmp_path: Path) -> None:
    """A cell with half a character in it does not end certbulk without a word of its own."""
    frame = pd.DataFrame([{**NEW, "Remarks": "half \ud83d a smile"}], dtype=object)
    try:
        plan = cb.plan(cb.validate(cb.read(frame)), client)
        save_plan(plan, tmp_path / "plan.json")
        run = go(plan, client)
    except cb.CertbulkError:
        return
    assert cb.attach(run.id).counts == run.counts


FOREIGN: list[Any] = [
    {},
    {"format": 2},
    {"format": 1},
    {"format": "1"},
    {"format": 1, "made_at": "yesterday"},
]


@pytest.mark.parametrize("document", FOREIGN)
def test_foreign_documents(document: Any) -> None:
    """What is not a plan of this version is refused, and the way out is named."""
    with pytest.raises(cb.PlanError, match=r"[Mm]ake a new plan"):
        plan_of(document)


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += _paths(value, (*path, key))
    return found


junk = st.sampled_from([None, "", "x", -1, 0, 2, 10**30, 1.5, [], {}, [None], {"a": 1}, True])


@settings(anything, max_examples=60)
@given(st.data())
def test_damaged_documents(client: cb.Client, data: st.DataObject) -> None:
    """A document with a part missing or spoilt is a PlanError, or a plan with a decision per row.

    Nothing else: a plan that fails in the middle of a run would be found out too late.
    """
    document = copy.deepcopy(_document(client))
    path = data.draw(st.sampled_from(_paths(document)))
    node: Any = document
    for key in path[:-1]:
        node = node[key]
    if data.draw(st.booleans()):
        del node[path[-1]]
    else:
        node[path[-1]] = data.draw(junk)
    try:
        plan = plan_of(document)
        decided = [decision.row for decision in plan.decisions]
        assert decided == plan.report.sheet.rows.tolist()
        assert len(plan.report.actions) == len(plan.report.refused) == len(decided)
        for column in plan.report.sheet.columns:
            assert [column.cells[n] for n in range(len(decided))]
    except cb.CertbulkError:
        pass


_kept: list[dict[str, Any]] = []


def _document(client: cb.Client) -> dict[str, Any]:
    if not _kept:
        _kept.append(json.loads(json.dumps(document_of(planned(client, *ROWS)))))
    return _kept[0]


DAMAGE: dict[str, Any] = {
    "a decision lost": lambda d: d["decisions"].pop(),
    "a decision twice": lambda d: d["decisions"].append(d["decisions"][-1]),
    "decisions in another order": lambda d: d["decisions"].reverse(),
    "a row lost": lambda d: d["sheet"]["rows"].pop(),
    "changes that are a list": lambda d: d["decisions"][3].update(changes=[]),
    "an action out of range": lambda d: d["actions"].__setitem__(0, 1000),
    "a cell that points nowhere": lambda d: d["sheet"]["columns"][0]["codes"].__setitem__(0, 99),
    "an update without a body": lambda d: d["decisions"][3].update(body=None),
    "a create with an id": lambda d: d["decisions"][0].update(id="x"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_that_would_show_too_late(client: cb.Client, sandbox: cb.Sandbox, name: str) -> None:
    """Damage is found when a plan is read; nothing of it is sent."""
    document = copy.deepcopy(_document(client))
    DAMAGE[name](document)
    with pytest.raises(cb.PlanError):
        go(replace(plan_of(document), base_url=client.service), client)
    assert not posts(sandbox)


def test_a_saved_plan(client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """A plan that was saved and loaded does what the plan itself would have done."""
    plan = planned(client, *ROWS)
    back = load_plan(save_plan(plan, tmp_path / "plan.json"))
    assert_equal(back, plan)
    run = go(back, client)
    assert (run.counts["created"], run.counts["updated"]) == (2, 2)
    assert sum(posts(sandbox).values()) == 2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"1", b"\xff\xfe\x00", b'{"format": 9}', b"[" * 100_000]
)
def test_files_that_are_no_plans(tmp_path: Path, content: bytes) -> None:
    """A file that is not a plan is refused as such."""
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(cb.PlanError, match=r"[Nn]ew plan"):
        load_plan(path)


CHANGED: dict[str, Any] = {
    "a balance": lambda d: d["decisions"][0]["body"].update(balance=999),
    "a title": lambda d: d["decisions"][0].update(title="Another 10"),
    "its own number": lambda d: d.update(id="another"),
    "no checksum": lambda d: d.pop("sha256"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_saved_plan_that_was_changed_by_hand(
    client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path, name: str
) -> None:
    """It is refused, and the true plan can still be carried out."""
    plan = planned(client, NEW)
    path = save_plan(plan, tmp_path / "plan.json")
    true = json.loads(path.read_text())
    changed = copy.deepcopy(true)
    CHANGED[name](changed)
    path.write_text(json.dumps(changed))
    with pytest.raises(cb.PlanError, match=r"plan\.json has been changed .* make a new plan"):
        load_plan(path)
    path.write_text(json.dumps(true, indent=2))  # laid out in another way, it is the same
    assert go(load_plan(path), client).ok
    assert sum(posts(sandbox).values()) == 1


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    """A missing plan file is named."""
    with pytest.raises(cb.PlanError, match=r"nowhere\.json"):
        load_plan(tmp_path / "nowhere.json")


def test_the_workbook_has_changed(client: cb.Client, tmp_path: Path) -> None:
    """A plan whose workbook beside it has changed is refused; unchanged or gone, it is not."""
    file = tmp_path / "types.csv"
    pd.DataFrame([NEW]).to_csv(file, index=False)
    plan = cb.plan(cb.validate(cb.read(file)), client)
    path = save_plan(plan, tmp_path / "plan.json")
    assert load_plan(path).decisions == plan.decisions
    pd.DataFrame([{**NEW, "balance": "11"}]).to_csv(file, index=False)
    with pytest.raises(cb.PlanError, match=r"types\.csv has changed"):
        load_plan(path)
    file.unlink()
    assert load_plan(path).decisions == plan.decisions


def test_a_plan_is_not_overwritten(client: cb.Client, tmp_path: Path) -> None:
    """Saving over an existing file needs to be asked for."""
    plan = planned(client, NEW)
    path = save_plan(plan, tmp_path / "plan.json")
    with pytest.raises(cb.OutputError):
        save_plan(plan, path)
    save_plan(plan, path, overwrite=True)


def test_a_plan_is_applied_once(client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """A second time, from memory or from its file, it is told when and by which run it was."""
    plan = planned(client, NEW)
    path = save_plan(plan, tmp_path / "plan.json")
    run = go(plan, client)
    for once_more in (plan, load_plan(path), through_json(plan)):
        with pytest.raises(cb.PlanError) as told:
            go(once_more, client)
        assert run.id in str(told.value)
        assert run.started in str(told.value)
    assert sum(posts(sandbox).values()) == 1
    assert len(cb.runs()) == 1


@pytest.mark.parametrize("other", [{"chain_id": 706555}, {"service": "https://other.example"}])
def test_a_plan_is_bound_to_its_place(
    client: cb.Client, sandbox: cb.Sandbox, other: dict[str, Any]
) -> None:
    """A plan for one chain and service is not carried out on another."""
    plan = planned(client, NEW)
    with pytest.raises(cb.PlanError, match=r"[Mm]ake a new plan"):
        go(plan, sandbox.client(**other))
    assert not posts(sandbox)

"""Successors: new types in place of those that have been sold."""

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from certbulk.sandbox import Faults
from tests.recovery.scenes import PowerCutError, again, crash_at, go, posts

from .sheets import NOW, change, new, plan_of, report_on

SOLD = 288903
"""The seed's type that has been sold: Gift Certificate 150."""

Row = dict[str, str]


def succeeded(client: cb.Client, *rows: Row, title: str = "{title} (2027)", **how: Any) -> cb.Plan:
    """Return the plan for these rows with successors."""
    return plan_of(client, *rows, issued="successor", successor_title=title, **how)


def test_a_sold_type_gets_a_successor(client: cb.Client) -> None:
    """With all values of the old one and the change on top; the old one is not touched."""
    before = client.get(SOLD)
    (decision,) = succeeded(client, change(SOLD, balance="160")).decisions
    assert (decision.action, decision.id, decision.replaces) == ("create", None, SOLD)
    assert decision.title == "Gift Certificate 150 (2027)"
    assert decision.message == f"A new type after {SOLD}, sold 12 times."
    assert set(decision.changes) == {"title", "balance"}
    run = go(succeeded(client, change(SOLD, balance="160")), client)
    assert run.ok
    made = client.get(run.outcomes[0].id or 0)
    same = set(before) - {"id", "title", "balance", "released_total", "online_sale_title", "weight"}
    assert {name: made[name] for name in same} == {name: before[name] for name in same}
    assert client.get(SOLD) == before


def test_by_default_it_is_blocked(client: cb.Client) -> None:
    """As before: nobody gets a second type without asking for it."""
    (decision,) = plan_of(client, change(SOLD, balance="160")).decisions
    assert (decision.action, decision.code) == ("blocked", "already_issued")


def test_only_rows_that_change_a_sold_type(client: cb.Client) -> None:
    """Other rows are as they would be."""
    rows = [change(SOLD, balance="150"), change(288902, balance="101"), new()]
    decisions = succeeded(client, *rows).decisions
    assert [d.action for d in decisions] == ["unchanged", "update", "create"]
    assert [d.replaces for d in decisions] == [None, None, None]


def test_applied_again_it_is_unchanged(client: cb.Client) -> None:
    """From the same row and from the results workbook; and the ids do not get lost."""
    row = change(SOLD, balance="160")
    run = go(succeeded(client, row), client)
    new_id = run.outcomes[0].id
    (decision,) = succeeded(client, row).decisions
    assert (decision.action, decision.id, decision.replaces) == ("unchanged", new_id, SOLD)
    results = run.to_excel("rise.results.xlsx")
    sheet = pd.read_excel(results, "results", engine="openpyxl")
    assert sheet["id"][0] == sheet["result_replaces"][0] == SOLD
    assert sheet["result_id"][0] == new_id
    read = cb.validate(cb.read(results), now=NOW)
    plan = cb.plan(read, client, issued="successor", successor_title="{title} (2027)", now=NOW)
    assert plan.counts["unchanged"] == 1
    frame = pd.DataFrame([row])
    assert run.join(frame).loc[0, "id"] == str(SOLD)
    assert cb.drift(run, client).ok


def test_drift_of_its_results(client: cb.Client) -> None:
    """A row is compared with its successor, and neither of the two types is called new."""
    run = go(succeeded(client, change(SOLD, balance="160")), client)
    results = run.to_excel("sold.results.xlsx")
    made = run.outcomes[0].id or 0
    found = cb.drift(results, client)
    assert (found.counts["changed"], found.counts["gone"], found.compared) == (0, 0, 1)
    assert not {SOLD, made} & {one.id for one in found.found}
    go(plan_of(client, change(made, balance="170")), client)
    (changed,) = (one for one in cb.drift(results, client).found if one.kind == "changed")
    assert (changed.id, changed.changes) == (made, {"balance": (160, 170)})


def test_a_row_that_stands_for_its_type_by_title(client: cb.Client) -> None:
    """It keeps no id in the results, since the new one is another type's."""
    row = new(title="Gift Certificate 150", balance="160")
    run = go(succeeded(client, row, match="title"), client)
    assert run.outcomes[0].status == "created"
    sheet = pd.read_excel(run.to_excel("t.results.xlsx"), "results", engine="openpyxl")
    assert sheet["id"].isna().all()
    assert sheet["result_replaces"][0] == SOLD
    assert succeeded(client, row, match="title").counts["unchanged"] == 1


def test_the_year_in_a_title(client: cb.Client) -> None:
    """By default the year of the plan; a successor of last year is found as well."""
    plan = plan_of(client, change(SOLD, balance="160"), issued="successor")
    assert plan.decisions[0].title == "Gift Certificate 150 (2026)"
    assert plan.successor_title == "{title} (2026)"
    go(plan, client)
    later = NOW.replace(year=2027)
    report = report_on(change(SOLD, balance="160"))
    (decision,) = cb.plan(report, client, issued="successor", now=later).decisions
    assert (decision.action, decision.title) == ("unchanged", "Gift Certificate 150 (2026)")


@pytest.mark.parametrize("title", ["{title} ({year})", "{title} (2026)", "{title} (2025)"])
def test_a_successor_with_another_year_in_its_title_is_found(client: cb.Client, title: str) -> None:
    """A campaign with (2027) in the pattern makes no second successor when that is left out."""
    go(succeeded(client, change(SOLD, balance="160")), client)
    (decision,) = succeeded(client, change(SOLD, balance="160"), title=title).decisions
    assert (decision.action, decision.title) == ("unchanged", "Gift Certificate 150 (2027)")


def test_the_successor_of_a_successor(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """The new year takes the place of the old one; in the same year its title is taken."""
    made = go(plan_of(client, change(SOLD, balance="160"), issued="successor"), client)
    number = made.outcomes[0].id or 0
    sandbox.edit(number, released_total=1)
    report = report_on(change(number, balance="170"))
    for title in ("{title} ({year})", "{title} (2027)"):
        later = NOW.replace(year=2027)
        plan = cb.plan(report, client, issued="successor", successor_title=title, now=later)
        assert plan.decisions[0].title == "Gift Certificate 150 (2027)"
        save_plan(plan, Path(f"{len(title)}.json"))
        assert load_plan(Path(f"{len(title)}.json")).decisions[0].body == plan.decisions[0].body
    (decision,) = cb.plan(report, client, issued="successor", now=NOW).decisions
    assert (decision.action, decision.code) == ("blocked", "title_exists")


def test_the_setting(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """CERTBULK_SUCCESSOR_TITLE is the title if none is given."""
    monkeypatch.setenv("CERTBULK_SUCCESSOR_TITLE", "New: {title}")
    plan = plan_of(client, change(SOLD, balance="160"), issued="successor")
    assert plan.decisions[0].title == "New: Gift Certificate 150"


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("Gift 2027", r"lacks \{title\}"),
        ("", r"lacks \{title\}"),
        ("{title} ({yaer})", "is not known"),
        ("{title} {", "is not known"),
        ("{title.__class__}", "is not known"),
    ],
)
def test_patterns_that_are_refused(client: cb.Client, pattern: str, says: str) -> None:
    """Before anything is read: all would have one title, or a placeholder is unknown."""
    with pytest.raises(cb.SettingsError, match=says):
        succeeded(client, change(SOLD, balance="160"), title=pattern)


def test_a_title_that_is_taken(client: cb.Client) -> None:
    """Live with other values, or that of another row: the row is blocked."""
    go(succeeded(client, change(SOLD, balance="160")), client)
    (decision,) = succeeded(client, change(SOLD, balance="170")).decisions
    assert (decision.action, decision.code) == ("blocked", "title_exists")
    assert "differs in balance" in decision.message
    rows = [change(288902, title="Next 150"), change(SOLD, title="Next 150")]
    decision = succeeded(client, *rows, title="{title}").decisions[1]
    assert decision.code == "title_exists"
    assert decision.message.endswith("Row 0 has it. Give successors another title.")
    allowed = succeeded(client, change(SOLD, balance="170"), allow_duplicate_titles=True)
    assert allowed.decisions[0].action == "create"


def test_a_title_that_is_too_long(client: cb.Client) -> None:
    """The row is blocked, with the lengths."""
    long = "{title}" + "x" * 250
    (decision,) = succeeded(client, change(SOLD, balance="1"), title=long).decisions
    assert (decision.action, decision.code) == ("blocked", "too_long")


def test_a_successor_obeys_all_rules(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """It is a new type: a date that has passed would be one of the old type only."""
    sandbox.edit(288905, released_total=3, expiration_date="2020-01-01T00:00:00+00:00")
    (decision,) = succeeded(client, change(288905, balance="90")).decisions
    assert (decision.action, decision.code) == ("blocked", "date_in_past")
    assert decision.message.startswith("In the successor of ")


def test_an_archived_type_has_none(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """It is off sale already."""
    sandbox.edit(SOLD, is_archived=True)
    (decision,) = succeeded(client, change(SOLD, balance="160")).decisions
    assert decision.action == "blocked"


def test_the_list_of_a_successor(client: cb.Client) -> None:
    """Changes of lists apply to it."""
    (decision,) = succeeded(client, change(SOLD, salon_ids="<remove> 720441")).decisions
    assert decision.body is not None
    assert decision.body["salon_ids"] == [720442, 720443, 720450]


def test_what_is_to_be_taken_off_sale(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A check-list for people follows the results, also when it was done before."""
    sandbox.edit(SOLD, online_sale_image="https://example.org/picture.png")
    row = change(SOLD, balance="160")
    for status in ("created", "unchanged"):
        run = go(succeeded(client, row), client)
        assert run.outcomes[0].status == status
        book = openpyxl.load_workbook(run.to_excel(f"{status}.xlsx"))
        header, line = book["take_off_sale"].iter_rows(values_only=True)
        told = dict(zip(header, line, strict=True))
        assert told["replaced id"] == SOLD
        assert told["sold"] == 12
        assert told["successor id"] == run.outcomes[0].id
        assert "picture" in str(told["to do"])
    plain = go(plan_of(client, change(288902, balance="101")), client)
    assert "take_off_sale" not in openpyxl.load_workbook(plain.to_excel("plain.xlsx")).sheetnames


def test_a_saved_plan_of_it(client: cb.Client, tmp_path: Path) -> None:
    """It is built again from the row and the stored record, and refused if it was changed."""
    plan = succeeded(client, change(SOLD, balance="160"))
    path = save_plan(plan, tmp_path / "plan.json")
    read = load_plan(path)
    assert read.decisions == plan.decisions
    assert go(read, client).ok


@pytest.mark.parametrize(
    "tampered",
    [
        {"successor_title": "Free {title}"},
        {"successor_title": "Free"},
        {"replaces": 288902},
        {"message": "A new type after 1, sold twice."},
        {"balance": 1},
    ],
)
def test_a_changed_plan_is_refused(
    client: cb.Client, tmp_path: Path, tampered: dict[str, Any]
) -> None:
    """Whoever changes the file can compute its checksum, but not what its rows say."""
    plan = succeeded(client, change(SOLD, balance="160"))
    (decision,) = plan.decisions
    if "successor_title" in tampered:
        plan = dataclasses.replace(plan, **tampered)
    elif "balance" in tampered:
        body = {**(decision.body or {}), **tampered}
        plan = dataclasses.replace(plan, decisions=(dataclasses.replace(decision, body=body),))
    else:
        changed = dataclasses.replace(decision, **tampered)
        plan = dataclasses.replace(plan, decisions=(changed,))
    path = save_plan(plan, tmp_path / "plan.json")
    with pytest.raises(cb.PlanError, match="Row 2 would send something else"):
        load_plan(path)


def test_undo_deletes_it(client: cb.Client) -> None:
    """And leaves the old type alone; a successor that was sold stays."""
    before = client.list()
    run = go(succeeded(client, change(SOLD, balance="160")), client)
    undone = go(cb.undo(run.id, client), client)
    assert [o.status for o in undone.outcomes] == ["deleted"]
    assert client.list() == before


def test_undo_of_one_that_was_sold(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """It cannot be deleted any more."""
    run = go(succeeded(client, change(SOLD, balance="160")), client)
    sandbox.issue(run.outcomes[0].id or 0)
    assert cb.undo(run.id, client).decisions[0].code == "already_issued"


@pytest.mark.parametrize("method", ["intend", "finish"])
def test_a_crash_makes_no_second_successor(
    sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Cut off around the request, and resumed: one successor, and the id it replaces is kept."""
    plan = succeeded(client, change(SOLD, balance="160"))
    with monkeypatch.context() as patched:
        crash_at(patched, method, 1, written=method == "intend")
        with pytest.raises(PowerCutError):
            go(plan, client)
    run = again(cb.runs()["run"].iloc[0], client)
    assert run.ok
    assert posts(sandbox)["Gift Certificate 150 (2027)"] == 1
    assert run.frame["replaces"].to_list() == [SOLD]
    assert [t["title"] for t in client.list()].count("Gift Certificate 150 (2027)") == 1


def test_a_lost_answer_makes_no_second_successor(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """It is found by looking, as every create."""
    plan = succeeded(client, change(SOLD, balance="160"))
    sandbox.faults = Faults(lost_answer=0.5, methods=("POST",), seed=3)
    run = go(plan, client)
    sandbox.faults = Faults()
    done = run if run.ok else again(run.id, client)
    assert done.ok
    assert [t["title"] for t in client.list()].count("Gift Certificate 150 (2027)") == 1


def test_what_the_plan_says_of_it(client: cb.Client) -> None:
    """In words and in a notebook: after which type, and what is different."""
    plan = succeeded(client, change(SOLD, balance="160"))
    said = str(plan)
    assert "Successors:" in said
    assert f"A new type after {SOLD}, sold 12 times." in said
    assert "balance: 150 → 160" in said
    assert f"A new type after {SOLD}, sold 12 times." in plan._repr_html_()

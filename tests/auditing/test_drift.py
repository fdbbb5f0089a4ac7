"""What is live, held against what was applied and against a sheet."""

import json

import pytest

import certbulk as cb
from certbulk.core.payload import body_of, values_of
from tests.applying.rows import applied
from tests.planning.sheets import LIVE, change, new, report_on

A, B = new(title="A 10"), new(title="B 10")


def edited(client: cb.Client, number: int, **values: object) -> None:
    """Change a live type as somebody in the service would."""
    client.update(number, body_of({**values_of(client.get(number)), **values}))


def ids(run: cb.Run) -> dict[str, int]:
    return {d.title: o.id or 0 for d, o in zip(run.plan.decisions, run.outcomes, strict=True)}


def test_nothing_differs_right_after_a_run(client: cb.Client) -> None:
    """Created, updated and unchanged rows are as they were meant; others are not compared."""
    run = applied(client)
    found = cb.drift(run, client)
    assert len(found) == 0
    assert found.compared == run.counts["created"] + run.counts["updated"] + run.counts["unchanged"]
    assert "Nothing differs." in found._repr_html_()


def test_what_happened_after_a_run(client: cb.Client) -> None:
    """Gone, changed and new types are told apart, each with its row and what changed."""
    run = applied(client, A, B, LIVE, change(288904, balance="260"))
    number = ids(run)
    client.delete(number["A 10"])
    edited(client, number["B 10"], balance=11)
    edited(client, 288902, title="Gift Certificate 55")
    client.create(body_of({**values_of(client.get(number["B 10"])), "title": "Another"}))
    found = cb.drift(run, client)
    assert [(one.kind, one.row, one.title) for one in found.found] == [
        ("gone", 2, "A 10"),
        ("changed", 3, "B 10"),
        ("changed", 4, "Gift Certificate 55"),
        ("new", None, "Another"),
    ]
    frame = found.frame
    assert [frame[name][1] for name in ("field", "meant", "live")] == ["balance", "10", "11"]
    assert found.counts == {"gone": 1, "archived": 0, "changed": 2, "new": 1}
    assert "balance: <del>10</del> → <ins>11</ins>" in found._repr_html_()
    assert "changed  row 3" in str(found)
    json.dumps(found.as_dict())


def test_what_was_live_before_a_run_and_is_not_its_own_is_not_its_drift(
    client: cb.Client,
) -> None:
    """A run answers for its rows; the types beside them may do as they like."""
    run = applied(client, A)
    edited(client, 288902, balance=101)
    client.delete(288905)
    assert len(cb.drift(run, client)) == 0


def test_a_sheet_is_compared_by_id_and_by_title(client: cb.Client) -> None:
    """All live types that no row stands for are new: a sheet may be the whole chain."""
    report = report_on(LIVE, change(288904, balance="1"), change(999, balance="1"), A)
    found = cb.drift(report, client)
    kinds = {(one.kind, one.id) for one in found.found if one.kind != "new"}
    assert kinds == {("changed", 288904), ("gone", 999), ("gone", None)}
    new_ones = {one.id for one in found.found if one.kind == "new"}
    assert {288901, 288909} <= new_ones
    assert 288907 not in new_ones  # archived: not in use
    assert found.found == cb.drift(report.sheet, client).found


def test_an_archived_type_is_neither_gone_nor_as_it_was(client: cb.Client) -> None:
    """It can be restored."""
    found = cb.drift(report_on(change(288907, balance="75")), client)
    assert [one.kind for one in found.found][:1] == ["archived"]


def test_two_rows_of_one_title_stand_for_two_types(client: cb.Client) -> None:
    """Where nothing tells which is which, none is claimed."""
    applied(client, A)
    found = cb.drift(report_on(A, A), client)
    assert [(one.kind, one.row) for one in found.found if one.kind != "new"] == [("gone", 3)]


def test_only_for_the_chain_of_the_run(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """Comparing with another chain would call everything gone."""
    run = applied(client, A)
    other = sandbox.client(chain_id=706555)
    with pytest.raises(cb.PlanError, match="706555"):
        cb.drift(run, other)


def test_an_empty_sheet_says_that_all_is_new(client: cb.Client) -> None:
    """And an undone run that all of its types are gone."""
    run = applied(client, A, B)
    cb.apply(cb.undo(run.id, client), client, progress=False)
    assert cb.drift(run, client).counts == {"gone": 2, "archived": 0, "changed": 0, "new": 0}

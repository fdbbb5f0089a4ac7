"""What is live, compared with what was applied and with a sheet."""

import json
from dataclasses import replace

import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.payload import body_of, values_of
from tests.applying.rows import applied
from tests.conftest import FakeClock
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
    assert "changed  row 1" in str(found)
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
    """If nothing tells which is which, none is claimed."""
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


def test_rows_with_errors_are_not_compared_and_their_ids_are_not_new(client: cb.Client) -> None:
    """Each is named with its first error; a type that such a row means is not a new one."""
    report = report_on(
        LIVE,
        change(288901, balance="x"),
        {**new(title="Spa Day", balance="y")},
        change(288904, expiration_timeout_unit_id="mnth"),
        new(title="A 10", balance="z"),
    )
    assert report.refused.tolist() == [False, True, True, True, True]
    spa = next(one["id"] for one in client.list() if "Spa Day" in one["title"])
    found = cb.drift(report, client)
    assert [(one.row, one.id, one.code) for one in found.not_compared] == [
        (3, 288901, "not_a_number"),
        (4, None, "not_a_number"),
        (5, 288904, "not_a_choice"),
        (6, None, "not_a_number"),
    ]
    new_ones = {one.id for one in found.found if one.kind == "new"}
    assert not new_ones & {288901, 288902, 288904}
    assert spa in {288904} | new_ones
    assert (found.compared, found.ok) == (1, False)
    assert "4 rows could not be compared:" in str(found)
    assert 'row 1  id 288901  row 1, column "balance": ' in str(found)
    assert "4 rows could not be compared" in found._repr_html_()
    assert "4 not compared" in found._repr_html_()
    frame = found.frame
    assert frame["kind"].to_list().count("not compared") == 4
    assert all(frame.loc[frame["kind"] == "not compared", "remark"])
    said = json.loads(json.dumps(found.as_dict()))
    assert [one["row"] for one in said["not_compared"]] == [3, 4, 5, 6]
    assert said["ok"] is False


def test_the_title_of_a_faulty_row_is_not_new(client: cb.Client) -> None:
    """Without an id, its title says which type it means, however the service stores it."""
    number = client.create(body_of({**values_of(client.get(288902)), "title": "A &amp; B"}))["id"]
    found = cb.drift(report_on(new(title="A & B", balance="x")), client)
    assert number not in {one.id for one in found.found}
    assert [one.title for one in found.not_compared] == ["A & B"]


def test_rows_to_skip_are_counted_and_their_types_are_not_new(client: cb.Client) -> None:
    """They are left out on purpose: nothing is missing for that."""
    everything = [change(one["id"], action="skip") for one in client.list()]
    found = cb.drift(report_on(*everything), client)
    assert (found.compared, found.left_out, len(found), found.ok) == (0, len(everything), 0, True)
    assert f"{len(everything)} rows are marked to be skipped." in str(found)
    assert "marked to be skipped" in found._repr_html_()


def test_a_sheet_of_which_nothing_counts_is_compared_in_nothing(client: cb.Client) -> None:
    """With a header twice every row is refused, for the error of the table."""
    frame = pd.DataFrame([["Gift Certificate 50", "x", 288901]], columns=["title", "Title", "id"])
    found = cb.drift(cb.read(frame), client)
    assert [(one.row, one.id, one.code) for one in found.not_compared] == [
        (2, 288901, "duplicate_column")
    ]
    assert 288901 not in {one.id for one in found.found}


def test_a_title_that_is_live_twice_cannot_be_compared(client: cb.Client) -> None:
    """It is neither gone, nor are the two types new; with the id it is compared."""
    body = body_of({**values_of(client.get(288902)), "title": "Twice"})
    ids = [client.create(body)["id"] for _ in range(2)]
    found = cb.drift(report_on(new(title="Twice"), new(title="Twice")), client)
    assert [(one.row, one.code) for one in found.not_compared] == [
        (2, "title_exists"),
        (3, "title_exists"),
    ]
    assert all(str(number) in found.not_compared[0].why for number in ids)
    assert not {*ids} & {one.id for one in found.found}
    assert not [one for one in found.found if one.kind == "gone"]


def test_bad_rows_of_a_run_are_not_compared(client: cb.Client) -> None:
    """All rows of a run are compared, not compared, or skipped."""
    run = applied(client)
    found = cb.drift(run, client)
    assert [one.row for one in found.not_compared] == [
        o.row for o in run.outcomes if o.status in ("invalid", "blocked", "failed", "unknown")
    ]
    assert found.compared + len(found.not_compared) + found.left_out == len(run.outcomes)
    assert found.not_compared[0].why.startswith("invalid: ")
    assert repr(found).endswith("none; 3 rows could not be compared")
    assert not found.ok


def test_what_may_be_of_an_unknown_row_says_so(client: cb.Client) -> None:
    """A type that came after the plan, with its title or all its values; others are just new."""
    run = applied(client, A, B)
    unknown = [
        replace(o, status=cb.Status.UNKNOWN, id=None, code="unknown_outcome", message="No answer.")
        if o.row == 2
        else o
        for o in run.outcomes
    ]
    found = cb.drift(replace(run, outcomes=tuple(unknown)), client)
    assert [(one.row, one.why) for one in found.not_compared] == [(2, "unknown: No answer.")]
    (candidate,) = found.found
    assert (candidate.kind, candidate.title) == ("new", "A 10")
    assert "Perhaps created by row 0" in candidate.remark
    assert candidate.remark in found.frame["remark"].to_list()
    assert candidate.remark in str(found)
    assert candidate.remark in found._repr_html_()
    client.create(body_of({**values_of(client.get(288902)), "title": "Other", "balance": 7}))
    both = cb.drift(replace(run, outcomes=tuple(unknown)), client)
    assert [bool(one.remark) for one in both.found] == [True, False]


def test_a_run_says_what_it_was_and_where(client: cb.Client) -> None:
    """Its kind and the service are in words, in the notebook and in JSON."""
    run = applied(client, A)
    undone = cb.apply(cb.undo(run.id, client), client, progress=False)
    found = cb.drift(undone, client)
    assert (found.kind, found.compared, found.ok) == ("undo", 1, True)
    assert "undo, on chain 706028 at 127.0.0.1" in repr(found)
    assert "at 127.0.0.1" in found._repr_html_()
    assert found.as_dict()["service"].startswith("127.0.0.1")
    with cb.Sandbox("practice.json") as practice:
        assert "at practice" in repr(cb.drift(report_on(LIVE), practice))


def test_what_a_run_deleted_and_is_live_is_drift(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """An undo deleted it, and somebody brought it back."""
    run = applied(client, A)
    record = client.get(run.outcomes[0].id or 0)
    undone = cb.apply(cb.undo(run.id, client), client, progress=False)
    sandbox.server.add(record)
    found = cb.drift(undone, client)
    assert [(one.kind, one.row, one.id) for one in found.found] == [("new", 2, record["id"])]
    assert "deleted it" in found.found[0].remark


@pytest.mark.usefixtures("fifty")
def test_many_ids_that_are_not_listed_are_not_called_gone(
    client: cb.Client, sandbox: cb.Sandbox
) -> None:
    """The first ones are looked up one by one, in the order of the rows; the others say so."""
    absent = [change(number, balance="1") for number in range(10_300, 10_000, -1)]
    found = cb.drift(report_on(change(288901, balance="50"), *absent), client)
    assert [one.id for one in found.found if one.kind == "gone"] == [*range(10_300, 10_250, -1)]
    assert [one.id for one in found.not_compared] == [*range(10_250, 10_000, -1)]
    assert {one.code for one in found.not_compared} == {"not_looked_up"}
    assert "There are 300 such ids, and only the first 50" in found.not_compared[0].why
    assert (found.compared, found.ok) == (51, False)
    read = [seen.path.rpartition("/")[2] for seen in sandbox.requests if seen.method == "GET"]
    assert sum(number.isdecimal() and len(number) == 5 for number in read) == 50


@pytest.mark.usefixtures("fifty")
def test_how_long_all_look_ups_would_take_is_said(sandbox: cb.Sandbox, clock: FakeClock) -> None:
    """At the pace of the client: 200 requests a minute."""
    usual = sandbox.client(per_second=4, per_minute=180, clock=clock)
    absent = [change(number, balance="1") for number in range(1, 20_001)]
    found = cb.drift(report_on(*absent), usual)
    assert found.not_compared[0].why.endswith("as all of them take 1 h 51 min.")
    assert clock.elapsed() < 1060


@pytest.mark.usefixtures("fifty")
def test_a_run_of_which_much_is_gone(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """Neither its drift nor its undo says of a type that it is gone without having looked."""
    run = applied(client, *(new(title=f"N{number} 10") for number in range(60)))
    for outcome in run.outcomes:
        sandbox.remove(outcome.id or 0)
    found = cb.drift(run, client)
    assert found.counts["gone"] == 50
    assert [one.code for one in found.not_compared] == ["not_looked_up"] * 10
    undone = cb.undo(run.id, client)
    assert [d.code for d in undone.decisions] == ["not_found"] * 50 + ["not_looked_up"] * 10
    assert [str(d.action) for d in undone.decisions] == ["unchanged"] * 50 + ["blocked"] * 10

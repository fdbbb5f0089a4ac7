"""Two sides compared: what was added, removed and changed, and what nobody can tell."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb

BEFORE = [
    {"id": 1, "title": "Massage 60", "balance": 60, "salon_ids": [720441]},
    {"id": 2, "title": "Facial 70", "balance": 70, "salon_ids": [720441, 720442]},
]
AFTER = [
    {"id": 2, "title": "Facial 75", "balance": 75, "salon_ids": [720442, 720441]},
    {"id": 3, "title": "Sauna 30", "balance": 30, "salon_ids": []},
]


def found(diff: cb.Diff) -> list[tuple[str, int | None]]:
    return [(one.kind, one.id) for one in diff.found]


def test_added_removed_and_changed() -> None:
    """By id; the order of ids in a list means nothing; values are typed."""
    diff = cb.diff(BEFORE, AFTER)
    assert found(diff) == [("removed", 1), ("changed", 2), ("added", 3)]
    assert diff.found[1].changes == {
        "title": ("Facial 70", "Facial 75"),
        "balance": (Decimal(70), Decimal(75)),
    }
    assert (diff.counts, diff.compared, diff.ok) == (
        {"added": 1, "removed": 1, "changed": 1}, 1, False,
    )  # fmt: skip


def test_its_frame_is_typed() -> None:
    """A line for each field; ids are whole numbers, the kind is ordered words."""
    frame = cb.diff(BEFORE, AFTER).frame
    assert frame["kind"].tolist() == ["removed", "changed", "changed", "added"]
    assert frame["id"].dtype == "Int64"
    assert frame["kind"].cat.ordered
    prices = frame[frame["field"] == "balance"]
    assert (prices["new"] - prices["old"]).tolist() == [5]


def test_its_displays() -> None:
    """In words, as a table, and as JSON."""
    diff = cb.diff(BEFORE, AFTER)
    assert "changed  id 2  row 1, row 0  Facial 75  title: Facial 70 → Facial 75" in str(diff)
    assert "<del>70</del> → <ins>75</ins>" in diff._repr_html_()
    assert json.loads(json.dumps(diff.as_dict()))["changed"] == 1
    assert "Nothing differs." in cb.diff(BEFORE, BEFORE)._repr_html_()
    assert cb.diff(BEFORE, BEFORE).ok


def test_labels_of_frames_name_the_rows() -> None:
    """A frame's rows are known by its index on either side."""
    one, other = (pd.DataFrame(rows, index=["x", "y"]) for rows in (BEFORE, AFTER))
    (changed,) = (one for one in cb.diff(one, other).found if one.kind == "changed")
    assert (changed.row_a, changed.row_b) == ("y", "x")


def test_without_an_id_the_title_decides() -> None:
    """Strictly the same title, unless both have ids of their own."""
    diff = cb.diff(
        [{"title": "A &amp; B", "balance": 5}], [{"id": 9, "title": "A  & B", "balance": 6}]
    )
    assert found(diff) == [("changed", 9)]
    one, other = ([{"id": number, "title": "A", "balance": 5}] for number in (8, 9))
    assert found(cb.diff(one, other)) == [("removed", 8), ("added", 9)]
    assert cb.diff(one, other, match="title").ok


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([{"id": 1, "title": "A"}, {"id": 1, "title": "B"}], [{"id": 1, "title": "A"}]),
        ([{"title": "A"}], [{"id": 1, "title": "A"}, {"id": 2, "title": "A"}]),
        ([{"title": "A"}, {"title": "A"}], [{"title": "A"}]),
        ([{"id": 1, "title": "A"}, {"id": 1, "title": "B"}], [{"id": 2, "title": "C"}]),
    ],
)
def test_what_several_rows_may_be_is_not_paired(a: Any, b: Any) -> None:
    """Neither as changed nor as added or removed: it is listed, with the rows that share a key."""
    for one, other in ((a, b), (b, a)):
        diff = cb.diff(one, other)
        assert "changed" not in {kind for kind, _ in found(diff)}
        assert len(diff.not_compared) >= 2
        assert "have this" in diff.not_compared[0].why
        assert not diff.ok
        assert (diff.frame["kind"] == "not compared").sum() == len(diff.not_compared)


def test_rows_that_cannot_be_found() -> None:
    """A text that is not an id, a row without a key, and two sides without a key in common."""
    rows: list[dict[str, Any]] = [{"id": "x1", "balance": 5}, {"balance": 6}]
    bad = cb.diff(rows, [{"id": 1, "balance": 5}])
    assert [one.why for one in bad.not_compared if one.side == "a"] == [
        '"x1" is not an id.',
        "It has neither an id nor a title.",
    ]
    keyless = cb.diff([{"id": 1, "balance": 5}], [{"title": "A", "balance": 5}])
    assert [one.side for one in keyless.not_compared] == ["a", "b"]
    assert keyless.found == ()


def test_a_cell_that_cannot_be_read_is_compared_as_text() -> None:
    """It is a change if the other side has a value; the same text is none."""
    one = [{"id": 1, "balance": "sixty"}]
    (changed,) = cb.diff(one, [{"id": 1, "balance": 60}]).found
    assert changed.changes == {"balance": ("sixty", Decimal(60))}
    assert cb.diff(one, one).ok


def test_only_what_both_sides_have_is_compared() -> None:
    """A column of one side alone is named, and no difference."""
    diff = cb.diff([{"id": 1, "balance": 5}], [{"id": 1, "is_multi": True, "balance": 5}])
    assert (diff.ok, diff.fields, diff.one_sided) == (True, ("balance",), ("is_multi",))
    assert "Only one side has a column for: is_multi." in str(diff)


def test_a_blank_and_a_default() -> None:
    """A price that was taken out is a change; no online sale is none."""
    one = [{"id": 1, "balance": 5, "online_sale_is_enabled": False}]
    other = [{"id": 1, "balance": None, "online_sale_is_enabled": None}]
    (changed,) = cb.diff(one, other).found
    assert changed.changes == {"balance": (Decimal(5), None)}


def test_dates_are_moments() -> None:
    """The same moment in another time zone is not a difference."""
    one, other = (
        [{"id": 1, "expiration": {"type_id": 1, "date": date}}]
        for date in ("2031-12-31T23:59:59+00:00", datetime(2032, 1, 1, 0, 59, 59, tzinfo=UTC))
    )
    assert not cb.diff(one, other).ok
    assert cb.diff(one, [{"id": 1, "expiration": {"type_id": 1, "date": "2031-12-31"}}]).ok


def test_an_export_and_the_live_chain(client: cb.Client, tmp_path: Path) -> None:
    """Nothing differs right away; then what was changed, created and deleted does."""
    path = cb.export(tmp_path / "live.xlsx", client)
    for one, other in ((path, client), (client, path), (client, client)):
        assert cb.diff(one, other).ok
    assert cb.diff(list(client.list()), client).ok
    assert cb.diff(client.frame(), client).ok
    cb.apply(cb.plan([{"id": 288901, "balance": 60}], client), client, progress=False)
    client.delete(288904)
    diff = cb.diff(path, client)
    assert found(diff) == [("changed", 288901), ("removed", 288904)]
    assert diff.found[0].changes == {"balance": (Decimal(50), Decimal(60))}


def test_a_blank_beside_an_id_keeps_the_live_value(client: cb.Client) -> None:
    """So it is not a difference to what is live."""
    frame = pd.DataFrame({"id": [288901, 288902], "balance": [60, None]})
    diff = cb.diff(frame, client)
    assert next(one for one in diff.found if one.kind == "changed").id == 288901
    assert diff.counts["changed"] == 1


def test_names_are_looked_up_in_the_chain(client: cb.Client) -> None:
    """A sheet with names is compared by ids if one side is a client, or with a directory."""
    live = client.get(288901)
    names = [cb.directory(client).locations.entry(n).name for n in live["salon_ids"]]  # type: ignore[union-attr]
    row = [{"id": 288901, "salon_ids": "; ".join(names)}]
    assert cb.diff(row, client).counts["changed"] == 0
    ids = [{"id": 288901, "salon_ids": live["salon_ids"]}]
    assert cb.diff(row, ids, directory=cb.directory(client)).ok


def test_a_list_that_is_not_understood(client: cb.Client) -> None:
    """The text of its cell is shown whole, with and without the names of a chain."""
    wrong = [{"id": 288901, "salon_ids": "Baixxa"}]
    for diff in (cb.diff(wrong, [{"id": 288901, "salon_ids": [720441]}]), cb.diff(wrong, client)):
        assert "salon_ids: Baixxa → " in str(diff)
        assert "Baixxa" in diff._repr_html_()


def test_offline_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a client there is no request."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the service was asked")

    monkeypatch.setattr("certbulk.api.loop.Loop.call", fail)
    assert len(cb.diff(BEFORE, AFTER)) == 3


def test_drift_takes_what_read_takes(client: cb.Client) -> None:
    """A frame, records and a path, as well as a sheet."""
    rows = [{"id": 288901, "balance": 60}]
    kinds = [cb.drift(one, client).counts for one in (rows, pd.DataFrame(rows), cb.read(rows))]
    assert kinds[0] == kinds[1] == kinds[2]
    assert kinds[0]["changed"] == 1


def test_blanks_words_and_values_of_one_column() -> None:
    """Each row has what is in its own cell: the value, else the text, else nothing."""
    cells = ["10", "", "ten", " ten ", "10.0", "-", "<clear>"]
    before = pd.DataFrame({"id": range(1, 8), "balance": ["10"] * 7})
    found = cb.diff(before, before.assign(balance=cells)).found
    assert {one.id: one.changes["balance"][1] for one in found} == {
        2: None, 3: "ten", 4: "ten", 6: "-", 7: None,
    }  # fmt: skip

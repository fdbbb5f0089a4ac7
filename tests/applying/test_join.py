"""A frame's rows are known by their index: through findings, plans and runs, and back to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from tests.planning.sheets import new

Frames = Callable[[pd.DataFrame], pd.DataFrame]

ROWS = [
    new(title="C 30", balance="30"),
    new(title="A 10", balance="10"),
    new(title="D 40", balance="x"),
    new(title="B 20", balance="20"),
    {"title": "Gift Certificate 100", "balance": "110", "id": "288902"},
]


def rows() -> pd.DataFrame:
    return pd.DataFrame(ROWS)


def applied(client: cb.Client, frame: pd.DataFrame) -> cb.Run:
    return cb.apply(cb.plan(cb.validate(cb.read(frame)), client), client, progress=False)


def with_index(*labels: Any, **options: Any) -> Frames:
    return lambda frame: frame.set_axis(pd.Index(labels, **options), axis="index")


INDEXES: dict[str, Frames] = {
    "as made": lambda frame: frame,
    "filtered": lambda frame: frame[frame["title"] != "C 30"],
    "sorted": lambda frame: frame.sort_values("title"),
    "dropped": lambda frame: frame.drop(index=[1]),
    "reset after a filter": lambda frame: frame[frame["title"] != "C 30"].reset_index(drop=True),
    "title": lambda frame: frame.set_index("title"),
    "id": lambda frame: frame.iloc[-1:].astype({"id": "int64"}).set_index("id"),
    "texts": with_index("a", "b", "c", "d", "e"),
    "named": with_index(5, 3, 1, 9, 7, name="sku"),
    "called row": with_index(12, 10, 8, 6, 4, name="row"),
    "mixed": with_index(1, "1", 2.5, None, date(2031, 1, 1), dtype=object),
    "floats": with_index(1.5, 2.5, 3.0, float("nan"), -1.0),
    "days": lambda frame: frame.set_axis(pd.date_range("2031-01-01", periods=5), axis="index"),
    "moments": lambda frame: frame.set_axis(
        pd.date_range("2031-03-30 00:30", periods=5, freq="h", tz="Europe/Berlin"), axis="index"
    ),
    "months": lambda frame: frame.set_axis(
        pd.period_range("2031-01", periods=5, freq="M"), axis="index"
    ),
    "categories": lambda frame: frame.set_axis(
        pd.CategoricalIndex(["e", "d", "c", "b", "a"], name="grade"), axis="index"
    ),
    "nullable": lambda frame: frame.set_axis(pd.Index([5, 4, None, 2, 1], dtype="Int64")),
    "uuids": lambda frame: frame.set_axis([UUID(int=n) for n in range(5)], axis="index"),
    "several levels": lambda frame: frame.set_axis(
        pd.MultiIndex.from_tuples(
            [("x", 1), ("x", 2), ("y", 1), ("y", 2), ("z", 1)], names=["city", None]
        ),
        axis="index",
    ),
    "a groupby": lambda frame: (
        frame.assign(city=["x", "y"] * 2 + ["z"]).groupby(["city", "title"]).first()
    ),
}


@pytest.mark.parametrize("name", INDEXES)
def test_rows_are_known_by_the_index_that_was_read(
    client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path, name: str
) -> None:
    """In every frame, and for every join: one plan, saved and sent, for all that is shown of it."""
    frame = INDEXES[name](rows())
    report = cb.validate(cb.read(frame))
    plan = cb.plan(report, client)
    run = cb.apply(load_plan(save_plan(plan, tmp_path / "plan.json")), client, progress=False)
    every_frame_has_its_index(frame, report, plan, run)
    results_are_joined_to_their_rows(frame, plan, run, sandbox)
    what_was_joined_is_planned_again(run.join(frame), run, client)


def every_frame_has_its_index(
    frame: pd.DataFrame, report: cb.Report, plan: cb.Plan, run: cb.Run
) -> None:
    """Of findings, valid and invalid rows, plan and run; and of a plan and run read again."""
    again = cb.attach(run.id)
    for there in (report, plan.report, run.plan.report, again.plan.report):
        parts = pd.concat([there.valid, there.invalid])
        assert sorted(map(str, parts.index)) == sorted(map(str, frame.index))
        assert parts.index.names == frame.index.names
        of_rows = there.findings[there.findings["row"].fillna(0) > 1]
        labels = [frame.index[row - 2] for row in of_rows["row"]]
        pairs = zip(labels, of_rows.index, strict=True)
        assert all({label} == {found} or str(label) in ("nan", "<NA>") for label, found in pairs)
    for whole in (plan.frame, run.plan.frame, run.frame, again.plan.frame, again.frame):
        pd.testing.assert_index_equal(whole.index, frame.index, exact=True)
        assert whole.index.names == frame.index.names


def results_are_joined_to_their_rows(
    frame: pd.DataFrame, plan: cb.Plan, run: cb.Run, sandbox: cb.Sandbox
) -> None:
    """In any order, whole or in part, in this process or another: each id is at its row."""
    ids = {record["title"]: record["id"] for record in sandbox.types()}
    for known in (run, replace(run, plan=plan), cb.attach(run.id)):
        for other in (frame, frame.iloc[::-1], frame.sample(frac=0.7, random_state=3)):
            before = other.copy()
            joined = known.join(other)
            pd.testing.assert_frame_equal(other, before)
            pd.testing.assert_index_equal(joined.index, other.index, exact=True)
            for title, row in zip(titles(joined), range(len(joined)), strict=True):
                status = joined["result_status"].iloc[row]
                expected = None if status == "invalid" else ids[title]
                number = joined["id"].iloc[row]
                assert (None if pd.isna(number) else int(number)) == expected


def what_was_joined_is_planned_again(joined: pd.DataFrame, run: cb.Run, client: cb.Client) -> None:
    """Created rows have ids now, so nothing is created twice."""
    assert set(joined["result_status"]) <= {"created", "invalid", "updated"}
    report = cb.validate(cb.read(joined))
    plan = cb.plan(report, client)
    assert plan.counts["create"] == plan.counts["update"] == plan.counts["blocked"] == 0
    assert plan.counts["unchanged"] == run.counts["created"] + run.counts["updated"]
    codes = {finding.code for finding in report.all_findings}
    assert not codes & {"duplicate_column", "action_contradicts_id"}


def titles(frame: pd.DataFrame) -> list[str]:
    if "title" in frame:
        return list(frame["title"])
    if "title" in frame.index.names:
        return list(frame.index.get_level_values("title"))
    return ["Gift Certificate 100"] * len(frame)


def test_a_column_of_the_run_is_aligned_by_pandas(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """The line that put ids on other types: `f["id"] = run.frame["id"]` after a filter."""
    frame = rows()[["title", *new()]].loc[:, lambda f: ~f.columns.duplicated()]
    some = frame[frame["balance"].isin(["10", "20"])]
    run = applied(client, some)
    frame["id"] = run.frame["id"]
    ids = {record["title"]: record["id"] for record in sandbox.types()}
    assert frame.set_index("title")["id"].dropna().to_dict() == {
        "A 10": ids["A 10"],
        "B 20": ids["B 20"],
    }


def test_valid_rows_read_again_have_the_same_index() -> None:
    """Also one that is a column, and the texts of the invalid rows as well."""
    for name, made in INDEXES.items():
        first = cb.validate(cb.read(made(rows())))
        again = cb.validate(cb.read(first.valid))
        assert again.ok, name
        pd.testing.assert_frame_equal(again.valid, first.valid)
        texts = cb.read(first.sheet.frame)
        pd.testing.assert_frame_equal(texts.frame, first.sheet.frame)


def test_rows_that_were_not_sent_keep_what_they_had(client: cb.Client) -> None:
    """Two batches of one frame: the second join leaves the ids and results of the first."""
    frame = rows().drop(columns="id").iloc[:4]
    first = applied(client, frame.iloc[:2])
    frame = first.join(frame)
    assert frame["id"].isna().tolist() == [False, False, True, True]
    assert frame["id"].dtype == "Int64"
    second = applied(client, frame.iloc[2:])
    done = second.join(frame)
    assert done["id"].isna().tolist() == [False, False, True, False]
    assert done["id"].iloc[:2].tolist() == frame["id"].iloc[:2].tolist()
    assert done["result_run"].tolist() == [first.id, first.id, second.id, second.id]
    assert done["result_attempts"].dtype == "Int64"


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        ([None, 288902], "Int64"),
        ([None, 288902.0], "float64"),
        ([None, 288902.0], "float32"),
        ([None, "288902"], "object"),
        (["", "288902"], "string"),
        (["", "288902"], "str"),
        ([None, "288902"], "category"),
    ],
    ids=str,
)
def test_an_id_column_is_filled(client: cb.Client, cells: list[Any], dtype: str) -> None:
    """In the type that it has, where that can hold an id; whatever it was called."""
    frame = pd.DataFrame([ROWS[0], ROWS[-1]]).drop(columns="id")
    frame["ID"] = pd.Series(cells, dtype=dtype)
    run = applied(client, frame)
    joined = run.join(frame)
    assert "id" not in joined
    assert [int(number) for number in joined["ID"]] == [run.outcomes[0].id, 288902]
    if dtype in ("Int64", "string", "str"):
        assert joined["ID"].dtype == dtype
    assert cb.plan(cb.validate(cb.read(joined)), client).counts["unchanged"] == 2


def test_blank_rows_and_totals_have_their_place(client: cb.Client) -> None:
    """A blank row is not read and keeps its label; a row of totals is skipped."""
    frame = pd.DataFrame(
        [ROWS[0], {}, ROWS[1], {"title": "Total", "balance": "40"}], index=["a", "b", "c", "d"]
    )
    run = applied(client, frame)
    assert run.frame["status"].to_dict() == {"a": "created", "c": "created", "d": "skipped"}
    joined = run.join(frame)
    assert joined["id"].isna().to_dict() == {"a": False, "b": True, "c": False, "d": True}
    assert joined["result_status"].isna().tolist() == [False, True, False, False]


def test_an_action_that_was_carried_out_does_not_stay(client: cb.Client) -> None:
    """Beside its new id, "create" would be an error."""
    frame = pd.DataFrame([{**new(), "action": "create"}, {**new(title="B 1"), "action": "skip"}])
    joined = applied(client, frame).join(frame)
    assert joined["action"].tolist() == ["update", "skip"]


def test_an_index_that_was_made_anew_is_found_out(client: cb.Client) -> None:
    """After reset_index the labels are those of other rows: their titles, or ids, tell."""
    frame = rows()
    run = applied(client, frame)
    some = frame[frame["title"].isin(["A 10", "B 20"])].reset_index(drop=True)
    with pytest.raises(cb.PlanError, match=r'Row 0 has "C 30" as title in run .* "A 10" in this'):
        run.join(some)
    with pytest.raises(cb.PlanError, match="another row"):
        run.join(frame.sort_values("title", ignore_index=True))
    ids = pd.DataFrame({"id": [288901, 288902, 288904], "balance": [51, 101, 251]})
    done = applied(client, ids)
    with pytest.raises(cb.PlanError, match='Row 0 has "288901" as id in run'):
        done.join(ids.iloc[1:].reset_index(drop=True))


def test_rows_of_one_title_are_told_apart_by_all_their_cells(client: cb.Client) -> None:
    """If titles repeat they name no row, so that the rest has to agree."""
    frame = pd.DataFrame([new(title="A", balance="1"), new(title="A", balance="2")])
    plan = cb.plan(cb.validate(cb.read(frame)), client, allow_duplicate_titles=True)
    run = cb.apply(plan, client, progress=False)
    assert run.join(frame.iloc[::-1])["id"].tolist() == [o.id for o in run.outcomes][::-1]
    assert run.join(run.plan.report.valid)["id"].tolist() == [o.id for o in run.outcomes]
    with pytest.raises(cb.PlanError, match='Row 0 has "1" as balance'):
        run.join(frame.iloc[::-1].reset_index(drop=True))


def test_rows_without_a_name_are_told_apart_by_all_their_cells(client: cb.Client) -> None:
    """As where a mapping makes the title, or the frame was cut down to other columns."""
    frame = (
        rows().drop(columns=["title", "id"]).iloc[[0, 1, 3]].assign(spa=["North", "East", "West"])
    )
    mapping = {"template": {"title": "{spa} {balance}"}}
    report = cb.validate(cb.read(frame, mapping=mapping))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert run.join(frame)["id"].tolist() == [o.id for o in run.outcomes]
    assert run.join(frame[["spa"]].iloc[::-1])["id"].tolist() == [o.id for o in run.outcomes][::-1]
    with pytest.raises(cb.PlanError, match=r'Row 0 has "30" as balance .* "10" in this frame'):
        run.join(frame.iloc[1:].reset_index(drop=True))


def test_an_id_of_another_row_is_found_out(client: cb.Client) -> None:
    """An id that was put on a row by hand, or by a run before, is not passed over."""
    frame = pd.DataFrame([new(title="A 1"), new(title="B 1")])
    run = applied(client, frame)
    swapped = frame.assign(id=pd.array([o.id for o in run.outcomes[::-1]], dtype="Int64"))
    wrong = f'Row 0 has "{run.outcomes[0].id}" as id in run .* "{run.outcomes[1].id}" in this frame'
    with pytest.raises(cb.PlanError, match=wrong):
        run.join(swapped)
    assert run.join(run.join(frame))["id"].tolist() == [o.id for o in run.outcomes]


def test_labels_that_repeat(client: cb.Client) -> None:
    """A finding; the very frame is joined, anything else is refused with the way out."""
    frame = pd.concat([rows().iloc[:2], rows().iloc[3:4]])
    frame.index = pd.Index([0, 1, 0])
    report = cb.validate(cb.read(frame))
    (finding,) = [f for f in report.warnings if f.code == "repeated_index"]
    assert finding.value == "0"
    assert "reset_index(drop=True)" in finding.message
    assert report.ok
    run = applied(client, frame)
    assert run.frame.index.tolist() == [0, 1, 0]
    assert run.join(frame)["id"].astype(int).tolist() == [o.id for o in run.outcomes]
    frame["id"] = run.frame["id"]
    assert frame["id"].tolist() == [o.id for o in run.outcomes]
    for other in (frame.iloc[::-1], frame.iloc[:2], frame.assign(balance="1")):
        with pytest.raises(cb.PlanError, match="Several rows have the label 0"):
            run.join(other)


def test_a_frame_with_repeated_labels_is_not_joined_to_a_run_without(client: cb.Client) -> None:
    """As after a merge that doubled rows."""
    frame = rows()
    run = applied(client, frame)
    with pytest.raises(cb.PlanError, match="Several rows have the label 1"):
        run.join(pd.concat([frame, frame.loc[[1]]]))


def test_other_frames_are_refused(client: cb.Client) -> None:
    """None of its labels, another number of levels, another name, or no frame at all."""
    frame = rows()
    run = applied(client, frame)
    with pytest.raises(cb.PlanError, match=r'None of these rows .* first row is 0, .* is "x"'):
        run.join(frame.set_axis(list("xyzuv"), axis="index"))
    with pytest.raises(cb.PlanError, match="has 2 levels"):
        run.join(frame.set_index(["title", "balance"]))
    with pytest.raises(cb.PlanError, match="columns have 2 levels"):
        run.join(pd.concat({"a": frame}, axis="columns"))
    with pytest.raises(TypeError, match="takes a DataFrame, not a Series"):
        run.join(frame["title"])  # type: ignore[arg-type]
    named = frame.rename_axis("sku")
    with pytest.raises(cb.PlanError, match='is called "qty"'):
        applied(client, named).join(frame.rename_axis("qty"))


def test_rows_of_a_file_are_known_by_their_numbers(client: cb.Client, tmp_path: Path) -> None:
    """Plan and run count from 0 as ever, and have column `row`; texts and values are joined."""
    path = tmp_path / "types.csv"
    rows().to_csv(path, index=False)
    report = cb.validate(cb.read(path))
    plan = cb.plan(report, client)
    run = cb.apply(plan, client, progress=False)
    assert plan.frame.index.tolist() == run.frame.index.tolist() == [0, 1, 2, 3, 4]
    assert run.frame["row"].tolist() == [2, 3, 4, 5, 6]
    assert report.findings.index.tolist() == list(range(len(report.all_findings)))
    joined = cb.attach(run.id).join(report.sheet.frame)
    assert joined.index.name == "row"
    assert joined["id"].tolist() == ["" if o.id is None else str(o.id) for o in run.outcomes]
    assert run.join(report.valid)["id"].tolist() == [o.id for o in run.outcomes if o.id]
    with pytest.raises(cb.PlanError, match=r"of the file types\.csv.* called row"):
        run.join(pd.read_csv(path))


def test_labels_that_json_cannot_keep_are_reported(client: cb.Client) -> None:
    """In this process they stay what they are; in another they are texts, as the finding says."""
    labels = [object(), object()]
    frame = pd.DataFrame([new(title="A 1"), new(title="B 1")], index=labels)
    report = cb.validate(cb.read(frame))
    assert [f.code for f in report.warnings if f.row is None] == ["labels_as_text"]
    run = applied(client, frame)
    assert run.frame.index.tolist() == labels
    assert run.join(frame)["id"].tolist() == [o.id for o in run.outcomes]
    assert cb.attach(run.id).frame.index.tolist() == list(map(str, labels))


def test_findings_of_the_whole_table_have_no_label() -> None:
    """Those of rows have that of their row, as a whole number still."""
    frame = pd.DataFrame([{**new(balance="x"), "colour": "red"}], index=[7])
    findings = cb.validate(cb.read(frame)).findings
    assert findings.loc[7, "code"] == "not_a_number"
    assert findings.index.dtype == "Int64"
    assert [*findings.index.isna()].count(True) == 1


def test_a_moment_is_one_label_in_any_zone(client: cb.Client) -> None:
    """An index of moments that was turned into another zone still tells its rows."""
    moments = pd.date_range(datetime(2031, 1, 1, tzinfo=UTC), periods=5, freq="h")
    frame = rows().set_axis(moments, axis="index")
    run = applied(client, frame)
    joined = run.join(frame.tz_convert("Asia/Tokyo"))
    assert joined["result_id"].tolist() == run.frame["id"].tolist()

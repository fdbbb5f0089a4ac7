"""Saved plans that somebody has changed: the checksum made anew, as anybody can."""

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan
from certbulk.planning.saving.sealing import seal_of
from tests.planning.sheets import LIVE, change, new, plan_of, report_on

ROWS = [
    new(title="A 10"),
    change(288901, balance="51", title="Better 51"),
    LIVE,
    new(title="B 10", balance="x"),
    {**new(title="C 10"), "action": "skip"},
    change(999999, balance="1"),
]


@pytest.fixture
def document(client: cb.Client, tmp_path: Path) -> dict[str, Any]:
    """The document of a plan with a row of each kind, as it was saved here."""
    path = save_plan(plan_of(client, *ROWS), tmp_path / "true.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def forged(document: dict[str, Any], path: Path) -> Path:
    """Write a document as the attacker does: with a checksum that fits, and the old seal."""
    parts = {name: value for name, value in document.items() if name not in {"sha256", "seal"}}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({**document, "sha256": digest}))
    return path


def decision(document: dict[str, Any], position: int) -> dict[str, Any]:
    found: dict[str, Any] = document["decisions"][position]
    return found


def into(document: dict[str, Any], position: int, **parts: Any) -> None:
    decision(document, position).update(parts)


def body(document: dict[str, Any], position: int) -> dict[str, Any]:
    found: dict[str, Any] = decision(document, position)["body"]
    return found


OTHER = {"id": 288902, "before": None}
FORGED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another balance is sent": lambda d: body(d, 0).update(balance=999),
    "another title is sent": lambda d: body(d, 0).update(title="Evil 10"),
    "a field more is sent": lambda d: body(d, 0).update(weight=9),
    "a field less is sent": lambda d: body(d, 0).pop("category_id"),
    "locations are sent": lambda d: body(d, 0).update(salon_ids=[720442]),
    "a place deep inside": lambda d: body(d, 0)["online_sale"].update(price=1),
    "another title is shown": lambda d: into(d, 0, title="Harmless"),
    "an update sends another balance": lambda d: body(d, 1).update(balance=999),
    "an update shows other changes": lambda d: decision(d, 1)["changes"].pop("title"),
    "an update shows another old value": lambda d: decision(d, 1)["changes"].update(
        balance=[40, 51]
    ),
    "an update goes to another type": lambda d: into(d, 1, id=288902),
    "and its record, too": lambda d: into(d, 1, id=288902, before={
        **decision(d, 1)["before"], "id": 288902
    }),
    "the record was another": lambda d: decision(d, 1)["before"].update(balance=7),
    "a create is a deletion": lambda d: into(d, 0, action="delete", id=288901, body=None),
    "an update is a deletion": lambda d: into(d, 1, action="delete", body=None),
    "an unchanged row is deleted": lambda d: into(d, 2, action="delete"),
    "a create is an update": lambda d: into(
        d, 0, action="update", id=288901, before=decision(d, 1)["before"]
    ),
    "a row that is not valid is sent": lambda d: into(
        d, 3, action="create", body={**body(d, 0), "title": "B 10"}
    ),
    "a row that is skipped is sent": lambda d: into(
        d, 4, action="create", body={**body(d, 0), "title": "C 10"}
    ),
    "a blocked row is sent": lambda d: into(
        d, 5, action="update", body=body(d, 1), before=decision(d, 1)["before"]
    ),
    "it is an undo": lambda d: d.update(undoes="20270131-101500-a1b2c3"),
    "the live types were others": lambda d: d.update(live_ids=[1]),
    "the sheet says otherwise": lambda d: [
        c.update(values=["77" if text == "10" else text for text in c["values"]])
        for c in d["sheet"]["columns"]
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_plan_that_was_changed_with_its_checksum(
    document: dict[str, Any], tmp_path: Path, name: str
) -> None:
    """Each is refused in words before anything is shown, let alone sent."""
    changed = copy.deepcopy(document)
    FORGED[name](changed)
    assert changed != document
    with pytest.raises(cb.PlanError) as caught:
        load_plan(forged(changed, tmp_path / "plan.json"))
    assert "plan.json" in str(caught.value)


TYPES: dict[str, Any] = {
    "chain_id": ["1", 1.5, None, True],
    "base_url": [1, None, ["x"]],
    "per_second": ["4", 0, -1, None, True, float("nan"), float("inf")],
    "per_minute": ["\x1b[2J", 0, None],
    "live_ids": [["x"], [1.5], None],
    "undoes": [1, ["x"]],
    "id": [1, None],
    "made_elsewhere": [1, None],
    "time_zone": ["\x1b[2J", 5, None],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in TYPES.items() for v in vs])
def test_parts_of_another_kind(
    document: dict[str, Any], tmp_path: Path, name: str, value: Any
) -> None:
    """A part of another kind is a plan that is damaged, not a traceback later on."""
    with pytest.raises(cb.CertbulkError):
        load_plan(forged({**document, name: value}, tmp_path / "plan.json"))


@pytest.mark.parametrize(
    "source", ["../../etc/passwd", "a/b.csv", "a\\b.csv", "/", "..", ".", "", "nul\0.csv"]
)
def test_a_source_that_is_no_name(document: dict[str, Any], tmp_path: Path, source: str) -> None:
    """A slash in it is not a way to another file, and no traceback."""
    document["sheet"]["source"] = source
    plan = load_plan(forged(document, tmp_path / "plan.json"))
    assert plan.report.sheet.source == source


def test_a_frame_whose_name_has_a_slash(client: cb.Client, tmp_path: Path) -> None:
    """Rows whose source is not a file are saved and loaded like others."""
    from dataclasses import replace

    plan = plan_of(client, new())
    sheet = replace(plan.report.sheet, source="prices/2027")
    plan = replace(plan, report=replace(plan.report, sheet=sheet))
    assert load_plan(save_plan(plan, tmp_path / "plan.json")).decisions == plan.decisions


def test_a_plan_of_somebody_else(
    document: dict[str, Any],
    client: cb.Client,
    sandbox: cb.Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says by whom, where and when it was made, and does what it says."""
    here = load_plan(forged(document, tmp_path / "here.json"))
    assert here.made_elsewhere == ""
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "another"))
    document["made_by"] = {"user": "mal\x1b[2Jory", "host": "laptop\n7"}
    there = load_plan(forged(document, tmp_path / "there.json"))
    assert there.made_elsewhere.startswith("by mal [2Jory on laptop 7, 20")
    assert there.made_elsewhere in str(there)
    assert there.made_elsewhere in there._repr_html_()
    again = load_plan(save_plan(there, tmp_path / "again.json"))
    assert again.made_elsewhere == there.made_elsewhere, "saving it here does not make it ours"
    run = cb.apply(again, client, progress=False)
    assert (run.counts["created"], run.counts["updated"]) == (1, 1)
    assert {"A 10", "Better 51"} <= {record["title"] for record in sandbox.types()}


def test_the_seal_needs_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another state folder seals otherwise; the key is its owner's alone and does not change."""
    assert seal_of(b"plan") == seal_of(b"plan") != seal_of(b"plan!")
    assert (tmp_path / "state" / "plan-key").stat().st_mode & 0o077 == 0
    first = seal_of(b"plan")
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "another"))
    assert seal_of(b"plan") not in {first, ""}
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "file"))
    assert seal_of(b"plan") == "", "where nothing can be kept, nothing is sealed"


def test_an_undo_from_elsewhere(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run has done only its journal knows: elsewhere its undo is refused, with the way."""
    run = cb.apply(plan_of(client, new(), change(288901, balance="51")), client, progress=False)
    path = save_plan(cb.undo(run.id, client), tmp_path / "undo.json")
    plan = load_plan(path)
    assert (plan.counts["delete"], plan.counts["update"]) == (1, 1)
    changed = json.loads(path.read_text())
    changed["decisions"][0].update(id=288905, before={"id": 288905})
    with pytest.raises(cb.PlanError, match="was not saved here"):
        load_plan(forged(changed, tmp_path / "forged.json"))
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "another"))
    with pytest.raises(cb.PlanError, match="was not saved here") as caught:
        load_plan(path)
    assert run.id in caught.value.terminal


@pytest.mark.parametrize("match", ["id", "title"])
@pytest.mark.parametrize("doubles", [False, True])
def test_every_true_plan_is_built_again(
    client: cb.Client, tmp_path: Path, match: Any, doubles: Any
) -> None:
    """The samples, and rows that find their type by title, come back as they were."""
    rows = [{**LIVE, "balance": "101"}, new(), new(title="Gift Certificate 50", balance="50")]
    reports = [report_on(*rows)]
    for name in ("certificate_types.xlsx", "certificate_types_ru.xlsx", "with_errors.xlsx"):
        path = Path(cb.__file__).parents[1] / "sample_data" / name
        reports += [cb.validate(cb.read(path))] if path.exists() else []
    for number, report in enumerate(reports):
        plan = cb.plan(report, client, match=match, allow_duplicate_titles=doubles)
        back = load_plan(save_plan(plan, tmp_path / f"{number}.json"))
        assert back.decisions == plan.decisions
        assert back.report.all_findings == plan.report.all_findings
        left_out = plan.without(plan.frame[plan.frame["action"] == "create"].head(1))
        assert load_plan(save_plan(left_out, tmp_path / f"{number}b.json")).counts["create"] < max(
            1, plan.counts["create"]
        )
    assert len(reports) > 1


def test_a_table_for_another_chain_with_odd_numbers(tmp_path: Path) -> None:
    """Numbers of any length in a table that comes from elsewhere are refused in words."""
    bound = cb.bindings(report_on(new()), cb.Directory(), cb.Directory())
    for number, to in (("1" * 5000, "1"), ("1", "1" * 5000), ("x", "1"), ("1", "²")):
        frame = pd.DataFrame({"list": ["locations"], "id": [number], "to": [to]})
        with pytest.raises(cb.PlanError, match="is not an id"):
            bound.chosen_in(frame)
    assert tmp_path.exists()


def test_a_plan_of_before_does_not_say_how_it_was_made(
    document: dict[str, Any], tmp_path: Path
) -> None:
    """It is none the worse: without what later versions keep for the next command."""
    del document["match_titles"], document["sheet"]["mapping_file"]
    del document["sheet"]["vocabulary_file"]
    plan = load_plan(forged(document, tmp_path / "older.json"))
    sheet = plan.report.sheet
    assert (plan.match_titles, sheet.mapping_file, sheet.vocabulary_file) == (False, "", "")

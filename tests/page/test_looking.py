"""Looking around on the page: the runs of a chain, what has changed since, and what is live."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import certbulk as cb
from certbulk.auditing.drifted import Drifted
from certbulk.page.looking.history import History
from certbulk.page.looking.since import Since
from certbulk.page.state import State
from certbulk.page.transfers import Outbox
from tests.conftest import ROOT, UNLIMITED
from tests.planning.sheets import new, plan_of

from .screen import Screen

SAMPLES = ROOT / "sample_data"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[cb.Sandbox]:
    """The service that the settings name."""
    sandbox = cb.Sandbox(limits=UNLIMITED)
    with sandbox:
        settings = {
            "STATE_DIR": str(tmp_path / "state"),
            "BASE_URL": str(sandbox.url),
            "CHAIN_ID": str(sandbox.chain_id),
            "PARTNER_TOKEN": sandbox.server.partner_token,
            "USER_TOKEN": sandbox.server.user_token,
            "PER_SECOND": "300",
            "PER_MINUTE": "18000",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"CERTBULK_{name}", value)
        yield sandbox


@pytest.fixture
def screen(service: cb.Sandbox) -> Iterator[Screen]:
    """A page on which the chain was chosen."""
    del service
    found = Screen()
    found.do("hello")
    found.do("choose", destination="real")
    yield found
    found.controller.close()


def sent(*titles: str) -> cb.Run:
    """Send new types to the chain of the settings."""
    with cb.Client.from_env() as client:
        plan = plan_of(client, *(new(title=title) for title in titles))
        return cb.apply(plan, client, progress=False)


def fetched(screen: Screen, file: str) -> dict[str, Any]:
    """Return the first answer to a request for a file."""
    before = len(screen.answers)
    screen.do("fetch", file=file, at=0)
    return next(one for one in screen.answers[before:] if one["kind"] == "part")


def test_the_history_lists_the_runs_of_the_chain_and_their_counts(screen: Screen) -> None:
    """Newest first, each with its results to fetch; one of them is looked at."""
    assert screen.do("history")["aside"]["all"] == 0
    first, second = sent("A"), sent("B", "C")
    aside = screen.do("history")["aside"]
    assert [run["run"] for run in aside["rows"]] == [second.id, first.id]
    (newest, _) = aside["rows"]
    assert (newest["kind"], newest["state"], newest["left"]) == ("apply", "finished", 0)
    assert newest["counts"] == {"created": 2}
    assert fetched(screen, f"results of {first.id}")["name"] == f"{first.id}.results.xlsx"
    view = screen.do("open", run=first.id)
    assert (view["aside"], view["step"], view["run"]["id"]) == (None, "results", first.id)


def test_only_runs_of_the_list_are_handed_out(screen: Screen) -> None:
    """A run that is not in the list, of another chain say, has no results here."""
    run = sent("A")
    screen.do("fetch", file=f"results of {run.id}", at=0)
    assert screen.view["trouble"]["text"].startswith("This file is no longer there")


def test_the_history_is_narrowed_and_turned() -> None:
    """By a part of a file's name, of a number, or of who sent it."""
    run = {"kind": "apply", "started": "", "state": "finished", "rows": 1}
    runs = [
        {**run, "run": f"r-{n}", "file": f"May {n}.xlsx", "who": "anna@desk"} for n in range(45)
    ]
    history = History(tuple(runs))
    assert (history.shown["pages"], len(history.shown["rows"])) == (3, 20)
    assert History(tuple(runs), find="may 44").shown["count"] == 1
    assert History(tuple(runs), find="ANNA").shown["count"] == 45
    shown = History(tuple(runs), page=9).shown
    assert (shown["page"], len(shown["rows"])) == (2, 5)


def test_what_is_looked_at_is_printed_on_all_its_pages() -> None:
    """The runs of a chain, and what has changed since one, as far as they are narrowed."""
    run = {"kind": "apply", "started": "", "state": "finished", "rows": 1, "who": ""}
    history = History(tuple({**run, "run": f"r-{n}", "file": f"May {n}"} for n in range(45)))
    gone = tuple(Drifted("gone", n, n, "T") for n in range(2, 62))
    new = Drifted("new", None, 1, "N")
    since = Since("r-1", cb.Drift((*gone, new), "a run", 60, 0), "gone")
    for aside, many in ((history, 45), (replace(history, find="May 4"), 6), (since, 60)):
        _, data = Outbox().part(replace(State(), aside=aside), {"file": "rows", "at": 0})
        assert len(json.loads(data)) == many


def test_what_has_changed_since_a_run(screen: Screen, service: cb.Sandbox) -> None:
    """Nothing, and then each type that is not as the run left it; nothing is sent."""
    run = sent("A", "B")
    screen.do("history")
    aside = screen.do("drift", run=run.id)["aside"]
    assert (aside["kind"], aside["compared"], aside["counts"]) == ("since", 2, {})
    a, b = (outcome.id for outcome in run.outcomes)
    assert a is not None
    assert b is not None
    with cb.Client.from_env() as client:
        client.delete(a)
        cb.apply(plan_of(client, {"id": str(b), "title": "Bee"}), client, progress=False)
    writes = len([one for one in service.requests if one.method != "GET"])
    aside = screen.do("drift", run=run.id)["aside"]
    assert aside["counts"] == {"gone": 1, "changed": 1}
    changes = {row["title"]: row["changes"] for row in aside["rows"]}
    assert changes["Bee"] == [["title", "B", "Bee"]]
    assert [row["kind"] for row in screen.do("narrow", shown="gone")["aside"]["rows"]] == ["gone"]
    outbox, state = screen.controller._outbox, screen.controller.state  # noqa: SLF001
    answer, data = outbox.part(state, {"file": "since", "at": 0})
    assert answer["name"] == f"since.{run.id}.xlsx"
    lines = list(openpyxl.load_workbook(BytesIO(data))["drift"].iter_rows(values_only=True))
    assert [line[0] for line in lines[1:]] == ["gone", "changed"], "all of them"
    assert lines[2][4:7] == ("Title", "B", "Bee")
    assert len([one for one in service.requests if one.method != "GET"]) == writes
    assert screen.do("leave")["aside"] is None


def test_what_is_live_is_fetched_as_a_workbook(
    screen: Screen, service: cb.Sandbox, tmp_path: Path
) -> None:
    """The page is told when it is ready; read again, it changes nothing."""
    screen.do("export")
    assert {"kind": "ready", "file": "export"} in screen.answers
    assert fetched(screen, "export")["name"] == f"certificate_types.{service.chain_id}.xlsx"
    path = tmp_path / "live.xlsx"
    outbox, state = screen.controller._outbox, screen.controller.state  # noqa: SLF001
    path.write_bytes(outbox.part(state, {"file": "export", "at": 0})[1])
    with cb.Client.from_env() as client:
        assert cb.plan(cb.validate(cb.read(path)), client).writes == 0


def test_the_sample_can_be_sent_to_any_chain(screen: Screen, tmp_path: Path) -> None:
    """It has rows without an error, and no row that is skipped."""
    assert fetched(screen, "sample")["name"] == "sample.xlsx"
    path = tmp_path / "sample.xlsx"
    outbox, state = screen.controller._outbox, screen.controller.state  # noqa: SLF001
    path.write_bytes(outbox.part(state, {"file": "sample", "at": 0})[1])
    view = screen.upload(path)
    assert (view["report"]["good"], view["report"]["bad"]) == (2, 0)
    assert screen.do("plan")["plan"]["writes"] == 2


def test_a_list_is_left_when_the_service_cannot_be_asked(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expired tokens, in the middle: a line says so, and what was there is still there."""
    run = sent("A")
    screen.upload(SAMPLES / "certificate_types.csv")
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "expired-4715")
    view = screen.do("drift", run=run.id)
    assert "401" in view["trouble"]["text"]
    assert (view["aside"], view["report"]["rows"], view["work"]) == (None, 42, None)
    assert "401" in screen.do("export")["trouble"]["text"]

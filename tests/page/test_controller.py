"""The page's own side, without a browser: what is asked for is done, and shown."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.history import recent_runs
from certbulk.applying.journal.chain_lock import Claim, one_run_at_a_time
from certbulk.applying.journal.writing import Journal
from certbulk.applying.phases import Phase, phase_told
from certbulk.errors import OutputError
from certbulk.page import preparing
from certbulk.sandbox import Faults
from tests.page.screen import Screen
from tests.planning.sheets import new, plan_of, report_on

SAMPLES = Path(cb.__file__).parents[1] / "sample_data"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, sandbox: cb.Sandbox) -> cb.Sandbox:
    """The sandbox in the place of the real service: what the settings name."""
    for name, value in {
        "BASE_URL": sandbox.url,
        "CHAIN_ID": str(sandbox.chain_id),
        "PARTNER_TOKEN": sandbox.server.partner_token,
        "USER_TOKEN": sandbox.server.user_token,
        "PER_SECOND": "500",
        "PER_MINUTE": "60000",
    }.items():
        monkeypatch.setenv(f"CERTBULK_{name}", value)
    return sandbox


@pytest.fixture
def screen() -> Iterator[Screen]:
    shown = Screen()
    shown.do("hello")
    yield shown
    shown.controller.close()


def test_from_the_chain_to_the_undo(service: cb.Sandbox, screen: Screen) -> None:
    """The whole way, with the run in a process of its own, and the number of writes typed."""
    before = service.types()
    assert [destination["key"] for destination in screen.view["destinations"]] == [
        "practice",
        "real",
    ]
    assert screen.do("choose", destination="real")["step"] == "file"
    assert screen.upload(SAMPLES / "certificate_types.xlsx")["report"]["bad"] == 0
    plan = screen.do("plan")["plan"]
    assert plan["counts"]["create"] == 33
    screen.do("tick", row=2, on=False)
    refused = screen.do("send", typed=str(plan["writes"]))
    assert "Nothing was sent. Type 36" in refused["trouble"]["text"]
    assert service.types() == before
    assert screen.do("send", typed=" 36 ")["step"] == "sending"
    run = screen.until("results")["run"]
    assert (run["counts"]["created"], run["counts"]["skipped"], run["state"]) == (32, 3, "finished")
    assert len(service.types()) == len(before) + 32
    undo = screen.do("undo")["plan"]
    assert (undo["undoes"], undo["counts"]["delete"]) == (run["id"], 32)
    assert screen.do("back")["run"]["id"] == run["id"]


def test_one_that_cannot_start_says_why(
    service: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process said when it ended is shown, and the plan is there still."""
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    plan = screen.do("plan")["plan"]
    monkeypatch.setenv("CERTBULK_CHAIN_ID", "4")
    screen.do("send", typed=str(plan["writes"]))
    view = screen.until("plan")
    assert "Nothing was sent: The plan is for chain" in view["trouble"]["text"]
    assert screen.do("dismiss")["trouble"]["text"] == ""
    assert not [r for r in service.requests if r.method == "POST"]


def test_the_second_one_is_told(
    service: cb.Sandbox, screen: Screen, client: cb.Client, tmp_path: Path
) -> None:
    """While somebody sends to the chain, nothing is sent, and the page says who is sending."""
    first = cb.apply(plan_of(client, new(title="The first")), client, progress=False)
    screen.do("choose", destination="real")
    folder = tmp_path / "state"
    journal = Journal(folder)
    with one_run_at_a_time(folder, Claim(service.url, service.chain_id, first.id, "now")):
        journal.resumed(first.id)
        assert look(screen)["busy"]["run"] == first.id, "also where nobody does anything here"
        assert screen.upload(SAMPLES / "with_errors.xlsx")["busy"]["run"] == first.id
        assert screen.do("plan")["busy"]["run"] == first.id
        view = screen.do("send", typed=str(screen.view["plan"]["writes"]))
        assert f"Nothing was sent: run {first.id}" in view["trouble"]["text"]
        assert view["busy"]["run"] == first.id
        assert view["step"] == "plan"
        assert look(screen, wrong=True)["trouble"]["text"] == "The journal is away."
        assert screen.view["busy"]["run"] == first.id
    assert look(screen)["busy"] is None, "one look that failed does not end the watching"
    journal.close()


def look(screen: Screen, *, wrong: bool = False) -> dict[str, Any]:
    """Do what the page does every other second, perhaps with a journal that cannot be read."""
    with pytest.MonkeyPatch.context() as patch:
        if wrong:
            patch.setattr(preparing, "recent_runs", away)
        screen.controller._thread.submit(screen.controller._look)  # noqa: SLF001
        screen.do("nothing")
    timer = screen.controller._timer  # noqa: SLF001
    assert timer is not None
    assert timer.is_alive(), "the next look waits"
    return screen.view


def away(*_: object) -> None:
    raise OutputError("The journal is away.")


def test_a_page_stays_at_its_run(
    service: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded again before the run has begun, it finds it; a stop that fails changes nothing."""
    assert service.url
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.csv")
    screen.do("plan")
    screen.do("tick_all", on=False)
    screen.do("tick", row=5, on=True)
    first = screen.do("send", typed="1")
    assert (first["step"], first["run"], first["remember"]["run"]) == ("sending", None, "")
    again = Screen()
    view = again.do("hello", **first["remember"])
    assert (view["step"], view["busy"]) == ("sending", None)
    assert again.do("open", run="none")["step"] == "sending"
    run = again.until("results")["run"]
    assert run["id"] == screen.until("results")["run"]["id"]
    again.controller.state = replace(again.controller.state, sending=True, run=under_way(again))
    monkeypatch.setattr("certbulk.page.controller.stop", away)
    view = again.do("pause")
    assert (view["trouble"]["text"], view["step"]) == ("The journal is away.", "sending")
    assert not view["run"]["paused"]
    again.controller.close()


def test_a_stop_that_comes_before_the_run_goes_on(
    service: cb.Sandbox, screen: Screen, client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept until there is something to stop: no click on Stop is lost."""
    stop = threading.Event()
    stop.set()
    rows = [new(title=f"Later {number} for 10") for number in range(60)]
    run = cb.apply(plan_of(client, *rows), client, progress=False, stop=stop)
    monkeypatch.setenv("CERTBULK_PER_SECOND", "4")
    screen.do("choose", destination="real")
    assert screen.do("open", run=run.id)["step"] == "results"
    screen.do("go_on")
    assert screen.do("stop")["run"]["stopping"]
    ended = screen.until("results")["run"]
    assert (ended["state"], ended["left"] > 0) == ("stopped", True)
    assert len(service.types()) < 9 + len(rows)


def under_way(screen: Screen) -> cb.Run:
    """Return the run of a page as it was while it was under way."""
    assert screen.controller.state.run
    return replace(screen.controller.state.run, state="running")


@pytest.mark.parametrize("plan", ["../../../etc", "0123456789abcdef", "x" * 300])
def test_what_a_browser_remembers_wrongly_leads_nowhere(service: cb.Sandbox, plan: str) -> None:
    """A plan that nobody sent just now is not waited for."""
    assert service.url
    other = Screen()
    view = other.do("hello", destination="real", run="", plan=plan)
    assert (view["step"], view["trouble"]["text"]) == ("file", "")
    other.controller.close()


def test_a_page_that_is_opened_again_is_where_it_was(service: cb.Sandbox, screen: Screen) -> None:
    """The browser remembers the chain and the run; nothing else is needed."""
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.csv")
    screen.do("plan")
    screen.do("tick_all", on=False)
    for row in (5, 9):
        screen.do("tick", row=row, on=True)
    screen.do("send", typed="2")
    number = screen.until("results")["run"]["id"]
    again = Screen()
    assert again.do("hello", **screen.view["remember"])["run"]["id"] == number
    assert again.view["step"] == "results"
    assert again.do("again")["recent"][0]["run"] == number
    assert again.do("open", run=number)["run"]["counts"]["updated"] == 2
    again.controller.close()
    assert service.types()


def test_where_the_service_refuses_a_workbook_is_read_all_the_same(
    service: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What names mean in the chain cannot be asked then, and the page says so."""
    assert service.url
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "not the token")
    screen.do("choose", destination="real")
    view = screen.upload(SAMPLES / "certificate_types.xlsx")
    assert view["trouble"]["text"].startswith("Names and ids were not looked up in the chain: ")
    assert view["report"]["rows"] == 42
    screen.do("elsewhere")
    view = screen.do("choose", destination="practice")
    assert (view["trouble"]["text"], view["report"]["bad"]) == ("", 0)


def test_what_cannot_be_read_is_a_line(screen: Screen, tmp_path: Path) -> None:
    """Rubbish, an empty file, an unforeseen message: a line, and the page goes on."""
    screen.do("choose", destination="practice")
    (tmp_path / "rubbish.xlsx").write_bytes(b"PK\x03\x04 rubbish")
    trouble = screen.upload(tmp_path / "rubbish.xlsx")["trouble"]
    assert trouble["text"].startswith("rubbish.xlsx")
    assert (trouble["key"], trouble["values"]) == ("error.read_damaged", {"file": "rubbish.xlsx"})
    assert "Traceback" not in trouble["text"]
    (tmp_path / "empty.csv").write_bytes(b"")
    assert screen.upload(tmp_path / "empty.csv")["report"]["rows"] == 0
    assert screen.do("upload", name="x.csv")["trouble"]["text"].startswith(
        "This is a mistake in certbulk"
    )
    assert screen.upload(SAMPLES / "certificate_types.csv")["report"]["rows"] == 42


def test_what_is_shown_belongs_to_one_file(
    service: cb.Sandbox, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be read leaves the one before whole; another chain leaves no report."""
    assert service.url
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "with_errors.xlsx")
    (tmp_path / "with_errors.xlsx").write_bytes(b"PK\x03\x04 rubbish")
    view = screen.upload(tmp_path / "with_errors.xlsx")
    assert view["trouble"]["text"].startswith("with_errors.xlsx")
    assert view["report"]["file"] == "with_errors.xlsx"
    screen.do("fetch", file="annotated", at=0)
    assert screen.answers[-1]["name"] == "with_errors.to_repair.xlsx"
    screen.do("elsewhere")
    view = screen.do("choose", destination="practice")
    assert (view["trouble"]["text"], view["report"]["file"]) == ("", "with_errors.xlsx")
    screen.do("elsewhere")
    monkeypatch.setenv("CERTBULK_TIME_ZONE", "No/Where")
    view = screen.do("choose", destination="real")
    assert (view["report"], view["destination"]["key"]) == (None, "real")
    assert "No/Where" in view["trouble"]["text"]
    assert screen.do("plan")["plan"] is None


def test_a_plan_that_cannot_be_made_again_leaves_the_box_as_it_was(
    service: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan that is shown was made as the box beside it says."""
    assert service.url
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    before = screen.do("plan")["plan"]
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "not the token")
    view = screen.do("match", on=True)
    assert view["trouble"]["text"]
    assert (view["plan"]["match"], view["plan"]["counts"]) == (False, before["counts"])


def test_rows_for_the_browser_extension(screen: Screen) -> None:
    """They are known by their look, and read as such when that is asked for; so they stay."""
    screen.do("choose", destination="practice")
    view = screen.upload(SAMPLES / "pasted_rows.txt")
    assert (view["report"]["pasted"], view["report"]["good"]) == (True, 0)
    report = screen.do("pasted")["report"]
    assert (report["good"], report["columns"], report["unknown"]) == (9, 13, [])
    screen.do("elsewhere")
    view = screen.do("choose", destination="practice")
    assert (view["report"]["pasted"], view["report"]["good"]) == (False, 9)


def test_the_practice_chain_needs_no_settings(screen: Screen) -> None:
    """It plans at once; the own chain says what is missing, and cannot be chosen."""
    real = screen.view["destinations"][1]
    assert "CERTBULK_CHAIN_ID" in real["trouble"]["text"]
    assert screen.do("choose", destination="real")["step"] == "chain"
    screen.do("choose", destination="practice")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    assert screen.do("plan")["plan"]["counts"]["create"] == 33
    assert screen.do("match", on=True)["plan"]["match"]


def sent_one(screen: Screen) -> str:
    """Send one row of the sample, and return its run's number when it has ended."""
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.csv")
    screen.do("plan")
    screen.do("tick_all", on=False)
    screen.do("tick", row=5, on=True)
    screen.do("send", typed="1")
    return str(screen.until("results")["run"]["id"])


def test_undo_is_open_after_a_run_that_the_page_was_loaded_in(
    service: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was true when the page was loaded: who sends is read when it is decided."""
    assert service.url
    seen: list[dict[str, Any]] = []
    really = recent_runs

    def running(*given: Any) -> list[dict[str, Any]]:
        seen[:] = [{**run, "state": "running"} for run in really(*given)]
        return seen

    number = sent_one(screen)
    monkeypatch.setattr(preparing, "recent_runs", running)
    again = Screen()
    again.do("hello", **screen.view["remember"])
    assert seen[0]["run"] == number
    monkeypatch.setattr(preparing, "recent_runs", really)
    undo = again.do("undo")
    assert (undo["busy"], undo["plan"]["undoes"]) == (None, number)
    again.do("send", typed="1")
    assert again.until("results")["run"]["undoes"] == number
    again.controller.close()


def test_runs_are_listed_as_they_are_when_they_are_shown(
    service: cb.Sandbox, screen: Screen, client: cb.Client
) -> None:
    """One that another terminal has made since is in the list without a reload."""
    assert service.url
    assert screen.do("choose", destination="real")["recent"] == []
    run = cb.apply(plan_of(client, new(title="Of a terminal")), client, progress=False)
    assert look(screen)["recent"][0]["run"] == run.id
    assert screen.do("elsewhere")["recent"] == []
    assert screen.do("choose", destination="real")["recent"][0]["state"] == "finished"


def test_a_message_with_a_number_is_acknowledged_before_anything_is_done(screen: Screen) -> None:
    """Also where the page's side is at something, and where it makes no sense."""
    held = threading.Event()
    screen.controller._thread.submit(held.wait, 30)  # noqa: SLF001
    for number, what in enumerate(("choose", "nonsense", "cancel"), 1):
        screen.controller.receive({"do": what, "id": number})
    assert [answer for answer in screen.answers if answer["kind"] == "taken"] == [
        {"kind": "taken", "id": number} for number in (1, 2, 3)
    ]
    held.set()


def test_a_click_on_what_has_gone_brings_the_page_up_to_date(screen: Screen) -> None:
    """It is shown anew, rather than nothing."""
    screen.do("choose", destination="practice")
    before = screen.shown
    screen.do("send")
    assert (screen.shown, screen.view["step"]) == (before + 1, "file")


def test_a_chain_that_is_not_ready_says_why(screen: Screen) -> None:
    """And one that is not there, too: neither is a mistake in certbulk."""
    assert "CERTBULK_CHAIN_ID" in screen.do("choose", destination="real")["trouble"]["text"]
    trouble = screen.do("choose", destination="moon")["trouble"]["text"]
    assert trouble == "This chain cannot be chosen: There is no chain moon here."


@pytest.mark.parametrize("what", ["plan", "upload"])
def test_work_can_be_cancelled(service: cb.Sandbox, screen: Screen, what: str) -> None:
    """At once, also while the service does not answer; nothing of it remains."""
    screen.do("choose", destination="real")
    before = screen.upload(SAMPLES / "certificate_types.xlsx")
    service.faults = Faults(latency=1.0, latency_seconds=5.0)
    if what == "plan":
        screen.controller.receive({"do": "plan"})
    else:
        path = SAMPLES / "with_errors.xlsx"
        data = path.read_bytes()
        screen.controller.receive(
            {"do": "upload", "name": path.name, "size": len(data), "at": 0}, [data]
        )
    work = screen.until_true(lambda view: view["work"])["work"]
    assert (work["name"], work["cancels"]) == ("planning" if what == "plan" else "reading", True)
    screen.controller.receive({"do": "plan"})  # what is clicked meanwhile is not done afterwards
    screen.controller.receive(
        {"do": "upload", "name": "a.csv", "size": 1, "at": 0, "id": 7}, [b"a"]
    )
    assert screen.answers[-1] == {"kind": "ignored", "id": 7}, (
        "a file that is dropped is waited for"
    )
    screen.controller.receive({"do": "cancel"})
    view = screen.until_true(lambda view: view["work"] is None)
    asked = len(service.requests)
    assert (view["step"], view["plan"], view["report"]) == (before["step"], None, before["report"])
    service.faults = Faults()
    plan = screen.do("plan")["plan"]
    assert plan["file"] == "certificate_types.xlsx"
    assert len(service.requests) - asked <= 6, "what was cancelled asks for nothing more"


def test_paused_stays_paused_after_a_reload(service: cb.Sandbox, client: cb.Client) -> None:
    """It waits to go on, until it is ended, or goes on from another window."""
    stop = threading.Event()
    stop.set()
    rows = [new(title=f"Later {number} for 10") for number in range(3)]
    run = cb.apply(plan_of(client, *rows), client, progress=False, stop=stop)
    remembered = {"destination": "real", "run": run.id, "paused": True, "mine": True}
    assert service.url
    again = Screen()
    view = again.do("hello", **remembered)
    assert (view["step"], view["sending"], view["run"]["paused"]) == ("sending", False, True)
    assert view["remember"]["paused"]
    cb.resume(run.id, client, progress=False)
    assert again.do("go_on")["step"] == "sending"
    assert again.until("results")["run"]["left"] == 0
    assert not again.view["remember"]["paused"]
    again.controller.close()


def test_a_run_that_is_gone_on_with_elsewhere_is_followed(
    service: cb.Sandbox, screen: Screen, client: cb.Client, tmp_path: Path
) -> None:
    """The results of a run that goes on are not its results yet."""
    number = sent_one(screen)
    journal = Journal(tmp_path / "state")
    with one_run_at_a_time(tmp_path / "state", Claim(service.url, service.chain_id, number, "now")):
        journal.resumed(number)
        assert look(screen)["step"] == "sending"
        assert screen.do("stop")["run"]["stopping"]
        journal.finish(number, "stopped", "stopped on request", "now")
    assert screen.until("results")["run"]["state"] == "stopped"
    journal.close()
    assert client.list()


def test_what_a_run_is_doing_is_shown(
    service: cb.Sandbox, screen: Screen, client: cb.Client, tmp_path: Path
) -> None:
    """As its own process has written it down."""
    number = sent_one(screen)
    run = cb.attach(number)
    chain = (run.plan.base_url, run.plan.chain_id)
    journal = Journal(tmp_path / "state")
    with (
        one_run_at_a_time(tmp_path / "state", Claim(service.url, service.chain_id, number, "now")),
        phase_told(
            tmp_path / "state", *chain, run=number, phase=lambda: Phase("checking", 7, wait=20)
        ),
    ):
        journal.resumed(number)
        look(screen)
        phase = screen.until_true(lambda view: view["run"] and view["run"]["phase"])["run"]["phase"]
        assert (phase["name"], phase["rows"]) == ("checking", 7)
        assert 0 < phase["left"] <= 20
        journal.finish(number, "finished", "", "now")
    assert screen.until("results")["run"]["phase"] is None
    journal.close()
    assert client.list()


@pytest.mark.parametrize(
    ("size", "parts", "answers"),
    [(4, [b"a,", b"b\n"], ["more", "received"]), (4, [b"a,", b"too much"], ["more", "received"])],
    ids=["whole", "refused"],
)
def test_an_upload_ends_when_it_is_told(
    screen: Screen, size: int, parts: list[bytes], answers: list[str]
) -> None:
    """Each part has one answer: go on, or it has arrived or is refused. A view ends no upload."""
    screen.do("choose", destination="practice")
    for part in parts:
        at = 0 if part == parts[0] else len(parts[0])
        screen.controller.receive({"do": "upload", "name": "a.csv", "size": size, "at": at}, [part])
    screen.do("nothing")
    assert [answer["kind"] for answer in screen.answers] == answers


def test_a_download_that_cannot_be_had_is_refused(screen: Screen) -> None:
    """With a line on the page, and an answer that ends the asking."""
    screen.do("choose", destination="practice")
    view = screen.do("fetch", file="results", at=0)
    assert "no longer there" in view["trouble"]["text"]
    assert screen.answers[-1] == {"kind": "no_part", "file": "results"}


@pytest.mark.parametrize("name", ["a" * 200, "ж" * 200, "שלום " * 40, "a." * 300])
def test_long_names_are_read(screen: Screen, name: str) -> None:
    """Whatever their length; what is shown has the beginning and the end."""
    screen.do("choose", destination="practice")
    data = (SAMPLES / "certificate_types.csv").read_bytes()
    message = {"do": "upload", "name": f"{name}.csv", "size": len(data), "at": 0, "files": 1}
    screen.controller.receive(message, [data])
    view = screen.do("nothing")
    assert (view["trouble"]["text"], view["report"]["rows"]) == ("", 42)
    shown = view["report"]["file"]
    assert (shown[:10], shown[-4:], len(shown)) == (name[:10], ".csv", 60)
    screen.do("fetch", file="annotated", at=0)
    assert ".to_repair." in screen.answers[-1]["name"]


@pytest.mark.parametrize(
    ("faults", "name", "rows"),
    [
        (Faults(lost_answer=1.0, methods=("POST",)), "checking", 1),
        (Faults(rate_limited=1.0, methods=("POST",)), "resting", 0),
    ],
)
def test_a_process_that_waits_says_what_for(
    service: cb.Sandbox, screen: Screen, faults: Faults, name: str, rows: int
) -> None:
    """With the time when it goes on; and it can be stopped meanwhile."""
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    screen.do("plan")
    screen.do("tick_all", on=False)
    screen.do("tick", row=2, on=True)
    service.faults = faults
    screen.do("send", typed="1")
    view = screen.until_true(
        lambda view: (
            view["run"]
            and (view["run"]["phase"] or {}).get("name") == name
            and view["run"]["phase"]["left"]  # a wait of a second may be over when it is looked at
        )
    )
    phase = view["run"]["phase"]
    assert (view["step"], phase["rows"]) == ("sending", rows)
    assert phase["left"] <= 60
    assert view["run"]["seconds_left"] >= phase["left"], "the wait comes before the rows"
    screen.do("stop")
    service.faults = Faults()
    assert screen.until("results", 80)["run"]["phase"] is None


@pytest.mark.parametrize(("rows", "seconds"), [(40, 1.0), (5000, 2.5)])
def test_from_the_drop_to_the_plan_in_time(
    screen: Screen, tmp_path: Path, rows: int, seconds: float
) -> None:
    """Seconds of work, so that a busy machine makes no difference; what is sent stays small."""
    path = tmp_path / "full.csv"
    report_on(*(new(title=f"Card {n} for 10") for n in range(rows))).sheet.frame.to_csv(
        path, index=False
    )
    screen.do("choose", destination="practice")
    began = time.process_time()
    screen.upload(path)
    view = screen.do("plan")
    assert time.process_time() - began <= seconds
    assert view["plan"]["counts"] == {"create": rows}
    assert len(json.dumps(view)) < 40_000

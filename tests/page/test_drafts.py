"""What is prepared and not sent yet is found again, or it is reported why it is not."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.page import preparing, process
from certbulk.page.drafts import Found, Keeper, Prepared
from certbulk.planning.saving.files import load_plan
from tests.conftest import ROOT
from tests.page.screen import Screen
from tests.planning.sheets import new, report_on


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    report_on(new(title="A"), new(title="B")).sheet.frame.to_csv(path, index=False)
    return path


@pytest.fixture
def left(workbook: Path) -> Iterator[dict[str, Any]]:
    """What a browser remembers of a page that was left with a plan, one row of it left out."""
    screen = Screen()
    screen.do("hello")
    screen.do("choose", destination="practice")
    screen.upload(workbook)
    screen.do("plan")
    screen.do("match", on=True)
    screen.do("tick", row=3, on=False)
    screen.do("look", find="A")
    yield {**screen.view["remember"], "mine": True}
    screen.controller.close()


Opened = Callable[[dict[str, Any]], Screen]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens the page in a browser that remembers this."""
    screens: list[Screen] = []

    def opened(remembered: dict[str, Any]) -> Screen:
        screens.append(Screen())
        screens[-1].do("hello", **remembered)
        return screens[-1]

    yield opened
    for screen in screens:
        screen.controller.close()


def kept() -> list[Path]:
    return sorted(Path(os.environ["CERTBULK_STATE_DIR"], "prepared").iterdir())


def test_a_page_is_found_as_it_was_left(opened: Opened, left: dict[str, Any]) -> None:
    """The very plan, the row that was left out, what the table was narrowed to; and further on."""
    screen = opened(left)
    view = screen.view
    assert (view["step"], view["trouble"]["text"], view["report"]["file"]) == (
        "plan",
        "",
        "mine.csv",
    )
    assert (view["plan"]["writes"], view["plan"]["out"], view["plan"]["match"]) == (1, 1, True)
    assert view["plan"]["table"]["find"] == "A"
    assert view["remember"]["kept"] == left["kept"]
    assert screen.do("back")["plan"] is None
    assert opened({**screen.view["remember"], "mine": True}).view["step"] == "file"
    assert screen.do("again")["remember"]["kept"] == ""
    assert kept() == []


def test_another_page_takes_a_copy(opened: Opened, left: dict[str, Any]) -> None:
    """The one that was open before keeps its own."""
    other = opened({**left, "mine": False})
    assert other.view["plan"]["writes"] == 1
    assert other.view["remember"]["kept"] not in ("", left["kept"])
    other.do("again")
    assert [path.name for path in kept()] == [left["kept"]]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_it_is_for_this_user_only(left: dict[str, Any]) -> None:
    """The folder, and everything in it."""
    (folder,) = kept()
    assert folder.name == left["kept"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "mine.csv",
        "plan",
        "prepared.json",
    ]
    assert not any(path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*")))


@pytest.mark.parametrize("broken", ["not a plan", '{"format": 99}'])
def test_a_plan_that_cannot_be_used_is_said(
    opened: Opened, left: dict[str, Any], broken: str
) -> None:
    """The workbook is there, and the plan can be made again."""
    (kept()[0] / "plan" / "plan.json").write_text(broken, encoding="utf-8")
    screen = opened(left)
    assert screen.view["trouble"]["text"].startswith(
        "The plan that was here can no longer be used: "
    )
    assert (screen.view["step"], screen.view["report"]["good"]) == ("file", 2)
    assert screen.do("plan")["plan"]["writes"] == 2


def test_a_plan_for_another_chain_is_none_for_this_one(
    opened: Opened, left: dict[str, Any], sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings may have changed between two looks at the page."""
    for name, value in {
        "BASE_URL": sandbox.url,
        "CHAIN_ID": str(sandbox.chain_id),
        "PARTNER_TOKEN": sandbox.server.partner_token,
        "USER_TOKEN": sandbox.server.user_token,
    }.items():
        monkeypatch.setenv(f"CERTBULK_{name}", value)
    view = opened({**left, "destination": "real"}).view
    assert "It was made for chain" in view["trouble"]["text"]
    assert (view["step"], view["report"]["rows"]) == ("file", 2)


def test_a_plan_waits_for_its_chain(opened: Opened, left: dict[str, Any]) -> None:
    """The one that the browser names cannot be chosen now: nothing is lost until one is."""
    again = opened({**left, "destination": "profile-gone"})
    assert (again.view["step"], again.view["waiting"]["file"]) == ("chain", "mine.csv")
    again = opened({**again.view["remember"], "mine": True})
    assert (again.view["step"], again.view["waiting"]["file"]) == ("chain", "mine.csv")
    assert again.do("choose", destination="profile-gone")["trouble"]["text"]
    view = again.do("choose", destination="practice")
    assert (view["step"], view["plan"]["out"], view["waiting"]) == ("plan", 1, None)
    assert view["remember"]["kept"] == left["kept"]


@pytest.mark.campaign
def test_what_was_sent_meanwhile_is_seen_as_a_run(opened: Opened, left: dict[str, Any]) -> None:
    """A plan is carried out once: whoever comes back, or sends it as well, sees how it went."""
    screen = opened({**left, "mine": False})
    other = opened({**left, "mine": False})
    other.do("tick", row=3, on=True)
    screen.do("send")
    number = screen.until("results")["run"]["id"]
    view = other.do("send")
    assert (view["step"], view["run"]["id"]) == ("results", number)
    assert view["trouble"]["text"].startswith("This plan was sent before")
    assert view["run"]["counts"] == screen.view["run"]["counts"]
    again = opened(left)
    assert (again.view["step"], again.view["run"]["id"]) == ("results", number)
    assert kept() == []
    undo = screen.do("undo")
    assert undo["remember"]["kept"]
    found = opened({**undo["remember"], "mine": True})
    assert found.view["plan"]["undoes"] == number
    assert found.do("back")["run"]["id"] == number


def test_a_plan_whose_process_could_not_start_is_there_still(
    opened: Opened, left: dict[str, Any]
) -> None:
    """Loaded again in the seconds between: it is reported, and nothing has to be dropped again."""
    screen = opened(left)
    assert screen.controller.state.plan
    said = Path(
        os.environ["CERTBULK_STATE_DIR"], "uploads", screen.controller.state.plan.id, "said.txt"
    )
    said.parent.mkdir(parents=True)
    said.touch()
    assert screen.do("send")["step"] == "sending", "it waits for what another window has sent"
    assert screen.view["trouble"]["text"].startswith("This plan was sent before")
    assert [path.name for path in said.parent.iterdir()] == ["said.txt"], "nothing was sent here"
    waiting = opened({**left, "plan": screen.controller.state.plan.id})
    assert waiting.view["step"] == "sending"
    assert waiting.view["remember"]["kept"] == left["kept"]
    said.write_text("certbulk: It may not.\n", encoding="utf-8")
    view = waiting.until("plan")
    assert (view["trouble"]["text"], view["plan"]["writes"]) == ("Nothing was sent: It may not.", 1)


def test_each_process_has_a_plan_of_its_own(
    opened: Opened, left: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two windows that send one plan with other ticks in the same moment: each what it shows."""
    started: list[Path] = []
    monkeypatch.setattr(process, "_start", lambda given, *_: started.append(Path(given[1])))
    state = opened(left).controller.state
    assert state.destination
    for ticked in (state, state.ticked([3], send=True)):
        process.start_plan(ticked.to_send, state.destination)
    assert [load_plan(path).counts["create"] for path in started] == [1, 2]


@pytest.mark.parametrize("name", ["../../../etc", "f" * 32])
def test_what_is_not_there_is_said(opened: Opened, name: str) -> None:
    """Removed after a week, or made up: the page begins anew, and says so."""
    view = opened({"destination": "practice", "kept": name, "mine": True}).view
    assert (view["step"], view["remember"]["kept"]) == ("file", "")
    assert (
        view["trouble"]["text"]
        == "What was prepared here is no longer kept. Drop the workbook again."
    )


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ("upload", "The upload was cut off. Drop the workbook again."),
        ("reading", "The server stopped before the workbook was read. Drop it again."),
        ("planning", "The server stopped before the plan was made. Make it again."),
        ("finding", ""),
        ("", ""),
    ],
)
def test_what_a_server_that_ended_was_at_is_said(opened: Opened, cut: str, words: str) -> None:
    """It is not done by the next one; a page without a word would look as if it had been."""
    assert opened({"destination": "practice", "cut": cut}).view["trouble"]["text"] == words


def test_it_is_said_wherever_a_plan_can_be_made(opened: Opened) -> None:
    """A file with errors is at another step than one without."""
    screen = opened({"destination": "practice"})
    assert screen.upload(ROOT / "sample_data" / "with_errors.xlsx")["step"] == "columns"
    again = opened({**screen.view["remember"], "mine": True, "cut": "planning"})
    assert again.view["step"] == "columns"
    assert again.view["trouble"]["key"] == "trouble.cut_planning"


def test_an_upload_that_was_cut_off_is_said(opened: Opened, workbook: Path) -> None:
    """By the same server, too; not if its last part had come."""
    screen = opened({"destination": "practice"})
    screen.controller.receive(
        {"do": "upload", "name": "a.csv", "size": 100, "at": 0, "files": 1}, [b"title\n"]
    )
    assert screen.do("hello", cut="upload")["trouble"]["text"].startswith("The upload was cut off")
    screen.do("dismiss")
    assert screen.upload(workbook)["report"]
    assert screen.do("hello", cut="upload")["trouble"]["text"] == ""


def test_where_it_cannot_be_kept_the_page_goes_on(opened: Opened, workbook: Path) -> None:
    """It is reported once that a page that is loaded again begins anew."""
    folder = Path(os.environ["CERTBULK_STATE_DIR"])
    folder.mkdir()
    (folder / "prepared").write_text("no folder", encoding="utf-8")
    screen = opened({})
    screen.do("choose", destination="practice")
    view = screen.upload(workbook)
    assert view["trouble"]["text"].startswith(
        "What you prepare here is lost when the page is loaded again"
    )
    assert screen.do("plan")["trouble"]["text"] == ""


def test_only_the_last_ones_are_kept(workbook: Path) -> None:
    """So many pages and no more, and none for longer than a week."""
    names = []
    for number in range(23):
        keeper = Keeper()
        keeper.keep(Prepared("mine.csv"), workbook, None)
        names.append(keeper.name)
        changed = (kept()[0].parent / keeper.name).stat().st_mtime + number
        os.utime(kept()[0].parent / keeper.name, (changed, changed))
    assert sorted(names[-20:]) == [path.name for path in kept()]
    assert Found.under(names[0]) is None
    for path in kept()[1:]:
        os.utime(path, (1.0, 1.0))
    keeper = Keeper()
    keeper.keep(Prepared("mine.csv"), workbook, None)
    assert len(kept()) == 2


def test_finding_it_can_be_cancelled(left: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page begins anew, and what was kept is there still."""
    begun, end = threading.Event(), threading.Event()

    def slowly(*_: object, **__: object) -> None:
        begun.set()
        end.wait(30)

    monkeypatch.setattr(preparing, "read_into", slowly)
    screen = Screen()
    screen.controller.receive({"do": "hello", **left})
    assert begun.wait(30)
    assert screen.view["work"]["name"] == "finding"
    screen.controller.receive({"do": "cancel"})
    view = screen.until_true(lambda view: view["work"] is None)
    assert (view["step"], view["report"], view["trouble"]["text"]) == ("file", None, "")
    assert [path.name for path in kept()] == [left["kept"]]
    end.set()
    screen.controller.close()

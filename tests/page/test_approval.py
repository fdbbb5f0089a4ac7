"""A plan that another person must approve: the page says so first, and starts nothing before."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.errors import PlanError
from certbulk.page import controller
from certbulk.page.transfers import Outbox
from certbulk.planning.approval import approval_key, content_digest
from tests.conftest import UNLIMITED
from tests.planning.sheets import new, report_on
from tests.shared.fixtures import As

from .screen import Screen

MISSING = "The policy asks for the approval of another person. Nobody has approved it."


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy that asks for the approval of all plans, and a workbook of two new types."""
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings" / "policy.toml").write_text('approval = "all"', encoding="utf-8")
    rows = report_on(new(title="A"), new(title="B")).sheet.frame
    rows.to_csv(tmp_path / "two.csv", index=False)
    monkeypatch.setattr(controller, "start_plan", pytest.fail)
    return tmp_path


def opened(path: Path, destination: str = "practice") -> Screen:
    """Return a page at the plan of the workbook."""
    shown = Screen()
    shown.do("hello")
    shown.do("choose", destination=destination)
    shown.upload(path / "two.csv")
    shown.do("plan")
    return shown


@pytest.fixture
def screen(settings: Path) -> Iterator[Screen]:
    """A page at that plan; the journal is in a file."""
    shown = opened(settings)
    yield shown
    shown.controller.close()


@pytest.fixture
def shared(settings: Path, as_: As) -> Iterator[Screen]:
    """The same; anna's, who shares the journal with bob."""
    as_("anna")
    shown = opened(settings)
    yield shown
    shown.controller.close()


def refusing(message: str) -> Callable[[cb.Plan], None]:
    """Return what refuses every plan in the place of the journal."""

    def refuse(_: cb.Plan) -> None:
        raise PlanError(message)

    return refuse


def test_it_is_said_before_anything_is_sent(screen: Screen, tmp_path: Path) -> None:
    """The plan asks for it, and the file for the other person has the rows that are ticked."""
    approval = screen.view["plan"]["approval"]
    assert (approval["standing"], approval["by"]) == ("not_shared", None)
    assert "CERTBULK_JOURNAL_URL" in approval["why"]["text"]
    screen.do("tick", row=3, on=False)
    _, data = Outbox().part(screen.controller.state, {"file": "to_approve", "at": 0})
    (tmp_path / "plan.json").write_bytes(data)
    plan = cb.load_plan(tmp_path / "plan.json")
    assert [decision.action for decision in plan.decisions] == ["create", "skip"]


def test_nothing_is_started_without_it(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how to get one, in the reader's language, and what is missing under details."""
    monkeypatch.setattr(controller, "require_approval", refusing(MISSING))
    view = screen.do("send")
    assert (view["step"], view["trouble"]["key"]) == ("plan", "plan.approve")
    assert view["trouble"]["text"] == MISSING
    assert view["trouble"]["exact"]


def test_a_journal_that_is_not_shared_starts_nothing(screen: Screen) -> None:
    """Nobody else could approve it: the message names what is missing."""
    view = screen.do("send")
    assert (view["step"], view["trouble"]["key"]) == ("plan", "error.settings")
    assert "CERTBULK_JOURNAL_URL" in view["trouble"]["text"]


def standing(screen: Screen, wanted: str) -> dict[str, Any]:
    """Return what is shown of the approval once it stands like this."""
    view = screen.until_true(lambda view: view["plan"]["approval"]["standing"] == wanted)
    approval: dict[str, Any] = view["plan"]["approval"]
    return approval


def downloaded(screen: Screen, path: Path) -> Path:
    """Return the file for the other person."""
    _, data = Outbox().part(screen.controller.state, {"file": "to_approve", "at": 0})
    path.write_bytes(data)
    return path


@pytest.mark.campaign
def test_the_page_finds_out_that_it_was_approved(
    shared: Screen, as_: As, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself, while it is open: who and when; then it can be sent. So is a withdrawal."""
    file = downloaded(shared, settings / "two.plan.json")
    assert standing(shared, "none")["by"] is None
    as_("bob")
    (approval,) = cb.approve(file)
    as_("anna")
    by = standing(shared, "given")["by"]
    assert by == {"who": f"bob ({approval.who})", "at": approval.at}
    cb.approve(shared.controller.state.to_send, withdraw=True)
    standing(shared, "none")
    as_("bob")
    cb.approve(file)
    as_("anna")
    standing(shared, "given")
    started: list[cb.Plan] = []
    monkeypatch.setattr(controller, "start_plan", lambda plan, _: started.append(plan))
    shared.do("send")
    assert [plan.id for plan in started] == [shared.controller.state.awaited]


@pytest.mark.campaign
def test_an_approval_of_other_rows_is_shown_as_such(
    shared: Screen, as_: As, settings: Path
) -> None:
    """With each tick it is told anew, and so it is after the page was loaded again."""
    file = downloaded(shared, settings / "two.plan.json")
    as_("bob")
    cb.approve(file)
    as_("anna")
    standing(shared, "given")
    view = shared.do("tick", row=3, on=False)
    approval = view["plan"]["approval"]
    assert (approval["standing"], approval["by"]["who"][:8]) == ("other_content", "bob (bob")
    assert shared.do("send")["trouble"]["key"] == "plan.approve"
    shared.controller.close()
    again = Screen()
    again.do("hello", **view["remember"], mine=True)
    standing(again, "other_content")
    assert again.do("tick", row=3, on=True)["plan"]["approval"]["standing"] == "given"
    again.controller.close()


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A chain that anna and bob both send to."""
    service = cb.Sandbox(limits=UNLIMITED, partner_token="p", user_token="u")
    with service:
        monkeypatch.setenv("CERTBULK_BASE_URL", str(service.url))
        monkeypatch.setenv("CERTBULK_CHAIN_ID", str(service.chain_id))
        monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", "p")
        monkeypatch.setenv("CERTBULK_USER_TOKEN", "u")
        yield


@pytest.mark.campaign
@pytest.mark.usefixtures("chain")
def test_another_person_finds_the_plan_and_approves_it(settings: Path, as_: As) -> None:
    """On their own page, as it was when it was asked for; whoever made it can not."""
    as_("anna")
    hers = opened(settings, "real")
    assert hers.view["plan"]["approval"]["asked"] == ""
    hers.do("tick", row=3, on=False)
    assert hers.do("ask")["plan"]["approval"]["asked"]
    assert not hers.do("tick", row=3, on=True)["plan"]["approval"]["asked"], "not of these rows"
    hers.do("history")
    plan_id = hers.view["aside"]["asked"][0]["plan"]
    assert hers.do("to_approve", plan=plan_id)["aside"]["mine"]
    assert "somebody else must approve it" in hers.do("approve")["trouble"]["text"]
    hers.do("leave")
    hers.do("tick", row=3, on=False)
    as_("bob")
    his = Screen()
    his.do("hello")
    his.do("choose", destination="real")
    (line,) = his.do("history")["aside"]["asked"]
    assert (line["file"], line["counts"], line["approvals"]) == (
        "two.csv",
        {"create": 1, "skip": 1},
        [],
    )
    assert line["who"].startswith("anna@")
    shown = his.do("to_approve", plan=line["plan"])["aside"]
    assert [(row["row"], row["kind"]) for row in shown["rows"]] == [(2, "create"), (3, "skip")]
    assert not shown["mine"]
    (given,) = his.do("approve")["aside"]["approvals"]
    assert given["who"].startswith("bob (bob@")
    as_("anna")
    assert standing(hers, "given")["by"] == given
    hers.controller.close()
    his.controller.close()


@pytest.mark.campaign
def test_a_plan_made_again_keeps_an_approval_that_fits_it(
    shared: Screen, as_: As, settings: Path
) -> None:
    """Made again, also by way of the steps before it and after a reload, it is approved still.

    If it would send something else, the page says that the approval is of something else.
    """
    file = downloaded(shared, settings / "two.plan.json")
    as_("bob")
    cb.approve(file)
    as_("anna")
    standing(shared, "given")
    shared.do("plan")
    assert shared.view["plan"]["approval"]["standing"] == "given"
    shared.do("goto", step="file")
    view = shared.do("plan")
    assert view["plan"]["approval"]["standing"] == "given"
    shared.controller.close()
    again = Screen()
    made = again.do("hello", **view["remember"], mine=True)["plan"]["made"]
    assert made == view["plan"]["made"], "the one that was made last is found again"
    assert again.do("plan")["plan"]["approval"]["standing"] == "given"
    again.do("goto", step="columns")
    fields = [[column["number"], column["field"]] for column in again.view["columns"]["columns"]]
    other = [[number, "" if name == "balance" else name] for number, name in fields]
    again.do("columns", fields=other, constants=[["balance", "12"]])
    assert again.do("plan")["plan"]["approval"]["standing"] == "other_content"
    again.controller.close()


@pytest.mark.campaign
def test_ones_own_approval_is_shown_as_such(shared: Screen, as_: As) -> None:
    """It is none: who has approved does not send."""
    plan = shared.controller.state.to_send
    with closing(Journal(as_("anna"))) as journal:
        journal.approve(approval_key(plan), content_digest(plan))
    assert standing(shared, "own")["by"]["who"].startswith("anna (anna@")
    assert shared.do("send")["trouble"]["key"] == "plan.approve"


@pytest.mark.campaign
@pytest.mark.usefixtures("chain")
def test_an_undo_is_approved_where_the_other_person_plans_it(settings: Path, as_: As) -> None:
    """It has no file: the same undo on the page of the other person has the button."""
    as_("anna")
    policy = settings / "settings" / "policy.toml"
    policy.rename(settings / "not yet")
    with cb.Client.from_env() as client:
        run = cb.apply(cb.plan([{"id": 288901, "balance": 60}], client), client, progress=False)
    (settings / "not yet").rename(policy)
    hers, his = Screen(), Screen()
    hers.do("hello")
    hers.do("choose", destination="real")
    hers.do("open", run=run.id)
    assert hers.do("undo")["plan"]["approval"]["standing"] == "none"
    as_("bob")
    his.do("hello")
    his.do("choose", destination="real")
    his.do("open", run=run.id)
    his.do("undo")
    assert his.do("approve")["plan"]["approval"]["standing"] == "own"
    as_("anna")
    assert standing(hers, "given")["by"]["who"].startswith("bob (bob@")
    hers.controller.close()
    his.controller.close()

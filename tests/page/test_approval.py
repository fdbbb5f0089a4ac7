"""A plan that another person must approve: the page says so first, and starts nothing before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.errors import PlanError
from certbulk.page import controller
from certbulk.page.transfers import Outbox
from tests.planning.sheets import new, report_on

from .screen import Screen

MISSING = "The policy asks for the approval of another person. Nobody has approved it."


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A page at the plan of two new types, under a policy that asks for the approval of all."""
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings" / "policy.toml").write_text('approval = "all"', encoding="utf-8")
    monkeypatch.setattr(controller, "start_plan", pytest.fail)
    shown = Screen()
    shown.do("hello")
    shown.do("choose", place="practice")
    rows = report_on(new(title="A"), new(title="B")).sheet.frame
    rows.to_csv(tmp_path / "two.csv", index=False)
    shown.upload(tmp_path / "two.csv")
    shown.do("plan")
    yield shown
    shown.controller.close()


def refusing(message: str) -> Callable[[cb.Plan], None]:
    """Return what refuses every plan in the place of the journal."""

    def refuse(_: cb.Plan) -> None:
        raise PlanError(message)

    return refuse


def test_it_is_said_before_anything_is_sent(screen: Screen, tmp_path: Path) -> None:
    """The plan asks for it, and the file for the other person has the rows that are ticked."""
    assert screen.view["plan"]["needs_approval"]
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

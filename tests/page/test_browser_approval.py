"""A plan that another person approves while the page is open, in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING

import certbulk as cb
from tests.page.conftest import Served
from tests.planning.sheets import new, report_on
from tests.shared.fixtures import As

from .test_browser import choose, drop, heading

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_approved_while_the_page_is_open(
    browser: "Browser", url: str, as_: As, tmp_path: Path
) -> None:
    """The button waits for the other person, and then sends; the results say who it was."""
    as_("anna")
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings" / "policy.toml").write_text('approval = "all"', encoding="utf-8")
    report_on(new(title="A"), new(title="B")).sheet.frame.to_csv(tmp_path / "two.csv", index=False)
    with Served(tmp_path, JOURNAL_URL=url, PER_SECOND="300", PER_MINUTE="18000") as served:
        page = browser.new_page()
        page.goto(served.link)
        choose(page, "practice")
        drop(page, tmp_path / "two.csv")
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_text("Nobody has approved this yet.").wait_for()
        send = page.get_by_role("button", name="Send 2 rows")
        assert send.is_disabled()
        assert page.locator("code").inner_text() == 'certbulk approve "two.plan.json"'
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the plan for approval").click()
        assert download.value.suggested_filename == "two.plan.json"
        download.value.save_as(tmp_path / "two.plan.json")
        as_("bob")
        cb.approve(tmp_path / "two.plan.json")
        page.get_by_text("Approved by bob (bob@").wait_for()
        page.get_by_role("checkbox", name="Send row 3, B").uncheck()
        page.get_by_text("approved something else on").wait_for()
        assert page.get_by_role("button", name="Send 1 row").is_disabled()
        page.get_by_role("checkbox", name="Send row 3, B").check()
        send.click()
        heading(page, "Results")
        assert "Approved by bob (bob@" in page.get_by_role("main").inner_text()
        page.context.close()

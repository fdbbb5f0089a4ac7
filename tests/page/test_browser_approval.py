"""A plan that another person approves while the page is open, in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import certbulk as cb
from tests.conftest import UNLIMITED
from tests.page.conftest import PARTNER, USER, Served
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


def test_two_people_and_two_pages(browser: "Browser", url: str, as_: As, tmp_path: Path) -> None:
    """One asks on a page, the other looks at the plan under History and approves with one button.

    The one who made it has no such button. Then it can be sent.
    """
    as_("anna")
    folders = {name: tmp_path / f"home of {name}" for name in ("anna", "bob")}
    for folder in folders.values():
        (folder / "settings").mkdir(parents=True)
        (folder / "settings" / "policy.toml").write_text('approval = "all"', encoding="utf-8")
    report_on(new(title="A"), new(title="B")).sheet.frame.to_csv(tmp_path / "two.csv", index=False)
    service = cb.Sandbox(limits=UNLIMITED, partner_token=PARTNER, user_token=USER)
    bobs = url.replace("anna@", "bob@")
    with service:
        chain: dict[str, Any] = {
            "BASE_URL": str(service.url),
            "CHAIN_ID": str(service.chain_id),
            "PARTNER_TOKEN": PARTNER,
            "USER_TOKEN": USER,
            "PER_SECOND": "300",
            "PER_MINUTE": "18000",
        }
        with (
            Served(folders["anna"], JOURNAL_URL=url, **chain) as hers,
            Served(folders["bob"], JOURNAL_URL=bobs, **chain) as his,
        ):
            ask_and_approve(browser, hers, his, tmp_path / "two.csv")


def ask_and_approve(browser: "Browser", hers: Served, his: Served, file: Path) -> None:
    """Walk through it on both pages."""
    page = browser.new_context().new_page()
    page.goto(hers.link)
    choose(page, "real")
    drop(page, file)
    page.get_by_role("button", name="Make the plan").click()
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("You asked for approval on").wait_for()
    other = browser.new_context().new_page()
    other.goto(his.link)
    choose(other, "real")
    other.get_by_role("button", name="History").click()
    other.get_by_text("waits for approval").wait_for()
    other.get_by_role("button", name="Look at the plan of two.csv").click()
    heading(other, "Plan to approve: two.csv")
    assert other.get_by_role("row").count() == 3
    other.get_by_role("button", name="Approve this plan").click()
    other.get_by_text("Approved by bob (").wait_for()
    page.get_by_text("Approved by bob (").wait_for()
    page.locator("#cu-typed").fill("2")
    page.get_by_role("button", name="Send 2 rows").click()
    heading(page, "Results")
    page.context.close()
    other.context.close()

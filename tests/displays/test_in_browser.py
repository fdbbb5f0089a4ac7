"""The script of long tables, in a browser: search, filter, sort, expand; and texts stay texts."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import certbulk as cb
from certbulk.displays.parts import signed
from tests.planning.sheets import change, new, plan_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.campaign
HOSTILE = "</script><img src=x onerror=\"document.title='hurt'\">"


@pytest.fixture
def page() -> Iterator["Page"]:
    if not (chromium := shutil.which("chromium")):
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        yield page
        assert wrong == []
        browser.close()


@pytest.fixture
def html(client: cb.Client) -> str:
    """The display of 6,000 creates, and an update at the end."""
    plan = plan_of(client, new(title="A"), change(288901, balance="51"), *[change(1)] * 6_000)
    create, update, *_ = plan.decisions
    rows = [replace(create, row=n, title=f"T {n} {HOSTILE}") for n in range(2, 6_002)]
    return replace(plan, decisions=(*rows, replace(update, row=6_002)))._repr_html_()


def shown(page: "Page") -> list[str]:
    return page.locator("tbody tr td:first-child").all_inner_texts()


def test_rows_are_searched_filtered_sorted_and_expanded(page: "Page", html: str) -> None:
    """Among the first 5,000; what the script does not have is counted."""
    page.set_content(html)
    page.get_by_label("Search").wait_for()
    assert shown(page) == [*map(str, range(11)), "6000"]  # those that matter
    assert page.get_by_role("status").inner_text() == "12 of 5,000 rows"

    page.get_by_label("Search").fill("t 1234")
    assert shown(page) == ["1232", "1234"]  # its number, or its title
    assert "1,001 more rows are not in this table. All rows: plan.frame" in page.inner_text("body")

    page.get_by_label("Search").fill("")
    page.get_by_label("Filter").select_option(signed("update", "update"))
    assert shown(page) == ["6000"]
    assert page.get_by_role("status").inner_text() == "1 row"

    page.get_by_label("Filter").select_option("")
    page.get_by_role("button", name="row").click()
    page.get_by_role("button", name="row").click()
    assert shown(page)[:2] == ["6000", "4998"]
    assert len(shown(page)) == 25
    page.get_by_role("button", name="100 more").click()
    assert len(shown(page)) == 125
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page)) == 5_000
    assert page.locator("img").count() == 0
    assert page.title() != "hurt"


def test_where_the_script_runs_at_the_end_of_the_output(page: "Page", html: str) -> None:
    """As in VS Code, which takes it from its place."""
    page.set_content("<div id=output></div>")
    page.evaluate(
        """html => {
            const output = document.getElementById("output");
            output.innerHTML = html;
            for (const old of output.querySelectorAll("script")) {
                const script = document.createElement("script");
                script.text = old.textContent;
                old.remove();
                output.appendChild(script).parentNode.removeChild(script);
            }
        }""",
        html,
    )
    page.get_by_label("Search").fill("t 77 ")
    assert "77" in shown(page)


def test_without_scripts_the_table_stands(html: str, page: "Page") -> None:
    """With its line about what is not shown, and without controls."""
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.set_content(html)
    assert plain.locator("tbody tr").count() == 12
    assert "Not shown: 5,989 create. All rows: plan.frame" in plain.inner_text("body")
    assert plain.locator("input").count() == 0

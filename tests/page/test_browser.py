"""The upload page in a real browser: what people do on it, and what they see."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import certbulk as cb
from tests.conftest import ROOT
from tests.page.conftest import PARTNER, USER, Office
from tests.planning.sheets import new, report_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAMPLES = ROOT / "sample_data"
PHONE = {"width": 360, "height": 740}
ZOOMED = {"width": 540, "height": 380}
"""What a window of 1080 × 760 holds at 200 %."""


def drop(page: "Page", path: Path) -> None:
    """Give the page a workbook, and wait until it has been read; its columns are right."""
    if page.locator("#cu-file").count() == 0:
        page.get_by_role("button", name="Choose another workbook").click()
    page.locator("#cu-file").set_input_files(path)
    plan = page.get_by_role("button", name="Make the plan")
    columns = page.get_by_role("button", name=re.compile("Go on"))
    plan.or_(columns).first.wait_for()
    if not plan.is_visible():
        columns.click()
        plan.wait_for()


def choose(page: "Page", destination: str) -> None:
    """Choose a chain, and wait for the next step."""
    page.locator(f"#cu-destination-{destination}").click()
    page.get_by_text("Drop a workbook here").wait_for()


def send(page: "Page") -> str:
    """Type the number of writes, and return it."""
    number = page.locator("label[for=cu-typed] strong").inner_text()
    page.locator("#cu-typed").fill(number)
    page.keyboard.press("Enter")
    return number


def heading(page: "Page", words: str) -> None:
    """Wait for a step."""
    page.get_by_role("heading", name=words).wait_for()


def test_the_whole_way_by_keyboard(office: Office, tmp_path: Path) -> None:
    """From the chain to the undo without a mouse; the number of writes is typed in."""
    before = office.service.types()
    page = office.page()
    office.picture(page, "chain")
    page.locator("#cu-destination-practice").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "The workbook")
    assert page.evaluate("document.activeElement.dataset.heading") == "file"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "cu-file"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(SAMPLES / "certificate_types.xlsx")
    plan = page.get_by_role("button", name="Make the plan")
    plan.wait_for()
    assert page.evaluate("document.activeElement.dataset.heading") == "report", "of what was read"
    plan.focus()
    page.keyboard.press("Enter")
    heading(page, "The plan")
    row = page.get_by_role("checkbox", name="Send row 2, Gift Certificate 25")
    row.focus()
    page.keyboard.press("Space")
    page.get_by_text("36 rows will be sent").wait_for()
    assert page.evaluate("document.activeElement.dataset.tick") == "2", "the focus has stayed"
    office.picture(page, "plan")
    page.locator("#cu-typed").scroll_into_view_if_needed()
    office.picture(page, "confirm")
    page.locator("#cu-typed").fill("37")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Nothing was sent. Type 36").wait_for()
    assert office.service.types() == before
    assert send(page) == "36"
    heading(page, "Results")
    assert page.get_by_text("Every row ended well.").is_visible()
    office.picture(page, "results")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the results workbook").press("Enter")
    assert download.value.suggested_filename == "certificate_types.results.xlsx"
    download.value.save_as(tmp_path / "again.xlsx")
    assert cb.validate(cb.read(tmp_path / "again.xlsx")).ok
    assert len(office.service.types()) == len(before) + 32
    page.get_by_role("button", name="Undo this run").press("Enter")
    heading(page, "Undo run")
    send(page)
    heading(page, "Results of the undo")
    assert [t["title"] for t in office.service.types()] == [t["title"] for t in before]


def test_a_workbook_full_of_errors(office: Office) -> None:
    """Every finding is there with its cell, and the workbook comes back with them marked."""
    page = office.page()
    choose(page, "practice")
    drop(page, SAMPLES / "with_errors.xlsx")
    sheet = cb.read(SAMPLES / "with_errors.xlsx")
    with cb.Sandbox() as client:
        expected = cb.validate(sheet, directory=cb.directory(client, sheet=sheet))
    bad = int(expected.refused.sum())
    page.get_by_text(f"{bad} rows have errors and are not sent").first.wait_for()
    page.get_by_role("button", name="Not a number").click()
    page.locator(".cu-mend-row .cu-warning").first.wait_for(state="detached")
    page.get_by_text('"a hundred and ten" is not a number').first.wait_for()
    office.picture(page, "errors")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download your workbook").click()
    assert download.value.suggested_filename == "with_errors.to_repair.xlsx"
    for name, look in {"phone": PHONE, "zoomed": ZOOMED}.items():
        page.set_viewport_size(look)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= look["width"], f"{name}: nothing has to be moved sideways"
        office.picture(page, f"errors-{name}")
    light = page.evaluate("getComputedStyle(document.querySelector('.cu')).color")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.cu')).color") != light
    office.picture(page, "errors-dark")


def test_leave_pause_reload_go_on(office: Office) -> None:
    """A page that is closed, or loaded anew, finds the plan and the run where they are."""
    left = office.page()
    choose(left, "real")
    drop(left, SAMPLES / "certificate_types.xlsx")
    left.get_by_role("button", name="Make the plan").click()
    heading(left, "The plan")
    left.get_by_role("checkbox", name="Send row 2,").uncheck()
    left.get_by_text("36 rows will be sent").wait_for()
    page = left.context.new_page()
    left.close()
    page.goto(office.url)
    page.get_by_text("36 rows will be sent").wait_for()
    assert not page.get_by_role("checkbox", name="Send row 2,").is_checked()
    office.hold()
    send(page)
    page.get_by_role("button", name="Pause", disabled=False).press("Enter")
    page.get_by_text("Stopping at the next row").wait_for()
    where = page.evaluate("document.activeElement.dataset.heading")
    assert where == "sending", "the focus stays on the page where what had it is gone"
    office.let_go()
    page.get_by_text("Paused. Nothing is being sent").wait_for()
    assert len(office.service.types()) < 9 + 32
    office.picture(page, "paused")
    office.hold()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Pause", disabled=False).wait_for()
    office.picture(page, "sending")
    number = page.locator("[data-key=close]").inner_text().split(",")[0]
    page.reload()
    page.get_by_role("button", name="Pause", disabled=False).wait_for()
    assert page.get_by_text(number).is_visible()
    other = office.page()
    choose(other, "real")
    other.get_by_text("Somebody is sending to this chain just now").wait_for()
    office.let_go()
    heading(page, "Results")
    assert page.get_by_text("Every row ended well.").is_visible()
    assert len(office.service.types()) == 9 + 32, "nothing lost, nothing doubled"
    other.get_by_text("Somebody is sending").wait_for(state="detached")


LIKE_JUPYTERLAB = "addEventListener('keydown', e => e.key === 'Enter' && e.preventDefault(), true)"
"""There, Enter submits no form."""

HOSTILE = "<img src=x onerror=\"window.hit='it ran'\"><b>bold</b>"


def test_nothing_gets_in_and_no_token_gets_out(office: Office, tmp_path: Path) -> None:
    """Texts of cells and of the service are shown to the letter; the link lets one browser in."""
    office.service.server.add({"title": HOSTILE})
    sheet = tmp_path / f"{HOSTILE[:9].strip('<')}.csv"
    rows = report_on(new(title=HOSTILE), new(title=f"{HOSTILE} 2"), new(title="C", balance=HOSTILE))
    rows.sheet.frame.to_csv(sheet, index=False)
    page = office.page()
    choose(page, "real")
    drop(page, sheet)
    page.get_by_role("listitem").get_by_text(HOSTILE).first.wait_for()
    assert page.get_by_text("1 row has errors and is not sent").first.is_visible()
    page.get_by_role("button", name="Make the plan").click()
    heading(page, "The plan")
    assert page.get_by_role("row").get_by_text(HOSTILE).count() >= 2
    page.evaluate(LIKE_JUPYTERLAB)
    send(page)
    heading(page, "Results")
    page.get_by_text(HOSTILE).first.wait_for()
    assert page.evaluate("window.hit") is None
    assert page.locator(".cu img, .cu b:text('bold')").count() == 0
    told = b"".join(office.received) + page.content().encode()
    assert len(office.received) > 5
    assert PARTNER.encode() not in told
    assert USER.encode() not in told
    stranger = office.stranger()
    for address, words in {
        office.link: "This link has been used",
        page.url: "This browser has not opened the link",
    }.items():
        stranger.goto("about:blank")
        stranger.goto(address)
        stranger.get_by_text(words).wait_for()
        assert stranger.locator(".cu").count() == 0

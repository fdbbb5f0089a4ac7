"""The steps of columns and cells in a real browser: a messy file is mapped, mended and sent."""

from typing import TYPE_CHECKING

import pytest

from tests.page.conftest import Office
from tests.page.mending.conftest import Written
from tests.page.mending.test_mending import ALIKE, BAIXA, HEADERS, TWINS
from tests.page.mending.test_rows_out import GOOD, NOTE, SOLD
from tests.page.mending.test_rows_out import HEADERS as ROW
from tests.page.test_browser import choose, heading, send

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.campaign

MESSY = (
    ("Mint", "a hundred", "n", "Harbour & Pine Biaxa"),
    ("Sage", 120, "n", "Harbour & Pine Biaxa"),
    ("Dill", 130, "n", BAIXA),
)
SMALLEST = {"width": 320, "height": 640}


def map_columns(page: "Page") -> None:
    """Say what the columns are, with the keyboard and the menus alone."""
    page.locator("[data-column='1']").wait_for()
    for number, field in (("1", "title"), ("2", "balance"), ("4", "salon_ids")):
        page.locator(f"[data-column='{number}']").select_option(field)
    for name, value in (
        ("is_multi", "yes"),
        ("item_type_id", "All services and products"),
        ("is_allow_empty_code", "no"),
        ("balance_edit_type_id", "Can be edited"),
        ("expiration_type_id", "Never"),
    ):
        page.locator(f"#cu-every-{name}").select_option(value)
    go_on = page.get_by_role("button", name="Go on with these columns")
    go_on.focus()
    page.keyboard.press("Enter")


def fits(page: "Page") -> bool:
    """Return whether nothing has to be moved sideways in the smallest window."""
    before = page.viewport_size
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)  # type: ignore[arg-type]
    return wide <= SMALLEST["width"]


def on_one_line(page: "Page") -> bool:
    """Return whether each choice has its "in all cells" beside it in a window of 1080 pixels."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1080, "height": 800})
    tops = "all => all.map(one => [...one.children].map(each => each.getBoundingClientRect().top))"
    offers: list[list[float]] = page.locator(".cu-offer").evaluate_all(tops)
    page.set_viewport_size(before)  # type: ignore[arg-type]
    return any(len(tops) == 2 for tops in offers) and all(len(set(tops)) == 1 for tops in offers)


def test_a_messy_file_is_mapped_mended_and_sent(office: Office, written: Written) -> None:
    """The service gets what the person chose, and the page goes on after it is loaded again."""
    before = office.service.types()
    page = office.page()
    choose(page, "real")
    page.locator("#cu-file").set_input_files(written(HEADERS, *MESSY))
    heading(page, "Your columns")
    assert page.evaluate("document.activeElement.dataset.heading") == "columns"
    office.picture(page, "columns")
    assert fits(page)
    map_columns(page)
    heading(page, "Mend what was found")
    office.picture(page, "mend")
    assert fits(page)
    assert on_one_line(page)
    page.get_by_role("button", name=f"{BAIXA}, in all 2 cells like this").first.click()
    page.get_by_text("1 row has errors").first.wait_for()
    page.reload()
    heading(page, "Mend what was found")
    cell = page.get_by_role("textbox", name="Worth")
    cell.fill("oops")
    cell.press("Enter")
    page.get_by_text('"oops" is not a number').wait_for()
    page.get_by_role("button", name="Undo the change in row 2").press("Enter")
    page.get_by_text('"a hundred" is not a number').wait_for()
    cell.fill("100")
    cell.press("Enter")
    page.get_by_text("Every row can be read").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the mended workbook").click()
    assert download.value.suggested_filename == "mine.mended.xlsx"
    page.get_by_role("button", name="Make the plan").press("Enter")
    heading(page, "plan")
    send(page)
    heading(page, "Results")
    old = {one["id"] for one in before}
    made = {t["title"]: t for t in office.service.types() if t["id"] not in old}
    assert {title: one["balance"] for title, one in made.items()} == {
        "Mint": 100,
        "Sage": 120,
        "Dill": 130,
    }
    locations = {tuple(one["salon_ids"]) for one in made.values()}
    assert len(locations) == 1, "all are valid at the location that was meant"


def test_columns_without_a_header_of_their_own_are_mapped(office: Office, written: Written) -> None:
    """Each has its letter and its samples; what the file lacks is asked for besides."""
    page = office.page()
    choose(page, "practice")
    page.locator("#cu-file").set_input_files(written(ALIKE, *TWINS, name="alike.xlsx"))
    heading(page, "Your columns")
    for name, sample, field in (
        ("What the column Worth (column B) is", "100", "balance"),
        ("What the column Worth (column C) is", "90", "online_sale_price"),
        ("What the column No header (column D) is", "yes", "is_multi"),
    ):
        column = page.get_by_role("listitem").filter(has=page.get_by_label(name))
        column.get_by_text(sample, exact=True).wait_for()
        column.get_by_label(name).select_option(field)
    assert page.locator("#cu-every-is_multi").count() == 0, "a column has it now"


def test_hints_and_a_second_table_are_left_out_by_keyboard(
    office: Office, written: Written
) -> None:
    """On a phone, in place: the rest is sent, and the keyboard continues with the next row."""
    page = office.page(viewport=SMALLEST)
    choose(page, "real")
    page.locator("#cu-file").set_input_files(written(ROW, NOTE, GOOD, *SOLD, name="two.xlsx"))
    heading(page, "Mend what was found")
    assert fits(page)
    page.get_by_role("button", name="Row 2: Leave this row out").press("Enter")
    page.get_by_text("2 rows have errors").first.wait_for()
    assert page.evaluate("document.activeElement.id").startswith("cu-cell-4-")
    page.locator(".cu-problem").nth(1).press("Enter")
    page.get_by_role("button", name="Leave out all 2 rows with this error").press("Enter")
    page.get_by_text("Every row can be read and makes sense.").first.wait_for()
    page.reload()
    page.get_by_role("button", name="Undo the last change (2 rows)").wait_for()
    page.get_by_role("button", name="Make the plan").press("Enter")
    heading(page, "plan")
    assert send(page) == "1"
    heading(page, "Results")
    page.get_by_role("button", name="Left out 3").wait_for()


def test_two_windows_mend_one_file(office: Office, written: Written) -> None:
    """The second one has a copy of what was prepared: an edit never changes the first one's."""
    headers = (*HEADERS[:2], "Remarks", HEADERS[3])  # a layout that nobody has mapped yet
    page = office.page()
    choose(page, "practice")
    page.locator("#cu-file").set_input_files(written(headers, *MESSY))
    map_columns(page)
    heading(page, "Mend what was found")
    other = page.context.new_page()
    other.goto(office.url)
    heading(other, "Mend what was found")
    other.get_by_role("textbox", name="Worth").fill("7")
    other.get_by_role("textbox", name="Worth").press("Enter")
    other.get_by_role("button", name="Undo the change in row 2").wait_for()
    assert page.get_by_role("textbox", name="Worth").input_value() == "a hundred"

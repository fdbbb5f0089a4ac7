"""Setting up, coming back and looking around, in a real browser; in English and in Russian."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import certbulk as cb
from certbulk.sandbox import SEED
from tests.conftest import ROOT, UNLIMITED

from .conftest import PARTNER, USER, Office, Served
from .keyrings import FILE, FileKeyring
from .stage import Stage, staged
from .test_browser_front import violations
from .views import ASIDES, STEPS, aside_view, view_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = pytest.mark.campaign

SAMPLES = ROOT / "sample_data"
LOGIN, PASSWORD = "owner@example.com", "pass-word-4713"
TITLE = "<b>Dead Sea</b> \u202eשלום " + "spa " * 60


class Start:
    """A service, and a page that has no settings for it yet."""

    def __init__(self, service: cb.Sandbox, served: Served, browser: "Browser", to: Path) -> None:
        self.service, self.served, self.browser, self.pictures = service, served, browser, to
        self.heard: list[str] = []
        self.complaints: list[str] = []

    def page(self, **look: Any) -> "Page":
        """Return a page that was opened by the link; what it hears is kept."""
        look = {"viewport": {"width": 1000, "height": 800}, "locale": "en-GB", **look}
        page = self.browser.new_context(**look).new_page()
        page.set_default_timeout(20_000)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", lambda one: one.on("framereceived", self._hear))
        page.goto(self.served.link)
        page.locator("#cu-destination-practice").wait_for()
        return page

    def _note(self, said: "ConsoleMessage") -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def _hear(self, frame: str | bytes) -> None:
        self.heard.append(frame if isinstance(frame, str) else frame.decode(errors="replace"))

    def picture(self, page: "Page", name: str) -> None:
        """Take a picture of the whole page."""
        page.screenshot(path=self.pictures / f"{name}.png", full_page=True, animations="disabled")


@pytest.fixture
def start(browser: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A first start: a service, its address, and no settings besides."""
    monkeypatch.setenv(FILE, str(tmp_path / "keyring.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.page.keyrings.FileKeyring")
    first, *others = SEED.chains
    service = cb.Sandbox(
        limits=UNLIMITED,
        seed=replace(SEED, chains=(replace(first, title=TITLE), *others)),
        partner_token=PARTNER,
        user_token=USER,
        login=LOGIN,
        password=PASSWORD,
    )
    pace: dict[str, Any] = {"PER_SECOND": "300", "PER_MINUTE": "18000"}
    with service, Served(tmp_path, BASE_URL=str(service.url), **pace) as served:
        yield Start(
            service, served, browser, Path(os.environ.get("PICTURES_OF_THE_PAGE", tmp_path))
        )


@pytest.fixture(scope="module")
def stage(browser: "Browser") -> Iterator[Stage]:
    """The front end on a bare page."""
    with staged(browser) as found:
        yield found


def set_up(page: "Page") -> None:
    """Fill the form in, with a login, and choose the first chain of the list."""
    page.locator("#cu-set-up").click()
    page.locator("#cu-field-partner").fill(PARTNER)
    page.locator("#cu-field-login").fill(LOGIN)
    page.locator("#cu-field-password").fill(PASSWORD)
    page.locator("#cu-field-password").press("Enter")
    page.locator("input[name=chain][type=radio]").first.wait_for()


def test_a_first_start_without_settings(start: Start) -> None:
    """From the form to the file by the keyboard and the mouse; no token is seen again."""
    page = start.page()
    start.picture(page, "first")
    page.locator("#cu-set-up").click()
    assert page.locator("#cu-field-partner").get_attribute("type") == "password"
    assert page.locator("#cu-field-partner").get_attribute("autocomplete") == "new-password"
    start.picture(page, "form")
    page.get_by_role("button", name="Back", exact=True).click()
    set_up(page)
    start.picture(page, "chains")
    page.get_by_role("button", name="Test it and keep it").click()
    card = page.locator("#cu-destination-real")
    card.get_by_text("4 locations").wait_for()
    assert "<b>Dead Sea</b>" in card.inner_text()
    assert page.locator("b:has-text('Dead Sea')").count() == 0
    start.picture(page, "card")
    card.click()
    page.get_by_role("heading", name="The workbook").wait_for()
    start.picture(page, "file")
    for secret in (PARTNER, USER, PASSWORD):
        assert not any(secret in frame for frame in start.heard)
        assert secret not in page.url + page.content()
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert secret not in kept
    assert start.complaints == []


def test_tokens_that_expire_midway_and_come_back(start: Start) -> None:
    """The plan says so, new tokens are entered there, and the workbook is there still."""
    page = start.page()
    set_up(page)
    page.get_by_role("button", name="Test it and keep it").click()
    page.locator("#cu-destination-real").click()
    page.locator("#cu-file").set_input_files(SAMPLES / "certificate_types.xlsx")
    plan = page.get_by_role("button", name="Make the plan")
    plan.wait_for()
    FileKeyring().give_up("token", "expired-4715")
    plan.click()
    renew = page.get_by_role("button", name="Enter new tokens")
    renew.wait_for()
    seen = page.get_by_role("alert").inner_text()
    assert "The service does not accept the tokens" in seen
    assert "401" not in seen, "that is under Details"
    start.picture(page, "expired")
    renew.click()
    page.get_by_text("I have a user token").click()
    page.locator("#cu-field-partner").fill(PARTNER)
    page.locator("#cu-field-user").fill(USER)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Test it and keep it").click()
    plan.click()
    page.get_by_role("heading", name="The plan").wait_for()
    assert start.complaints == []


def test_two_windows_know_nothing_of_what_the_other_types(start: Start) -> None:
    """A form that is open in one is not in the other; the chain is there once it is loaded."""
    first = start.page()
    known = first.context.new_page()
    known.goto(start.served.url)
    known.locator("#cu-set-up").wait_for()
    set_up(first)
    assert known.locator(".cu-form").count() == 0
    first.get_by_role("button", name="Test it and keep it").click()
    first.locator("#cu-destination-real").wait_for()
    known.reload()
    known.locator("#cu-destination-real").get_by_text("4 locations").wait_for()


def test_a_history_without_runs(start: Start) -> None:
    """It says so, in words, and leads back."""
    page = start.page()
    set_up(page)
    page.get_by_role("button", name="Test it and keep it").click()
    page.locator("#cu-destination-real").click()
    page.get_by_role("button", name="History").click()
    page.get_by_text("Nothing has been sent to this chain").wait_for()
    start.picture(page, "history-empty")
    page.get_by_role("button", name="Back").click()
    page.get_by_text("Drop a workbook here").wait_for()


def test_the_history_the_drift_and_the_export(office: Office) -> None:
    """A run is found again, compared with what is live, and what is live is downloaded."""
    page = office.page()
    page.locator("#cu-destination-real").click()
    page.get_by_text("Help for this step").click()
    with page.expect_download() as sample:
        page.get_by_role("button", name="Download a sample file").click()
    assert sample.value.suggested_filename == "sample.xlsx"
    page.locator("#cu-file").set_input_files(sample.value.path().rename(page_file(office)))
    page.get_by_role("button", name="Make the plan").click()
    page.locator("#cu-typed").fill("2")
    page.get_by_role("button", name="Send 2 rows").click()
    page.get_by_role("heading", name="Results").wait_for()
    page.get_by_role("button", name="Upload another workbook").click()
    page.get_by_role("button", name="History").click()
    page.get_by_role("table").wait_for()
    office.picture(page, "history")
    page.get_by_role("button", name="What has changed since run").first.click()  # the newest one
    page.get_by_text("Nothing has changed").wait_for()
    with page.expect_download() as live:
        page.get_by_role("button", name="Get what is live").click()
    assert live.value.suggested_filename == "certificate_types.706028.xlsx"
    page.get_by_role("button", name="Back").click()
    with page.expect_download() as results:
        page.get_by_role("button", name="Results workbook of run").first.click()
    assert results.value.suggested_filename.endswith(".results.xlsx")
    page.get_by_role("button", name="Look at run").first.click()
    page.get_by_role("heading", name="Results").wait_for()


def page_file(office: Office) -> Path:
    """Return a place for a downloaded file, under a name with an ending."""
    office._pictures.mkdir(parents=True, exist_ok=True)  # noqa: SLF001
    return office._pictures / "sample.xlsx"  # noqa: SLF001


def test_a_russian_browser_goes_the_whole_way(start: Start) -> None:
    """From the first start to the results, with `lang`, plural forms, and a switch to English."""
    page = start.page(locale="ru-RU")
    assert page.locator("html").get_attribute("lang") == "ru"
    set_up(page)
    start.picture(page, "ru-form")
    page.get_by_role("button", name="Проверить и сохранить").click()
    page.locator("#cu-destination-real").get_by_text("4 филиала").wait_for()
    start.picture(page, "ru-card")
    page.locator("#cu-destination-real").click()
    page.locator("#cu-file").set_input_files(SAMPLES / "certificate_types.xlsx")
    page.get_by_role("button", name="Составить план").click()
    page.get_by_role("heading", name="План").wait_for()
    start.picture(page, "ru-plan")
    page.locator("#cu-typed").fill("37")
    page.get_by_role("button", name="Отправить 37 строк").click()
    page.get_by_role("heading", name="Результаты").wait_for()
    start.picture(page, "ru-results")
    page.get_by_role("button", name="Загрузить другой файл").click()
    page.get_by_role("button", name="История").click()
    page.get_by_role("heading", name="Загрузки в этой сети", exact=True).wait_for()
    start.picture(page, "ru-history")
    page.locator("[data-language]").select_option("en")
    page.get_by_role("heading", name="Runs on this chain").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    page.reload()
    page.get_by_role("heading", name="The workbook").wait_for()
    assert start.complaints == []


@pytest.mark.parametrize(
    ("n", "ru", "en"),
    [
        (1, "1 строка с ошибками", "1 row with errors"),
        (2, "2 строки с ошибками", "2 rows with errors"),
        (5, "5 строк с ошибками", "5 rows with errors"),
        (21, "21 строка с ошибками", "21 rows with errors"),
        (1012, "1\u00a0012 строк с ошибками", "1,012 rows with errors"),
    ],
)
def test_what_is_counted_has_its_form(stage: Stage, n: int, ru: str, en: str) -> None:
    """By the rules of the language, and with its separator of thousands."""
    view = view_of("report")
    view |= {"step": "file", "report": {**view["report"], "good": 0, "bad": n}}
    for locale, words in (("ru-RU", ru), ("en-GB", en)):
        page = stage.page(view, locale=locale)
        assert words in page.locator("[role=status]").first.inner_text()
    stage.everybody_leaves()


@pytest.mark.parametrize("kind", ASIDES)
def test_what_is_beside_the_steps_keeps_nobody_out(stage: Stage, kind: str) -> None:
    """Axe finds nothing; at 320 pixels nothing is beside the page; hostile texts are texts."""
    page = stage.page(aside_view(kind))
    assert violations(page) == []
    if pictures := os.environ.get("PICTURES_OF_THE_PAGE"):
        page.screenshot(path=Path(pictures, f"aside {kind}.png"), full_page=True)
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("window.hit") is None
    if pictures:
        page.screenshot(path=Path(pictures, f"narrow {kind}.png"), full_page=True)
    assert stage.complaints == []
    stage.everybody_leaves()


@pytest.mark.parametrize("step", [*STEPS, *ASIDES])
def test_nothing_of_the_page_is_left_in_english(stage: Stage, step: str) -> None:
    """In Russian, what has Latin words is from a file, a name, or marked as English."""
    view = aside_view(step) if step in ASIDES else view_of(step, busy=step == "report")
    page = stage.page(view, locale="ru-RU")
    left = page.evaluate(
        """() => {
          const found = [];
          const page = document.querySelector(".cu-page");
          const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (!/[A-Za-z]{3,}/.test(node.data)) continue;
            if (node.parentElement.closest("bdi, option, [lang=en], .cu-name")) continue;
            found.push(node.data);
          }
          return found;
        }"""
    )
    known = {"Excel", "LibreOffice", "csv", "parquet", "UTC", "Enter", "bearer", "certbulk"}
    assert [text for text in left if not any(word in text for word in known)] == []
    stage.everybody_leaves()

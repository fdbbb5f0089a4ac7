"""The front end in a real browser, with a model that says what the test wants."""

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.page.stage import Stage, staged
from tests.page.views import (
    ASIDES,
    HERE,
    LONG,
    STANDINGS,
    STEPS,
    THERE,
    aside_view,
    view_of,
    with_approval,
    with_phase,
    with_work,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from certbulk.page.destinations import Destination

AXE = files("axe_playwright_python").joinpath("axe.min.js")
NOTEBOOK = {"alone": False}
LIKE_JUPYTERLAB = "addEventListener('keydown', e => e.key === 'Enter' && e.preventDefault(), true)"
"""There, Enter submits no form."""


@pytest.fixture(scope="module")
def _stage(browser: "Browser") -> Iterator[Stage]:
    with staged(browser) as stage:
        yield stage


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    """The stage; at the end nothing was wrong in the scripts, and the policy has kept to itself."""
    yield _stage
    _stage.everybody_leaves()
    complaints, _stage.complaints = _stage.complaints, []
    assert complaints == []


def sent(page: "Page") -> list[dict[str, Any]]:
    """Return what the page has sent, but for its greeting, and for rows that wait for a printer."""
    found: list[dict[str, Any]] = page.evaluate("window.sent")
    return [one for one in found if one["do"] != "hello" and one.get("file") != "rows"]


def until_sent(page: "Page", count: int) -> list[dict[str, Any]]:
    """Return what the page has sent as soon as it is so much; scripts of a test cannot wait here.

    `wait_for_function` makes code of a text, which the policy does not allow.
    """
    while len(found := sent(page)) < count:
        page.wait_for_timeout(20)
    return found


def put(page: "Page", view: dict[str, Any]) -> None:
    """Show another view."""
    page.evaluate("view => window.set('view', view)", view)


def lose(page: "Page", connection: str = "lost") -> None:
    """Lose the connection, or find it again."""
    page.evaluate("how => window.set('connection', how)", connection)


def violations(page: "Page") -> list[str]:
    """Return what axe finds by all of its rules.

    Also by those that are off by default: level AAA, best practices, experiments.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = page.evaluate("axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }])")
    found = page.evaluate("rules => axe.run(document, { rules })", dict(rules))["violations"]
    return [
        f"{one['id']} ({one['impact']}): {json.dumps([node['html'][:90] for node in one['nodes']])}"
        for one in found
    ]


@pytest.mark.parametrize("step", STEPS)
def test_nobody_is_kept_out(stage: Stage, step: str) -> None:
    """Axe finds nothing in any step, of any level; there is one main, one banner."""
    view = view_of(step, busy=step in ("file", "plan"))
    page = stage.page(view)
    assert (page.get_by_role("main").count(), page.get_by_role("banner").count()) == (1, 1)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    lose(page)
    put(page, {**view, "trouble": {"text": "The journal is away."}})
    assert violations(page) == []


def test_work_and_phases_keep_nobody_out(stage: Stage) -> None:
    """What is being done is not worse to read than the rest."""
    page = stage.page(with_work(view_of("report")))
    assert violations(page) == []
    put(page, with_phase(view_of("sending"), "checking", 7, 20))
    assert violations(page) == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("sending", "Connection lost. The run goes on."),
        ("paused", "Connection lost. The run is paused: nothing is being sent."),
        ("plan", "Connection lost. Nothing is being sent from this page."),
    ],
)
def test_a_connection_that_is_lost_is_told(stage: Stage, step: str, words: str) -> None:
    """Nothing can be clicked meanwhile; then it comes back, and greets the controller again."""
    page = stage.page(view_of(step, destination=HERE))
    greetings = page.evaluate("window.sent.length")
    lose(page)
    page.get_by_role("alert").get_by_text(words).wait_for()
    controls = page.locator("button, input, select")
    assert controls.count() > 0
    assert [page.get_by_role("button", disabled=False).count(), sent(page)] == [0, []]
    lose(page, "open")
    page.get_by_text("Connection lost").wait_for(state="detached")
    assert page.get_by_role("button", disabled=False).count() > 0
    assert page.evaluate("window.sent.length") == greetings + 1


def test_what_was_cut_off_is_told_to_the_next_server(stage: Stage) -> None:
    """That one knows nothing of it; told once."""
    page = stage.page(with_work(view_of("report")))
    for expected in ("planning", ""):
        lose(page)
        put(page, view_of("report"))
        lose(page, "open")
        assert page.evaluate("window.sent.at(-1)")["cut"] == expected


def test_the_focus_comes_back_with_the_connection(stage: Stage) -> None:
    """Who types with the keyboard alone continues where they were."""
    page = stage.page(view_of("sending"))
    page.get_by_role("button", name="Pause").focus()
    lose(page)
    lose(page, "open")
    assert page.evaluate("document.activeElement.textContent") == "Pause"


def test_a_click_that_nobody_has_heard_is_told(stage: Stage) -> None:
    """After a few seconds, by the button's own words, until something else is tried."""
    page = stage.page(view_of("sending"), clock=True)
    page.evaluate("window.answers = false")
    page.get_by_role("button", name="Stop").click()
    assert [message["do"] for message in sent(page)] == ["stop"]
    assert page.get_by_text("not received").count() == 0
    page.clock.run_for(4100)
    alert = page.get_by_role("alert")
    alert.get_by_text("“Stop” was not received. Check what has happened, and try again.").wait_for()
    page.evaluate("window.answers = true")
    page.get_by_role("button", name="Stop").click()
    alert.get_by_text("not received").wait_for(state="detached")
    page.clock.run_for(9000)
    assert alert.get_by_text("not received").count() == 0


def test_a_click_on_its_way_when_the_line_is_cut_is_told_at_once(stage: Stage) -> None:
    """It may have arrived or not: whoever clicked looks, when the page is back."""
    page = stage.page(view_of("sending"))
    page.evaluate("window.answers = false")
    page.get_by_role("button", name="Stop").click()
    lose(page)
    page.get_by_role("alert").get_by_text("“Stop” was not received").wait_for()
    page.get_by_role("button", name="Close this message").click()
    page.get_by_text("“Stop” was not received").wait_for(state="detached")


def test_a_busy_kernel_is_told(stage: Stage) -> None:
    """In a notebook a click waits for the kernel; what it says goes as soon as it was taken."""
    page = stage.page(view_of("plan", destination=HERE), known=NOTEBOOK, clock=True)
    page.evaluate("window.answers = false")
    page.get_by_role("button", name="Back").click()
    page.clock.run_for(4100)
    page.get_by_text("“Back”: The kernel is busy; this will happen when it is free.").wait_for()
    page.evaluate("id => window.say({ kind: 'taken', id })", sent(page)[0]["id"])
    page.get_by_text("The kernel is busy").wait_for(state="detached")


@pytest.mark.parametrize("host", [None, NOTEBOOK])
def test_enter_respects_a_disabled_button(stage: Stage, host: dict[str, Any] | None) -> None:
    """While somebody else sends, or the connection is lost, Enter sends as little as a click."""
    page = stage.page(view_of("plan", busy=True), known=host)
    if host:
        page.evaluate(LIKE_JUPYTERLAB)
    typed = page.locator("#cu-typed")
    typed.fill("3")
    typed.press("Enter")
    assert sent(page) == []
    put(page, view_of("plan"))
    typed.press("Enter")
    assert [(message["do"], message["typed"]) for message in sent(page)] == [("send", "3")]
    if host is None:
        lose(page)
        assert typed.is_disabled()


def test_names_of_any_length_and_direction(stage: Stage) -> None:
    """A long name is cut in its middle and pushes nothing aside; a title turns nobody else's."""
    for step in ("report", "plan", "sending", "results"):
        for width in (480, 320):
            page = stage.page(view_of(step), viewport={"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{step} at {width}"
            page.context.close()
    page = stage.page(view_of("report", busy=True))
    shown = page.locator("[data-heading=report] bdi").first.inner_text()
    assert (shown[:18], shown[-10:], len(shown)) == (LONG[:18], "final.xlsx", 60)
    put(page, view_of("plan"))
    title = page.locator("tbody [data-label=Title] bdi").first
    assert title.inner_text().endswith("שלום")
    assert title.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
    assert page.evaluate("window.hit") is None


def test_the_title_of_the_window_has_the_percentage(stage: Stage) -> None:
    """100 % only at the end; in a notebook the window's title is not ours."""
    view = view_of("sending")
    view["run"] |= {"done": 1999, "writes": 2000}
    page = stage.page(view)
    assert page.title() == "99% · certbulk"
    put(page, view_of("paused"))
    assert page.title() == "66% paused · certbulk"
    put(page, view_of("results"))
    assert page.title() == "certbulk"
    assert stage.page(view, known=NOTEBOOK).title() == "certbulk", "that of the page itself"


def test_a_paused_run_is_remembered_as_one(stage: Stage) -> None:
    """The window says so when it is loaded again."""
    page = stage.page(view_of("paused"))
    page.reload()
    page.locator(".cu-page").wait_for()
    (hello,) = page.evaluate("window.sent")
    assert (hello["do"], hello["paused"], hello["mine"]) == ("hello", True, True)


def test_what_waits_counts_down(stage: Stage) -> None:
    """The seconds go on by themselves, as nothing is heard of a run that waits."""
    page = stage.page(with_phase(view_of("sending"), "checking", 7, 20), clock=True)
    words = page.locator(".cu-work")
    assert words.inner_text().startswith(
        "Checking 7 rows whose answers were lost, next look in 20 s"
    )
    page.clock.run_for(5000)
    assert "next look in 15 s" in words.inner_text()
    put(page, with_phase(view_of("sending"), "resting", 0, 60))
    text = words.inner_text()
    assert text.startswith("Waiting, as the service asks for a pause, goes on in 60 s")
    put(page, with_phase(view_of("sending"), "verifying", 0, None))
    assert words.inner_text().startswith("Verifying, 5 seconds")


def test_planning_can_be_cancelled_and_nothing_else(stage: Stage) -> None:
    """It says for how long it has been at it."""
    page = stage.page(with_work(view_of("report")))
    assert re.search(r"1[2-9] seconds", page.locator(".cu-work").inner_text())
    enabled = page.get_by_role("button", disabled=False)
    assert enabled.all_inner_texts() == ["Cancel"]
    enabled.click()
    assert [message["do"] for message in sent(page)] == ["cancel"]


def test_a_plan_with_nothing_to_send_has_a_way_back(stage: Stage) -> None:
    """Back to the workbook, or to another one."""
    page = stage.page(view_of("nothing"))
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Upload another workbook").click()
    assert [message["do"] for message in sent(page)] == ["back", "again"]


def test_a_file_goes_up_in_parts(stage: Stage) -> None:
    """The next part when the last was taken; a line that is cut ends it."""
    page = stage.page(view_of("file"))
    name = "a" * 200 + ".csv"
    data = b"x" * (300 << 10)
    page.locator("#cu-file").set_input_files({"name": name, "mimeType": "", "buffer": data})
    first = until_sent(page, 1)
    page.evaluate("at => window.say({ kind: 'more', at })", 256 << 10)
    parts = [(one["at"], one["bytes"], one["size"]) for one in until_sent(page, 2)]
    assert parts == [(0, 256 << 10, 300 << 10), (256 << 10, 44 << 10, 300 << 10)]
    assert first[0]["name"] == name
    assert page.get_by_role("progressbar").count() == 1
    lose(page)
    assert page.get_by_role("progressbar").count() == 0


def test_what_was_read_takes_the_keyboard_once(stage: Stage) -> None:
    """To the heading of the step that follows; what changes there later leaves it where it is."""
    page = stage.page(view_of("file"))
    file: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"}
    page.locator("#cu-file").set_input_files(file)
    until_sent(page, 1)
    page.evaluate("window.say({ kind: 'received', at: 1 })")
    put(page, view_of("columns"))
    assert page.evaluate("document.activeElement.dataset.heading") == "columns"
    other = page.get_by_role("button", name="Choose another workbook")
    other.focus()
    put(page, view_of("columns"))
    assert other.evaluate("button => button === document.activeElement")


def test_a_file_comes_down_in_parts(stage: Stage) -> None:
    """It is saved under the name that the controller gives it."""
    page = stage.page(view_of("results"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the results workbook").click()
        for at in (0, 3):
            page.evaluate(
                "at => window.say({ kind: 'part', file: 'results', at, size: 6, name: 'r.txt' },"
                " [new TextEncoder().encode('abc')])",
                at,
            )
    assert download.value.suggested_filename == "r.txt"
    assert download.value.path().read_bytes() == b"abcabc"


def test_what_is_typed_stays(stage: Stage) -> None:
    """A view that comes meanwhile moves neither the text nor the keyboard."""
    page = stage.page(view_of("plan"), clock=True)
    page.locator("#cu-typed").fill("12")
    find = page.get_by_label("Find a title")
    find.press_sequentially("Gif")
    page.clock.run_for(300)
    assert sent(page)[-1] == {**sent(page)[-1], "do": "look", "find": "Gif"}
    find.press_sequentially("t")
    view = view_of("plan")
    view["plan"]["table"] |= {"find": "Gif"}
    put(page, view)
    assert find.input_value() == "Gift"
    assert page.locator("#cu-typed").input_value() == "12"
    assert page.evaluate("document.activeElement.type") == "search"


def test_a_box_whose_click_was_lost_shows_what_is_true(stage: Stage) -> None:
    """Not what was clicked: the row is still sent."""
    page = stage.page(view_of("plan"), clock=True)
    page.evaluate("window.answers = false")
    box = page.get_by_role("checkbox", name="Send row 2,")
    box.uncheck()
    page.clock.run_for(4100)
    page.get_by_text("“Row 2” was not received").wait_for()
    assert box.is_checked()


def test_a_widget_that_is_taken_off_leaves_nothing(stage: Stage) -> None:
    """Neither elements nor listeners: a cell may be run again."""
    page = stage.page(view_of("plan"), known=NOTEBOOK)
    page.evaluate("window.end()")
    assert page.locator(".cu").count() == 0
    put(page, view_of("results"))
    assert page.locator(".cu").count() == 0


def test_a_view_does_not_end_an_upload(stage: Stage) -> None:
    """What others do is shown while a file is on its way; the rest of it is sent all the same.

    And a file that came at a moment when it could not be taken does not vanish without a word.
    """
    view = view_of("file")
    page = stage.page(view)
    file: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a" * 400_000}
    page.locator("#cu-file").set_input_files(file)
    until_sent(page, 1)
    put(page, {**view, "trouble": {"text": "Somebody else is sending."}})
    page.evaluate("window.say({kind: 'more', at: 256 * 1024})")
    assert [part["bytes"] for part in until_sent(page, 2)] == [262_144, 137_856]
    page.evaluate("window.say({kind: 'received', at: 400000})")
    put(page, view)
    assert page.get_by_role("progressbar").count() == 0
    page.evaluate("window.answers = false")
    page.locator("#cu-file").set_input_files(file)
    ignored = until_sent(page, 3)[-1]["id"]
    page.evaluate(f"window.say({{kind: 'ignored', id: {ignored}}})")
    page.get_by_role("alert").get_by_text("“Upload” was not received.").wait_for()


PRINTED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "plan": lambda view: dict(view["plan"]["table"]["rows"][0]),
    "report": lambda view: {"found": view["mend"]["rows"]["rows"][0]["cells"][0]["findings"]},
    "history": lambda view: dict(view["aside"]["rows"][0]),
    "since": lambda view: dict(view["aside"]["rows"][0]),
}
"""A row by what is printed; that of a report is the step in which cells are mended."""


@pytest.mark.parametrize("what", PRINTED)
def test_a_printer_gets_every_row(stage: Stage, what: str) -> None:
    """They are fetched once the table is quiet, and are on the page only while it is printed."""
    view = aside_view(what) if what in ASIDES else view_of(what)
    page = stage.page(view, clock=True)
    put(page, view)
    page.clock.run_for(800)
    (asked,) = [one for one in page.evaluate("window.sent") if one.get("file") == "rows"]
    first = PRINTED[what](view)
    each = ({"row": n, "title": f"Printed {n}", "started": f"r-{n}"} for n in range(1, 121))
    rows = json.dumps([{**first, **one} for one in each])
    page.evaluate(
        "([text, at]) => { const bytes = new TextEncoder().encode(text); window.say("
        "{ kind: 'part', file: 'rows', at, size: bytes.byteLength, name: 'r' }, [bytes]); }",
        [rows, asked["at"]],
    )
    page.wait_for_timeout(200)
    printed = page.locator(".cu-paper tbody tr")
    assert printed.count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.count() == 120
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert printed.count() == 0


def test_a_file_that_comes_while_another_is_read_is_named(stage: Stage) -> None:
    """It is not taken, and the page says so."""
    page = stage.page(with_work(view_of("report")))
    page.evaluate(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'second.csv'));"
        " document.querySelector('[data-drop]').dispatchEvent("
        "new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }"
    )
    page.get_by_role("alert").get_by_text("second.csv was not accepted").wait_for()
    assert sent(page) == []


def test_a_file_that_never_left_is_named(stage: Stage) -> None:
    """The connection was lost after it was given, and before its first part was on its way."""
    page = stage.page(view_of("file"))
    page.evaluate("File.prototype.slice = () => ({ arrayBuffer: () => new Promise(() => {}) })")
    file: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"}
    page.locator("#cu-file").set_input_files(file)
    lose(page)
    page.get_by_role("alert").get_by_text("a.csv").wait_for()
    assert sent(page) == []


def test_a_download_begins_anew_with_the_connection(stage: Stage) -> None:
    """Parts of two servers are not put together."""
    page = stage.page(view_of("results"))
    page.get_by_role("button", name="Download the results workbook").click()
    part = "[{ kind: 'part', file: 'results', at: 0, size: 6, name: 'r.txt' }, [new Uint8Array(3)]]"
    page.evaluate(f"window.say(...{part})")
    assert [one["at"] for one in sent(page) if one["file"] == "results"] == [0, 3]
    lose(page)
    lose(page, "open")
    assert [one["at"] for one in sent(page) if one.get("file") == "results"] == [0, 3, 0]


def test_a_download_that_is_refused_is_not_asked_for_again(stage: Stage) -> None:
    """The reason is a line on the page; what is asked again and again would bring it back."""
    page = stage.page(view_of("results"), clock=True)
    page.get_by_role("button", name="Download the results workbook").click()
    page.evaluate("window.say({ kind: 'no_part', file: 'results' })")
    page.clock.run_for(60_000)
    assert [one["at"] for one in sent(page) if one["file"] == "results"] == [0]


@pytest.mark.parametrize("what", ["plan", "results", "history", "since"])
def test_the_title_of_a_row_is_its_header(stage: Stage, what: str) -> None:
    """A reader of the screen says it with every cell; it is one in each row."""
    page = stage.page(aside_view(what) if what in ASIDES else view_of(what))
    for row in page.locator(".cu tbody tr").all():
        assert row.locator("th[scope=row]").count() == 1
        assert row.get_by_role("rowheader").inner_text()


def test_an_approval_is_asked_for_above_the_rows(stage: Stage) -> None:
    """It is read before the rows and the button that sends them, with how to ask for it."""
    view = view_of("plan")
    page = stage.page(with_approval(view, "other_content"))
    note = page.locator(".cu-note", has_text="another person approves this plan").bounding_box()
    rows = page.get_by_role("table").bounding_box()
    assert note is not None
    assert rows is not None
    assert note["y"] + note["height"] <= rows["y"]
    page.get_by_role("button", name="Download the plan for approval").click()
    page.get_by_role("button", name="Ask for approval").click()
    assert [(one["do"], one.get("file")) for one in sent(page)] == [
        ("fetch", "to_approve"),
        ("ask", None),
    ]


@pytest.mark.parametrize("standing", STANDINGS)
def test_how_an_approval_stands_keeps_nobody_out(stage: Stage, standing: str) -> None:
    """Axe finds nothing, light or dark; only with an approval can anything be sent."""
    page = stage.page(with_approval(view_of("plan"), standing))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert page.locator(".cu-confirm .cu-main").is_enabled() == (standing == "given")


JUPYTERLAB = """() => {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/jupyterlab.css";
  document.head.append(style);
  const classes = ["jp-WindowedPanel-outer", "jp-CodeCell", "jp-OutputArea", "jp-OutputArea-child",
    "jp-OutputArea-output"];
  const area = (className) => Object.assign(document.createElement("div"), { className });
  const areas = classes.map(area);
  areas.reduce((outer, inner) => (outer.append(inner), inner))
    .append(document.querySelector("#page"));
  document.body.append(areas[0]);
  return new Promise((done) => { style.onload = done; });
}"""
"""The page in areas that scroll as in JupyterLab: the notebook, and those around each output."""


def test_the_foot_sticks_to_the_window_in_jupyterlab(stage: Stage) -> None:
    """The areas around an output are as high as the page, so it must not stick to those."""
    page = stage.page(view_of("plan", destination=HERE), known=NOTEBOOK)
    page.evaluate(JUPYTERLAB)
    scrolls = page.locator(".jp-WindowedPanel-outer")
    seen = scrolls.bounding_box()
    assert seen is not None
    bottom = seen["y"] + seen["height"]
    assert scrolls.evaluate("e => e.scrollHeight > e.clientHeight + 100")
    foot = page.locator(".cu-foot").bounding_box()
    assert foot is not None
    assert abs(foot["y"] + foot["height"] - bottom) < 2
    scrolls.evaluate("e => e.scrollTo(0, 150)")
    top = page.locator(".cu-top").bounding_box()
    assert top is not None
    assert abs(top["y"] - seen["y"]) < 2


def test_what_is_pressed_is_read_in_forced_colours(stage: Stage) -> None:
    """In the system's colours for what is selected, whatever the button is."""
    page = stage.page(view_of("report"), color_scheme="dark", forced_colors="active")
    colours = (
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor,"
        " ...[...e.querySelectorAll('*')].map(inner => getComputedStyle(inner).color)]"
    )
    put(page, view_of("plan"))
    words, ground, *inside = page.locator(".cu-filter[aria-pressed=true]").first.evaluate(colours)
    assert words != ground
    assert set(inside) == {words}
    put(page, view_of("report"))
    pressed = page.locator(".cu-problem[aria-pressed=true]").evaluate(colours)
    assert pressed == [words, ground, *[words] * (len(pressed) - 2)]


def test_a_time_zone_that_was_chosen_can_be_chosen_anew(stage: Stage) -> None:
    """Also once nothing asks for one any more: the menu has a line of its own then."""
    view = view_of("report")
    zones = ["Europe/Lisbon", "Asia/Tokyo"]
    page = stage.page({**view, "mend": {**view["mend"], "zones": zones}})
    page.get_by_label("Read dates in the time zone").select_option("Asia/Tokyo")
    assert [(one["do"], one["name"]) for one in sent(page)] == [("zone", "Asia/Tokyo")]


def test_rows_or_cards_are_remembered(stage: Stage) -> None:
    """By the browser: after the page is loaded again, and in the next plan."""
    page = stage.page(view_of("plan"))
    assert page.get_by_role("table").is_visible()
    page.get_by_role("button", name="Cards").click()
    page.reload()
    page.locator("ul.cu-cards").wait_for()
    assert page.get_by_role("button", name="Cards").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("destination", [HERE, THERE], ids=["practice", "real"])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_the_next_button_of_the_plan_is_in_view_on_a_phone(
    locale: str, destination: "Destination", stage: Stage
) -> None:
    """The foot sticks to the lower edge, and leaves most of the window to the rows.

    That is so in both languages, and with the number to type on the real service.
    """
    look: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": locale}
    page = stage.page(view_of("plan", destination=destination), **look)
    button = page.locator(".cu-confirm .cu-main")
    edges = button.bounding_box(), page.locator(".cu-foot").bounding_box()
    assert edges[0] is not None
    assert edges[1] is not None
    assert edges[0]["y"] + edges[0]["height"] <= 844
    assert edges[1]["height"] <= 120


def test_rows_that_are_not_to_be_mended_can_be_left_out(stage: Stage) -> None:
    """The page says so, and has a button beside each row: hints need no mending."""
    page = stage.page(view_of("report"))
    page.get_by_text("leave it out if it is not a certificate type").first.wait_for()
    page.get_by_role("button", name=re.compile("Leave this row out$")).first.click()
    assert until_sent(page, 1)[0]["do"] == "row"

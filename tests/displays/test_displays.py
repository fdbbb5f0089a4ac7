"""How sheets, reports, plans and runs show themselves."""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pandas as pd
import pytest
from IPython.lib import pretty as prompt

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.displays.markup import LONGEST_TEXT, tag
from certbulk.displays.parts import NO_BREAK
from certbulk.displays.style import COLOURS, TONES
from certbulk.planning.plan import Action
from certbulk.sandbox import Faults
from tests.applying.rows import ROWS, applied
from tests.planning.sheets import change, new, plan_of, report_on

HOSTILE = '<img src=x onerror="alert(1)">\u202e\x1b[2J'


class Seen(HTMLParser):
    """What a browser would make of a piece of markup: its elements and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep its name; it has only the attributes that displays need."""
        self.elements.append(name)
        self.open.append(name)
        assert {key for key, _ in attrs} <= {"class", "title", "scope", "style", "dir"}

    def handle_endtag(self, name: str) -> None:
        """Fail where it is not the one that is open."""
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        """Keep what is read, which style sheets are not."""
        if self.open[-1] not in {"style", "script"}:
            self.texts.append(data.replace(NO_BREAK, " "))

    @property
    def text(self) -> str:
        """All that is read."""
        return " ".join(self.texts)


def pretty(shown: object) -> str:
    """Return what IPython shows at a prompt."""
    return str(prompt.pretty(shown))  # type: ignore[no-untyped-call]


def seen(shown: object) -> Seen:
    return Seen(shown._repr_html_())  # type: ignore[attr-defined]


SAFE = {
    "details", "summary", "script", "div", "style", "p", "strong", "span", "table", "thead",
    "tbody", "tr", "th", "td", "small", "del", "ins",
}  # fmt: skip


def test_texts_from_cells_and_service_are_only_texts(
    client: cb.Client,
) -> None:
    """Markup and cursor movements in titles, headers, messages and reasons do nothing."""
    rows = [new(title=HOSTILE, balance="1"), new(title="A", balance=HOSTILE)]
    frame = pd.DataFrame(rows).rename(columns={"is_multi": HOSTILE})
    frame["is_multi"] = "yes"
    sheet = cb.read(frame)
    report = cb.validate(sheet)
    plan = plan_of(client, *rows, change(288901, title=HOSTILE))
    run = cb.apply(plan, client, progress=False)
    for shown in (sheet, report, plan, run):
        html = shown._repr_html_()
        assert set(Seen(html).elements) <= SAFE
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in html
        for text in (html, str(shown), pretty(shown)):
            assert "\x1b" not in text
            assert "\u202e" not in text


def test_markup_escapes_all_but_itself() -> None:
    """Only what `tag` made is markup, and a long text is cut."""
    inner = tag("b", "<i>", title='"')
    assert inner == '<b title="&quot;">&lt;i&gt;</b>'
    assert tag("p", inner, "<b>", None, 5) == f"<p>{inner}&lt;b&gt;5</p>"
    assert len(Seen(tag("p", "x" * 40_000)).text) == LONGEST_TEXT


def test_a_report_colours_faulty_cells_and_says_why_on_hover() -> None:
    """The message is at its cell, in the table for those who cannot hover, the counts above."""
    report = report_on(new(), new(title="B", balance="abc"), new(title="", balance="3"))
    shown = seen(report)
    (wrong,) = (f for f in report.errors if f.field == "balance")
    assert shown.texts.count(wrong.message) == 1  # in the table of findings
    assert f'title="{escape(wrong.message)}"' in report._repr_html_()  # at its cell, for a pointer
    assert "✗ abc" in shown.texts
    assert "✗ (blank)" in shown.texts
    assert {"✓ 1 valid", "✗ 2 invalid", "✗ 2 errors"} <= set(shown.texts)


def test_of_a_large_report_only_what_matters_is_shown() -> None:
    """Faulty rows and columns, and how many others there are."""
    bad = {70, 800}
    rows = [new(title=f"T {n}", balance="x" if n in bad else str(n)) for n in range(1, 1001)]
    frame = pd.DataFrame(rows).assign(action="", id="", category_id="")
    report = cb.validate(cb.read(frame))
    html = report._repr_html_()
    shown = Seen(html)
    assert html.count("<tr>") == (1 + 2) * 2  # rows, and findings
    assert {"T 70", "T 800"} <= set(shown.texts)
    assert "998 without any" in shown.text
    assert "columns not shown" in shown.text
    assert len(html) < 20_000


def test_many_faults_and_many_columns_are_cut_with_their_counts() -> None:
    """A display stays small whatever it shows."""
    frame = pd.DataFrame({f"c{n}": ["x"] * 300 for n in range(500)} | {"balance": ["x"] * 300})
    sheet = cb.read(frame)
    report = cb.validate(sheet)
    assert "275 more rows" in seen(sheet).text
    assert "471 more columns" in seen(sheet).text
    assert "275 more with findings" in seen(report).text
    for shown in (sheet, report):
        assert len(shown._repr_html_()) < 150_000


def test_a_plan_shows_old_and_new_and_its_budget(client: cb.Client) -> None:
    """Struck out what is live, then what it becomes; and what that costs."""
    plan = plan_of(client, *ROWS)
    html = plan._repr_html_()
    assert "balance: <del>50</del> → <ins>51</ins>" in html
    assert f"{plan.requests} requests, about" in html
    assert "→ 2 update" in Seen(html).texts


def test_a_large_plan_shows_some_of_each_kind_that_matters(client: cb.Client) -> None:
    """Those that change or are refused; all others are counted."""
    rows = [new(title=f"T {n}") for n in range(500)] + [change(288901, balance="51")]
    rows += [{**new(title=f"S {n}"), "action": "skip"} for n in range(40)]
    plan = plan_of(client, *rows)
    shown = seen(plan)
    assert shown.texts.count("✓ create") == 10
    assert shown.texts.count("→ update") == 1
    assert "Not shown: 490 create, 40 skip. All rows: plan.frame" in shown.text


def test_a_run_says_how_it_ended_and_what_to_do_next(
    client: cb.Client, sandbox: cb.Sandbox
) -> None:
    """Counts, reasons, and what to do next if it did not succeed."""
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    run = applied(client, settle=False)
    shown = seen(run)
    assert "? 1 unknown" in shown.texts
    assert f'cb.resume("{run.id}", client)' in shown.text
    assert "unknown_outcome" in shown.text
    assert seen(cb.attach(run.id)).text == shown.text


def test_a_run_under_way_says_how_long_it_takes(client: cb.Client) -> None:
    """And how to watch it, or to continue with it where its process is gone."""
    run = replace(applied(client), state="running")
    unsent = replace(run.outcomes[0], status=cb.Status.NOT_SENT)
    run = replace(run, outcomes=(unsent, *run.outcomes[1:]))
    assert "1 row to go, about 0 s at its pace" in seen(run).text
    assert f'cb.attach("{run.id}", follow=True)' in seen(run).text
    gone = replace(run, state="interrupted")
    assert f'To resume it: cb.resume("{run.id}", client)' in seen(gone).text


def test_words_for_a_prompt(client: cb.Client) -> None:
    """Printed, and at an IPython prompt, each is some lines; its repr stays one."""
    run = applied(client)
    for shown in (run.plan.report.sheet, run.plan.report, run.plan, run):
        assert len(repr(shown).splitlines()) == 1
        assert len(str(shown).splitlines()) > 1
        assert pretty(shown) == str(shown)
        assert len(str(shown).splitlines()) < 100


def test_empty_ones_show_themselves_too(client: cb.Client) -> None:
    """Nothing is shown as nothing, and not as a mistake."""
    report = cb.validate(cb.read(pd.DataFrame(columns=[field.name for field in FIELDS])))
    plan = cb.plan(report, client)
    for shown in (report.sheet, report, plan, cb.apply(plan, client, progress=False)):
        assert "0 rows" in seen(shown).text
        assert str(shown)
    assert "no_rows: The frame has no rows" in seen(plan).text
    assert "no_rows: The frame has no rows" in str(plan)


_WORDS = str.maketrans("0123456789", "ghijklmnop")


def test_what_is_cut_off_says_where_all_of_it_is(client: cb.Client) -> None:
    """Warnings are not in the plan's own frame; hours are not told in seconds."""
    some = [new(title=f"T 1{n:04} 77") for n in range(100)]  # amounts that are not the face value
    plan = plan_of(
        client, *some, *(new(title=f"Card {f'{n:x}'.translate(_WORDS)}") for n in range(1_100))
    )
    assert "more; plan.findings has them all." in str(plan)
    assert "create     1,200" in str(plan)
    slow = replace(plan, per_second=4, per_minute=180)
    assert f"{slow.requests:,} requests, about 7 min " in str(slow)
    assert slow.writes == 1_200


def test_a_repair_of_what_is_longer_than_what_is_shown() -> None:
    """The same beginning twice says nothing: the lengths say what would be done."""
    fixed = cb.fix(report_on(new(title="x" * 5_000)))
    assert "(5,000 characters) → " in str(fixed)
    assert "(255)?" in str(fixed)


@pytest.mark.parametrize("word", [*Action, *cb.Status])
def test_every_action_and_status_has_a_colour_but_what_is_left_alone(word: str) -> None:
    """And no colour is named that there is not."""
    assert TONES.get(str(word), "none") in COLOURS
    assert word in TONES or word in {"skip", "skipped", "not_sent"}


def test_styles_name_no_place_outside() -> None:
    """A display loads nothing from anywhere."""
    html = report_on(new())._repr_html_()
    assert not re.search(r"https?:|url\(|@import", html)

"""Displays say the same where style sheets, scripts, classes and trust are taken away."""

import re
import zlib
from base64 import b64decode
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import bleach
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.kinds import ListChange
from certbulk.displays.changes import change_lines
from certbulk.displays.live_table import _script
from certbulk.displays.markup import tag
from certbulk.displays.parts import NO_BREAK
from certbulk.displays.style import SIGNS
from tests.applying.rows import ROWS, applied
from tests.planning.sheets import change, new, plan_of, report_on

BLOCKS = {"p", "div", "tr", "table", "summary"}

# The elements that GitHub's sanitizer of rendered pages leaves (html-pipeline's list); no bdi, no
# small parts of forms, and no attributes here but titles.
ELEMENTS = {
    "p", "div", "strong", "span", "table", "thead", "tbody", "tr", "th", "td", "del", "ins",
    "details", "summary",
}  # fmt: skip


class Words(HTMLParser):
    """The words of a page for a reader without any style: blocks are lines, cells have bars."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.hidden = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, name: str, _: list[tuple[str, str | None]]) -> None:
        """Begin a line or a cell."""
        if name in {"style", "script"}:
            self.hidden = name
        if name in BLOCKS:
            self.lines.append("")
        if name in {"td", "th"}:
            self.lines[-1] += "|"

    def handle_endtag(self, name: str) -> None:
        """End what is hidden, or a line."""
        if name == self.hidden:
            self.hidden = ""
        if name in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Keep what is visible."""
        self.lines[-1] += "" if self.hidden else data.replace("\n", "").replace(NO_BREAK, " ")

    @property
    def text(self) -> str:
        """The lines that are not blank."""
        return "\n".join(line for line in self.lines if line.strip())


def words(shown: Any) -> str:
    return Words(shown if isinstance(shown, str) else str(shown._repr_html_())).text


def stripped(html: str) -> str:
    """Return what is left where only safe elements are, and no attributes."""
    return str(bleach.clean(html, tags=ELEMENTS, attributes=["title"], strip=True))


def everything(client: cb.Client) -> list[Any]:
    """Return one of each noun, small and large."""
    many = [new(title=f"T {n}", balance="x" if n % 9 else str(n)) for n in range(1, 100)]
    large = plan_of(client, *many, change(288901, balance="51"))
    run = applied(client)
    report = report_on(*ROWS, *many)
    sheet = report.sheet
    return [sheet, report, large, run.plan, run, cb.fix(report), cb.drift(run, client)]


def test_the_words_are_the_same_without_styles_scripts_and_attributes(client: cb.Client) -> None:
    """For each noun: nothing spills into sight, nothing that was visible is gone."""
    for shown in everything(client):
        html = shown._repr_html_()
        assert words(stripped(html)) == words(html)
        bare = bleach.clean(html, tags=[], strip=True)
        assert not re.search(r"\d(create|update|balance)|[a-z]{5}✓", bare)
        assert "{" not in bleach.clean(html, tags=[], strip=True).replace("={id", "")


def test_no_element_is_hidden_by_a_style(client: cb.Client) -> None:
    """A style sheet only moves and colours what is visible without it."""
    for shown in everything(client):
        html = shown._repr_html_()
        hidden = set(re.findall(r"(\S+)\{display:none", html))
        assert hidden == {"td:empty", ".cb-controls"}
        assert not re.search(r"position:(fixed|absolute)", html)


def test_words_are_separated_by_text(client: cb.Client, tmp_path: Any) -> None:
    """Chips by dots, the letter of a column from its header, a state from its reason."""
    path = tmp_path / "types.xlsx"
    pd.DataFrame([new(title="A 10"), new(title="B", balance="x")]).to_excel(path, index=False)
    report = cb.validate(cb.read(path))
    assert "✓ 1 valid · ✗ 1 invalid · ✗ 1 error" in words(report)
    assert "|row|A: title|B: balance|" in words(report)
    run = applied(client)
    assert f"Run {run.id} ✓ finished" in words(run)


def test_lists_show_what_is_added_and_removed(client: cb.Client) -> None:
    """Not the whole list twice; what stays is a number."""
    names = plan_of(client, new()).report.directory
    (line,) = change_lines({"salon_ids": ((1, 2, 3), (2, 3, 4))}, names)
    assert words(line) == "salon_ids: + 4; − 1; 2 stay"
    (line,) = change_lines({"salon_ids": (tuple(range(1, 40)), tuple(range(20, 60)))}, names)
    assert line.count("<details>") == 1
    assert "20 stay" in words(line)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ((1, 2), (2, 3), ((3,), (1,))),
        ((1,), (1, 2), ((2,), ())),
        ((), (1,), None),  # no restriction, before: one entry more says too little
        ((1, 2), (2, 1), None),
        ("ab", "bc", None),
        (1, 2, None),
    ],
)
def test_which_changes_are_told_by_entries(old: Any, new: Any, told: Any) -> None:
    """Those of lists that have entries before and after, if an entry comes or goes."""
    change = ListChange.between(old, new)
    assert (change and (change.added, change.removed)) == told


def test_no_line_ends_between_a_sign_and_its_word(client: cb.Client) -> None:
    """In each display: also where no style keeps them together."""
    shown = " ".join(stripped(one._repr_html_()) for one in everything(client))
    signs = "".join(SIGNS.values())
    assert set(re.findall(rf">([{signs}]){NO_BREAK}[a-z]", shown)) >= {"→", "✓", "✗"}
    assert not re.search(rf">[{signs}] ", shown)


def test_a_column_is_named_once(client: cb.Client) -> None:
    """By its message, or beside it; a text that is the column's name is not its name."""
    rows = [change(288901, balance="500"), change(288902, balance="x"), new(title="")]
    report = cb.validate(pd.DataFrame([*rows, change(288904, balance="balance")]))
    said = [str(finding) for finding in report.errors]
    assert said[0].startswith('row 1, column "balance": "x" is not')
    assert said[1].startswith('row 2: A new type needs "title".')
    assert said[2].startswith('row 3, column "balance": "balance" is not')
    listed = words(report)
    assert "|✗ row 1|balance|" in listed
    plan = cb.plan(pd.DataFrame(rows[:1]), client)
    (jump,) = [f for f in plan.cautions if f.code == "price_jump"]
    assert str(jump).startswith('row 0: "balance" changes from 50 to 500')
    assert '! "balance" changes' in words(plan)


def test_a_warning_is_beside_its_row_with_its_column(client: cb.Client) -> None:
    """In a plan, and before rows without one where many rows are cut."""
    many = [new(title=f"Card {chr(65 + n % 26) * (1 + n // 26)}") for n in range(60)]
    plan = plan_of(client, *many, new(title="Spa 999", balance="10"))
    (warned,) = [f for f in plan.all_findings if f.code == "title_balance_mismatch"]
    (line,) = [line for line in words(plan).splitlines() if line.startswith("! ")]
    assert line == f"! {warned.field}: {warned.message} (title_balance_mismatch)"


def test_the_column_that_a_finding_is_about_is_in_sight() -> None:
    """Of many columns, also where the finding names a column and no cell."""
    rows = [new(title="Spa 999", balance="10"), new(title="B")]
    frame = pd.DataFrame(rows).assign(**{f"note {n}": "x" for n in range(40)})
    frame = frame[[*[name for name in frame if name != "balance"], "balance"]]
    frame.loc[1, "balance"] = "abc"
    shown = words(cb.validate(cb.read(frame)))
    assert "|✗ abc" in shown
    assert "! Spa 999" in shown


def unpacked(html: str) -> str:
    """Return the rows that the script of a display has at hand."""
    (packed,) = re.findall(r'"packed": "([^"]+)"', html)
    return zlib.decompress(b64decode(packed)).decode()


def test_five_thousand_rows_are_at_hand_and_the_rest_is_counted(client: cb.Client) -> None:
    """The display stays below 200 kB; updates are at hand before creates."""
    rows_read = [new(title="<b>A</b>"), change(288901, balance="51"), *[change(1)] * 20_000]
    plan = plan_of(client, *rows_read)
    create, update, *_ = plan.decisions
    rows = [replace(create, row=n, title=f"T {n}") for n in range(2, 20_001)]
    html = replace(plan, decisions=(*rows, replace(update, row=20_001)))._repr_html_()
    assert len(html) < 200_000
    assert unpacked(html).count("<tr>") == 5_000
    assert "Gift Certificate 50" in unpacked(html)
    assert '"left": 15000' in html
    assert "Not shown: 19,988 create. All rows: plan.frame" in words(html)


def test_a_table_in_sight_as_a_whole_has_no_script(client: cb.Client) -> None:
    """A dozen rows need no search."""
    assert "<script>" not in applied(client)._repr_html_()


def test_nothing_ends_the_script_or_its_comment(client: cb.Client) -> None:
    """Neither what it has at hand, nor its own text."""
    assert not re.search(r"</|-->|<!--", _script())
    title = "</script><script>alert(1)</script>--><!--"
    plan = plan_of(client, *(new(title=f"{title} {n}", balance="5") for n in range(30)))
    html = plan._repr_html_()
    assert html.count("<script>") == html.count("</script>") == 1
    assert "<script" not in unpacked(html)
    assert "&lt;/script&gt;" in unpacked(html)


@pytest.mark.parametrize("rows", [0, 1])
def test_of_no_row_and_of_one_there_is_a_display(client: cb.Client, rows: int) -> None:
    """Each has words, and no table without rows."""
    plan = plan_of(client, *[new(title="A 10")][:rows]) if rows else None
    for shown in (report_on(new()), plan):
        assert shown is None or "1 row" in words(shown)


def test_texts_from_right_to_left_keep_to_themselves() -> None:
    """Their element has their direction; others have none."""
    assert tag("td", "שלום 10") == '<td dir="auto">שלום 10</td>'
    assert tag("td", tag("b", "سلام"), "a") == '<td><b dir="auto">سلام</b>a</td>'
    assert "dir" not in tag("td", "Привет 🎁")


def test_a_frame_with_labels_shows_them() -> None:
    """In place of the numbers of a file."""
    frame = pd.DataFrame([new(title="A 10"), new(title="B 10")], index=["spring", "summer"])
    assert '|"spring"|A 10|' in words(cb.validate(cb.read(frame)))
    assert "|0|A 10|" in words(cb.read(frame.reset_index(drop=True)))


def test_money_in_changes(client: cb.Client) -> None:
    """Old and new are in the order in which they are reported."""
    names = plan_of(client, new()).report.directory
    (line,) = change_lines({"balance": (Decimal(280), Decimal(300))}, names)
    assert words(line) == "balance: 280 → 300"

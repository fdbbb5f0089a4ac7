"""Lines on a terminal: wrapped, aligned, coloured only if that can be seen, and clean."""

import io
import re
import sys
from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from certbulk.cli import show
from certbulk.cli.paper import Entry, Paper, put
from certbulk.cli.terminal import Painted

TITLES = [
    "Gift Certificate 25",
    "\u793c\u54c1\u5361 1000 \u793c\u54c1\u5361",  # wide
    "\u05e9\u05d5\u05d1\u05e8 \u05de\u05ea\u05e0\u05d4 100",  # right to left
    "\U0001f381\U0001f469\u200d\U0001f469\u200d\U0001f467 For two",  # one emoji of several
    "e\u0301te\u0301 50",  # combining marks
    "A " + "very " * 40 + "long title",
    "\u793c" * 120,  # no blank to wrap at
]
WIDTHS = [40, 60, 80, 120, 200]


def entries() -> list[Entry]:
    """Return a row for each title."""
    about = [
        ("label", "Face value: "),
        ("", "1000 | "),
        ("label", "Valid for: "),
        ("", "Any " * 30),
    ]
    return [
        Entry("+~-!=?"[n % 6], f"row {10**n}", [("title", title), ("quiet", " (id 7)")], [about])
        for n, title in enumerate(TITLES)
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Whatever is in a title, the terminal itself never has to wrap a line."""
    lines = list(Paper(width).entries(entries()))
    assert max(map(cell_len, lines)) < width
    assert "".join(lines).replace(" ", "").count("\u793c" * 10) > 1  # nothing is cut


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrapped_is_indented(width: int) -> None:
    """Only rows begin at the left, each with its sign; all of them begin at one column."""
    lines = list(Paper(width).entries(entries()))
    heads = [line for line in lines if not line.startswith(" ")]
    assert [line[0] for line in heads] == [*"+~-!=?+"]
    numbered = [line[1:].partition("row ")[2].lstrip("0123456789 ") for line in heads]
    columns = [len(line) - len(rest) for line, rest in zip(heads, numbered, strict=True)]
    assert {*columns[:5]} == {15}
    assert all(line.startswith(" " * 15) for line in lines if line not in heads)


def test_on_one_line_titles_are_aligned() -> None:
    """Details begin at one column, in cells, however wide the letters are."""
    lines = list(Paper().entries(entries()))
    assert len(lines) == len(TITLES)
    columns = {cell_len(line.partition("Face value")[0]) for line in lines[:5]}
    assert len(columns) == 1
    assert all("Any Any" in line for line in lines)


def test_colour_is_only_added() -> None:
    """With colour, the lines have the same words at the same places."""
    bare, painted = (list(Paper(80, colour=colour).entries(entries())) for colour in (False, True))
    assert any("\x1b[32m+" in line for line in painted)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in painted] == bare
    assert not any("\x1b" in line for line in bare)


@pytest.mark.parametrize("paper", [Paper(), Paper(80), Paper(80, colour=True), Paper(colour=True)])
def test_texts_from_outside_colour_nothing(paper: Paper) -> None:
    """Escapes, direction marks and line ends in a cell neither move the cursor nor colour."""
    nasty = "a\x1b[31mb\x1b]0;t\x07c\r\nd\u202ee\x9bf[red]g[/red]"
    (line, *more) = paper.entries([Entry("!", "row 1", [("title", nasty)], [])])
    left = re.sub(r"\x1b\[(?:1|31|1;31|0|2)m", "", line) if paper.colour else line
    assert not more
    assert left.replace("31mb", "").isprintable()
    assert "[red]g[/red]" in left
    assert "\x1b]0" not in line


ENVIRONMENTS = [
    ({"TERM": "xterm"}, True, 100, True),
    ({"TERM": "xterm", "NO_COLOR": "1"}, True, 100, False),
    ({"TERM": "dumb"}, True, 100, False),
    ({"TERM": "xterm"}, False, None, False),
]


@pytest.mark.parametrize(("environment", "terminal", "width", "colour"), ENVIRONMENTS)
def test_the_paper_at_hand(
    environment: dict[str, str],
    terminal: bool,  # noqa: FBT001
    width: int | None,
    colour: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pipe has no width and no colour; NO_COLOR and TERM=dumb take the colour away."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in {**environment, "COLUMNS": "100", "LINES": "30"}.items():
        monkeypatch.setenv(name, value)
    stream = SimpleNamespace(isatty=lambda: terminal)
    monkeypatch.setattr("certbulk.cli.paper.sys", SimpleNamespace(stdout=stream, stdin=stream))
    paper = Paper.at_hand(pages=True)
    assert (paper.width, paper.colour) == (width, colour)
    assert paper.height == (30 if terminal and environment["TERM"] != "dumb" else None)
    assert Paper.at_hand(wide=True).width is None
    assert Paper.at_hand().height is None  # nobody turns pages


@pytest.mark.parametrize("pager", ["", "cat", "no-such-program", "'open"])
def test_no_pager(
    pager: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not a pager, or is not there, leaves the lines to the terminal."""
    monkeypatch.setenv("PAGER", pager)
    put((f"line {n}" for n in range(100)), Paper(80, height=10))
    assert capsys.readouterr().out.splitlines() == [f"line {n}" for n in range(100)]


def test_a_text_of_our_own_is_marked() -> None:
    """Only what paper has made passes the clean exit with its colours."""
    assert isinstance(Painted("x"), str)
    assert Painted("x") + "y" == "xy"
    assert not isinstance(Painted("x") + "y", Painted)


@pytest.mark.parametrize("width", [None, 40, 200])
def test_right_to_left_titles_are_isolated_on_a_terminal(width: int | None) -> None:
    """Each part is ended on its own line, and what is between two values is not in it."""
    title, arrow = "\u05e9\u05d5\u05d1\u05e8 " * 12 + "50", "\u05d0 \u2192 \u05d1"
    entry = Entry("+", "row 2", [("title", title), ("quiet", " (id 7)")], [[("", arrow)]])
    lines = list(Paper(width, isolates=True).entries([entry]))
    assert all(line.count("\u2068") == line.count("\u2069") for line in lines)
    shown = "\n".join(lines)
    assert "50\u2069 (id 7)" in shown.replace("50 \u2069", "50\u2069")
    assert "\u2068\u05d0\u2069 \u2192 \u2068\u05d1\u2069" in shown
    assert "\u2068" not in "".join(Paper(width).entries([entry]))


def test_right_to_left_texts_in_messages_are_isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error as well, if that is a terminal; in a file the text is alone."""
    title = "\u05e9\u05d5\u05d1\u05e8"
    for is_terminal, shown in ((True, f"\u2068{title}\u2069"), (False, title)):
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda it=is_terminal: it)
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        show.line(f'There is no title "{title}".', err=True)
        assert stream.getvalue() == f'There is no title "{shown}".\n'

"""Plain English: phrases that must be read twice are found, and counted."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, prose
from tests.project.sources import nodes_of, text_of
from tests.project.written import written_in

PHRASES = {
    # is reported, certbulk says
    "is said": r"\b(?:is|are|was|were|be)(?: not)? said\b|\bsaid of\b|, and said\b",
    "is no": r"(?<!here )\b(?:is|are|was|were) (?:no|none of) (?!longer\b|more than\b|problem\b)\w",
    "as where": r"\bas where\b",  # for example if, which happens when
    "where for if": r"(?:^|[.;:] )Where (?!to\b|from\b)[^.;:]*, (?!and\b|or\b)"
    r"|\bwhere there (?:is|are)\b|\bonly where\b|\b(?:None|nothing|blank|empty) where (?!to\b)",
    "tell whether": r"\b[Tt]ells? whether\b",  # whether, return whether
    "so many": r"\bso many (?:a|an|rows|requests)\b"
    r"|\b[Ss]o many (?:chains|characters|notes|other)\b",
    "what is which": r"\bwhat is which\b",
    "half a row": r"\bHalf a row\b|\bLetters that were\b|\bHow rows end\b",
    "in sight": r"\bin sight\b",
    "stands": r"\bstands? (?:in|on|beside|behind|under|below|above|there|where|here)\b"
    r"|\bstands? (?:before|between|at)\b",
    "hold against": r"\b(?:holds?|held) (?:\w+ ){0,8}against\b",
    "go on": r"\b[Gg]o(?:es)? on (?:with|where|later)\b",
    "that is none": r"\b(?:that|which|what) is none\b",  # is not a date, is not known
    "hears": r"\bhears no\b",
    "end well": r"\bends? well\b",  # succeed, fail
    "at it": r"\b(?:is|are|was) at it\b",  # carries it out, is sending
    "likewise": r"\b[Ll]ikewise\b",  # in the same way, or nothing
    # the sandbox, also where it is introduced: the sandbox, a practice server on your machine
    "practice server": r"(?<!\bsandbox, a )(?<!\bsandbox: a )\bpractice servers?\b"
    r"|\b[Pp]ractice API\b",
}
"""A name for a way to say something, and what finds it. A better word stands beside some."""

NOT_YET: tuple[str, ...] = ()
"""Rooms that are not checked yet. Whoever cleans a room takes it out."""
FROM_DOCSTRINGS = "certbulk/docs/reference/python/"
"""Pages that show the docstrings of those rooms too: not checked as long as there are such."""
HELP = "certbulk/docs/reference/commands.md"
DOCSTRING = re.compile(r'^ *"""(?!\\n)(.*?)"""', re.MULTILINE | re.DOTALL)


def names_of_texts() -> list[str]:
    """Return what is checked: README, pages, notebooks, help, and all that is written in code.

    That is each message, docstring and comment of the package, and the scripts of its page.
    """
    scripts = ROOT / "certbulk" / "page" / "frontend"
    files = [
        *sorted((ROOT / "notebooks").glob("*.ipynb")),
        *sorted((ROOT / "certbulk").rglob("*.py")),
        *scripts.rglob("*.js"),
    ]
    pages = [page for page in PAGES if not (NOT_YET and page.startswith(FROM_DOCSTRINGS))]
    names = [path.relative_to(ROOT).as_posix() for path in files]
    return [*pages, *(name for name in names if not (NOT_YET and name.startswith(NOT_YET)))]


def texts_in(name: str) -> list[str]:
    """Return the texts of a page or file."""
    if name in PAGES:
        return [PAGES[name] if name == HELP else prose(name)]
    source = text_of(ROOT / name)
    if name.endswith(".py"):
        return [*written_in(source, nodes_of(ROOT / name))]
    if name.endswith(".ipynb"):
        cells = json.loads(source)["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    return [source.replace("`", '"')]  # a script: texts with values in them


def found_in(text: str) -> list[str]:
    """Return what is found in a text, each with the words around it."""
    flat = re.sub(r"\s+", " ", re.sub(r"`[^`\n]*`", "`…`", text))
    return [
        f"{name}: …{flat[max(0, match.start() - 30) : match.end() + 30]}…"
        for name, pattern in PHRASES.items()
        for match in re.finditer(pattern, flat)
    ]


def test_all_texts_are_plain_english() -> None:
    """None of the phrases is in any of them."""
    texts = {name: texts_in(name) for name in names_of_texts()}
    found = {
        name: [line for text in parts for line in found_in(text)] for name, parts in texts.items()
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_what_tests_say_is_plain_english() -> None:
    """Their docstrings too, of which each says a fact."""
    found = {}
    for path in (ROOT / "tests").rglob("*.py"):
        written = "\n".join(DOCSTRING.findall(text_of(path)))
        if path != Path(__file__) and (lines := found_in(written)):
            found[str(path.relative_to(ROOT))] = lines
    assert found == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was guessed is said.", ["is said"]),
        ('"Dwntown" is no location.', ["is no"]),
        ("There is no location Dwntown, and it is no longer open.", []),
        ("Rows above the header, as where both were sorted.", ["as where"]),
        ("Blank. Where there is none, it is asked.", ["where for if"]),
        ("The page tells where to go. Where to start", []),
        ("folder: Where it is kept, and where copies go; blank for none", []),
        ("The cell; None where the source has none.", ["where for if"]),
        ("Tell whether a text is a date.", ["tell whether"]),
        ("Half a row of a list", ["half a row"]),
        ("The unit stands in a column.", ["stands"]),
        ("The standing order is inside.", []),
        ("A listing holds every row that was sent against what is live.", ["hold against"]),
        ("Two rows did not end well.", ["end well"]),
        ("What is to be said of the run.", ["is said"]),
        ("In code, `is said` is a name.", []),
        ("Try it on the practice server.", ["practice server"]),
        ("Try it in the sandbox, a practice server on your machine.", []),
    ],
)
def test_what_is_looked_for(text: str, found: list[str]) -> None:
    """The search finds the phrases, and passes over what is English as people write it."""
    assert [line.partition(":")[0] for line in found_in(text)] == found


WRITTEN = '''"""A file."""
# One line,
# and its second.
A = 1  # another
"""What A is."""
def f(x):
    """Do it."""
    raise ValueError(f"There is no {x} in {A} files", "a name")
'''


def test_all_that_is_written_in_a_file_is_found() -> None:
    """Docstrings, messages with values in them, and comments; no names, and nothing twice."""
    texts = ["A file.", "What A is.", "Do it.", "There is no … in … files"]
    assert [*written_in(WRITTEN, [*ast.walk(ast.parse(WRITTEN))])] == [
        *texts,
        "One line, and its second. another",
    ]

"""Plain English: phrases that must be read twice are found, and counted."""

import json
import re

import pytest

from tests.docs.pages import PAGES, ROOT, prose
from tests.project.written import written_in

PHRASES = {
    "is said": r"\b(?:is|are|was|were) said\b",  # is reported, certbulk says
    "is no": r"(?<!here )\b(?:is|are|was|were) (?:no|none of) (?!longer\b|more than\b|problem\b)\w",
    "as where": r"\bas where\b",  # for example if, which happens when
    "where for if": r"(?:^|[.;:] )Where (?!to\b|from\b)[^.;:]*, (?!and\b|or\b)"
    r"|\bwhere there (?:is|are)\b|\bonly where\b|\b(?:None|nothing|blank|empty) where (?!to\b)",
    "tell whether": r"\b[Tt]ells? whether\b",  # whether, return whether
    "so many": r"\bso many (?:a|an|rows|requests)\b",
    "what is which": r"\bwhat is which\b",
    "half a row": r"\bHalf a row\b|\bLetters that were\b|\bHow rows end\b",
    "in sight": r"\bin sight\b",
    "stands": r"\bstands? (?:in|on|beside|behind|under|below|above|there)\b",
    "hold against": r"\b(?:holds?|held) (?:\w+ ){0,8}against\b",
    "go on": r"\b[Gg]o(?:es)? on (?:with|where|later)\b",
    "hears": r"\bhears no\b",
}
"""A name for a way to say something, and what finds it. A better word stands beside some."""

NOT_YET: tuple[str, ...] = ()
"""Rooms that are not checked yet. Whoever cleans a room takes it out."""
FROM_DOCSTRINGS = "certbulk/docs/reference/python/"
"""Pages that show the docstrings of those rooms too: not checked as long as there are such."""
HELP = "certbulk/docs/reference/commands.md"


def texts_for_people() -> dict[str, list[str]]:
    """Return what is checked: README, pages, notebooks, help, and all that is written in code.

    That is each message, docstring and comment of the package, and the scripts of its page.
    """
    pages = [page for page in PAGES if not (NOT_YET and page.startswith(FROM_DOCSTRINGS))]
    texts = {page: [prose(page)] for page in pages}
    texts[HELP] = [PAGES[HELP]]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        markdown = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        texts[path.relative_to(ROOT).as_posix()] = markdown
    for path in sorted((ROOT / "certbulk").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NOT_YET):
            texts[name] = [*written_in(path.read_text(encoding="utf-8"))]
    scripts = ROOT / "certbulk" / "page" / "frontend"
    for path in [*scripts.glob("*.js"), *scripts.glob("host/*.js")]:
        script = path.read_text(encoding="utf-8").replace("`", '"')  # texts with values in them
        texts[path.relative_to(ROOT).as_posix()] = [script]
    return texts


def found_in(text: str) -> list[str]:
    """Return what is found in a text, each with the words around it."""
    flat = re.sub(r"\s+", " ", re.sub(r"`[^`\n]*`", "`…`", text))
    return [
        f"{name}: …{flat[max(0, match.start() - 30) : match.end() + 30]}…"
        for name, pattern in PHRASES.items()
        for match in re.finditer(pattern, flat)
    ]


TEXTS = texts_for_people()


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_plain_english(name: str) -> None:
    """None of the phrases is in it."""
    assert [line for text in TEXTS[name] for line in found_in(text)] == []


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
        ("In code, `is said` is a name.", []),
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
    assert [*written_in(WRITTEN)] == [*texts, "One line, and its second. another"]

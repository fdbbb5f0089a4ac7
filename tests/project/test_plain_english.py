"""Plain English: phrases that must be read twice are found, and counted."""

import json
import re

import pytest

from tests.docs.pages import PAGES, ROOT, prose

PHRASES = {
    "is said": r"\b(?:is|are|was|were) said\b",  # is reported, certbulk says
    "is no": r"(?<!here )\b(?:is|are|was|were) (?:no|none of) (?!longer\b|more than\b|problem\b)\w",
    "as where": r"\bas where\b",  # for example if, which happens when
    "where for if": r"(?:^|[.;:] )Where (?!to\b|from\b)|\bwhere there (?:is|are)\b|\bonly where\b",
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

FROM_DOCSTRINGS = ("certbulk/docs/reference/rooms.md", "certbulk/docs/reference/python/")
"""Pages that show docstrings, which are not held to this yet."""
HELP = "certbulk/docs/reference/commands.md"


def texts_for_people() -> dict[str, str]:
    """Return what is held to plain English: README, pages, notebooks, and the help of commands.

    Whoever adds the messages of the package here adds a name and a text for each.
    """
    texts = {page: prose(page) for page in PAGES if not page.startswith(FROM_DOCSTRINGS)}
    texts[HELP] = PAGES[HELP]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        markdown = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        texts[path.relative_to(ROOT).as_posix()] = "\n".join(markdown)
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
    assert found_in(TEXTS[name]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was guessed is said.", ["is said"]),
        ('"Dwntown" is no location.', ["is no"]),
        ("There is no location Dwntown, and it is no longer open.", []),
        ("Rows above the header, as where both were sorted.", ["as where"]),
        ("Blank. Where there is none, it is asked.", ["where for if"]),
        ("The page tells where to go. Where to start", []),
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

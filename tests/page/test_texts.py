"""The page's texts: the same in each language, all that are asked for, and none outside of them."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from certbulk.page import assets
from certbulk.page.texts import catalogue as texts
from certbulk.page.texts.catalogue import ENGLISH, LANGUAGES, PLURALS, catalogue, said
from certbulk.page.texts.text import Text, both, told

PAGE = Path(assets.__file__).parent
ROOMS = (".", "host", "plan", "start", "parts", "running", "mending")
SCRIPTS = sorted(path for room in ROOMS for path in (PAGE / "frontend" / room).glob("*.js"))
MODULES = sorted(PAGE.rglob("*.py"))
NAMES = re.compile(r"\{(\w+)\}")
CATEGORIES = {"en": {"one", "other"}, "ru": set(PLURALS)}

ASKED = re.compile(r"""\b(?:t|rich|Text)\(\s*f?["`](?P<key>[\w.]+)(?P<more>[${]?)""")
A_KEY = re.compile(r'"([a-z]+(?:\.[a-z_]+)+)"')
EXACT = ("found.", "told.", "why.", "ended.", "error.")
"""Rooms in which a language may lack a key: the page has the core's own message then."""

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]


def forms(text: str | dict[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_languages_say_the_same(language: str) -> None:
    """Each key of one is a key of the other, counts in both, and has the same names put in."""
    here, there = catalogue(ENGLISH), catalogue(language)
    assert here.keys() <= there.keys()
    assert all(key.startswith(EXACT) for key in there.keys() - here.keys())
    for key, text in here.items():
        assert isinstance(text, str) == isinstance(there[key], str), key
        names = set(NAMES.findall(" ".join(forms(text)))) - {"n"}
        assert {*NAMES.findall(" ".join(forms(there[key])))} - {"n"} == names, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_counts_has_a_form_for_each_count(language: str) -> None:
    """One for each plural category of the language, all with the same names."""
    for key, text in catalogue(language).items():
        if not isinstance(text, str):
            assert set(text) == CATEGORIES[language], key
            assert len({frozenset(NAMES.findall(form)) for form in text.values()}) == 1, key


def asked(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the keys of a file, and whether more follows."""
    for found in ASKED.finditer(path.read_text("utf-8")):
        yield found["key"], bool(found["more"])


@pytest.mark.parametrize("path", [*SCRIPTS, *MODULES], ids=lambda path: path.name)
def test_every_text_that_is_asked_for_exists(path: Path) -> None:
    """By its key; of one whose end is not known before, there are some with its beginning."""
    known = catalogue(ENGLISH)
    for key, more in asked(path):
        if more:
            assert any(one.startswith(key) for one in known), key
        else:
            assert key in known
    rooms = {key.partition(".")[0] for key in known}
    for key in A_KEY.findall(path.read_text("utf-8")) if path.suffix == ".js" else ():
        if key.partition(".")[0] in rooms:
            assert key in known  # chosen of two


def test_every_text_is_used() -> None:
    """By the front end or the controller; those of the core are asked for by name."""
    sources = "".join(path.read_text("utf-8") for path in [*SCRIPTS, *MODULES])
    begun = {key for path in [*SCRIPTS, *MODULES] for key, more in asked(path) if more}
    begun |= {"finding.", "host.", "value.", *EXACT}
    for key in catalogue(ENGLISH):
        assert key in sources or any(key.startswith(begin) for begin in begun), key


def markup(source: str) -> Iterator[str]:
    """Yield what is between the `${…}` of html templates."""
    at, piece = 0, ""
    depth: list[str] = []
    while at < len(source):
        if depth and depth[-1] == "`":
            if source.startswith("${", at):
                depth.append("{")
                piece, at = piece + "\0", at + 2
                continue
            if source[at] == "`":
                depth.pop()
            else:
                piece += source[at]
        elif source.startswith("html`", at):
            depth.append("`")
            at += 5
            continue
        elif source[at] == "`" and depth:
            end = source.index("`", at + 1)
            at = end
        elif source[at] in "{}" and depth:
            depth.append("{") if source[at] == "{" else depth.pop()
        at += 1
    yield piece


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_sentence_stands_in_a_script(path: Path) -> None:
    """Neither as the child of an element, nor as an attribute that is read, nor as a string."""
    source = re.sub(r"(?m)(^|\s)//.*$", "", path.read_text("utf-8"))
    for piece in markup(source):
        for shown in re.findall(r">([^<>]*)<", piece):
            assert not re.search(r"[^\W\d_]{2}", shown), shown
        for attribute in ("aria-label", "label", "title", "caption", "placeholder", "alt"):
            assert not re.search(rf'[\s]{attribute}="[^"\0]*[^\W\d_]{{2}}', piece), attribute
    assert not re.findall(r"""["'`][A-Z][\w’']* [a-z][^"'`]*["'`]""", source)


def test_a_text_is_english_and_tells_its_key() -> None:
    """As a string it is English; for the page it has key and values, and theirs in turn."""
    why = Text("trouble.no_run")
    text = both(["", Text("trouble.not_sent", why=why), "It may not.\x07"])
    assert text == "Nothing was sent: no run began. It may not.\x07"
    assert told(text) == {
        "text": "Nothing was sent: no run began. It may not.",
        "key": "trouble.both",
        "values": {
            "first": {
                "text": "Nothing was sent: no run began.",
                "key": "trouble.not_sent",
                "values": {"why": {"text": "no run began.", "key": "trouble.no_run", "values": {}}},
            },
            "second": "It may not.",
        },
    }
    assert (told(""), both([])) == ({"text": ""}, "")


def test_what_is_counted_is_written_as_english_does() -> None:
    """With the singular for one, and a comma in thousands."""
    values = {"file": "x.csv", "most": 20_000}
    assert said("trouble.too_many_rows", {**values, "n": 21_000}).startswith(
        "x.csv has 21,000 rows"
    )
    assert [said("count.rows", {"n": n}) for n in (1, 2)] == ["1 row", "2 rows"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "ru"),
        ("en-GB,ru;q=0.9", "en"),
        ("de;q=1, ru;q=0.2, en;q=0.3", "en"),
        ("", "en"),
        ("*", "en"),
        ("ru;q=nonsense", "en"),
    ],
)
def test_documents_are_in_the_browsers_language(accepted: str, language: str) -> None:
    """In the first that there is, by the weights of its header; else in English."""
    assert texts.language_of(accepted) == language


def test_the_files_have_no_text_of_the_core_in_english() -> None:
    """Labels of columns, choices and headings of findings have one place: the core."""
    own = tomllib.loads((PAGE / "texts" / LANGUAGES[ENGLISH]).read_text("utf-8"))
    assert not own.keys() & {"field", "finding", "value", "about", "todo"}

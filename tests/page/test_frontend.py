"""The front end's files: what is vendored, and what the page's own scripts may not do."""

import hashlib
import re
import tomllib
from itertools import product
from pathlib import Path

import pytest

from certbulk.page import assets as frontend
from certbulk.page.assets import script, style

LOOK = Path(frontend.__file__).parent / "frontend"
VENDORED = tomllib.loads((LOOK / "vendor" / "vendored.toml").read_text("utf-8"))["file"]
OWN = sorted(set(LOOK.rglob("*.js")) - set(LOOK.glob("host/*.js")))


@pytest.mark.parametrize("vendored", VENDORED, ids=lambda one: one["file"])
def test_what_is_vendored_is_what_was_published(vendored: dict[str, str]) -> None:
    """Byte for byte the file of the npm package and version that are beside it."""
    data = (LOOK / "vendor" / vendored["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == vendored["sha256"]
    licence = (LOOK / "vendor" / vendored["licence_file"]).read_text("utf-8")
    words = {"MIT": "The MIT License (MIT)", "Apache-2.0": "Apache License"}
    assert words[vendored["licence"]] in licence


def test_nothing_is_vendored_that_is_not_written_down() -> None:
    """Every script and licence in the folder is in the list."""
    known = {one["file"] for one in VENDORED} | {one["licence_file"] for one in VENDORED}
    found = {path.name for path in (LOOK / "vendor").iterdir()}
    assert found == known | {"vendored.toml"}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_texts_are_never_markup(path: Path) -> None:
    """No script of the page's own makes markup of a text, runs one, or names another host."""
    source = path.read_text("utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "SetInnerHTML")
    for word in (*forbidden, "eval(", "Function(", "srcdoc", "javascript:", "http", "style="):
        assert word not in source, word


def test_it_is_one_module_that_fetches_nothing() -> None:
    """Both hosts get one text with a default export and no import, and a style of its own."""
    lines = [line for line in script().splitlines() if not line.startswith("const TEXTS = ")]
    code = "\n".join(line.split("//")[0] for line in lines)
    assert code.count("export ") == 1
    assert "\nexport default { render: start, t, language: () => language };" in code
    assert "import{" not in code
    assert "import " not in code
    assert "url(" not in style()
    assert "@import" not in style()


def test_no_file_of_the_rooms_is_left_out() -> None:
    """Each script and style sheet is in what both hosts get, and no room has more than twenty."""
    host = set((LOOK / "host").iterdir())
    for path in {*LOOK.rglob("*.js"), *LOOK.rglob("*.css")} - host:
        whole = script() if path.suffix == ".js" else style()
        assert path.read_text("utf-8") in whole, path.name
    rooms = [path for path in LOOK.rglob("*") if path.is_dir()]
    assert all(len([*room.iterdir()]) <= 20 for room in (LOOK, *rooms))


def test_it_is_light() -> None:
    """Script and style together are far below what the page may weigh."""
    assert len(script()) + len(style()) < 280_000


COLOURS = dict(re.findall(r"--cu-([a-z-]+): (light-dark\(#\w{6}, #\w{6}\));", style()))
GROUNDS = [name for name in COLOURS if name.endswith(("ground", "paper", "sunk"))]
TEXTS = ("ink", "quiet", "accent", "good", "warn", "bad", "practice")
PAIRS = [
    *((text, ground, 7.0) for text, ground in product(TEXTS, GROUNDS)),
    *(("edge", ground, 3.0) for ground in GROUNDS),
    *((f"on-{ground}", ground, 7.0) for ground in ("accent", "bad")),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_colours_of_the_design_have_the_contrast_of_level_aaa(
    text: str, ground: str, least: float
) -> None:
    """Every colour of text on every ground, and every edge of a control, in light and in dark."""
    colours = (re.findall(r"#\w{6}", COLOURS[name]) for name in (text, ground))
    for pair in zip(*colours, strict=True):
        dark, light = sorted(map(luminance, pair))
        assert (light + 0.05) / (dark + 0.05) >= least, pair

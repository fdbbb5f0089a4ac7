"""The front end's files: what is vendored, and what the page's own scripts may not do."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from certbulk.page import assets as frontend
from certbulk.page.assets import script, style

LOOK = Path(frontend.__file__).parent / "frontend"
VENDORED = tomllib.loads((LOOK / "vendor" / "vendored.toml").read_text("utf-8"))["file"]
OWN = sorted({*LOOK.glob("*.js"), *LOOK.glob("mending/*.js")})


@pytest.mark.parametrize("vendored", VENDORED, ids=lambda one: one["file"])
def test_what_is_vendored_is_what_was_published(vendored: dict[str, str]) -> None:
    """Byte for byte the file of the npm package and version that stand beside it."""
    data = (LOOK / "vendor" / vendored["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == vendored["sha256"]
    licence = (LOOK / "vendor" / vendored["licence_file"]).read_text("utf-8")
    words = {"MIT": "The MIT License (MIT)", "Apache-2.0": "Apache License"}
    assert words[vendored["licence"]] in licence


def test_nothing_is_vendored_that_is_not_written_down() -> None:
    """Every script and licence in the folder stands in the list."""
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


def test_it_is_light() -> None:
    """Script and style together are far below what the page may weigh."""
    assert len(script()) + len(style()) < 280_000

"""The site, built once for the tests that look at it, and small ones with a fault in them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

Small = Callable[[str], Path]
SECONDS = 180  # on a busy machine; 3 on a quiet one


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole site, as the line in the README builds it."""
    folder = tmp_path_factory.mktemp("site") / "built"
    done = subprocess.run(
        [sys.executable, "-m", "certbulk.docs", str(folder)],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+ pages\. Open .*index\.html in a browser\.\n", done.stdout)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Return the folder of pages of a site of two pages, whose first one has a text."""

    def make(text: str) -> Path:
        pages = tmp_path / "pages"
        shutil.copytree(DOCS / "theme", pages / "theme")
        (pages / "zensical.toml").write_text(
            '[project]\nsite_name = "small"\ndocs_dir = "pages"\nuse_directory_urls = false\n'
            'nav = ["index.md", "other.md"]\n[project.theme]\ncustom_dir = "theme"\nfont = false\n'
        )
        (pages / "index.md").write_text(f"# Home\n\n{text}\n", encoding="utf-8")
        (pages / "other.md").write_text("# Other\n\n## A section\n\nText.\n", encoding="utf-8")
        return pages

    return make

"""The site, built once for the tests that look at it, and small ones with a fault in them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from certbulk.docs.site import build
from tests.docs.pages import DOCS

Small = Callable[..., Path]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole site."""
    folder = tmp_path_factory.mktemp("site") / "built"
    build(folder)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Return the folder of pages of a site of two pages, whose first one has a text."""

    def make(text: str, **more: str) -> Path:
        pages = tmp_path / "pages"
        shutil.copytree(DOCS / "theme", pages / "theme")
        (pages / "zensical.toml").write_text(
            '[project]\nsite_name = "small"\ndocs_dir = "pages"\nuse_directory_urls = false\n'
            'nav = ["index.md", "other.md"]\n[project.theme]\ncustom_dir = "theme"\nfont = false\n'
        )
        files = {"index": f"# Home\n\n{text}\n", "other": "# Other\n\n## A section\n\nText.\n"}
        for name, page in {**files, **more}.items():
            (pages / f"{name}.md").write_text(page, encoding="utf-8")
        return pages

    return make

"""The site is whole: a link that leads nowhere keeps it from being built."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from certbulk.docs.links import broken_links
from certbulk.docs.site import Problems, build
from tests.docs.conftest import Small
from tests.docs.pages import DOCS, ROOT


def in_navigation(value: object) -> list[str]:
    """Return the pages that the navigation names, at any depth."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    assert not isinstance(value, bytes)
    return [name for part in parts for name in in_navigation(part)]  # type: ignore[attr-defined]


def test_every_page_is_in_the_navigation() -> None:
    """A page that nobody can find is missed here, and so is one that does not exist."""
    settings = tomllib.loads((DOCS / "zensical.toml").read_text("utf-8"))
    named = in_navigation(settings["project"]["nav"])
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    notebooks = [f"notebooks/{path.stem}.md" for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert sorted(named) == sorted([*pages, *notebooks])


def test_the_site_is_built(site: Path) -> None:
    """Without a warning; every page is there, search works with and without a server."""
    built = {path.relative_to(site).with_suffix(".md").as_posix() for path in site.rglob("*.html")}
    assert built >= {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert "Recover an interrupted run" in (site / "search.js").read_text("utf-8")
    assert (site / "search.json").exists()


def test_notebooks_are_pages_and_files(site: Path) -> None:
    """Somebody reads one on the site, and takes it along."""
    page = (site / "notebooks" / "03_price_change.html").read_text("utf-8")
    assert '<a href="../files/03_price_change.ipynb">' in page
    stored = (ROOT / "notebooks" / "03_price_change.ipynb").read_bytes()
    assert (site / "files" / "03_price_change.ipynb").read_bytes() == stored


def test_no_page_leads_to_a_host_of_this_machine_or_loads_from_another(site: Path) -> None:
    """Pages load only what lies beside them; they lead to the service's and tools' own pages."""
    text = "".join(path.read_text("utf-8") for path in site.rglob("*.html"))
    assert not re.findall(r'(?:src|srcset)="(?:https?:)?//[^"]+', text)
    assert set(re.findall(r'href="https?://([^/"]+)', text)) <= {"zensical.org"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[There](other.md#a-section) is all.", ""),
        ("[There](nowhere.md) is nothing.", "page does not exist"),
        ("[There](other.md#no-section) is nothing.", "anchor does not exist"),
        ("[Below](#no-section) is nothing.", "no-section"),
        ("![A picture](missing.png)", "index.html: missing.png does not exist"),
        ("[A file](files/missing.toml)", "index.html: files/missing.toml does not exist"),
        ("[A notebook](../notebooks/06_none.ipynb)", "index.md: ../notebooks/06_none.ipynb"),
        ("![From elsewhere](https://example.com/a.png)", "is loaded from another host"),
        ('<script src="//example.com/a.js"></script>', "is loaded from another host"),
        ("[An open reference][none]", ""),
    ],
)
def test_a_broken_link_fails(small: Small, tmp_path: Path, text: str, said: str) -> None:
    """The page and the link are named, and nothing is written."""
    pages, out = small(text), tmp_path / "out"
    if not said:
        assert build(out, pages) >= 2
        return
    with pytest.raises(Problems, match=re.escape(said)):
        build(out, pages)
    assert not out.exists()


def test_a_style_from_another_host_fails(site: Path, tmp_path: Path) -> None:
    """Fonts and styles that a style sheet would fetch are found, too."""
    (tmp_path / "a.css").write_text("body { background: url(https://example.com/a.png) }")
    assert broken_links(tmp_path) == ["a.css: loads from another host"]
    assert broken_links(site) == []


def test_another_folder_is_left_alone(small: Small, tmp_path: Path) -> None:
    """A folder with something else in it is not replaced; an earlier site is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letters.txt").write_text("Dear …", encoding="utf-8")
    pages = small("Text.")
    with pytest.raises(Problems, match="holds something else") as raised:
        build(tmp_path / "out", pages)
    assert raised.value.exit_code == 2
    assert build(tmp_path / "site", pages) == build(tmp_path / "site", pages)


def test_the_line_that_builds_it(tmp_path: Path) -> None:
    """`python -m certbulk.docs FOLDER` says where the site is."""
    done = subprocess.run(
        [sys.executable, "-m", "certbulk.docs", str(tmp_path / "site")],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+ pages\. Open .*index\.html in a browser\.\n", done.stdout)

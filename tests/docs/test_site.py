"""The site is whole: a link that leads nowhere keeps it from being built."""

import re
import tomllib
from pathlib import Path

import pytest

from certbulk.docs.links import broken_links
from certbulk.docs.site import Problems, build, gather
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


def test_a_site_is_built_over_an_earlier_one(small: Small, tmp_path: Path) -> None:
    """Links to a page, a section and a picture that are there are fine; old pages go."""
    out = tmp_path / "out"
    out.mkdir()
    for name in ("sitemap.xml", "old.html"):
        (out / name).write_text("", encoding="utf-8")
    assert build(out, small("[A](other.md), [b](other.md#a-section), [c](#home).")) >= 3
    assert not (out / "old.html").exists()


def test_a_broken_link_fails(small: Small, tmp_path: Path) -> None:
    """A page, a section of another page, and one of its own; nothing is written."""
    links = ("nowhere.md", "other.md#no-such", "#no-such-either")
    with pytest.raises(Problems) as raised:
        build(tmp_path / "out", small(" and ".join(f"[there]({link})" for link in links)))
    said = str(raised.value)
    assert said.count("Warning: page does not exist") == 1
    assert said.count("Warning: anchor does not exist") == 2
    assert raised.value.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_file_or_one_of_another_host_fails(small: Small, tmp_path: Path) -> None:
    """Pictures, files, pictures and scripts from elsewhere: each is named with its page."""
    text = (
        "![a](missing.png) [b](files/missing.toml) ![c](https://example.com/c.png)\n\n"
        '<script src="//example.com/d.js"></script>\n'
    )
    with pytest.raises(Problems) as raised:
        build(tmp_path / "out", small(text))
    assert str(raised.value).splitlines() == [
        "index.html: missing.png does not exist",
        "index.html: files/missing.toml does not exist",
        "index.html: https://example.com/c.png is loaded from another host",
        "index.html: //example.com/d.js is loaded from another host",
    ]


def test_a_missing_notebook_fails(small: Small, tmp_path: Path) -> None:
    """A page names a notebook, or a file of the package, that is not there."""
    pages = small("[A notebook](../notebooks/06_none.ipynb)")
    with pytest.raises(Problems, match=r"index\.md: \.\./notebooks/06_none\.ipynb does not exist"):
        gather(pages, tmp_path / "work")


def test_a_style_from_another_host_fails(site: Path, tmp_path: Path) -> None:
    """Fonts and styles that a style sheet would fetch are found, too."""
    (tmp_path / "a.css").write_text("body { background: url(https://example.com/a.png) }")
    assert broken_links(tmp_path) == ["a.css: loads from another host"]
    assert broken_links(site) == []


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    """A folder that holds something else than a site is not replaced."""
    (tmp_path / "letters.txt").write_text("Dear …", encoding="utf-8")
    with pytest.raises(Problems, match="not a site") as raised:
        build(tmp_path)
    assert raised.value.exit_code == 2

"""Whether a site is whole: every link leads somewhere, and nothing comes from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["broken_links"]

_LOADED = {"href": {"link"}, "src": {"script", "img", "iframe", "source", "video", "embed"}}
_FROM_ELSEWHERE = re.compile(r"""url\(\s*["']?(?:https?:)?//|@import\s""")


class _Page(HTMLParser):
    """The names and links of a page.

    Attributes:
        names: What a link can lead to within the page.
        links: Where the page leads, and whether a browser loads it with the page.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.names.add(value)
            elif name in _LOADED:
                self.links.append((value, tag in _LOADED[name]))


def broken_links(site: Path) -> list[str]:
    """Return what is wrong with the links of a built site, a line each.

    Args:
        site: The folder with the site's files.

    Returns:
        Lines such as `how-to/undo.html: runs.html does not exist`. None if all is well.
    """
    pages = {
        path.resolve(): _Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if path.name != "404.html"  # its links are from the root: a server shows it anywhere
    }
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        for link, loaded in page.links:
            if wrong := _wrong(link, path, pages, loaded=loaded):
                found.append(f"{name}: {wrong}")
    found += [
        f"{style.relative_to(site).as_posix()}: loads from another host"
        for style in sorted(site.rglob("*.css"))
        if _FROM_ELSEWHERE.search(style.read_text(encoding="utf-8"))
    ]
    return list(dict.fromkeys(found))


def _wrong(link: str, path: Path, pages: dict[Path, _Page], *, loaded: bool) -> str:
    """Return what is wrong with a link of a page, or nothing."""
    parts = urlsplit(link)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        return f"{link} is loaded from another host" if loaded else ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"{link} does not exist"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].names:
        return f"{link}: the page has no such section"
    return ""

"""The README and the pages of the documentation, taken apart into what they show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import certbulk as cb

__all__ = ["DOCS", "PAGES", "ROOT", "Step", "prose", "steps"]

DOCS = Path(cb.__file__).parent / "docs"
ROOT = DOCS.parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
}

_FENCE = re.compile(r'^```(\w*)(?: title="([^"]+)")?$')
_IN_LINE = re.compile(r"`([^`]+)`")
_PYTHON = re.compile(r"^(import |with |\w+\.plot\(\))", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """Something that a page shows.

    Attributes:
        kind: "inline" for code within a line; else the language of a block.
        text: What it says.
        title: The file that a block stands for, if it is named.
    """

    kind: str
    text: str
    title: str = ""


def steps(page: str) -> Iterator[Step]:
    """Yield what a page shows as code, in its order.

    A block is fenced, or indented by four spaces after a blank line; an indented one is Python or
    lines for a shell. One inside a list, indented further, is an entry of a table: those are tried
    in `tests/project/test_recipes.py`.
    """
    lines = PAGES[page].splitlines()
    prose: list[str] = []
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        indented = lines[at].startswith("    ") and (at == 0 or not lines[at - 1].strip())
        if not fence and not indented:
            prose.append(lines[at])
            at += 1
            continue
        yield from _in_line(prose)
        prose = []
        end = at + 1
        if fence:
            while lines[end] != "```":
                end += 1
            yield Step(fence[1], "\n".join(lines[at + 1 : end]), fence[2] or "")
            at = end + 1
            continue
        while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
            end += 1
        text = "\n".join(line[4:] for line in lines[at:end]).rstrip()
        kind = "entry" if text.startswith("    ") else "python" if _PYTHON.search(text) else "sh"
        yield Step(kind, text)
        at = end
    yield from _in_line(prose)


def prose(page: str) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)


def _in_line(lines: list[str]) -> Iterator[Step]:
    for found in _IN_LINE.finditer("\n".join(lines)):
        yield Step("inline", " ".join(found[1].split()))

"""Docstrings of the Google style as Markdown."""

import inspect
import re
import textwrap

__all__ = ["as_markdown"]

_SECTION = re.compile(r"^(Args|Attributes|Example|Raises|Returns|Yields):$", re.MULTILINE)
_TITLES = {"Args": "Arguments"}
_ITEM = re.compile(r"^(\**[\w.]+): ", re.MULTILINE)


def as_markdown(value: object) -> str:
    """Return what a class, function or property says of itself.

    Args:
        value: Whose docstring is wanted.

    Returns:
        Paragraphs, with a list for each section of names and a block of code for the example.
    """
    text, *rest = _SECTION.split(inspect.getdoc(value) or "")
    parts = [_escaped(text.strip())]
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        section, after = _parted(body)
        parts.append(f"**{_TITLES.get(name, name)}**")
        if name == "Example":
            shown = re.sub(r"  # doctest: .*", "", section)
            parts.append(f"```pycon\n{shown}\n```")
        elif name in {"Returns", "Yields"}:
            parts.append(_escaped(section))
        else:
            parts.append(_items(section))
        if after:
            parts.append(_escaped(after))
    return "\n\n".join(parts)


def _parted(body: str) -> tuple[str, str]:
    """Return the indented lines of a section, and the paragraphs that follow it."""
    lines = body.strip("\n").splitlines()
    end = next((n for n, line in enumerate(lines) if line and line[0] != " "), len(lines))
    return textwrap.dedent("\n".join(lines[:end])).strip(), "\n".join(lines[end:]).strip()


def _items(section: str) -> str:
    """Return `name: text` items as a list; a text may go on in indented lines."""
    starts = [match.start() for match in _ITEM.finditer(section)]
    items = [section[a:b] for a, b in zip(starts, [*starts[1:], len(section)], strict=True)]
    flat = (_escaped(" ".join(item.split())) for item in items)
    return "\n".join(_ITEM.sub(r"- `\1`: ", item, count=1) for item in flat)


def _escaped(text: str) -> str:
    """Return a text in which what looks like a tag outside of code is shown as it stands."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else part.replace("<", "&lt;").replace("*", "\\*")
        for part in parts
    )

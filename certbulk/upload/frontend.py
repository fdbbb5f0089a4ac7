"""The front end's files: the script and the style that both hosts use, and the page's own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["File", "files", "script", "style", "version"]

_FOLDER = Path(__file__).parent / "look"
_PARTS = "[0-9]_*.js"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(NamedTuple):
    """A file that the page loads.

    Attributes:
        data: Its bytes.
        type: Its media type.
    """

    data: bytes
    type: str


def script() -> str:
    """Return the front end as one ES module, whose default export has `render`."""
    parts = sorted(_FOLDER.glob(_PARTS))
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def style() -> str:
    """Return the front end's style sheet."""
    return (_FOLDER / "page.css").read_text(encoding="utf-8")


def files() -> dict[str, File]:
    """Return what the page may load, by name: `widget.js` is the front end, the rest is as it lies.

    Licences and whatever else is not a script, a style or a picture stay where they are.
    """
    parts = set(_FOLDER.glob(_PARTS))
    found = {
        path.relative_to(_FOLDER).as_posix(): File(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(_FOLDER.rglob("*"))
        if path.suffix in _TYPES and path not in parts
    }
    found["widget.js"] = File(script().encode(), _TYPES[".js"])
    return found


def version(of: Mapping[str, File]) -> str:
    """Return a name for just these contents: what is loaded under it never changes."""
    digest = hashlib.sha256()
    for name, file in sorted(of.items()):
        digest.update(f"{name}\n{len(file.data)}\n".encode())
        digest.update(file.data)
    return digest.hexdigest()[:16]

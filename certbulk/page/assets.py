"""The front end as one script and one style: what both of its hosts, widget and page, are given.

And the files that the page loads: those two, and its own, which replace the notebook.

The script is an ES module whose default export has `render({model, el})`, as an anywidget has it.
It is put together from the files beside this one, without a build step: the vendored view library,
each file of it in a scope of its own, and then the page's own files in one scope. The style begins
with the tokens of the design, `tokens.css`.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from certbulk.page.texts.catalogue import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["File", "files", "script", "style", "version"]

_FOLDER = Path(__file__).parent / "frontend"
_VENDORED = {"preact": "preact.mjs", "hooks": "preact-hooks.mjs", "htm": "htm.mjs"}
"""The names that the page's own files know them by, in an order in which each finds the others."""

_ROOMS = ("plan", "start", "parts", "running", "mending")
"""In the order of their style sheets: of rules that weigh the same, the later one counts."""

_TOKENS, _PAPER = "tokens.css", "print.css"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

_EXPORTS = re.compile(r"export\{([^}]*)\};?")
_IMPORT = re.compile(r'import\{([^}]*)\}from"(\w+)";')
_AS = re.compile(r"(?<![\w$])([\w$]++) as (\w+)")


class File(NamedTuple):
    """A file that the page loads.

    Attributes:
        data: Its bytes.
        type: Its media type.
    """

    data: bytes
    type: str


def files() -> dict[str, File]:
    """Return what the page may load, by name; nothing else of the front end is served."""
    found = {
        path.name: File(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted((_FOLDER / "host").iterdir())
    }
    found["widget.js"] = File(script().encode(), _TYPES[".js"])
    found["page.css"] = File(style().encode(), _TYPES[".css"])
    return found


def version(of: Mapping[str, File]) -> str:
    """Return a name for just these contents: what is loaded under it never changes."""
    digest = hashlib.sha256()
    for name, file in sorted(of.items()):
        digest.update(f"{name}\n{len(file.data)}\n".encode())
        digest.update(file.data)
    return digest.hexdigest()[:16]


@cache
def script() -> str:
    """Return the front end's script, an ES module without imports."""
    vendored = [_scoped(name, _text(f"vendor/{file}")) for name, file in _VENDORED.items()]
    own = [_text(name) for name in _own("*.js")]
    return "\n".join([*vendored, _texts(), *own])


@cache
def style() -> str:
    """Return the front end's style sheet: the tokens first, what is for paper last."""
    names = [name for name in _own("*.css") if name not in (_TOKENS, _PAPER)]
    return "\n".join(map(_text, [_TOKENS, *names, _PAPER]))


def _own(pattern: str) -> list[str]:
    """Return the page's own files, those of its rooms last."""
    folders = (_FOLDER, *(_FOLDER / room for room in _ROOMS))
    found = [path for folder in folders for path in sorted(folder.glob(pattern))]
    return [path.relative_to(_FOLDER).as_posix() for path in found]


def _texts() -> str:
    """Return the texts of all languages as an object, by language and key.

    Each key is sent once, with its text in every language; null if one does not have it.
    """
    catalogues = [catalogue(language) for language in LANGUAGES]
    keys = dict.fromkeys(key for one in catalogues for key in one)
    texts = {key: [one.get(key) for one in catalogues] for key in keys}
    given = json.dumps([[*LANGUAGES], texts], ensure_ascii=False, separators=(",", ":"))
    return (
        "const TEXTS = (([languages, texts]) => Object.fromEntries(languages.map((language, at) => "
        "[language, Object.fromEntries(Object.entries(texts).map(([key, each]) => [key, each[at]])"
        f".filter(([, text]) => text !== null))])))({given});"
    )


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _scoped(name: str, module: str) -> str:
    """Return a module as an object of that name: its exports, with its own names kept inside."""
    body = re.sub(r"//# sourceMappingURL=.*", "", module)
    body = _IMPORT.sub(_import_as_object, body)
    body = _EXPORTS.sub(_exports_as_object, body)
    body = body.replace("export default function", "return function")
    return f"const {name} = (() => {{{body.strip()}}})();"


def _import_as_object(found: re.Match[str]) -> str:
    names = _AS.sub(r"\1:\2", found[1])
    return f"const{{{names}}}={found[2]};"


def _exports_as_object(found: re.Match[str]) -> str:
    names = _AS.sub(r"\2:\1", found[1])
    return f"return{{{names}}};"

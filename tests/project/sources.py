"""The files of the package, each read and parsed once for all tests that walk over them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import certbulk

__all__ = ["MODULES", "PACKAGE", "calls", "nodes_of", "text_of"]

PACKAGE = Path(certbulk.__file__).parent
MODULES = {
    ".".join(("certbulk", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
"""The files by the names of their modules."""


@cache
def text_of(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a file's tree, the module itself first."""
    return tuple(ast.walk(ast.parse(text_of(path))))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls in a file, each with the last name of what is called."""
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", "")), node

"""The page about the rooms of the package, from their docstrings and imports."""

import ast
import re
from pathlib import Path

import certbulk as cb

__all__ = ["page"]

_HOME = Path(cb.__file__).parent


def page() -> str:
    """Return the page."""
    rooms = {
        path.parent.name if path.name == "__init__.py" else path.stem: path
        for path in sorted([*_HOME.glob("*/__init__.py"), *_HOME.glob("[!_]*.py")])
    }
    rests = {room: _rests_on(room, path) & rooms.keys() for room, path in rooms.items()}
    rows = "\n".join(
        f"| `{room}` | {_first_sentence(rooms[room])} | "
        f"{', '.join(f'`{name}`' for name in sorted(rests[room]))} |"
        for room in sorted(rooms, key=lambda room: (len(_all_below(room, rests)), room))
    )
    return f"""# Rooms of the package

This page is made from the docstrings and the imports of the code. A room imports only from rooms
above it in this table; a test checks that. [How certbulk is
designed](../explanation/design.md) says why.

| room | what is in it | rests on |
|---|---|---|
{rows}
"""


def _all_below(room: str, rests: dict[str, set[str]]) -> set[str]:
    """Return every room that a room rests on, also by way of others."""
    found: set[str] = set()
    left = [room]
    while left:
        for name in rests[left.pop()] - found:
            found.add(name)
            left.append(name)
    return found


def _first_sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"(?<=\.) ", first)[0].replace("|", "\\|")


def _rests_on(room: str, path: Path) -> set[str]:
    """Return what the modules of a room import when they run, types apart."""
    files = path.parent.rglob("*.py") if path.name == "__init__.py" else [path]
    found = set()
    for file in files:
        for node in _run_time(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [name.name for name in node.names]
            )
            found |= {name.split(".")[1] for name in names if name.startswith("certbulk.")}
    return found - {room}


def _run_time(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    """Return the imports of a module but those that are for types alone."""
    found: list[ast.Import | ast.ImportFrom] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
        found += _run_time(node)
    return found

"""The arrows between the modules: none runs up the picture."""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import certbulk
from tests.project.sources import MODULES, calls, nodes_of

# What each room may import, itself apart. Whatever is not named may import nothing of certbulk.
GROUND = {
    "errors",
    "settings",
    "core",
    "displayable",
    "words",
    "arguments",
    "logs",
    "progress",
    "shared",
}
MAY: dict[str, set[str]] = {
    "core": set(),
    "docs": set(),
    "errors": set(),
    "arguments": {"core", "errors"},
    "displayable": {"core", "errors", "logs"},
    "logs": set(),
    "notebook_bar": set(),
    "progress": {"logs", "notebook_bar"},
    "sandbox": set(),
    "settings": {"errors"},
    "shared": {"errors", "settings", "core", "arguments"},
    "words": {"errors", "core"},
    "workbook": {"errors", "core"},
    "reading": GROUND,
    "validating": GROUND | {"workbook", "reading"},
    "repairing": GROUND | {"workbook", "reading", "validating"},
    "api": GROUND | {"reading"},
    "planning": GROUND | {"workbook", "api", "reading", "validating"},
    "applying": GROUND | {"workbook", "api", "reading", "validating", "repairing", "planning"},
    "making": GROUND
    | {"workbook", "api", "reading", "validating", "repairing", "planning", "applying"},
    "changing": GROUND | {"api", "reading", "validating", "planning"},
    "moving": GROUND | {"api", "reading", "validating"},
    "auditing": GROUND | {"workbook", "api", "reading", "validating", "planning", "applying"},
    "fleets": GROUND
    | {"workbook", "api", "reading", "validating", "planning", "applying", "making", "auditing"},
    "displays": GROUND
    | {"api", "reading", "validating", "repairing", "planning", "applying", "auditing", "moving"}
    | {"rehearsing", "fleets"},
    "sandbox_client": GROUND | {"api", "sandbox"},
    "rehearsing": GROUND
    | {"api", "reading", "validating", "planning", "applying", "sandbox_client"},
    "": GROUND
    | {"api", "reading", "validating", "repairing", "planning", "applying", "making"}
    | {"workbook", "auditing", "changing", "moving", "page", "sandbox_client", "rehearsing"}
    | {"fleets"},
    "page": GROUND
    | {"reading", "validating", "repairing", "applying", "planning", "sandbox_client"}
    | {"api", "making", "auditing"},
    "cli": GROUND
    | {"", "workbook", "api", "reading", "validating", "repairing", "planning", "applying"}
    | {"making", "auditing", "changing", "moving", "displays", "sandbox_client", "sandbox", "page"}
    | {"fleets"},
    "__main__": {"cli"},
}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the modules that a file imports, wherever in it: for types and in functions too.

    `from certbulk import x` counts as an import of the module x if there is one.
    """
    found: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            inner = {f"{module}.{name.name}" for name in node.names} & MODULES.keys()
            found |= inner or {module}
    return frozenset(found)


def imports_of(path: Path) -> set[str]:
    """Return the modules of certbulk that a file imports."""
    return {name for name in imported(path) if name.partition(".")[0] == "certbulk"}


def test_every_room_is_in_the_picture() -> None:
    """A new package is put in its place here first."""
    assert {room_of(module) for module in MODULES} == set(MAY)


def test_no_arrow_runs_up() -> None:
    """A module imports from its own room and from those below it."""
    wrong = [
        (module, name)
        for module, path in MODULES.items()
        for name in imports_of(path)
        if room_of(name) not in MAY[room_of(module)] | {room_of(module)}
    ]
    assert not wrong


def test_only_the_faces_start_the_sandbox() -> None:
    """The sandbox is imported by sandbox_client.py, and by the command that serves it."""
    users = {
        module
        for module, path in MODULES.items()
        if room_of(module) != "sandbox"
        and any(room_of(name) == "sandbox" for name in imports_of(path))
    }
    assert users <= {"certbulk.sandbox_client"}


def test_nobody_imports_the_command_line() -> None:
    """It is a face: only `python -m certbulk` is above it."""
    users = {
        module
        for module, path in MODULES.items()
        if room_of(module) != "cli" and any(room_of(name) == "cli" for name in imports_of(path))
    }
    assert users == {"certbulk.__main__"}


def test_every_module_can_be_imported() -> None:
    """Those that only some commands need, too."""
    for info in pkgutil.walk_packages(certbulk.__path__, "certbulk."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)


OUTSIDE = re.compile(r"requests|pathlib|os|sys|socket|threading|time|random|open|sqlalchemy")
ASKING = {"now", "today", "utcnow", "open", "print", "input"}


def test_the_core_knows_no_disk_no_network_and_no_clock() -> None:
    """What it is given is all that it knows."""
    core = {module: path for module, path in MODULES.items() if room_of(module) == "core"}
    imports = [
        (module, name)
        for module, path in core.items()
        for name in imported(path)
        if OUTSIDE.fullmatch(name.partition(".")[0])
    ]
    asks = [(m, name) for m, path in core.items() for name, _ in calls(path) if name in ASKING]
    assert (imports, asks) == ([], [])

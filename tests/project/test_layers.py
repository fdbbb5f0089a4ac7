"""The arrows between the modules: none runs up the picture."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import certbulk

PACKAGE = Path(certbulk.__file__).parent
MODULES = {
    ".".join(("certbulk", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

# What each room may import, itself apart. Whatever is not named may import nothing of certbulk.
GROUND = {
    "errors",
    "settings",
    "core",
    "displayable",
    "words",
    "arguments",
    "progress",
}
MAY: dict[str, set[str]] = {
    "core": set(),
    "docs": set(),
    "errors": set(),
    "arguments": {"core", "errors"},
    "displayable": {"core", "errors"},
    "progress": set(),
    "sandbox": set(),
    "settings": {"errors"},
    "words": {"errors", "core"},
    "workbook": {"errors", "core"},
    "reading": GROUND,
    "validating": GROUND | {"reading"},
    "repairing": GROUND | {"workbook", "reading", "validating"},
    "api": GROUND | {"reading"},
    "planning": GROUND | {"workbook", "api", "reading", "validating"},
    "applying": GROUND | {"workbook", "api", "reading", "validating", "repairing", "planning"},
    "making": GROUND
    | {"workbook", "api", "reading", "validating", "repairing", "planning", "applying"},
    "moving": GROUND | {"api", "reading", "validating"},
    "auditing": GROUND | {"api", "reading", "validating", "planning", "applying"},
    "displays": GROUND
    | {"api", "reading", "validating", "repairing", "planning", "applying", "auditing", "moving"},
    "sandbox_client": GROUND | {"api", "sandbox"},
    "": GROUND
    | {"api", "reading", "validating", "repairing", "planning", "applying", "making"}
    | {"workbook", "auditing", "moving", "page", "sandbox_client"},
    "page": GROUND
    | {"", "reading", "validating", "repairing", "applying", "planning", "sandbox_client"},
    "cli": GROUND
    | {"", "workbook", "api", "reading", "validating", "repairing", "planning", "applying"}
    | {"making", "auditing", "moving", "displays", "sandbox_client", "sandbox", "page"},
    "__main__": {"cli"},
}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> set[str]:
    """Return the modules of certbulk that a file imports, wherever in it: types and functions too.

    `from certbulk import x` counts as an import of the module x where there is one.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            inner = {f"{module}.{name.name}" for name in node.names} & MODULES.keys()
            found |= inner or {module}
    return {name for name in found if name == "certbulk" or name.startswith("certbulk.")}


def test_every_room_is_in_the_picture() -> None:
    """A new package is put in its place here first."""
    assert {room_of(module) for module in MODULES} == set(MAY)


@pytest.mark.parametrize("module", MODULES)
def test_no_arrow_runs_up(module: str) -> None:
    """A module imports from its own room and from those below it."""
    room = room_of(module)
    wrong = {
        name for name in imports_of(MODULES[module]) if room_of(name) not in MAY[room] | {room}
    }
    assert not wrong


def test_only_the_faces_start_the_sandbox() -> None:
    """The practice server is imported by sandbox_client.py, and by the command that serves it."""
    users = {
        module
        for module, path in MODULES.items()
        if room_of(module) != "sandbox"
        and any(room_of(name) == "sandbox" for name in imports_of(path))
    }
    assert users <= {"certbulk.sandbox_client"}


def test_nobody_imports_the_command_line() -> None:
    """It is a face: only `python -m certbulk` stands above it."""
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


CORE_IS_PURE = re.compile(r"requests|pathlib|os|sys|socket|threading|time|random|open|sqlalchemy")


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) == "core"])
def test_the_core_knows_no_disk_no_network_and_no_clock(module: str) -> None:
    """What it is given is all that it knows."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not [name for name in names if CORE_IS_PURE.fullmatch(name.partition(".")[0])]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"now", "today", "utcnow"}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}

"""All imports of all modules, in functions and for types too: none of them closes a circle."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.project.sources import MODULES, nodes_of

from .test_layers import MAY, room_of

Graph = Mapping[str, frozenset[str]]

BY_NAME = {
    "certbulk": "public names are loaded when they are first used",
    "certbulk.reading.reader": "a reader is imported when a file of its format is read",
    "certbulk.displayable": "a noun is shown by the display that is called like it",
    "certbulk.fleets.live": "it draws with the display of fleets while they work",
}


def imports_under(
    nodes: Iterable[ast.AST], *, for_types: bool = False
) -> Iterator[tuple[str, bool]]:
    """Yield the modules that are imported, each with whether it is imported for types alone."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((name.name, for_types) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [f"{module}.{name.name}" for name in node.names]
            inner = [name for name in names if name in MODULES]
            yield from ((name, for_types) for name in inner)
            if len(inner) < len(names):
                yield module, for_types
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            types = for_types or node.test.id == "TYPE_CHECKING"
            yield from imports_under(node.body, for_types=types)
            yield from imports_under(node.orelse, for_types=for_types)
        else:
            yield from imports_under(ast.iter_child_nodes(node), for_types=for_types)


@cache
def imports() -> Mapping[str, frozenset[tuple[str, bool]]]:
    """Return what each module imports of certbulk, and whether for types alone."""
    return {
        module: frozenset(one for one in imports_under(nodes_of(path)[:1]) if one[0] in MODULES)
        for module, path in MODULES.items()
    }


@cache
def graph(*, with_types: bool) -> Graph:
    """Return what each module imports of certbulk, itself apart."""
    return {
        module: frozenset(
            name for name, for_types in names if name != module and (with_types or not for_types)
        )
        for module, names in imports().items()
    }


def of_rooms(modules: Graph) -> Graph:
    """Return what each room imports of the others."""
    rooms: dict[str, set[str]] = {room_of(module): set() for module in modules}
    for module, names in modules.items():
        rooms[room_of(module)] |= {room_of(name) for name in names} - {room_of(module)}
    return {room: frozenset(names) for room, names in rooms.items()}


def circle(arrows: Graph) -> str:
    """Return a way that leads back to where it begins: "a < b < a"; nothing if there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as found:
        return " < ".join(found.args[1])
    return ""


def test_a_circle_is_found() -> None:
    """The finder finds one of two, one of three, and none in a tree."""
    two = {"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("a")}
    assert circle(two) in {"a < b < a", "b < a < b"}
    assert circle({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}).count("<") == 3
    assert not circle({"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset()})


def test_imports_in_functions_and_for_types_are_seen() -> None:
    """Wherever it stands, an import is an arrow; one for types alone is marked as such."""
    code = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from certbulk.errors import ReadError\n"
        "else:\n    import certbulk.settings\n"
        "def f():\n    if True:\n        from certbulk.core.columns import fields\n"
    )
    assert dict(imports_under([ast.parse(code)])) == {
        "typing": False,
        "certbulk.errors": True,
        "certbulk.settings": False,
        "certbulk.core.columns.fields": False,
    }


@pytest.mark.parametrize("with_types", [False, True], ids=["at run time", "for types too"])
def test_no_circle_of_modules(with_types: bool) -> None:  # noqa: FBT001 (a case)
    """A module knows those below it, and none of them knows it, not even for a type."""
    assert not circle(graph(with_types=with_types))


def test_no_circle_of_rooms() -> None:
    """A room knows those below it, and none of them knows it."""
    assert not circle(of_rooms(graph(with_types=True)))


def test_no_circle_in_the_picture() -> None:
    """What rooms may import has none either, so that none can arise unseen."""
    assert not circle({room: frozenset(may) for room, may in MAY.items()})


def test_modules_are_imported_by_name_in_few_places_only() -> None:
    """What this file cannot see, since the name is made up at run time, is listed here."""
    users = {
        module
        for module, path in MODULES.items()
        for node in nodes_of(path)
        if isinstance(node, ast.Name) and node.id in {"import_module", "__import__"}
    }
    assert users == BY_NAME.keys()

"""What is public: named, sorted, there, and explained."""

import ast
import importlib
import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

import certbulk as cb
from tests.project.sources import MODULES, nodes_of, text_of

LONG = 25  # lines after the head
WITHOUT_NAMES = {"certbulk.__main__", "certbulk.core"}  # a program, and a docstring


def in_order(names: list[str]) -> list[str]:
    """Return names as imports are sorted: constants, then classes, then functions."""

    def kind(name: str) -> int:
        return 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2

    return sorted(names, key=lambda name: (kind(name), name))


def test_public_names_are_sorted_and_exist() -> None:
    """Each module says what is public in it, in order, once each, and has it."""
    wrong = []
    for module in sorted(MODULES.keys() - WITHOUT_NAMES):
        loaded = importlib.import_module(module)
        names = list(loaded.__all__)
        if names != in_order([*{*names}]) or not all(hasattr(loaded, name) for name in names):
            wrong.append((module, names))
    assert wrong == []


def test_every_module_says_what_it_is() -> None:
    """A docstring of at least a line, and files that can be taken in at a glance."""
    documents = {
        name: ast.get_docstring(tree) or ""
        for name, path in MODULES.items()
        if isinstance(tree := nodes_of(path)[0], ast.Module)
    }
    assert documents.keys() == MODULES.keys()
    assert [name for name, text in documents.items() if not re.match(r".{15,}[.:]", text)] == []
    long = [name for name, path in MODULES.items() if len(text_of(path).splitlines()) > 350]
    assert long == []


PUBLIC = sorted(cb.__all__)
ERRORS = [name for name in PUBLIC if name.endswith("Error")]


def test_public_names_are_explained() -> None:
    """Each can be had from certbulk and has a docstring that begins with a sentence."""
    values = {name: getattr(cb, name) for name in PUBLIC}
    assert [name for name, value in values.items() if value.__name__ != name] == []
    assert [name for name in PUBLIC if name not in dir(cb)] == []
    sentence = re.compile(r"[A-Z0-9].{10,}[.:]")
    assert [
        n for n, value in values.items() if not sentence.match(inspect.getdoc(value) or "")
    ] == []


def test_public_names_have_an_example() -> None:
    """Each shows how it is used, in lines that run (see `tests/test_examples.py`)."""
    shows = re.compile(r"^Example:\n+ +>>> ", re.MULTILINE)
    without = [n for n in PUBLIC if not shows.search(inspect.getdoc(getattr(cb, n)) or "")]
    assert without == []


def parts_of(name: str) -> dict[str, object]:
    """Return the public methods and properties of a class that certbulk has written."""
    return {
        f"{kind.__name__}.{part}": value
        for kind in inspect.getmro(getattr(cb, name))
        if kind.__module__.startswith("certbulk.")
        for part, value in vars(kind).items()
        if not part.startswith("_") and (inspect.isroutine(value) or isinstance(value, property))
    }


CLASSES = [name for name in PUBLIC if inspect.isclass(getattr(cb, name))]


@pytest.mark.parametrize("name", CLASSES)
def test_parts_of_public_classes_are_explained(name: str) -> None:
    """Methods and properties each say what they do, and an example shows every method."""
    examples = [inspect.getdoc(getattr(cb, name)) or ""]
    for part, value in parts_of(name).items():
        docstring = inspect.getdoc(value) or ""
        assert re.match(r"[A-Z0-9].{10,}[.:]", docstring), part
        shown = "\n".join(line for text in (*examples, docstring) for line in text.splitlines()
                          if re.match(r" +(>>>|\.\.\.) ", line))  # fmt: skip
        method = part.rpartition(".")[2]
        assert isinstance(value, property) or re.search(rf"\.{method}\(", shown), part


def test_errors_are_one_tree() -> None:
    """Whoever catches the root catches them all, and each is in the drawing of the tree."""
    assert [n for n in ERRORS if not issubclass(getattr(cb, n), cb.CertbulkError)] == []
    drawing = importlib.import_module("certbulk.errors").__doc__ or ""
    assert {*ERRORS} - {*re.findall(r"\w+", drawing)} == set()


def test_a_name_that_is_not_there() -> None:
    """It is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = cb.nonsense


def test_the_version_is_that_of_the_project() -> None:
    """The package and pyproject.toml agree."""
    text = (Path(cb.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{cb.__version__}"' in text


def defined_in(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names that the outermost lines of a file define, those of a series apart."""
    found: set[str] = set()
    for node in cast("ast.Module", nodes[0]).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found |= set() if node.decorator_list else {node.name}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def test_what_a_file_keeps_to_itself_is_used() -> None:
    """A private name that nothing in its file reads any more is deleted."""
    unused = {}
    for module, path in MODULES.items():
        read = {
            node.id
            for node in nodes_of(path)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        private = {name for name in defined_in(nodes_of(path)) if name.startswith("_")}
        if left := {name for name in private - read if not name.startswith("__")}:
            unused[module] = left
    assert unused == {}


def test_long_functions_are_explained() -> None:
    """Each says in its docstring what it is for; short ones need their name alone."""
    long = [
        (module, node.name)
        for module, path in MODULES.items()
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= LONG
        and node.name != "__init__"  # its class's docstring explains it
        and not ast.get_docstring(node)
    ]
    assert long == []

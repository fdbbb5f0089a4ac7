"""What is public: named, sorted, there, and explained."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import certbulk as cb

from .test_layers import MODULES

WITHOUT_NAMES = {"certbulk.__main__", "certbulk.core"}  # a program, and a docstring


def in_order(names: list[str]) -> list[str]:
    """Return names as imports are sorted: constants, then classes, then functions."""

    def kind(name: str) -> int:
        return 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2

    return sorted(names, key=lambda name: (kind(name), name))


@pytest.mark.parametrize("module", sorted(MODULES.keys() - WITHOUT_NAMES))
def test_public_names_are_sorted_and_exist(module: str) -> None:
    """Each module says what is public in it, in order, once each, and has it."""
    loaded = importlib.import_module(module)
    names = list(loaded.__all__)
    assert names == in_order(names)
    assert len(names) == len(set(names))
    missing = [name for name in names if not hasattr(loaded, name)]
    assert not missing


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module: str) -> None:
    """A docstring of at least a line, and files that can be taken in at a glance."""
    text = MODULES[module].read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert re.match(r".{15,}[.:]", docstring), docstring
    assert len(text.splitlines()) <= 350


PUBLIC = sorted(cb.__all__)
ERRORS = [name for name in PUBLIC if name.endswith("Error")]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_explained(name: str) -> None:
    """Each can be had from certbulk and has a docstring that begins with a sentence."""
    value = getattr(cb, name)
    docstring = inspect.getdoc(value) or ""
    assert re.match(r"[A-Z0-9].{10,}[.:]", docstring)
    assert value.__name__ == name
    assert name in dir(cb)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_have_an_example(name: str) -> None:
    """Each shows how it is used, in lines that run (see `tests/test_examples.py`)."""
    assert re.search(r"^Example:\n+ +>>> ", inspect.getdoc(getattr(cb, name)) or "", re.MULTILINE)


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


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_one_tree(name: str) -> None:
    """Whoever catches the root catches them all, and each is in the drawing of the tree."""
    error = getattr(cb, name)
    assert issubclass(error, cb.CertbulkError)
    drawing = importlib.import_module("certbulk.errors").__doc__ or ""
    assert re.search(rf"\b{name}\b", drawing)


def test_a_name_that_is_not_there() -> None:
    """It is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = cb.nonsense


def test_the_version_is_that_of_the_project() -> None:
    """The package and pyproject.toml agree."""
    text = (Path(cb.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{cb.__version__}"' in text

"""What is installed with certbulk: each package is used, and what is used is installed."""

import importlib.metadata
import re
import sys
import tomllib

from tests.conftest import ROOT
from tests.project.sources import MODULES
from tests.project.test_layers import imported

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASE = {re.split(r"[\[<>=;~ ]", line)[0].lower() for line in PROJECT["dependencies"]}
EXTRAS = {
    re.split(r"[\[<>=;~ ]", line)[0].lower()
    for name, lines in PROJECT["optional-dependencies"].items()
    if name != "test"
    for line in lines
}
NEVER_IMPORTED = {
    "tzdata": "zoneinfo reads it, on Windows",
    "websockets": "uvicorn speaks with it",
}
COME_WITH = {
    "click": "typer",
    "dask": "distributed",
    "rich": "typer",
    "starlette": "fastapi",
    "traitlets": "anywidget",
}
"""What is imported beside the package that it comes with, by that package."""


def packages() -> set[str]:
    """Return the packages that certbulk imports anywhere, by the names that pip knows."""
    modules = {name.partition(".")[0] for path in MODULES.values() for name in imported(path)}
    foreign = modules - sys.stdlib_module_names - {"certbulk", "_typeshed"}
    homes = importlib.metadata.packages_distributions()
    return {homes.get(module, [module])[0].lower().replace("_", "-") for module in foreign}


def test_each_dependency_is_used() -> None:
    """A package that nothing imports any more is not installed either."""
    assert BASE - packages() - NEVER_IMPORTED.keys() == set()


def test_what_is_imported_is_declared() -> None:
    """In the base or an extra, or comes with one of these by the promise of its makers."""
    assert packages() - BASE - EXTRAS - COME_WITH.keys() == set()
    assert {COME_WITH[name] for name in packages() & COME_WITH.keys()} <= BASE | EXTRAS

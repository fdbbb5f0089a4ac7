"""The examples in the docstrings, run as they are written."""

import doctest
import importlib
from functools import partialmethod
from pathlib import Path

import pytest

from certbulk.sandbox import Limits
from certbulk.sandbox_client import Sandbox
from tests.conftest import FakeClock

ROOT = Path(__file__).parents[1]
UNLIMITED = Limits(per_second=None, per_minute=None)
HOMES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "certbulk").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("home", HOMES)
def test_examples_run(
    home: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an example shows is what happens, each in a folder that has the sample data only."""
    # The sandbox's limits are real, and so is the pace: the examples wait for neither.
    monkeypatch.setattr(Sandbox, "__init__", partialmethod(Sandbox.__init__, limits=UNLIMITED))
    monkeypatch.setattr(Sandbox, "client", partialmethod(Sandbox.client, clock=clock))
    monkeypatch.setattr("certbulk.api.client.SystemClock", lambda: clock)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)

    for test in doctest.DocTestFinder().find(importlib.import_module(home)):
        folder = tmp_path / test.name
        folder.mkdir()
        (folder / "sample_data").symlink_to(ROOT / "sample_data")
        monkeypatch.chdir(folder)
        runner.run(test)

    assert runner.tries
    assert not runner.failures

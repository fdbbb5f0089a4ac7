"""The examples in the docstrings, run as they stand there."""

import doctest
import importlib
from functools import partialmethod
from pathlib import Path

import pytest

import certbulk
from certbulk.practice import Sandbox
from certbulk.sandbox import Limits

ROOT = Path(__file__).parents[1]
UNLIMITED = Limits(per_second=None, per_minute=None)
HOMES = sorted({getattr(certbulk, name).__module__ for name in certbulk.__all__})


@pytest.mark.parametrize("home", HOMES)
def test_examples_run(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an example shows is what happens, from a folder that has the sample data."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "state"))
    # The practice server's limits are real; the examples are run without waiting for them.
    monkeypatch.setattr(Sandbox, "__init__", partialmethod(Sandbox.__init__, limits=UNLIMITED))
    monkeypatch.setattr(
        Sandbox, "client", partialmethod(Sandbox.client, per_second=1000, per_minute=60000)
    )

    outcome = doctest.testmod(importlib.import_module(home), optionflags=doctest.ELLIPSIS)

    assert outcome.failed == 0

"""The examples in the docstrings, run as they stand there."""

import doctest
import importlib
from pathlib import Path

import pytest

import certbulk

ROOT = Path(__file__).parents[1]
HOMES = sorted({getattr(certbulk, name).__module__ for name in certbulk.__all__})


@pytest.mark.parametrize("home", HOMES)
def test_examples_run(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an example shows is what happens, from a folder that has the sample data."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "state"))

    outcome = doctest.testmod(importlib.import_module(home), optionflags=doctest.ELLIPSIS)

    assert outcome.failed == 0

"""Drift of a run, whichever kind of journal has it."""

import pytest

from tests.shared.fixtures import _kept_in, on_both

__all__ = ["_kept_in"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is about runs with either kind of journal."""
    on_both(metafunc)

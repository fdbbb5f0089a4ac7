"""Folders that are kept in memory where there is such a place: full sync costs nothing there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 (every test gets a folder of its own in it)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of the test's own, on no disk where that can be had."""
    folder = tempfile.mkdtemp(prefix="certbulk-", dir=MEMORY if MEMORY.is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder)

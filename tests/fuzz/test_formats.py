"""Every format with something wrong in it, within bounds of time and memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.formats import ENDINGS

ROOT = Path(__file__).parents[2]
SECONDS = 20  # for one file, on a busy machine; a healthy one takes a twentieth of a second
MEMORY = 1 << 30  # bytes
FILES = {".parquet": 6}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_broken_file_is_read_or_refused_within_bounds(ending: str) -> None:
    """No file makes reading raise anything else, take long, or take all memory."""
    files = FILES.get(ending, 60)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.formats", f"--files={files}", f"--ending={ending}"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told.get("read", 0) + told["refused"] == files
    assert told["slowest"] < SECONDS
    assert told["memory"] < MEMORY

"""How fast the command line is there, and what it takes with it."""

import json
import subprocess
import sys
import time

import pytest

HEAVY = {
    "pandas",
    "numpy",
    "requests",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "openpyxl",
    "pyarrow",
    "fastexcel",
    "pydantic",
    "rapidfuzz",
    "tqdm",
    "matplotlib",
}


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh Python has after running `code`."""
    tail = "; import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("code", ["import certbulk", "import certbulk.cli"])
def test_importing_is_light(code: str) -> None:
    """Neither the package nor the command line waits for what only some commands need."""
    assert not loaded_by(code) & HEAVY


def test_help_is_there_at_once() -> None:
    """`certbulk --help` answers in a fraction of a second (with room for a slow machine)."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "certbulk", "--help"], capture_output=True, check=True
        )
        took.append(time.perf_counter() - began)
    assert min(took) < 1.0

"""How fast the command line is there, and what it takes with it."""

import json
import subprocess
import sys

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
    "dask",
    "distributed",
}


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh Python has after running `code`."""
    tail = "import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tail}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


HELP = """
import contextlib, io
from certbulk.cli import app
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    app(["--help"])
assert "apply" in shown.getvalue()"""


@pytest.mark.parametrize("code", ["import certbulk", HELP], ids=["the package", "help"])
def test_what_is_not_needed_is_not_loaded(code: str) -> None:
    """Neither `import certbulk` nor `--help` waits for what only some commands need."""
    assert not loaded_by(code) & HEAVY

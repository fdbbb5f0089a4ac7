"""The pictures of the upload page in the docs: those that the browser's tests leave.

`python -m tests.page.pictures` takes them anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

import certbulk as cb

__all__ = ["PICTURES", "main"]

DOCS = Path(cb.__file__).parent / "docs"
PICTURES = ("chain", "columns", "mend", "errors", "plan", "confirm", "sending", "results")
_TAKEN_IN = ("tests/page/test_browser.py", "tests/page/mending/test_in_browser.py")
_COLOURS = 128


def main() -> None:
    """Run the tests at the pace that people have, and keep their pictures, made small."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "0", "-q", "-m", "campaign", *_TAKEN_IN],
            env={**os.environ, "PICTURES_OF_THE_PAGE": folder},
            check=True,
        )
        for name in PICTURES:
            picture = Image.open(Path(folder, f"{name}.png")).convert("RGB").quantize(_COLOURS)
            picture.save(DOCS / f"page-{name}.png", optimize=True)


if __name__ == "__main__":
    main()

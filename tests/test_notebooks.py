import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

# nbformat and nbclient take seconds to import, and each worker collects these tests: those that
# need them import them.
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 120

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the folders that notebooks know of."""
    copy = tmp_path / "checkout"
    for name in ("notebooks", "sample_data"):
        skipped = shutil.ignore_patterns(".ipynb_checkpoints", "*.results*.xlsx")
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    return copy


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without any setting of certbulk, in which Jupyter leaves no traces at home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERTBULK_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "HOME": str(tmp_path / "home"),
    }


def test_there_is_a_quickstart() -> None:
    """The notebooks start with the quickstart."""
    assert NOTEBOOKS[0].name == "01_quickstart.ipynb"


@each_notebook
def test_is_stored_without_traces_of_a_run(path: Path) -> None:
    """A stored notebook has no outputs and no counts: what it shows comes from running it."""
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@each_notebook
def test_is_well_formed(path: Path) -> None:
    """A notebook is of format 4.5, and each of its cells has an id in words that stays."""
    import nbformat

    notebook = nbformat.read(path, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]

    nbformat.validate(notebook)
    ids = [cell["id"] for cell in cells(path)]
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len(set(ids)) == len(ids)
    # Ids that Jupyter makes up are eight hexadecimal digits.
    assert not [name for name in ids if re.fullmatch(r"[0-9a-f]{8}", name)]


@each_notebook
def test_runs(path: Path, checkout: Path, environment: dict[str, str]) -> None:
    """From top to bottom, without an error or a warning, and without a file left in the checkout.

    It runs where Jupyter runs it, in the folder that it is in.
    """
    import nbformat
    from nbclient import NotebookClient

    before = files(checkout)
    folder = checkout / "notebooks"
    notebook = nbformat.read(folder / path.name, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]

    NotebookClient(
        notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}
    ).execute(env=environment)

    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert outputs
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    assert files(checkout) == before

"""The notebooks: stored without outputs, run from top to bottom, and with other parameters."""

import html
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN

# nbformat and nbclient take seconds to import, and each worker collects these tests: those that
# need them import them.
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 120

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def code_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def quotes(cell: dict[str, Any]) -> list[str]:
    """Return the lines that a text quotes from the output above it."""
    return re.findall(r"^> (.+)$", "".join(cell["source"]), flags=re.MULTILINE)


def words(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def printed(cell: dict[str, Any]) -> str:
    """Return the outputs of a cell, as texts and as the words of their HTML."""
    parts: list[str] = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        markup = html.unescape(re.sub("<[^>]+>", " ", str(data.get("text/html", ""))))
        parts += [str(output.get("text", "")), str(data.get("text/plain", "")), markup]
    return words("\n".join(parts))


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
def test_can_be_read_without_outputs(path: Path) -> None:
    """A text follows each cell of code: it says what the cell shows, or what comes next."""
    kinds = [cell["cell_type"] for cell in cells(path)]
    assert ("code", "code") not in list(pairwise(kinds))


@each_notebook
def test_has_parameters(path: Path) -> None:
    """One cell has them, as the tools for that find it; the sandbox is the default."""
    with_tag = [code_of(cell) for cell in cells(path) if "parameters" in tags(cell)]
    assert len(with_tag) == 1
    defaults: dict[str, Any] = {}
    exec(with_tag[0], defaults)  # noqa: S102 (it is ours)
    assert defaults["practice"] is True
    assert not defaults.get("send")


@each_notebook
def test_runs(path: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """A notebook alone in a folder runs without an error or a warning, and leaves no file there.

    What its texts quote from an output is in the output above them.
    """
    import nbformat
    from nbclient import NotebookClient

    folder = tmp_path / "downloads"
    folder.mkdir()
    notebook = nbformat.read(path, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]

    NotebookClient(
        notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}
    ).execute(env=environment)

    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert outputs
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    assert list(folder.iterdir()) == []
    shown, missing = "", []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            shown = printed(cell)
        else:
            missing += [quote for quote in quotes(cell) if words(quote) not in shown]
    assert missing == []


PARAMETERS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "02_clean_a_messy_workbook": (
        {"decimal": "comma"},
        {"likely": "1,200 1.2", "answer": "title_balance_mismatch"},
    ),
    "03_price_change": (
        {"percent": -4, "step": 1},
        {"plan": "280 → 269", "picture": "Figure", "apply": "7 verified"},
    ),
}
"""Parameters for some notebooks, and what the named cells then show."""


@pytest.mark.parametrize("name", PARAMETERS)
def test_runs_with_other_parameters(name: str, tmp_path: Path, environment: dict[str, str]) -> None:
    """Through papermill, as a program runs notebooks."""
    outputs = run_with_papermill(name, PARAMETERS[name][0], tmp_path, environment)
    for cell, text in PARAMETERS[name][1].items():
        assert text in outputs[cell]


@each_notebook
def test_changes_no_chain_of_somebody(
    path: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """With `practice` off, it takes the chain of the settings, reads it, and sends nothing."""
    sandbox = cb.Sandbox()
    with sandbox as client:
        settings = {**client_settings(client), "CERTBULK_STATE_DIR": str(tmp_path / "state")}
        run_with_papermill(path.stem, {"practice": False}, tmp_path, {**environment, **settings})
    assert {request.method for request in sandbox.requests} == {"GET"}


def client_settings(client: cb.Client) -> dict[str, str]:
    """Return the settings of a practice chain, as those of a real one."""
    return {
        "CERTBULK_BASE_URL": client.base_url,
        "CERTBULK_CHAIN_ID": str(client.chain_id),
        "CERTBULK_PARTNER_TOKEN": PARTNER_TOKEN,
        "CERTBULK_USER_TOKEN": USER_TOKEN,
    }


def run_with_papermill(
    name: str,
    parameters: dict[str, Any],
    folder: Path,
    environment: dict[str, str],
) -> dict[str, str]:
    """Return what each cell shows, by its id; in a process of its own, as papermill warns a lot."""
    source = ROOT / "notebooks" / f"{name}.ipynb"
    done = folder / "done.ipynb"
    command = [sys.executable, "-m", "papermill", str(source), str(done), "--no-progress-bar", "-y"]
    subprocess.run(
        [*command, json.dumps(parameters)],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return {cell["id"]: printed(cell) for cell in cells(done) if cell["cell_type"] == "code"}
